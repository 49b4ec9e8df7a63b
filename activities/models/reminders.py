"""What was mailed to whom, so that nobody is told the same thing twice in one day."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency


class SentReminder(models.Model):
    """One thing that one address was reminded of on one day.

    The row is written before the mail leaves, so that of two runs at once only one sends it;
    `sent_at` is set once the mail server took it. A run that broke off in between leaves it
    empty: not known to be sent, and tried again on another day.
    """

    subject = models.CharField(_("subject"), max_length=120)
    recipient = models.EmailField(_("recipient"))
    day = models.DateField(_("day"))
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="sent_reminders", verbose_name=_("agency")
    )
    text = models.CharField(_("text"), max_length=600)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("reminder sent")
        verbose_name_plural = _("reminders sent")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "recipient", "day"], name="reminder_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.text}"
