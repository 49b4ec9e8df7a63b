"""Reports are read from a copy in streaming replication, and never an older state of it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from agencies.models import Agency, User
from kontum_qms import replica
from tests.two_servers import Server, programs, two_servers

ROOT = Path(__file__).resolve().parent.parent


def settings_say(**environment):
    """Read the settings in a process of its own; return what it says."""
    code = "import django; django.setup(); from django.conf import settings as all_of_them;"
    code += "print(sorted(all_of_them.DATABASES))"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "kontum_qms.settings", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


POSTGRES = "postgres://a:b@127.0.0.1:1/c"


def test_without_the_setting_there_is_one_database():
    assert settings_say(DATABASE_URL=POSTGRES).stdout == "['default']\n"


def test_with_it_there_are_two():
    assert (
        settings_say(DATABASE_URL=POSTGRES, REPLICA_URL=POSTGRES).stdout
        == "['default', 'replica']\n"
    )


@pytest.mark.parametrize(
    ("first", "second"), [("sqlite://:memory:", POSTGRES), (POSTGRES, "sqlite://:memory:")]
)
def test_a_copy_is_of_postgresql_alone(first, second):
    said = settings_say(DATABASE_URL=first, REPLICA_URL=second)
    assert said.returncode != 0
    assert "REPLICA_URL: a copy of PostgreSQL" in said.stderr


class TestRouter:
    """Who is asked what."""

    router = replica.ReplicaRouter()

    @pytest.fixture
    def report(self):
        token = replica.reading.set(True)
        yield
        replica.reading.reset(token)

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_a_report_reads_its_rows_from_the_copy(self, report):
        assert self.router.db_for_read(Agency) == "replica"

    @pytest.mark.django_db
    def test_inside_a_transaction_the_first_is_asked(self, report):
        assert connection.in_atomic_block
        assert self.router.db_for_read(Agency) is None

    @pytest.mark.django_db(transaction=True, serialized_rollback=True)
    def test_sessions_stay_with_the_first(self, report):
        assert self.router.db_for_read(Session) is None

    def test_any_other_page_asks_the_first(self):
        assert self.router.db_for_read(Agency) is None

    def test_nothing_is_written_to_the_copy(self):
        assert self.router.db_for_write(User) == "default"
        assert self.router.allow_migrate("replica", "agencies") is False
        assert self.router.allow_migrate("default", "agencies") is None


@pytest.fixture(scope="module")
def story():
    """Tell the story at two real servers."""
    if programs() is None:
        pytest.skip("PostgreSQL's server programs are not installed: apt install postgresql")
    with two_servers() as (first, copy):
        environment = {**os.environ, "DATABASE_URL": first.url, "REPLICA_URL": copy.url}
        environment |= {"ALLOWED_HOSTS": "testserver", "PYTHONPATH": str(ROOT)}
        yield told(copy, environment)


def told(copy: Server, environment: dict[str, str]) -> dict[str, Any]:
    """Let the story be told, doing to the copy what it asks for; return what was seen."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.replica_story"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as telling:
        assert telling.stdin is not None
        assert telling.stdout is not None
        for line in telling.stdout:
            if line.startswith("{"):
                return dict(json.loads(line))
            act(copy, line.strip())
            telling.stdin.write("done\n")
            telling.stdin.flush()
    pytest.fail(f"the story ended with {telling.returncode}")


def act(copy: Server, wanted: str) -> None:
    """Do to the copy what the story asks for."""
    if wanted == "pause":
        copy.say("SELECT pg_wal_replay_pause()")
    elif wanted == "resume":
        copy.say("SELECT pg_wal_replay_resume()")
    elif wanted == "stop":
        copy.stop()
    elif wanted == "promote":
        copy.start()
        copy.run("pg_ctl", "-D", "data", "-w", "promote")
    else:
        raise AssertionError(wanted)


@pytest.mark.xdist_group("replica")
class TestTwoServers:
    """Two servers on this machine, in streaming replication."""

    def test_a_report_is_read_from_the_copy(self, story):
        seen = story["reads from the copy"]
        assert seen["status"] == 200
        assert seen["copy"] > 5
        assert (seen["first"], seen["fraction"]) == (0, True)

    def test_a_page_of_the_register_is_read_from_the_first(self, story):
        assert story["a page of agencies"]["status"] == 200
        assert story["a page of agencies"]["copy"] == 0

    def test_a_file_is_read_from_the_copy_and_its_line_is_kept_by_the_first(self, story):
        seen = story["a file, which leaves a line"]
        assert (seen["status"], seen["first"]) == (200, 0)
        assert seen["copy"] > 5
        assert story["lines"] is True

    def test_what_was_just_recorded_is_in_the_next_figure(self, story):
        assert story["while paused"] == "behind"
        assert story["what was just recorded"]["fraction"]
        assert story["what was just recorded"]["copy"] == 0

    def test_a_copy_that_follows_again_is_read_again(self, story):
        seen = story["once it follows again"]
        assert seen["fraction"]
        assert seen["copy"] > 5

    def test_a_copy_that_is_away_is_passed_over(self, story):
        assert story["while away"] == {"status": 200, "right": True}
        assert story["ready"] == {"status": 200, "replica": "away"}

    def test_a_copy_that_is_none_any_more_is_not_read(self, story):
        assert story["once promoted"] == "no copy"
