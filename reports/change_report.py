"""Why two questions give different figures: first what was known, then what happened."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy

from agencies.asof import AsOf
from agencies.models import Edition, Entry, EntryKind, Reorganisation, Succession
from agencies.models.reorganisation import known_reorganisations
from reports.causes import load_histories
from reports.changes import (
    Behind,
    Sides,
    behind_of,
    counts_as,
    group_labels,
    three_standings,
    told_apart,
)
from reports.rollups import Comparison, Counts, GroupTable, Standing, by_group, compared, sum_of


class Cause(TextChoices):
    """Why an agency counts differently, as `change_report` defines it."""

    LATE = "late", gettext_lazy("Late entry")
    CORRECTION = "correction", gettext_lazy("Correction of what was on record")
    REORGANISATION = "reorganisation", gettext_lazy("Reorganisation")
    REAL = "real", gettext_lazy("Real change")


Standings = dict[str, Standing]
Decrees = dict[Reorganisation, list[tuple[str, str]]]  # predecessor and successor, "" for none
LEARNT = (Cause.LATE, Cause.CORRECTION, Cause.REORGANISATION)
HAPPENED = (Cause.REORGANISATION, Cause.REAL)


@dataclass(frozen=True, kw_only=True)
class Differing(Sides):
    """One agency that counts differently after a step, and why.

    `act` is the Entry that made it so; `day`, of the second step, is the day it is so from.
    """

    cause: Cause
    act: Behind | None
    day: date | None = None
    event: Reorganisation | None = None


@dataclass(frozen=True)
class Unit:
    """Agencies told of together: one group's, or predecessors with what became of them."""

    label: str
    agencies: tuple[Differing, ...]

    @property
    def difference(self) -> Counts:
        """Return what they do to the counts together."""
        return sum_of(agency.step() for agency in self.agencies)


@dataclass(frozen=True)
class Part:
    """The agencies of one class and one decree; of a class without decrees, all of them."""

    event: Reorganisation | None
    units: tuple[Unit, ...]

    @property
    def agencies(self) -> tuple[Differing, ...]:
        """Return the agencies in the order of the units."""
        return tuple(agency for unit in self.units for agency in unit.agencies)

    @property
    def act(self) -> Behind | None:
        """Return the act of recording that made all of them so, None where there are several."""
        acts = {agency.act for agency in self.agencies}
        return acts.pop() if len(acts) == 1 and len(self.agencies) > 1 else None

    @property
    def ended(self) -> Unit:
        """Return those that are counted no more: the predecessors."""
        return Unit("", tuple(agency for agency in self.agencies if agency.now is None))

    @property
    def begun(self) -> Unit:
        """Return those that were not counted: the successors."""
        return Unit("", tuple(agency for agency in self.agencies if agency.then is None))

    @property
    def gone_on(self) -> Unit:
        """Return those that count at both sides, differently."""
        return Unit("", tuple(agency for agency in self.agencies if agency.then and agency.now))

    @property
    def difference(self) -> Counts:
        """Return what they do to the counts together."""
        return sum_of(unit.difference for unit in self.units)


@dataclass(frozen=True)
class CauseRow:
    """One class of one step, and its agencies, decree by decree."""

    cause: Cause
    parts: tuple[Part, ...]

    @property
    def agencies(self) -> tuple[Differing, ...]:
        """Return the agencies of the class."""
        return tuple(agency for part in self.parts for agency in part.agencies)

    @property
    def difference(self) -> Counts:
        """Return what they do to the counts together."""
        return sum_of(part.difference for part in self.parts)


@dataclass(frozen=True)
class Step:
    """One of the two steps: every class it may have, those without agencies too."""

    rows: tuple[CauseRow, ...]

    @property
    def agencies(self) -> tuple[Differing, ...]:
        """Return every agency that counts differently after the step."""
        return tuple(agency for row in self.rows for agency in row.agencies)

    def difference(self, group: str = "") -> Counts:
        """Return `by_group` after the step less that before it, of one group or of all."""
        return sum_of(agency.step(group) for agency in self.agencies)


@dataclass(frozen=True)
class GroupSteps:
    """One group, or all: its figures before, what each step does to them, and after."""

    label: str
    then: Counts
    learnt: Counts
    happened: Counts
    now: Counts


