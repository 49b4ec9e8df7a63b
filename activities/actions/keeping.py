"""How ordinary rows are written: every version kept, with who wrote it and when."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, Model, TextField
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from activities.subjects import refuse_foreign_rows
from agencies.actions import (
    changing,
    moment_after_versions,
    note_gone,
    note_rows,
    write_lock,
)
from agencies.audited import values_of
from agencies.models import User
from agencies.vietnamese import clean_lines, clean_text


class StaleRow(Exception):
    """Somebody else changed the row since the form was drawn; `versions` are theirs."""

    def __init__(self, versions: list[Any]) -> None:
        super().__init__(f"{len(versions)} newer versions")
        self.versions = versions


@dataclass(frozen=True)
class Act:
    """One act: who, when, and why. All rows that it writes bear the same moment."""

    by: User
    at: datetime
    reason: str = ""

    def keep(self, row: Any) -> None:
        """Check a row by its model's rules and write it with a version of its own.

        Raises:
            ValidationError: a rule is broken, or it is another province's than the writer's.
        """
        refuse_foreign_rows(self.by, [row])
        _tidy(row)
        row.full_clean()
        with self._signed(row), changing(row, by=self.by):
            row.save()

    def keep_all(self, model: type[Model], *, new: list[Any], changed: list[Any]) -> None:
        """Write many rows, already checked, with their versions: two statements for each kind."""
        said = {
            "default_user": self.by,
            "default_date": self.at,
            "default_change_reason": self.reason,
            "batch_size": 500,
        }
        refuse_foreign_rows(self.by, [*new, *changed])
        if new:
            bulk_create_with_history(new, model, **said)
            note_rows([(row, {}) for row in new], by=self.by)
        if changed:
            standing = model._base_manager.in_bulk([row.pk for row in changed])
            skipped = {"id"}
            names = [f.name for f in model._meta.concrete_fields if f.name not in skipped]
            bulk_update_with_history(changed, model, names, **said)
            before = [(row, values_of(standing[row.pk])) for row in changed]
            note_rows(before, by=self.by)

    def remove(self, row: Any) -> None:
        """Delete a row that no figure rests on; its versions stay."""
        refuse_foreign_rows(self.by, [row])
        with self._signed(row):
            note_gone([row], by=self.by)
            row.delete()

    @contextmanager
    def _signed(self, row: Any) -> Iterator[None]:
        """Tell simple-history whose version it writes, and forget it again."""
        row._history_user, row._history_date = self.by, self.at
        row._change_reason = self.reason
        yield
        del row._history_user, row._history_date, row._change_reason


def _tidy(row: Any) -> None:
    """Bring text into its one form: browsers send line ends that nobody typed."""
    for field in row._meta.concrete_fields:
        if isinstance(field, TextField):
            setattr(row, field.attname, clean_lines(getattr(row, field.attname)))
        elif isinstance(field, CharField):
            setattr(row, field.attname, clean_text(getattr(row, field.attname)))


@contextmanager
def act(*models: Any, by: User, reason: str = "") -> Iterator[Act]:
    """Run one act on ordinary rows inside the write lock.

    Its moment is strictly after every version of the models, even where the clock was set
    back: an answer for an earlier moment stays what it was.
    """
    with write_lock():
        yield Act(by, moment_after_versions(*models), reason.strip())


def last_version(row: Any) -> int:
    """Return the number of a row's last version, 0 for a row not written yet."""
    if row is None or row.pk is None:
        return 0
    newest = row.history.order_by("-history_id").values_list("history_id", flat=True).first()
    return newest or 0


def refuse_stale_row(row: Any, seen: int | None) -> None:
    """Check that nobody wrote a row after the version a form was drawn from.

    Raises:
        StaleRow: somebody did; `seen` None means the writer saw no form.
    """
    if seen is None or row.pk is None:
        return
    newer = row.history.filter(history_id__gt=seen).select_related("history_user")
    if versions := list(newer.order_by("history_id")):
        raise StaleRow(versions)


def require_reason(reason: str) -> str:
    """Return the reason of a cancellation.

    Raises:
        ValidationError: none is given.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("A cancellation needs a reason.")})
    return reason.strip()


def refuse_cancelled(rows: Iterable[Any]) -> None:
    """Check that none of the rows is cancelled.

    Raises:
        ValidationError: one is; a cancelled row is history.
    """
    for row in rows:
        if row.cancelled_reason:
            raise ValidationError(_("“%(row)s” is cancelled and changes no more.") % {"row": row})
