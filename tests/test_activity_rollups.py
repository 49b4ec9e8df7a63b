"""Numbers about inspections and training against the story in tests/activity_cast.py."""

import random
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from activities import actions, rollups
from activities.models import Finding, Inspection, Training
from activities.readings import Period
from activities.rollups import ActivityTotals
from agencies.actions import change_roster, demonstration_entries_at
from agencies.asof import AsOf
from agencies.models import RosterFacts
from agencies.models.status import DEMONSTRATION
from tests.activity_cast import new_visit
from tests.small_province import COUNTED, morning

END_OF_2020 = date(2020, 12, 31)


@pytest.fixture
def now():
    return AsOf(date(2021, 12, 31), timezone.now())


def told(rows):
    return [(row.key, row.visits, row.agencies) for row in rows]


def trained(rows):
    return [(row.key, row.courses, row.attendances, row.agencies) for row in rows]


def test_visits_and_agencies_are_counted_apart(activities, now):
    assert told(rollups.visits_by_year(now)) == [("2019", 3, 3), ("2020", 1, 1)]
    assert told(rollups.visits_by_group(now)) == [("SO", 1, 1), ("CC", 3, 2)]
    assert told(rollups.visits_by_form(now)) == [("at_office", 3, 2), ("on_file", 1, 1)]


def test_a_period_names_its_first_and_its_last_day(activities, now):
    period = Period(date(2019, 5, 10), date(2019, 6, 5))
    assert told(rollups.visits_by_year(now, period)) == [("2019", 2, 2)]
    assert rollups.visits_by_year(now, Period(date(2021, 1, 1))) == ()


def test_what_came_after_the_day_is_not_counted(activities, now):
    assert told(rollups.visits_by_year(now.on(date(2019, 8, 19)))) == [("2019", 2, 2)]
    assert trained(rollups.attendances_by_year(now.on(date(2020, 4, 14)))) == [("2019", 1, 5, 2)]


def test_totals_as_a_dashboard_asks_for_them(activities, now):
    assert rollups.activity_totals(now) == ActivityTotals(4, 3, 2, 10, 1)
    assert rollups.activity_totals(now, date(2020, 1, 1)) == ActivityTotals(1, 1, 1, 5, 1)


def test_a_visit_entered_late_is_not_known_before(activities):
    known = [AsOf(END_OF_2020, morning(2021, 1, 31)), AsOf(END_OF_2020, morning(2021, 2, 2))]
    assert [rollups.activity_totals(as_of).visits for as_of in known] == [3, 4]


def test_an_answer_for_a_past_knowledge_does_not_change_later(activities, lan):
    then = AsOf(END_OF_2020, morning(2021, 2, 2))
    before = answers(then)
    visit = Inspection.objects.get(pk=activities.visits["tl"].pk)
    visit.form, visit.visited_on = "at_office", date(2019, 8, 21)
    actions.record_visit(visit=visit, by=lan)
    actions.cancel_visit(visit=activities.visits["khcn"], reason="Nhầm cơ quan", by=lan)
    course = activities.courses["T1"]
    actions.record_attendances(training=course, numbers={activities.province["SO-KHCN"]: 9}, by=lan)
    actions.cancel_training(training=activities.courses["T2"], reason="Hoãn", by=lan)
    finding = activities.findings["F2"]
    finding.closed_on, finding.closing_note = date(2019, 9, 1), "Đã xong"
    actions.record_finding(finding=finding, by=lan)

    assert answers(then) == before
    assert rollups.activity_totals(AsOf(END_OF_2020, timezone.now())) == ActivityTotals(
        visits=3, agencies_visited=2, courses=1, attendances=11, overdue=0
    )


def answers(as_of):
    asked = (
        rollups.visits_by_year,
        rollups.visits_by_group,
        rollups.visits_by_form,
        rollups.attendances_by_year,
        rollups.attendances_by_group,
        rollups.attendances_by_topic,
        rollups.overdue_findings,
        rollups.activity_totals,
    )
    return [ask(as_of) for ask in asked]