@dataclass(frozen=True)
class ChangeReport:
    """Two questions, the figures that they give, and the two steps between them.

    `comparison` are the figures of the two questions, `known` those between the steps.
    """

    comparison: Comparison
    known: GroupTable
    learnt: Step
    happened: Step

    @property
    def groups(self) -> tuple[GroupSteps, ...]:
        """Return each group with its steps."""
        return tuple(
            self._steps(row.label, row.group, row.then, row.now) for row in self.comparison.rows
        )

    @property
    def total(self) -> GroupSteps:
        """Return all groups with their steps."""
        return self._steps("", "", self.comparison.total.then, self.comparison.total.now)

    def _steps(self, label: str, group: str, then: Counts, now: Counts) -> GroupSteps:
        learnt, happened = self.learnt.difference(group), self.happened.difference(group)
        return GroupSteps(label, then, learnt, happened, now)


def change_report(then: AsOf, now: AsOf, edition: Edition) -> ChangeReport:
    """Say in two steps why two questions, against one edition, give different figures.

    First what was known: the day of `then`, from the knowledge of `then` to that of `now`.
    Then what happened: the knowledge of `now`, from the day of `then` to that of `now`. In
    either step an agency is named that counts differently: in another group or category, or
    on one side alone. Another name or parent changes no figure and is left to the comparison.

    An agency is in one class of a step, by the one thing that made it count as it does: the
    last change of its group or category, or, where one side alone counts it, the last time that it
    began or ceased to be counted.

    - What was known: that change is an Entry, and its kind is the class. A record or import
      is a late entry, a correction is one. An undoing of a reorganisation is a reorganisation,
      as the figures differ by that event; any other undoing is a correction, as the office
      takes a statement back.
    - What happened: that change is a day. A reorganisation where one that names the agency
      takes effect on that day and is known to `now`, else a real change.

    Where `now` knows less than `then`, or asks of an earlier day, the same Entries and days
    stand between them, and every difference has the other sign.

    Every agency takes one from its count before and adds one to its count after, an exempt
    one included. So the steps' sums are exactly the difference of the two `by_group`, of
    each group and category, and hence of numerators and denominators.
    """
    early, meanwhile, late = three_standings(then, now, edition)
    between = now.on(then.day)
    return ChangeReport(
        compared(by_group(then, edition), by_group(now, edition)),
        by_group(between, edition),
        _learnt(early, meanwhile, then, now, edition),
        _happened(meanwhile, late, then.day, now, edition),
    )


def _learnt(early: Standings, late: Standings, then: AsOf, now: AsOf, edition: Edition) -> Step:
    """Return the first step."""
    first, last = sorted(map(Entry.objects.last_known_at, (then.known_at, now.known_at)))
    day = then.day
    histories = load_histories(_counted_otherwise(early, late), (day, day), last, edition)
    made = {code: told.entry_that_made(day, first, last) for code, told in histories.items()}
    entries = _entries(made.values())
    undone = {entry.undoes_id for entry in entries.values() if entry.undoes_id}
    decrees = _decrees(Q(reorganisation__entry__in={*entries, *undone}))
    by_entry = {event.entry_id: event for event in decrees}
    labels = group_labels()
    agencies: list[Differing] = []
    for code, pk in made.items():
        entry = entries[pk or 0]
        agencies.append(
            Differing(
                **told_apart(early.get(code), late.get(code), labels),
                cause=_cause_of(entry),
                act=behind_of(entry),
                event=by_entry.get(entry.undoes_id or entry.pk),
            )
        )
    return _step(LEARNT, agencies, decrees, {**early, **late})


def _happened(early: Standings, late: Standings, since: date, now: AsOf, edition: Edition) -> Step:
    """Return the second step."""
    first, last = sorted((since, now.day))
    known = Entry.objects.last_known_at(now.known_at)
    histories = load_histories(_counted_otherwise(early, late), (first, last), known, edition)
    days = {code: told.day_that_made(first, last, known) for code, told in histories.items()}
    made = {
        code: histories[code].entry_of_day(day, known) if day else None
        for code, day in days.items()
    }
    entries = _entries(made.values())
    took_effect = Q(reorganisation__takes_effect_on__gt=first)
    took_effect &= Q(reorganisation__takes_effect_on__lte=last)
    decrees = _decrees(took_effect & known_reorganisations(known, "reorganisation__"))
    by_day = {
        (code, event.takes_effect_on): event
        for event, pairs in decrees.items()
        for pair in pairs
        for code in pair
    }
    labels = group_labels()
    agencies = []
    for code, day in days.items():
        event = day and by_day.get((code, day))
        entry = entries.get(made[code] or 0)
        agencies.append(
            Differing(
                **told_apart(early.get(code), late.get(code), labels),
                cause=Cause.REORGANISATION if event else Cause.REAL,
                act=behind_of(entry) if entry else None,
                day=day,
                event=event or None,
            )
        )
    return _step(HAPPENED, agencies, decrees, {**early, **late})


