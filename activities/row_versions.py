"""Who changed an ordinary row when, and what: read from the versions that it keeps."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from agencies.house_style import short_date

QUIET = {"checks"}  # told by its name alone: a list in a cell


@dataclass(frozen=True)
class Changed:
    """One field that a version says otherwise than the one before."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Version:
    """One act on a row; the first one has no differences."""

    at: datetime
    by: str
    is_first: bool
    reason: str
    changed: tuple[Changed, ...]


def versions_of(row: Any, known_at: datetime) -> tuple[Version, ...]:
    """Return the versions of a row known at a moment, newest first."""
    rows = row.history.filter(history_date__lte=known_at).select_related("history_user")
    return told(list(rows.order_by("history_id")))


def versions_of_parts(
    model: Any, known_at: datetime, **whole: Any
) -> tuple[tuple[str, tuple[Version, ...]], ...]:
    """Return the versions of all rows of a whole, each row under its last words."""
    rows = model.history.filter(history_date__lte=known_at, **whole)
    of_rows: dict[int, list[Any]] = {}
    for row in rows.select_related("history_user").order_by("history_id"):
        of_rows.setdefault(row.id, []).append(row)
    return tuple((str(found[-1].instance), told(found)) for found in of_rows.values())


@dataclass(frozen=True)
class ManyRows:
    """One act that wrote several rows of a whole."""

    at: datetime
    by: str
    rows: int


def acts_on_parts(model: Any, known_at: datetime, **whole: Any) -> tuple[ManyRows, ...]:
    """Return the acts that wrote rows of a whole, newest first, each with how many."""
    rows = model.history.filter(history_date__lte=known_at, **whole)
    signed = rows.values_list("history_date", "history_user__full_name", "history_user__username")
    return tuple(
        ManyRows(at, full_name or username or _("an account that is gone"), count)
        for (at, full_name, username), count in sorted(
            Counter(signed).items(), key=lambda item: item[0][0], reverse=True
        )
    )


def told(rows: list[Any], before: Any = None) -> tuple[Version, ...]:
    """Return what versions, oldest first, each changed of the one before; newest first."""
    found = []
    for row in rows:
        differences = _differences(before, row) if before is not None else ()
        found.append(
            Version(
                row.history_date,
                str(row.history_user or _("an account that is gone")),
                before is None,
                row.history_change_reason or "",
                tuple(differences),
            )
        )
        before = row
    return tuple(reversed(found))


def overtaken(versions: list[Any]) -> tuple[Version, ...]:
    """Return what the versions that overtook a form changed."""
    if not versions:
        return ()
    first = versions[0]
    earlier = type(first).objects.filter(id=first.id, history_id__lt=first.history_id)
    return told(versions, earlier.order_by("-history_id").first())


def _differences(before: Any, after: Any) -> Iterable[Changed]:
    for field in after.instance_type._meta.concrete_fields:
        old, new = getattr(before, field.attname), getattr(after, field.attname)
        if old != new:
            label = str(field.verbose_name)
            if field.name in QUIET:
                yield Changed(label, "", "")
            else:
                yield Changed(label, _shown(before, field), _shown(after, field))


def _shown(row: Any, field: Any) -> str:
    value = getattr(row, field.attname)
    if value in (None, ""):
        return _("(empty)")
    if isinstance(value, date):
        return short_date(value)
    if field.remote_field:
        return str(field.remote_field.model._base_manager.filter(pk=value).first() or value)
    return str(dict(field.flatchoices).get(value, value))
