"""The Vietnamese catalogue is complete, holds nothing else, and is compiled."""

import re

import pytest

from scripts import messages


@pytest.fixture(scope="module")
def catalogue():
    return messages.on_record()


def test_everything_to_be_translated_is_in_the_catalogue(catalogue):
    wanted = {message.id for message in messages.found() if message.id}
    held = {message.id for message in catalogue if message.id}
    assert wanted - held == set(), "run scripts/messages.py"
    assert held - wanted == set(), "run scripts/messages.py"


def test_everything_is_translated(catalogue):
    assert [m.id for m in catalogue if m.id and not m.string] == []
    assert [m.id for m in catalogue if m.fuzzy and m.id] == []


def test_translations_keep_the_places_of_values(catalogue):
    for message in catalogue:
        if message.id and isinstance(message.id, str):
            places = re.findall(r"%\(\w+\)[sd]", message.id)
            assert set(places) == set(re.findall(r"%\(\w+\)[sd]", message.string))


def test_the_compiled_catalogue_is_fresh(catalogue):
    assert messages.CATALOGUE.with_suffix(".mo").read_bytes() == messages.compiled(catalogue)
