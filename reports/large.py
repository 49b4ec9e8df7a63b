"""The dashboard of many agencies: counts by group and parent body, names of the first few alone.

A country has fifteen thousand agencies under a thousand parent bodies. Nobody reads them on one
page, and to draw them takes seconds: pictures are bars, and parents with most left come first.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from agencies.asof import AsOf
from agencies.models import Agency, AgencyGroup, Category, Edition, RosterRecord
from agencies.models.categories import category_of
from reports import rollups
from reports.rollups import NOBODY, Comparison, ParentRow

MANY = 2_000  # agencies, from which on a page does not name everybody
MOST_PARENTS, MOST_ON_A_CARD, MOST_NAMED = 30, 8, 12  # parents below, on a card; agencies of each


@dataclass(frozen=True)
class LeftUnder:
    """How many agencies of one group are left under a parent body."""

    parent: str
    name: str
    number: int


@dataclass(frozen=True)
class Left:
    """Who is left by parent body: the first with their agencies, and how many parents follow.

    `by_group` are the parents of each group by its code, whoever has most left first.
    """

    first: tuple[ParentRow, ...]
    others: int
    by_group: dict[str, list[LeftUnder]]


def is_large(comparison: Comparison) -> bool:
    """Say whether there are too many agencies to name them all."""
    return sum(comparison.total.now) > MANY


def left_by_parent(as_of: AsOf, edition: Edition, most: int = MOST_PARENTS) -> Left:
    """Return the first of `rollups.left_by_parent`: all counted, the agencies of those named."""
    parents = RosterRecord.objects.parent_names(as_of)
    groups = {
        group.pk: (place, group.code) for place, group in enumerate(AgencyGroup.objects.all())
    }
    under: dict[int | None, dict[int, int]] = defaultdict(dict)
    for (parent, group), number in _left(as_of, edition).items():
        under[parent][group] = number

    def order(parent: int | None) -> tuple[Any, ...]:
        first = min(groups[group] for group in under[parent])
        return -sum(under[parent].values()), first, parents.get(parent or 0, NOBODY).sort_key

    ordered = sorted(under, key=order)
    by_group: dict[str, list[LeftUnder]] = defaultdict(list)
    for parent in ordered:
        named = parents.get(parent or 0, NOBODY)
        for group, number in under[parent].items():
            by_group[groups[group][1]].append(LeftUnder(named.code, named.name, number))
    for rows in by_group.values():
        rows.sort(key=lambda row: -row.number)
    shown = rollups.standings(as_of, edition, under=ordered[:most], parents=parents)
    first = rollups.who_is_left(rollups.parents_of(shown))
    return Left(first, len(ordered) - len(first), by_group)


def _left(as_of: AsOf, edition: Edition) -> dict[tuple[int | None, int], int]:
    """Return how many are left by parent and group, counted as in `by_group`."""
    found = (
        Agency.objects.standing(as_of)
        .counted(as_of)
        .order_by()
        .values_list("parent_ref", "group_ref", "stage", "edition_ref")
        .annotate(Count("pk"))
    )
    years: dict[int | None, int] = dict(Edition.objects.values_list("pk", "year"))
    left: Counter[tuple[int | None, int]] = Counter()
    for parent, group, stage, own, number in found:
        if category_of(stage, years.get(own), edition.year) in Category.left():
            left[parent, group] += number
    return left
