"""Inspections and training; the items that are checked and the usual topics of courses."""

from typing import Any

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

CHECKED = (
    "Ban Chỉ đạo ISO được thành lập, kiện toàn",
    "Phân công nhiệm vụ xây dựng, áp dụng, duy trì HTQLCL",
    "Hệ thống tài liệu, quy trình xử lý công việc được ban hành và kiểm soát",
    "Chính sách chất lượng, mục tiêu chất lượng",
    "Đánh giá nội bộ",
    "Xem xét của lãnh đạo",
    "Cập nhật quy trình khi thủ tục hành chính thay đổi",
)
TOPICS = (
    ("Nhận thức chung về TCVN ISO 9001", "Awareness of TCVN ISO 9001"),
    ("Xây dựng, chuyển đổi HTQLCL", "Building and converting a QMS"),
    ("Đánh giá nội bộ HTQLCL", "Internal audit"),
    ("Chủ đề khác", "Other topics"),
)


def write_reference_data(apps: Any, schema_editor: Any) -> None:
    """Write the seven items that are checked, and the usual topics of courses; both are edited."""
    item = apps.get_model("activities", "ChecklistItem")
    topic = apps.get_model("activities", "TrainingTopic")
    for position, text in enumerate(CHECKED, start=1):
        item.objects.create(year=2000, position=position, text=text)
    for position, (name, name_en) in enumerate(TOPICS, start=1):
        topic.objects.create(name=name, name_en=name_en, position=position)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agencies", "0008_upload"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Training",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="course")),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                ("place", models.CharField(blank=True, max_length=300, verbose_name="place")),
                ("note", models.TextField(blank=True, max_length=5000, verbose_name="note")),
                (
                    "source",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="source"
                    ),
                ),
                (
                    "cancelled_reason",
                    models.TextField(blank=True, verbose_name="cancelled because"),
                ),
            ],
            options={
                "verbose_name": "course",
                "verbose_name_plural": "courses",
                "ordering": ["starts_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="TrainingTopic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True, verbose_name="name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=200, verbose_name="English name"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "topic of training",
                "verbose_name_plural": "topics of training",
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="ChecklistItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1987),
                            django.core.validators.MaxValueValidator(2200),
                        ],
                        verbose_name="year",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("text", models.CharField(max_length=300, verbose_name="item")),
            ],
            options={
                "verbose_name": "item of the checklist",
                "verbose_name_plural": "items of the checklist",
                "ordering": ["year", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("year", "position"), name="checklistitem_one_per_position"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="checklistitem_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalChecklistItem",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1987),
                            django.core.validators.MaxValueValidator(2200),
                        ],
                        verbose_name="year",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("text", models.CharField(max_length=300, verbose_name="item")),
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
                "verbose_name": "historical item of the checklist",
                "verbose_name_plural": "historical items of the checklist",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalInspection",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("visited_on", models.DateField(verbose_name="day of the visit")),
                (
                    "form",
                    models.CharField(
                        choices=[("at_office", "at the office"), ("on_file", "on file")],
                        max_length=20,
                        verbose_name="form",
                    ),
                ),
                ("team", models.TextField(max_length=5000, verbose_name="inspection team")),
                ("checks", models.JSONField(blank=True, default=list, verbose_name="checklist")),
                (
                    "remarks",
                    models.TextField(blank=True, max_length=5000, verbose_name="general remarks"),
                ),
                (
                    "rating",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("excellent", "excellent"),
                            ("good", "good"),
                            ("fair", "fair"),
                            ("average", "average"),
                        ],
                        max_length=20,
                        verbose_name="rating",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="source"
                    ),
                ),
                (
                    "cancelled_reason",
                    models.TextField(blank=True, verbose_name="cancelled because"),
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
                    "edition",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="agencies.edition",
                        verbose_name="edition inspected against",
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
                "verbose_name": "historical visit",
                "verbose_name_plural": "historical visits",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalInspectionPlan",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1987),
                            django.core.validators.MaxValueValidator(2200),
                        ],
                        verbose_name="year",
                    ),
                ),
                (
                    "decision_number",
                    models.CharField(max_length=100, verbose_name="decision number"),
                ),
                ("decision_date", models.DateField(verbose_name="decision date")),
                ("note", models.TextField(blank=True, max_length=5000, verbose_name="note")),
                (
                    "cancelled_reason",
                    models.TextField(blank=True, verbose_name="cancelled because"),
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
                "verbose_name": "historical inspection plan",
                "verbose_name_plural": "historical inspection plans",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTrainingTopic",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(db_index=True, max_length=200, verbose_name="name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=200, verbose_name="English name"),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
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
                "verbose_name": "historical topic of training",
                "verbose_name_plural": "historical topics of training",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("visited_on", models.DateField(verbose_name="day of the visit")),
                (
                    "form",
                    models.CharField(
                        choices=[("at_office", "at the office"), ("on_file", "on file")],
                        max_length=20,
                        verbose_name="form",
                    ),
                ),
                ("team", models.TextField(max_length=5000, verbose_name="inspection team")),
                ("checks", models.JSONField(blank=True, default=list, verbose_name="checklist")),
                (
                    "remarks",
                    models.TextField(blank=True, max_length=5000, verbose_name="general remarks"),
                ),
                (
                    "rating",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("excellent", "excellent"),
                            ("good", "good"),
                            ("fair", "fair"),
                            ("average", "average"),
                        ],
                        max_length=20,
                        verbose_name="rating",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="source"
                    ),
                ),
                (
                    "cancelled_reason",
                    models.TextField(blank=True, verbose_name="cancelled because"),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inspections",
                        to="agencies.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.edition",
                        verbose_name="edition inspected against",
                    ),
                ),
            ],
            options={
                "verbose_name": "visit",
                "verbose_name_plural": "visits",
                "ordering": ["visited_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalFinding",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=5000, verbose_name="finding")),
                (
                    "recommendation",
                    models.TextField(blank=True, max_length=5000, verbose_name="recommendation"),
                ),
                ("deadline", models.DateField(blank=True, null=True, verbose_name="deadline")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                (
                    "closing_note",
                    models.TextField(
                        blank=True, max_length=5000, verbose_name="how it was put right"
                    ),
                ),
                (
                    "cancelled_reason",
                    models.TextField(blank=True, verbose_name="cancelled because"),
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
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="agencies.evidence",
                        verbose_name="evidence",
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
                    "inspection",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="activities.inspection",
                        verbose_name="visit",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical finding",
                "verbose_name_plural": "historical findings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(max_length=5000, verbose_name="finding")),
                (
                    "recommendation",
                    models.TextField(blank=True, max_length=5000, verbose_name="recommendation"),
                ),
                ("deadline", models.DateField(blank=True, null=True, verbose_name="deadline")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                (
                    "closing_note",
                    models.TextField(
                        blank=True, max_length=5000, verbose_name="how it was put right"
                    ),
                ),
                (
                    "cancelled_reason",
                    models.TextField(blank=True, verbose_name="cancelled because"),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="agencies.evidence",
                        verbose_name="evidence",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="activities.inspection",
                        verbose_name="visit",
                    ),
                ),
            ],
            options={
                "verbose_name": "finding",
                "verbose_name_plural": "findings",
                "ordering": ["inspection", "pk"],
            },
        ),
        migrations.CreateModel(
            name="InspectionPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1987),
                            django.core.validators.MaxValueValidator(2200),
                        ],
                        verbose_name="year",
                    ),
                ),
                (
                    "decision_number",
                    models.CharField(max_length=100, verbose_name="decision number"),
                ),
                ("decision_date", models.DateField(verbose_name="decision date")),
                ("note", models.TextField(blank=True, max_length=5000, verbose_name="note")),
                (
                    "cancelled_reason",
                    models.TextField(blank=True, verbose_name="cancelled because"),
                ),
            ],
            options={
                "verbose_name": "inspection plan",
                "verbose_name_plural": "inspection plans",
                "ordering": ["year", "decision_date", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_reason", "")),
                        fields=("year", "decision_number"),
                        name="inspectionplan_once_per_decision",
                        violation_error_message="This decision is on record for the year already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalPlannedInspection",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[("at_office", "at the office"), ("on_file", "on file")],
                        max_length=20,
                        verbose_name="form",
                    ),
                ),
                (
                    "cancelled_reason",
                    models.TextField(blank=True, verbose_name="cancelled because"),
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
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="activities.inspectionplan",
                        verbose_name="inspection plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical planned inspection",
                "verbose_name_plural": "historical planned inspections",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PlannedInspection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[("at_office", "at the office"), ("on_file", "on file")],
                        max_length=20,
                        verbose_name="form",
                    ),
                ),
                (
                    "cancelled_reason",
                    models.TextField(blank=True, verbose_name="cancelled because"),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="planned",
                        to="activities.inspectionplan",
                        verbose_name="inspection plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "planned inspection",
                "verbose_name_plural": "planned inspections",
                "ordering": ["plan", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAttendance",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(500)],
                        verbose_name="number of attendances",
                    ),
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
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "training",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="activities.training",
                        verbose_name="course",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical attendance",
                "verbose_name_plural": "historical attendances of agencies",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MaxValueValidator(500)],
                        verbose_name="number of attendances",
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="agencies.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "training",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="activities.training",
                        verbose_name="course",
                    ),
                ),
            ],
            options={
                "verbose_name": "attendance",
                "verbose_name_plural": "attendances of agencies",
                "ordering": ["training", "pk"],
            },
        ),
        migrations.AddField(
            model_name="training",
            name="topic",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="courses",
                to="activities.trainingtopic",
                verbose_name="topic",
            ),
        ),
        migrations.CreateModel(
            name="HistoricalTraining",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="course")),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                ("place", models.CharField(blank=True, max_length=300, verbose_name="place")),
                ("note", models.TextField(blank=True, max_length=5000, verbose_name="note")),
                (
                    "source",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="source"
                    ),
                ),
                (
                    "cancelled_reason",
                    models.TextField(blank=True, verbose_name="cancelled because"),
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
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="activities.trainingtopic",
                        verbose_name="topic",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical course",
                "verbose_name_plural": "historical courses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_reason", "")),
                fields=("agency", "visited_on"),
                name="inspection_once_per_day",
                violation_error_message="A visit to this agency on this day is on record.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("form__in", ["at_office", "on_file"])),
                name="inspection_known_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("rating__in", ["", "excellent", "good", "fair", "average"])),
                name="inspection_known_rating",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="finding_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on__isnull", False), ("evidence__isnull", True), _connector="OR"
                ),
                name="finding_evidence_of_its_closing",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedinspection",
            constraint=models.UniqueConstraint(
                fields=("plan", "agency"), name="plannedinspection_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedinspection",
            constraint=models.CheckConstraint(
                condition=models.Q(("form__in", ["at_office", "on_file"])),
                name="plannedinspection_known_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(
                fields=("training", "agency"),
                name="attendance_once_per_agency",
                violation_error_message="The agency stands on this course already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 0), ("number__lte", 500)),
                name="attendance_within_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="training",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="training_ends_after_its_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="training",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancelled_reason", "")),
                fields=("title", "starts_on"),
                name="training_once_per_day",
                violation_error_message="A course of this name on this day is on record.",
            ),
        ),
        migrations.RunPython(write_reference_data, migrations.RunPython.noop),
    ]
