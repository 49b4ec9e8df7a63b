"""What a month holds: what falls due, what is overdue from before it, what was held.

Gathers rows of the roll-ups that other pages show, and makes no figure of its own. Planned
inspections name a year and no day, so they stand in no month.
"""

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.readings import Period, Reading
from activities.rollups import courses, open_findings, visits
from activities.round_rollups import round_table, rounds_chased, rounds_of_day
from agencies.asof import AsOf
from agencies.house_style import count, short_date
from agencies.models import Category, Transition
from agencies.questions import Question
from reports.plans import planned_agencies, transitions_known

FIRST_YEAR, LAST_YEAR = 1990, 2100  # no sheet of the office lies outside


class Kind(TextChoices):
    """What a day of the calendar is about."""

    REPORT = "report", gettext_lazy("Reporting round")
    FINDING = "finding", gettext_lazy("Finding")
    CONVERSION = "conversion", gettext_lazy("Conversion")
    VISIT = "visit", gettext_lazy("Visit")
    COURSE = "course", gettext_lazy("Course")


@dataclass(frozen=True)
class Item:
    """One thing on a day; `page` and `key`, or `edition`, name what it leads to.

    `days_late` counts the days since a day that passed with the thing undone, else 0.
    """

    day: date
    kind: Kind
    text: str
    page: str
    key: str | int
    days_late: int = 0
    edition: str = ""


@dataclass(frozen=True)
class Month:
    """A calendar month; `overdue` is from earlier months, told in the month of the day asked."""

    first: date
    overdue: tuple[Item, ...]
    days: tuple[tuple[date, tuple[Item, ...]], ...]

    @property
    def overdue_by_kind(self) -> list[tuple[Kind, list[Item]]]:
        """Return what is overdue under its kinds, in the order of the kinds."""
        found = {kind: [item for item in self.overdue if item.kind == kind] for kind in Kind}
        return [(kind, items) for kind, items in found.items() if items]


def read_month(text: str) -> date:
    """Return the first day of a month written YYYY-MM.

    Raises:
        ValueError: it is no month, or one outside the years that the office has to do with.
    """
    year, _dash, month = text.partition("-")
    if not (len(year) == 4 and len(month) == 2 and text.isascii() and (year + month).isdigit()):
        raise ValueError(text)
    first = date(int(year), int(month), 1)
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        raise ValueError(text)
    return first


def month_beside(first: date, step: int) -> str:
    """Return the month so many before or after another, empty outside the calendar's years."""
    year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
    return f"{year}-{month + 1:02}" if FIRST_YEAR <= year <= LAST_YEAR else ""


def month_of(question: Question, first: date) -> Month:
    """Return a month as known at the moment, its days in order.

    Visits and courses are those that took place by the day asked about.
    """
    as_of = question.as_of
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    reading = Reading(as_of)
    due = [*_rounds(as_of), *_findings(reading), *_conversions(as_of)]
    is_present = first <= as_of.day <= last
    held = [*_visits(reading, Period(first, last)), *_courses(reading, Period(first, last))]
    inside = [item for item in [*due, *held] if first <= item.day <= last]
    overdue = [item for item in due if is_present and item.day < first and item.days_late]
    days = groupby(_in_order(inside), key=lambda item: item.day)
    return Month(first, tuple(_in_order(overdue)), tuple((day, tuple(of)) for day, of in days))


def _in_order(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda item: (item.day, list(Kind).index(item.kind)))


def _rounds(as_of: AsOf) -> Iterator[Item]:
    """Yield the cut-off and due days of the rounds begun; those still chased may be late."""
    chased = rounds_chased(as_of)
    for period in rounds_of_day(as_of)[: max(len(chased), 2)]:
        missing = round_table(period, as_of).total.missing
        told = {"period": period, "missing": count(missing)}
        page = ("activities:round", period.pk)
        cut_off = _("%(period)s: cut-off day, it decides who is to report") % told
        yield Item(period.cut_off, Kind.REPORT, cut_off, *page)
        late = max((as_of.day - period.due_on).days, 0) if missing and period in chased else 0
        text = _("%(period)s: reports are due, %(missing)s missing") % told
        yield Item(period.due_on, Kind.REPORT, text, *page, late)


def _findings(reading: Reading) -> Iterator[Item]:
    """Yield the deadlines of `open_findings`."""
    for row in open_findings(reading):
        if row.deadline:
            text = f"{row.standing.name}: {row.text}"
            late = max((reading.as_of.day - row.deadline).days, 0)
            yield Item(row.deadline, Kind.FINDING, text, "activities:visit", row.visit, late)


def _conversions(as_of: AsOf) -> Iterator[Item]:
    """Yield the day by which each agency that is left is to convert, as `planned_agencies` has it.

    In every transition begun, or known to begin. Agencies without a planned day stand together
    on the transition's deadline.
    """
    for transition in transitions_known(as_of):
        yield from _conversions_of(transition, as_of)


def _conversions_of(transition: Transition, as_of: AsOf) -> Iterator[Item]:
    edition = transition.to_edition.code
    rows = planned_agencies(as_of, transition)
    left = [row for row in rows if row.standing.category in Category.left()]
    for row in left:
        if row.planned_on:
            text = _("%(name)s: planned conversion to %(edition)s")
            told = {"name": row.standing.name, "edition": edition}
            page = ("agencies:agency-detail", row.standing.code)
            yield Item(row.planned_on, Kind.CONVERSION, text % told, *page, row.days_late)
    if transition.deadline:
        rest = [row for row in left if not row.planned_on]
        text = _("Deadline of the conversion to %(edition)s: %(left)s agencies are left")
        told = {"edition": edition, "left": count(len(left))}
        late = max((row.days_late for row in rest), default=0)
        yield Item(
            transition.deadline, Kind.CONVERSION, text % told, "reports:plans", "", late, edition
        )


def _visits(reading: Reading, period: Period) -> Iterator[Item]:
    for visit in visits(reading, period):
        text = _("%(name)s: visit held") % {"name": visit.standing.name}
        yield Item(visit.visited_on, Kind.VISIT, text, "activities:visit", visit.pk)


def _courses(reading: Reading, period: Period) -> Iterator[Item]:
    for course in courses(reading, period):
        told = {
            "title": course.title,
            "until": short_date(course.ends_on),
            "attendances": count(course.attendances),
        }
        text = _("%(title)s, until %(until)s: %(attendances)s attendances") % told
        yield Item(course.starts_on, Kind.COURSE, text, "activities:training", course.pk)
