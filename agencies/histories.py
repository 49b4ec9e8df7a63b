"""One agency's histories as a page tells them: what held when, and who recorded it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agencies.actions.undo import UNDOABLE, by_act, in_the_way
from agencies.models import Agency, DatedRecord, Entry, EntryKind, RosterRecord, StatusRecord
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
    return _plain_rows(model, agency).select_related("recorded__by", "superseded__by")


def _plain_rows(model: type[DatedRecord], agency: Agency) -> DatedQuerySet:
    manager: Any = model._default_manager
    rows: DatedQuerySet = manager.filter(agency=agency).order_by("-valid_from", "-pk")
    named = ["group", "parent", "province"]
    if model is StatusRecord:
        named = ["edition", "working_toward", "evidence"]
    return rows.select_related(*named)


@dataclass(frozen=True)
class Histories:
    """Everything ever recorded of one agency; `known` is the last Entry known, or 0."""

    rows: dict[type[DatedRecord], list[Any]]
    known: int

    def believed(self, model: type[DatedRecord]) -> list[Any]:
        """Return the rows of one history that were believed, newest first."""
        return [row for row in self.rows[model] if row.believed_after(self.known)]

    @property
    def names(self) -> list[RosterRecord]:
        """Return what was believed of the roster, newest first."""
        return self.believed(RosterRecord)

    def statuses(self) -> list[StatusRecord]:
        """Return what was believed of the status, newest first, with who first stated each.

        A row that was only cut short or stretched since keeps the Entry that stated its
        facts (`first_stated`).
        """
        stated: dict[tuple[Any, ...], Entry] = {}
        for row in sorted(self.rows[StatusRecord], key=lambda row: row.recorded_id):
            stated.setdefault((row.valid_from, *row.facts().values()), row.recorded)
        believed: list[StatusRecord] = self.believed(StatusRecord)
        for row in believed:
            row.first_stated = stated[row.valid_from, *row.facts().values()]
        return believed

    def acts(self) -> list[Act]:
        """Return the acts of recording that were known, newest first.

        Rows that an act only cut short or stretched are left out: it changed nothing they say.
        """
        acts: dict[int, Act] = {}
        for rows in self.rows.values():
            _tell(rows, acts)
        _say_what_is_undone(acts, [row for rows in self.rows.values() for row in rows])
        known = [act for act in acts.values() if act.entry.pk <= self.known]
        for act in known:
            if act.undone_by and act.undone_by.pk > self.known:
                act.undone_by = None
        return sorted(known, key=lambda act: -act.entry.pk)


def read_histories(agency: Agency, known: int) -> Histories:
    """Return both histories of an agency, as far as they were known after an Entry."""
    models: tuple[type[DatedRecord], ...] = (StatusRecord, RosterRecord)
    histories = {model: list(_plain_rows(model, agency)) for model in models}
    rows = [row for history in histories.values() for row in history]
    numbers = {row.recorded_id for row in rows} | {row.superseded_id for row in rows}
    # Many rows share an act: read once, the acts cost less than joined to every row.
    acts = Entry.objects.select_related("by").in_bulk(numbers - {None})
    for row in rows:
        row.recorded = acts[row.recorded_id]
        row.superseded = acts.get(row.superseded_id)
    return Histories(histories, known)


def _tell(rows: Sequence[DatedRecord], acts: dict[int, Act]) -> None:
    """Add to each act what it stated and replaced in one history."""
    stated: dict[int, list[DatedRecord]] = defaultdict(list)
    replaced: dict[int, list[DatedRecord]] = defaultdict(list)
    for row in rows:
        stated[row.recorded_id].append(row)
        acts.setdefault(row.recorded_id, Act(row.recorded))
        if row.superseded is not None:
            replaced[row.superseded.pk].append(row)
            acts.setdefault(row.superseded.pk, Act(row.superseded))
    for pk, act in acts.items():
        act.stated += _unlike(stated[pk], replaced[pk])
        act.replaced += _unlike(replaced[pk], stated[pk])


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
            # The act that added the agency; a reorganisation takes its bodies back with it.
            (pk != first or act.entry.kind == EntryKind.REORGANISATION)
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
