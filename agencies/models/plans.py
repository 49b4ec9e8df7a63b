"""What is planned of a transition: targets per group and day, and a day for each agency."""

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agencies.house_style import short_date
from agencies.models.editions import SANE_DAYS, Transition
from agencies.models.roster import Agency, AgencyGroup, RosterRecord


class TransitionTarget(models.Model):
    """How many of a group, or of all together, are to have converted by a day."""

    transition = models.ForeignKey(
        Transition, models.CASCADE, related_name="targets", verbose_name=_("transition")
    )
    group = models.ForeignKey(
        AgencyGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("group"),
        help_text=_("Empty: all groups together."),
    )
    due_on = models.DateField(_("by the end of day"), validators=SANE_DAYS)
    count = models.PositiveIntegerField(_("number of agencies"), null=True, blank=True)
    percent = models.DecimalField(
        _("or percent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("target of a transition")
        verbose_name_plural = _("targets of transitions")
        ordering: ClassVar = ["due_on", "group__position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(count__isnull=False, percent__isnull=True)
                | Q(count__isnull=True, percent__isnull=False),
                name="target_is_a_count_or_a_percent",
                violation_error_message=_("Write either a number or a percentage."),
            ),
            models.UniqueConstraint(
                fields=["transition", "group", "due_on"],
                name="target_once_per_group_and_day",
                violation_error_message=_("This group already has a target for that day."),
            ),
            models.UniqueConstraint(
                fields=["transition", "due_on"],
                condition=Q(group__isnull=True),
                name="target_of_all_once_per_day",
                violation_error_message=_("All together already have a target for that day."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group or _('All groups')}, {short_date(self.due_on)}"

    def clean(self) -> None:
        """Check the day against the transition where that is on record."""
        if self.transition_id and self.due_on:
            self.check_day(self.transition)
        if self.count is not None and self.due_on:
            self._check_count()

    def _check_count(self) -> None:
        """Refuse more agencies than there are; on a day to come than there are today."""
        day = min(self.due_on, timezone.localdate())
        rows = RosterRecord.objects.believed().in_force_on(day).filter(group__isnull=False)
        number = rows.filter(group=self.group).count() if self.group else rows.count()
        if self.count is not None and number and self.count > number:
            said = _("%(count)d are more than the %(number)d agencies that there are.")
            raise ValidationError({"count": said % {"count": self.count, "number": number}})

    def check_day(self, transition: Transition) -> None:
        """Refuse a day outside the transition, whose row may be about to be written.

        Raises:
            ValidationError: the day is outside.
        """
        first, last = transition.starts_on, transition.deadline
        if first and self.due_on < first:
            raise ValidationError({"due_on": _("This is before the transition begins.")})
        if last and self.due_on > last:
            raise ValidationError({"due_on": _("This is after the transition's deadline.")})


class PlannedConversion(models.Model):
    """The day by which one agency is to convert, as a plan says; the last word holds."""

    transition = models.ForeignKey(
        Transition, models.PROTECT, related_name="plan", verbose_name=_("transition")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="planned_conversions", verbose_name=_("agency")
    )
    planned_on = models.DateField(_("planned day"), validators=SANE_DAYS)
    source = models.CharField(_("source"), max_length=300)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("planned conversion")
        verbose_name_plural = _("planned conversions")
        ordering: ClassVar = ["planned_on", "agency__code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["transition", "agency"], name="planned_once_per_transition"
            )
        ]

    def __str__(self) -> str:
        return f"{self.transition}: {short_date(self.planned_on)}"

    def clean(self) -> None:
        """Refuse a day before the transition begins; later than the deadline is a plan too."""
        begins: date | None = self.transition.starts_on if self.transition_id else None
        if begins and self.planned_on and self.planned_on < begins:
            raise ValidationError({"planned_on": _("This is before the transition begins.")})