def test_name_group_and_parent_are_those_of_the_day_of_the_visit(activities, now, lan):
    province = activities.province
    facts = RosterFacts("Chi cục TĐC", province.groups["SO"].pk, province["UBND-TINH"].pk)
    change_roster(agency=province["CC-TDC"], valid_from=date(2020, 1, 1), facts=facts, by=lan)
    now = AsOf(now.day, timezone.now())

    assert told(rollups.visits_by_group(now)) == [("SO", 2, 2), ("CC", 2, 2)]
    names = {visit.pk: visit.standing.name for visit in rollups.visits(now)}
    assert names[activities.visits["tdc 2019"].pk] == "Chi cục Tiêu chuẩn Đo lường"
    assert names[activities.visits["tdc 2020"].pk] == "Chi cục TĐC"
    assert names[activities.visits["tl"].pk] == "Chi cục Thủy lợi"


def test_overdue_findings_stand_under_the_parent_of_the_day(activities, now):
    (row,) = rollups.overdue_findings(now)
    assert (row.code, [one.text for one in row.findings]) == (
        "SO-NN",
        ["Chưa có mục tiêu chất lượng"],
    )
    on = [rollups.overdue_findings(now.on(date(2019, 6, day))) for day in (10, 11)]
    assert [len(rows) for rows in on] == [0, 1]  # due on the 10th, overdue from the 11th
    assert rollups.overdue_findings(now.on(date(2019, 7, 1))) == ()  # put right on that day


def test_a_closing_is_known_once_it_was_entered(activities):
    day = date(2019, 7, 1)
    known = [AsOf(day, morning(2019, 7, 1)), AsOf(day, morning(2019, 7, 3))]
    assert [len(rollups.overdue_findings(as_of)) for as_of in known] == [1, 0]


def test_open_findings_without_a_deadline_are_never_overdue(activities, now):
    assert [row.pk for row in rollups.open_findings(now)] == [
        activities.findings["F2"].pk,
        activities.findings["F3"].pk,
    ]


def test_who_was_planned_and_not_inspected(activities, now):
    left = rollups.not_yet_inspected(now, 2019)
    assert [(row.standing.code, row.form) for row in left] == [("SO-NN", "at_office")]
    by_may = rollups.not_yet_inspected(now.on(date(2019, 5, 31)), 2019)
    assert [row.standing.code for row in by_may] == ["CC-TL", "SO-KHCN", "SO-NN"]
    assert rollups.planned_inspections(now.on(date(2019, 1, 31)), 2019) == ()


def test_visits_are_planned_where_a_plan_of_their_year_names_the_agency(activities, now):
    planned = {visit.pk: visit.is_planned for visit in rollups.visits(now)}
    assert planned == {
        activities.visits["tdc 2019"].pk: True,
        activities.visits["khcn"].pk: True,
        activities.visits["tl"].pk: True,
        activities.visits["tdc 2020"].pk: False,
    }


def test_a_cancelled_plan_plans_nothing(activities, now, lan):
    actions.cancel_plan(plan=activities.plan, reason="Thay bằng quyết định khác", by=lan)
    now = AsOf(now.day, timezone.now())
    assert not any(visit.is_planned for visit in rollups.visits(now))
    assert rollups.planned_inspections(now, 2019) == ()


def test_attendances_by_year_group_and_topic(activities, now):
    assert trained(rollups.attendances_by_year(now)) == [("2019", 1, 5, 2), ("2020", 1, 5, 2)]
    assert trained(rollups.attendances_by_group(now)) == [("SO", 1, 3, 1), ("CC", 2, 7, 2)]
    topics = rollups.attendances_by_topic(now)
    assert [(row.label, row.attendances) for row in topics] == [
        ("Nhận thức chung về TCVN ISO 9001", 5),
        ("Xây dựng, chuyển đổi HTQLCL", 5),
    ]


def test_courses_carry_their_attendances(activities, now):
    held = rollups.courses(now)
    assert [(course.title, course.attendances, course.agencies) for course in held] == [
        ("Lớp T1", 5, 2),
        ("Lớp T2", 5, 2),
    ]


