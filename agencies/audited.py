"""The values of a row as the record of acts keeps them: what changed, and no secret."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Field, FileField, Model

# Secrets, and what follows from other fields.
LEFT_OUT = {
    "password",
    "digest",
    "last_login",
    "hint_seen",
    "sort_key",
    "search_text",
    "figures",
    "content",
    "data",
    "id",
}
LONGEST = 5_000  # characters of one value

Values = Mapping[str, Any]


def values_of(row: Model) -> dict[str, Any]:
    """Return the values of a row by field, as the database has or is to have them."""
    return {
        field.name: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in LEFT_OUT
    }


def standing_values(row: Model) -> dict[str, Any]:
    """Return the values that are on record of a row in hand, none where it is new."""
    if row.pk is None:
        return {}
    found = type(row)._base_manager.filter(pk=row.pk).first()
    return values_of(found) if found else {}


def difference(row: Model, before: Values, after: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what differs, each side as it is kept; of a new row or one that is gone what it says.

    What a row points to is named by its words and its number: a later renaming changes neither.
    Accounts are named by number alone, as their words are personal data.
    """
    old, new = {}, {}
    for field in row._meta.concrete_fields:
        had, has = before.get(field.name), after.get(field.name)
        if had == has or (not had and not has and not (before and after)):
            continue
        if before:
            old[field.name] = _kept(row, field, had)
        if after:
            new[field.name] = _kept(row, field, has)
    return old, new


def _kept(row: Model, field: "Field[Any, Any]", value: Any) -> Any:
    if value is None:
        return None
    if field.remote_field and field.related_model is get_user_model():
        return f"#{value}"
    if field.remote_field:
        return f"{_pointed_to(row, field, value)} ({value})"
    if isinstance(field, FileField):
        return str(value)
    return plain(value)


def _pointed_to(row: Model, field: "Field[Any, Any]", key: Any) -> str:
    if getattr(row, field.attname) == key and field.is_cached(row):  # type: ignore[attr-defined]  # of relations
        return str(getattr(row, field.name))
    model: Any = field.related_model
    return str(model._base_manager.filter(pk=key).first() or "?")


def plain(value: Any) -> Any:
    """Return a value as JSON takes it."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    return writable(str(value), LONGEST)


def writable(text: str, longest: int) -> str:
    """Return text as both databases take it, cut: no NUL, no half of a character."""
    text = text.replace("\0", "").encode("utf-8", "replace").decode()
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def canonical(values: Values) -> str:
    """Return values as JSON, the same text for the same values."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
