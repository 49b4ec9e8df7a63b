"""What is known of activities at a moment, read once for all the numbers of a page."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from activities.models import (
    Attendance,
    Finding,
    Inspection,
    InspectionPlan,
    PlannedInspection,
    Training,
)
from agencies.asof import AsOf
from agencies.models import Agency, AgencyGroup, RosterRecord


@dataclass(frozen=True)
class Period:
    """The days from `since` to `until`, both included; None is open."""

    since: date | None = None
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether a day lies in it."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


ALWAYS = Period()


def year_of(year: int) -> Period:
    """Return the period of a calendar year."""
    return Period(date(year, 1, 1), date(year, 12, 31))


@dataclass(frozen=True)
class Standing:
    """What the roster says of an agency on a day; of an unknown day the code is its name."""

    code: str
    name: str
    group: int | None = None
    parent: int | None = None
    province: int | None = None


class Reading:
    """The versions known at a moment, of what is not cancelled and took place by the day.

    Each kind is read when it is first asked for. `as_of` is the question.
    """

    def __init__(self, as_of: AsOf) -> None:
        self.as_of = as_of

    @classmethod
    def of(cls, asked: "AsOf | Reading") -> "Reading":
        """Return what is read already, or a new reading of a question."""
        return asked if isinstance(asked, cls) else cls(asked)  # type: ignore[arg-type]

    def _known(self, model: Any, **limits: Any) -> list[Any]:
        rows = model.history.as_of(self.as_of.known_at).filter(**limits)
        return list(rows.order_by("id"))

    @cached_property
    def inspections(self) -> list[Inspection]:
        """Return the visits, in the order of their days."""
        rows = self._known(Inspection, cancelled_reason="", visited_on__lte=self.as_of.day)
        return sorted(rows, key=lambda row: (row.visited_on, row.pk))

    @cached_property
    def findings(self) -> list[Finding]:
        """Return the findings, of cancelled and later visits as well."""
        return self._known(Finding, cancelled_reason="")

    @cached_property
    def trainings(self) -> list[Training]:
        """Return the courses that began, in the order of their days."""
        rows = self._known(Training, cancelled_reason="", starts_on__lte=self.as_of.day)
        return sorted(rows, key=lambda row: (row.starts_on, row.pk))

    @cached_property
    def attendances(self) -> list[Attendance]:
        """Return the attendances, of cancelled and later courses as well."""
        return self._known(Attendance, number__gt=0)

    @cached_property
    def planned(self) -> list[tuple[PlannedInspection, int]]:
        """Return the rows of all plans decided by the day, each with its plan's year."""
        plans = self._known(InspectionPlan, cancelled_reason="", decision_date__lte=self.as_of.day)
        years = {plan.pk: plan.year for plan in plans}
        rows = self._known(PlannedInspection, cancelled_reason="") if years else []
        return [(row, years[row.plan_id]) for row in rows if row.plan_id in years]

    @cached_property
    def _roster(self) -> dict[int, list[tuple[Any, ...]]]:
        models: tuple[Any, ...] = (Inspection, Attendance, PlannedInspection)
        named = Q()
        for model in models:
            named |= Q(agency__in=model.history.values("agency"))
        known = RosterRecord.objects.known_at(self.as_of.known_at).filter(named)
        columns = ("valid_from", "valid_to", "agency__code", "name", "group", "parent", "province")
        days: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for agency, *row in known.order_by("valid_from").values_list("agency", *columns):
            days[agency].append(tuple(row))
        return days

    @cached_property
    def groups(self) -> list[tuple[int, str, str]]:
        """Return the key, the code and the label of every group, in their order."""
        return [(group.pk, group.code, group.label) for group in AgencyGroup.objects.all()]

    @cached_property
    def _codes(self) -> dict[int, str]:
        return dict(Agency.objects.values_list("pk", "code"))

    def standing(self, agency: int, day: date) -> Standing:
        """Return what holds of an agency on a day; after its end without group and parent.

        The province stays the last one: it is the one that has to do with what is left.
        """
        rows = [row for row in self._roster.get(agency, ()) if row[0] <= day]
        if not rows:
            code = self._codes.get(agency, "")
            return Standing(code, code)
        _start, end, code, name, group, parent, province = rows[-1]
        if not end or day < end:
            return Standing(code, name, group, parent, province)
        return Standing(code, name, province=province)

    def is_asked(self, standing: Standing) -> bool:
        """Say whether an agency as it stood on a day is of the provinces asked for."""
        return not self.as_of.provinces or standing.province in self.as_of.provinces
