"""The database or the disk does not answer: who typed something is told, and keeps it."""

import errno
import os
import re
import sqlite3
import subprocess
import sys
from html import unescape
from pathlib import Path

import psycopg
import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, InterfaceError, InternalError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from agencies.models import Edition, Entry, Evidence, Upload
from agencies.models.evidence import FOLDER
from kontum_qms.unavailable import Trouble, trouble_of
from tests.documents import PDF
from tests.workbooks import agency, write_workbook

pytestmark = pytest.mark.usefixtures("small_province")
ROOT = Path(__file__).resolve().parent.parent
FORM = reverse("agencies:record-status", args=["SO-NN"]) + "?as_of=2021-11-15"
PREVIEW = reverse("reports:consequence", args=["record-status", "SO-NN"])
WORKER = reverse("service-worker")


@pytest.fixture
def patient(lan):
    """Lan's browser, which gets error pages instead of errors."""
    client = Client(raise_request_exception=False)
    client.force_login(lan)
    return client


@pytest.fixture
def typed(lan):
    return {
        "typed_by": lan.pk,
        "stage": "applied",
        "edition": Edition.objects.get(year=2015).pk,
        "decision_number": "90/QĐ-SNN",
        "decision_date": "20/04/2022",
        "declaration": "again",
        "scope": "Dòng một\r\ndòng hai <b>&amp;",
    }


@pytest.fixture
def read_only(db):
    """Let the database take no more writes."""

    def begin():
        connection.check_constraints()  # which locks rows on PostgreSQL: not to be left for later
        with connection.cursor() as cursor:
            on_sqlite = connection.vendor == "sqlite"
            cursor.execute("PRAGMA query_only = ON" if on_sqlite else "SET TRANSACTION READ ONLY")

    yield begin
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA query_only = OFF")


def of_sqlite(code: int) -> OperationalError:
    told = sqlite3.OperationalError("told")
    told.sqlite_errorcode = code
    return caused(OperationalError("told"), told)


def of_postgres(kind, state: str | None):
    told = psycopg.OperationalError("told")
    told.sqlstate = state
    return caused(kind("told"), told)


def caused(error, cause):
    error.__cause__ = cause
    return error


TROUBLES = [
    (of_sqlite(sqlite3.SQLITE_BUSY), Trouble.BUSY),
    (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), Trouble.BUSY),
    (of_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), Trouble.NOT_WRITABLE),
    (of_sqlite(sqlite3.SQLITE_FULL), Trouble.NOT_WRITABLE),
    (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), Trouble.NOT_WRITABLE),
    (of_sqlite(sqlite3.SQLITE_CANTOPEN), Trouble.AWAY),
    (of_sqlite(sqlite3.SQLITE_ERROR), None),  # no such table, bad SQL
    (of_postgres(OperationalError, None), Trouble.AWAY),
    (of_postgres(InterfaceError, None), Trouble.AWAY),
    (of_postgres(OperationalError, "57P01"), Trouble.AWAY),
    (of_postgres(OperationalError, "53300"), Trouble.AWAY),
    (of_postgres(OperationalError, "53100"), Trouble.NOT_WRITABLE),
    (of_postgres(InternalError, "25006"), Trouble.NOT_WRITABLE),
    (of_postgres(OperationalError, "40P01"), Trouble.BUSY),
    (of_postgres(DatabaseError, "42P01"), None),
    (OSError(errno.ENOSPC, "full"), Trouble.NOT_WRITABLE),
    (OSError(errno.EROFS, "read-only"), Trouble.NOT_WRITABLE),
    (FileNotFoundError(errno.ENOENT, "gone"), None),
    (caused(ValueError("while saving"), OSError(errno.ENOSPC, "full")), Trouble.NOT_WRITABLE),
    (ZeroDivisionError(), None),
    (None, None),
]


@pytest.mark.parametrize(("error", "trouble"), TROUBLES)
def test_what_an_error_tells_of(error, trouble):
    assert trouble_of(error) is trouble


def test_a_real_full_database_is_known(tmp_path):
    with sqlite3.connect(tmp_path / "small.sqlite3") as small:
        small.execute("PRAGMA max_page_count = 2")
        small.execute("CREATE TABLE a (b)")
        with pytest.raises(sqlite3.OperationalError) as full:
            small.execute("INSERT INTO a VALUES (zeroblob(100000))")
    small.close()
    assert trouble_of(full.value) is Trouble.NOT_WRITABLE


@pytest.mark.parametrize(
    ("error", "seconds", "said"),
    [
        (of_postgres(OperationalError, None), "10", "Cơ sở dữ liệu đang tạm dừng"),
        (of_sqlite(sqlite3.SQLITE_BUSY), "10", "Hệ thống đang bận"),
        (OSError(errno.ENOSPC, "full"), "60", "Hiện chưa lưu được"),
    ],
)
def test_a_page_says_what_is_the_matter_and_when_to_try_again(
    patient, monkeypatch, error, seconds, said
):
    def fail():
        raise error

    monkeypatch.setattr("kontum_qms.offline.worker_source", fail)
    page = patient.get(WORKER)
    assert (page.status_code, page["Retry-After"]) == (503, seconds)
    assert said in page.content.decode()
    assert 'lang="en"' in page.content.decode()
    assert "Thử lại" in page.content.decode()
    assert "told" not in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert "default-src 'self'" in page["Content-Security-Policy"]


