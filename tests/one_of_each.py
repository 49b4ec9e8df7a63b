"""One row of every kind, so that every page has something to be about."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from activities import actions as activity_actions
from activities.models import Finding, Inspection, InspectionPlan, Training, TrainingTopic
from activities.training_template import sheet_to_fill
from agencies import actions
from agencies.actions import keep_evidence, record_status
from agencies.models import ReorganisationPlan, StatusFacts, SuccessorPlan, User
from agencies.questions import ask
from reports.actions import Produced, PublicationFacts, add_published_figures, keep_submission
from reports.canonical import canonical_figures
from reports.freezing import settled
from reports.published import PrintedFigure
from reports.round_trip import build_exchange
from tests.documents import upload
from tests.laid_down import lay_down
from tests.rounds import at, open_2021, standing_facts, submit_at
from tests.small_province import SmallProvince


@pytest.fixture
def one_of_each(lan: User, mai: User, small_province: SmallProvince) -> None:
    """Write them as Lan and Mai would, by their actions."""
    lay_down("one of each", lambda: _build(lan, mai, small_province), by=lan.pk)


def _build(lan: User, mai: User, small_province: SmallProvince) -> None:
    _document(lan, small_province)
    _workbook(lan)
    _decree(lan)
    _letter(lan)
    _report(lan)
    _activity(lan, small_province)
    _own_report(lan, mai, small_province)


def _document(lan: User, small_province: SmallProvince) -> None:
    """One document that a record of the small province names."""
    evidence = keep_evidence(file=upload(), by=lan)
    facts = StatusFacts("exempt", evidence_id=evidence.pk)
    record_status(agency=small_province["SO-NN"], valid_from=date(2022, 3, 1), facts=facts, by=lan)


def _workbook(lan: User) -> None:
    """One workbook that Lan brought back."""
    content = build_exchange(ask())
    actions.keep_upload(file=SimpleUploadedFile("so.xlsx", content), by=lan)


def _decree(lan: User) -> None:
    """One decree on record, and the file of another that Lan brought."""
    renamed = SuccessorPlan(code="SO-NN", predecessors=("SO-NN",), name="Sở Nông nghiệp mới")
    plan = ReorganisationPlan("12/NQ-HĐND", date(2023, 3, 1), (renamed,))
    actions.apply_reorganisation(plan=plan, by=lan)
    text = (
        "Số văn bản,Ngày hiệu lực,Mã cơ quan trước sắp xếp,Mã cơ quan,Tên cơ quan,Mã nhóm,"
        "Mã cơ quan cấp trên,Mã ĐVHC,Tình trạng đầu\n13/NQ-HĐND,01/04/2023,SO-NN,SO-NN,Sở Mới,,,,\n"
    )
    actions.keep_plan_file(file=SimpleUploadedFile("sap-xep.csv", text.encode()), by=lan)


def _letter(lan: User) -> None:
    """One published figure."""
    figure = PrintedFigure("02/05", "", "converted", 2, 5)
    facts = PublicationFacts("Báo cáo", date(2021, 11, 15))
    add_published_figures(publication=facts, figures=[figure], by=lan)


def _report(lan: User) -> None:
    """One report that was sent."""
    question = settled(ask(day=date(2021, 11, 14)))
    produced = Produced(
        as_of=question.as_of,
        edition=question.edition,
        compared_on=question.compared_on,
        entry=question.data_version.known or 0,
        schema="x",
        figures=canonical_figures(question),
        files=[("x.json", "application/json", b"{}")],
        obstacles=(),
        made_with={"kontum-qms": "0.1.0"},
    )
    keep_submission(produced=produced, title="Báo cáo", by=lan)


def _activity(lan: User, small_province: SmallProvince) -> None:
    """One plan, one visit with one finding, one course and an attendance sheet that Lan brought."""
    agency, day = small_province["SO-NN"], date(2021, 5, 4)
    plan = InspectionPlan(year=2021, decision_number="9/QĐ", decision_date=date(2021, 1, 5))
    activity_actions.record_plan(plan=plan, forms={agency: "on_file"}, by=lan)
    visit = Inspection(agency=agency, visited_on=day, form="on_file", team="Lan")
    activity_actions.record_visit(visit=visit, by=lan)
    activity_actions.record_finding(finding=Finding(inspection=visit, text="Thiếu"), by=lan)
    topic = TrainingTopic.objects.all()[0]
    course = Training(title="Lớp", topic=topic, starts_on=day, ends_on=day)
    activity_actions.record_training(training=course, by=lan)
    content = sheet_to_fill("Lớp", [("SO-NN", "Sở Nông nghiệp và PTNT")], timezone.localtime())
    file = SimpleUploadedFile("tham-du.xlsx", content)
    activity_actions.keep_sheet(file=file, training=course, by=lan)


def _own_report(lan: User, mai: User, small_province: SmallProvince) -> None:
    """One report of Mai's agency with a document, handed in."""
    evidence = keep_evidence(file=upload(), by=mai)
    facts = standing_facts(small_province, evidence_id=evidence.pk, no_evidence_reason="")
    submit_at(at(2021, 12, 10), open_2021(lan), mai.agency, facts, mai)
