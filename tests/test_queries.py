"""Query counts of pages and roll-ups, held to a baseline; none grows with the agencies."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.models import Inspection, ReportingPeriod, Step, Training
from agencies.models import StatusRecord, User
from agencies.questions import ask
from reports.freezing import freeze_submission

BASELINE = Path(__file__).with_name("query_counts.json")
AS_OF = "as_of=2021-11-15"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kon_tum")]


def pages() -> dict[str, str]:
    record = StatusRecord.objects.believed().get(agency__code="X031", valid_to=None)
    first, second = (sent_report(day) for day in (date(2020, 12, 31), date(2021, 11, 15)))
    round_pk = ReportingPeriod.objects.latest("starts_on").pk
    report = Step.objects.filter(kind="submitted", report__period=round_pk).latest("pk").report_id
    change = reverse("agencies:correct-status", args=["X031", record.pk])
    visit, course = Inspection.objects.earliest("pk").pk, Training.objects.latest("pk").pk
    return {
        "dashboard": f"/?{AS_OF}",
        "charts": f"/reports/charts/?{AS_OF}",
        "list": f"/agencies/?{AS_OF}",
        "list, found": f"/agencies/?{AS_OF}&q=dak+ha&group=CAP_XA",
        "list, found by decision": f"/agencies/?{AS_OF}&q=166/qd-ubnd",
        "list, printed": f"/agencies/?{AS_OF}&print=1",
        "agency": f"/agencies/X031/?{AS_OF}",
        "agency with corrections": f"/agencies/CT05/?{AS_OF}",
        "record a status": "/agencies/X031/status/record/",
        "correct a status": change,
        "change the roster": "/agencies/X031/roster/change/",
        "reports": f"/reports/?{AS_OF}",
        "compare": f"/reports/compare/?{AS_OF}",
        "compare, knowledge": f"/reports/compare/?{AS_OF}&then=2021-11-15&then_known_at=2020-12-31",
        "compare, both": f"/reports/compare/?{AS_OF}&then=2020-12-31&then_known_at=2020-12-31",
        "changes": f"/reports/changes/?{AS_OF}&then=2021-11-15",
        "changes, both": f"/reports/changes/?{AS_OF}&then=2020-12-31&then_known_at=2020-12-31",
        "changes as a file": (
            f"/reports/changes/?{AS_OF}&then=2020-12-31&then_known_at=2020-12-31&format=xlsx"
        ),
        "calendar": f"/calendar/?{AS_OF}",
        "dossier": f"/agencies/X031/dossier/?{AS_OF}",
        "plans": f"/plans/?{AS_OF}",
        "plans, with a duty": f"/plans/?{AS_OF}&only=duty",
        "dashboard, with a duty": f"/?{AS_OF}&only=duty",
        "reconciliation": "/reports/reconciliation/",
        "sent reports": "/reports/submissions/",
        "freeze and send": f"/reports/submissions/new/?{AS_OF}",
        "sent report": f"/reports/submissions/{second}/",
        "sent report, again": f"/reports/submissions/{second}/again/",
        "sent reports, compared": f"/reports/submissions/compare/?first={first}&second={second}",
        "word report": f"/reports/word/?{AS_OF}",
        "word report as a file": f"/reports/word/report.docx?{AS_OF}",
        "reorganisations": "/reorganisations/",
        "compose": "/reorganisations/compose/?chosen=X031,X023,X035",
        "excel in and out": "/agencies/exchange/workbook/",
        "workbook": f"/reports/workbook.xlsx?{AS_OF}",
        "work list": f"/to-do/?{AS_OF}",
        "help": "/help/counting/",
        "reminders sent": "/activities/reminders/",
        "reporting rounds": f"/activities/rounds/?{AS_OF}",
        "reporting round": f"{reverse('activities:round', args=[round_pk])}?{AS_OF}",
        "review a report": reverse("activities:report-review", args=[report]),
        "enter a paper report": reverse("activities:paper-report", args=[round_pk, "X031"]),
        "summary": f"/reports/summary.xlsx?{AS_OF}",
        "activities": f"/activities/?{AS_OF}",
        "inspections": f"/activities/inspections/?{AS_OF}",
        "visit": f"/activities/inspections/visits/{visit}/?{AS_OF}",
        "add a plan": "/activities/inspections/plans/add/?year=2021",
        "add a visit": "/activities/inspections/visits/add/",
        "training": f"/activities/training/?{AS_OF}",
        "course": f"/activities/training/{course}/?{AS_OF}",
        "list as a file": f"/reports/agencies.xlsx?{AS_OF}&q=dak&sort=-since",
    }


def sent_report(day: date) -> int:
    by = User.objects.get(username="chuyenvien")
    return freeze_submission(question=ask(day=day), title="x", reason="x", by=by).pk


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    # What PostgreSQL locks by a statement, SQLite locks by beginning. When a session was seen
    # last is written every few minutes.
    apart = ("LOCK TABLE", 'UPDATE "agencies_signedin"')
    return sum(not any(part in query["sql"] for part in apart) for query in queries)


def test_query_counts_are_those_of_the_baseline(client):
    """To take a new baseline, delete the file, run this test once, and read the difference."""
    client.force_login(User.objects.get(username="chuyenvien"))
    counts = {}
    for name, url in pages().items():
        client.get(url)  # the first visit also fills the session
        cache.clear()
        counts[name] = queries_of(client, url)
        if (again := queries_of(client, url)) != counts[name]:
            counts[f"{name}, kept"] = again
    if not BASELINE.exists():
        BASELINE.write_text(json.dumps(counts, indent=2) + "\n", "utf-8")
        pytest.fail("a new baseline was written; read it and commit it")
    assert counts == json.loads(BASELINE.read_text("utf-8"))
