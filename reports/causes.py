"""What made an agency count differently: the act of recording, or the day.

An agency counts as its group and its category, or not at all. Both are followed here along
one of the two time axes: what was known of one day, Entry by Entry, and what held, day by day.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Generic, TypeVar

from django.db.models import F, Q

from agencies.models import Category, Edition, RosterRecord, StatusRecord
from agencies.models.categories import category_of

# The id of the group and the category; None where it is not counted.
Counting = tuple[int, Category] | None
Value = TypeVar("Value")


@dataclass(frozen=True)
class Said(Generic[Value]):
    """As much of a dated row as counting needs."""

    value: Value
    valid_from: date
    valid_to: date | None
    recorded: int
    superseded: int | None

    def holds(self, day: date, entry: int) -> bool:
        """Say whether the row covers a day and was believed right after an Entry."""
        covers = self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
        return covers and self.recorded <= entry and (self.superseded or entry + 1) > entry


@dataclass(frozen=True)
class History:
    """What was said of one agency's group and category, whenever it was known."""

    groups: list[Said[int | None]] = field(default_factory=list)
    categories: list[Said[Category]] = field(default_factory=list)

    def counting(self, day: date, entry: int) -> Counting:
        """Return what the agency counted as on a day, as known right after an Entry."""
        group = next((row.value for row in self.groups if row.holds(day, entry)), None)
        category = next((row.value for row in self.categories if row.holds(day, entry)), None)
        return None if group is None or category is None else (group, category)

    def entry_that_made(self, day: date, first: int, last: int) -> int | None:
        """Return the last Entry after `first`, up to `last`, that made the count of a day.

        That is the last one at which the group or the category changed. Where the agency
        is counted at one end alone it is the last one at which it began or ceased to be counted
        at all: what else was said of it later is not why it is there.
        """
        ends = self.counting(day, first), self.counting(day, last)
        for pk in self._acts(first, last):
            if _differ(self.counting(day, pk - 1), self.counting(day, pk), ends):
                return pk
        return None

    def day_that_made(self, first: date, last: date, entry: int) -> date | None:
        """Return the last day after `first`, up to `last`, that made the count, as known.

        Read like `entry_that_made`, along the other axis.
        """
        ends = self.counting(first, entry), self.counting(last, entry)
        days = {day for row in self._rows() for day in (row.valid_from, row.valid_to or first)}
        for day in sorted((day for day in days if first < day <= last), reverse=True):
            before = self.counting(day - timedelta(days=1), entry)
            if _differ(before, self.counting(day, entry), ends):
                return day
        return None

    def entry_of_day(self, day: date, entry: int) -> int | None:
        """Return the last Entry, up to one, that made the count of a day differ from its eve's.

        It changed the count of the day, or of the eve alone so that the two differ from then on.
        """
        eve = day - timedelta(days=1)
        for pk in self._acts(0, entry):
            before, after = self.counting(day, pk - 1), self.counting(day, pk)
            differed = self.counting(eve, pk - 1) != before
            if before != after or (not differed and self.counting(eve, pk) != after):
                return pk
        return None

    def _acts(self, first: int, last: int) -> list[int]:
        """Return the Entries after `first`, up to `last`, that wrote of the agency, last first."""
        acts = {pk for row in self._rows() for pk in (row.recorded, row.superseded or 0)}
        return sorted((pk for pk in acts if first < pk <= last), reverse=True)

    def _rows(self) -> "list[Said[int | None] | Said[Category]]":
        return [*self.groups, *self.categories]


def _differ(before: Counting, after: Counting, ends: tuple[Counting, Counting]) -> bool:
    """Say whether a change is of the kind that tells the ends apart."""
    if None in ends:
        return (before is None) is not (after is None)
    return before != after


def load_histories(
    codes: Sequence[str], days: tuple[date, date], entry: int, edition: Edition
) -> dict[str, History]:
    """Return what was ever said, up to an Entry, of agencies for the days from one to another.

    Both days are included. Two questions to the database, however many agencies.
    """
    if not codes:
        return {}
    first, last = min(days), max(days)
    rows = Q(valid_from__lte=last, recorded__lte=entry) & (
        # An end on the first day says that it changed then.
        Q(valid_to__isnull=True) | Q(valid_to__gte=first)
    )
    told = ("valid_from", "valid_to", "recorded", "superseded")
    found: dict[str, History] = defaultdict(History)
    records = RosterRecord.objects.filter(rows, agency__code__in=codes)
    for code, group, *when in records.values_list("agency__code", "group", *told):
        found[code].groups.append(Said(group, *when))
    statuses = StatusRecord.objects.filter(rows, agency__code__in=codes).annotate(
        year=F("edition__year")
    )
    for code, stage, year, *when in statuses.values_list("agency__code", "stage", "year", *told):
        category = category_of(stage, year, edition.year)
        found[code].categories.append(Said(category, *when))
    return {code: found[code] for code in codes}
