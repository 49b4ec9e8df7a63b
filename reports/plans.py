"""A transition's plan against what happened: curve, who is late, targets, forecast.

Each number has exactly one function here, as in reports/rollups.py. What is planned is known as
`as_of` says, like what happened: ordinary rows answer by the versions that they keep
(docs/adr/0019), so that a file made for a moment stays what it was when a plan is mended.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from math import ceil, sqrt
from statistics import NormalDist

from agencies.asof import AsOf
from agencies.models import (
    AgencyGroup,
    Category,
    Edition,
    PlannedConversion,
    Transition,
    TransitionTarget,
)
from reports.conversions import conversions
from reports.rollups import Counts, GroupTable, Standing, by_group, standings
from reports.trends import counted_spans, on_days, quarter_ends

YEAR = 365  # days
FEWEST = 5  # conversions in twelve months from which a pace can be told
HORIZON = 20  # years beyond which a date means nothing
CONFIDENCE = 0.9


def transition_known(as_of: AsOf, edition: Edition) -> Transition | None:
    """Return the newest transition to an edition, with its days as known at the moment."""
    known = Transition.history.as_of(as_of.known_at).filter(to_edition=edition)
    found: Transition | None = known.order_by("-starts_on", "-id").first()
    return found


def transitions_known(as_of: AsOf) -> list[Transition]:
    """Return all transitions, begun or to begin, newest first, as known at the moment."""
    return list(Transition.history.as_of(as_of.known_at).order_by("-starts_on", "-id"))


@dataclass(frozen=True)
class PlannedAgency:
    """One counted agency with the day planned for it, and the day that it is measured by."""

    standing: Standing
    planned_on: date | None
    source: str
    due_on: date | None
    days_late: int


def planned_agencies(as_of: AsOf, transition: Transition) -> tuple[PlannedAgency, ...]:
    """Return every agency of the denominator with its plan, in the order of `standings`."""
    return planned(standings(as_of, transition.to_edition), as_of, transition)


def planned(
    counted: Sequence[Standing], as_of: AsOf, transition: Transition
) -> tuple[PlannedAgency, ...]:
    """Return the agencies of `standings` that are not exempt, each with its plan.

    It is due on its planned day, without one on the transition's deadline. Late is who is
    left (not converted, not exempt) after that day; so many days as have passed since.
    """
    found = PlannedConversion.history.as_of(as_of.known_at).filter(transition=transition.pk)
    plan: dict[str, tuple[date, str]] = {
        code: (planned_on, source)
        for code, planned_on, source in found.values_list("agency__code", "planned_on", "source")
    }
    rows = []
    for standing in counted:
        if standing.category == Category.EXEMPT:
            continue
        planned_on, source = plan.get(standing.code, (None, ""))
        due = planned_on or transition.deadline
        left = standing.category in Category.left()
        late = max((as_of.day - due).days, 0) if left and due else 0
        rows.append(PlannedAgency(standing, planned_on, source, due, late))
    return tuple(rows)


def late_by_transition(as_of: AsOf) -> list[tuple[Transition, tuple[PlannedAgency, ...]]]:
    """Return who is late in which transition, newest first; each agency in the newest alone.

    A transition that begins lets nobody off who is late in the one before.
    """
    told: set[str] = set()
    found = []
    for transition in transitions_known(as_of):
        if transition.starts_on > as_of.day:
            continue
        rows = planned_agencies(as_of, transition)
        late = tuple(row for row in rows if row.days_late and row.standing.code not in told)
        told |= {row.standing.code for row in late}
        if late:
            found.append((transition, late))
    return found


@dataclass(frozen=True)
class LateParent:
    """The late agencies under one parent body, the longest overdue first."""

    parent: str
    name: str
    late: tuple[PlannedAgency, ...]


def late_by_parent(rows: Sequence[PlannedAgency]) -> tuple[LateParent, ...]:
    """Return who is late of `planned_agencies`, by parent body; who has most late comes first."""
    under: dict[str, list[PlannedAgency]] = defaultdict(list)
    for row in rows:
        if row.days_late:
            under[row.standing.parent].append(row)
    parents = [
        LateParent(
            parent,
            late[0].standing.parent_name,
            tuple(sorted(late, key=lambda row: -row.days_late)),
        )
        for parent, late in under.items()
    ]
    return tuple(sorted(parents, key=lambda parent: -len(parent.late)))


def planned_by(days: Iterable[date], as_of: AsOf, transition: Transition) -> dict[date, int]:
    """Return how many agencies were to have converted by each day.

    Of those counted on the day and not exempt, for a day to come of those counted on the day
    asked: who is merged later stays in the past. Each by its planned day, without one by the
    transition's deadline, as it is late; where there is neither it is in no number.
    """
    known = PlannedConversion.history.as_of(as_of.known_at).filter(transition=transition.pk)
    plan: dict[int, date] = dict(known.values_list("agency", "planned_on"))
    found = dict.fromkeys(days, 0)
    if not plan and transition.deadline is None:
        return found
    for span in counted_spans(as_of, transition.to_edition):
        due = plan.get(span.agency, transition.deadline)
        if span.category == Category.EXEMPT or due is None:
            continue
        for day in found:
            found[day] += due <= day and span.first <= min(day, as_of.day) < span.last
    return found


@dataclass(frozen=True)
class PlanPoint:
    """How many were to have converted by a day, and how many had; None for a day to come."""

    day: date
    planned: int
    actual: int | None


def curve(
    rows: Sequence[PlannedAgency], as_of: AsOf, transition: Transition
) -> tuple[PlanPoint, ...]:
    """Return the planned and the actual number at the ends of quarters and on the day asked.

    From the transition's start to its deadline, the last planned day or the day asked,
    whichever is last. Planned is `planned_by`, actual is `by_group`'s converted.
    """
    ends = [row.planned_on for row in rows if row.planned_on]
    last = max([as_of.day, transition.starts_on, transition.deadline or as_of.day, *ends])
    begins = min(transition.starts_on, as_of.day)
    days = sorted({begins, as_of.day, *quarter_ends(last, begins)})
    tables = on_days([day for day in days if day <= as_of.day], as_of, transition.to_edition)
    planned_on = planned_by(days, as_of, transition)
    return tuple(
        PlanPoint(
            day,
            planned_on[day],
            tables[day].total.converted if day in tables else None,
        )
        for day in days
    )


class TargetState(StrEnum):
    """How a target stands."""

    MET = "met"
    MISSED = "missed"
    TO_COME = "to_come"


@dataclass(frozen=True)
class TargetRow:
    """One target: how many it wants, and how many there were on its day or are so far."""

    target: TransitionTarget
    label: str
    needed: int
    counts: Counts
    state: TargetState


def targets(as_of: AsOf, transition: Transition) -> tuple[TargetRow, ...]:
    """Return the transition's targets, each measured on its day, or on the day asked if earlier.

    Met is a target of which at least so many are converted as it wants; a percentage is of
    the denominator of that day, rounded up to whole agencies. Missed is one that was not met
    when its day was over.
    """
    groups = {group.pk: group for group in AgencyGroup.objects.all()}
    known = TransitionTarget.history.as_of(as_of.known_at).filter(transition=transition.pk)
    wanted = list(known.order_by("due_on", "group__position", "id"))
    for target in wanted:
        target.group = groups.get(target.group_id)  # at hand for whoever reads the row
    days = [min(target.due_on, as_of.day) for target in wanted]
    tables = on_days([*days, as_of.day], as_of, transition.to_edition)
    return tuple(
        _target_row(target, tables[day], as_of.day)
        for target, day in zip(wanted, days, strict=True)
    )


def _target_row(target: TransitionTarget, table: GroupTable, today: date) -> TargetRow:
    row = table.row(target.group.code) if target.group else None
    counts = row.counts if row else table.total
    needed = target.count
    if needed is None:
        share = Decimal(target.percent or 0) * counts.total / 100
        needed = int(share.to_integral_value(ROUND_CEILING))
    if counts.total and counts.converted >= needed:
        state = TargetState.MET
    else:
        state = TargetState.MISSED if target.due_on < today else TargetState.TO_COME
    return TargetRow(target, row.label if row else "", needed, counts, state)


@dataclass(frozen=True)
class Forecast:
    """When the last agency will have converted at the pace of the last twelve months.

    `finished_on` where nobody is left. Of the three days None is later than `horizon`.
    """

    day: date
    left: int
    pace: int
    finished_on: date | None = None
    earliest: date | None = None
    likely: date | None = None
    latest: date | None = None

    @property
    def has_too_little_data(self) -> bool:
        """Say whether fewer conversions are on record than a pace can be told from."""
        return self.pace < FEWEST

    @property
    def horizon(self) -> date:
        """Return the day after which nothing is forecast."""
        return self.day + timedelta(days=HORIZON * YEAR)


def forecast(as_of: AsOf, edition: Edition) -> Forecast:
    """Return the forecast of the finish from the pace of the last twelve months.

    The pace is the number of `conversions` in the 365 days up to the day; what is left is
    `by_group`'s. The range is that of `pace_range`: it covers the chance in the pace, not a
    change of the pace itself. Below FEWEST conversions there is none. Where nobody is left
    it is finished on the day of the last first conversion.
    """
    found = conversions(as_of, edition)
    recent = sum(row.day > as_of.day - timedelta(days=YEAR) for row in found)
    total = by_group(as_of, edition).total
    finished = found[-1].day if found and total.total and not total.left else None
    return forecast_of(as_of.day, total.left, recent, finished)


def forecast_of(day: date, left: int, pace: int, finished_on: date | None = None) -> Forecast:
    """Return the forecast from figures at hand."""
    if not left or pace < FEWEST:
        return Forecast(day, left, pace, finished_on)
    slow, fast = pace_range(pace)
    earliest, likely, latest = (_done(day, left, rate) for rate in (fast, pace, slow))
    return Forecast(day, left, pace, None, earliest, likely, latest)


def pace_range(number: int) -> tuple[float, float]:
    """Return the slow and the fast pace per year that a number counted in one year is of.

    The count is taken as a Poisson count; its exact (Garwood) interval of 90 % by Byar's
    approximation, right to about one in a hundred from five on: Breslow and Day, Statistical
    Methods in Cancer Research II, IARC 1987, p. 69.
    """
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)

    def bound(count: int, sign: int) -> float:
        return float(count * (1 - 1 / (9 * count) + sign * z / (3 * sqrt(count))) ** 3)

    return bound(number, -1), bound(number + 1, 1)


def _done(day: date, left: int, per_year: float) -> date | None:
    """Return the day on which so many are done, None beyond the horizon."""
    days = ceil(left * YEAR / per_year)
    return day + timedelta(days=days) if days <= HORIZON * YEAR else None
