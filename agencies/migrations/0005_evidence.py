"""Documents kept as proof, and the status record that names one."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import agencies.models.evidence


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_undo"),
    ]

    operations = [
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        unique=True,
                        upload_to=agencies.models.evidence.random_place,
                        verbose_name="file",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pdf", "PDF document"),
                            ("jpg", "JPEG picture"),
                            ("png", "PNG picture"),
                            ("tif", "TIFF picture"),
                            ("webp", "WebP picture"),
                            ("docx", "Word document"),
                            ("doc", "Word 97–2003 document"),
                            ("xlsx", "Excel workbook"),
                            ("xls", "Excel 97–2003 workbook"),
                            ("pptx", "PowerPoint presentation"),
                            ("odt", "OpenDocument text"),
                            ("ods", "OpenDocument spreadsheet"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                (
                    "sha256",
                    models.CharField(
                        max_length=64,
                        validators=[django.core.validators.RegexValidator("^[0-9a-f]{64}\\Z")],
                        verbose_name="SHA-256",
                    ),
                ),
                ("kept_at", models.DateTimeField(verbose_name="kept at")),
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
                "verbose_name": "evidence",
                "verbose_name_plural": "evidence",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="statusrecord",
            name="evidence",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="status_records",
                to="agencies.evidence",
                verbose_name="document",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "pdf",
                            "jpg",
                            "png",
                            "tif",
                            "webp",
                            "docx",
                            "doc",
                            "xlsx",
                            "xls",
                            "pptx",
                            "odt",
                            "ods",
                        ],
                    )
                ),
                name="evidence_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gt", 0)), name="evidence_not_empty"
            ),
        ),
    ]