def hidden(page) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def test_what_was_typed_comes_back_and_is_recorded_later(patient, lan, typed, monkeypatch):
    before = Entry.objects.count()

    def fail(**facts):
        raise of_sqlite(sqlite3.SQLITE_BUSY)

    with monkeypatch.context() as during:
        during.setattr("agencies.actions.status.open_entry", fail)
        page = patient.post(FORM, typed)
    assert page.status_code == 503
    again = hidden(page.content.decode())
    assert f'action="{FORM}"' in page.content.decode()
    assert again["scope"] == typed["scope"]
    drawn = patient.post(FORM, again)
    assert drawn.status_code == 200
    assert drawn.context["form"]["decision_number"].value() == "90/QĐ-SNN"
    assert Entry.objects.count() == before
    assert patient.post(FORM, typed).status_code == 302
    assert Entry.objects.count() == before + 1


def test_a_form_that_was_recorded_after_all_says_so_when_it_is_sent_again(
    patient, typed, monkeypatch
):
    """The answer of the commit was lost: nobody knows, until the form comes again."""
    typed["seen"] = str(Entry.objects.latest("pk").pk)

    def fail(*args):
        raise of_postgres(OperationalError, None)

    with monkeypatch.context() as during:
        during.setattr("agencies.views.messages.success", fail)
        page = patient.post(FORM, typed)
    assert page.status_code == 503
    entry = Entry.objects.latest("pk")
    told = patient.post(FORM, typed)
    assert told.status_code == 409
    assert told.context["stale"]["entries"] == [entry]
    assert Entry.objects.latest("pk") == entry


def test_a_database_that_only_reads_is_read_and_records_nothing(patient, typed, read_only):
    before = Entry.objects.count()
    read_only()
    assert patient.get("/").status_code == 200  # though the session's use cannot be noted
    assert patient.get("/agencies/").status_code == 200
    page = patient.post(FORM, typed)
    assert page.status_code == 503
    assert "Hiện chưa lưu được" in page.content.decode()
    assert "90/QĐ-SNN" in page.content.decode()
    assert Entry.objects.count() == before


def test_what_was_recorded_is_not_called_in_doubt_by_the_session(patient, typed, monkeypatch):
    def fail(*args, **kwargs):
        raise of_sqlite(sqlite3.SQLITE_FULL)

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", fail)
    before = Entry.objects.count()
    assert patient.post(FORM, typed).status_code == 302
    assert Entry.objects.count() == before + 1


def test_a_session_that_was_ended_meanwhile_is_still_told_of(patient, monkeypatch):
    from django.contrib.sessions.backends.base import UpdateError

    def fail(*args, **kwargs):
        raise UpdateError

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", fail)
    assert patient.get("/").status_code == 400


def test_inside_a_page_it_is_said_there(patient, typed, monkeypatch):
    def fail(*args, **kwargs):
        raise of_postgres(OperationalError, "57P01")

    monkeypatch.setattr("reports.views.consequences", fail)
    fragment = patient.post(PREVIEW, typed, headers={"hx-request": "true"})
    assert fragment.status_code == 200
    assert 'role="alert"' in fragment.content.decode()
    assert "<html" not in fragment.content.decode()


def test_another_site_gets_nothing_kept(lan, typed, monkeypatch):
    """Its form fails on its token, and telling so fails on the database."""

    def fail(*args, **kwargs):
        raise of_sqlite(sqlite3.SQLITE_BUSY)

    monkeypatch.setattr("kontum_qms.views.comes_from_here", fail)
    victim = Client(
        enforce_csrf_checks=True,
        raise_request_exception=False,
        headers={"origin": "https://evil.example"},
    )
    victim.force_login(lan)
    page = victim.post(FORM, typed)
    assert page.status_code == 503
    assert "90/QĐ-SNN" not in page.content.decode()


def test_a_mistake_of_the_site_stays_one(patient, monkeypatch):
    monkeypatch.setattr("kontum_qms.offline.worker_source", lambda: 1 / 0)
    assert patient.get(WORKER).status_code == 500


def kept_files() -> set[str]:
    return {
        f"{folder}/{name}"
        for folder in (FOLDER, "uploads")
        if default_storage.exists(folder)
        for name in default_storage.listdir(folder)[1]
    }


@pytest.fixture
def full_disk(monkeypatch):
    """Let the disk take a file's first bytes and no more."""

    def write(storage, place, content):
        path = Path(storage.path(place))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", write)


def test_a_document_for_which_there_is_no_room_leaves_nothing(patient, typed, full_disk):
    before = kept_files()
    document = SimpleUploadedFile("qd.pdf", PDF)
    page = patient.post(FORM, typed | {"document": document})
    assert page.status_code == 503
    assert "phải chọn lại" in page.content.decode()
    assert kept_files() == before
    assert not Evidence.objects.filter(name="qd.pdf").exists()


def test_a_workbook_for_which_there_is_no_room_leaves_nothing(patient, full_disk, tmp_path):
    before = kept_files()
    content = write_workbook(tmp_path / "so.xlsx", agencies=[agency("B1")]).read_bytes()
    page = patient.post(
        reverse("agencies:take-upload"), {"file": SimpleUploadedFile("so.xlsx", content)}
    )
    assert page.status_code == 503
    assert kept_files() == before
    assert not Upload.objects.exists()


def test_a_command_says_in_a_line_that_the_database_is_away():
    away = {**os.environ, "DATABASE_URL": "postgres://a:b@127.0.0.1:1/c"}
    run = [sys.executable, "manage.py", "check_history"]
    done = subprocess.run(run, cwd=ROOT, env=away, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert "127.0.0.1" in done.stderr
    assert len(done.stderr.splitlines()) == 1
