"""Agency contacts: a role, and the agency that its bearer reports for."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0009_duty_and_plans"),
    ]

    operations = [
        migrations.AddField(
            model_name="historicaluser",
            name="agency",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="Whom an agency contact reports for; nobody else has one.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="agencies.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="agency",
            field=models.ForeignKey(
                blank=True,
                help_text="Whom an agency contact reports for; nobody else has one.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contacts",
                to="agencies.agency",
                verbose_name="agency",
            ),
        ),
        migrations.AlterField(
            model_name="historicaluser",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("officer", "standards officer"),
                    ("head", "department head"),
                    ("administrator", "administrator"),
                    ("contact", "agency contact"),
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="hint_seen",
            field=models.CharField(
                blank=True,
                choices=[
                    ("officer", "standards officer"),
                    ("head", "department head"),
                    ("administrator", "administrator"),
                    ("contact", "agency contact"),
                ],
                editable=False,
                help_text="The role whose first hint the reader has put away.",
                max_length=20,
                verbose_name="hint put away as",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("officer", "standards officer"),
                    ("head", "department head"),
                    ("administrator", "administrator"),
                    ("contact", "agency contact"),
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agency__isnull", False), ("role", "contact")),
                    models.Q(
                        models.Q(("role", "contact"), _negated=True), ("agency__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="user_contact_has_an_agency",
                violation_error_message="A contact has an agency, nobody else does.",
            ),
        ),
    ]
