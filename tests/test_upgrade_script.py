"""The upgrade in one command, on an installation of its own: a backup first, or nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def installation(tmp_path):
    """Lay the program beside an older database, one migration behind."""
    program = tmp_path / "program"
    program.mkdir()
    names = ["kontum_qms", "agencies", "activities", "reports", "templates", "static", "fixtures"]
    for name in [*names, "locale", "scripts", "manage.py", "requirements.txt", "pyproject.toml"]:
        (program / name).symlink_to(ROOT / name)
    # The scripts change to the folder above their own, so this one must not lead elsewhere.
    (program / "scripts").unlink()
    (program / "scripts").mkdir()
    shutil.copy(ROOT / "scripts/upgrade.sh", program / "scripts")
    (program / "scripts/ensure_venv.sh").write_text("exit 0\n")  # all is installed already
    (program / ".venv/bin").mkdir(parents=True)
    (program / ".venv/bin/python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (program / ".venv/bin/python").chmod(0o755)
    manage(program, "migrate", "reports", "0006", "--verbosity", "0")
    return program


def environment(program):
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{program.parent / 'office.sqlite3'}",
        "MEDIA_ROOT": str(program.parent / "media"),
        "STATIC_ROOT": str(program.parent / "collected"),
    }


def manage(program, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=program,
        env=environment(program),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def upgrade(program, *arguments):
    return subprocess.run(
        ["/bin/sh", "scripts/upgrade.sh", *map(str, arguments)],
        cwd=program,
        env=environment(program),
        capture_output=True,
        text=True,
        check=False,
    )


def waiting(program):
    return manage(program, "showmigrations", "--plan").count("[ ]")


def test_a_backup_comes_first_and_all_is_migrated(installation, tmp_path):
    assert waiting(installation)
    done = upgrade(installation, tmp_path / "backups")
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "backups").glob("kontum-qms-*.zip"))) == 1
    assert waiting(installation) == 0
    assert (tmp_path / "collected/staticfiles.json").exists()
    assert done.stdout.splitlines()[-1].startswith("Done.")


def test_without_a_backup_nothing_is_done(installation, tmp_path):
    before = waiting(installation)
    (tmp_path / "backups").write_text("no folder")
    done = upgrade(installation, tmp_path / "backups")
    assert done.returncode != 0
    assert waiting(installation) == before
    assert not (tmp_path / "collected").exists()


def test_where_a_step_fails_the_way_back_is_said(installation, tmp_path):
    before = waiting(installation)
    (installation / "scripts/ensure_venv.sh").write_text("exit 1\n")
    done = upgrade(installation, tmp_path / "backups")
    assert done.returncode == 1
    assert "stopped at: installing" in done.stderr
    [backup] = (tmp_path / "backups").glob("*.zip")
    assert f"manage.py restore {backup}" in done.stderr
    assert waiting(installation) == before


def test_a_wrong_use_is_told(installation):
    assert upgrade(installation).returncode == 2
