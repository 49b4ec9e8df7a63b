"""Backups: everything is in one file, it comes back as it was, and what is spoiled is refused."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from django.apps import apps
from django.conf import settings as site
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from agencies.actions import keep_evidence, record_status
from agencies.models import (
    AgencyGroup,
    AuditLine,
    Deed,
    Edition,
    Entry,
    Evidence,
    SignedIn,
    Stage,
    StatusFacts,
    User,
)
from agencies.questions import ask
from reports import figures, rollups
from reports.backing_up import NAMES, take_backup
from reports.backups import BadBackup, snapshot
from reports.backups.archive import DIGITS, SEAL, open_archive
from reports.backups.rows import tables
from reports.backups.snapshot import applied, models_at
from reports.freezing import freeze_submission
from reports.models import Submission, SubmissionFile
from reports.repeating import figures_unlike
from reports.restoring import check, restore
from tests.documents import PDF, PNG, upload
from tests.installations import other_installation

DAY = date(2021, 11, 15)
RELEASE = Path(__file__).parent / "releases" / "0.1.0" / "backup.zip"


@pytest.fixture(autouse=True)
def english(settings, tmp_path):
    settings.LANGUAGE_CODE = "en"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def office(small_province, lan):
    """The small province with a document, another that nothing names, and a sent report."""
    document = keep_evidence(file=upload(), by=lan)
    facts = StatusFacts(
        Stage.APPLIED, edition_id=small_province.edition_2015.pk, evidence_id=document.pk
    )
    record_status(
        agency=small_province["THANH-TRA"], valid_from=date(2021, 5, 1), facts=facts, by=lan
    )
    keep_evidence(file=upload(PNG, "ảnh.png"), by=lan)
    question = ask(day=DAY)
    freeze_submission(question=question, title="Báo cáo quý", reason="Gửi trước", by=lan)
    return small_province


def taken_in(folder: Path) -> Path:
    return take_backup(folder).path


def roll_up(known_at: Any) -> dict[str, Any]:
    question = ask(day=DAY, known_at=known_at)
    return figures.answer(question, rollups.by_group(question.as_of, question.edition))


def test_a_backup_holds_every_row_of_every_table_and_every_file(office, tmp_path, lan):
    path = taken_in(tmp_path / "b")
    assert list((tmp_path / "b").iterdir()) == [path]
    assert NAMES.match(path.name)
    assert path.stat().st_mode & 0o777 == 0o600
    with open_archive(path) as archive:
        manifest = archive.manifest
        for table in manifest.tables:
            model = apps.get_model(table.model) if "_" not in table.model else None
            if model is not None:
                assert table.rows == model._base_manager.count(), table.model
            content = b"".join(archive.pieces(table.part))
            assert (len(content), sha256(content).hexdigest()) == (table.size, table.sha256)
        kept = {model._meta.db_table for model in tables(models_at(applied()))}
        assert len(manifest.tables) == len(kept)
    left_out = set(connection.introspection.table_names()) - kept
    # Migrations are in the manifest.
    assert left_out == {"django_session", "agencies_signedin", "django_migrations"}
    assert {file.name: file.sha256 for file in manifest.files} == {
        evidence.file.name: evidence.sha256 for evidence in Evidence.objects.all()
    }
    assert (manifest.version, manifest.database["kind"]) == (site.VERSION, connection.vendor)
    assert ["reports", "0005_submissions"] in manifest.migrations
    assert manifest.figures is not None
    assert manifest.figures["total"]["fraction"] == "05/06"
    assert (manifest.missing, manifest.altered) == ([], [])


def unlike(manifest, other) -> set[str]:
    """Return the tables that two backups do not have alike."""
    parts = [
        {one.model: replace(one, last_id=0) for one in two.tables} for two in (manifest, other)
    ]
    return {model for model in parts[0] | parts[1] if parts[0].get(model) != parts[1].get(model)}


def test_the_drill_everything_comes_back_as_it_was(office, lan, tmp_path):
    """Figures, hashes of sent reports, bytes of documents; and no id is given twice."""
    lan.set_password("Mat-khau-cua-Lan")
    lan.save()
    gone = User.objects.create_user("tam")
    gone_pk = gone.pk
    gone.delete()
    session = Session.objects.create(session_key="a", session_data="b", expire_date=timezone.now())
    SignedIn.objects.create(session=session, user=lan)
    moments = [timezone.now(), *Entry.objects.values_list("at", flat=True)[5:25:10]]
    before = [roll_up(moment) for moment in moments]
    sent = dict(SubmissionFile.objects.values_list("name", "sha256"))
    path = taken_in(tmp_path / "b")

    with other_installation(tmp_path / "new") as media:
        restored = restore(path)
        assert restored.findings == []
        assert [roll_up(moment) for moment in moments] == before
        submission = Submission.objects.get()
        assert figures_unlike(submission) == ()
        assert {
            file.name: sha256(bytes(file.content)).hexdigest() for file in submission.files.all()
        } == sent
        names = Evidence.objects.order_by("pk").values_list("file", flat=True)
        for name, content in zip(names, (PDF, PNG), strict=True):
            assert (media / name).read_bytes() == content
            assert (media / name).stat().st_mode & 0o777 == 0o600
        assert list(media.glob(".*")) == []
        assert User.objects.get(username="lan").check_password("Mat-khau-cua-Lan")
        assert not Session.objects.exists()
        again = take_backup(tmp_path / "b2").manifest
        assert unlike(again, restored.manifest) == {"agencies.auditline"}
        assert AuditLine.objects.order_by("-pk")[0].deed == Deed.RESTORED
        assert User.objects.create_user("moi").pk > gone_pk

        with pytest.raises(BadBackup, match=r"not empty.*agencies_agency 7; "):
            restore(path)
        assert [roll_up(moment) for moment in moments] == before


def test_a_check_touches_nothing(office, tmp_path, django_assert_num_queries):
    path = taken_in(tmp_path / "b")
    media = sorted(Path(site.MEDIA_ROOT).rglob("*"))
    with django_assert_num_queries(0):
        restored = check(path)
    assert restored.findings == []
    assert sorted(Path(site.MEDIA_ROOT).rglob("*")) == media
    assert User.objects.filter(username="lan").exists()


def test_figures_that_do_not_come_back_are_told(office, tmp_path):
    def counted_otherwise(_parts: Parts, manifest: Any) -> None:
        manifest["figures"]["total"]["converted"] += 1

    path = resealed(tmp_path / "file.zip", counted_otherwise, source=taken_in(tmp_path / "b"))
    assert check(path).findings == [
        "The roll-up is not the one of the day on which the backup was taken."
    ]


def test_missing_and_altered_documents_are_told_everywhere(office, tmp_path, capsys):
    folder = tmp_path / "b"
    whole = taken_in(folder)
    one, other = Evidence.objects.order_by("pk").values_list("file", flat=True)
    default_storage.delete(one)
    Path(default_storage.path(other)).write_bytes(PNG + b"!")

    with pytest.raises(CommandError) as told:
        call_command("backup", folder, keep=1)
    heading, *lines = str(told.value).splitlines()
    assert heading.startswith("The backup was written, but 2 files are not as the records say")
    assert lines == [
        f"Missing: {one}",
        f"Altered: {other}",
    ]
    assert whole.exists()
    wanting = max(folder.iterdir())
    with pytest.raises(CommandError, match=f"(?s)not sound.*({one}.*{other}|{other}.*{one})"):
        call_command("restore", wanting, check=True)


def test_the_newest_stay_and_nothing_else_is_removed(office, tmp_path, capsys):
    folder = tmp_path / "b"
    folder.mkdir()
    others = [folder / "kontum-qms-thu-cong.zip", folder / "ghi-chu.txt"]
    for other in others:
        other.write_text("x")
    paths = [taken_in(folder) for _number in range(2)]
    call_command("backup", folder, keep=2)
    (newest,) = set(folder.iterdir()) - {*paths, *others}
    assert set(folder.iterdir()) == {paths[1], newest, *others}
    assert f"Removed, being older: {paths[0]}" in capsys.readouterr().out
    with pytest.raises(CommandError, match="at least 1"):
        call_command("backup", str(folder), "--keep", "0")


def test_what_a_killed_backup_left_goes_away_a_day_later(office, tmp_path):
    folder = tmp_path / "b"
    folder.mkdir()
    old, new = folder / ".kontum-qms-old", folder / ".kontum-qms-new"
    for path in (old, new):
        path.write_text("x")
    os.utime(old, (0, 0))
    path = taken_in(folder)
    assert set(folder.iterdir()) == {new, path}


def test_a_backup_that_cannot_be_written_leaves_nothing(office, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="No backup was taken to"):
        call_command("backup", tmp_path / "file")

    def full(*_args: Any, **_told: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reports.backups.archive.ArchiveWriter.finish", full)
    with pytest.raises(CommandError, match="No space left"):
        call_command("backup", tmp_path / "b")
    assert list((tmp_path / "b").iterdir()) == []


def test_a_document_that_goes_away_with_its_row_meanwhile_begins_the_backup_anew(
    office, tmp_path, monkeypatch
):
    """A document that nothing came to name is removed after a day, also while a backup is taken."""
    waiting = Evidence.objects.latest("pk")
    real = snapshot.named_files

    def remove_meanwhile(models: Any) -> Any:
        named = real(models)
        if Evidence.objects.filter(pk=waiting.pk).exists():
            default_storage.delete(str(waiting.file.name))
            Evidence.objects.filter(pk=waiting.pk).delete()
        return named

    monkeypatch.setattr("reports.backing_up.named_files", remove_meanwhile)
    taken = take_backup(tmp_path / "b")
    assert taken.is_whole
    assert [file.sha256 for file in taken.manifest.files] == [sha256(PDF).hexdigest()]


def test_a_backup_taken_while_others_write_is_of_one_moment(db, tmp_path):
    """Each writing transaction adds a group and an edition; no backup has one without the other."""
    with other_installation(tmp_path / "busy"):
        restore(RELEASE)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode=WAL")
        writing = connection.get_new_connection(connection.get_connection_params())
        _write_in_the_middle(writing)
        stop = Event()
        written = [0]
        writer = Thread(target=_write_pairs, args=(writing, stop, written))
        writer.start()
        try:
            found = [_pairs(taken_in(tmp_path / "b")) for _number in range(4)]
        finally:
            stop.set()
            writer.join()
            writing.close()
    assert len(written) > 4
    assert {groups - editions for groups, editions in found} == {-1}  # 2 groups, 3 editions
    assert len(set(found)) > 1, "nobody wrote meanwhile"


def _write_in_the_middle(writing: Any) -> None:
    """Who reads one moment keeps nobody waiting, and sees nothing that comes later."""
    stop, written = Event(), [-1]
    with snapshot.one_moment():
        before = Edition.objects.count()
        moment = monotonic()
        _write_pairs(writing, stop, written, until=1)
        assert monotonic() - moment < 2
        assert Edition.objects.count() == before
    assert Edition.objects.count() == before + 1


def _write_pairs(writing: Any, stop: Event, written: list[int], *, until: int = 8000) -> None:
    cursor = writing.cursor()
    for number in range(written[-1] + 1, until):
        if stop.is_set():
            return
        cursor.execute("BEGIN")
        cursor.execute(
            "INSERT INTO agencies_agencygroup (code, name, name_en, position)"  # noqa: S608
            f" VALUES ('g{number}', 'x', '', 1)"
        )
        cursor.execute(
            "INSERT INTO agencies_edition (code, year, legal_basis)"  # noqa: S608
            f" VALUES ('e{number}', {3000 + number}, '')"
        )
        cursor.execute("COMMIT")
        written.append(number)


def _pairs(path: Path) -> tuple[int, int]:
    with open_archive(path) as archive:
        rows = {table.model: table.rows for table in archive.manifest.tables}
    return rows[AgencyGroup._meta.label_lower], rows[Edition._meta.label_lower]


def refused(path: Path, media: Path, match: str) -> None:
    """Check that a file is refused by both commands, in words, and that nothing is written."""
    for told in ({}, {"check": True}):
        with pytest.raises(CommandError, match=match):
            call_command("restore", path, **told)
        assert connection.introspection.table_names() == []
        assert not media.exists() or list(media.iterdir()) == []


@pytest.fixture
def empty(db, tmp_path):
    """The folder of documents of an installation that holds nothing."""
    with other_installation(tmp_path / "empty") as media:
        yield media


def test_what_is_no_backup_is_refused(empty, tmp_path):
    path = tmp_path / "file.zip"
    for content in (b"", b"PK", b"SQLite format 3\0" + bytes(100), PDF):
        path.write_bytes(content)
        refused(path, empty, "no backup")
    with ZipFile(path, "w") as other:
        other.writestr("manifest.json", "{}")
    refused(path, empty, "its end is missing")
    refused(tmp_path, empty, "is not a file")
    refused(tmp_path / "none.zip", empty, "There is no file")


def test_a_backup_cut_short_or_altered_by_one_byte_is_refused(empty, tmp_path):
    content = RELEASE.read_bytes()
    path = tmp_path / "file.zip"
    for length in (3, 100, len(content) // 2, len(content) - 65, len(content) - 1):
        path.write_bytes(content[:length])
        refused(path, empty, "no backup|end is missing|damaged")
    path.write_bytes(content + b"\n")
    refused(path, empty, "end is missing|damaged")
    for place in range(0, len(content), 11):
        path.write_bytes(content[:place] + bytes([content[place] ^ 32]) + content[place + 1 :])
        with pytest.raises(BadBackup), open_archive(path):
            pass


Parts = dict[str, bytes]


def resealed(path: Path, change: Any, *, source: Path = RELEASE, packed: int = ZIP_STORED) -> Path:
    """Write a backup with other parts and a seal that fits, as a forger would."""
    with ZipFile(source) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    change(parts, manifest)
    file = BytesIO()
    with ZipFile(file, "w") as package:
        for name, content in [*parts.items(), ("manifest.json", json.dumps(manifest).encode())]:
            packing = packed if name.startswith("files/") else ZIP_DEFLATED
            package.writestr(ZipInfo(name), content, compress_type=packing)
        package.comment = SEAL + b"0" * DIGITS
    content = file.getvalue()[:-DIGITS]
    path.write_bytes(content + sha256(content).hexdigest().encode())
    return path


def rows_of(parts: Parts, manifest: Any, model: str, content: bytes) -> None:
    """Put other rows in the place of a table's, with sizes and hashes that fit."""
    (table,) = (table for table in manifest["tables"] if table["model"] == model)
    parts[f"rows/{model}.jsonl"] = content
    table |= {
        "rows": content.count(b"\n"),
        "size": len(content),
        "sha256": sha256(content).hexdigest(),
    }


