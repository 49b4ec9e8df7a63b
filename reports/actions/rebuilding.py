"""An empty database rebuilt from the rows of a backup, in the one transaction of its caller."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from typing import Any, cast

from django.apps import apps as current_apps
from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.backups import BadBackup, TablePart
from reports.backups.archive import Archive
from reports.backups.problems import altered
from reports.backups.rows import LEFT_OUT, Model, batches, columns, insertion, lines, stored, tables
from reports.backups.scratch import scratch_database
from reports.backups.snapshot import applied, last_of, models_at


@contextmanager
def whole_database() -> Iterator[None]:
    """Run a block in one transaction that may make and drop tables, and nobody else writes."""
    connection.ensure_connection()
    connection.disable_constraint_checking()  # SQLite makes no tables in a transaction otherwise
    try:
        with transaction.atomic():
            yield
            connection.check_constraints()
    finally:
        connection.enable_constraint_checking()


def refuse_filled() -> None:
    """Check that the database holds nothing but what migrations write.

    Raises:
        BadBackup: somebody set something up or recorded it; the text says how many rows.
    """
    found = _lock_and_count()
    if not any(found.values()):
        return
    left = _left_by_migrations()
    words = {str(table): count for table, count in found.items() if count > left.get(table, 0)}
    if strangers := sorted(found.keys() - left.keys()):
        raise BadBackup(
            _("The database holds tables that are not of this program: %(names)s.")
            % {"names": ", ".join(strangers[:5])}
        )
    if words:
        named = "; ".join(f"{table} {count}" for table, count in sorted(words.items())[:8])
        raise BadBackup(
            _(
                "The database is not empty; a backup is restored into an empty installation only, "
                "and nothing was written. Found, in rows: %(found)s."
            )
            % {"found": named + (" …" if len(words) > 8 else "")}
        )


def _lock_and_count() -> dict[str, int]:
    """Return how many rows each table of the database has, sessions and migrations left out."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        if names and connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {', '.join(map(quote, names))} IN ACCESS EXCLUSIVE MODE")
        counts = {}
        for name in set(names) - _beside():
            cursor.execute(f"SELECT COUNT(*) FROM {quote(name)}")  # noqa: S608  # tables that are there
            counts[name] = cursor.fetchone()[0]
    return counts


def _beside() -> set[str]:
    left_out = {current_apps.get_model(label)._meta.db_table for label in LEFT_OUT}
    return left_out | {MigrationRecorder.Migration._meta.db_table}


@cache
def _left_by_migrations() -> dict[str, int]:
    """Return how many rows each table has in an office that nobody has used yet."""
    with scratch_database(), whole_database():
        migrate_forward()
        return _lock_and_count()


def rebuild(archive: Archive) -> None:
    """Make the database anew as it was when the backup was taken, and prove it row by row.

    Raises:
        BadBackup: a row is not what its table takes, or what was written is not what was kept.
    """
    names = [(app, name) for app, name in archive.manifest.migrations]
    _drop_tables()
    _migrate(last_of(MigrationExecutor(connection).loader, names))
    if applied() != sorted(names):
        raise altered("migrations")
    apps = models_at(names)
    parts = {table.model: table for table in archive.manifest.tables}
    found = {model._meta.label_lower: model for model in tables(apps)}
    if parts.keys() != found.keys():
        raise altered(min(parts.keys() ^ found.keys()))
    _empty(found.values())
    # What has its seal takes nothing more, so seals come last.
    for label, model in sorted(found.items(), key=lambda one: one[0] == "reports.seal"):
        _load(archive, parts[label], model)
    _continue_ids(apps, found, parts)
    for label, model in found.items():
        _prove(parts[label], model)
    connection.check_constraints()


def migrate_forward() -> None:
    """Bring the database to the migrations of the program, with what Django keeps of its models."""
    _migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    ContentType.objects.clear_cache()
    emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)


def _migrate(targets: list[tuple[str, str]]) -> None:
    executor = MigrationExecutor(connection, progress_callback=cast(Any, _settle))
    executor.migrate(cast(Any, targets))


def _settle(action: str, migration: Any = None, fake: bool = False) -> None:  # noqa: FBT001, FBT002  # Django calls it so
    """Let PostgreSQL look at foreign keys before a table is altered in the same transaction."""
    if action in ("apply_start", "apply_success") and connection.vendor == "postgresql":
        connection.check_constraints()


def _drop_tables() -> None:
    """Drop every table: they are empty, and may be of another version than the backup."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        if connection.vendor != "postgresql":
            for name in names:
                cursor.execute(f"DROP TABLE {quote(name)}")
            return
        if names:
            cursor.execute(f"DROP TABLE {', '.join(map(quote, names))} CASCADE")
        # What triggers called stays behind when they go with their tables.
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE prorettype = 'trigger'::regtype"
            " AND pronamespace = current_schema()::regnamespace"
            " AND proowner = current_user::regrole"
        )
        for (function,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {function}")


def _empty(found: Iterable[Model]) -> None:
    """Take out what migrations wrote: the backup has its own rows of it."""
    with connection.cursor() as cursor:
        for model in found:
            if model._base_manager.exists():  # what may only grow refuses the very statement
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608  # the model's own table


def _load(archive: Archive, table: TablePart, model: Model) -> None:
    fields = columns(model)
    if [field.attname for field in fields] != table.columns:
        raise altered(table.part)
    with connection.cursor() as cursor:
        try:
            for portion in batches(_values(fields, archive.lines(table))):
                cursor.executemany(insertion(model), portion)
        except (ValueError, TypeError, OverflowError, RecursionError, ValidationError) as error:
            raise altered(f"{table.part} ({type(error).__name__})") from error
        except DatabaseError as error:
            answer = str(error).split("\n", maxsplit=1)[0]
            raise altered(f"{table.part} ({answer})") from error


def _values(fields: Any, rows: Iterator[bytes]) -> Iterator[list[Any]]:
    for line in rows:
        yield stored(fields, json.loads(line))


def _continue_ids(apps: Apps, found: Mapping[str, Model], parts: Mapping[str, TablePart]) -> None:
    """Let every table go on with the id after the highest that it ever gave."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)
        for label, model in found.items():
            if last := parts[label].last_id:
                _continue_after(cursor, model, last)


def _continue_after(cursor: Any, model: Model, last: int) -> None:
    table, key = model._meta.db_table, model._meta.pk
    assert isinstance(key, models.Field)
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table}"', key.column, last]
        )
        return
    cursor.execute("UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", [last, table])
    if not cursor.rowcount:
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last])


def _prove(table: TablePart, model: Model) -> None:
    """Read a table back and compare it with what was kept, to the last character."""
    digest, count = sha256(), 0
    for line in lines(model):
        digest.update(line)
        count += 1
    if count != table.rows or digest.hexdigest() != table.sha256:
        text = ngettext(
            "The table %(model)s did not come back as it was (%(count)d row of %(rows)d).",
            "The table %(model)s did not come back as it was (%(count)d rows of %(rows)d).",
            count,
        )
        raise BadBackup(text % {"model": table.model, "count": count, "rows": table.rows})
