"""Rows in one portable form: a line of JSON each, the same from SQLite and from PostgreSQL.

Tables are found by walking the models that the applied migrations amount to, never by name:
so a database is read as it is, also before it is migrated to the program's own version.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import connection, models
from django.utils.duration import duration_iso_string

# Left out: a session that was ended since would live again. People sign in anew. What is noted
# of a session goes with it.
LEFT_OUT = frozenset({"sessions.session", "agencies.signedin"})
BATCH = 500

Model = type[models.Model]


def tables(apps: Apps) -> list[Model]:
    """Return every model with a table of its own, those between two models included."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]
    kept = [model for model in found if model._meta.label_lower not in LEFT_OUT]
    return sorted(kept, key=lambda model: model._meta.label_lower)


def columns(model: Model) -> "list[models.Field[Any, Any]]":
    """Return the fields whose values are kept; the database computes the others itself."""
    return [
        field for field in model._meta.concrete_fields if not getattr(field, "generated", False)
    ]


def lines(model: Model) -> Iterator[bytes]:
    """Yield every row of a table, in the order of its key, as a line of JSON."""
    names = [field.attname for field in columns(model)]
    rows = model._base_manager.order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=BATCH):
        said = [portable(value) for value in row]
        # Sorted keys: PostgreSQL keeps JSON values in an order of its own.
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        yield text.encode() + b"\n"


def portable(value: Any) -> Any:
    """Return a value as JSON holds it; `stored` is the way back."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return duration_iso_string(value)
        case Decimal() | UUID():
            return str(value)
        case bytes() | memoryview() | bytearray():
            return base64.b64encode(bytes(value)).decode("ascii")
    return value


def stored(fields: "Sequence[models.Field[Any, Any]]", values: Any) -> list[Any]:
    """Return the values of one line as the database takes them.

    Raises:
        ValueError: there are more or fewer of them than fields.
        ValidationError: one cannot be a value of its field.
    """
    return [
        field.get_db_prep_save(field.to_python(value), connection)
        for field, value in zip(fields, values, strict=True)
    ]


def insertion(model: Model) -> str:
    """Return the statement that inserts one row of a table as it was kept."""
    quote = connection.ops.quote_name
    fields = columns(model)
    names = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608  # the models' own names


def batches(rows: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    """Yield rows in portions."""
    portion: list[list[Any]] = []
    for row in rows:
        portion.append(row)
        if len(portion) == BATCH:
            yield portion
            portion = []
    if portion:
        yield portion


def file_names(model: Model) -> "list[models.Field[Any, Any]]":
    """Return the fields of a model that name a file below MEDIA_ROOT."""
    return [field for field in columns(model) if isinstance(field, models.FileField)]
