"""Inspections: what is checked, the year's plan, the visit, and what was found."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agencies.models import Agency, Edition, Evidence

YEARS = [MinValueValidator(1987), MaxValueValidator(2200)]
LONG_TEXT = 5_000


class InspectionForm(models.TextChoices):
    """How an agency is inspected."""

    AT_OFFICE = "at_office", _("at the office")
    ON_FILE = "on_file", _("on file")


class Rating(models.TextChoices):
    """What some provinces make of a visit; an office that does not rate leaves it empty."""

    EXCELLENT = "excellent", _("excellent")
    GOOD = "good", _("good")
    FAIR = "fair", _("fair")
    AVERAGE = "average", _("average")


class Outcome(models.TextChoices):
    """What was seen of one item of the checklist."""

    NOT_CHECKED = "", _("not checked")
    MET = "met", _("met")
    PARTLY = "partly", _("partly met")
    NOT_MET = "not_met", _("not met")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class ChecklistItem(models.Model):
    """One item to be checked, from a year on until a later year has a list of its own.

    A visit keeps the words it was checked against, so an edited list changes no old minutes.
    """

    year = models.PositiveSmallIntegerField(_("year"), validators=YEARS)
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(_("item"), max_length=300)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("item of the checklist")
        verbose_name_plural = _("items of the checklist")
        ordering: ClassVar = ["year", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["year", "position"], name="checklistitem_one_per_position"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="checklistitem_says_something"),
        ]

    def __str__(self) -> str:
        return self.text


def checklist_of(year: int) -> list[str]:
    """Return the items that visits of a year are checked against, in their order."""
    items = ChecklistItem.objects.filter(year__lte=year).order_by("-year", "position")
    listed = list(items.values_list("year", "text"))
    return [text for of_year, text in listed if of_year == listed[0][0]]


class InspectionPlan(models.Model):
    """One decision on whom to inspect in a year; a year may have a further one."""

    year = models.PositiveSmallIntegerField(_("year"), validators=YEARS)
    decision_number = models.CharField(_("decision number"), max_length=100)
    decision_date = models.DateField(_("decision date"))
    note = models.TextField(_("note"), blank=True, max_length=LONG_TEXT)
    cancelled_reason = models.TextField(_("cancelled because"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("inspection plan")
        verbose_name_plural = _("inspection plans")
        ordering: ClassVar = ["year", "decision_date", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["year", "decision_number"],
                condition=Q(cancelled_reason=""),
                name="inspectionplan_once_per_decision",
                violation_error_message=_("This decision is on record for the year already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_number} ({self.year})"


class PlannedInspection(models.Model):
    """One agency on a plan, and how it is to be inspected."""

    COUNTS: ClassVar = Q(cancelled_reason="", plan__cancelled_reason="")

    plan = models.ForeignKey(
        InspectionPlan, models.PROTECT, related_name="planned", verbose_name=_("inspection plan")
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("agency"))
    form = models.CharField(_("form"), max_length=20, choices=InspectionForm)
    cancelled_reason = models.TextField(_("cancelled because"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("planned inspection")
        verbose_name_plural = _("planned inspections")
        ordering: ClassVar = ["plan", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "agency"], name="plannedinspection_once"),
            models.CheckConstraint(
                condition=Q(form__in=InspectionForm.values), name="plannedinspection_known_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.get_form_display()}"


class Inspection(models.Model):
    """One visit: an agency inspected on a day, at its office or on file.

    `checks` are the items with what was seen: text, outcome, note. Whether it was planned
    follows from the plans of its year. One that never took place is cancelled, never deleted.
    """

    COUNTS: ClassVar = Q(cancelled_reason="")

    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="inspections", verbose_name=_("agency")
    )
    visited_on = models.DateField(_("day of the visit"))
    form = models.CharField(_("form"), max_length=20, choices=InspectionForm)
    edition = models.ForeignKey(
        Edition,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("edition inspected against"),
    )
    team = models.TextField(_("inspection team"), max_length=LONG_TEXT)
    checks = models.JSONField(_("checklist"), default=list, blank=True)
    remarks = models.TextField(_("general remarks"), blank=True, max_length=LONG_TEXT)
    rating = models.CharField(_("rating"), max_length=20, choices=Rating, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True, editable=False)
    cancelled_reason = models.TextField(_("cancelled because"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering: ClassVar = ["visited_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "visited_on"],
                condition=Q(cancelled_reason=""),
                name="inspection_once_per_day",
                violation_error_message=_("A visit to this agency on this day is on record."),
            ),
            models.CheckConstraint(
                condition=Q(form__in=InspectionForm.values), name="inspection_known_form"
            ),
            models.CheckConstraint(
                condition=Q(rating__in=["", *Rating.values]), name="inspection_known_rating"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.visited_on:%d/%m/%Y}"

    def checked(self) -> list[tuple[str, str, str]]:
        """Return the items of the checklist: text, outcome in words, note."""
        words = {value: str(label) for value, label in Outcome.choices}
        return [(one["text"], words[one["outcome"]], one["note"]) for one in self.checks]


def check_rows(checks: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    """Return items with their outcomes and notes as `Inspection.checks` keeps them."""
    names = ("text", "outcome", "note")
    return [dict(zip(names, map(str, check), strict=True)) for check in checks]


class Finding(models.Model):
    """One thing found on a visit: what is recommended, by when, and when it was put right."""

    inspection = models.ForeignKey(
        Inspection, models.PROTECT, related_name="findings", verbose_name=_("visit")
    )
    text = models.TextField(_("finding"), max_length=LONG_TEXT)
    recommendation = models.TextField(_("recommendation"), blank=True, max_length=LONG_TEXT)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closing_note = models.TextField(_("how it was put right"), blank=True, max_length=LONG_TEXT)
    evidence = models.ForeignKey(
        Evidence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        verbose_name=_("evidence"),
    )
    cancelled_reason = models.TextField(_("cancelled because"), blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering: ClassVar = ["inspection", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="finding_says_something"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=False) | Q(evidence__isnull=True),
                name="finding_evidence_of_its_closing",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        """Check its days against the day of the visit."""
        visited_on = self.inspection.visited_on
        for name, message in (
            ("deadline", _("The deadline is before the visit on %(day)s.")),
            ("closed_on", _("A finding is not closed before the visit on %(day)s.")),
        ):
            day: date | None = getattr(self, name)
            if day is not None and day < visited_on:
                raise ValidationError({name: message % {"day": f"{visited_on:%d/%m/%Y}"}})

    def is_open_on(self, day: date) -> bool:
        """Say whether it was not put right by a day."""
        return self.closed_on is None or self.closed_on > day

    def is_overdue_on(self, day: date) -> bool:
        """Say whether it was still open on a day after its deadline."""
        return self.deadline is not None and self.deadline < day and self.is_open_on(day)
