"""What somebody does who may do everything in the database: rows altered behind the triggers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import Model


def alter(row: Model, **values: Any) -> None:
    """Write other values into a row, with the triggers of its table out of the way."""
    table = row._meta.db_table
    places = ", ".join(f'"{name}" = %s' for name in values)
    _behind_triggers(
        table,
        f'UPDATE "{table}" SET {places} WHERE id = %s',  # noqa: S608
        [*values.values(), row.pk],
    )


def remove(row: Model) -> None:
    """Take a row away, with the triggers of its table out of the way."""
    table = row._meta.db_table
    _behind_triggers(table, f'DELETE FROM "{table}" WHERE id = %s', [row.pk])  # noqa: S608


def remove_all(model: type[Model]) -> None:
    """Take all rows of a table away, with its triggers out of the way."""
    table = model._meta.db_table
    _behind_triggers(table, f'DELETE FROM "{table}"', [])  # noqa: S608


def _behind_triggers(table: str, statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # No table is altered while its rows wait to be checked.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            cursor.execute(statement, values)
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
            return
    with triggers_away(table), connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def triggers_away(*tables: str) -> Iterator[None]:
    """Let a block write SQLite's tables without their triggers; of all tables if none is named."""
    laid = "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        found = cursor.execute(laid).fetchall()
        triggers = [(name, sql) for name, sql, of in found if not tables or of in tables]
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
    yield
    with connection.cursor() as cursor:
        for _name, sql in triggers:
            cursor.execute(sql)
