"""What a proxy or a service manager is told: whether the process answers, and can work."""

import json

import pytest
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext

from kontum_qms import probes

REASONS = {"database": "ok", "documents": "ok", "static": "ok"}


@pytest.fixture(autouse=True)
def forget():
    """Let no test answer with what another found out about migrations."""
    probes._Migrations.complete, probes._Migrations.asked_again_at = False, 0.0
    yield
    probes._Migrations.complete, probes._Migrations.asked_again_at = False, 0.0


def test_a_living_process_says_so_without_asking_anybody(client):
    answer = client.get("/healthz/", headers={"host": "10.0.0.7:8000"})  # no name of the site
    assert (answer.status_code, answer.json()) == (200, {"process": "ok"})
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    # Without the fixture `db` any question to the database would have failed.


def test_a_site_that_can_work_is_ready(client, db):
    answer = client.get("/readyz/", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (200, REASONS)
    assert not answer.cookies


def test_once_complete_only_one_question_is_asked(client, db):
    client.get("/readyz/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/readyz/")
    assert [query["sql"] for query in queries] == ["SELECT 1"]


def test_a_database_that_is_away_is_told(client, db, monkeypatch):
    def away():
        raise OperationalError("no route to db.internal:5432, password=geheim")

    with monkeypatch.context() as patched:
        patched.setattr(connections["default"], "cursor", away)
        answer = client.get("/readyz/")
    assert (answer.status_code, answer.json()) == (503, {**REASONS, "database": "away"})
    assert b"internal" not in answer.content


def test_a_database_that_awaits_migrations_is_told_and_not_asked_each_time(client, db):
    last = MigrationRecorder.Migration.objects.filter(app="reports").latest("pk")
    last.delete()
    answer = client.get("/readyz/")
    assert (answer.status_code, answer.json()["database"]) == (503, "awaits migrations")
    with CaptureQueriesContext(connection) as queries:
        client.get("/readyz/")
    assert len(queries) == 1
    probes._Migrations.asked_again_at = 0.0  # five seconds later
    last.save()
    assert client.get("/readyz/").status_code == 200


def test_a_folder_that_cannot_be_written_is_told(client, db, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_: False)
    answer = client.get("/readyz/")
    assert (answer.status_code, answer.json()["documents"]) == (503, "not writable")


def test_files_that_were_not_collected_are_told(client, db, monkeypatch):
    def missing(name):
        raise ValueError("Missing staticfiles manifest entry for 'icon.svg'")

    monkeypatch.setattr(probes, "static", missing)
    answer = client.get("/readyz/")
    assert (answer.status_code, answer.json()["static"]) == (503, "not collected")


@pytest.mark.parametrize("path", ["/healthz/", "/readyz/"])
def test_a_probe_is_not_sent_to_https_and_takes_no_form(client, db, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path).status_code == 200
    assert client.head(path).content == b""
    assert client.post(path, {"a": "b"}).status_code == 405
    assert client.get("/accounts/login/").status_code == 301


def test_who_is_signed_in_makes_no_difference(client, lan):
    before = client.get("/readyz/").content
    client.force_login(lan)
    assert client.get("/readyz/").content == before
    assert json.loads(before) == REASONS
