"""A file made for an AsOf is the same bytes later, whatever is entered afterwards."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from agencies import actions
from agencies.models import (
    Agency,
    ReorganisationPlan,
    Stage,
    StatusFacts,
    StatusRecord,
    SuccessorPlan,
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
from reports.summary import build_summary

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


@pytest.mark.parametrize("known_at", [datetime(2021, 11, 15, 10, tzinfo=UTC), None])
def test_a_summary_is_the_same_bytes_after_everything_that_is_entered_later(kon_tum, lan, known_at):
    known_at = known_at or timezone.now()
    before = build_summary(ask(day=DAY, known_at=known_at))
    later_acts(lan)
    assert Publication.objects.count() == 2
    assert build_summary(ask(day=DAY, known_at=known_at)) == before
    assert build_summary(ask(day=DAY)) != before


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