def test_a_course_nobody_came_to_is_a_course(activities, now, lan):
    topic = activities.courses["T1"].topic
    empty = Training(title="Trống", topic=topic, starts_on=END_OF_2020, ends_on=END_OF_2020)
    actions.record_training(training=empty, by=lan)
    actions.record_attendances(training=empty, numbers={activities.province["SO-NN"]: 0}, by=lan)
    totals = rollups.activity_totals(AsOf(now.day, timezone.now()))
    assert (totals.courses, totals.attendances) == (3, 10)


def test_a_clock_that_was_set_back_rewrites_no_answer(activities, lan):
    late = AsOf(END_OF_2020, morning(2021, 2, 2))
    before = rollups.activity_totals(late)
    with demonstration_entries_at(morning(2018, 1, 1)):
        visit = new_visit(activities.province, "SO-NN", date(2017, 3, 1))
        actions.record_visit(visit=visit, by=lan)
    assert (
        visit.history.get().history_date > activities.visits["tdc 2020"].history.get().history_date
    )
    early = AsOf(END_OF_2020, morning(2020, 1, 1))
    assert rollups.activity_totals(early).visits == 3
    assert before.visits == 4


def random_act(draw, activities, by):
    """Do one thing that an officer does; what is refused writes nothing."""
    province = activities.province
    visits, courses = list(Inspection.objects.all()), list(Training.objects.all())
    visit, course = draw.choice(visits), draw.choice(courses)
    agency = province[draw.choice(COUNTED)]
    kind = draw.choice(["visit", "move", "cancel", "attend", "attend", "find", "close"])
    if kind == "visit":
        day = date(2019, 1, 1) + timedelta(draw.randrange(700))
        actions.record_visit(visit=new_visit(province, agency.code, day, "on_file"), by=by)
    elif kind == "move":
        visit.visited_on += timedelta(draw.randrange(-9, 9))
        actions.record_visit(visit=visit, by=by)
    elif kind == "cancel":
        actions.cancel_visit(visit=visit, reason="Nhầm", by=by)
    elif kind == "attend":
        numbers = {agency: draw.randrange(6)}
        actions.record_attendances(training=course, numbers=numbers, by=by)
    elif kind == "find":
        deadline = visit.visited_on + timedelta(draw.randrange(60))
        finding = Finding(inspection=visit, text="Thiếu", deadline=deadline)
        actions.record_finding(finding=finding, by=by)
    else:
        finding = draw.choice(list(Finding.objects.select_related("inspection")))
        finding.closed_on = finding.inspection.visited_on + timedelta(draw.randrange(90))
        finding.closing_note = "Đã xong"
        actions.record_finding(finding=finding, by=by)


@pytest.mark.parametrize("seed", range(3))
def test_what_was_answered_once_is_answered_ever_after(activities, lan, seed):
    draw, told = random.Random(seed), []
    for _step in range(25):
        with suppress(ValidationError):
            random_act(draw, activities, lan)
        day = date(2019, 3, 1) + timedelta(draw.randrange(800))
        asked = AsOf(day, timezone.now())
        told.append((asked, answers(asked)))
    assert len({str(answer) for _asked, answer in told}) > 10
    assert [answers(asked) for asked, _answer in told] == [answer for _asked, answer in told]


@pytest.mark.usefixtures("kon_tum")
@pytest.mark.django_db
class TestDemonstration:
    def test_the_article_reads_90_visits_and_1067_attendances_as_known_on_its_day(self):
        day = date(2021, 11, 15)
        then = rollups.activity_totals(AsOf(day, morning(2021, 11, 15)))
        assert then == rollups.activity_totals(AsOf(day, timezone.now()))
        assert (then.visits, then.attendances) == (90, 1067)
        assert then == ActivityTotals(90, 75, 16, 1067, 15)

    def test_all_visits_are_of_2015_to_2021_and_marked_as_illustrative(self):
        years = rollups.visits_by_year(AsOf(date(2021, 11, 15), timezone.now()))
        assert [row.visits for row in years] == [10, 12, 14, 14, 16, 10, 14]
        assert set(Inspection.objects.values_list("source", flat=True)) == {DEMONSTRATION}
        assert set(Training.objects.values_list("source", flat=True)) == {DEMONSTRATION}
