"""Every command with arguments that nobody means well with: a sentence, and no write."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import (
    CommandError,
    call_command,
    get_commands,
    load_command_class,
)
from django.db import transaction
from hypothesis import strategies as st

from tests.fingerprint import fingerprint
from tests.hostile import fuzzed, hostile

pytestmark = pytest.mark.usefixtures("one_of_each")
OURS = sorted(
    name for name, app in get_commands().items() if app in ("agencies", "activities", "reports")
)
ALWAYS = {"help", "version", "settings", "pythonpath", "traceback", "no_color", "force_color"}
ALWAYS |= {"verbosity", "skip_checks"}
# Commands write files where they are told to: nothing here leads out of the test's folder.
arguments = hostile.filter(lambda text: "/" not in text and ".." not in text)


def _places(name: str) -> list[Any]:
    """Return the arguments of a command that take a value."""
    command = load_command_class(get_commands()[name], name)
    actions = command.create_parser("manage.py", name)._actions
    return [one for one in actions if one.dest not in ALWAYS and one.nargs != 0]


def test_every_command_is_asked():
    assert len(OURS) >= 15
    assert [place.dest for place in _places("import_workbook")] == ["file", "by"]


def _refusal(name: str, said: list[str]) -> str:
    """Return what a command says where it refuses, nothing where it does its work."""
    try:
        call_command(name, *said, stdout=StringIO(), stderr=StringIO())
    except CommandError as refused:
        return str(refused) or "Traceback: no word of what is wrong"
    return ""


@pytest.mark.parametrize("name", OURS)
def test_no_argument_breaks_a_command(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    places = _places(name)
    before = fingerprint()

    @fuzzed(name, st.lists(arguments, min_size=len(places), max_size=len(places)))
    def run(values: list[str]) -> None:
        said: list[str] = []
        for place, value in zip(places, values, strict=True):
            said += [f"{place.option_strings[0]}={value}"] if place.option_strings else [value]
        with transaction.atomic():
            if refused := _refusal(name, said):
                assert "Traceback" not in refused
                assert fingerprint() == before
            transaction.set_rollback(True)

    assert fingerprint() == before
    assert all(path.is_relative_to(tmp_path) for path in Path(tmp_path).rglob("*"))
