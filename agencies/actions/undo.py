"""Undoing one act of recording by a further one; what was known in between stays known."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.fields.reverse_related import ManyToOneRel
from django.utils.translation import gettext as _

from agencies.actions.entries import open_undo, refuse_stale_of, write_lock
from agencies.actions.lives import FAR, Life, load_lives, restate, save_lives
from agencies.actions.reorganisation_checks import left_below
from agencies.house_style import moment
from agencies.models import (
    Agency,
    DatedRecord,
    Entry,
    EntryKind,
    RosterRecord,
    StatusRecord,
    Succession,
    User,
)

UNDOABLE = frozenset(
    {EntryKind.RECORD, EntryKind.CORRECTION, EntryKind.IMPORT, EntryKind.REORGANISATION}
)
TAKES_BODIES_BACK = frozenset({EntryKind.IMPORT, EntryKind.REORGANISATION})
LISTED = 5  # rows of one kind that a refusal names

Span = tuple[date, date]  # half-open; FAR where it does not end
Key = tuple[type[DatedRecord], int]  # one history of one agency


@dataclass
class Written:
    """What one act wrote in one history of one agency."""

    gone: list[DatedRecord] = field(default_factory=list)
    new: list[DatedRecord] = field(default_factory=list)

    def changed(self) -> list[Span]:
        """Return the spans of days of which something else was believed after the act."""
        rows = [*self.gone, *self.new]
        edges = sorted({day for row in rows for day in (row.valid_from, row.valid_to or FAR)})
        return [
            (start, end)
            for start, end in pairwise(edges)
            if _said(self.gone, start) != _said(self.new, start)
        ]


Acts = dict[int, dict[Key, Written]]  # by the ids of Entries


def _said(rows: Iterable[DatedRecord], day: date) -> dict[str, object] | None:
    return next((row.facts() for row in rows if row.covers(day)), None)


def by_act(rows: Iterable[DatedRecord]) -> Acts:
    """Sort rows by the acts that wrote and that superseded them."""
    acts: Acts = defaultdict(lambda: defaultdict(Written))
    for row in rows:
        key = (type(row), row.agency_id)
        acts[row.recorded_id][key].new.append(row)
        if row.superseded_id is not None:
            acts[row.superseded_id][key].gone.append(row)
    return acts


def in_the_way(entry: Entry, acts: Acts, entries: Collection[Entry]) -> list[tuple[Entry, Key]]:
    """Return the later acts that hang on what an act wrote, in their order, and where.

    One hangs on it where it changed days that the act had changed, or days next to them:
    a record that was made to end where the undone one begins would end for no reason.
    An act that was undone since, and its undoing, do not hang on it.
    """
    undone = {later.undoes_id for later in entries}
    return [
        (later, key)
        for later in sorted(entries, key=lambda later: later.pk)
        if later.pk > entry.pk and later.pk not in undone and (later.undoes_id or 0) < entry.pk
        for key, written in acts[entry.pk].items()
        if key in acts[later.pk] and _meet(written.changed(), acts[later.pk][key].changed())
    ]


def _meet(spans: Iterable[Span], others: Collection[Span]) -> bool:
    """Say whether some span overlaps another or touches its edge."""
    return any(a[0] <= b[1] and b[0] <= a[1] for a in spans for b in others)


@dataclass
class Undoing:
    """What undoing an act would come to: the lives restated, or why it is refused."""

    lives: list[Life]
    refused: list[str]


def undo_entry(*, entry: Entry, by: User, reason: str, seen: int | None = None) -> Entry:
    """Undo an act of recording as a whole: believe again what was believed before it.

    Undoable are records, corrections, imports and reorganisations. Of the days that
    the act changed, what it wrote is superseded and what it superseded is stated again, under
    a further Entry that names it. Not undoable are

    - an undoing, or an act that was undone already;
    - a record that added an agency: its entry is corrected, or its days of existence are ended.
      The bodies that a reorganisation made or an import added stay as identities that exist on
      no day;
    - one of those that made a body to which anything on record refers since (`_hanging_on`);
    - an act on which a later one hangs (`in_the_way`);
    - an act whose undoing would break a rule of the roster (a GSO code given away since).

    Groups that an import added or renamed are reference data and stay.

    Raises:
        ValidationError: no reason is given, or it is refused; all that stands in the way is
            named, by agency.
        StaleForm: somebody else recorded something of one of its agencies since `seen`.
    """
    with write_lock():
        entry = Entry.objects.get(pk=entry.pk)
        refuse_stale_of(agencies_of(entry), seen)
        undoing = plan_undo(entry)
        if undoing.refused:
            raise ValidationError(undoing.refused)
        undo = open_undo(entry, by=by, reason=reason)
        save_lives(undo, undoing.lives)
    return undo


def agencies_of(entry: Entry) -> list[Agency]:
    """Return the agencies of which an act wrote something, in the order of their codes."""
    touched: set[int] = set()
    for model in (RosterRecord, StatusRecord):
        rows = model.objects.filter(Q(recorded=entry) | Q(superseded=entry))
        touched.update(rows.values_list("agency", flat=True))
    return list(Agency.objects.filter(pk__in=touched).order_by("code"))


def plan_undo(entry: Entry) -> Undoing:
    """Return what undoing an act would come to; writes nothing."""
    if refused := _refused_at_sight(entry):
        return Undoing([], [refused])
    lives = load_lives(agencies_of(entry))
    acts = by_act(_rows_since(entry, lives.values()))
    entries = list(Entry.objects.filter(pk__in=acts).select_related("by"))
    refused_by = [
        _("%(agency)s: %(act)s by %(by)s builds on it; undo that first.")
        % {"agency": lives[key[1]].named(), "act": later, "by": later.by}
        for later, key in in_the_way(entry, acts, entries)
    ]
    if not refused_by:
        for (model, pk), written in acts[entry.pk].items():
            _take_back(lives[pk], model, written)
        refused_by = _refused_for_bodies(entry, lives.values())
    return Undoing(list(lives.values()), list(dict.fromkeys(refused_by)))


def _refused_at_sight(entry: Entry) -> str:
    """Return why an act is not undoable whatever came after it, else nothing."""
    if entry.kind not in UNDOABLE:
        return _("An act of the kind “%(kind)s” is not undone here.") % {
            "kind": entry.get_kind_display()
        }
    if undo := Entry.objects.filter(undoes=entry).select_related("by").first():
        return _("It was undone already, by %(by)s, %(moment)s.") % {
            "by": undo.by,
            "moment": moment(undo.at),
        }
    if not agencies_of(entry):
        return _("It wrote nothing of an agency that could be undone.")
    return ""


def _refused_for_bodies(entry: Entry, lives: Collection[Life]) -> list[str]:
    """Return why the bodies that an act made cannot be taken back."""
    made = [life for life in lives if not life.roster]
    if entry.kind not in TAKES_BODIES_BACK:
        return [_added(life) for life in made]
    below = left_below(lives, {life.agency.pk: date.min for life in made})
    return [*below, *_hanging_on({life.agency.pk: life for life in made}, entry)]


def _hanging_on(made: dict[int, Life], entry: Entry) -> Iterator[str]:
    """Yield what refers to bodies, found through the relations that models of any app have.

    Their own histories are left to `in_the_way`, and old versions of reference data refer to
    nothing any more. A succession counts while it stands and is later than the act.
    """
    for relation in Agency._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        if not isinstance(relation, ManyToOneRel) or issubclass(model, DatedRecord):
            continue
        if hasattr(model, "history_object"):
            continue
        rows = model._base_manager.filter(**{f"{relation.field.name}__in": list(made)})
        if hasattr(model, "COUNTS"):  # what was taken back refers to nothing any more
            rows = rows.filter(model.COUNTS)
        if model is Succession:
            stands = {"reorganisation__entry__undone_by__isnull": True}
            rows = rows.filter(reorganisation__entry__gt=entry, **stands)
        for row in rows[:LISTED]:
            yield _("%(agency)s: %(what)s “%(row)s” refers to it; take that back first.") % {
                "agency": made[getattr(row, relation.field.attname)].named(),
                "what": model._meta.verbose_name,
                "row": row,
            }


def _added(life: Life) -> str:
    return _(
        "%(agency)s was added by it; an agency on record stays. "
        "Correct its entry or end its days of existence instead."
    ) % {"agency": life.named()}


def _rows_since(entry: Entry, lives: Iterable[Life]) -> list[DatedRecord]:
    """Return the rows that an act and all later ones wrote or superseded of its agencies."""
    agencies = [life.agency for life in lives]
    return [
        row
        for model in (RosterRecord, StatusRecord)
        for row in model.objects.filter(agency__in=agencies).filter(
            Q(recorded__gte=entry) | Q(superseded__gte=entry)
        )
    ]


def _take_back(life: Life, model: type[DatedRecord], written: Written) -> None:
    """State of every day that an act changed what was believed before it."""
    for start, end in written.changed():
        old = next((row for row in written.gone if row.covers(start)), None)
        until = None if end == FAR else end
        row = old.for_days(start, until) if old is not None else None
        if model is RosterRecord:
            life.roster = restate(life.roster, start, until, row)  # type: ignore[arg-type]
        else:
            life.status = restate(life.status, start, until, row)  # type: ignore[arg-type]
