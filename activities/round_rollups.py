"""Figures of reporting rounds: a period and an AsOf go in, plain frozen rows come out.

Each number has exactly one function here; page, file and command call it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from activities.models import ReportingPeriod, SelfAssessment, State, Step
from agencies.asof import AsOf
from agencies.models import Agency, AgencyGroup, RosterRecord, Stage
from agencies.models.roster import ParentName

NOBODY = ParentName("", "", "")


@dataclass(frozen=True)
class RoundRow:
    """One agency that is to report, and how far its report has come by the moment.

    `state` is None where nothing was begun. `received_on` is the day of the first submission,
    None before it; a report that was returned since has been received all the same.
    """

    code: str
    name: str
    group: str
    parent: str
    parent_name: str
    report: int | None
    state: State | None
    received_on: date | None
    is_late: bool
    is_paper: bool

    @property
    def is_missing(self) -> bool:
        """Say whether the office has never had the report: not begun, or a draft."""
        return self.received_on is None


@dataclass(frozen=True)
class RoundCounts:
    """How many reports of a round are where; expected = on time + late + missing.

    "No report" is never "not adopted": what an agency's status is stands in other tables.
    """

    expected: int = 0
    on_time: int = 0
    late: int = 0
    drafts: int = 0
    waiting: int = 0
    returned: int = 0
    accepted: int = 0

    @property
    def received(self) -> int:
        """Return the reports that the office has had at least once, on time or late."""
        return self.on_time + self.late

    @property
    def missing(self) -> int:
        """Return the agencies whose report the office has never had; drafts are among them."""
        return self.expected - self.received


@dataclass(frozen=True)
class RoundGroup:
    """The counts of a group or of a parent body; `missing` names who has not reported."""

    code: str
    label: str
    counts: RoundCounts
    missing: tuple[RoundRow, ...]


@dataclass(frozen=True)
class RoundTable:
    """A round by group, by parent body and in all, from the same rows."""

    rows: tuple[RoundRow, ...]
    groups: tuple[RoundGroup, ...]

    @cached_property
    def total(self) -> RoundCounts:
        """Return the counts of all agencies that are to report."""
        return counts_of(self.rows)

    @cached_property
    def parents(self) -> tuple[RoundGroup, ...]:
        """Return the counts by the parent body of the cut-off day, most missing first."""
        under: dict[tuple[str, str], list[RoundRow]] = defaultdict(list)
        for row in self.rows:
            under[row.parent, row.parent_name].append(row)
        found = (_group(code, name, rows) for (code, name), rows in under.items())
        return tuple(sorted(found, key=lambda parent: -len(parent.missing)))

    @property
    def missing_by_parent(self) -> tuple[RoundGroup, ...]:
        """Return the parent bodies under whom a report is missing, most missing first."""
        return tuple(parent for parent in self.parents if parent.missing)


def agencies_to_report(period: ReportingPeriod, as_of: AsOf) -> Any:
    """Return the agencies in force: in a group, existing and not exempt on the cut-off day.

    As far as known at the moment. The roster of the cut-off day decides, so an agency that is
    dissolved after it still owes its report, and one founded after it owes none.
    """
    then = as_of.on(period.cut_off)
    on_day = Agency.objects.with_status(then).counted(then)
    return on_day.exclude(stage=Stage.EXEMPT)


def rounds_chased(as_of: AsOf) -> tuple[ReportingPeriod, ...]:
    """Return the rounds whose missing reports are still asked for, newest first.

    Those begun, back to the newest that is past its due day: the next round begins before
    everybody has reported in the last one, and lets nobody off.
    """
    found = []
    for period in rounds_of_day(as_of):
        found.append(period)
        if period.due_on < as_of.day:
            break
    return tuple(found)


def rounds_of_day(as_of: AsOf) -> tuple[ReportingPeriod, ...]:
    """Return the rounds whose period began by the day, newest first, with their days as known.

    The days of a round may be changed; what a moment knew of them is the last version not
    after it, as of every ordinary row (docs/adr/0020).
    """
    known = ReportingPeriod.history.as_of(as_of.known_at).filter(starts_on__lte=as_of.day)
    return tuple(known.order_by("-starts_on"))


def round_table(period: ReportingPeriod, as_of: AsOf) -> RoundTable:
    """Return who is to report in a round and what had come in by the day, as far as known.

    A report counts from the day it came (of a paper: the day it was received), once it is
    entered; it is late where its first submission came after the due day.
    """
    known = as_of.on(period.cut_off)
    groups = {group.pk: group for group in AgencyGroup.objects.all()}
    parents = RosterRecord.objects.parent_names(known)
    reports = _reports(period, as_of)
    agencies = sorted(
        agencies_to_report(period, as_of)
        .annotate(group_position=F("roster__group__position"))
        .order_by("group_position", "group_ref", "sort_key", "code"),
        key=lambda agency: (
            agency.group_position,
            agency.group_ref,
            parents.get(agency.parent_ref, NOBODY).sort_key,
        ),
    )
    rows = tuple(
        _row(
            agency,
            groups[agency.group_ref].code,
            parents.get(agency.parent_ref, NOBODY),
            reports.get(agency.pk, NOT_BEGUN),
            period.due_on,
        )
        for agency in agencies
    )
    by_group = (
        _group(group.code, group.label, [row for row in rows if row.group == group.code])
        for group in groups.values()
    )
    return RoundTable(rows, tuple(by_group))


@dataclass(frozen=True)
class _Found:
    """A report as far as it had come by the moment."""

    pk: int | None
    steps: tuple[Step, ...] = ()


NOT_BEGUN = _Found(None)


def _reports(period: ReportingPeriod, as_of: AsOf) -> dict[int, _Found]:
    """Return the reports begun and the steps taken by the day, as far as known, by agency."""
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(report__period=period, at__lte=as_of.known_at):
        if (step.received_on or timezone.localdate(step.at)) <= as_of.day:
            steps[step.report_id].append(step)
    begun = SelfAssessment.objects.filter(period=period, begun_at__lte=as_of.known_at)
    return {
        agency: _Found(pk, tuple(steps[pk]))
        for pk, agency, begun_at in begun.values_list("pk", "agency", "begun_at")
        if steps[pk] or timezone.localdate(begun_at) <= as_of.day
    }


def _row(agency: Any, group: str, parent: ParentName, found: _Found, due_on: date) -> RoundRow:
    first = next((step for step in found.steps if step.kind == State.SUBMITTED), None)
    state = None
    if found.pk is not None:
        state = State(found.steps[-1].kind) if found.steps else State.DRAFT
    received_on = first.received_on if first else None
    return RoundRow(
        code=agency.code,
        name=agency.name,
        group=group,
        parent=parent.code,
        parent_name=parent.name,
        report=found.pk,
        state=state,
        received_on=received_on,
        is_late=received_on is not None and received_on > due_on,
        is_paper=first is not None and first.is_paper,
    )


def counts_of(rows: Sequence[RoundRow]) -> RoundCounts:
    """Count rows; each number of a round comes from here."""
    late = sum(row.is_late for row in rows)
    return RoundCounts(
        expected=len(rows),
        on_time=sum(not row.is_missing for row in rows) - late,
        late=late,
        drafts=_in_state(rows, State.DRAFT),
        waiting=_in_state(rows, State.SUBMITTED),
        returned=_in_state(rows, State.RETURNED),
        accepted=_in_state(rows, State.ACCEPTED),
    )


def _in_state(rows: Sequence[RoundRow], state: State) -> int:
    return sum(row.state == state for row in rows)


def _group(code: str, label: str, rows: Sequence[RoundRow]) -> RoundGroup:
    missing = tuple(row for row in rows if row.is_missing)
    return RoundGroup(code, label, counts_of(rows), missing)


@dataclass(frozen=True)
class Waiting:
    """One report that waits for an officer."""

    report: SelfAssessment
    agency_name: str
    received_on: date
    is_late: bool


def waiting_for_officer(as_of: AsOf) -> tuple[Waiting, ...]:
    """Return the reports of all rounds that were submitted and wait, the longest first.

    A report stands here from its submission until an officer returns or accepts it.
    """
    last = Step.objects.filter(report=OuterRef("pk"), at__lte=as_of.known_at).order_by("-pk")
    reports = (
        SelfAssessment.objects.annotate(
            last_kind=Subquery(last.values("kind")[:1]),
            last_received=Subquery(last.values("received_on")[:1]),
        )
        .filter(last_kind=State.SUBMITTED, last_received__lte=as_of.day)
        .select_related("period", "agency")
        .order_by("last_received", "pk")
    )
    rows = [*reports]
    of_scope = RosterRecord.objects.in_scope(as_of, [row.agency_id for row in rows])
    rows = [row for row in rows if row.agency_id in of_scope]
    names = names_on(as_of, [row.agency_id for row in rows])
    return tuple(
        Waiting(
            row,
            names.get(row.agency_id, row.agency.code),
            row.last_received,
            row.last_received > row.period.due_on,
        )
        for row in rows
    )


def names_on(as_of: AsOf, agencies: Iterable[int]) -> dict[int, str]:
    """Return the names of agencies on a day, the last ones of those that ended before."""
    known = RosterRecord.objects.known_at(as_of.known_at).filter(
        agency__in=set(agencies), valid_from__lte=as_of.day
    )
    return dict(known.order_by("valid_from").values_list("agency", "name"))


def not_expected(
    period: ReportingPeriod, table: RoundTable, as_of: AsOf
) -> tuple[SelfAssessment, ...]:
    """Return reports of a round whose agency is, by what is known now, not to report.

    None is counted: the agency became exempt or was dissolved by a later record.
    """
    codes = [row.code for row in table.rows]
    rows = list(period.reports.exclude(agency__code__in=codes).select_related("agency"))
    of_scope = RosterRecord.objects.in_scope(as_of, [row.agency_id for row in rows])
    return tuple(row for row in rows if row.agency_id in of_scope)
