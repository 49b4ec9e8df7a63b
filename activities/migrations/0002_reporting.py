"""Reporting rounds: periods, the reports of agencies, and the steps that reports take."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0010_contact"),
        ("activities", "0001_inspections_and_training"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalReportingPeriod",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                (
                    "ends_on",
                    models.DateField(
                        help_text="The last day that belongs to the period.", verbose_name="to"
                    ),
                ),
                (
                    "cut_off",
                    models.DateField(
                        help_text="Whoever exists on this day and is not exempt reports.",
                        verbose_name="cut-off day",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="due on")),
                (
                    "legal_basis",
                    models.CharField(blank=True, max_length=200, verbose_name="legal basis"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical reporting period",
                "verbose_name_plural": "historical reporting periods",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ReportingPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                (
                    "ends_on",
                    models.DateField(
                        help_text="The last day that belongs to the period.", verbose_name="to"
                    ),
                ),
                (
                    "cut_off",
                    models.DateField(
                        help_text="Whoever exists on this day and is not exempt reports.",
                        verbose_name="cut-off day",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="due on")),
                (
                    "legal_basis",
                    models.CharField(blank=True, max_length=200, verbose_name="legal basis"),
                ),
            ],
            options={
                "verbose_name": "reporting period",
                "verbose_name_plural": "reporting periods",
                "ordering": ["-starts_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("starts_on"))),
                        name="period_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cut_off__gte", models.F("starts_on"))),
                        name="period_cut_off_not_before_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gt", models.F("cut_off"))),
                        name="period_due_after_cut_off",
                    ),
                    models.UniqueConstraint(fields=("starts_on",), name="period_once_per_start"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalSelfAssessment",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_started", "not started"),
                            ("building", "building"),
                            ("applied", "applied"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=20,
                        verbose_name="stage",
                    ),
                ),
                (
                    "decision_number",
                    models.CharField(blank=True, max_length=100, verbose_name="decision number"),
                ),
                (
                    "decision_date",
                    models.DateField(blank=True, null=True, verbose_name="decision date"),
                ),
                ("holds_from", models.DateField(blank=True, null=True, verbose_name="holds from")),
                (
                    "procedures",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="administrative procedures in scope"
                    ),
                ),
                (
                    "audit_on",
                    models.DateField(blank=True, null=True, verbose_name="internal audit on"),
                ),
                (
                    "review_on",
                    models.DateField(blank=True, null=True, verbose_name="management review on"),
                ),
                (
                    "scope_changes",
                    models.TextField(blank=True, max_length=5000, verbose_name="changes of scope"),
                ),
                (
                    "difficulties",
                    models.TextField(blank=True, max_length=5000, verbose_name="difficulties"),
                ),
                (
                    "proposals",
                    models.TextField(blank=True, max_length=5000, verbose_name="proposals"),
                ),
                (
                    "no_evidence_reason",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="why there is no document"
                    ),
                ),
                ("begun_at", models.DateTimeField(verbose_name="begun at")),
                ("edited_at", models.DateTimeField(verbose_name="last edited at")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="version")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="agencies.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="edited by",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Declared; while it is being built, the one it is built to.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="agencies.edition",
                        verbose_name="edition",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="agencies.evidence",
                        verbose_name="document",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="activities.reportingperiod",
                        verbose_name="reporting period",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical self-assessment report",
                "verbose_name_plural": "historical self-assessment reports",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SelfAssessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_started", "not started"),
                            ("building", "building"),
                            ("applied", "applied"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=20,
                        verbose_name="stage",
                    ),
                ),
                (
                    "decision_number",
                    models.CharField(blank=True, max_length=100, verbose_name="decision number"),
                ),
                (
                    "decision_date",
                    models.DateField(blank=True, null=True, verbose_name="decision date"),
                ),
                ("holds_from", models.DateField(blank=True, null=True, verbose_name="holds from")),
                (
                    "procedures",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="administrative procedures in scope"
                    ),
                ),
                (
                    "audit_on",
                    models.DateField(blank=True, null=True, verbose_name="internal audit on"),
                ),
                (
                    "review_on",
                    models.DateField(blank=True, null=True, verbose_name="management review on"),
                ),
                (
                    "scope_changes",
                    models.TextField(blank=True, max_length=5000, verbose_name="changes of scope"),
                ),
                (
                    "difficulties",
                    models.TextField(blank=True, max_length=5000, verbose_name="difficulties"),
                ),
                (
                    "proposals",
                    models.TextField(blank=True, max_length=5000, verbose_name="proposals"),
                ),
                (
                    "no_evidence_reason",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="why there is no document"
                    ),
                ),
                ("begun_at", models.DateTimeField(verbose_name="begun at")),
                ("edited_at", models.DateTimeField(verbose_name="last edited at")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="version")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="self_assessments",
                        to="agencies.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="edited by",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True,
                        help_text="Declared; while it is being built, the one it is built to.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.edition",
                        verbose_name="edition",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="self_assessments",
                        to="agencies.evidence",
                        verbose_name="document",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="activities.reportingperiod",
                        verbose_name="reporting period",
                    ),
                ),
            ],
            options={
                "verbose_name": "self-assessment report",
                "verbose_name_plural": "self-assessment reports",
                "ordering": ["period", "agency"],
            },
        ),
        migrations.CreateModel(
            name="SentReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=120, verbose_name="subject")),
                ("recipient", models.EmailField(max_length=254, verbose_name="recipient")),
                ("day", models.DateField(verbose_name="day")),
                ("text", models.CharField(max_length=600, verbose_name="text")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sent_reminders",
                        to="agencies.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder sent",
                "verbose_name_plural": "reminders sent",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Step",
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
                            ("submitted", "submitted"),
                            ("returned", "returned"),
                            ("accepted", "accepted"),
                        ],
                        max_length=20,
                        verbose_name="step",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                ("remark", models.TextField(blank=True, max_length=5000, verbose_name="remark")),
                (
                    "received_on",
                    models.DateField(
                        blank=True,
                        help_text="Of a submission: the day that decides whether it is on time.",
                        null=True,
                        verbose_name="received on",
                    ),
                ),
                ("is_paper", models.BooleanField(default=False, verbose_name="on paper")),
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
                    "entry",
                    models.OneToOneField(
                        help_text="Of an acceptance: the act that wrote a status, if any.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accepted_report",
                        to="agencies.entry",
                        verbose_name="act of recording",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="activities.selfassessment",
                        verbose_name="report",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a report",
                "verbose_name_plural": "steps of reports",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="selfassessment",
            constraint=models.UniqueConstraint(
                fields=("period", "agency"), name="report_once_per_period_and_agency"
            ),
        ),
        migrations.AddConstraint(
            model_name="selfassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stage", ""),
                    ("stage__in", ["not_started", "building", "applied", "withdrawn"]),
                    _connector="OR",
                ),
                name="report_claims_a_known_stage",
            ),
        ),
        migrations.AddConstraint(
            model_name="sentreminder",
            constraint=models.UniqueConstraint(
                fields=("subject", "recipient", "day"), name="reminder_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["submitted", "returned", "accepted"])),
                name="step_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "returned"), _negated=True),
                    models.Q(("remark", ""), _negated=True),
                    _connector="OR",
                ),
                name="step_return_has_remark",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "submitted"), ("received_on__isnull", False)),
                    models.Q(
                        models.Q(("kind", "submitted"), _negated=True),
                        ("is_paper", False),
                        ("received_on__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="step_submission_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(("entry__isnull", True), ("kind", "accepted"), _connector="OR"),
                name="step_acceptance_alone_records",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "accepted")),
                fields=("report",),
                name="step_accepted_once",
            ),
        ),
    ]