def outside(parts: Parts, manifest: Any) -> None:
    (file,) = manifest["files"]
    parts["files/../../x"] = parts.pop(f"files/{file['name']}")
    file["name"] = "../../x"


def unlisted(parts: Parts, manifest: Any) -> None:
    parts["files/../../x"] = b"x"


def bomb(parts: Parts, manifest: Any) -> None:
    rows_of(parts, manifest, "agencies.agency", b" " * 30_000_000 + b"\n")


def bomb_of_a_file(parts: Parts, manifest: Any) -> None:
    (file,) = manifest["files"]
    content = bytes(900_000)
    parts[f"files/{file['name']}"] = content
    file |= {"size": len(content), "sha256": sha256(content).hexdigest()}


def other_row(parts: Parts, manifest: Any) -> None:
    parts["rows/agencies.agency.jsonl"] = parts["rows/agencies.agency.jsonl"].replace(b"SO", b"XX")


def newer(parts: Parts, manifest: Any) -> None:
    manifest["version"] = "99.0.0"


def unknown_migration(parts: Parts, manifest: Any) -> None:
    manifest["migrations"].append(["agencies", "0999_later"])


def other_product(parts: Parts, manifest: Any) -> None:
    manifest["product"] = "other"


def of_no_zone(parts: Parts, manifest: Any) -> None:
    manifest["taken_at"] = "2026-01-01"


