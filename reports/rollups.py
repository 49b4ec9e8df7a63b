"""Finished tables and figures: an AsOf goes in, plain frozen rows come out.

Each number has exactly one function here; page, chart, file and command call it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Min, Q

from agencies import house_style
from agencies.asof import AsOf
from agencies.exchange import AgencyLine, GroupLine, StatusLine
from agencies.models import (
    Agency,
    AgencyGroup,
    Category,
    Edition,
    RosterRecord,
    Stage,
    StatusRecord,
)
from agencies.models.categories import category_of
from agencies.models.roster import ParentName, in_provinces
from reports.models import TilePosition


@dataclass(frozen=True)
class Counts:
    """How many agencies are in each category, and what follows from that."""

    converted: int = 0
    older_edition: int = 0
    building: int = 0
    withdrawn: int = 0
    not_started: int = 0
    exempt: int = 0

    @property
    def total(self) -> int:
        """Return the denominator: every agency of the day but the exempt ones."""
        return self.left + self.converted

    @property
    def left(self) -> int:
        """Return the agencies of the denominator that are not converted."""
        return self.older_edition + self.building + self.withdrawn + self.not_started

    @property
    def declared_any(self) -> int:
        """Return the agencies with a declaration in force, of any edition."""
        return self.converted + self.older_edition

    @property
    def fraction(self) -> str:
        """Return converted/total in house style, a dash where the total is 0."""
        return house_style.fraction(self.converted, self.total)

    @property
    def percent(self) -> Decimal | None:
        """Return converted per hundred of the total, half up to two decimals."""
        return house_style.percent_value(self.converted, self.total)

    def of(self, category: str) -> int:
        """Return the count of one category."""
        return int(getattr(self, category))

    def __iter__(self) -> Iterator[int]:
        """Yield the count of each category in the order of `Category`."""
        yield from vars(self).values()

    def __add__(self, other: "Counts") -> "Counts":
        return sum_of((self, other))


def sum_of(parts: Iterable[Counts]) -> Counts:
    """Return the counts of several parts together."""
    return Counts(*map(sum, zip(*parts, strict=True)))


@dataclass(frozen=True)
class GroupRow:
    """One group's counts; a group without agencies on the day has counts of 0."""

    group: str
    label: str
    counts: Counts


@dataclass(frozen=True)
class GroupTable:
    """The counts of every group in the groups' order, and of all together."""

    rows: tuple[GroupRow, ...]

    @cached_property
    def total(self) -> Counts:
        """Return the counts of all groups together."""
        return sum_of(row.counts for row in self.rows)

    def row(self, group: str) -> GroupRow:
        """Return the row of a group by its code."""
        return next(row for row in self.rows if row.group == group)


def by_group(as_of: AsOf, edition: Edition) -> GroupTable:
    """Count the agencies of each group by category against an edition.

    Counted is every agency that has a group and exists on the day, as far as known;
    the denominator leaves out exempt ones. A body without a group is never counted.
    Where `as_of` asks for those with a duty only, the others are not counted either; where it
    asks for provinces, only those that are in one of them on the day.
    """
    found = (
        Agency.objects.standing(as_of)
        .counted(as_of)
        .order_by()
        .values_list("group_ref", "stage", "edition_ref")
        .annotate(Count("pk"))
    )
    years: dict[int | None, int] = dict(Edition.objects.values_list("pk", "year"))
    rows = empty_rows()
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for group, stage, own, number in found:
        counts[group][category_of(stage, years.get(own), edition.year)] += number
    for group, parts in counts.items():
        rows[group] = replace(rows[group], counts=Counts(**parts))
    return GroupTable(tuple(rows.values()))


Declared = dict[tuple[str, int], int]


