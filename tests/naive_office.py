"""A second, slower office to compare the real one with: what held is written down day by day.

It keeps, for every act of recording, a whole picture of what was believed of every day,
and knows neither rows nor intervals nor how a history is restated.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

# Ends of months and first days of the next, so that points of the trend meet both sides of
# every change. Nothing changes after the last day, so it speaks for all days to come.
DAYS = [
    date(2020, 1, 31),
    date(2020, 2, 1),
    date(2020, 2, 29),
    date(2020, 3, 1),
    date(2020, 3, 31),
    date(2020, 4, 1),
    date(2020, 4, 30),
    date(2020, 5, 1),
]
AFTER = len(DAYS)  # as an end: none
FAR_DAY = date(2021, 6, 30)

Said = TypeVar("Said")
Days = dict[int, Said]  # what was said of each day on which there is something to say


class Refused(Exception):
    """An act that the office does not accept, with every reason there is."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = set(reasons)


@dataclass(frozen=True)
class Name:
    """What the roster says: a name, a group, a parent body, a GSO code."""

    name: str
    group: str
    parent: int | None
    gso: str


@dataclass
class Agency:
    """What was believed of one agency."""

    roster: Days[Name] = field(default_factory=dict)
    status: Days[str] = field(default_factory=dict)


Picture = dict[int, Agency]


Pair = tuple[int | None, int | None]


def stretch(days: Days[Said], day: int) -> range:
    """Return the days around a day on which the same was said without a break."""
    first = last = day
    while days.get(first - 1) == days[day]:
        first -= 1
    while days.get(last + 1) == days[day]:
        last += 1
    return range(first, last + 1)


def stretches(days: Days[Said]) -> Iterator[range]:
    """Yield the stretches of a history in order."""
    for day in sorted(days):
        found = stretch(days, day)
        if found.start == day:
            yield found


def span(start: int, end: int | None) -> range:
    """Return the days from a start until before an end, None for all to come."""
    return range(start, AFTER if end is None else end)


def say(days: Days[Said], when: range, what: Said) -> None:
    """Write down what was said of some days."""
    days.update(dict.fromkeys(when, what))


def refuse(*reasons: str | bool) -> None:
    """Refuse for every reason that is not False."""
    if found := [reason for reason in reasons if isinstance(reason, str)]:
        raise Refused(*found)


def _climbs_back(agency: int, above: dict[int, int | None]) -> bool:
    """Say whether the way up from an agency comes by the same body twice."""
    way: list[int] = []
    step: int | None = agency
    while step is not None and step not in way:
        way.append(step)
        step = above.get(step)
    return step is not None


