"""Documents: what is kept, what is refused, and that nothing on record loses its own."""

import hashlib
import os
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.management import CommandError, call_command
from django.db.models import ProtectedError
from django.utils import timezone, translation

from agencies.actions import (
    correct_status_record,
    demonstration_entries_at,
    import_file,
    keep_evidence,
    record_status,
    record_statuses,
    undo_entry,
)
from agencies.asof import AsOf
from agencies.content import clean_name, kind_of
from agencies.models import (
    Entry,
    Evidence,
    EvidenceKind,
    Missing,
    Stage,
    StatusFacts,
    StatusRecord,
)
from agencies.models.evidence import CONTENT_TYPES
from tests.documents import JPEG, KEPT, PDF, PNG, REFUSED, padded, upload
from tests.small_province import morning
from tests.workbooks import status, write_workbook

DAY = date(2022, 3, 1)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


@pytest.fixture
def document(lan):
    return keep_evidence(file=upload(), by=lan)


def facts(small_province, evidence=None, number="77/QĐ-UBND"):
    return StatusFacts(
        Stage.APPLIED,
        edition_id=small_province.edition_2015.pk,
        decision_number=number,
        decision_date=DAY,
        evidence_id=evidence and evidence.pk,
    )


# What a file is


@pytest.mark.parametrize("kind", KEPT)
def test_the_kind_is_read_from_the_content(kind):
    for name in ("a.pdf", "a.exe", "a"):
        assert kind_of(upload(KEPT[kind], name)) == kind


def test_every_kind_is_tried_and_has_a_type():
    assert set(KEPT) == set(EvidenceKind.values) == set(CONTENT_TYPES)


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_kept_is_named_with_what_is(what, settings):
    content, said = REFUSED[what]
    with pytest.raises(ValidationError) as refused:
        kind_of(upload(content, "quyet-dinh.pdf"))
    assert said in refused.value.message


def test_a_file_above_the_limit_is_refused_and_one_at_it_is_not(settings):
    settings.EVIDENCE_MAX_MB = 1
    full = padded(1024 * 1024)
    assert kind_of(upload(full)) == "pdf"
    with pytest.raises(ValidationError, match="larger than 1 MB"):
        kind_of(upload(full + b" "))


