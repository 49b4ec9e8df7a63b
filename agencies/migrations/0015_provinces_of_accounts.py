"""A province's code as it is written in addresses; who may keep one province alone."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0014_provinces"),
    ]

    operations = [
        migrations.AlterField(
            model_name="historicalprovince",
            name="code",
            field=models.CharField(
                db_index=True,
                max_length=10,
                validators=[
                    django.core.validators.RegexValidator(
                        "^\\w[\\w.\\-]*\\Z",
                        "A letter or digit first, then letters, digits, full stops, hyphens and "
                        "underscores only.",
                    )
                ],
                verbose_name="province code",
            ),
        ),
        migrations.AlterField(
            model_name="province",
            name="code",
            field=models.CharField(
                max_length=10,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^\\w[\\w.\\-]*\\Z",
                        "A letter or digit first, then letters, digits, full stops, hyphens and "
                        "underscores only.",
                    )
                ],
                verbose_name="province code",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("province__isnull", True), ("role__in", ["officer", "head"]), _connector="OR"
                ),
                name="user_of_a_province_is_officer_or_head",
                violation_error_message="Only an officer or a head keeps one province alone.",
            ),
        ),
    ]
