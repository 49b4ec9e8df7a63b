"""Places of parent bodies on the tile map."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agencies", "0003_no_overlap"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalTilePosition",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("column", models.PositiveSmallIntegerField(verbose_name="column, 0 in the west")),
                ("row", models.PositiveSmallIntegerField(verbose_name="row, 0 in the north")),
                (
                    "label",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="short name on the tile"
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
            ],
            options={
                "verbose_name": "historical place on the tile map",
                "verbose_name_plural": "historical places on the tile map",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="TilePosition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("column", models.PositiveSmallIntegerField(verbose_name="column, 0 in the west")),
                ("row", models.PositiveSmallIntegerField(verbose_name="row, 0 in the north")),
                (
                    "label",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="short name on the tile"
                    ),
                ),
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tile_position",
                        to="agencies.agency",
                        verbose_name="agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "place on the tile map",
                "verbose_name_plural": "places on the tile map",
                "ordering": ["row", "column"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("column", "row"), name="tile_position_taken_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("column__lt", 24), ("row__lt", 48)),
                        name="tile_position_on_the_map",
                    ),
                ],
            },
        ),
    ]
