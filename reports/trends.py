"""The table by group over many days: what every progress chart and its table show."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from agencies.asof import AsOf
from agencies.models import Category, Duties, Edition, Entry, RosterRecord, StatusRecord
from agencies.models.categories import category_of
from agencies.models.history import known_by
from agencies.models.roster import in_provinces
from reports.rollups import Counts, GroupTable, empty_rows

BEGINNING = date(2010, 1, 1)


@dataclass(frozen=True)
class TrendPoint:
    """The table by group as it was on a day."""

    day: date
    table: GroupTable


def trend(as_of: AsOf, edition: Edition, since: date = BEGINNING) -> tuple[TrendPoint, ...]:
    """Return `by_group` for the last day of each month from `since`, and for the day itself.

    All points have the knowledge of `as_of` and count against the same edition.
    """
    days = [*month_ends(since, as_of.day), as_of.day]
    tables = on_days(days, as_of, edition)
    return tuple(TrendPoint(day, tables[day]) for day in days)


def on_days(days: Iterable[date], as_of: AsOf, edition: Edition) -> dict[date, GroupTable]:
    """Return `by_group` of several days; all of the question but its own day is the same.

    One sweep over the dated rows, whatever the number of days.
    """
    ordered = sorted(set(days))
    changes = sorted(_changes(as_of.on(ordered[-1]), edition), key=itemgetter(0))
    rows = empty_rows()
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    tables: dict[date, GroupTable] = {}
    place = 0
    for day in ordered:
        changed = set()
        while place < len(changes) and changes[place][0] <= day:
            _day, group, category, step = changes[place]
            counts[group][category] += step
            changed.add(group)
            place += 1
        for group in changed:
            rows[group] = replace(rows[group], counts=Counts(**counts[group]))
        tables[day] = GroupTable(tuple(rows.values()))
    return tables


@dataclass(frozen=True)
class EditionPoint:
    """How many declarations of each edition were in force on a day, by the editions' codes."""

    day: date
    declared: Mapping[str, int]


def by_edition(days: Iterable[date], as_of: AsOf) -> tuple[EditionPoint, ...]:
    """Count the declarations in force by their own edition, oldest first, on several days.

    An agency that is converted against an edition and not against the next newer one has
    declared that very edition. Counted is who `by_group` counts; nobody is counted twice.
    """
    ordered = sorted(set(days))
    editions = list(Edition.objects.order_by("-year"))
    reached = {edition.code: on_days(ordered, as_of, edition) for edition in editions}
    points = []
    for day in ordered:
        newer, declared = 0, {}
        for edition in editions:
            converted = reached[edition.code][day].total.converted
            declared[edition.code], newer = converted - newer, converted
        points.append(EditionPoint(day, dict(reversed(declared.items()))))
    return tuple(points)


def month_ends(since: date, until: date) -> Iterator[date]:
    """Yield the last day of every month from the month of `since`, before `until`."""
    year, month = since.year, since.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        end = date(year, month, 1) - timedelta(days=1)
        if end >= until:
            return
        yield end


@dataclass(frozen=True)
class Counted:
    """A half-open span of days on which one agency stood in one category of one group."""

    agency: int
    group: int
    category: Category
    first: date
    last: date


def counted_spans(as_of: AsOf, edition: Edition) -> Iterator[Counted]:
    """Yield what every agency was counted as, from the beginning to the day asked and on."""
    known = Entry.objects.last_known_at(as_of.known_at)
    duties = Duties(as_of.known_at) if as_of.duty_only else None
    roster = (
        RosterRecord.objects.filter(known_by(known), in_provinces(as_of), valid_from__lte=as_of.day)
        .order_by("agency", "valid_from")
        .values_list("agency", "valid_from", "valid_to", "group")
    )
    status = (
        StatusRecord.objects.filter(known_by(known), valid_from__lte=as_of.day)
        .order_by("agency", "valid_from")
        .values_list("agency", "valid_from", "valid_to", "stage", "edition__year")
    )
    spans = {agency: list(rows) for agency, rows in groupby(roster, key=lambda row: row[0])}
    for agency, begins, ends, stage, year in status:
        category = category_of(stage, year, edition.year)
        for _agency, exists, ceases, group in spans.get(agency, []):
            start = max(begins, exists)
            end = min(ends or date.max, ceases or date.max)
            if group is None or start >= end:
                continue
            whole = [(start, end)]
            for first, last in duties.spans(agency, group, start, end) if duties else whole:
                yield Counted(agency, group, category, first, last)


def _changes(as_of: AsOf, edition: Edition) -> Iterator[tuple[date, int, Category, int]]:
    """Yield +1 and −1 for every day on which an agency enters or leaves a count."""
    for span in counted_spans(as_of, edition):
        yield span.first, span.group, span.category, 1
        yield span.last, span.group, span.category, -1


def quarter_ends(until: date, since: date = BEGINNING) -> tuple[date, ...]:
    """Return the last day of every quarter before a day, and the day itself."""
    return (*filter(_ends_quarter, month_ends(since, until)), until)


def quarterly(points: Sequence[TrendPoint]) -> tuple[TrendPoint, ...]:
    """Return the points of a trend that end a quarter, and the day itself."""
    return (*(point for point in points[:-1] if _ends_quarter(point.day)), *points[-1:])


def _ends_quarter(day: date) -> bool:
    return day.month % 3 == 0