def no_list(parts: Parts, manifest: Any) -> None:
    manifest.clear()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (outside, "outside the folder"),
        (unlisted, r"damaged: “files/\.\./\.\./x”"),
        (bomb, "many times"),
        (bomb_of_a_file, "damaged: “evidence/"),
        (other_row, "damaged: “rows/agencies.agency.jsonl”"),
        (newer, r"version 99\.0\.0, newer than this one \(" + site.VERSION),
        (unknown_migration, "agencies.0999_later"),
        (other_product, "form that it does not know"),
        (of_no_zone, "form that it does not know"),
        (no_list, "form that it does not know"),
    ],
)
def test_a_forged_backup_is_refused_unread(empty, tmp_path, monkeypatch, change, match):
    monkeypatch.setattr("reports.backups.archive.ALWAYS_BEARABLE", 10_000_000)
    packed = ZIP_DEFLATED if change is bomb_of_a_file else ZIP_STORED
    refused(resealed(tmp_path / "file.zip", change, packed=packed), empty, match)


@pytest.mark.parametrize(
    "row",
    [
        b'[1,"A"]\n[2]\n',  # a value short
        b'["x","A"]\n',  # no number
        b"[" * 100_000 + b"\n",
        b'[1,"A"]\n[2,"A"]\n',  # a code twice
        b'[1,"A"]',  # no end of the line
        b"",  # everything hangs in the air
    ],
)
def test_rows_that_no_table_takes_are_refused_and_nothing_stays(empty, tmp_path, row):
    change = lambda parts, manifest: rows_of(parts, manifest, "agencies.agency", row)  # noqa: E731
    path = resealed(tmp_path / "file.zip", change)
    with pytest.raises(CommandError, match=r"damaged|Nothing was restored|did not come back"):
        call_command("restore", path)
    assert connection.introspection.table_names() == []
    assert list(empty.iterdir()) == []


