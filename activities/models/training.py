"""Training: courses, their topics, and how many attended from each agency."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agencies.models import Agency

# The largest body of a province has some hundreds of officials, and one course seats fewer: more
# from one agency on one course is a slip of a digit.
MOST_ATTENDANCES = 500
LONG_TEXT = 5_000


class TrainingTopic(models.Model):
    """What courses are about; reference data."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("topic of training")
        verbose_name_plural = _("topics of training")
        ordering: ClassVar = ["position", "name"]

    def __str__(self) -> str:
        return (get_language() == "en" and self.name_en) or self.name


class Training(models.Model):
    """One course. One that did not take place is cancelled, never deleted."""

    title = models.CharField(_("course"), max_length=300)
    topic = models.ForeignKey(
        TrainingTopic, models.PROTECT, related_name="courses", verbose_name=_("topic")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    place = models.CharField(_("place"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=LONG_TEXT)
    source = models.CharField(_("source"), max_length=200, blank=True, editable=False)
    cancelled_reason = models.TextField(_("cancelled because"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering: ClassVar = ["starts_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="training_ends_after_its_start"
            ),
            models.UniqueConstraint(
                fields=["title", "starts_on"],
                condition=Q(cancelled_reason=""),
                name="training_once_per_day",
                violation_error_message=_("A course of this name on this day is on record."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Check that it does not end before it begins."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day is before the first.")})


class Attendance(models.Model):
    """How many attendances (lượt) one agency had on one course; never a number of persons."""

    COUNTS: ClassVar = Q(number__gt=0, training__cancelled_reason="")

    training = models.ForeignKey(
        Training, models.PROTECT, related_name="attendances", verbose_name=_("course")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="attendances", verbose_name=_("agency")
    )
    number = models.PositiveSmallIntegerField(
        _("number of attendances"), validators=[MaxValueValidator(MOST_ATTENDANCES)]
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances of agencies")
        ordering: ClassVar[list[Any]] = ["training", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["training", "agency"],
                name="attendance_once_per_agency",
                violation_error_message=_("The agency stands on this course already."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=0, number__lte=MOST_ATTENDANCES),
                name="attendance_within_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency}: {self.number}"
