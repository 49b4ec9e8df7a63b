"""A usable empty office: three editions, one transition, and the name that commands act under."""

from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import migrations

EDITIONS = [
    ("TCVN ISO 9001:2000", 2000, ""),
    ("TCVN ISO 9001:2008", 2008, ""),
    ("TCVN ISO 9001:2015", 2015, "4109/QĐ-BKHCN"),
]


def write_reference_data(apps: Any, schema_editor: Any) -> None:
    """Write what no office types in."""
    edition, transition = (apps.get_model("agencies", name) for name in ("Edition", "Transition"))
    by_year = {
        year: edition.objects.create(code=code, year=year, legal_basis=basis)
        for code, year, basis in EDITIONS
    }
    # 4108/QĐ-BKHCN cancelled the edition of 2008 on this day.
    transition.objects.create(
        from_edition=by_year[2008],
        to_edition=by_year[2015],
        starts_on=date(2015, 12, 31),
        legal_basis="4108/QĐ-BKHCN; 4109/QĐ-BKHCN",
    )
    apps.get_model("agencies", "User").objects.create(
        username="hệ thống", password=make_password(None), is_active=False
    )


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_first")]
    operations = [migrations.RunPython(write_reference_data, migrations.RunPython.noop)]
