"""Seals over what was told others, and triggers against REPLACE and further rows.

SQLite's REPLACE deletes a row without firing a trigger of deletion, so inserting in the place of
a row is refused as well. A report or a publication with a seal takes no further file or figure.
Published figures are no longer deleted either; a test database whose tables are emptied by DELETE
(SQLite) must take the triggers away first.
"""

from typing import Any

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from reports.models.submissions import sha256_of
from reports.seals import name_of, seal_text

PRINTED = ("publication", "publishedfigure", "explanation", "withdrawal")
# What makes a row of a table the same row to a unique key, beside its id.
KEYS = {
    "submission": ("title", "by_id", "as_of_day", "compared_on", "edition_id", "entry_id"),
    "submissionfile": ("submission_id", "name"),
    "outgoingnumber": ("submission_id",),
    "publication": (),
    "publishedfigure": ("publication_id", "position"),
    "explanation": (),
    "withdrawal": ("publication_id",),
}
SEAL_KEYS = ("submission_id", "outgoing_id", "publication_id", "previous", "sha256")
CLOSED = {"submissionfile": "submission_id", "publishedfigure": "publication_id"}
SQLITE = """
CREATE TRIGGER reports_{table}_{name} BEFORE {act} ON reports_{table} {when}
BEGIN SELECT RAISE(ABORT, 'what was told others is never altered'); END
"""
POSTGRESQL = """
CREATE TRIGGER reports_{table}_{name} BEFORE {act} ON reports_{table}
FOR EACH ROW EXECUTE FUNCTION {function}()
"""
FUNCTION = """
CREATE FUNCTION reports_is_closed_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM reports_seal WHERE {key} = NEW.{key}) THEN
        RAISE EXCEPTION 'what was told others is never altered' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$
"""


def refuse_replacing(table: str, *keys: tuple[str, ...]) -> str:
    """Return SQLite's trigger against rows in the place of a row, for unique keys beside the id."""
    same = [" AND ".join(f'"{name}" = NEW."{name}"' for name in key) for key in (("id",), *keys)]
    found = " OR ".join(f"({one})" for one in same)
    when = f"WHEN EXISTS (SELECT 1 FROM reports_{table} WHERE {found})"
    return SQLITE.format(table=table, name="no_replacing", act="INSERT", when=when)


def statements(vendor: str) -> list[str]:
    """Return what is laid in a database of the vendor."""
    gone = [(table, "DELETE") for table in (*PRINTED, "seal")] + [("seal", "UPDATE")]
    if vendor == "postgresql":
        found = [FUNCTION.format(table=table, key=key) for table, key in CLOSED.items()]
        found += [_on_postgresql(table, act, "reports_as_printed") for table, act in gone]
        return found + [
            _on_postgresql(table, "INSERT", f"reports_is_closed_{table}") for table in CLOSED
        ]
    found = [SQLITE.format(table=t, name=f"no_{act}".lower(), act=act, when="") for t, act in gone]
    found += [refuse_replacing(table, *([key] if key else [])) for table, key in KEYS.items()]
    found.append(refuse_replacing("seal", *((name,) for name in SEAL_KEYS)))
    for table, key in CLOSED.items():
        when = f"WHEN EXISTS (SELECT 1 FROM reports_seal WHERE {key} = NEW.{key})"
        found.append(SQLITE.format(table=table, name="no_insert", act="INSERT", when=when))
    return found


def _on_postgresql(table: str, act: str, function: str) -> str:
    name = f"no_{act}".lower()
    return POSTGRESQL.format(table=table, name=name, act=act, function=function)


def lay_triggers(apps: Any, schema_editor: Any) -> None:
    """Put the triggers on their tables."""
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def take_triggers(apps: Any, schema_editor: Any) -> None:
    """Take the triggers away again; those of the seals go with their table."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    laid = [(table, "no_delete") for table in PRINTED] + [(table, "no_insert") for table in CLOSED]
    if not on_postgresql:
        laid += [(table, "no_replacing") for table in KEYS]
    for table, name in laid:
        place = f" ON reports_{table}" if on_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER reports_{table}_{name}{place}")
    if on_postgresql:
        for table in CLOSED:
            schema_editor.execute(f"DROP FUNCTION reports_is_closed_{table}()")


def seal_what_is_there(apps: Any, schema_editor: Any) -> None:
    """Put a seal on every publication, report and number that was kept before seals came."""
    seals, previous = apps.get_model("reports", "Seal"), ""
    for model in ("Publication", "Submission", "OutgoingNumber"):
        for kept in apps.get_model("reports", model).objects.order_by("pk"):
            sha256 = sha256_of(seal_text(kept, previous).encode())
            seals.objects.create(**{name_of(kept): kept}, previous=previous, sha256=sha256)
            previous = sha256
    # PostgreSQL lays no trigger on a table whose new rows wait to be checked.
    schema_editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_submissions")]

    operations = [
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "previous",
                    models.CharField(
                        blank=True, max_length=64, unique=True, verbose_name="seal before"
                    ),
                ),
                (
                    "sha256",
                    models.CharField(
                        max_length=64,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[0-9a-f]{64}\\Z")],
                        verbose_name="SHA-256",
                    ),
                ),
                (
                    "outgoing",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal",
                        to="reports.outgoingnumber",
                        verbose_name="outgoing number",
                    ),
                ),
                (
                    "publication",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal",
                        to="reports.publication",
                        verbose_name="publication",
                    ),
                ),
                (
                    "submission",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seal",
                        to="reports.submission",
                        verbose_name="sent report",
                    ),
                ),
            ],
            options={
                "verbose_name": "seal",
                "verbose_name_plural": "seals",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outgoing__isnull", True),
                                ("publication__isnull", True),
                                ("submission__isnull", False),
                            ),
                            models.Q(
                                ("outgoing__isnull", False),
                                ("publication__isnull", True),
                                ("submission__isnull", True),
                            ),
                            models.Q(
                                ("outgoing__isnull", True),
                                ("publication__isnull", False),
                                ("submission__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="seal_of_exactly_one",
                    )
                ],
            },
        ),
        migrations.RunPython(seal_what_is_there, migrations.RunPython.noop),
        migrations.RunPython(lay_triggers, take_triggers),
    ]
