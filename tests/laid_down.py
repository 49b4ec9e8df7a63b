"""The demonstration data in a test database: loaded by its actions once, copied from then on.

Hundreds of acts under a lock each take seconds; a process that runs tests of many modules
would spend minutes on the same rows.
"""

from functools import cache
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection

from reports import demonstration

Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]
_new: Rows = {}
_changed: Rows = {}


def lay_down_demonstration() -> None:
    """Fill the database, which holds what migrations leave, with the demonstration data."""
    if _new:
        _insert(_new)
        _update(_changed)
        return
    before = _all_rows()
    demonstration.load("Mat-khau-thu-nghiem")
    for table, (columns, rows) in _all_rows().items():
        known = {row[0]: row for row in before[table][1]}  # the key stands first
        _new[table] = columns, [row for row in rows if row[0] not in known]
        _changed[table] = columns, [row for row in rows if known.get(row[0], row) != row]


def _all_rows() -> Rows:
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found[table] = ([column[0] for column in cursor.description], cursor.fetchall())
    return found


@cache
def _tables() -> tuple[str, ...]:
    found = connection.introspection.django_table_names(only_existing=True)
    # What has its seal takes nothing more, so seals come last.
    return tuple(sorted(found, key="reports_seal".__eq__))


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
