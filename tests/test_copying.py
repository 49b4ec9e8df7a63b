"""A database copied into another is the same, row by row; whatever stands in the way is told."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.browser import environment

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def office(loaded_database, tmp_path):
    """An office on SQLite, with the demonstration data."""
    return {**environment(loaded_database), "MEDIA_ROOT": str(tmp_path / "media")}


@pytest.fixture
def target(tmp_path):
    """An empty database of the kind that the suite runs on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'target.sqlite3'}"
        return
    url, name = os.environ["DATABASE_URL"], f"copied_{os.getpid()}"
    with psycopg.connect(url.replace("postgres:", "postgresql:"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        yield f"{url.rpartition('/')[0]}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def manage(environ, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


ABOUT = ("--as-of", "2021-11-15", "--format", "json", "--known-at", "2022-01-01T00:00Z")


def test_everything_is_copied_and_proved_and_a_difference_is_named(office, target, tmp_path):
    """One story, for a copy takes its time."""
    done = manage(office, "copy_database", target)
    assert done.returncode == 0, done.stderr
    compared = re.findall(r"^(\S+) +(\d+) = [0-9a-f]{16}$", done.stdout, re.MULTILINE)
    rows = {table: int(count) for table, count in compared}
    assert rows["agencies.agency"] > 148
    assert rows["agencies.statusrecord"] > 148

    there = {**office, "DATABASE_URL": target}
    here = manage(office, "rollup", *ABOUT)
    assert '"fraction": "106/148"' in here.stdout
    assert manage(there, "rollup", *ABOUT).stdout == here.stdout
    for check in ("audit_verify", "check_history", "check_submissions"):
        found = manage(there, check)
        assert found.returncode == 0, found.stdout + found.stderr

    again = manage(office, "copy_database", target)
    assert again.returncode == 1
    assert again.stderr.startswith("CommandError: Cơ sở dữ liệu không trống")

    assert manage(office, "backup", str(tmp_path)).returncode == 0
    [backup] = tmp_path.glob("*.zip")
    rename(target)
    found = manage(there, "copy_database", "--compare", str(backup))
    assert found.returncode == 1
    assert "agencies.agencygroup" in found.stderr
    assert "agencies.agency," not in found.stderr


def rename(target):
    """Change one word past the program."""
    statement = "UPDATE agencies_agencygroup SET name = 'Nhóm khác' WHERE code = 'CAP_TINH'"
    if target.startswith("sqlite"):
        with closing(sqlite3.connect(target.removeprefix("sqlite:///"))) as other, other:
            assert other.execute(statement).rowcount == 1
        return
    with psycopg.connect(target.replace("postgres:", "postgresql:")) as server:
        assert server.execute(statement).rowcount == 1


@pytest.mark.parametrize("url", ["postgres://a:b@127.0.0.1:1/c", "thing://x", ""])
def test_a_place_that_is_none_is_told(office, url):
    done = manage(office, "copy_database", url)
    assert done.returncode in (1, 2)
    assert done.stderr
    assert "Traceback" not in done.stderr
