"""A transition's plan: the curve, who is late, targets and forecast, by hand-worked figures."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from agencies.actions import apply_reorganisation, plan_conversions
from agencies.asof import AsOf
from agencies.models import (
    Edition,
    PlannedConversion,
    ReorganisationPlan,
    SuccessorPlan,
    Transition,
    TransitionTarget,
    transition_to,
)
from reports import plans

DAY = date(2021, 3, 31)
PLAN = {
    "SO-KHCN": date(2017, 12, 31),
    "SO-NN": date(2020, 12, 31),
    "CC-TDC": date(2019, 6, 30),
    "CC-KL": date(2021, 3, 30),
    "CC-TL": date(2020, 6, 30),
}


@pytest.fixture
def planned(small_province, lan):
    """The plan of five; THANH-TRA has no day of its own; the deadline is 31/12/2021."""
    transition = transition_to(small_province.edition_2015)
    assert transition is not None
    transition.deadline = date(2021, 12, 31)
    transition.save()
    plan_conversions(transition=transition, days=PLAN, source="KH 1", by=lan)
    return transition


def asked(day):
    return AsOf(day, timezone.now())


def late_of(day, transition):
    rows = plans.planned_agencies(asked(day), transition)
    return {row.standing.code: row.days_late for row in rows if row.days_late}


def test_late_is_who_is_left_after_the_planned_day(planned):
    assert late_of(DAY, planned) == {"SO-NN": 90, "CC-KL": 1}
    # On the planned day itself nobody is late; CC-KL converted on 01/06/2021.
    assert late_of(date(2021, 3, 30), planned) == {"SO-NN": 89}
    assert late_of(date(2021, 6, 1), planned) == {"SO-NN": 152}


def test_without_a_planned_day_the_deadline_counts(planned):
    assert late_of(date(2022, 1, 1), planned) == {"SO-NN": 366, "THANH-TRA": 1}


def test_nobody_is_late_where_nothing_is_planned(small_province):
    transition = transition_to(small_province.edition_2015)
    assert late_of(DAY, transition) == {}


def test_late_by_parent_body(planned):
    rows = plans.planned_agencies(asked(DAY), planned)
    late = plans.late_by_parent(rows)
    found = {parent.parent: [row.standing.code for row in parent.late] for parent in late}
    assert found == {"UBND-TINH": ["SO-NN"], "SO-NN": ["CC-KL"]}


def test_the_exempt_are_not_planned_for(planned):
    codes = {row.standing.code for row in plans.planned_agencies(asked(date(2018, 6, 1)), planned)}
    assert codes == {"SO-KHCN", "SO-NN", "THANH-TRA", "CC-TDC"}


def test_the_curve_sets_the_plan_beside_what_happened(planned):
    rows = plans.planned_agencies(asked(DAY), planned)
    points = {point.day: point for point in plans.curve(rows, asked(DAY), planned)}
    assert min(points) == date(2015, 12, 31)
    assert max(points) == date(2021, 12, 31)
    told = {
        date(2016, 12, 31): (0, 0),
        date(2017, 12, 31): (1, 1),
        date(2019, 6, 30): (2, 1),
        date(2019, 12, 31): (2, 2),
        date(2020, 12, 31): (4, 3),
        DAY: (5, 3),
        date(2021, 6, 30): (5, None),
    }
    assert {day: (points[day].planned, points[day].actual) for day in told} == told


def test_a_transition_still_to_come_has_a_plan_and_no_actual_past(small_province):
    newer = Edition.objects.create(code="TCVN ISO 9001:2026", year=2026)
    transition = Transition.objects.create(
        from_edition=small_province.edition_2015, to_edition=newer, starts_on=date(2027, 1, 1)
    )
    rows = plans.planned_agencies(asked(DAY), transition)
    points = plans.curve(rows, asked(DAY), transition)
    assert [point.actual for point in points if point.day > DAY and point.actual is not None] == []
    assert points[-1].day == date(2027, 1, 1)


def test_targets_are_met_missed_or_to_come(planned, small_province):
    departments, sub = small_province.groups["SO"], small_province.groups["CC"]
    for group, due, count, percent in [
        (departments, date(2017, 12, 31), 1, None),  # 1 of 3: met
        (departments, date(2020, 12, 31), None, "33.34"),  # 1 of 3, wants 2: missed
        (sub, date(2020, 12, 31), None, "66.66"),  # 2 of 3: met
        (None, date(2021, 12, 31), None, "100"),  # 3 of 6 so far
    ]:
        TransitionTarget.objects.create(
            transition=planned, group=group, due_on=due, count=count, percent=percent
        )
    found = [
        (row.target.due_on.year, row.needed, row.counts.converted, row.state)
        for row in plans.targets(asked(DAY), planned)
    ]
    assert found == [
        (2017, 1, 1, "met"),
        (2020, 2, 1, "missed"),
        (2020, 2, 2, "met"),
        (2021, 6, 3, "to_come"),
    ]


def test_too_little_data_below_five_conversions(planned, small_province):
    told = plans.forecast(asked(DAY), small_province.edition_2015)
    # In the 365 days to 31/03/2021 only CC-TL, on 01/09/2020.
    assert (told.left, told.pace, told.has_too_little_data) == (3, 1, True)
    assert told.earliest is told.likely is told.latest is None


def test_the_forecast_by_hand():
    # 10 in a year and 20 left: two years. Garwood's 90 % for 10 is 5.425 to 16.962.
    told = plans.forecast_of(date(2021, 11, 15), 20, 10)
    assert told.likely == date(2021, 11, 15) + timedelta(days=730)
    assert told.earliest is not None
    assert told.latest is not None
    assert (told.earliest - told.day).days == pytest.approx(20 * 365 / 16.962, abs=3)
    assert (told.latest - told.day).days == pytest.approx(20 * 365 / 5.425, abs=8)


@pytest.mark.parametrize(
    ("number", "slow", "fast"),
    [(5, 1.970, 10.513), (10, 5.425, 16.962), (20, 13.255, 29.062), (100, 84.139, 118.079)],
)
def test_the_range_is_close_to_the_exact_one(number, slow, fast):
    assert list(plans.pace_range(number)) == pytest.approx([slow, fast], rel=0.01)


def test_a_pace_too_slow_is_later_than_the_horizon():
    told = plans.forecast_of(date(2021, 1, 1), 90, 5)  # 18 years, at worst 46
    assert told.likely is not None
    assert told.latest is None
    assert told.horizon == date(2021, 1, 1) + timedelta(days=7300)


def test_finished_on_the_last_conversion(small_province):
    told = plans.forecast(asked(date(2019, 1, 1)), small_province.edition_2008)
    assert told.left
    for code in ("SO-NN", "THANH-TRA"):
        facts = small_province.applied(small_province.edition_2015, "1/QĐ", date(2023, 1, 2))
        small_province.record(code, date(2023, 1, 2), facts)
    told = plans.forecast(asked(date(2023, 5, 1)), small_province.edition_2015)
    assert (told.left, told.finished_on) == (0, date(2023, 1, 2))


@given(left=st.integers(1, 3000), pace=st.integers(5, 3000))
def test_the_range_holds_the_point_and_more_conversions_are_not_later(left, pace):
    day = date(2021, 11, 15)
    told, faster = plans.forecast_of(day, left, pace), plans.forecast_of(day, left, pace + 1)
    never = date.max
    ends = [told.earliest or never, told.likely or never, told.latest or never]
    assert ends == sorted(ends)
    sooner = [faster.earliest or never, faster.likely or never, faster.latest or never]
    assert all(a <= b for a, b in zip(sooner, ends, strict=True))
    assert all(end > day for end in ends)


def test_a_changed_plan_keeps_what_was_planned_before(planned, small_province, lan):
    days = {"SO-NN": date(2022, 6, 30), "CC-KL": None, "CC-TL": PLAN["CC-TL"]}
    assert plan_conversions(transition=planned, days=days, source="KH 1", by=lan) == 2
    row = PlannedConversion.objects.get(agency=small_province["SO-NN"])
    history = row.history.order_by("history_id").values_list("planned_on", "history_user__username")
    assert list(history) == [(date(2020, 12, 31), "lan"), (date(2022, 6, 30), "lan")]
    assert not PlannedConversion.objects.filter(agency=small_province["CC-KL"]).exists()


def test_a_plan_answers_for_a_moment_by_what_was_known_of_it_then(planned, lan):
    target = TransitionTarget.objects.create(transition=planned, due_on=DAY, count=2)
    then = asked(DAY)
    plan_conversions(transition=planned, days={"SO-NN": None}, source="KH 2", by=lan)
    target.delete()
    planned.deadline = date(2020, 12, 31)
    planned.save()
    told = {}
    for as_of in (then, asked(DAY)):
        transition = plans.transition_known(as_of, planned.to_edition)
        assert transition is not None
        rows = plans.planned_agencies(as_of, transition)
        late = {row.standing.code: row.days_late for row in rows if row.days_late}
        told[as_of] = (transition.deadline, late, len(plans.targets(as_of, transition)))
    assert list(told.values()) == [
        (date(2021, 12, 31), {"SO-NN": 90, "CC-KL": 1}, 1),
        (date(2020, 12, 31), {"SO-NN": 90, "THANH-TRA": 90, "CC-KL": 1}, 0),
    ]


def test_the_transition_that_migrate_brings_is_known_from_the_beginning(small_province):
    before_all = AsOf(DAY, datetime(2010, 1, 1, tzinfo=UTC))
    found = plans.transition_known(before_all, small_province.edition_2015)
    assert found is not None
    assert (found.starts_on, found.deadline) == (date(2015, 12, 31), None)
    assert plans.transition_known(before_all, small_province.edition_2008) is None


def test_a_wrong_plan_is_refused_whole(planned, lan):
    before = list(PlannedConversion.objects.values_list("planned_on", flat=True))
    for days in ({"SO-NN": date(2022, 1, 1), "X": DAY}, {"SO-NN": DAY, "CC-KL": date(2014, 1, 1)}):
        with pytest.raises(ValidationError):
            plan_conversions(transition=planned, days=days, source="KH 2", by=lan)
    assert list(PlannedConversion.objects.values_list("planned_on", flat=True)) == before


def enter(client, transition, lines, source="KH 2"):
    form = {"transition": transition.pk, "lines": lines, "source": source}
    return client.post("/plans/enter/", form)


def test_a_plan_is_pasted_from_two_columns(planned, client, lan, small_province):
    client.force_login(lan)
    response = enter(client, planned, "so-nn\t30/06/2022\r\nTHANH-TRA  31/12/2021\n\nCC-KL -\n")
    assert response.status_code == 302
    assert response["Location"].startswith("/plans/?edition=")
    told = PlannedConversion.objects.values_list("agency__code", "planned_on")
    assert dict(told) == {
        **{code: day for code, day in PLAN.items() if code != "CC-KL"},
        "SO-NN": date(2022, 6, 30),
        "THANH-TRA": date(2021, 12, 31),
    }


@pytest.mark.parametrize(
    "lines",
    [
        *("SO-NN", "KHONG-CO 30/06/2022", "SO-NN 31/02/2022", "", "\x00", "SO-NN 30/06/9999"),
        *("SO-NN 30/06/2022\nso-nn 1/7/2022", "SO-NN 30/06/2014"),
    ],
)
def test_a_wrong_line_is_told_and_nothing_written(planned, client, lan, lines):
    client.force_login(lan)
    response = enter(client, planned, lines)
    assert response.status_code == 200
    assert response.context["form"].errors["lines"]
    assert PlannedConversion.objects.get(agency__code="SO-NN").planned_on == PLAN["SO-NN"]


def test_the_page_tells_it(planned, client, lan):
    client.force_login(lan)
    page = client.get("/plans/?as_of=2021-03-31").content.decode()
    for said in ("Chi cục Kiểm lâm", "Sở Nông nghiệp", "30/03/2021", "90"):
        assert said in page
    with_plan = client.get("/plans/?as_of=2021-03-31&edition=2008")
    assert with_plan.status_code == 200  # no transition leads there


TRANSITION = {
    "starts_on": "01/01/2027",
    "deadline": "31/12/2029",
    "legal_basis": "Giả định",
    "targets-TOTAL_FORMS": "1",
    "targets-INITIAL_FORMS": "0",
    "targets-0-group": "",
    "targets-0-due_on": "31/12/2028",
    "targets-0-count": "",
    "targets-0-percent": "50",
    "targets-0-source": "",
}


@pytest.fixture
def editions(small_province):
    newer = Edition.objects.create(code="TCVN ISO 9001:2026", year=2026)
    return {"from_edition": small_province.edition_2015.pk, "to_edition": newer.pk}


def test_an_administrator_adds_a_transition_with_its_targets(editions, client, quan):
    client.force_login(quan)
    response = client.post("/admin/agencies/transition/add/", TRANSITION | editions)
    assert response.status_code == 302, response.context["errors"]
    target = TransitionTarget.objects.get()
    assert target.transition.deadline == date(2029, 12, 31)
    assert target.percent == 50
    for url in ("/", "/plans/", "/reports/charts/", "/agencies/", "/reports/summary.xlsx"):
        assert client.get(f"{url}?edition=2026").status_code == 200, url


@pytest.mark.parametrize(
    "wrong",
    [
        {"deadline": "01/01/2027"},
        {"deadline": "31/12/9999"},
        {"targets-0-due_on": "31/12/2026"},
        {"targets-0-due_on": "01/01/2030"},
        {"targets-0-percent": "101"},
        {"targets-0-percent": "-1"},
        {"targets-0-percent": "", "targets-0-count": "-1"},
        {"targets-0-percent": ""},
        {"targets-0-count": "3"},
    ],
)
def test_a_wrong_transition_is_refused(editions, client, quan, wrong):
    client.force_login(quan)
    response = client.post("/admin/agencies/transition/add/", TRANSITION | editions | wrong)
    assert response.status_code == 200
    assert response.context["errors"]
    assert not TransitionTarget.objects.exists()


def test_a_transition_leads_to_a_newer_edition(editions, client, quan):
    client.force_login(quan)
    back = {"from_edition": editions["to_edition"], "to_edition": editions["from_edition"]}
    response = client.post("/admin/agencies/transition/add/", TRANSITION | back)
    assert response.context["errors"]


def test_constraints_bite(planned, small_province):
    for count, percent in [(None, None), (1, 1)]:
        with pytest.raises(IntegrityError), transaction.atomic():
            TransitionTarget.objects.create(
                transition=planned, due_on=DAY, count=count, percent=percent
            )
    TransitionTarget.objects.create(transition=planned, due_on=DAY, count=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        TransitionTarget.objects.create(transition=planned, due_on=DAY, count=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Transition.objects.filter(pk=planned.pk).update(deadline=planned.starts_on)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlannedConversion.objects.create(
            transition=planned, agency=small_province["SO-NN"], planned_on=DAY, source="x"
        )


def test_a_changed_plan_shows_at_once(planned, client, lan):
    client.force_login(lan)
    assert "30/03/2021" in client.get("/plans/?as_of=2021-03-31").content.decode()
    enter(client, planned, "CC-KL 29/03/2021")
    page = client.get("/plans/?as_of=2021-03-31").content.decode()
    assert "29/03/2021" in page
    assert "30/03/2021" not in page


def test_who_is_merged_later_stays_in_the_plan_of_the_past(planned, lan):
    """Five had a day by mid-2021, all six the deadline; in 2023 CC-TL goes into CC-KL."""
    merged = SuccessorPlan(code="CC-KL", predecessors=("CC-KL", "CC-TL"), first_status="anew")
    plan = ReorganisationPlan("12/NQ-HĐND", date(2023, 3, 1), (merged,))
    apply_reorganisation(plan=plan, by=lan)
    days = {date(2021, 6, 30): 5, date(2021, 12, 30): 5, date(2021, 12, 31): 6}
    days |= {date(2023, 2, 28): 6, date(2023, 3, 1): 5, date(2024, 1, 1): 5, date(2030, 1, 1): 5}
    assert plans.planned_by(days, asked(date(2024, 1, 1)), planned) == days


def test_a_target_of_more_agencies_than_there_are_is_refused(planned, small_province):
    group = small_province.groups["SO"]
    TransitionTarget(transition=planned, group=group, due_on=DAY, count=3).full_clean()
    for whom, count, number in ((group, 4, 3), (None, 7, 6)):
        target = TransitionTarget(transition=planned, group=whom, due_on=DAY, count=count)
        with pytest.raises(ValidationError, match=f"{count} .* {number}"):
            target.full_clean()
