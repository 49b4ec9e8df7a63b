"""A database held still while it is read: one moment for every table, and nobody waits for it."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any

from django.apps.registry import Apps
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from reports.backups.rows import Model, columns, file_names

Names = list[tuple[str, str]]


@contextmanager
def one_moment() -> Iterator[None]:
    """Let a block read what was committed when it began, whatever others write meanwhile.

    Inside a caller's transaction that transaction is the moment.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    # A reader: it takes no write lock, as transactions on SQLite do here otherwise.
    wrapper: Any = connection
    before = getattr(wrapper, "transaction_mode", None)
    wrapper.transaction_mode = "DEFERRED"
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    finally:
        wrapper.transaction_mode = before


def applied() -> Names:
    """Return the migrations that the database has, by app and name."""
    return sorted(MigrationLoader(connection).applied_migrations)


def pending() -> bool:
    """Say whether the database awaits migrations of the program."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def last_of(loader: MigrationLoader, names: Iterable[tuple[str, str]]) -> Names:
    """Return the migrations of a set that no other of the same app in it builds on."""
    known = set(names)
    return [
        name
        for name in sorted(known)
        if not any(
            child.key in known and child.key[0] == name[0]
            for child in loader.graph.node_map[name].children
        )
    ]


def models_at(names: Iterable[tuple[str, str]]) -> Apps:
    """Return the models that some migrations amount to, all of them known to the program."""
    loader = MigrationLoader(None)
    return loader.project_state(last_of(loader, names)).apps


def unknown(names: Iterable[tuple[str, str]]) -> Names:
    """Return the migrations that the program does not have."""
    return sorted(set(names) - set(MigrationLoader(None).graph.nodes))


def last_id(model: Model) -> int | None:
    """Return the highest id that a table ever gave, None where it has given none by itself."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, %s)::regclass)",
                [f'"{model._meta.db_table}"', _key(model)],
            )
        else:
            cursor.execute(
                "SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table]
            )
        found = cursor.fetchone()
    return int(found[0]) if found and found[0] is not None else None


def _key(model: Model) -> str:
    assert model._meta.pk is not None
    return str(model._meta.pk.column)


def named_files(models: Iterable[Model]) -> dict[str, str | None]:
    """Return every file that a row names, with the SHA-256 that the row states, if any."""
    found: dict[str, str | None] = {}
    for model in models:
        hashed = any(field.attname == "sha256" for field in columns(model))
        for field in file_names(model):
            wanted = [field.attname, *(["sha256"] if hashed else [])]
            rows = model._base_manager.exclude(**{field.attname: ""}).values_list(*wanted)
            found |= {row[0]: row[1] if hashed else None for row in rows if row[0]}
    return dict(sorted(found.items()))


def is_named(models: Iterable[Model], name: str) -> bool:
    """Say whether a row names a file now."""
    return any(
        model._base_manager.filter(**{field.attname: name}).exists()
        for model in models
        for field in file_names(model)
    )


def database() -> dict[str, str]:
    """Return which database this is, without any password."""
    name = str(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SHOW server_version"
            if connection.vendor == "postgresql"
            else "SELECT sqlite_version()"
        )
        version = re.match(r"[\d.]+", str(cursor.fetchone()[0]))
    return {
        "kind": connection.vendor,
        "name": PurePath(name).name,
        "version": version[0] if version else "",
    }
