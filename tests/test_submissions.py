"""Reports that were sent: frozen for good, and the same when they are produced again."""

import json
import unicodedata
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from openpyxl import load_workbook

from agencies import actions
from agencies.actions import keep_evidence
from agencies.models import AgencyGroup, Edition, Entry, Stage, StatusFacts, StatusRecord, User
from agencies.questions import Question, ask
from reports import freezing
from reports.actions import (
    AlreadyFrozen,
    PublicationFacts,
    add_published_figures,
    explain_finding,
    keep_submission,
    record_outgoing_number,
)
from reports.canonical import SCHEMA, canonical, contradictions
from reports.freezing import freeze_submission, obstacles, produce, question_of, settled
from reports.models import OutgoingNumber, Submission, SubmissionFile
from reports.models.submissions import sha256_of
from reports.published import PrintedFigure
from reports.repeating import Matter, figures_unlike, repeat
from tests.documents import upload
from tests.emptied import write_what_migrations_wrote
from tests.small_province import build_small_province, morning
from tests.tampering import alter
from tests.test_constraints import at_once, shared_database  # noqa: F401

WHY = "Lãnh đạo yêu cầu gửi trước; tài liệu bổ sung sau"
DAY = date(2021, 11, 15)


def asked(day: date = DAY, known_at: Any = None, **told: Any) -> Question:
    return ask(day=day, known_at=known_at, **told)


def freeze(by: User, title: str = "Báo cáo", **told: Any) -> Submission:
    question = told.pop("question", None) or asked()
    return freeze_submission(question=question, title=title, reason=WHY, by=by, **told)


@pytest.fixture
def sent(small_province, lan) -> Submission:
    return freeze(lan)


def test_what_is_kept_is_what_was_asked(sent, lan):
    entry = Entry.objects.latest("pk")
    kept = Submission.objects.get()
    assert (kept.title, kept.by, kept.reason, kept.entry) == ("Báo cáo", lan, WHY, entry)
    assert (kept.as_of_day, kept.compared_on) == (DAY, date(2020, 12, 31))
    assert kept.known_at <= kept.at <= timezone.now()
    assert kept.said["asked"] == {
        "as_of": "2021-11-15",
        "compared_with": "2020-12-31",
        "known_at": kept.as_of.known_at_utc,
        "edition": 2015,
    }
    assert kept.made_with["kontum-qms"] == "0.1.0"
    assert {"Django", "XlsxWriter", "Python", "zlib"} <= set(kept.made_with)


def test_the_figures_are_those_of_the_roll_up_on_both_days(sent):
    """Known today: SO-KHCN, CC-TDC, CC-KL and CC-TL of six have converted by November 2021."""
    said = sent.said
    assert [(row["group"], row["fraction"]) for row in said["rows"]] == [
        ("SO", "01/03"),
        ("CC", "03/03"),
    ]
    assert (said["total"]["fraction"], said["total"]["percent"]) == ("04/06", "66.67")
    assert said["compared"]["total"]["fraction"] == "03/06"
    assert len(said["agencies"]) == 6
    forest = next(row for row in said["agencies"] if row["code"] == "CC-KL")
    assert forest == {
        "code": "CC-KL",
        "name": "Chi cục Kiểm lâm",
        "group": "CC",
        "parent": "SO-NN",
        "parent_name": "Sở Nông nghiệp và PTNT",
        "category": "converted",
        "edition": 2015,
        "since": "2021-06-01",
        "decision_number": "21/QĐ-KL",
        "decision_date": "2021-06-01",
    }
    assert said["words"]["groups"] == [
        ["SO", "Cơ quan chuyên môn"],
        ["CC", "Chi cục trực thuộc Sở"],
    ]
    assert said["words"]["edition"] == "TCVN ISO 9001:2015"
    assert said["house_style"] == {"two_digit_figures": True}
    assert (said["schema"], sent.schema, said["demonstration"]) == (SCHEMA, SCHEMA, True)


def test_the_text_is_canonical_and_hashed(sent):
    text = sent.figures
    assert text.endswith("}\n")
    assert unicodedata.is_normalized("NFC", text)
    assert text == canonical(json.loads(text))
    assert sent.sha256 == sha256_of(text.encode())
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert canonical({"b": "e\u0301", "a": [1, None, DAY]}) == (
        '{\n "a": [\n  1,\n  null,\n  "2021-11-15"\n ],\n "b": "é"\n}\n'
    )
    with pytest.raises(TypeError, match="float"):
        canonical({"percent": 71.62})


