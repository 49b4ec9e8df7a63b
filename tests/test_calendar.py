"""The calendar and the dossier, in the story of tests/activity_cast.py."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies import actions
from agencies.models import ReorganisationPlan, SuccessorPlan
from agencies.questions import ask
from reports.agenda import Kind, month_beside, month_of, read_month
from reports.dossier import dossier_of
from tests.rounds import open_2021

pytestmark = pytest.mark.django_db


def told(month):
    return [(day, [(item.kind, item.key) for item in items]) for day, items in month.days]


def test_a_month_holds_its_visits_and_deadlines_in_order(activities):
    month = month_of(ask(day=date(2019, 6, 6)), date(2019, 6, 1))
    assert told(month) == [
        (date(2019, 6, 5), [(Kind.VISIT, activities.visits["khcn"].pk)]),
        (date(2019, 6, 10), [(Kind.FINDING, activities.visits["tdc 2019"].pk)]),
    ]


def test_a_finding_open_after_its_deadline_is_carried_over_with_its_days(activities):
    month = month_of(ask(day=date(2019, 10, 10)), date(2019, 10, 1))
    late = [(item.kind, item.day, item.days_late) for item in month.overdue]
    assert late == [(Kind.FINDING, date(2019, 9, 30), 10)]
    assert month_of(ask(day=date(2019, 10, 10)), date(2019, 11, 1)).overdue == ()


def test_a_course_stands_on_its_first_day_once_it_took_place(activities):
    april = date(2020, 4, 1)
    month = month_of(ask(day=date(2020, 4, 15)), april)
    course = (date(2020, 4, 15), [(Kind.COURSE, activities.courses["T2"].pk)])
    assert told(month) == [course]
    assert told(month_of(ask(day=date(2020, 4, 14)), april)) == []


def test_a_round_is_due_with_the_number_of_missing_reports(lan, small_province):
    period = open_2021(lan)
    month = month_of(ask(day=date(2021, 12, 20)), date(2021, 12, 1))
    due = [item for day, items in month.days if day == date(2021, 12, 15) for item in items]
    late = [(item.key, item.days_late) for item in due if item.days_late]
    assert late == [(period.pk, 5)]


def test_months_are_read_strictly():
    assert read_month("2021-11") == date(2021, 11, 1)
    assert (month_beside(date(2021, 12, 1), 1), month_beside(date(1990, 1, 1), -1)) == (
        "2022-01",
        "",
    )
    for text in ("2021-13", "2021-1", "0001-01", "x", "２０２１-11", "2021-11-01"):
        with pytest.raises(ValueError):
            read_month(text)


def test_a_month_that_cannot_be_read_is_named(client, lan, small_province):
    client.force_login(lan)
    response = client.get("/calendar/?month=2021-13")
    assert response.status_code == 400
    assert "2021-13" in response.content.decode()


def test_the_dossier_tells_what_the_agency_did(activities):
    agency = activities.province["CC-TDC"]
    dossier = dossier_of(ask(day=date(2021, 6, 1)), agency)
    visited = [row.visit.visited_on for row in dossier.visits]
    assert visited == [date(2020, 5, 12), date(2019, 5, 10)]
    assert [line.closed_on for row in dossier.visits for line in row.findings] == [date(2019, 7, 1)]
    assert (dossier.attendances, len(dossier.courses)) == (6, 2)


def test_the_dossier_leaves_out_what_came_later(activities):
    agency = activities.province["CC-TDC"]
    dossier = dossier_of(ask(day=date(2019, 6, 20)), agency)
    line = dossier.visits[0].findings[0]
    assert (len(dossier.visits), dossier.attendances) == (1, 2)
    assert (line.closed_on, line.days_late) == (None, 10)


def test_a_dossier_of_no_agency_is_not_found_and_another_agency_s_not_for_a_contact(
    client, lan, mai, small_province
):
    client.force_login(lan)
    assert client.get("/agencies/KHONG-CO/dossier/").status_code == 404
    client.force_login(mai)
    assert client.get("/agencies/SO-NN/dossier/").status_code == 403


def test_a_month_costs_the_same_queries_on_another_day(activities):
    def queries(day):
        with CaptureQueriesContext(connection) as seen:
            month_of(ask(day=day), day.replace(day=1))
        return len(seen)

    assert queries(date(2019, 10, 10)) == queries(date(2021, 2, 10))


def test_a_dossier_tells_of_the_province_before_and_after_a_reform(client, hung, activities):
    renamed = SuccessorPlan(code="SO-NN", predecessors=("SO-NN",), name="Sở Nông nghiệp mới")
    plan = ReorganisationPlan("12/NQ-HĐND", date(2023, 3, 1), (renamed,), dissolved=("CC-TL",))
    actions.apply_reorganisation(plan=plan, by=activities.province.by)
    client.force_login(hung)
    for code in activities.province.agencies:
        for day in ("2009-01-01", "2019-06-01", "2026-01-01"):
            page = client.get(f"/agencies/{code}/dossier/?as_of={day}")
            assert page.status_code == 200, (code, day)


def test_what_was_not_known_yet_is_not_in_the_dossier(activities):
    agency = activities.province["CC-TDC"]
    early = datetime(2019, 5, 1, tzinfo=UTC)
    dossier = dossier_of(ask(day=date(2021, 6, 1), known_at=early), agency)
    assert (dossier.visits, dossier.courses) == ((), ())
