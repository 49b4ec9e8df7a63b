"""Reorganisations by decree, and which body came from which."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_first_hint"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reorganisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("decree_number", models.CharField(max_length=100, verbose_name="decree number")),
                ("takes_effect_on", models.DateField(verbose_name="takes effect on")),
                (
                    "decree_date",
                    models.DateField(blank=True, null=True, verbose_name="decree date"),
                ),
                ("title", models.CharField(blank=True, max_length=300, verbose_name="title")),
                (
                    "notice",
                    models.CharField(
                        blank=True,
                        help_text="Stands on every page about a day from that one on.",
                        max_length=500,
                        verbose_name="notice",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reorganisations",
                        to="agencies.evidence",
                        verbose_name="document",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reorganisation",
                        to="agencies.entry",
                        verbose_name="act of recording",
                    ),
                ),
            ],
            options={
                "verbose_name": "reorganisation",
                "verbose_name_plural": "reorganisations",
                "ordering": ["takes_effect_on", "entry"],
            },
        ),
        migrations.CreateModel(
            name="Succession",
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
                            ("merge", "merged"),
                            ("split", "split"),
                            ("rename", "renamed"),
                            ("move", "moved to another parent body or group"),
                            ("dissolve", "dissolved"),
                            ("establish", "established"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "first_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("carried", "carried over from a predecessor"),
                            ("anew", "must declare anew"),
                            ("not_started", "not started"),
                        ],
                        help_text="“Carried over” stands beside the predecessor it comes from.",
                        max_length=20,
                        verbose_name="first status of the successor",
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="agencies.agency",
                        verbose_name="predecessor",
                    ),
                ),
                (
                    "reorganisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successions",
                        to="agencies.reorganisation",
                        verbose_name="reorganisation",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="origins",
                        to="agencies.agency",
                        verbose_name="successor",
                    ),
                ),
            ],
            options={
                "verbose_name": "succession",
                "verbose_name_plural": "successions",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="reorganisation",
            constraint=models.CheckConstraint(
                condition=models.Q(("decree_number", ""), _negated=True),
                name="reorganisation_names_its_decree",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("predecessor__isnull", False), ("successor__isnull", False), _connector="OR"
                ),
                name="succession_names_a_body",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["merge", "split", "rename", "move", "dissolve", "establish"])
                ),
                name="succession_known_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "dissolve"), ("successor__isnull", True)),
                    models.Q(("kind", "establish"), ("predecessor__isnull", True)),
                    models.Q(
                        models.Q(("kind__in", ["dissolve", "establish"]), _negated=True),
                        ("predecessor__isnull", False),
                        ("successor__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="succession_kind_fits_its_bodies",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_status", ""),
                    models.Q(
                        ("first_status__in", ["carried", "anew", "not_started"]),
                        ("successor__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="succession_first_status_of_a_successor",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_status", "carried"), _negated=True),
                    ("predecessor__isnull", False),
                    _connector="OR",
                ),
                name="succession_carried_from_a_predecessor",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(
                fields=("reorganisation", "predecessor", "successor"),
                name="succession_once_per_pair",
            ),
        ),
    ]
