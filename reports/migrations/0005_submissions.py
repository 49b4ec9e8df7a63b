"""Reports that were sent; the database itself refuses to change or to delete them.

A test database whose tables are emptied by DELETE (SQLite) must take the triggers away first.
PostgreSQL empties by TRUNCATE, which only the owner of the tables may do.
"""

from typing import Any

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = ("reports_submission", "reports_submissionfile", "reports_outgoingnumber")
SQLITE = """
CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table}
BEGIN SELECT RAISE(ABORT, 'what was sent is never altered'); END
"""
FUNCTION = """
CREATE FUNCTION reports_as_sent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'what was sent is never altered' USING ERRCODE = 'check_violation'; END
$$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table}
FOR EACH ROW EXECUTE FUNCTION reports_as_sent()
"""
TRIGGERS = [(table, act) for table in TABLES for act in ("update", "delete")]


def refuse_changes(apps: Any, schema_editor: Any) -> None:
    """Put two triggers on each table."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    if on_postgresql:
        schema_editor.execute(FUNCTION)
    for table, act in TRIGGERS:
        statement = POSTGRESQL if on_postgresql else SQLITE
        schema_editor.execute(statement.format(table=table, act=act))


def allow_changes(apps: Any, schema_editor: Any) -> None:
    """Take the triggers away again."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for table, act in TRIGGERS:
        place = f" ON {table}" if on_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {table}_no_{act}{place}")
    if on_postgresql:
        schema_editor.execute("DROP FUNCTION reports_as_sent()")


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0008_upload"),
        ("reports", "0004_withdrawals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("as_of_day", models.DateField(verbose_name="figures as of")),
                ("known_at", models.DateTimeField(verbose_name="as known at")),
                ("compared_on", models.DateField(verbose_name="compared with")),
                ("schema", models.CharField(max_length=60, verbose_name="schema")),
                ("figures", models.TextField(verbose_name="figures")),
                (
                    "sha256",
                    models.CharField(
                        max_length=64,
                        validators=[django.core.validators.RegexValidator("^[0-9a-f]{64}\\Z")],
                        verbose_name="SHA-256",
                    ),
                ),
                ("made_with", models.JSONField(verbose_name="made with")),
                ("obstacles", models.TextField(blank=True, verbose_name="what stood in the way")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="frozen at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.edition",
                        verbose_name="edition asked about",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.entry",
                        verbose_name="last act of recording known",
                    ),
                ),
            ],
            options={
                "verbose_name": "sent report",
                "verbose_name_plural": "sent reports",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="OutgoingNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=100, verbose_name="outgoing number")),
                ("dated", models.DateField(verbose_name="date of the letter")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outgoing",
                        to="reports.submission",
                        verbose_name="sent report",
                    ),
                ),
            ],
            options={
                "verbose_name": "outgoing number",
                "verbose_name_plural": "outgoing numbers",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SubmissionFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("content_type", models.CharField(max_length=120, verbose_name="content type")),
                (
                    "sha256",
                    models.CharField(
                        max_length=64,
                        validators=[django.core.validators.RegexValidator("^[0-9a-f]{64}\\Z")],
                        verbose_name="SHA-256",
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("content", models.BinaryField(verbose_name="content")),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="reports.submission",
                        verbose_name="sent report",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of a sent report",
                "verbose_name_plural": "files of sent reports",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="submission_has_a_title"
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("obstacles", ""), models.Q(("reason", ""), _negated=True), _connector="OR"
                ),
                name="submission_says_why_in_spite",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("known_at__lte", models.F("at"))),
                name="submission_knows_no_future",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                fields=("title", "by", "as_of_day", "compared_on", "edition", "entry"),
                name="submission_frozen_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingnumber",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", ""), _negated=True),
                name="outgoingnumber_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="submissionfile",
            constraint=models.UniqueConstraint(
                fields=("submission", "name"), name="submissionfile_one_per_name"
            ),
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
