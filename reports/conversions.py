"""Who converted when, and after how long: roll-ups of single days, not of a standing.

Each number has exactly one function here, as in reports/rollups.py.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from statistics import median

from agencies.asof import AsOf
from agencies.models import (
    Category,
    Duties,
    Edition,
    Entry,
    RosterRecord,
    Stage,
    StatusRecord,
)
from agencies.models.categories import category_of
from agencies.models.history import known_by
from agencies.models.roster import in_provinces


@dataclass(frozen=True)
class Conversion:
    """One agency's first conversion to the edition asked about."""

    code: str
    name: str
    group: str
    day: date
    declared: date

    @property
    def months(self) -> int:
        """Return the whole months from the first declaration to the conversion."""
        years, months = self.day.year - self.declared.year, self.day.month - self.declared.month
        return 12 * years + months - (self.day.day < self.declared.day)

    @property
    def is_first_declaration(self) -> bool:
        """Say whether nothing had been declared before: there was no edition to leave."""
        return self.day == self.declared


def conversions(as_of: AsOf, edition: Edition) -> tuple[Conversion, ...]:
    """Return the first conversion of each agency up to the day, as far as known, oldest first.

    Converted is as in `by_group`; the day is the first on which a counted agency is
    converted. `declared` is the first day with a declaration in force, of any edition.
    Left out: an agency converted from its first day on (it took over what another had
    declared, or the day was never recorded), and one without a group on that day, or, where
    those with a duty only are asked for, without a duty on it. A later
    withdrawal does not take the conversion away, so the sum may exceed the converted.
    """
    known = Entry.objects.last_known_at(as_of.known_at)
    duties = Duties(as_of.known_at) if as_of.duty_only else None
    roster = (
        RosterRecord.objects.filter(known_by(known), in_provinces(as_of), valid_from__lte=as_of.day)
        .order_by("agency", "valid_from")
        .values_list(
            "agency", "agency__code", "valid_from", "valid_to", "group__code", "name", "group"
        )
    )
    status = (
        StatusRecord.objects.filter(known_by(known), valid_from__lte=as_of.day)
        .order_by("agency", "valid_from")
        .values_list("agency", "valid_from", "stage", "edition__year")
    )
    lives = {agency: list(rows) for agency, rows in groupby(roster, key=lambda row: row[0])}
    found = []
    for agency, rows in groupby(status, key=lambda row: row[0]):
        days = _declared_and_converted([row[1:] for row in rows], edition.year)
        if days is None:
            continue
        declared, day = days
        found += [
            Conversion(code, name, group, day, declared)
            for _agency, code, begins, ends, group, name, group_id in lives.get(agency, [])
            if group and begins <= day < (ends or date.max)
            if duties is None or duties.bind(agency, group_id, day)
        ]
    return tuple(sorted(found, key=lambda row: (row.day, row.code)))


def _declared_and_converted(
    rows: Sequence[tuple[date, str, int | None]], asked_year: int
) -> tuple[date, date] | None:
    """Return the days of the first declaration and of the first conversion of one life."""
    declared = [begins for begins, stage, _year in rows if stage == Stage.APPLIED]
    converted = [
        begins
        for begins, stage, year in rows
        if category_of(stage, year, asked_year) == Category.CONVERTED
    ]
    if not converted or converted[0] == rows[0][0]:
        return None
    return declared[0], converted[0]


@dataclass(frozen=True)
class Quarter:
    """The first conversions of one quarter."""

    first_day: date
    conversions: tuple[Conversion, ...]

    @property
    def number(self) -> int:
        """Return which quarter of its year it is, 1 to 4."""
        return (self.first_day.month + 2) // 3


def by_quarter(rows: Sequence[Conversion], until: date) -> tuple[Quarter, ...]:
    """Return `conversions` by quarter, from the first one's to the day's; empty quarters too.

    The last quarter has run only up to the day.
    """
    of_quarter: dict[date, list[Conversion]] = defaultdict(list)
    for row in rows:
        of_quarter[_quarter_of(row.day)].append(row)
    quarters, first_day = [], min(of_quarter, default=until)
    while of_quarter and first_day <= until:
        quarters.append(Quarter(first_day, tuple(of_quarter[first_day])))
        first_day = _quarter_of(first_day + timedelta(days=100))
    return tuple(quarters)


def _quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


@dataclass(frozen=True)
class Wait:
    """The agencies that converted in one year of their time: from `years` to `years` + 1."""

    years: int
    conversions: tuple[Conversion, ...]


@dataclass(frozen=True)
class Waits:
    """How long agencies with an older declaration took to convert."""

    rows: tuple[Wait, ...]
    median: Decimal | None
    at_once: tuple[Conversion, ...]

    @property
    def counted(self) -> int:
        """Return how many agencies the distribution is of."""
        return sum(len(row.conversions) for row in self.rows)


def waits(rows: Sequence[Conversion]) -> Waits:
    """Return the distribution of the time from the first declaration to the conversion.

    Measured for each of `conversions` in whole months, from the first day with a
    declaration in force, of any edition, to the first day converted; shown by full
    years; the median is of the months. Apart stand agencies whose first declaration
    already was of the edition asked: they had nothing to convert from (`at_once`).
    Agencies not converted by the day are not in it, so the true time of all is longer.
    """
    measured = [row for row in rows if not row.is_first_declaration]
    of_year: dict[int, list[Conversion]] = defaultdict(list)
    for row in measured:
        of_year[row.months // 12].append(row)
    span = range(min(of_year), max(of_year) + 1) if of_year else range(0)
    return Waits(
        tuple(Wait(years, tuple(of_year[years])) for years in span),
        Decimal(str(median(row.months for row in measured))) if measured else None,
        tuple(row for row in rows if row.is_first_declaration),
    )