def declared_by_edition(as_of: AsOf) -> Declared:
    """Count the declarations in force of each group by edition: group code and year to number.

    Counted is as in `by_group`; only the agencies that apply an edition, each under its own.
    """
    applied = (
        Agency.objects.with_status(as_of).counted(as_of).filter(stage=Stage.APPLIED).order_by()
    )
    found = applied.values_list("group_ref", "edition_year").annotate(Count("pk"))
    codes = dict(AgencyGroup.objects.values_list("pk", "code"))
    return {(codes[group], year): number for group, year, number in found}


def first_day(as_of: AsOf) -> date | None:
    """Return the first day on which an agency is counted, as far as known; None without any."""
    known = RosterRecord.objects.known_at(as_of.known_at).filter(in_provinces(as_of))
    counted = known.filter(group__isnull=False)
    found: date | None = counted.aggregate(first=Min("valid_from"))["first"]
    return found


def empty_rows() -> dict[int, GroupRow]:
    """Return the groups in their order with counts of 0, by their ids."""
    return {
        group.pk: GroupRow(group.code, group.label, Counts()) for group in AgencyGroup.objects.all()
    }


NOBODY = ParentName("", "", "")


@dataclass(frozen=True)
class Standing:
    """One counted agency on a day: what it is called, where it belongs, what it counts as."""

    code: str
    name: str
    group: str
    parent: str
    parent_name: str
    category: Category
    edition_code: str
    since: date
    decision_number: str
    decision_date: date | None
    gso_code: str


def standings(
    as_of: AsOf,
    edition: Edition,
    under: Collection[int | None] | None = None,
    parents: Mapping[int, ParentName] | None = None,
) -> tuple[Standing, ...]:
    """Return every counted agency with its category, by group, parent and name.

    Parents are those of the day; the order of names is the Vietnamese one. With `under` only
    the agencies of these parents, by their ids; `parents` are their names if at hand.
    """
    agencies = Agency.objects.for_list(as_of, edition)
    if under is not None:
        agencies = agencies.filter(under_any(under))
    groups = {group.pk: group for group in AgencyGroup.objects.all()}
    if parents is None:
        parents = RosterRecord.objects.parent_names(as_of)
    rows = sorted(
        agencies,
        key=lambda row: (
            (row.group_position, groups[row.group_ref].code),
            parents.get(row.parent_ref, NOBODY).sort_key,
        ),
    )
    return tuple(
        standing_of(row, groups[row.group_ref].code, parents.get(row.parent_ref, NOBODY))
        for row in rows
    )


def under_any(parents: Collection[int | None]) -> Q:
    """Return the condition that an agency's parent is one of these; None is to have none."""
    named = Q(parent_ref__in=[pk for pk in parents if pk is not None])
    return named | Q(parent_ref__isnull=True) if None in parents else named


def standing_of(row: Any, group: str, parent: ParentName) -> Standing:
    """Return a row of `Agency.for_list` with the code of its group and its parent's names."""
    return Standing(
        code=row.code,
        name=row.name,
        group=group,
        parent=parent.code,
        parent_name=parent.name,
        category=Category(row.category),
        edition_code=row.edition_code or "",
        since=row.since,
        decision_number=row.decision_number,
        decision_date=row.decision_date,
        gso_code=row.gso_code,
    )


@dataclass(frozen=True)
class ParentRow:
    """What stands under one parent body: its counts, and the agencies that are left."""

    parent: str
    name: str
    counts: Counts
    left: tuple[Standing, ...]

    @property
    def number(self) -> int:
        """Return how many are left."""
        return len(self.left)


def by_parent(as_of: AsOf, edition: Edition) -> tuple[ParentRow, ...]:
    """Count the agencies under each parent body by category, and name who is left.

    The parent is the one a reminder goes to: a sub-department's department, a commune's
    district. Parents come in the order of their groups' first agencies, then by name.
    """
    return parents_of(standings(as_of, edition))


