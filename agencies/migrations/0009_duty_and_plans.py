"""Duty per group or agency, deadlines and targets of transitions, a planned day per agency."""

import datetime

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0008_upload"),
    ]

    operations = [
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mandatory", "mandatory"),
                            ("encouraged", "encouraged"),
                            ("ordered", "by the province's order"),
                            ("not_subject", "not subject"),
                        ],
                        max_length=20,
                        verbose_name="duty",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from day")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The first day on which it holds no more; empty while it holds.",
                        null=True,
                        verbose_name="until before",
                    ),
                ),
                (
                    "legal_source",
                    models.CharField(
                        help_text="Number of the document, for example 19/2014/QĐ-TTg.",
                        max_length=300,
                        verbose_name="legal source",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
            ],
            options={
                "verbose_name": "duty",
                "verbose_name_plural": "duties",
                "ordering": ["group", "agency", "valid_from"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalDuty",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mandatory", "mandatory"),
                            ("encouraged", "encouraged"),
                            ("ordered", "by the province's order"),
                            ("not_subject", "not subject"),
                        ],
                        max_length=20,
                        verbose_name="duty",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from day")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The first day on which it holds no more; empty while it holds.",
                        null=True,
                        verbose_name="until before",
                    ),
                ),
                (
                    "legal_source",
                    models.CharField(
                        help_text="Number of the document, for example 19/2014/QĐ-TTg.",
                        max_length=300,
                        verbose_name="legal source",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical duty",
                "verbose_name_plural": "historical duties",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPlannedConversion",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "planned_on",
                    models.DateField(
                        validators=[
                            django.core.validators.MinValueValidator(datetime.date(1987, 1, 1)),
                            django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31)),
                        ],
                        verbose_name="planned day",
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical planned conversion",
                "verbose_name_plural": "historical planned conversions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTransitionTarget",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "due_on",
                    models.DateField(
                        validators=[
                            django.core.validators.MinValueValidator(datetime.date(1987, 1, 1)),
                            django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31)),
                        ],
                        verbose_name="by the end of day",
                    ),
                ),
                (
                    "count",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="number of agencies"
                    ),
                ),
                (
                    "percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="or percent",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical target of a transition",
                "verbose_name_plural": "historical targets of transitions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PlannedConversion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "planned_on",
                    models.DateField(
                        validators=[
                            django.core.validators.MinValueValidator(datetime.date(1987, 1, 1)),
                            django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31)),
                        ],
                        verbose_name="planned day",
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
            ],
            options={
                "verbose_name": "planned conversion",
                "verbose_name_plural": "planned conversions",
                "ordering": ["planned_on", "agency__code"],
            },
        ),
        migrations.CreateModel(
            name="TransitionTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "due_on",
                    models.DateField(
                        validators=[
                            django.core.validators.MinValueValidator(datetime.date(1987, 1, 1)),
                            django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31)),
                        ],
                        verbose_name="by the end of day",
                    ),
                ),
                (
                    "count",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="number of agencies"
                    ),
                ),
                (
                    "percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="or percent",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
            ],
            options={
                "verbose_name": "target of a transition",
                "verbose_name_plural": "targets of transitions",
                "ordering": ["due_on", "group__position", "pk"],
            },
        ),
        migrations.AddField(
            model_name="historicaltransition",
            name="deadline",
            field=models.DateField(
                blank=True,
                help_text="The last day by which agencies are to have converted; may stay empty.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(datetime.date(1987, 1, 1)),
                    django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31)),
                ],
                verbose_name="deadline",
            ),
        ),
        migrations.AddField(
            model_name="transition",
            name="deadline",
            field=models.DateField(
                blank=True,
                help_text="The last day by which agencies are to have converted; may stay empty.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(datetime.date(1987, 1, 1)),
                    django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31)),
                ],
                verbose_name="deadline",
            ),
        ),
        migrations.AlterField(
            model_name="historicaltransition",
            name="starts_on",
            field=models.DateField(
                validators=[
                    django.core.validators.MinValueValidator(datetime.date(1987, 1, 1)),
                    django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31)),
                ],
                verbose_name="in force from",
            ),
        ),
        migrations.AlterField(
            model_name="transition",
            name="starts_on",
            field=models.DateField(
                validators=[
                    django.core.validators.MinValueValidator(datetime.date(1987, 1, 1)),
                    django.core.validators.MaxValueValidator(datetime.date(2200, 12, 31)),
                ],
                verbose_name="in force from",
            ),
        ),
        migrations.AddConstraint(
            model_name="transition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("deadline__isnull", True),
                    ("deadline__gt", models.F("starts_on")),
                    _connector="OR",
                ),
                name="transition_deadline_after_its_start",
                violation_error_message="The deadline must be later than the beginning.",
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="agency",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="duties",
                to="agencies.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="group",
            field=models.ForeignKey(
                blank=True,
                help_text="A group, or else one agency that is an exception to its group.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="duties",
                to="agencies.agencygroup",
                verbose_name="group",
            ),
        ),
        migrations.AddField(
            model_name="historicalduty",
            name="agency",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="agencies.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AddField(
            model_name="historicalduty",
            name="group",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="A group, or else one agency that is an exception to its group.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="agencies.agencygroup",
                verbose_name="group",
            ),
        ),
        migrations.AddField(
            model_name="historicalduty",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalplannedconversion",
            name="agency",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="agencies.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AddField(
            model_name="historicalplannedconversion",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalplannedconversion",
            name="transition",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="agencies.transition",
                verbose_name="transition",
            ),
        ),
        migrations.AddField(
            model_name="historicaltransitiontarget",
            name="group",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="Empty: all groups together.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="agencies.agencygroup",
                verbose_name="group",
            ),
        ),
        migrations.AddField(
            model_name="historicaltransitiontarget",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicaltransitiontarget",
            name="transition",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="agencies.transition",
                verbose_name="transition",
            ),
        ),
        migrations.AddField(
            model_name="plannedconversion",
            name="agency",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="planned_conversions",
                to="agencies.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AddField(
            model_name="plannedconversion",
            name="transition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plan",
                to="agencies.transition",
                verbose_name="transition",
            ),
        ),
        migrations.AddField(
            model_name="transitiontarget",
            name="group",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: all groups together.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agencygroup",
                verbose_name="group",
            ),
        ),
        migrations.AddField(
            model_name="transitiontarget",
            name="transition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="targets",
                to="agencies.transition",
                verbose_name="transition",
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agency__isnull", True), ("group__isnull", False)),
                    models.Q(("agency__isnull", False), ("group__isnull", True)),
                    _connector="OR",
                ),
                name="duty_of_a_group_or_an_agency",
                violation_error_message="Choose either a group or one agency.",
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True),
                    ("valid_to__gt", models.F("valid_from")),
                    _connector="OR",
                ),
                name="duty_ends_after_it_begins",
                violation_error_message="The end must be later than the beginning.",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedconversion",
            constraint=models.UniqueConstraint(
                fields=("transition", "agency"), name="planned_once_per_transition"
            ),
        ),
        migrations.AddConstraint(
            model_name="transitiontarget",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("count__isnull", False), ("percent__isnull", True)),
                    models.Q(("count__isnull", True), ("percent__isnull", False)),
                    _connector="OR",
                ),
                name="target_is_a_count_or_a_percent",
                violation_error_message="Write either a number or a percentage.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transitiontarget",
            constraint=models.UniqueConstraint(
                fields=("transition", "group", "due_on"),
                name="target_once_per_group_and_day",
                violation_error_message="This group already has a target for that day.",
            ),
        ),
        migrations.AddConstraint(
            model_name="transitiontarget",
            constraint=models.UniqueConstraint(
                condition=models.Q(("group__isnull", True)),
                fields=("transition", "due_on"),
                name="target_of_all_once_per_day",
                violation_error_message="All together already have a target for that day.",
            ),
        ),
    ]
