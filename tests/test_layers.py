"""The house stands as docs/adr/0002 draws it: imports and foreign keys run one way."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("agencies", "activities", "reports", "kontum_qms")  # each may look at those before it
# Inside a room, from the bottom up; a part may import its own level and those below.
LEVELS = {
    "asof": 0,
    "vietnamese": 0,
    "house_style": 0,
    "converters": 0,
    "finders": 0,
    "bundles": 0,
    "compression": 0,
    "permissions": 1,
    "scope": 3,
    "access": 4,
    "subjects": 3,
    "models": 2,
    "uploads": 2,
    "content": 3,
    "actions": 3,
    "rollups": 3,
    "provinces": 4,
    "round_rollups": 3,
    "reminders": 3,
    "reporting_forms": 5,
    "reporting_views": 6,
    "reminder_views": 6,
    "reporting_demonstration": 4,
    "round_pages": 5,
    "round_marks": 4,
    "exchange": 3,
    "sign_in": 3,
    "questions": 3,
    "histories": 3,
    "invariants": 3,
    "search": 3,
    "successions": 3,
    "chosen": 3,
    "recent": 4,
    "typed": 3,
    "typed_pages": 4,
    "unavailable": 4,
    "addresses": 0,
    "origin": 0,
    "audited": 2,
    "audited_rows": 3,
    "audit": 2,
    "audited_admin": 4,
    "sign_in_lines": 4,
    "audit_forms": 5,
    "audit_pages": 4,
    "audit_views": 6,
    "lockout": 3,
    "passwords": 3,
    "account_admin": 4,
    "factor_secrets": 2,
    "second_factor": 3,
    "sign_ins": 3,
    "account_forms": 5,
    "signing_in": 5,
    "second_factor_views": 7,
    "session_views": 7,
    "link_views": 6,
    "csp_reports": 6,
    "replica": 0,
    "probes": 1,
    "logs": 2,
    "serve": 0,
    "offline": 6,
    "demonstration": 4,
    "national": 5,
    "pills": 3,
    "kept": 4,
    "remembered": 3,
    "figure_words": 3,
    "figure_tables": 3,
    "published": 3,
    "seals": 2,
    "printed": 3,
    "reconcile": 4,
    "trends": 4,
    "figures": 4,
    "conversions": 3,
    "drawing": 4,
    "consequences": 4,
    "changes": 4,
    "causes": 3,
    "change_report": 4,
    "change_file": 5,
    "worklist": 4,
    "marks": 4,
    "large": 4,
    "cards": 5,
    "cells": 4,
    "charts": 4,
    "tiles": 4,
    "edition_chart": 4,
    "workbook": 4,
    "asked": 4,
    "summary": 5,
    "packages": 0,
    "word_template": 4,
    "word": 5,
    "word_report": 6,
    "word_views": 7,
    "exchange_workbook": 4,
    "round_trip": 5,
    "document_forms": 5,
    "listing": 5,
    "forms": 5,
    "entry_forms": 5,
    "filters": 5,
    "tables": 5,
    "printing": 5,
    "admin": 5,
    "middleware": 5,
    "context_processors": 5,
    "views": 6,
    "entry_views": 6,
    "import_views": 6,
    "import_forms": 5,
    "import_tables": 5,
    "reorganisation_rows": 3,
    "composing": 4,
    "reorganisation_forms": 5,
    "reorganisations": 5,
    "plan_forms": 5,
    "plans": 4,
    "due": 5,
    "sections": 4,
    "word_sections": 5,
    "plan_chart": 4,
    "plan_views": 6,
    "agenda": 5,
    "dossier": 5,
    "agenda_views": 6,
    "reorganisation_views": 6,
    "figure_forms": 5,
    "reconciliation_views": 6,
    "printed_activities": 4,
    "canonical": 4,
    "sent": 4,
    "freezing": 6,
    "repeating": 6,
    "sent_checks": 7,
    "backups": 3,
    "copying": 7,
    "backing_up": 5,
    "restoring": 8,
    "submission_forms": 5,
    "submission_views": 6,
    "open_data": 5,
    "open_package": 5,
    "open_files": 5,
    "open_views": 6,
    "open_urls": 7,
    "urls": 8,
    "readings": 3,
    "row_versions": 3,
    "training_sheet": 3,
    "training_template": 4,
    "inspection_forms": 5,
    "training_forms": 5,
    "form_pages": 6,
    "inspection_views": 6,
    "training_views": 6,
    "attendance_views": 6,
}
WRITES = {
    "save",
    "create",
    "update",
    "delete",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
}
# Where an ORM write may stand: actions, models, migrations; the demonstration's reference rows.
WRITERS = (
    "agencies/actions/",
    "agencies/models/",
    "agencies/demonstration.py",
    "agencies/national/",
    "activities/actions/",
    "activities/models/",
    "reports/actions/",
    "reports/models/",
)
# Writers of files take rows and never query.
PURE = (
    "reports/cells.py",
    "reports/charts.py",
    "reports/drawing.py",
    "reports/edition_chart.py",
    "reports/plan_chart.py",
    "reports/workbook",
    "reports/exchange_workbook.py",
    "reports/marks.py",
    "activities/round_marks.py",
    "reports/figure_tables.py",
    "reports/figure_words.py",
    "reports/published.py",
    "reports/sent.py",
    "reports/tiles.py",
    "reports/word.py",
    "reports/word_template.py",
    "agencies/tables.py",
    "activities/training_template.py",
)


def modules():
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name_of(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_look_down_the_spine(path):
    room = path.relative_to(ROOT).parts[0]
    above = ROOMS[ROOMS.index(room) + 1 :]
    for imported in imports(ast.parse(path.read_text("utf-8"))):
        assert imported.split(".")[0] not in above, f"{name_of(path)} imports {imported}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_parts_of_a_room_import_downwards(path):
    room, part = path.relative_to(ROOT).with_suffix("").parts[:2]
    level = LEVELS.get(part)
    if level is None:
        return  # apps, commands, template tags stand beside the levels
    for imported in imports(ast.parse(path.read_text("utf-8"))):
        names = imported.split(".")
        if names[0] == room and len(names) > 1 and names[1] in LEVELS:
            assert LEVELS[names[1]] <= level, f"{name_of(path)} imports {imported}"


def test_every_part_of_a_room_has_its_level():
    beside = {"__init__", "apps", "management", "templatetags", "settings", "wsgi", "account_urls"}
    beside |= {"django_words"}
    parts = {path.relative_to(ROOT).with_suffix("").parts[1] for path in modules()}
    assert parts - set(LEVELS) - beside == set()


def test_foreign_keys_look_down_the_spine():
    for room in ("agencies", "activities", "reports"):
        if not apps.is_installed(room):
            continue
        above = ROOMS[ROOMS.index(room) + 1 :]
        for model in apps.get_app_config(room).get_models():
            for field in model._meta.get_fields():
                if field.is_relation and not field.auto_created and field.related_model:
                    assert field.related_model._meta.app_label not in above, field


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_actions_and_models_write(path):
    if name_of(path).startswith(WRITERS):
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = ast.unparse(node.func)
            orm = ".objects" in called or "_manager" in called or called.startswith("super().")
            assert not (node.func.attr in WRITES and orm), f"{name_of(path)}: {called}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_views_do_not_count(path):
    if path.stem == "views":
        text = path.read_text("utf-8")
        assert ".annotate(" not in text
        assert ".aggregate(" not in text


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_writers_of_files_never_query(path):
    if name_of(path).startswith(PURE):
        assert ".objects" not in path.read_text("utf-8")


def test_rollups_never_see_a_request_or_a_file_format():
    rollups = ("reports/rollups.py", "activities/rollups.py", "activities/readings.py")
    text = "".join((ROOT / name).read_text("utf-8") for name in rollups)
    for stranger in ("django.http", "openpyxl", "xlsxwriter", "request"):
        assert stranger not in text


def test_no_code_names_an_edition():
    for path in modules():
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and node.value in (2008, 2015):
                pytest.fail(f"{name_of(path)}:{node.lineno} names an edition by its year")
