"""One agency's histories as a page tells them: what held when, and who recorded it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agencies.actions.undo import UNDOABLE, by_act, in_the_way
from agencies.models import Agency, DatedRecord, Entry, RosterRecord, StatusRecord
from agencies.models.history import DatedQuerySet


@dataclass
class Act:
    """One act of recording and what it changed of one agency, newest facts first."""

    entry: Entry
    stated: list[DatedRecord] = field(default_factory=list)
    replaced: list[DatedRecord] = field(default_factory=list)
    undone_by: Entry | None = None
    may_be_undone: bool = False


def rows_of(model: type[DatedRecord], agency: Agency) -> DatedQuerySet:
    """Return every row of one history of an agency, with what a page shows of it."""
    manager: Any = model._default_manager
    rows: DatedQuerySet = manager.filter(agency=agency)
    related = ["recorded__by", "superseded__by"]
    if model is StatusRecord:
        related += ["edition", "working_toward", "evidence"]
    else:
        related += ["group", "parent"]
    return rows.select_related(*related).order_by("-valid_from", "-pk")


def known_statuses(agency: Agency, known_at: datetime) -> list[StatusRecord]:
    """Return the status rows believed at a moment, newest first, with who first stated each.

    A row that was only cut short or stretched since keeps the Entry that stated its facts
    (`first_stated`).
    """
    rows = rows_of(StatusRecord, agency)
    stated: dict[tuple[Any, ...], Entry] = {}
    for row in sorted(rows, key=lambda row: row.recorded_id):
        stated.setdefault((row.valid_from, *row.facts().values()), row.recorded)
    known: list[StatusRecord] = list(rows.known_at(known_at))
    for row in known:
        row.first_stated = stated[row.valid_from, *row.facts().values()]
    return known


def acts_on(agency: Agency, known_at: datetime) -> list[Act]:
    """Return the acts of recording known at a moment, newest first.

    Rows that an act only cut short or stretched are left out: it changed nothing they say.
    """
    acts: dict[int, Act] = {}
    seen: list[DatedRecord] = []
    for model in (StatusRecord, RosterRecord):
        stated: dict[int, list[DatedRecord]] = defaultdict(list)
        replaced: dict[int, list[DatedRecord]] = defaultdict(list)
        for row in rows_of(model, agency):
            seen.append(row)
            stated[row.recorded_id].append(row)
            acts.setdefault(row.recorded_id, Act(row.recorded))
            if row.superseded_id is not None:
                replaced[row.superseded_id].append(row)
                acts.setdefault(row.superseded_id, Act(row.superseded))
        for pk, act in acts.items():
            act.stated += _unlike(stated[pk], replaced[pk])
            act.replaced += _unlike(replaced[pk], stated[pk])
    _say_what_is_undone(acts, seen)
    known = [act for act in acts.values() if act.entry.at <= known_at]
    for act in known:
        if act.undone_by and act.undone_by.at > known_at:
            act.undone_by = None
    return sorted(known, key=lambda act: -act.entry.pk)


def _say_what_is_undone(acts: dict[int, Act], rows: Sequence[DatedRecord]) -> None:
    """Say of each act whether it is undone, and whether it may be as far as this agency goes.

    An act on several agencies may still be refused by another one; its page says so.
    """
    entries = [act.entry for act in acts.values()]
    undone = {entry.undoes_id: entry for entry in entries if entry.undoes_id}
    written = by_act(rows)
    first = min(written, default=0)
    for pk, act in acts.items():
        act.undone_by = undone.get(pk)
        act.may_be_undone = (
            pk != first  # the act that added the agency
            and act.entry.kind in UNDOABLE
            and pk not in undone
            and not in_the_way(act.entry, written, entries)
        )


def _unlike(rows: Sequence[DatedRecord], others: Iterable[DatedRecord]) -> list[DatedRecord]:
    """Return the rows that no other row repeats from the same day or to the same day."""
    others = list(others)
    return [row for row in rows if not any(_continues(row, other) for other in others)]


def _continues(row: DatedRecord, other: DatedRecord) -> bool:
    same_edge = row.valid_from == other.valid_from or row.valid_to == other.valid_to
    return same_edge and row.facts() == other.facts()
