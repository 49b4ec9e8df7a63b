"""An account remembers for which role it has put the first page's hint away."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0005_evidence"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="hint_seen",
            field=models.CharField(
                blank=True,
                choices=[
                    ("officer", "standards officer"),
                    ("head", "department head"),
                    ("administrator", "administrator"),
                ],
                editable=False,
                help_text="The role whose first hint the reader has put away.",
                max_length=20,
                verbose_name="hint put away as",
            ),
        ),
    ]
