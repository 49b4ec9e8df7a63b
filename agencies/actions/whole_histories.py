"""Writing whole histories at once: many acts of recording of past years, into an empty office.

The acts are carried out one after the other in memory, by the same `Life` as every other act;
only the rows that come of them are written together. Ten thousand agencies would else take hours.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, TypeVar

from django.utils import timezone

from agencies.actions.chain import add_entries
from agencies.actions.entries import write_lock
from agencies.actions.lives import Life, check_gso_codes, check_parents, load_lives
from agencies.actions.status import state_change
from agencies.models import (
    Agency,
    DatedRecord,
    Entry,
    EntryKind,
    RosterFacts,
    RosterRecord,
    StatusFacts,
    StatusRecord,
    User,
)

AT_ONCE = 1_000  # lives in memory, or acts whose lines are written together
Item = TypeVar("Item")


@dataclass(frozen=True)
class Statement:
    """What an act says of one agency, by its code.

    Roster facts begin the agency's life, with the code of its parent body. Status facts hold from
    the day until the next believed change, or, where `is_interval`, until before `end`.
    """

    agency: str
    start: date
    facts: RosterFacts | StatusFacts
    end: date | None = None
    is_interval: bool = False
    parent: str = ""


@dataclass(frozen=True)
class PastAct:
    """One act of recording to be written: when, by whom, why, and what it says."""

    at: datetime
    by: User
    kind: EntryKind
    statements: Sequence[Statement]
    reason: str = ""


@dataclass
class Written:
    """The rows of one history that acts came to, and which act superseded those on record."""

    new: list[Any] = field(default_factory=list)
    gone: list[Any] = field(default_factory=list)

    def take(self, before: Collection[Any], after: Collection[Any], entry: Entry) -> list[Any]:
        """Note what one act made of the believed rows of one agency; return those believed now."""
        olds = [row for row in before if not any(row is kept for kept in after)]
        believed = []
        for row in after:
            if any(row is kept for kept in before):
                believed.append(row)
            elif same := next((old for old in olds if old.says_the_same_as(row)), None):
                olds.remove(same)
                believed.append(same)
            else:
                row.recorded_id, row.superseded_id = entry.pk, None
                self.new.append(row)
                believed.append(row)
        for old in olds:
            old.superseded_id = entry.pk
            if old.pk is not None:
                self.gone.append(old)
        return believed


def write_whole_histories(*, acts: Iterable[PastAct]) -> int:
    """Write acts of the past in the order of their moments; return how many there were.

    Only for made data, into a database that holds nothing else; the true time of writing is kept
    beside each moment. Every act gets its line in the record of acts.

    Raises:
        ValidationError: a rule of the histories would be broken; nothing is written.
        ValueError: something else is on record, or an act is not later than the last one.
    """
    with write_lock():
        ordered = sorted(acts, key=lambda act: act.at)
        entries = _new_entries(ordered)
        agencies = _agencies(ordered)
        said: dict[str, list[tuple[Entry, Statement]]] = defaultdict(list)
        for entry, act in zip(entries, ordered, strict=True):
            for statement in act.statements:
                said[statement.agency].append((entry, statement))
        for codes in _portions(list(said)):
            lives = load_lives(agencies[code] for code in codes)
            _carry_out(lives.values(), said, agencies)
        for some in _portions(entries):
            add_entries(some)
    return len(entries)


def _portions(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


def _new_entries(acts: Sequence[PastAct]) -> list[Entry]:
    last = Entry.objects.order_by("-pk").first()
    if last is not None and last.loaded_at is None:
        raise ValueError("Only an empty database takes entries dated in the past.")
    now, moment = timezone.now(), last.at if last else None
    entries: list[Entry] = []
    for act in acts:
        if entries:
            assert moment is not None
            moment = max(act.at, moment + timedelta(microseconds=1))
        elif moment is not None and act.at <= moment:
            raise ValueError("An act of the past would be earlier than the last one on record.")
        else:
            moment = act.at
        entries.append(Entry(at=moment, by=act.by, kind=act.kind, reason=act.reason, loaded_at=now))
    for entry in entries:
        entry.clean_fields(exclude=["by"])
    return Entry.objects.bulk_create(entries)


def _agencies(acts: Sequence[PastAct]) -> dict[str, Agency]:
    """Return the agencies that acts speak of by their codes, new ones written first."""
    codes = dict.fromkeys(said.agency for act in acts for said in act.statements)
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    new = [Agency(code=code) for code in codes if code not in agencies]
    for agency in new:
        agency.clean_fields()
    return agencies | {agency.code: agency for agency in Agency.objects.bulk_create(new)}


def _carry_out(
    lives: Collection[Life],
    said: dict[str, list[tuple[Entry, Statement]]],
    agencies: dict[str, Agency],
) -> None:
    """Carry out what acts say of some agencies, check the rules, and write the rows."""
    roster, status = Written(), Written()
    for life in lives:
        for entry, statements in groupby(said[life.agency.code], key=lambda pair: pair[0]):
            before = life.roster, life.status
            for _entry, statement in statements:
                _state(life, statement, agencies)
            life.check()
            life.roster = roster.take(before[0], life.roster, entry)
            life.status = status.take(before[1], life.status, entry)
    check_gso_codes(lives)
    check_parents(lives)
    _write(RosterRecord, roster)
    _write(StatusRecord, status)


def _state(life: Life, statement: Statement, agencies: dict[str, Agency]) -> None:
    facts = statement.facts
    if isinstance(facts, RosterFacts):
        parent = agencies[statement.parent].pk if statement.parent else None
        told = replace(facts, parent_id=parent)
        life.state_roster(statement.start, statement.end, told)
    elif statement.is_interval:
        life.status_on(statement.start)
        life.state_status(statement.start, statement.end, facts)
    else:
        state_change(life, statement.start, facts)


def _write(model: type[DatedRecord], written: Written) -> None:
    skipped = [field.name for field in model._meta.fields if field.remote_field]
    for row in written.new:
        row.clean_fields(exclude=[*skipped, "sort_key", "search_text"])
    model._default_manager.bulk_update(written.gone, ["superseded"], batch_size=200)
    model._default_manager.bulk_create(written.new, batch_size=500)
