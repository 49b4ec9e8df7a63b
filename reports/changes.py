"""What changed between two questions: every agency named, classed, and with its reason."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.asof import AsOf
from agencies.models import (
    AgencyGroup,
    Category,
    Edition,
    Entry,
    RosterRecord,
    StatusRecord,
)
from agencies.models.history import held_on
from reports.rollups import Counts, Standing, standings, sum_of


class Kind(TextChoices):
    """Why an agency is named, as `what_changed` defines it; in the order of the page."""

    CONVERTED = "converted", gettext_lazy("Converted")
    STATUS = "status", gettext_lazy("Other change of status")
    BEGAN = "began", gettext_lazy("Counted from then on")
    ENDED = "ended", gettext_lazy("No longer counted")
    MOVED = "moved", gettext_lazy("Renamed or moved")
    CORRECTED = "corrected", gettext_lazy("Only corrected or recorded late")


@dataclass(frozen=True)
class Difference:
    """One thing, other than the category, that an agency's two sides say differently."""

    what: str
    then: str
    now: str


@dataclass(frozen=True)
class Behind:
    """One act of recording that a corrected or late figure goes back to."""

    at: datetime
    by: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Sides:
    """One agency at two questions; a side is None where it is not counted."""

    then: Standing | None
    now: Standing | None
    group_label: str
    also: tuple[Difference, ...] = ()

    @property
    def latest(self) -> Standing:
        """Return the later side, or the earlier one of an agency that is counted no more."""
        side = self.now or self.then
        assert side is not None, "an agency is named for one of its sides"
        return side

    def step(self, group: str = "") -> Counts:
        """Return what the agency adds to the counts of one group, or of all: its own −1 and +1."""
        sides = [(self.then, -1), (self.now, 1)]
        return sum_of(
            Counts(**{side.category: number})
            for side, number in sides
            if side is not None and group in ("", side.group)
        )


@dataclass(frozen=True, kw_only=True)
class Change(Sides):
    """One agency that two questions tell apart, and how."""

    kind: Kind
    entries: tuple[Behind, ...] = ()


@dataclass(frozen=True)
class KindRow:
    """One class, its agencies, and what they do to the counts together."""

    kind: Kind
    changes: tuple[Change, ...]

    @property
    def difference(self) -> Counts:
        """Return the sum of the agencies' steps; counts may be negative."""
        return sum_of(change.step() for change in self.changes)


@dataclass(frozen=True)
class Changes:
    """Every agency that two questions tell apart."""

    changes: tuple[Change, ...]

    def difference(self, group: str = "") -> Counts:
        """Return `by_group` of the later question less that of the earlier one."""
        return sum_of(change.step(group) for change in self.changes)

    @property
    def by_kind(self) -> tuple[KindRow, ...]:
        """Return the classes that occur, each with its agencies."""
        rows = (KindRow(kind, tuple(c for c in self.changes if c.kind == kind)) for kind in Kind)
        return tuple(row for row in rows if row.changes)


def what_changed(then: AsOf, now: AsOf, edition: Edition) -> Changes:
    """Name every counted agency that two questions, against one edition, tell apart.

    Named is an agency whose category, group, parent or name differs, or that only one of
    the questions counts. Each is in exactly one class, the first of these that fits:

    - only corrected or recorded late: what `now` knows of the day of `then` already says
      the same as `now`, so that not the day but the knowledge made the difference; a name or
      parent of a later day is no reason where the counts differ by knowledge alone; with the
      Entries between both moments that changed what was said of that day;
    - counted from then on: `now` counts it and `then` does not (established, or put into
      a group); no longer counted: the reverse (dissolved, merged into another);
    - converted: converted for `now`, not for `then`;
    - other change of status: any other change of category;
    - renamed or moved: the same category under another name, parent or group.

    Every agency takes one from its count of `then` and adds one to its count of `now`, an
    exempt one included, so that the classes add up to the difference of the two `by_group`.
    How an agency differs is told here, at once; why, and in which of two steps, by
    `reports.change_report`, from the same three standings of it.
    """
    early, meanwhile, late = three_standings(then, now, edition)
    named = [
        code
        for code in dict.fromkeys([*late, *early])
        if not _same(early.get(code), late.get(code))
    ]
    kinds = {code: _kind(early.get(code), late.get(code), meanwhile.get(code)) for code in named}
    corrected = [code for code, kind in kinds.items() if kind == Kind.CORRECTED]
    behind = entries_behind(corrected, then, now) if corrected else {}
    labels = group_labels()
    return Changes(
        tuple(
            Change(
                **told_apart(early.get(code), late.get(code), labels),
                kind=kinds[code],
                entries=behind.get(code, ()),
            )
            for code in named
        )
    )


def group_labels() -> dict[str, str]:
    """Return the groups' labels by their codes."""
    return {group.code: group.label for group in AgencyGroup.objects.all()}


