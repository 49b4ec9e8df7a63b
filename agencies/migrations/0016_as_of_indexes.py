"""Indexes that hold all a roll-up reads."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0015_provinces_of_accounts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="rosterrecord",
            index=models.Index(
                fields=[
                    "agency",
                    "valid_from",
                    "valid_to",
                    "recorded",
                    "superseded",
                    "group",
                    "parent",
                    "province",
                ],
                name="roster_as_of",
            ),
        ),
        migrations.AddIndex(
            model_name="statusrecord",
            index=models.Index(
                fields=[
                    "agency",
                    "valid_from",
                    "valid_to",
                    "recorded",
                    "superseded",
                    "stage",
                    "edition",
                ],
                name="status_as_of",
            ),
        ),
    ]
