"""On PostgreSQL the database itself refuses believed rows that overlap.

SQLite has no exclusion constraint; there the action's check stands alone, beside the
unique constraints that both databases keep.
"""

from typing import Any

from django.db import migrations

NO_OVERLAP = """
ALTER TABLE {table} ADD CONSTRAINT {name}
EXCLUDE USING gist ({column} WITH =, daterange(valid_from, valid_to) WITH &&)
WHERE (superseded_id IS NULL {condition})
"""
CONSTRAINTS = [
    ("agencies_rosterrecord", "rosterrecord_no_overlap", "agency_id", ""),
    ("agencies_statusrecord", "statusrecord_no_overlap", "agency_id", ""),
    ("agencies_rosterrecord", "rosterrecord_gso_no_overlap", "gso_code", "AND gso_code <> ''"),
]


def add_constraints(apps: Any, schema_editor: Any) -> None:
    """Add the exclusion constraints where the database has them."""
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for table, name, column, condition in CONSTRAINTS:
        schema_editor.execute(
            NO_OVERLAP.format(table=table, name=name, column=column, condition=condition)
        )


def drop_constraints(apps: Any, schema_editor: Any) -> None:
    """Take the exclusion constraints away again."""
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, name, _column, _condition in CONSTRAINTS:
        schema_editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_reference_data")]
    operations = [migrations.RunPython(add_constraints, drop_constraints)]
