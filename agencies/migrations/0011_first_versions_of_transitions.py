"""Every transition gets a first version, so that what any moment knew of it can be asked.

What migrations wrote kept none. It bears a moment before every question; one that was changed
already begins with the oldest words that were kept of it.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations

BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
FIELDS = ("from_edition_id", "to_edition_id", "starts_on", "deadline", "legal_basis")


def write_first_versions(apps: Any, schema_editor: Any) -> None:
    """Write the version that is missing of each transition."""
    transitions = apps.get_model("agencies", "Transition")
    versions = apps.get_model("agencies", "HistoricalTransition")
    for row in transitions.objects.all():
        oldest = versions.objects.filter(id=row.pk).order_by("history_date", "history_id").first()
        if oldest is None or oldest.history_type != "+":
            said = {name: getattr(oldest or row, name) for name in FIELDS}
            versions.objects.create(id=row.pk, history_date=BEFORE_ALL, history_type="+", **said)


class Migration(migrations.Migration):
    dependencies = [("agencies", "0010_contact")]
    operations = [migrations.RunPython(write_first_versions, migrations.RunPython.noop)]
