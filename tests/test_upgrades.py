"""Upgrades: data of every release kept come through today's migrations, and none destroys any."""

import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from agencies.models import Evidence, User
from reports.backups.archive import open_archive
from reports.backups.rows import columns, portable, tables
from reports.restoring import restore
from tests.documents import PDF
from tests.installations import other_installation

RELEASES = sorted(path.parent for path in Path(__file__).parent.glob("releases/*/backup.zip"))
# Columns whose values a later migration changes on purpose: model.column → why.
CHANGED: dict[str, str] = {}


@pytest.fixture(params=RELEASES, ids=lambda folder: folder.name)
def release(request, db, tmp_path, settings) -> Iterator[Path]:
    """A filled database of the release, brought to the program of today."""
    settings.LANGUAGE_CODE = "vi"
    with other_installation(tmp_path / "upgraded"):
        assert restore(request.param / "backup.zip").findings == []
        yield request.param


def test_figures_are_those_that_the_release_gave(release, capsys):
    kept = json.loads((release / "figures.json").read_text("utf-8"))
    for answer in kept:
        call_command("rollup", as_of=answer["as_of"], known_at=answer["known_at"], format="json")
        assert json.loads(capsys.readouterr().out) == answer
    # By hand, from the stories of the small province: known in 2018, and known since.
    fractions = [answer["total"]["fraction"] for answer in kept]
    assert fractions[1:3] == ["02/04", "01/04"]
    assert fractions[5] == "04/06"
    call_command("migrate", check=True, verbosity=0)
    call_command("check_history")
    call_command("check_evidence")
    with Evidence.objects.get().file.open("rb") as file:
        assert file.read() == PDF
    assert User.objects.create_user("moi").pk > User.objects.get(username="quan").pk
    with open_archive(release / "backup.zip") as archive:
        now = {model._meta.label_lower: model for model in tables(apps)}
        for table in archive.manifest.tables:
            before = [json.loads(line) for line in archive.lines(table)]
            assert list(_changed(table, before, now[table.model])) == []


def _changed(table: Any, before: list[list[Any]], model: Any) -> Iterator[str]:
    """Yield the columns of a table whose values are not those of the release."""
    names = [field.attname for field in columns(model)]
    for place, name in enumerate(table.columns):
        if f"{table.model}.{name}" in CHANGED:
            continue
        assert name in names, f"{table.model}.{name} is gone"
        rows = model._base_manager.order_by("pk").values_list(name, flat=True)
        after = [portable(value) for value in rows[: len(before)]]
        if after != [row[place] for row in before]:
            yield f"{table.model}.{name}"


# What a migration may not do, unless it is written down here why nothing is lost by it: the column
# or table was emptied or copied by a release before ("expand and contract", docs/upgrades.md).
# (app, migration, operation as `describe` puts it) → reason
EXPANDED_BEFORE: dict[tuple[str, str, str], str] = {}

# Not the triggers that refuse to delete or to empty ("BEFORE DELETE ON …").
DESTRUCTIVE = re.compile(
    r"\bDROP\s+\w|\bDELETE\s+FROM\b|\bTRUNCATE\s+(?!ON\b)\w|\.delete\(|_raw_delete\(",
    re.IGNORECASE,
)


def forbidden(operation: Any, app: str, state: ProjectState) -> str:  # noqa: PLR0911
    """Say what is destructive about an operation, nothing where it is not."""
    if isinstance(operation, migrations.DeleteModel | migrations.RemoveField):
        return "rows or values are lost"
    if isinstance(operation, migrations.RenameModel | migrations.RenameField):
        return "the release before does not find its data under the new name"
    if isinstance(operation, migrations.AlterField):
        before = state.models[app, operation.model_name_lower].get_field(operation.name)
        return _narrowed(before, operation.field)
    if isinstance(operation, migrations.RunSQL) and DESTRUCTIVE.search(str(operation.sql)):
        return "its SQL destroys"
    if isinstance(operation, migrations.RunPython):
        return "its code destroys" if DESTRUCTIVE.search(_source(operation.code)) else ""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        found = (forbidden(one, app, state) for one in operation.database_operations)
        return next(filter(None, found), "")
    return ""