@pytest.mark.parametrize("content", [PDF[:-7], b"%PDF-", PNG[:-12], PNG[:8], JPEG[:-2]])
def test_a_file_without_its_end_is_refused(content):
    with pytest.raises(ValidationError, match="cut off"):
        kind_of(upload(content))


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("Quyết định 90.pdf", "Quyết định 90.pdf"),
        ("Quye\u0302\u0301t đi\u0323nh.PDF", "Quyết định.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\lan\\12.pdf", "12.pdf"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ("bao-cao\u202efdp.exe", "bao-caofdp.pdf"),
        ("trang.html", "trang.pdf"),
        ("12.QĐ-UBND", "12.QĐ-UBND.pdf"),
        ('a<b>"c|?*:.pdf', "a_b__c____.pdf"),
        (".pdf", "document.pdf"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
        ("\ud800.pdf", "document.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_one_plain_line_with_the_ending_of_its_content(name, cleaned):
    assert clean_name(name, EvidenceKind.PDF) == cleaned


def test_both_endings_of_one_kind_stay():
    assert clean_name("anh.jpeg", EvidenceKind.JPEG) == "anh.jpeg"
    assert clean_name("anh.jpg", EvidenceKind.JPEG) == "anh.jpg"
    assert clean_name("anh.pdf", EvidenceKind.PNG) == "anh.png"


# Keeping


def test_a_document_is_kept_under_a_random_name_with_its_hash(lan, media):
    evidence = keep_evidence(file=upload(), by=lan)

    evidence = Evidence.objects.get(pk=evidence.pk)
    assert (evidence.name, evidence.kind, evidence.size) == ("Quyết định 90.pdf", "pdf", len(PDF))
    assert evidence.sha256 == hashlib.sha256(PDF).hexdigest()
    assert evidence.by == lan
    [path] = files(media)
    assert path.read_bytes() == PDF
    assert path.parent == media / "evidence"
    assert len(path.name) == 32
    assert path.suffix == ""
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_large_upload_comes_from_the_disk_and_goes_there(lan, media):
    with TemporaryUploadedFile("to-trinh.pdf", "text/html", 0, None) as file:
        file.write(padded(3_000_000))
        file.size = 3_000_000
        evidence = keep_evidence(file=file, by=lan)
    assert evidence.size == 3_000_000
    assert files(media)[0].stat().st_size == 3_000_000
    assert evidence.sha256 == hashlib.sha256(files(media)[0].read_bytes()).hexdigest()


def test_what_is_refused_leaves_nothing(lan, media):
    with pytest.raises(ValidationError):
        keep_evidence(file=upload(REFUSED["web page"][0]), by=lan)
    assert not Evidence.objects.exists()
    assert files(media) == []


def test_a_row_that_cannot_be_written_leaves_no_file(lan, media, monkeypatch):
    def full(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(Evidence, "save", full)
    with pytest.raises(OSError, match="disk full"):
        keep_evidence(file=upload(), by=lan)
    assert files(media) == []


def test_what_nothing_names_is_removed_after_a_day_and_nothing_else(
    small_province, lan, media, django_capture_on_commit_callbacks
):
    named, forgotten, waiting = (keep_evidence(file=upload(), by=lan) for _number in range(3))
    record_status(
        agency=small_province["SO-NN"],
        valid_from=DAY,
        facts=facts(small_province, named),
        by=lan,
    )
    long_ago = timezone.now() - timedelta(days=1, minutes=1)
    Evidence.objects.filter(pk__in=[named.pk, forgotten.pk]).update(kept_at=long_ago)

    with django_capture_on_commit_callbacks(execute=True):
        newest = keep_evidence(file=upload(PNG), by=lan)

    assert set(Evidence.objects.all()) == {named, waiting, newest}
    assert {path.name for path in files(media)} == {
        Path(kept.file.path).name for kept in (named, waiting, newest)
    }


def test_nothing_deletes_or_rewrites_what_a_record_names(small_province, lan, document):
    record_status(
        agency=small_province["SO-NN"],
        valid_from=DAY,
        facts=facts(small_province, document),
        by=lan,
    )
    with pytest.raises(ProtectedError):
        document.delete()
    with pytest.raises(TypeError):
        document.save()


# On record


def test_a_correction_replaces_the_document_and_what_was_known_keeps_the_first(
    small_province, lan, document
):
    agency = small_province["SO-NN"]
    with demonstration_entries_at(morning(2022, 3, 5)):
        record_status(agency=agency, valid_from=DAY, facts=facts(small_province, document), by=lan)
    record = StatusRecord.objects.believed().get(agency=agency, valid_from=DAY)
    better = keep_evidence(file=upload(PNG, "ban-ro-hon.png"), by=lan)
    correct_status_record(
        record=record,
        valid_from=DAY,
        facts=facts(small_province, better),
        reason="Bản scan rõ hơn",
        by=lan,
    )

    def known(moment):
        return StatusRecord.objects.as_of(AsOf(DAY, moment)).get(agency=agency).evidence

    assert known(timezone.now()) == better
    assert known(morning(2022, 3, 6)) == document
    undo_entry(entry=Entry.objects.latest("pk"), reason="Nhầm", by=lan)
    assert known(timezone.now()) == document


def test_one_document_stands_for_several_agencies(small_province, lan, document):
    three = [small_province[code] for code in ("SO-NN", "THANH-TRA", "CC-TDC")]
    entry = record_statuses(
        agencies=three, valid_from=DAY, facts=facts(small_province, document), by=lan
    )
    assert set(document.status_records.all()) == set(
        StatusRecord.objects.filter(recorded=entry, valid_from=DAY)
    )


def test_a_declaration_says_what_it_lacks(small_province, document):
    complete = StatusRecord(**vars(facts(small_province, document)))
    assert complete.missing == ()
    bare = StatusRecord(stage=Stage.APPLIED)
    assert bare.missing == (Missing.NUMBER, Missing.DATE, Missing.EVIDENCE)
    assert StatusRecord(stage=Stage.BUILDING).missing == ()


@pytest.mark.parametrize(
    ("day", "number", "keeps"),
    [
        ("01/03/2022", "77/QĐ-UBND", True),  # the same row again
        ("01/06/2022", "77/QĐ-UBND", True),  # the same statement, from a later day
        ("01/03/2022", "78/QĐ-UBND", True),  # the same declaration, its number corrected
        ("01/06/2022", "90/QĐ-UBND", False),  # another declaration
    ],
)
def test_an_import_takes_no_document_away(
    small_province, lan, document, tmp_path, day, number, keeps
):
    agency = small_province["SO-NN"]
    record_status(agency=agency, valid_from=DAY, facts=facts(small_province, document), by=lan)
    row = status("SO-NN", "áp dụng", "2015", day, number, "01/03/2022")
    import_file(file=write_workbook(tmp_path / "a.xlsx", statuses=[row]), by=lan)

    last = StatusRecord.objects.believed().get(agency=agency, valid_to=None)
    assert last.decision_number == number
    assert (last.evidence == document) is keeps
    assert StatusRecord.objects.believed().filter(evidence=document).exists()


# Checking


def test_the_check_finds_what_is_missing_altered_or_on_record_nowhere(lan, media, capsys):
    call_command("check_evidence")
    assert "0 documents checked" in capsys.readouterr().out
    good, altered, missing = (
        keep_evidence(file=upload(name=f"{name}.pdf"), by=lan) for name in "abc"
    )
    call_command("check_evidence")
    assert "3 documents checked" in capsys.readouterr().out

    path = Path(altered.file.path)
    path.chmod(0o600)
    path.write_bytes(PDF.replace(b"1.4", b"1.5"))
    Path(missing.file.path).unlink()
    (media / "evidence" / "la").write_bytes(b"x")
    with pytest.raises(CommandError) as wrong:
        call_command("check_evidence")
    assert str(wrong.value).splitlines() == [
        f"Altered: {altered.file.name} (b.pdf)",
        f"Missing: {missing.file.name} (c.pdf)",
        "On record nowhere: evidence/la",
    ]
    assert str(good.file.name) not in str(wrong.value)


def test_what_a_cut_off_upload_left_is_removed_after_a_day_and_nothing_else(lan, media, capsys):
    good = keep_evidence(file=upload(name="a.pdf"), by=lan)
    folder = media / "evidence"
    for name in ("old", "new"):
        (folder / name).write_bytes(b"%PDF-")
    two_days_ago = time.time() - 2 * 86_400
    for path in (folder / "old", Path(good.file.path)):
        os.utime(path, (two_days_ago, two_days_ago))
    with pytest.raises(CommandError) as wrong:
        call_command("check_evidence", "--remove-strays")
    assert "evidence/old" in capsys.readouterr().out
    assert str(wrong.value) == "On record nowhere: evidence/new"
    assert {path.name for path in folder.iterdir()} == {"new", Path(good.file.path).name}
