"""The one write lock, and the Entry that every write to a history opens."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.actions.chain import add_entries
from agencies.models import (
    Agency,
    DatedRecord,
    Entry,
    EntryKind,
    RosterRecord,
    StatusRecord,
    User,
)

_opened: ContextVar[list[Entry] | None] = ContextVar("opened", default=None)
_demonstration_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


class StaleForm(Exception):
    """Somebody else recorded something of the agency since the form was drawn.

    `entries` are those acts of recording, oldest first.
    """

    def __init__(self, entries: list[Entry]) -> None:
        super().__init__(f"{len(entries)} newer acts of recording")
        self.entries = entries


@contextmanager
def write_lock() -> Iterator[None]:
    """Run a block in one transaction while nobody else writes.

    SQLite takes its lock when the transaction begins (transaction_mode IMMEDIATE);
    PostgreSQL locks the table of entries, which readers do not notice. It is the one lock, also
    of the record of acts: whoever is to write a line there takes it before any other row.

    At the end of the outermost block every Entry opened in it gets its line.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE agencies_entry IN EXCLUSIVE MODE")
        with _lines_of_entries():
            yield


@contextmanager
def _lines_of_entries() -> Iterator[None]:
    outer = _opened.get()
    if outer is not None:
        known = len(outer)
        try:
            yield
        except BaseException:
            del outer[known:]  # undone with the block; whoever holds the lock may go on
            raise
        return
    opened: list[Entry] = []
    token = _opened.set(opened)
    try:
        yield
        add_entries(opened)
    finally:
        _opened.reset(token)


def open_entry(
    *, by: User, kind: EntryKind, reason: str = "", undoes: Entry | None = None
) -> Entry:
    """Write the Entry of one act of recording; call it inside `write_lock`.

    Its moment is strictly after every earlier one, even where the clock was set back.
    """
    last = Entry.objects.order_by("-pk").first()
    moment, loaded_at = timezone.now(), None
    if told := _demonstration_moment.get():
        if last is not None and last.loaded_at is None:
            raise ValueError("Only an empty database takes entries dated in the past.")
        moment, loaded_at = told, moment
    if last is not None:
        moment = max(moment, last.at + timedelta(microseconds=1))
    entry = Entry.objects.create(
        at=moment, by=by, kind=kind, reason=reason.strip(), loaded_at=loaded_at, undoes=undoes
    )
    if (opened := _opened.get()) is not None:
        opened.append(entry)
    return entry


def open_correction(*, by: User, reason: str) -> Entry:
    """Write the Entry of a correction.

    Raises:
        ValidationError: no reason is given.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("A correction needs a reason.")})
    return open_entry(by=by, kind=EntryKind.CORRECTION, reason=reason)


def open_undo(undone: Entry, *, by: User, reason: str) -> Entry:
    """Write the Entry that undoes another; errors as `open_correction`."""
    if not reason.strip():
        raise ValidationError({"reason": _("An undoing needs a reason.")})
    return open_entry(by=by, kind=EntryKind.UNDO, reason=reason, undoes=undone)


@contextmanager
def demonstration_entries_at(moment: datetime) -> Iterator[None]:
    """Date the entries of a block in the past; the true time is kept beside.

    Only for the demonstration data, into a database that holds nothing else.
    """
    token = _demonstration_moment.set(moment)
    try:
        yield
    finally:
        _demonstration_moment.reset(token)


def moment_of_writing() -> datetime:
    """Return now; inside `demonstration_entries_at` the moment that was told."""
    return _demonstration_moment.get() or timezone.now()


def moment_after_versions(*models: Any) -> datetime:
    """Return the moment of writing, strictly after every version that the models keep.

    Even where the clock was set back: an answer for an earlier moment stays what it was.
    Call it inside `write_lock`.
    """
    at = moment_of_writing()
    for model in models:
        last = model.history.aggregate(last=Max("history_date"))["last"]
        if last is not None:
            at = max(at, last + timedelta(microseconds=1))
    return at


@contextmanager
def rehearsal() -> Iterator[None]:
    """Let a block carry out actions and read what they would lead to, then undo them all."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def refuse_stale(agency: Agency, seen: int | None) -> None:
    """Check that nothing of the agency was recorded after the Entry a form was drawn from.

    Raises:
        StaleForm: something was; `seen` None means the writer saw no form.
    """
    refuse_stale_of([agency], seen)


def refuse_stale_of(agencies: Collection[Agency], seen: int | None) -> None:
    """Check the same of several agencies; errors as `refuse_stale`."""
    if seen is None:
        return
    touched: set[int] = set()
    for model in (RosterRecord, StatusRecord):
        rows = model.objects.filter(agency__in=agencies)
        touched.update(rows.filter(recorded__gt=seen).values_list("recorded", flat=True))
        touched.update(rows.filter(superseded__gt=seen).values_list("superseded", flat=True))
    if touched:
        entries = Entry.objects.filter(pk__in=touched).select_related("by")
        raise StaleForm(list(entries.order_by("pk")))


def touched_since(seen: int) -> dict[int, set[int]]:
    """Return the agencies that something was recorded of after an Entry, each with the Entries.

    An act that was undone since is left out with its undoing: together they changed nothing.
    """
    undone = Entry.objects.filter(undone_by__isnull=False, pk__gt=seen)
    nothing = {pk for pair in undone.values_list("pk", "undone_by") for pk in pair}
    touched: dict[int, set[int]] = defaultdict(set)
    for model in (RosterRecord, StatusRecord):
        for name in ("recorded", "superseded"):
            rows = model.objects.order_by().filter(**{f"{name}__gt": seen})
            for agency, entry in rows.values_list("agency", name):
                if entry not in nothing:
                    touched[agency].add(entry)
    return touched


def refuse_superseded(record: DatedRecord) -> None:
    """Check that a record is still believed, whatever the caller holds in memory.

    Raises:
        StaleForm: it was superseded, by the Entry given.
    """
    entry = Entry.objects.filter(
        **{f"{record._meta.model_name}s_superseded": record.pk}
    ).select_related("by")
    if entries := list(entry):
        raise StaleForm(entries)