def _narrowed(before: Any, after: Any) -> str:
    if type(before) is not type(after):
        return "values change their kind"
    if before.null and not after.null:
        return "empty values have no place any more"
    lengths = [getattr(field, "max_length", None) for field in (before, after)]
    if lengths[1] is not None and (lengths[0] is None or lengths[1] < lengths[0]):
        return "values that are longer have no place any more"
    return ""


def _source(code: Any) -> str:
    """Return the code of a function and what it takes from its module, functions included."""
    texts = [inspect.getsource(code).replace(code.__doc__ or "\0", "")]
    for name in code.__code__.co_names:
        value = code.__globals__.get(name)
        if inspect.isfunction(value) and value.__module__ == code.__module__:
            texts.append(_source(value))
        elif isinstance(value, str | list | tuple | dict):
            texts.append(str(value))
    return "\n".join(texts)


def own_operations() -> Iterator[tuple[str, str, Any, ProjectState]]:
    """Yield every operation of the program's own migrations, with the state that it finds."""
    loader = MigrationLoader(None)
    own = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
    done: list[tuple[str, str]] = []
    state = ProjectState()
    for leaf in loader.graph.leaf_nodes():
        for key in loader.graph.forwards_plan(leaf):
            if key in done:
                continue
            done.append(key)
            migration = loader.graph.nodes[key]
            for operation in migration.operations:
                if key[0] in own:
                    yield *key, operation, state
                operation.state_forwards(key[0], state)


def test_no_migration_destroys_anything():
    found = [
        (app, name, operation.describe(), why)
        for app, name, operation, state in own_operations()
        if (why := forbidden(operation, app, state))
        and (app, name, operation.describe()) not in EXPANDED_BEFORE
    ]
    assert found == [], "expand first, contract a release later: docs/upgrades.md"


def test_what_is_allowed_is_there_and_has_a_reason():
    there = {(app, name, operation.describe()) for app, name, operation, _state in own_operations()}
    assert EXPANDED_BEFORE.keys() - there == set()
    assert all(len(reason) > 20 for reason in EXPANDED_BEFORE.values())


def test_every_migration_is_one_transaction():
    """A restore runs them in its own; and one that stops half-way leaves nothing behind."""
    loader = MigrationLoader(None)
    assert [key for key, migration in loader.graph.nodes.items() if not migration.atomic] == []


def _delete_all(apps: Any, schema_editor: Any) -> None:
    apps.get_model("agencies", "Agency").objects.all().delete()


DROPPING = ["DROP TABLE agencies_agency"]


def _execute(schema_editor: Any) -> None:
    schema_editor.execute(DROPPING[0])


def _drop(apps: Any, schema_editor: Any) -> None:
    _execute(schema_editor)


def _harmless(apps: Any, schema_editor: Any) -> None:
    """Delete from nothing; drop nothing."""
    schema_editor.execute("CREATE TRIGGER kept BEFORE DELETE ON agencies_agency BEGIN END")


@pytest.mark.parametrize(
    ("operation", "is_forbidden"),
    [
        (migrations.DeleteModel("Upload"), True),
        (migrations.RemoveField("Agency", "code"), True),
        (migrations.RenameField("Agency", "code", "key"), True),
        (migrations.RunSQL("ALTER TABLE agencies_agency DROP COLUMN code"), True),
        (migrations.RunSQL([("delete from agencies_agency", None)]), True),
        (migrations.RunSQL("CREATE INDEX one ON agencies_agency (code)"), False),
        (migrations.RunPython(_delete_all), True),
        (migrations.RunPython(_drop), True),
        (migrations.RunPython(_harmless), False),
        (migrations.AlterField("Agency", "code", models.CharField(max_length=29)), True),
        (migrations.AlterField("Agency", "code", models.CharField(max_length=31)), False),
        (migrations.AlterField("Agency", "code", models.IntegerField()), True),
        (migrations.AlterField("Entry", "loaded_at", models.DateTimeField()), True),
        (
            migrations.SeparateDatabaseAndState(
                database_operations=[migrations.RunSQL("DROP TABLE agencies_agency")]
            ),
            True,
        ),
    ],
    ids=lambda value: getattr(value, "describe", lambda: str(value))(),
)
def test_the_rule_bites(operation, is_forbidden):
    *_all, (_app, _name, _operation, state) = own_operations()
    assert bool(forbidden(operation, "agencies", state)) == is_forbidden