def parents_of(rows: Iterable[Standing]) -> tuple[ParentRow, ...]:
    """Return `by_parent` from standings already at hand, in their order."""
    under: dict[str, list[Standing]] = defaultdict(list)
    for row in rows:
        under[row.parent].append(row)
    return tuple(_parent_row(parent, children) for parent, children in under.items())


def _parent_row(parent: str, children: list[Standing]) -> ParentRow:
    counts: dict[str, int] = defaultdict(int)
    for child in children:
        counts[child.category] += 1
    left = tuple(child for child in children if child.category in Category.left())
    return ParentRow(parent, children[0].parent_name, Counts(**counts), left)


def left_by_parent(as_of: AsOf, edition: Edition) -> tuple[ParentRow, ...]:
    """Return the parents under whom somebody is left: not converted and not exempt.

    Whoever has most left comes first; then the order of `by_parent`.
    """
    return who_is_left(by_parent(as_of, edition))


def who_is_left(rows: Iterable[ParentRow]) -> tuple[ParentRow, ...]:
    """Return `left_by_parent` from rows already at hand."""
    return tuple(sorted((row for row in rows if row.left), key=lambda row: -len(row.left)))


@dataclass(frozen=True)
class ComparedRow:
    """One group at two questions."""

    group: str
    label: str
    then: Counts
    now: Counts

    @property
    def gained(self) -> int:
        """Return how many more are converted now than then."""
        return self.now.converted - self.then.converted

    @property
    def moved(self) -> tuple[tuple[Category, int, int], ...]:
        """Return the categories whose counts differ, with the count then and now."""
        pairs = ((category, self.then.of(category), self.now.of(category)) for category in Category)
        return tuple((category, then, now) for category, then, now in pairs if then != now)


@dataclass(frozen=True)
class Comparison:
    """Every group at two questions, and all together."""

    rows: tuple[ComparedRow, ...]

    @cached_property
    def total(self) -> ComparedRow:
        """Return all groups together."""
        return ComparedRow(
            "", "", sum_of(row.then for row in self.rows), sum_of(row.now for row in self.rows)
        )

    @property
    def categories(self) -> tuple[Category, ...]:
        """Return the converted, and the further categories that occur at either question."""
        total = self.total
        occur = [c for c in Category if total.then.of(c) or total.now.of(c)]
        return tuple(dict.fromkeys([Category.CONVERTED, *occur]))


def compare(then: AsOf, now: AsOf, edition: Edition) -> Comparison:
    """Set `by_group` of two questions side by side, against the same edition."""
    return compared(by_group(then, edition), by_group(now, edition))


def compared(then: GroupTable, now: GroupTable) -> Comparison:
    """Return `compare` from tables already at hand."""
    return Comparison(
        tuple(
            ComparedRow(late.group, late.label, early.counts, late.counts)
            for early, late in zip(then.rows, now.rows, strict=True)
        )
    )


def exchange_rows(
    as_of: AsOf,
) -> tuple[tuple[GroupLine, ...], tuple[AgencyLine, ...], tuple[StatusLine, ...]]:
    """Return what was believed and had begun by the day, as rows of the exchange format.

    An end after the day is left open: by the day nothing had ended. Imported into an
    empty database the rows give the same figures for the day. Where provinces are asked for,
    the rows of the agencies that had been in one of them by the day.
    """
    groups = tuple(
        GroupLine(group.code, group.name, group.name_en, group.position)
        for group in AgencyGroup.objects.all()
    )
    return groups, tuple(_agency_lines(as_of)), tuple(_status_lines(as_of))


def _ever_in_scope(as_of: AsOf) -> Q:
    """Return the condition that a row is of an agency that had been in a province asked for.

    Its life elsewhere comes along: half a life would be imported as the whole.
    """
    if not as_of.provinces:
        return Q()
    known = RosterRecord.objects.known_at(as_of.known_at).filter(valid_from__lte=as_of.day)
    return Q(agency__in=known.filter(in_provinces(as_of)).values("agency"))


