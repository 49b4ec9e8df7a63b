"""An act of recording may undo another; it says which, and why."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0003_no_overlap"),
    ]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="undoes",
            field=models.OneToOneField(
                blank=True,
                help_text="The act that this one undoes; none is undone twice.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by",
                to="agencies.entry",
                verbose_name="undoes",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "undo"), ("undoes__isnull", False)),
                    models.Q(models.Q(("kind", "undo"), _negated=True), ("undoes__isnull", True)),
                    _connector="OR",
                ),
                name="entry_undo_names_what_it_undoes",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "undo"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="entry_undo_has_reason",
            ),
        ),
    ]