def test_an_installation_with_anything_in_it_is_refused(db, tmp_path):
    with other_installation(tmp_path / "used") as media:
        call_command("migrate", verbosity=0)
        User.objects.create_superuser("quan")
        with pytest.raises(BadBackup, match=r"rows: agencies_historicaluser 1; agencies_user 2\."):
            restore(RELEASE)
        assert User.objects.filter(username="quan").exists()
        User.objects.filter(username="quan").delete()
        User.history.all().delete()
        (media / "evidence").mkdir(parents=True)
        (media / "evidence" / "la.pdf").write_bytes(PDF)
        with pytest.raises(BadBackup, match=r"1 file that is not in the backup: evidence/la\.pdf"):
            restore(RELEASE)
        assert (media / "evidence" / "la.pdf").exists()
        assert not Entry.objects.exists()
        shutil.rmtree(media)

        restored = restore(RELEASE)  # what `migrate` leaves is an empty installation
        assert restored.was_older
        assert Entry.objects.exists()


KILLED = """
import os, signal, sys
import django
django.setup()
from django.core.management import call_command
from reports.backups.staging import Stage
place = Stage.move_into_place
def killed(self):
    place(self)
    os.kill(os.getpid(), signal.SIGKILL)
Stage.move_into_place = killed
call_command("restore", sys.argv[1])
"""


