"""Whom the law or the province obliges to run a system: data per group, dated and sourced."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agencies.models.history import held_on


class DutyKind(models.TextChoices):
    """How far a group or an agency is bound."""

    MANDATORY = "mandatory", _("mandatory")
    ENCOURAGED = "encouraged", _("encouraged")
    ORDERED = "ordered", _("by the province's order")
    NOT_SUBJECT = "not_subject", _("not subject")

    @classmethod
    def binding(cls) -> tuple["DutyKind", ...]:
        """Return the kinds that are a duty: mandatory and by the province's order."""
        return (cls.MANDATORY, cls.ORDERED)


class Duty(models.Model):
    """How far one group, or as an exception one agency, is bound for a span of days."""

    group = models.ForeignKey(
        "agencies.AgencyGroup",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duties",
        verbose_name=_("group"),
        help_text=_("A group, or else one agency that is an exception to its group."),
    )
    agency = models.ForeignKey(
        "agencies.Agency",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="duties",
        verbose_name=_("agency"),
    )
    kind = models.CharField(_("duty"), max_length=20, choices=DutyKind)
    valid_from = models.DateField(_("from day"))
    valid_to = models.DateField(
        _("until before"),
        null=True,
        blank=True,
        help_text=_("The first day on which it holds no more; empty while it holds."),
    )
    legal_source = models.CharField(
        _("legal source"),
        max_length=300,
        help_text=_("Number of the document, for example 19/2014/QĐ-TTg."),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    history = HistoricalRecords()
    _history_date: datetime  # read by django-simple-history

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering: ClassVar = ["group", "agency", "valid_from"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(group__isnull=False, agency__isnull=True)
                | Q(group__isnull=True, agency__isnull=False),
                name="duty_of_a_group_or_an_agency",
                violation_error_message=_("Choose either a group or one agency."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="duty_ends_after_it_begins",
                violation_error_message=_("The end must be later than the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group or self.agency}: {self.get_kind_display()}"

    def clean(self) -> None:
        """Refuse a second duty of the same group or agency on one day."""
        if not self.valid_from or (self.group is None) == (self.agency is None):
            return  # other messages say it
        until = Q() if self.valid_to is None else Q(valid_from__lt=self.valid_to)
        others = Duty.objects.filter(
            until & (Q(valid_to__isnull=True) | Q(valid_to__gt=self.valid_from)),
            group=self.group,
            agency=self.agency,
        ).exclude(pk=self.pk)
        if other := others.first():
            message = _("Another duty is on record for these days: %(duty)s; end it first.")
            raise ValidationError({"valid_from": message % {"duty": other}})


def duties_known(known_at: datetime) -> Any:
    """Return the duties as they were on record at a moment, also those changed or deleted since."""
    return Duty.history.as_of(known_at)


def binding(day: date, known_at: datetime, agency: str, group: str) -> Q:
    """Return the condition that an agency has a duty on a day, as known at a moment.

    `agency` and `group` name its columns. What is on record for the agency itself goes
    before what is on record for its group. Nothing on record is no duty.
    """
    rows = duties_known(known_at).filter(held_on(day))
    bound = rows.filter(kind__in=DutyKind.binding())
    own = rows.filter(agency__isnull=False).values("agency")
    bound_self = bound.filter(agency__isnull=False).values("agency")
    bound_group = bound.filter(group__isnull=False).values("group")
    by_group = Q(**{f"{group}__in": bound_group}) & ~Q(**{f"{agency}__in": own})
    return Q(**{f"{agency}__in": bound_self}) | by_group


class Duties:
    """The duties known at a moment, to be asked about many agencies and days in one query."""

    def __init__(self, known_at: datetime) -> None:
        self._rows: dict[tuple[str, int | None], list[Duty]] = {}
        for row in duties_known(known_at):
            key = ("agency", row.agency_id) if row.agency_id else ("group", row.group_id)
            self._rows.setdefault(key, []).append(row)

    def bind(self, agency: int, group: int, day: date) -> bool:
        """Say whether an agency of a group has a duty on a day, as `binding` does."""
        own = [row for row in self._of("agency", agency) if _holds(row, day)]
        rows = own or [row for row in self._of("group", group) if _holds(row, day)]
        return any(row.kind in DutyKind.binding() for row in rows)

    def spans(self, agency: int, group: int, start: date, end: date) -> Iterator[tuple[date, date]]:
        """Yield the parts of a half-open span of days on which the agency has a duty."""
        rows = [*self._of("agency", agency), *self._of("group", group)]
        turns = {day for row in rows for day in (row.valid_from, row.valid_to) if day}
        days = sorted({start, end, *(day for day in turns if start < day < end)})
        for first, last in pairwise(days):
            if self.bind(agency, group, first):
                yield first, last

    def _of(self, what: str, pk: int) -> list[Duty]:
        return self._rows.get((what, pk), [])


def _holds(row: Duty, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day < row.valid_to)


def duties_are_on_record(known_at: datetime) -> bool:
    """Say whether any duty was known; without one nobody is counted as having a duty."""
    return bool(duties_known(known_at).exists())