def _agency_lines(as_of: AsOf) -> Iterator[AgencyLine]:
    records = (
        RosterRecord.objects.known_at(as_of.known_at)
        .filter(_ever_in_scope(as_of), valid_from__lte=as_of.day)
        .select_related("agency", "group", "parent", "province")
        .order_by("agency__code", "valid_from")
    )
    rows = list(records)
    begins = {(row.agency_id, row.valid_from) for row in rows}
    for row in rows:
        ended = row.valid_to is not None and row.valid_to <= as_of.day
        goes_on = (row.agency_id, row.valid_to) in begins
        yield AgencyLine(
            code=row.agency.code,
            name=row.name,
            valid_from=row.valid_from,
            group=row.group.code if row.group else "",
            parent=row.parent.code if row.parent else "",
            gso_code=row.gso_code,
            valid_to=row.valid_to if ended and not goes_on else None,
            name_origin=row.name_origin,
            province=row.province.code if row.province else "",
        )


def _status_lines(as_of: AsOf) -> Iterator[StatusLine]:
    records = (
        StatusRecord.objects.known_at(as_of.known_at)
        .filter(_ever_in_scope(as_of), valid_from__lte=as_of.day)
        .select_related("agency", "edition", "working_toward")
        .order_by("agency__code", "valid_from")
    )
    coded = {"edition_id", "working_toward_id"}
    unsaid = {"evidence_id"}  # a document is no cell of a workbook
    same = [name for name in StatusRecord.FACTS if name not in coded | unsaid]
    for row in records:
        yield StatusLine(
            code=row.agency.code,
            valid_from=row.valid_from,
            edition=row.edition.code if row.edition else "",
            working_toward=row.working_toward.code if row.working_toward else "",
            record=str(row.pk),
            **{name: getattr(row, name) for name in same},
        )


@dataclass(frozen=True)
class Tile:
    """One parent body on the map: what it counts as itself, and who is under it."""

    standing: Standing
    children: tuple[Standing, ...]
    label: str
    place: tuple[int, int] | None

    @property
    def counts(self) -> Counts:
        """Return the children's counts."""
        numbers = Counter(str(child.category) for child in self.children)
        return Counts(**numbers)


def tiles_of(rows: Sequence[Standing]) -> tuple[Tile, ...]:
    """Return the tile map of standings at hand: parents that are counted themselves.

    A parent is on the map where it belongs to a group, has counted agencies under it, and
    is of the groups that the map is of: those of the bodies with a place. Where no place is
    drawn at all it is the one group with most agencies under it (districts over communes).
    Where every body with a place has ended (a reform took the districts away) there is no map.
    Placed tiles come by row and column, then the others in their own order.
    """
    under: dict[str, list[Standing]] = defaultdict(list)
    for row in rows:
        under[row.parent].append(row)
    parents = [row for row in rows if row.code in under]
    positions = {
        position.agency.code: position for position in TilePosition.objects.select_related("agency")
    }
    placed = {row.group for row in parents if row.code in positions}
    sizes = Counter({row.code: len(under[row.code]) for row in parents})
    groups = placed if positions else _largest({row.code: row.group for row in parents}, sizes)
    tiles = [
        _tile(row, under[row.code], positions.get(row.code))
        for row in parents
        if row.group in groups
    ]
    return tuple(sorted(tiles, key=lambda tile: (tile.place is None, (tile.place or (0, 0))[::-1])))


def _tile(row: Standing, children: Sequence[Standing], position: TilePosition | None) -> Tile:
    place = (position.column, position.row) if position else None
    return Tile(row, tuple(children), (position and position.label) or row.name, place)


def _largest(group_of: dict[str, str], sizes: "Counter[str]") -> set[str]:
    """Return the group whose members have most agencies under them, in a set of its own."""
    total: Counter[str] = Counter()
    for code, group in group_of.items():
        total[group] += sizes[code]
    return {group for group, _number in total.most_common(1)}
