"""The table by group over many days: what every progress chart and its table show."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Aggregate, DateField, F, FilteredRelation, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, Greatest, Least

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
    return _tables(ordered, _steps(as_of.on(ordered[-1])), edition)


def _tables(ordered: Sequence[date], steps: "Steps", edition: Edition) -> dict[date, GroupTable]:
    """Return the tables of days in their order from the steps of the counts."""
    rows = empty_rows()
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    tables: dict[date, GroupTable] = {}
    place, changes = 0, sorted(steps.items(), key=lambda step: step[0][0])
    for day in ordered:
        changed = set()
        while place < len(changes) and changes[place][0][0] <= day:
            (_day, group, stage, year), number = changes[place]
            counts[group][category_of(stage, year, edition.year)] += number
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
    steps = _steps(as_of.on(ordered[-1]))
    reached = {edition.code: _tables(ordered, steps, edition) for edition in editions}
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
class Span:
    """A half-open span of days on which one agency of one group had one stage and edition."""

    agency: int
    group: int
    stage: str
    edition: int | None
    first: date
    last: date


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
    years: dict[int | None, int] = dict(Edition.objects.values_list("pk", "year"))
    for span in _spans(as_of):
        category = category_of(span.stage, years.get(span.edition), edition.year)
        yield Counted(span.agency, span.group, category, span.first, span.last)


def _spans(as_of: AsOf) -> Iterator[Span]:
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
        .values_list("agency", "valid_from", "valid_to", "stage", "edition")
    )
    spans = {agency: list(rows) for agency, rows in groupby(roster, key=lambda row: row[0])}
    for agency, begins, ends, stage, edition in status:
        for _agency, exists, ceases, group in spans.get(agency, []):
            start = max(begins, exists)
            end = min(ends or date.max, ceases or date.max)
            if group is None or start >= end:
                continue
            whole = [(start, end)]
            for first, last in duties.spans(agency, group, start, end) if duties else whole:
                yield Span(agency, group, stage, edition, first, last)


# By how much the number of a group's agencies with a stage and an edition's year changes on a day.
Steps = Mapping[tuple[date, int, str, int | None], int]


class Joined(Aggregate):
    """All values of a group in one text with commas.

    Sixty thousand days cross from the database as two dozen texts and not as so many rows: that,
    and not the reading, is what takes long.
    """

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Join as PostgreSQL does."""
        template = "STRING_AGG(%(expressions)s, ',')"
        return self.as_sql(compiler, connection, template=template, **context)


def _steps(as_of: AsOf) -> Steps:
    """Return +1 and −1 for every day on which an agency enters or leaves a count, summed up.

    The database sets both histories side by side; where duties matter it is done span by span.
    """
    # The years by hand: a join for them takes as long as the one of the histories.
    years: dict[int | None, int] = dict(Edition.objects.values_list("pk", "year"))
    steps: Counter[tuple[date, int, str, int | None]] = Counter()
    if as_of.duty_only:
        for span in _spans(as_of):
            what = span.group, span.stage, years.get(span.edition)
            steps[span.first, *what] += 1
            steps[span.last, *what] -= 1
        return steps
    for group, stage, edition, first, last in _overlaps(as_of):
        for days, sign in ((first, 1), (last, -1)):
            for day, number in Counter(days.split(",")).items():
                steps[date.fromisoformat(day), group, stage, years.get(edition)] += sign * number
    return steps


def _overlaps(as_of: AsOf) -> Any:
    """Return by group, stage and edition the first and the last days of all that was counted."""
    known = Entry.objects.last_known_at(as_of.known_at)
    roster, far = "agency__roster_records__", Value(date.max, DateField())
    both = StatusRecord.objects.alias(
        held=FilteredRelation("agency__roster_records", condition=known_by(known, roster))
    ).filter(
        Q(held__valid_to__isnull=True) | Q(held__valid_to__gt=F("valid_from")),
        Q(valid_to__isnull=True) | Q(valid_to__gt=F("held__valid_from")),
        known_by(known),
        in_provinces(as_of, "held__"),
        held__group__isnull=False,
        valid_from__lte=as_of.day,
    )
    first = Greatest("valid_from", "held__valid_from")
    last = Least(Coalesce("valid_to", far), Coalesce("held__valid_to", far))
    found = both.order_by().values("held__group", "stage", "edition")
    return found.annotate(
        first=Joined(Cast(first, TextField())), last=Joined(Cast(last, TextField()))
    ).values_list("held__group", "stage", "edition", "first", "last")


def quarter_ends(until: date, since: date = BEGINNING) -> tuple[date, ...]:
    """Return the last day of every quarter before a day, and the day itself."""
    return (*filter(_ends_quarter, month_ends(since, until)), until)


def quarterly(points: Sequence[TrendPoint]) -> tuple[TrendPoint, ...]:
    """Return the points of a trend that end a quarter, and the day itself."""
    return (*(point for point in points[:-1] if _ends_quarter(point.day)), *points[-1:])


def _ends_quarter(day: date) -> bool:
    return day.month % 3 == 0
