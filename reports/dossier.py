"""Everything on record of one agency, gathered for one page that prints.

Each part comes from the function that the page of its subject calls; none is counted anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from activities.models import Finding, ReportingPeriod, SelfAssessment, State
from activities.readings import Reading
from activities.rollups import Visit, attendances, visits
from activities.round_rollups import RoundRow, round_table, rounds_of_day
from agencies.asof import AsOf
from agencies.histories import read_histories
from agencies.models import (
    Agency,
    Duty,
    Evidence,
    RosterRecord,
    StatusRecord,
    Transition,
    duties_known,
)
from agencies.models.history import held_on
from agencies.models.roster import ParentName
from agencies.questions import Question
from agencies.successions import Event, events_of
from reports.plans import PlannedAgency, planned_agencies, transitions_known


@dataclass(frozen=True)
class Report:
    """An agency's place in one round; `accepted` is what it told, once an officer accepted it."""

    period: ReportingPeriod
    row: RoundRow
    accepted: SelfAssessment | None


@dataclass(frozen=True)
class FindingLine:
    """One finding of a visit; `closed_on` is None while it was open on the day asked about."""

    finding: Finding
    closed_on: date | None
    days_late: int


@dataclass(frozen=True)
class Inspected:
    """One visit with its findings."""

    visit: Visit
    form: str
    findings: tuple[FindingLine, ...]


@dataclass(frozen=True)
class Attendance:
    """The attendances (lượt) of the agency on one course."""

    course: int
    title: str
    starts_on: date
    number: int


@dataclass(frozen=True)
class Dossier:
    """What was known at the moment of one agency; `roster` and `standing` are of the day.

    Statuses, names and planned days are told in full, later ones too; what was done only up
    to the day.
    """

    names: tuple[RosterRecord, ...]
    statuses: tuple[StatusRecord, ...]
    roster: RosterRecord | None
    standing: StatusRecord | None
    parent: ParentName | None
    events: tuple[Event, ...]
    duty: Duty | None
    plans: tuple[tuple[Transition, PlannedAgency], ...]
    reports: tuple[Report, ...]
    visits: tuple[Inspected, ...]
    courses: tuple[Attendance, ...]
    documents: tuple[Evidence, ...]

    @property
    def attendances(self) -> int:
        """Return the sum of the attendances listed."""
        return sum(course.number for course in self.courses)


def dossier_of(question: Question, agency: Agency) -> Dossier:
    """Return all that a question lets be known of an agency."""
    as_of, known = question.as_of, question.data_version.known or 0
    histories, reading = read_histories(agency, known), Reading(as_of)
    names, statuses = histories.names, histories.statuses()
    roster = next((row for row in names if row.covers(as_of.day)), None)
    events = events_of(agency, known)
    reports, inspected = _reports(agency, as_of), _visits(agency, reading)
    return Dossier(
        names=tuple(names),
        statuses=tuple(statuses),
        roster=roster,
        standing=next((row for row in statuses if row.covers(as_of.day)), None),
        parent=RosterRecord.objects.parent_name(roster, as_of) if roster else None,
        events=tuple(events),
        duty=duty_of(roster, as_of) if roster else None,
        plans=_plans(agency, question),
        reports=reports,
        visits=inspected,
        courses=_courses(agency, reading),
        documents=_documents(statuses, events, reports, inspected),
    )


def duty_of(roster: RosterRecord, as_of: AsOf) -> Duty | None:
    """Return the duty of an agency: its own, which goes before its group's, or none."""
    rows = duties_known(as_of.known_at).filter(held_on(as_of.day))
    own: Duty | None = rows.filter(agency=roster.agency_id).first()
    return own or rows.filter(group__isnull=False, group=roster.group_id).first()


def _plans(agency: Agency, question: Question) -> tuple[tuple[Transition, PlannedAgency], ...]:
    """Return what is planned of the agency in every transition that was known, newest first.

    Where it has no planned day it stands in the transition to the edition asked about alone.
    """
    found = []
    for transition in transitions_known(question.as_of):
        rows = planned_agencies(question.as_of, transition)
        row = next((row for row in rows if row.standing.code == agency.code), None)
        if row and (row.planned_on or transition.to_edition == question.edition):
            found.append((transition, row))
    return tuple(found)


def _reports(agency: Agency, as_of: AsOf) -> tuple[Report, ...]:
    """Return the rounds that the agency is to report in, as `round_table` has them."""
    found = [
        (period, row)
        for period in rounds_of_day(as_of)
        for row in round_table(period, as_of).rows
        if row.code == agency.code
    ]
    told = SelfAssessment.objects.select_related("evidence").in_bulk(
        [row.report for _period, row in found if row.report and row.state == State.ACCEPTED]
    )
    return tuple(Report(period, row, told.get(row.report or 0)) for period, row in found)


def _visits(agency: Agency, reading: Reading) -> tuple[Inspected, ...]:
    made = [visit for visit in visits(reading) if visit.agency == agency.pk]
    forms = {row.pk: row.get_form_display() for row in reading.inspections}
    return tuple(
        Inspected(visit, forms[visit.pk], _findings(visit, reading)) for visit in reversed(made)
    )


def _findings(visit: Visit, reading: Reading) -> tuple[FindingLine, ...]:
    day = reading.as_of.day
    return tuple(
        FindingLine(
            row,
            None if row.is_open_on(day) else row.closed_on,
            max((day - row.deadline).days, 0) if row.deadline and row.is_open_on(day) else 0,
        )
        for row in reading.findings
        if row.inspection_id == visit.pk
    )


def _courses(agency: Agency, reading: Reading) -> tuple[Attendance, ...]:
    titles = {row.pk: row.title for row in reading.trainings}
    return tuple(
        Attendance(row.course, titles[row.course], row.starts_on, row.number)
        for row in sorted(attendances(reading), key=lambda row: row.starts_on, reverse=True)
        if row.agency == agency.pk
    )


def _documents(
    statuses: Iterable[StatusRecord],
    events: Iterable[Event],
    reports: Iterable[Report],
    inspected: Iterable[Inspected],
) -> tuple[Evidence, ...]:
    """Return the documents that the other parts name, each once."""
    closed = [line.finding for row in inspected for line in row.findings if line.closed_on]
    closing = Evidence.objects.in_bulk([row.evidence_id for row in closed if row.evidence_id])
    named: list[Any] = [row.evidence for row in statuses]
    named += [event.reorganisation.document for event in events]
    named += [report.accepted.evidence for report in reports if report.accepted]
    named += closing.values()
    return tuple({document.pk: document for document in named if document}.values())
