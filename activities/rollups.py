"""Every number about inspections and training: one function each, AsOf in, frozen rows out.

What counts took place by the day asked about and is not cancelled. What was known is read from
the versions that ordinary rows keep (docs/adr/0020), so an answer for an earlier moment stays.
An agency's name, group and parent body are those on the day of the visit or of the course's
first day; a period names its first and its last day, both included.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, TypeVar

from activities.models import Finding, InspectionForm, TrainingTopic
from activities.readings import ALWAYS, Period, Reading, Standing, year_of
from agencies.asof import AsOf
from agencies.models import RosterRecord

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
Asked: TypeAlias = AsOf | Reading  # a page that asks for several numbers reads once


@dataclass(frozen=True)
class Visit:
    """One visit; `is_planned` says that a plan of its year names the agency."""

    pk: int
    agency: int
    standing: Standing
    visited_on: date
    form: str
    rating: str
    is_planned: bool


@dataclass(frozen=True)
class Attended:
    """The attendances of one agency on one course."""

    agency: int
    standing: Standing
    course: int
    topic: int
    starts_on: date
    number: int


@dataclass(frozen=True)
class Course:
    """One course with its attendances and the agencies that they came from."""

    pk: int
    title: str
    topic: str
    starts_on: date
    ends_on: date
    place: str
    attendances: int
    agencies: int


@dataclass(frozen=True)
class VisitTally:
    """Visits of one kind; `agencies` counts each visited agency once."""

    key: str
    label: str
    visits: int
    agencies: int


@dataclass(frozen=True)
class AttendanceTally:
    """Attendances (lượt, not persons) of one kind; `agencies` counts each agency once."""

    key: str
    label: str
    courses: int
    attendances: int
    agencies: int


@dataclass(frozen=True)
class Planned:
    """One agency on a plan of a year, and its visits of that year; none: not yet inspected."""

    standing: Standing
    form: str
    plan: int
    visits: tuple[Visit, ...]


@dataclass(frozen=True)
class OpenFinding:
    """One finding that was not put right by the day."""

    pk: int
    visit: int
    standing: Standing
    text: str
    recommendation: str
    visited_on: date
    deadline: date | None


@dataclass(frozen=True)
class OverdueOfParent:
    """The overdue findings at the agencies of one parent body; an empty code is none."""

    code: str
    name: str
    findings: tuple[OpenFinding, ...]


@dataclass(frozen=True)
class ActivityTotals:
    """The totals of a period: visits and the agencies visited, courses and attendances.

    `overdue` are all findings open after their deadline on the day, whenever the visit was.
    """

    visits: int
    agencies_visited: int
    courses: int
    attendances: int
    overdue: int


def _grouped(rows: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    found: dict[K, list[T]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def visits(asked: Asked, period: Period = ALWAYS) -> tuple[Visit, ...]:
    """Return the visits of a period that took place by the day, in the order of their days.

    Where provinces are asked for, at the agencies that were in one of them on the visit's day.
    """
    known = Reading.of(asked)
    return tuple(visit for visit in _visits(known, period) if known.is_asked(visit.standing))


def _visits(known: Reading, period: Period = ALWAYS) -> tuple[Visit, ...]:
    on_plans = {(row.agency_id, year) for row, year in known.planned}
    return tuple(
        Visit(
            pk=row.pk,
            agency=row.agency_id,
            standing=known.standing(row.agency_id, row.visited_on),
            visited_on=row.visited_on,
            form=row.form,
            rating=row.rating,
            is_planned=(row.agency_id, row.visited_on.year) in on_plans,
        )
        for row in known.inspections
        if period.covers(row.visited_on)
    )


def _tally(rows: Iterable[Visit], key: str, label: str) -> VisitTally:
    of_kind = list(rows)
    return VisitTally(key, label, len(of_kind), len({row.agency for row in of_kind}))


def visits_by_year(asked: Asked, period: Period = ALWAYS) -> tuple[VisitTally, ...]:
    """Count visits and distinct agencies of each calendar year, oldest first."""
    of_years = _grouped(visits(asked, period), lambda visit: visit.visited_on.year)
    return tuple(_tally(of_years[year], str(year), str(year)) for year in sorted(of_years))


def visits_by_group(asked: Asked, period: Period = ALWAYS) -> tuple[VisitTally, ...]:
    """Count visits and distinct agencies by the group on the day of the visit.

    Every group is listed; bodies without a group come last, where any was visited. An agency
    that changed its group counts under each group that it was visited in.
    """
    known = Reading.of(asked)
    of_groups = _grouped(visits(known, period), lambda visit: visit.standing.group)
    rows = [_tally(of_groups.pop(pk, []), code, label) for pk, code, label in known.groups]
    rest = [visit for group in of_groups.values() for visit in group]
    return (*rows, _tally(rest, "", "")) if rest else tuple(rows)


def visits_by_form(asked: Asked, period: Period = ALWAYS) -> tuple[VisitTally, ...]:
    """Count visits and distinct agencies inspected at the office and on file."""
    of_forms = _grouped(visits(asked, period), lambda visit: visit.form)
    return tuple(
        _tally(of_forms[form.value], form.value, str(form.label)) for form in InspectionForm
    )


def planned_inspections(asked: Asked, year: int) -> tuple[Planned, ...]:
    """Return the agencies on the plans of a year with their visits of that year by the day.

    Names are those on the last day of the year, or on the day asked about where it is earlier.
    """
    known = Reading.of(asked)
    day = min(known.as_of.day, date(year, 12, 31))
    of_agencies = _grouped(_visits(known, year_of(year)), lambda visit: visit.agency)
    listed = [
        Planned(
            known.standing(row.agency_id, day),
            row.form,
            row.plan_id,
            tuple(of_agencies[row.agency_id]),
        )
        for row, of_year in known.planned
        if of_year == year
    ]
    asked_for = [row for row in listed if known.is_asked(row.standing)]
    return tuple(sorted(asked_for, key=lambda row: row.standing.code))


def not_yet_inspected(asked: Asked, year: int) -> tuple[Planned, ...]:
    """Return the agencies that a plan of the year names and nobody visited by the day."""
    return tuple(row for row in planned_inspections(asked, year) if not row.visits)


def open_findings(asked: Asked) -> tuple[OpenFinding, ...]:
    """Return the findings of visits by the day that were not put right by it, oldest first.

    Name, group, parent and province are those on the day asked about: whom to urge today.
    """
    known = Reading.of(asked)
    made = {visit.pk: visit for visit in _visits(known)}
    every = [
        _open_finding(row, made[row.inspection_id], known)
        for row in known.findings
        if row.inspection_id in made and row.is_open_on(known.as_of.day)
    ]
    found = [row for row in every if known.is_asked(row.standing)]
    return tuple(sorted(found, key=lambda row: (row.deadline or date.max, row.pk)))


def _open_finding(row: Finding, visit: Visit, known: Reading) -> OpenFinding:
    return OpenFinding(
        pk=row.pk,
        visit=visit.pk,
        standing=known.standing(visit.agency, known.as_of.day),
        text=row.text,
        recommendation=row.recommendation,
        visited_on=visit.visited_on,
        deadline=row.deadline,
    )


def overdue_findings(asked: Asked) -> tuple[OverdueOfParent, ...]:
    """Return the findings still open after their deadline, by the parent body of the day."""
    known = Reading.of(asked)
    day = known.as_of.day
    overdue = [row for row in open_findings(known) if row.deadline and row.deadline < day]
    if not overdue:
        return ()
    names = RosterRecord.objects.parent_names(known.as_of)
    of_parents = _grouped(overdue, lambda row: row.standing.parent)
    listed = [
        OverdueOfParent(names[parent].code, names[parent].name, tuple(of_parents.pop(parent)))
        for parent in names
        if parent in of_parents
    ]
    rest = tuple(row for rows in of_parents.values() for row in rows)
    return (*listed, OverdueOfParent("", "", rest)) if rest else tuple(listed)


def attendances(asked: Asked, period: Period = ALWAYS) -> tuple[Attended, ...]:
    """Return the attendances on courses that began in a period and by the day."""
    known = Reading.of(asked)
    held = {row.pk: row for row in known.trainings if period.covers(row.starts_on)}
    found = [(held[row.training_id], row) for row in known.attendances if row.training_id in held]
    every = (
        Attended(
            agency=row.agency_id,
            standing=known.standing(row.agency_id, course.starts_on),
            course=course.pk,
            topic=course.topic_id,
            starts_on=course.starts_on,
            number=row.number,
        )
        for course, row in found
    )
    return tuple(row for row in every if known.is_asked(row.standing))


def agencies_trained(asked: Asked, period: Period = ALWAYS) -> int:
    """Count the agencies with an attendance on any course of a period, each once."""
    return len({row.agency for row in attendances(asked, period)})


def courses(asked: Asked, period: Period = ALWAYS) -> tuple[Course, ...]:
    """Return the courses that began in a period and by the day, with their attendances.

    Where provinces are asked for, those that somebody of them attended, or nobody at all yet.
    """
    known = Reading.of(asked)
    of_others = {row.training_id for row in known.attendances} if known.as_of.provinces else set()
    of_courses = _grouped(attendances(known, period), lambda row: row.course)
    topics = {topic.pk: str(topic) for topic in TrainingTopic.objects.all()}
    return tuple(
        Course(
            pk=row.pk,
            title=row.title,
            topic=topics.get(row.topic_id, ""),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            place=row.place,
            attendances=sum(attended.number for attended in of_courses[row.pk]),
            agencies=len(of_courses[row.pk]),
        )
        for row in known.trainings
        if period.covers(row.starts_on) and (of_courses[row.pk] or row.pk not in of_others)
    )


def _attended(rows: Iterable[Attended], key: str, label: str) -> AttendanceTally:
    of_kind = list(rows)
    return AttendanceTally(
        key,
        label,
        courses=len({row.course for row in of_kind}),
        attendances=sum(row.number for row in of_kind),
        agencies=len({row.agency for row in of_kind}),
    )


def attendances_by_year(asked: Asked, period: Period = ALWAYS) -> tuple[AttendanceTally, ...]:
    """Add up attendances by the calendar year of the course's first day, oldest first."""
    of_years = _grouped(attendances(asked, period), lambda row: row.starts_on.year)
    return tuple(_attended(of_years[year], str(year), str(year)) for year in sorted(of_years))