def _counted_otherwise(early: Standings, late: Standings) -> list[str]:
    """Return the codes of agencies that count differently, in the order of the later side."""
    return [
        code
        for code in dict.fromkeys([*late, *early])
        if counts_as(early.get(code)) != counts_as(late.get(code))
    ]


def _entries(pks: Iterable[int | None]) -> dict[int, Entry]:
    return Entry.objects.select_related("by", "undoes").in_bulk({pk for pk in pks if pk})


def _cause_of(entry: Entry) -> Cause:
    """Return the class of an Entry that changed what was known."""
    kind = entry.undoes.kind if entry.undoes else entry.kind
    if kind == EntryKind.REORGANISATION:
        return Cause.REORGANISATION
    late = entry.kind in {EntryKind.RECORD, EntryKind.IMPORT}
    return Cause.LATE if late else Cause.CORRECTION


def _decrees(condition: Q) -> Decrees:
    """Return reorganisations with their pairs, by the day from which they hold."""
    found: Decrees = defaultdict(list)
    rows = Succession.objects.filter(condition).select_related(
        "reorganisation", "predecessor", "successor"
    )
    for row in rows.order_by("reorganisation__takes_effect_on", "reorganisation__entry", "pk"):
        before, after = row.predecessor, row.successor
        pair = (before.code if before else "", after.code if after else "")
        found[row.reorganisation].append(pair)
    return found


def _step(
    causes: Sequence[Cause], agencies: list[Differing], decrees: Decrees, sides: Standings
) -> Step:
    return Step(
        tuple(
            CauseRow(
                cause, tuple(_parts([a for a in agencies if a.cause == cause], decrees, sides))
            )
            for cause in causes
        )
    )


def _parts(agencies: list[Differing], decrees: Decrees, sides: Standings) -> Iterable[Part]:
    """Yield the decrees that agencies of a class follow from, and what follows from none."""
    for event, pairs in decrees.items():
        if of_it := [agency for agency in agencies if agency.event == event]:
            yield Part(event, tuple(_heirs(of_it, pairs, sides)))
    if without := [agency for agency in agencies if agency.event is None]:
        yield Part(None, tuple(_by_group(without)))


def _by_group(agencies: Iterable[Differing]) -> Iterable[Unit]:
    """Yield the agencies of each group, as they stand at the later side."""
    groups: dict[str, list[Differing]] = defaultdict(list)
    for agency in agencies:
        groups[agency.group_label].append(agency)
    return (Unit(label, tuple(found)) for label, found in groups.items())


def _heirs(
    agencies: list[Differing], pairs: list[tuple[str, str]], sides: Standings
) -> Iterable[Unit]:
    """Yield bodies with what they came from, under the names of the successors; then the rest.

    The rest has no successor that is counted: it is told of by groups.
    """
    together = _connected(pairs)
    heirs: dict[str, dict[str, None]] = defaultdict(dict)
    for _before, after in pairs:
        if after in sides:
            heirs[together[after]][sides[after].name] = None
    units: dict[str, list[Differing]] = defaultdict(list)
    rest: list[Differing] = []
    for agency in sorted(agencies, key=lambda agency: agency.now is not None):
        root = together[agency.latest.code]
        (units[root] if root in heirs else rest).append(agency)
    for root, names in heirs.items():
        if root in units:
            yield Unit(", ".join(names), tuple(units[root]))
    yield from _by_group(rest)


def _connected(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return, of each body, one that stands for all that pairs lead to from it."""
    root: dict[str, str] = {}

    def find(code: str) -> str:
        while root.setdefault(code, code) != code:
            root[code] = root[root[code]]
            code = root[code]
        return code

    for before, after in pairs:
        if before and after:
            root[find(before)] = find(after)
    return {code: find(code) for pair in pairs for code in pair if code}
