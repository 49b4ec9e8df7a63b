"""Data of many tests: written by its actions once in a process, copied from then on.

Hundreds of acts under a lock each take seconds, the small province's thirty a third of one; a
process that runs thousands of tests would spend minutes on the same rows.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection

from reports import demonstration

Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]
MANY = 100  # rows of a table, from which on its plan matters
_copies: dict[str, tuple[int, Rows, Rows]] = {}  # by whom, what is new, what is changed


def lay_down_demonstration() -> None:
    """Fill the database, which holds what migrations leave, with the demonstration data."""
    lay_down("demonstration", lambda: demonstration.load("Mat-khau-thu-nghiem"))


def lay_down(name: str, build: Callable[[], object], by: int = 0) -> None:
    """Write what a function writes, by a copy of what it wrote before.

    The function itself writes where the database holds rows in the places of the copy, or where
    the copy names another account than `by`.
    """
    if name not in _copies:
        _copies[name] = (by, *_written_by(build))
        _count_rows(_copies[name][1])
        return
    before, new, changed = _copies[name]
    if by != before or not _has_room(new):
        build()
        return
    # A row that is superseded makes room for its successor.
    _update(changed)
    _insert(new)
    _count_rows(new)


def _written_by(build: Callable[[], object]) -> tuple[Rows, Rows]:
    before = _all_rows()
    build()
    new: Rows = {}
    changed: Rows = {}
    for table, (columns, rows) in _all_rows().items():
        known = {row[0]: row for row in before[table][1]}
        new[table] = columns, [row for row in rows if row[0] not in known]
        changed[table] = columns, [row for row in rows if known.get(row[0], row) != row]
    return new, changed


def _has_room(new: Rows) -> bool:
    """Say whether every key of the copy is still free, and greater than those in use.

    Not the next one either: building may leave gaps, which the first row of a table can follow.
    """
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, (columns, rows) in new.items():
            if rows and isinstance(first := min(row[0] for row in rows), int):
                key = quote(columns[0])
                cursor.execute(f"SELECT MAX({key}) FROM {quote(table)}")  # noqa: S608
                if (cursor.fetchone()[0] or 0) >= first:
                    return False
    return True


def _all_rows() -> Rows:
    found: Rows = {}
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, columns in _tables().items():
            names = ", ".join(map(quote, columns))
            cursor.execute(f"SELECT {names} FROM {quote(table)}")  # noqa: S608
            found[table] = (columns, cursor.fetchall())
    return found


@cache
def _tables() -> dict[str, list[str]]:
    """Return the columns of every table, its key first: of a history that is not its `id`."""
    found: dict[str, list[str]] = {}
    # What has its seal takes nothing more, so seals come last.
    names = connection.introspection.django_table_names(only_existing=True)
    with connection.cursor() as cursor:
        for table in sorted(names, key="reports_seal".__eq__):
            described = connection.introspection.get_table_description(cursor, table)
            key = connection.introspection.get_primary_key_column(cursor, table)
            columns = [column.name for column in described]
            found[table] = sorted(columns, key=str(key).__ne__)
    return found


def _insert(rows_of: Rows) -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, (columns, rows) in rows_of.items():
            if rows:
                names = ", ".join(map(quote, columns))
                places = ", ".join(["%s"] * len(columns))
                cursor.executemany(
                    f"INSERT INTO {quote(table)} ({names}) VALUES ({places})",  # noqa: S608
                    rows,
                )
        # Ids given here leave PostgreSQL's sequences where they were.
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


def _count_rows(rows_of: Rows) -> None:
    """Let PostgreSQL plan for the rows that came, as it does by itself after a minute."""
    if connection.vendor == "postgresql":
        names = [name for name, (_columns, rows) in rows_of.items() if len(rows) > MANY]
        if names:
            with connection.cursor() as cursor:
                cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, names))}")


def _update(rows_of: Rows) -> None:
    """Write what the demonstration changes of the rows that migrations leave."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, (columns, rows) in rows_of.items():
            key, *others = map(quote, columns)
            values = ", ".join(f"{name} = %s" for name in others)
            for first, *rest in rows:
                cursor.execute(
                    f"UPDATE {quote(table)} SET {values} WHERE {key} = %s",  # noqa: S608
                    [*rest, first],
                )
