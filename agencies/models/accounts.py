"""What the office knows of how accounts are entered, beyond their passwords."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agencies.permissions import Role

ACCOUNT = settings.AUTH_USER_MODEL


class SecondFactorDuty(models.Model):
    """From this day accounts of the role sign in with a second factor, or set one up first."""

    role = models.CharField(_("role"), max_length=20, choices=Role, unique=True)
    required_from = models.DateField(_("required from"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("second factor required")
        verbose_name_plural = _("second factor required")
        ordering: ClassVar[list[Any]] = ["role"]

    def __str__(self) -> str:
        return self.get_role_display()


class FactorReset(models.Model):
    """An administrator took an account's second factor away; told to its bearer once."""

    user = models.ForeignKey(ACCOUNT, models.CASCADE, related_name="+", verbose_name=_("account"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.TextField(_("reason"))
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("second factor taken away")
        verbose_name_plural = _("second factors taken away")
        ordering: ClassVar[list[Any]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.user}: {self.reason}"


class OneTimeLink(models.Model):
    """A link by which its bearer chooses a password, once and for a while.

    The link itself is nowhere kept, only its digest: who reads the database cannot use it.
    """

    user = models.ForeignKey(ACCOUNT, models.CASCADE, related_name="+", verbose_name=_("account"))
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = models.ForeignKey(ACCOUNT, models.PROTECT, related_name="+", verbose_name=_("by"))
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("one-time link")
        verbose_name_plural = _("one-time links")
        ordering: ClassVar[list[Any]] = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.user}, {self.made_at:%d/%m/%Y}"

    def is_open(self, now: datetime) -> bool:
        """Say whether a password may still be chosen by it."""
        return self.used_at is None and now < self.expires_at and self.user.is_active


class SignedIn(models.Model):
    """One session of somebody signed in: the device, the address, since when, last seen.

    It goes with its session.
    """

    session = models.OneToOneField(Session, models.CASCADE, related_name="+")
    user = models.ForeignKey(ACCOUNT, models.CASCADE, related_name="+", verbose_name=_("account"))
    device = models.CharField(_("device"), max_length=300, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    since = models.DateTimeField(_("since"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering: ClassVar[list[Any]] = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.user}, {self.seen_at:%d/%m/%Y}"
