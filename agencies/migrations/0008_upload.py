"""Workbooks brought back, kept from the preview to the import."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import agencies.models.uploads


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0007_reorganisation"),
    ]

    operations = [
        migrations.CreateModel(
            name="Upload",
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
                        upload_to=agencies.models.uploads.random_place,
                        verbose_name="file",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("kept_at", models.DateTimeField(verbose_name="kept at")),
                (
                    "since",
                    models.PositiveBigIntegerField(verbose_name="taken at the act of recording"),
                ),
                ("has_stamp", models.BooleanField(verbose_name="says when it was taken")),
                (
                    "choices",
                    models.JSONField(blank=True, default=dict, verbose_name="words chosen"),
                ),
                ("imported_at", models.DateTimeField(null=True, verbose_name="imported at")),
                ("result", models.JSONField(blank=True, default=dict, verbose_name="result")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.entry",
                        verbose_name="act of recording",
                    ),
                ),
            ],
            options={
                "verbose_name": "workbook brought back",
                "verbose_name_plural": "workbooks brought back",
                "ordering": ["pk"],
            },
        ),
    ]