def test_a_restore_killed_at_its_last_moment_leaves_an_empty_office(db, tmp_path):
    """Files are in place, rows are not committed: the next restore takes it from there."""
    with other_installation(tmp_path / "killed") as media:
        told = connection.settings_dict
        url = f"sqlite:///{told['NAME']}"
        if connection.vendor == "postgresql":
            place = f"{told['HOST']}:{told['PORT']}/{told['NAME']}"
            url = f"postgres://{told['USER']}:{told['PASSWORD']}@{place}"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "kontum_qms.settings",
            "DATABASE_URL": url,
            "MEDIA_ROOT": str(media),
        }
        ended = subprocess.run(
            [sys.executable, "-c", KILLED, RELEASE], env=environment, cwd=site.BASE_DIR, check=False
        )
        assert ended.returncode == -signal.SIGKILL
        assert connection.introspection.table_names() == []
        assert len([path for path in media.rglob("*") if path.is_file()]) == 1
        assert restore(RELEASE).findings == []
        assert [path.parent.name for path in media.rglob("*") if path.is_file()] == ["evidence"]


def test_files_that_cannot_be_moved_take_the_rows_with_them(empty, monkeypatch):
    def full(*_args: Any) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("reports.backups.staging.os.replace", full)
    with pytest.raises(CommandError, match="Nothing was restored"):
        call_command("restore", RELEASE)
    assert connection.introspection.table_names() == []
    assert [path for path in empty.rglob("*") if path.is_file()] == []
