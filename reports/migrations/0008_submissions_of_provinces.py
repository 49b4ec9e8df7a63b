"""A sent report may be about some provinces alone.

SQLite makes the table anew for it, and the triggers go with the old one: they are laid again.
"""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import migrations, models

duty = import_module("reports.migrations.0007_duty_only")

KEY = (*duty.KEY[:5], "provinces", *duty.KEY[5:])
FIELDS = ("title", "by", "as_of_day", "compared_on", "duty_only", "provinces", "edition", "entry")


def forwards(apps: Any, schema_editor: Any) -> None:
    """Lay the triggers for the key with the provinces."""
    duty.lay_again(schema_editor, KEY)


def backwards(apps: Any, schema_editor: Any) -> None:
    """Lay the triggers for the key without them."""
    duty.lay_again(schema_editor, duty.KEY)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0007_duty_only"),
        ("agencies", "0015_provinces_of_accounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, backwards),
        migrations.RemoveConstraint(model_name="submission", name="submission_frozen_once"),
        migrations.AddField(
            model_name="submission",
            name="provinces",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Their codes in order, between commas; empty for all.",
                max_length=5000,
                verbose_name="provinces",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(fields=FIELDS, name="submission_frozen_once"),
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