def attendances_by_group(asked: Asked, period: Period = ALWAYS) -> tuple[AttendanceTally, ...]:
    """Add up attendances by the agency's group on the course's first day.

    Every group is listed; bodies without a group come last, where any attended.
    """
    known = Reading.of(asked)
    of_groups = _grouped(attendances(known, period), lambda row: row.standing.group)
    rows = [_attended(of_groups.pop(pk, []), code, label) for pk, code, label in known.groups]
    rest = [row for group in of_groups.values() for row in group]
    return (*rows, _attended(rest, "", "")) if rest else tuple(rows)


def attendances_by_topic(asked: Asked, period: Period = ALWAYS) -> tuple[AttendanceTally, ...]:
    """Add up attendances by the topic of the course; topics without any are left out."""
    of_topics = _grouped(attendances(asked, period), lambda row: row.topic)
    return tuple(
        _attended(of_topics[topic.pk], str(topic.pk), str(topic))
        for topic in TrainingTopic.objects.all()
        if topic.pk in of_topics
    )


def activity_totals(asked: Asked, since: date | None = None) -> ActivityTotals:
    """Return the totals from a day on (None: from the beginning) to the day asked about."""
    known, period = Reading.of(asked), Period(since)
    made = visits(known, period)
    held = courses(known, period)
    return ActivityTotals(
        visits=len(made),
        agencies_visited=len({visit.agency for visit in made}),
        courses=len(held),
        attendances=sum(course.attendances for course in held),
        overdue=sum(len(row.findings) for row in overdue_findings(known)),
    )
