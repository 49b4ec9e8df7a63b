"""A sent report may be about agencies with a duty alone.

SQLite makes the table anew for it, and the triggers go with the old one: they are laid again.
"""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import migrations, models

frozen = import_module("reports.migrations.0005_submissions")
sealed = import_module("reports.migrations.0006_seals")

BEFORE = sealed.KEYS["submission"]
KEY = ("title", "by_id", "as_of_day", "compared_on", "duty_only", "edition_id", "entry_id")


def lay_again(schema_editor: Any, key: tuple[str, ...]) -> None:
    """Put the triggers of the table of sent reports back, which only SQLite has lost."""
    if schema_editor.connection.vendor == "postgresql":
        return
    for act in ("update", "delete"):
        schema_editor.execute(frozen.SQLITE.format(table="reports_submission", act=act))
    schema_editor.execute(sealed.refuse_replacing("submission", key))


def forwards(apps: Any, schema_editor: Any) -> None:
    """Lay the triggers for the key with the duty."""
    lay_again(schema_editor, KEY)


def backwards(apps: Any, schema_editor: Any) -> None:
    """Lay the triggers for the key without it."""
    lay_again(schema_editor, BEFORE)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0006_seals"),
        ("agencies", "0009_duty_and_plans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, backwards),
        migrations.RemoveConstraint(model_name="submission", name="submission_frozen_once"),
        migrations.AddField(
            model_name="submission",
            name="duty_only",
            field=models.BooleanField(default=False, verbose_name="only agencies with a duty"),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                fields=(
                    "title",
                    "by",
                    "as_of_day",
                    "compared_on",
                    "duty_only",
                    "edition",
                    "entry",
                ),
                name="submission_frozen_once",
            ),
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
