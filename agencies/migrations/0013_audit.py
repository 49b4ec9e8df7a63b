"""The record of acts, which the database itself lets nobody alter; words can be erased whole.

Every act of recording that was there before gets its line, over what it wrote. SQLite's REPLACE
deletes a row without firing a trigger of deletion, so inserting in the place of a row is refused
as well. Whoever makes this table anew on SQLite, as most changes of it do, loses the triggers and
has to lay them again (`lay_triggers`).
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from agencies.actions.chain import add_digests
from agencies.audit import contents_of, found_by, hash_of

TABLE = "agencies_auditline"
KEYS = ("id", "entry_id", "previous", "sha256")
HASHED = (
    *KEYS,
    "at",
    "by_id",
    "deed",
    "model",
    "row",
    "content",
    "words_digest",
    "origin_digest",
)
# What may be made empty, and nothing else: each of the two with its salt, whole or not at all.
WORDS = ("words_salt", "words", "before", "after", "search_text")
ORIGIN = ("origin_salt", "origin")
SQLITE = """
CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table} {when}
BEGIN SELECT RAISE(ABORT, 'the record of acts is never altered'); END
"""
FUNCTION = """
CREATE FUNCTION agencies_audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record of acts is never altered' USING ERRCODE = 'check_violation';
END
$$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table}
FOR EACH ROW {when} EXECUTE FUNCTION agencies_audit_is_kept()
"""


def _standing(vendor: str, names: tuple[str, ...]) -> str:
    same = "IS NOT DISTINCT FROM" if vendor == "postgresql" else "IS"
    return " AND ".join(f'NEW."{name}" {same} OLD."{name}"' for name in names)


def _standing_or_empty(vendor: str, names: tuple[str, ...]) -> str:
    empty = " AND ".join(f"NEW.\"{name}\" = ''" for name in names)
    return f"({_standing(vendor, names)} OR {empty})"


def statements(vendor: str) -> list[str]:
    """Return what is laid in a database of the vendor."""
    allowed = (
        _standing(vendor, HASHED),
        _standing_or_empty(vendor, WORDS),
        _standing_or_empty(vendor, ORIGIN),
    )
    acts = [
        {"name": "update", "act": "UPDATE", "when": f"WHEN (NOT ({' AND '.join(allowed)}))"},
        {"name": "delete", "act": "DELETE", "when": ""},
    ]
    if vendor == "postgresql":
        return [FUNCTION, *(POSTGRESQL.format(table=TABLE, **act) for act in acts)]
    same = " OR ".join(f'"{name}" = NEW."{name}"' for name in KEYS)
    when = f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE {same})"
    replacing = SQLITE.format(table=TABLE, name="replacing", act="INSERT", when=when)
    return [*(SQLITE.format(table=TABLE, **act) for act in acts), replacing]


def lay_triggers(apps: Any, schema_editor: Any) -> None:
    """Put the triggers on the table."""
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def take_function(apps: Any, schema_editor: Any) -> None:
    """Take away what PostgreSQL's triggers called; they go with their table."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION agencies_audit_is_kept() CASCADE")


def begin_the_record(apps: Any, schema_editor: Any) -> None:
    """Write a line for every act of recording on record, of its own moment."""
    names = ("rosterrecord", "statusrecord", "reorganisation", "succession")
    models_then = {name: apps.get_model("agencies", name) for name in names}
    line_model, previous = apps.get_model("agencies", "AuditLine"), ""
    entries = list(apps.get_model("agencies", "Entry").objects.select_related("by").order_by("pk"))
    for start in range(0, len(entries), 500):
        portion = entries[start : start + 500]
        contents = contents_of(portion, models_then)
        lines = []
        for entry in portion:
            line = line_model(by=entry.by, deed=entry.kind, entry=entry, at=entry.at)
            line.content = contents[entry.pk]
            add_digests(line)
            line.search_text, line.previous = found_by(line), previous
            previous = line.sha256 = hash_of(line)
            lines.append(line)
        line_model.objects.bulk_create(lines, batch_size=200)
    # PostgreSQL lays no trigger on a table whose new rows wait to be checked.
    schema_editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0012_accounts"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("signed_in", "signed in"),
                            ("signed_out", "signed out"),
                            ("sign_in_failed", "sign-in failed"),
                            ("locked_out", "sign-in locked"),
                            ("sessions_ended", "sessions ended"),
                            ("password", "password changed"),
                            ("factor_set_up", "second factor set up"),
                            ("codes_renewed", "recovery codes renewed"),
                            ("code_used", "recovery code used"),
                            ("factor_given_up", "second factor given up"),
                            ("factor_reset", "second factor taken away"),
                            ("link_made", "one-time link made"),
                            ("link_used", "one-time link used"),
                            ("role", "role changed"),
                            ("added", "added"),
                            ("changed", "changed"),
                            ("deleted", "deleted"),
                            ("record", "status or roster recorded"),
                            ("correction", "status or roster corrected"),
                            ("import", "workbook imported"),
                            ("reorganisation", "reorganisation applied"),
                            ("undo", "act undone"),
                            ("exported", "file exported"),
                            ("frozen", "report frozen"),
                            ("reminded", "reminder sent"),
                            ("loaded", "demonstration data loaded"),
                            ("backed_up", "backup taken"),
                            ("restored", "backup restored"),
                            ("erased", "personal data erased"),
                        ],
                        max_length=20,
                        verbose_name="act",
                    ),
                ),
                ("model", models.CharField(blank=True, max_length=60, verbose_name="kind of row")),
                (
                    "row",
                    models.CharField(blank=True, max_length=40, verbose_name="number of the row"),
                ),
                (
                    "words",
                    models.CharField(blank=True, max_length=300, verbose_name="what it is about"),
                ),
                ("origin", models.CharField(blank=True, max_length=45, verbose_name="from where")),
                ("before", models.TextField(default="{}", verbose_name="before")),
                ("after", models.TextField(default="{}", verbose_name="after")),
                (
                    "content",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="SHA-256 of what was recorded"
                    ),
                ),
                ("words_salt", models.CharField(blank=True, editable=False, max_length=32)),
                ("words_digest", models.CharField(editable=False, max_length=64)),
                ("origin_salt", models.CharField(blank=True, editable=False, max_length=32)),
                ("origin_digest", models.CharField(editable=False, max_length=64)),
                ("search_text", models.TextField(editable=False)),
                (
                    "previous",
                    models.CharField(
                        blank=True, max_length=64, unique=True, verbose_name="line before"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="SHA-256")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audit_line",
                        to="agencies.entry",
                        verbose_name="act of recording",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of the record of acts",
                "verbose_name_plural": "record of acts",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["at"], name="audit_line_at")],
            },
        ),
        migrations.RunPython(begin_the_record, take_function),
        migrations.RunPython(lay_triggers, migrations.RunPython.noop),
    ]