def test_the_files_are_kept_with_their_hashes(sent):
    summary, report, figures = sent.files.all()
    assert (summary.name, report.name, figures.name) == (
        "tong-hop-htqlcl-2021-11-15.xlsx",
        "bao-cao-htqlcl-2021-11-15.docx",
        "so-lieu-2021-11-15.json",
    )
    assert bytes(figures.content) == sent.figures.encode()
    assert figures.sha256 == sent.sha256
    for file in (summary, figures):
        assert (file.size, file.sha256) == (len(file.content), sha256_of(bytes(file.content)))
    sheet = load_workbook(BytesIO(bytes(summary.content)), data_only=True).worksheets[0]
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert {"01/03", "03/03", "04/06"} <= cells
    footer: Any = sheet.oddFooter
    assert footer.right.text.startswith("Bản chốt để gửi")


def changes_of(lan: User) -> list[tuple[Any, dict[str, Any]]]:
    return [
        (Submission.objects, {"title": "khác"}),
        (Submission.objects, {"figures": "{}"}),
        (SubmissionFile.objects, {"content": b""}),
        (OutgoingNumber.objects, {"number": "2/BC"}),
    ]


def test_the_database_refuses_to_change_or_delete(sent, lan):
    record_outgoing_number(submission=sent, number="1/BC", dated=DAY, by=lan)
    for rows, change in changes_of(lan):
        with pytest.raises(IntegrityError, match="never altered"), transaction.atomic():
            rows.update(**change)
    for table in ("outgoingnumber", "submissionfile", "submission"):
        with (
            pytest.raises(IntegrityError, match="never altered"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM reports_{table}")  # noqa: S608  # names of our own
    assert (Submission.objects.count(), SubmissionFile.objects.count()) == (1, 3)
    assert OutgoingNumber.objects.get().number == "1/BC"


def test_the_code_refuses_to_change_or_delete(sent, lan):
    number = record_outgoing_number(submission=sent, number="1/BC", dated=DAY, by=lan)
    for row in (sent, sent.files.all()[0], number):
        for refused in (row.save, row.delete):
            with pytest.raises(TypeError, match="never"):
                refused()


def test_the_database_refuses_a_report_in_spite_of_obstacles_without_a_reason(sent):
    fields = {field.attname: getattr(sent, field.attname) for field in sent._meta.fields}
    for wrong in (
        {"obstacles": "x", "reason": ""},
        {"title": ""},
        {"known_at": sent.at + timedelta(seconds=1)},
        {},  # the same once more
    ):
        row = {**fields, "id": None, "title": "khác" if wrong else sent.title, **wrong}
        with pytest.raises(IntegrityError), transaction.atomic():
            Submission.objects.create(**row)


def change_everything(province) -> None:
    """Correct, record late, rename, reorganise and undo, as years bring it."""
    mistaken = province["SO-KHCN"].status_records.believed().get(decision_number="17/QĐ-SKHCN")
    actions.take_out_status(record=mistaken, reason="nhầm cơ quan", by=province.by)
    declared = province.applied(province.edition_2015, "5/QĐ-TTr", date(2021, 1, 5))
    province.record("THANH-TRA", date(2021, 1, 5), declared)
    province.record("CC-TL", date(2022, 5, 1), StatusFacts(Stage.EXEMPT, note="x"))
    entry = Entry.objects.latest("pk")
    actions.undo_entry(entry=entry, by=province.by, reason="ghi nhầm")


def test_after_corrections_and_undoings_it_is_the_same_byte_by_byte(sent, small_province):
    change_everything(small_province)
    assert produce(asked()).figures != sent.figures

    again = produce(question_of(sent))
    assert again.figures == sent.figures
    assert {name: sha256_of(content) for name, _type, content in again.files} == dict(
        sent.files.values_list("name", "sha256")
    )
    told = repeat(sent)
    assert (told.unlike, told.are_files_same, told.changed_versions) == ((), True, ())
    assert told.is_same_text


def test_another_name_of_a_group_changes_words_and_no_figure(sent, small_province):
    small_province.groups["SO"].name = "Sở, ban, ngành"
    small_province.groups["SO"].save()

    told = repeat(sent)
    assert told.figures == ()
    assert [(one.matter, one.sent, one.today) for one in told.unlike] == [
        (Matter.WORDS, "Cơ quan chuyên môn", "Sở, ban, ngành")
    ]
    assert not told.are_files_same
    assert not told.is_unexplained


def test_words_are_told_one_by_one(sent, small_province, settings):
    AgencyGroup.objects.create(code="MOI", name="Nhóm mới", position=0)
    Edition.objects.filter(year=2008).update(code="TCVN 9001:2008")
    settings.ISSUER = "CHI CỤC KHÁC"
    settings.TWO_DIGIT_FIGURES = False

    told = repeat(sent)
    assert told.figures == ()
    matters = {(one.matter, one.sent, one.today) for one in told.said_otherwise}
    assert (Matter.WORDS, "—", "Nhóm mới") in matters
    assert (Matter.WORDS, "TCVN ISO 9001:2008", "TCVN 9001:2008") in matters
    assert any(matter == Matter.STYLE for matter, _sent, _today in matters)
    assert any(today == "CHI CỤC KHÁC" for _matter, _sent, today in matters)


def test_groups_in_another_order_are_words(sent, small_province):
    small_province.groups["SO"].position = 9
    small_province.groups["SO"].save()
    told = repeat(sent)
    assert (told.figures, len(told.said_otherwise)) == ((), 1)


def test_tampered_figures_are_named(small_province, lan):
    produced = produce(settled(asked()))
    said = json.loads(produced.figures)
    said["rows"][0]["converted"] += 1
    said["agencies"][0]["category"] = "withdrawn"
    del said["agencies"][1]
    tampered = replace(produced, figures=canonical(said))
    kept = keep_submission(produced=tampered, title="x", reason=WHY, by=lan)

    call_command("check_submissions")
    with pytest.raises(CommandError, match="x"):
        call_command("check_submissions", "--again")
    found = figures_unlike(kept)
    assert len(found) == 3
    assert (found[0].sent, found[0].today) == ("02", "01")
    assert not repeat(kept).is_same_text


def test_other_versions_are_named(small_province, lan, monkeypatch):
    old = {**freezing.made_with(), "XlsxWriter": "1.0", "gone": "2"}
    monkeypatch.setattr(freezing, "made_with", lambda: old)
    sent = freeze(lan)
    assert {name for name, _sent, _today in repeat(sent).changed_versions} == {"XlsxWriter", "gone"}


def test_bytes_that_differ_for_no_reason_that_is_kept_are_said_to(sent, monkeypatch):
    monkeypatch.setattr(
        freezing, "FILES", ((freezing.FILES[0][0], lambda question: b"another layout"),)
    )
    told = repeat(sent)
    assert (told.unlike, told.is_unexplained) == ((), True)
    monkeypatch.setattr(freezing, "FILES", ())
    assert repeat(sent).files[0].today is None


def test_a_report_with_obstacles_needs_a_reason_and_nothing_is_written(small_province, lan):
    for reason in ("", "  "):
        with pytest.raises(ValidationError) as refused:
            freeze_submission(question=asked(), title="x", reason=reason, by=lan)
        assert list(refused.value.error_dict) == ["reason"]
    assert not Submission.objects.exists()


def test_nothing_on_record_and_days_to_come_are_refused(small_province, lan):
    questions = [
        asked(known_at=morning(2009, 1, 1)),
        asked(timezone.localdate() + timedelta(days=1)),
        asked(known_at=timezone.now() + timedelta(hours=1)),
    ]
    for question in questions:
        with pytest.raises(ValidationError):
            freeze(lan, question=question)
    assert not SubmissionFile.objects.exists()


def test_what_stands_in_the_way(small_province, lan):
    """Five of the six declare, each with number and date and without a document."""
    question = settled(asked())
    assert [one.kind for one in obstacles(question, said(question))] == ["evidence"]
    figure = PrintedFigure("03/06", "", "converted", 3, 6)
    letter = add_published_figures(
        publication=PublicationFacts("Báo cáo", DAY), figures=[figure], by=lan
    )
    add_published_figures(
        publication=PublicationFacts("Báo cáo trước", date(2021, 11, 14)), figures=[figure], by=lan
    )
    question = settled(asked())
    published, _evidence = obstacles(question, said(question))
    assert published.kind == "published"
    assert "03" in published.text
    assert "04" in published.text

    explain_finding(figure=letter.figures.get(), text="Ghi nhận sau", by=lan)
    question = settled(asked())  # what was known a moment ago holds no explanation
    assert [one.kind for one in obstacles(question, said(question))] == ["evidence"]


def said(question: Question) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(produce(question).figures)
    return found


def test_complete_declarations_need_no_reason(small_province, lan):
    for row in StatusRecord.objects.as_of(asked().as_of).filter(stage=Stage.APPLIED):
        document = keep_evidence(file=upload(), by=lan)
        facts = replace(StatusFacts(**row.facts()), evidence_id=document.pk)
        told = {"record": row, "valid_from": row.valid_from, "facts": facts}
        actions.correct_status_record(**told, reason="bổ sung", by=lan)
    sent = freeze_submission(question=asked(), title="x", by=lan)
    assert (sent.obstacles, sent.reason) == ("", "")


def test_figures_that_contradict_themselves_are_named(sent):
    found = sent.said
    assert contradictions(found) == ()
    found["rows"][0]["converted"] += 1
    assert len(contradictions(found)) == 3  # the row, the column, the agencies behind it


def test_the_same_form_sent_twice_freezes_once(sent, lan, hung):
    with pytest.raises(AlreadyFrozen) as twice:
        freeze(lan)
    assert twice.value.submission == sent
    assert Submission.objects.count() == 1
    freeze(lan, title="Báo cáo lần 2")
    freeze(hung)
    assert Submission.objects.count() == 3


def test_what_was_recorded_since_the_figures_were_seen_is_told(sent, small_province, lan):
    seen = Entry.objects.latest("pk").pk
    small_province.record("THANH-TRA", date(2021, 5, 1), StatusFacts(Stage.BUILDING))
    with pytest.raises(ValidationError, match=r"(?i)đã có|since"):
        freeze(lan, title="Khác", seen=seen)
    freeze(lan, title="Khác", seen=Entry.objects.latest("pk").pk)


def test_a_number_is_told_once(sent, lan, hung):
    for wrong in (
        {"dated": timezone.localdate() + timedelta(days=1)},
        {"dated": DAY - timedelta(days=1)},
        {"number": " "},
    ):
        with pytest.raises(ValidationError):
            record_outgoing_number(
                submission=sent, **{"number": "12/BC-TĐC", "dated": DAY, "by": lan, **wrong}
            )
    record_outgoing_number(submission=sent, number=" 12/BC-TĐC ", dated=DAY, by=hung)
    assert (sent.outgoing.number, sent.outgoing.by) == ("12/BC-TĐC", hung)
    with pytest.raises(ValidationError):
        record_outgoing_number(submission=sent, number="13/BC", dated=DAY, by=lan)


def test_the_command_finds_an_altered_file(sent, capsys):
    call_command("check_submissions")
    assert "1 " in capsys.readouterr().out
    file = sent.files.all()[0]
    alter(file, content=b"{")
    with pytest.raises(CommandError, match=file.name):
        call_command("check_submissions")


@pytest.fixture
def office(lan):
    """The small province as others on the network see it."""
    write_what_migrations_wrote()
    return build_small_province(lan)


# A mark of its own: beside the module's, fixtures would not put it behind the others, where it
# may empty the tables.
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_clicks_at_once_exactly_one_freezes(office, shared_database):  # noqa: F811
    question = settled(asked())

    def click() -> str:
        try:
            return freeze(office.by, question=question).title
        except AlreadyFrozen as already:
            return f"as {already.submission}"

    outcomes = at_once([click] * 3)
    assert Counter(outcomes) == {"Báo cáo": 1, "as Báo cáo": 2}


def test_a_day_without_agencies_is_not_sent(small_province, lan):
    with pytest.raises(ValidationError, match="chưa có cơ quan nào"):
        freeze(lan, question=asked(date(1990, 1, 1)))
    assert not Submission.objects.exists()