class NaiveOffice:
    """Carries out acts on pictures; `pictures[n]` is what was believed after n acts."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = [{}]
        self.draft: Picture = {}
        self.undoes: dict[int, int] = {}  # which act undid which
        self.decrees: dict[int, tuple[str, int, set[Pair]]] = {}  # what acts reorganised

    @property
    def now(self) -> Picture:
        """Return what is believed now."""
        return self.pictures[-1]

    def carry_out(self, act: str, **facts: Any) -> None:
        """Do one act, or refuse it and leave everything as it was."""
        self.draft = deepcopy(self.now)
        getattr(self, act)(**facts)
        self._check()
        refuse(self.draft == self.now and "nothing new")
        self.pictures.append(self.draft)
        if act == "undo":
            self.undoes[len(self.pictures) - 1] = facts["entry"]
        if act == "reorganise":
            self.decrees[len(self.pictures) - 1] = self.said_by(**facts)

    def _begin(self, agency: int, seen: int | None, *reasons: str | bool) -> Agency:
        stale = seen is not None and self._changed_after(agency, seen)
        refuse(stale and "stale")
        refuse(*reasons)
        return self.draft[agency]

    def _changed_after(self, agency: int, seen: int) -> bool:
        pairs = zip(self.pictures[seen:], self.pictures[seen + 1 :], strict=False)
        return any(before.get(agency) != after.get(agency) for before, after in pairs)

    def said_by(self, **facts: Any) -> tuple[str, int, set[Pair]]:
        """Return the decree, the day and the pairs of a reorganisation (tests.naive_reform)."""
        raise NotImplementedError

    # The acts, in the words of the design.

    def add(self, *, agency: int, start: int, end: int | None, name: Name, first: str) -> None:
        """An agency exists from a day on; it begins as not started unless told."""
        refuse(agency in self.now and "code taken", end is not None and end <= start and "empty")
        self.draft[agency] = Agency()
        say(self.draft[agency].roster, span(start, end), name)
        say(self.draft[agency].status, span(start, end), first)

    def record_status(self, *, agency: int, start: int, what: str, seen: int | None) -> None:
        """A recorded change runs from its day to the next believed change."""
        days = self._begin(agency, seen).status
        refuse(start not in days and "absent")
        there = stretch(days, start)
        refuse(there.start == start and days[start] != "not started" and "begins")
        say(days, range(start, there.stop), what)

    def record_statuses(
        self, *, agencies: list[int], start: int, what: str, seen: int | None
    ) -> None:
        """One status for several agencies: all or none, with every refusal."""
        late = [seen is not None and self._changed_after(agency, seen) for agency in agencies]
        refuse(any(late) and "stale")
        reasons: list[str] = ["facts"] if "!" in what else []
        for agency in [] if reasons else agencies:
            before = deepcopy(self.draft[agency])
            try:
                self.record_status(agency=agency, start=start, what=what, seen=None)
            except Refused as refused:
                reasons += refused.reasons
            else:
                reasons += ["nothing new"] if self.draft[agency] == before else []
        refuse(*reasons)

    def correct_status(
        self, *, agency: int, start: int, end: int | None, what: str, reason: str, seen: int | None
    ) -> None:
        """A correction states a whole interval and needs a reason."""
        days = self._begin(agency, seen).status
        empty = end is not None and end <= start
        beyond = any(day not in days for day in span(start, end))
        refuse(
            start not in days and "absent",
            empty and "empty",
            not reason and "no reason",
            beyond and "beyond",
            "!" in what and "facts",
        )
        say(days, span(start, end), what)

    def correct_status_record(
        self, *, agency: int, row: int, start: int, what: str, reason: str, seen: int | None
    ) -> None:
        """One record gets other facts or another first day; it ends where it ended."""
        days = self._begin(agency, seen).status
        there = list(stretches(days))[row]
        first = there.start - 1 not in days
        earliest = there.start if first else stretch(days, there.start - 1).start + 1
        latest = there.start if first else there.stop - 1
        refuse(not earliest <= start <= latest and "between", not reason and "no reason")
        if start > there.start:
            say(days, range(there.start, start), days[there.start - 1])
        say(days, range(start, there.stop), what)

    def take_out_status(self, *, agency: int, row: int, reason: str, seen: int | None) -> None:
        """Taking out an event that never happened extends the one before it."""
        self._take_out(self._begin(agency, seen).status, row, reason)

    def change_roster(self, *, agency: int, start: int, name: Name, seen: int | None) -> None:
        """As `record_status`, for what the roster says."""
        days = self._begin(agency, seen).roster
        refuse(start not in days and "absent")
        there = stretch(days, start)
        refuse(there.start == start and "begins")
        say(days, range(start, there.stop), name)

    def correct_roster(
        self, *, agency: int, row: int, name: Name, reason: str, seen: int | None
    ) -> None:
        """A record says something else for all its days."""
        days = self._begin(agency, seen, not reason and "no reason").roster
        say(days, list(stretches(days))[row], name)

    def take_out_roster(self, *, agency: int, row: int, reason: str, seen: int | None) -> None:
        """As `take_out_status`, for what the roster says."""
        self._take_out(self._begin(agency, seen).roster, row, reason)

    def _take_out(self, days: Days[Said], row: int, reason: str) -> None:
        there = list(stretches(days))[row]
        before = there.start - 1
        refuse(before not in days and "first", not reason and "no reason")
        say(days, there, days[before])

    def change_lifetime(
        self, *, agency: int, start: int, end: int | None, reason: str, seen: int | None
    ) -> None:
        """First and last records follow the days of existence, none is lost with them."""
        life = self._begin(agency, seen)
        refuse(not life.roster and "absent")
        days = span(start, end)
        lost = any(not set(there) & set(days) for there in stretches(life.roster)) or any(
            not set(there) & set(days) and life.status[there.start] != "not started"
            for there in stretches(life.status)
        )
        refuse(
            end is not None and end <= start and "empty",
            not reason and "no reason",
            lost and "lost",
        )
        self.draft[agency] = Agency(
            roster={day: self._nearest(life.roster, day) for day in days},
            status={
                day: self._nearest(life.status, day) if day >= min(life.status) else "not started"
                for day in days
            },
        )

    @staticmethod
    def _nearest(days: Days[Said], day: int) -> Said:
        return days[min(max(day, min(days)), max(days))]

    def undo(self, *, entry: int, reason: str, seen: int | None) -> None:
        """Of every day that an act changed, what was believed before it is believed again."""
        before, after = self.pictures[entry - 1], self.pictures[entry]
        touched = [agency for agency in after if before.get(agency) != after[agency]]
        refuse(
            any(seen is not None and self._changed_after(agency, seen) for agency in touched)
            and "stale"
        )
        refuse(entry in self.undoes and "no act to undo")
        refuse(entry in self.undoes.values() and "undone")
        ours = self._changed_by(entry)
        later = [
            number
            for number in range(entry + 1, len(self.pictures))
            if number not in self.undoes.values() and self.undoes.get(number, 0) < entry
        ]
        hanging = any(
            (agency, history, day + step) in ours
            for number in later
            for agency, history, day in self._changed_by(number)
            for step in (-1, 0, 1)
        )
        added = any(agency not in before for agency in touched) and entry not in self.decrees
        refuse(hanging and "in the way", not hanging and added and "added")
        for agency, history, day in ours:
            said = getattr(before.get(agency, Agency()), history)
            days = getattr(self.draft[agency], history)
            days.pop(day, None)
            if day in said:
                days[day] = said[day]
        made = {agency for agency in touched if not self.draft[agency].roster}
        refuse(self._below(made, 0), self._named_since(made, entry) and "in the way")
        refuse(not reason and "no reason")

    def _named_since(self, made: set[int], entry: int) -> bool:
        """Say whether a later decree that still stands names one of some bodies."""
        return any(
            made & {agency for pair in pairs for agency in pair if agency is not None}
            for number, (_decree, _start, pairs) in self.decrees.items()
            if number > entry and number not in self.undoes.values()
        )

    def _below(self, gone: set[int], start: int) -> str | bool:
        """Say whether a body stands under one that exists no longer."""
        return (
            any(
                what.parent in gone
                for life in self.draft.values()
                for day, what in life.roster.items()
                if day >= start
            )
            and "below"
        )

    def _changed_by(self, number: int) -> set[tuple[int, str, int]]:
        """Return the days of which an act changed what was believed."""
        before, after = self.pictures[number - 1], self.pictures[number]
        return {
            (agency, history, day)
            for agency in after
            for history in ("roster", "status")
            for day in range(AFTER)
            if getattr(before.get(agency, Agency()), history).get(day)
            != getattr(after[agency], history).get(day)
        }

    def _check(self) -> None:
        """Refuse what no picture may show."""
        told = [self._gso(), self._cycle(), self._facts()]
        refuse(*(reason for reason in told if reason))

    def _facts(self) -> str:
        said = {what for agency in self.draft.values() for what in agency.status.values()}
        names = {what.name for agency in self.draft.values() for what in agency.roster.values()}
        return "facts" if any("!" in what for what in said) or "" in names else ""

    def _gso(self) -> str:
        for day in range(AFTER):
            there = [life.roster[day].gso for life in self.draft.values() if day in life.roster]
            codes = [code for code in there if code]
            if len(codes) != len(set(codes)):
                return "gso"
        return ""

    def _cycle(self) -> str:
        for day in range(AFTER):
            above = {
                agency: life.roster[day].parent
                for agency, life in self.draft.items()
                if day in life.roster
            }
            if any(_climbs_back(agency, above) for agency in above):
                return "cycle"
        return ""


def cleaned(name: Name) -> Name:
    """Return the name as the office writes it down."""
    return replace(name, name=name.name.strip(), gso=name.gso.strip())
