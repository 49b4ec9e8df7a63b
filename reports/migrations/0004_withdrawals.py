"""Publications entered by mistake are withdrawn, by a row that is written once like theirs."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQLITE = """
CREATE TRIGGER reports_withdrawal_as_printed BEFORE UPDATE ON reports_withdrawal
BEGIN SELECT RAISE(ABORT, 'what was printed is never altered'); END
"""
POSTGRESQL = """
CREATE TRIGGER reports_withdrawal_as_printed BEFORE UPDATE ON reports_withdrawal
FOR EACH ROW EXECUTE FUNCTION reports_as_printed()
"""


def refuse_changes(apps: Any, schema_editor: Any) -> None:
    """Put a trigger on the table."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRESQL if on_postgresql else SQLITE)


def allow_changes(apps: Any, schema_editor: Any) -> None:
    """Take the trigger away again."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    place = " ON reports_withdrawal" if on_postgresql else ""
    schema_editor.execute(f"DROP TRIGGER reports_withdrawal_as_printed{place}")


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0003_figures_stay_as_printed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="publication",
            name="loaded_at",
            field=models.DateTimeField(
                blank=True,
                help_text=(
                    "The true time of writing, where demonstration data dates it in the past."
                ),
                null=True,
                verbose_name="loaded at",
            ),
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
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
                    "publication",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawal",
                        to="reports.publication",
                        verbose_name="publication",
                    ),
                ),
            ],
            options={
                "verbose_name": "withdrawal of a publication",
                "verbose_name_plural": "withdrawals of publications",
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="withdrawal_has_a_reason",
                    )
                ],
            },
        ),
        migrations.RunPython(refuse_changes, allow_changes),
    ]
