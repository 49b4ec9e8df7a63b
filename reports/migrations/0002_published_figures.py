"""Sources of published figures, the figures as printed, and what officers say of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_tile_positions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                ("link", models.URLField(blank=True, max_length=500, verbose_name="link")),
                (
                    "as_of_day",
                    models.DateField(blank=True, null=True, verbose_name="figures as of"),
                ),
                ("published_on", models.DateField(verbose_name="published on")),
                ("entered_at", models.DateTimeField(verbose_name="entered at")),
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
                "verbose_name": "publication",
                "verbose_name_plural": "publications",
                "ordering": ["published_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PublishedFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("quote", models.TextField(blank=True, verbose_name="quote")),
                ("group", models.CharField(blank=True, max_length=40, verbose_name="group")),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("converted", "converted"),
                            ("older_edition", "on an earlier edition"),
                            ("not_converted", "not converted"),
                            ("not_built", "not built"),
                            ("total", "agencies in all"),
                            ("inspected", "inspected"),
                            ("trained", "trained"),
                        ],
                        max_length=20,
                        verbose_name="measure",
                    ),
                ),
                ("count", models.PositiveIntegerField(blank=True, null=True, verbose_name="count")),
                (
                    "denominator",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="out of"),
                ),
                (
                    "percent",
                    models.CharField(
                        blank=True, max_length=20, verbose_name="percentage as printed"
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("agencies", "agencies"),
                            ("visits", "visits"),
                            ("attendances", "attendances"),
                        ],
                        default="agencies",
                        max_length=20,
                        verbose_name="unit",
                    ),
                ),
                (
                    "edition",
                    models.CharField(
                        blank=True, max_length=4, verbose_name="edition stated (year)"
                    ),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="reports.publication",
                        verbose_name="publication",
                    ),
                ),
            ],
            options={
                "verbose_name": "published figure",
                "verbose_name_plural": "published figures",
                "ordering": ["publication", "position"],
            },
        ),
        migrations.CreateModel(
            name="Explanation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="explanation")),
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
                    "figure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="explanations",
                        to="reports.publishedfigure",
                        verbose_name="figure",
                    ),
                ),
            ],
            options={
                "verbose_name": "explanation",
                "verbose_name_plural": "explanations",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("as_of_day__isnull", True),
                    ("as_of_day__lte", models.F("published_on")),
                    _connector="OR",
                ),
                name="publication_tells_of_its_past",
            ),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="publication_has_a_source"
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.UniqueConstraint(
                fields=("publication", "position"), name="publishedfigure_one_per_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("count__isnull", False),
                    models.Q(("percent", ""), _negated=True),
                    _connector="OR",
                ),
                name="publishedfigure_says_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("denominator__isnull", True),
                    models.Q(("count__isnull", False), ("denominator__gt", 0)),
                    _connector="OR",
                ),
                name="publishedfigure_part_of_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "measure__in",
                        [
                            "converted",
                            "older_edition",
                            "not_converted",
                            "not_built",
                            "total",
                            "inspected",
                            "trained",
                        ],
                    )
                ),
                name="publishedfigure_known_measure",
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit__in", ["agencies", "visits", "attendances"])),
                name="publishedfigure_known_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="explanation",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="explanation_says_something"
            ),
        ),
    ]
