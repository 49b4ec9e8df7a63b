"""The database itself refuses to change what was printed.

Rows may go with their tables (a test database is emptied by DELETE), so deleting is refused
by the models alone.
"""

from typing import Any

from django.db import migrations

TABLES = ("reports_publication", "reports_publishedfigure", "reports_explanation")
SQLITE = """
CREATE TRIGGER {table}_as_printed BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, 'what was printed is never altered'); END
"""
FUNCTION = """
CREATE FUNCTION reports_as_printed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'what was printed is never altered' USING ERRCODE = 'check_violation'; END
$$
"""
POSTGRESQL = """
CREATE TRIGGER {table}_as_printed BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION reports_as_printed()
"""


def refuse_changes(apps: Any, schema_editor: Any) -> None:
    """Put a trigger on each table."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    if on_postgresql:
        schema_editor.execute(FUNCTION)
    for table in TABLES:
        schema_editor.execute((POSTGRESQL if on_postgresql else SQLITE).format(table=table))


def allow_changes(apps: Any, schema_editor: Any) -> None:
    """Take the triggers away again."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        place = f" ON {table}" if on_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {table}_as_printed{place}")
    if on_postgresql:
        schema_editor.execute("DROP FUNCTION reports_as_printed()")


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_published_figures")]
    operations = [migrations.RunPython(refuse_changes, allow_changes)]