def three_standings(
    then: AsOf, now: AsOf, edition: Edition
) -> tuple[dict[str, Standing], dict[str, Standing], dict[str, Standing]]:
    """Return what `then` says of each agency, what `now` knows of the day of `then`, and `now`."""
    early, late = _by_code(then, edition), _by_code(now, edition)
    return early, _meanwhile(then, now, edition, early, late), late


def _by_code(as_of: AsOf, edition: Edition) -> dict[str, Standing]:
    return {row.code: row for row in standings(as_of, edition)}


def _meanwhile(
    then: AsOf,
    now: AsOf,
    edition: Edition,
    early: dict[str, Standing],
    late: dict[str, Standing],
) -> dict[str, Standing]:
    """Return what `now` knows of the day of `then`, from rows at hand where they say it."""
    if then.day == now.day:
        return late
    if then.known_at == now.known_at:
        return early
    return _by_code(now.on(then.day), edition)


def _same(one: Standing | None, other: Standing | None) -> bool:
    """Say whether two sides agree on category, group, parent and name."""
    if one is None or other is None:
        return one is other
    return (one.category, one.group, one.parent, one.name) == (
        other.category,
        other.group,
        other.parent,
        other.name,
    )


def counts_as(side: Standing | None) -> tuple[str, str] | None:
    """Return what an agency counts as: its group and category, or not at all."""
    return (side.group, side.category) if side else None


def _kind(then: Standing | None, now: Standing | None, meanwhile: Standing | None) -> Kind:
    """Return the class of an agency whose two sides differ."""
    known_since = counts_as(then) != counts_as(now) == counts_as(meanwhile)
    if known_since or _same(meanwhile, now):
        return Kind.CORRECTED
    if then is None:
        return Kind.BEGAN
    if now is None:
        return Kind.ENDED
    if then.category == now.category:
        return Kind.MOVED
    return Kind.CONVERTED if now.category == Category.CONVERTED else Kind.STATUS


def told_apart(
    then: Standing | None, now: Standing | None, labels: dict[str, str]
) -> dict[str, Any]:
    """Return the fields of `Sides`: the group's label is that of the later side."""
    side = now or then
    assert side is not None, "an agency is named for one of its sides"
    also = tuple(_also(then, now, labels)) if then and now else ()
    return {"then": then, "now": now, "group_label": labels[side.group], "also": also}


def _also(then: Standing, now: Standing, labels: dict[str, str]) -> Iterator[Difference]:
    """Yield what differs beside the category."""
    if then.name != now.name:
        yield Difference(_("Name"), then.name, now.name)
    if then.group != now.group:
        yield Difference(_("Group"), labels[then.group], labels[now.group])
    if then.parent != now.parent:
        yield Difference(_("Parent body"), then.parent_name, now.parent_name)


def entries_behind(codes: Iterable[str], then: AsOf, now: AsOf) -> dict[str, tuple[Behind, ...]]:
    """Return the Entries between two moments that changed what was said of the day of `then`.

    Of each agency by its code, oldest first. An Entry that only cut or stretched a row
    changed nothing of the day and is left out.
    """
    ends = sorted(Entry.objects.last_known_at(moment) for moment in (then.known_at, now.known_at))
    written: dict[tuple[str, int], list[list[Any]]] = defaultdict(lambda: [[], []])
    for row in _rows_between(list(codes), then.day, *ends):
        said = (type(row).__name__, row.facts())
        for place, pk in enumerate((row.superseded_id, row.recorded_id)):
            if pk is not None and ends[0] < pk <= ends[1]:
                written[row.agency.code, pk][place].append(said)
    found = sorted(key for key, (before, after) in written.items() if not _agree(before, after))
    entries = Entry.objects.select_related("by").in_bulk({pk for _code, pk in found})
    behind: dict[str, tuple[Behind, ...]] = defaultdict(tuple)
    for code, pk in found:
        behind[code] += (behind_of(entries[pk]),)
    return behind


def behind_of(entry: Entry) -> Behind:
    """Return an Entry as a page tells of it."""
    return Behind(entry.at, str(entry.by), entry.get_kind_display(), entry.reason)


def _rows_between(
    codes: list[str], day: date, first: int, last: int
) -> Iterator[RosterRecord | StatusRecord]:
    """Yield the rows of a day that were recorded or superseded after `first`, up to `last`."""
    between = Q(recorded__gt=first, recorded__lte=last) | Q(
        superseded__gt=first, superseded__lte=last
    )
    for model in (RosterRecord, StatusRecord):
        rows = model.objects.filter(between, held_on(day), agency__code__in=codes)
        yield from rows.select_related("agency")


def _agree(before: list[Any], after: list[Any]) -> bool:
    """Say whether an Entry put back exactly what it replaced."""
    return all(said in after for said in before) and all(said in before for said in after)
