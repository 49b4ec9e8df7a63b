"""Reorganisations in the naive office: bodies end, go on and begin, day by day."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.naive_office import (
    Agency,
    Days,
    NaiveOffice,
    Name,
    Pair,
    refuse,
    say,
    span,
    stretch,
    stretches,
)


@dataclass(frozen=True)
class Heir:
    """A body after a reorganisation; of one of its own predecessors, what is empty stays."""

    agency: int
    predecessors: tuple[int, ...]
    name: Name
    first: str = ""
    carried: int | None = None

    @property
    def goes_on(self) -> bool:
        """Say whether it is one of its own predecessors."""
        return self.agency in self.predecessors

    @property
    def is_alone(self) -> bool:
        """Say whether it takes in no other body."""
        return self.predecessors == (self.agency,)


def pairs_of(heirs: list[Heir], dissolved: list[int]) -> set[Pair]:
    """Return (predecessor, successor), None where there is none."""
    made: set[Pair] = {
        (before, heir.agency) for heir in heirs for before in heir.predecessors or (None,)
    }
    return made | {(agency, None) for agency in dissolved}


class ReformingOffice(NaiveOffice):
    """The naive office with decrees."""

    def said_by(self, **facts: Any) -> tuple[str, int, set[Pair]]:
        """Return the decree, the day and the pairs of a reorganisation."""
        pairs = pairs_of(facts["heirs"], facts["dissolved"])
        return facts["decree"], facts["start"], pairs

    def reorganise(
        self, *, start: int, decree: str, heirs: list[Heir], dissolved: list[int], seen: int | None
    ) -> None:
        """Bodies end, go on and begin on one day, by one decree."""
        pairs = pairs_of(heirs, dissolved)
        refuse(*(_decision(heir) for heir in heirs), _goes_round(pairs) and "round")
        refuse(
            any((decree, start) == said[:2] and pairs & said[2] for said in self._standing())
            and "on record"
        )
        before = {old for old, _new in pairs if old is not None}
        after = {heir.agency for heir in heirs}
        named = before | after | {h.name.parent for h in heirs if h.name.parent is not None}
        late = [seen is not None and self._changed_after(agency, seen) for agency in named]
        refuse(any(late) and "stale")
        ends = before - after
        refuse(
            *(reason for agency in before for reason in self._closing(agency, start, ends)),
            *(self._impossible(heir, start, pairs) for heir in heirs),
        )
        firsts = [self._first(heir, start, pairs) for heir in heirs]
        for agency in ends:
            for days in (self.draft[agency].roster, self.draft[agency].status):
                for day in span(start, None):
                    days.pop(day, None)
        refuse(*(self._begin_heir(h, start, f) for h, f in zip(heirs, firsts, strict=True)))
        refuse(
            self._below(ends, start),
            any(
                heir.name.parent is not None and start not in self.draft[heir.name.parent].roster
                for heir in heirs
            )
            and "no parent",
            self._gso() or False,
            self._cycle() or False,
        )

    def _standing(self) -> list[tuple[str, int, set[Pair]]]:
        return [said for act, said in self.decrees.items() if act not in self.undoes.values()]

    def _closing(self, agency: int, start: int, ends: set[int]) -> Iterator[str]:
        """Yield why a body cannot end or go on as another on a day."""
        life = self.draft[agency]
        if start - 1 not in life.roster:
            yield "absent"
        elif start not in life.roster:
            yield "closed"
        elif agency in ends:
            begun = [*stretches(life.roster), *stretches(life.status)]
            if any(there.start >= start for there in begun):
                yield "open"

    def _impossible(self, heir: Heir, start: int, pairs: set[Pair]) -> str | bool:
        """Return why an heir cannot be what is said of it."""
        life = self.draft.get(heir.agency, Agency())
        if not heir.goes_on:
            return bool(life.roster) and "code taken"
        is_split = sum(old == heir.agency for old, _new in pairs) > 1
        if start not in life.roster or is_split or not heir.is_alone:
            return False
        return self._named(heir, start) == life.roster[start] and "itself"

    def _named(self, heir: Heir, start: int) -> Name:
        """Return what an heir is called, in which group and under whom."""
        if not heir.goes_on:
            return heir.name
        old = self.draft[heir.agency].roster[start]
        parent = old.parent if heir.name.parent is None else heir.name.parent
        said = heir.name
        return Name(said.name or old.name, said.group or old.group, parent, said.gso or old.gso)

    def _first(self, heir: Heir, start: int, pairs: set[Pair]) -> str | None:
        """Return the status that an heir begins with, None where it goes on with its own."""
        if heir.first == "carried":
            assert heir.carried is not None
            own = heir.carried == heir.agency
            return None if own else self.draft[heir.carried].status[start - 1]
        if heir.first == "anew":
            return f"anew: {self._why(heir, start, pairs)}"
        return None if heir.goes_on else "not started"

    def _why(self, heir: Heir, start: int, pairs: set[Pair]) -> str:
        if not heir.predecessors:
            return "thành lập mới"
        if len(heir.predecessors) > 1:
            return "sáp nhập"
        (before,) = heir.predecessors
        if sum(old == before for old, _new in pairs) > 1:
            return "chia tách"
        old, new = self.draft[before].roster[start], self._named(heir, start)
        stays = (old.group, old.parent) == (new.group, new.parent)
        return "đổi tên" if old.name != new.name or stays else "chuyển cơ quan cấp trên hoặc nhóm"

    def _begin_heir(self, heir: Heir, start: int, first: str | None) -> str | bool:
        """Write down what holds of an heir from the day on, or return why not."""
        life = self.draft.setdefault(heir.agency, Agency())
        name = self._named(heir, start)
        if not heir.goes_on:
            say(life.roster, span(start, None), name)
            say(life.status, span(start, None), first or "not started")
            return not name.name and "facts"
        if life.roster[start] != name:
            there = stretch(life.roster, start)
            if there.start == start:
                return "begins"
            if _reverts(life.roster, there, name):
                return "reverts"
            say(life.roster, there[start - there.start :], name)
        if first is not None:
            there = stretch(life.status, start)
            if there.start == start and life.status[start] != "not started":
                return "begins"
            say(life.status, there[start - there.start :], first)
        return False


def _reverts(roster: Days[Name], there: range, name: Name) -> bool:
    """Say whether some later stretch says otherwise of what a new name changes."""
    old = roster[there.start]
    changed = [field for field in vars(name) if getattr(name, field) != getattr(old, field)]
    later = [roster[s.start] for s in stretches(roster) if s.start > there.start]
    return any(getattr(said, field) != getattr(name, field) for said in later for field in changed)


def _decision(heir: Heir) -> str | bool:
    """Return "decision" where the first status of an heir is not decided, or not so."""
    is_clear = heir.is_alone if heir.predecessors else not heir.name.group
    return (
        (not heir.first and not is_clear)
        or (heir.first == "not_started" and bool(heir.predecessors))
        or (heir.first == "carried") != (heir.carried is not None)
        or (heir.carried is not None and heir.carried not in heir.predecessors)
    ) and "decision"


def _goes_round(pairs: set[Pair]) -> bool:
    """Say whether some body goes into another and comes back."""
    reached = {(old, new) for old, new in pairs if None not in (old, new) and old != new}
    while more := {(a, d) for a, b in reached for c, d in reached if b == c} - reached:
        reached |= more
    return any(old == new for old, new in reached)
