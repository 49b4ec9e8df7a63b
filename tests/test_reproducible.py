"""A file made for an AsOf is the same bytes later, whatever is entered afterwards."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from activities import actions as activities
from activities.models import Finding, Inspection, ReportingPeriod, Training, TrainingTopic
from agencies import actions
from agencies.models import (
    Agency,
    ReorganisationPlan,
    Stage,
    StatusFacts,
    StatusRecord,
    SuccessorPlan,
    Transition,
    TransitionTarget,
)
from agencies.questions import ask
from reports.actions import (
    PublicationFacts,
    add_published_figures,
    explain_finding,
    withdraw_publication,
)
from reports.models import Publication, PublishedFigure
from reports.published import PrintedFigure
from reports.sections import gather_sections
from reports.summary import build_summary
from reports.word_report import build_report

pytestmark = pytest.mark.django_db
DAY = date(2021, 11, 15)


def later_acts(lan) -> None:
    """Record, correct, rename by decree, undo, publish, explain, withdraw: about earlier days."""
    agency = Agency.objects.get(code="X031")
    exempt = StatusFacts(Stage.EXEMPT, note="không có TTHC")
    actions.record_status(agency=agency, valid_from=date(2021, 3, 1), facts=exempt, by=lan)
    record = StatusRecord.objects.believed().filter(agency__code="CT05", stage=Stage.APPLIED)[0]
    actions.correct_status_record(
        record=record,
        valid_from=record.valid_from,
        facts=StatusFacts(Stage.BUILDING),
        reason="nhầm",
        by=lan,
    )
    renamed = SuccessorPlan(code="X035", predecessors=("X035",), name="UBND xã Mới")
    notice = "Chưa cập nhật cấp tỉnh."
    plan = ReorganisationPlan("9/NQ", date(2021, 5, 1), (renamed,), notice=notice)
    actions.apply_reorganisation(plan=plan, by=lan)
    another = SuccessorPlan(code="X036", predecessors=("X036",), name="UBND xã Khác")
    plan = ReorganisationPlan("10/NQ", date(2021, 6, 1), (another,))
    event = actions.apply_reorganisation(plan=plan, by=lan)
    actions.undo_entry(entry=event.entry, reason="nhầm", by=lan)
    facts = PublicationFacts("Báo cáo khác", DAY)
    figures = [PrintedFigure("75/102", "CAP_XA", "converted", 75, 102)]
    add_published_figures(publication=facts, figures=figures, by=lan)
    figure = PublishedFigure.objects.get(measure="older_edition")
    explain_finding(figure=figure, text="Cộng sót một dòng", by=lan)
    withdraw_publication(publication=figure.publication, reason="Nhập nhầm", by=lan)
    later_activities(lan)


def later_activities(lan) -> None:
    """Visit, cancel, put right, hold a course, mend a plan, a deadline, a target and a round."""
    first, second = Inspection.objects.order_by("visited_on")[:2]
    visit = Inspection(
        agency=Agency.objects.get(code="X033"), visited_on=DAY, form="on_file", team="An",
        edition=first.edition, checks=first.checks,
    )  # fmt: skip
    activities.record_visit(visit=visit, by=lan)
    activities.cancel_visit(visit=second, reason="Nhập nhầm", by=lan)
    finding = Finding.objects.filter(closed_on=None).order_by("deadline")[0]
    finding.closed_on, finding.closing_note = DAY, "Đã khắc phục"
    activities.record_finding(finding=finding, by=lan)
    topic = TrainingTopic.objects.all()[0]
    course = Training(title="Lớp mới", topic=topic, starts_on=DAY, ends_on=DAY)
    activities.record_training(training=course, by=lan)
    agency = Agency.objects.get(code="X033")
    activities.record_attendances(training=course, numbers={agency: 3}, by=lan)
    transition = Transition.objects.get()
    days = {"CT19": None, "X031": date(2021, 12, 1)}
    actions.plan_conversions(transition=transition, days=days, source="KH khác", by=lan)
    transition.deadline = date(2022, 6, 30)
    transition.save()
    TransitionTarget.objects.filter(group__code="CAP_XA").get().delete()
    period = ReportingPeriod.objects.latest("starts_on")
    facts = activities.PeriodFacts(
        period.starts_on, period.ends_on, date(2021, 9, 30), date(2021, 10, 15)
    )
    activities.change_period(period=period, facts=facts, by=lan)


@pytest.mark.parametrize("known_at", [datetime(2021, 11, 15, 10, tzinfo=UTC), None])
def test_a_file_is_the_same_bytes_after_everything_that_is_entered_later(kon_tum, lan, known_at):
    known_at = known_at or timezone.now()
    before = files(known_at)
    later_acts(lan)
    assert Publication.objects.count() == 2
    assert files(known_at) == before
    assert not set(files(timezone.now())) & set(before)


def test_what_is_entered_later_of_activities_alone_changes_both_files(kon_tum, lan):
    known_at = timezone.now()
    before = files(known_at)
    later_activities(lan)
    assert files(known_at) == before
    told = gather_sections(ask(day=DAY))
    assert told.plan is not None
    assert told.inspections is not None
    assert told.training is not None
    assert (told.inspections.totals.visits, told.inspections.totals.overdue) == (90, 14)
    assert (told.training.totals.courses, told.training.totals.attendances) == (17, 1070)
    assert (told.plan.transition.deadline, len(told.plan.targets)) == (date(2022, 6, 30), 4)
    assert told.rounds[-1].period.due_on == date(2021, 10, 15)


def files(known_at) -> list[bytes]:
    question = ask(day=DAY, known_at=known_at)
    return [build_summary(question), build_report(question)]


def test_the_first_workbook_of_a_process_is_like_the_next():
    """XlsxWriter changes the dictionaries that it is given."""
    code = (
        "from reports.workbook.writer import Writer\n"
        "from datetime import datetime, UTC; from hashlib import sha256\n"
        "for _ in range(2):\n"
        "    writer = Writer(datetime(2021, 11, 15, tzinfo=UTC), 'x', ('', ''))\n"
        "    writer.sheet('x', [9])\n"
        "    print(sha256(writer.bytes()).hexdigest())\n"
    )
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kontum_qms.settings"}
    ran = subprocess.run(command, check=True, capture_output=True, timeout=60, env=environment)
    first, second = ran.stdout.split()
    assert first == second
