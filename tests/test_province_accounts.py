"""An account that keeps one province sees and edits that province alone."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from activities import actions as activity_actions
from activities.models import Finding, Inspection, InspectionPlan, Training, TrainingTopic
from agencies import actions
from agencies.exchange import BadWorkbook
from agencies.models import Entry, Role, Stage, StatusFacts, StatusRecord, Transition, User
from agencies.permissions import Act, may
from tests.two_provinces import MOVED
from tests.workbooks import XA, write_workbook

BUILDING = StatusFacts(Stage.BUILDING)
DAY = date(2021, 5, 4)

pytestmark = pytest.mark.usefixtures("two_provinces")


def codes(page):
    return [row.record.code for row in page.context["table"].rows]


def test_pages_are_narrowed_to_the_own_province(client, binh, giang):
    client.force_login(binh)
    page = client.get("/agencies/?as_of=2020-12-31")
    assert codes(page) == ["KT-SO1", "KT-SO2"]
    assert 'name="province"' not in page.content.decode()
    assert "Kon Tum" in page.content.decode()
    dashboard = client.get("/?as_of=2020-12-31").content.decode()
    assert "01/02" in dashboard
    assert "Gia Lai" not in dashboard
    client.force_login(giang)  # what was kept for Bình is not shown to Giang
    assert "01/03" in client.get("/?as_of=2020-12-31").content.decode()


def test_what_a_reader_of_all_chose_is_drawn_otherwise_than_what_one_must(client, lan, binh):
    client.force_login(lan)
    assert '<select name="province"' in client.get("/?province=KT").content.decode()
    client.force_login(binh)
    assert '<select name="province"' not in client.get("/?province=KT").content.decode()


def test_asking_about_another_province_is_refused_in_words(client, binh):
    client.force_login(binh)
    for address in ("/?province=GL", "/agencies/?province=KT&province=GL"):
        refused = client.get(address)
        assert refused.status_code == 403
        assert "Kon Tum" in refused.content.decode()
    assert client.get("/?province=KT").status_code == 200


def test_agencies_that_never_were_in_the_province_are_not_found(client, binh, giang):
    client.force_login(binh)
    for part in ("", "status/record/", "roster/change/", "lifetime/", "dossier/"):
        assert client.get(f"/agencies/GL-SO1/{part}").status_code == 404
        assert client.get(f"/agencies/TW/{part}").status_code == 404
    assert client.get("/agencies/BIEN/").status_code == 200  # was theirs until 2020
    client.force_login(giang)
    assert client.get("/agencies/BIEN/").status_code == 200


def test_a_status_is_recorded_in_the_own_province_alone(two_provinces, binh, giang):
    own, other = two_provinces["KT-SO1"], two_provinces["GL-SO1"]
    actions.record_status(agency=own, valid_from=DAY, facts=BUILDING, by=binh)
    before = StatusRecord.objects.count()
    with pytest.raises(ValidationError, match="GL-SO1"):
        actions.record_status(agency=other, valid_from=DAY, facts=BUILDING, by=binh)
    with pytest.raises(ValidationError, match="BIEN"):  # of Gia Lai by that day
        actions.record_status(
            agency=two_provinces["BIEN"], valid_from=DAY, facts=StatusFacts("withdrawn"), by=binh
        )
    assert StatusRecord.objects.count() == before
    actions.record_status(
        agency=two_provinces["BIEN"], valid_from=DAY, facts=StatusFacts("withdrawn"), by=giang
    )


def test_a_correction_of_days_in_both_provinces_is_neithers(two_provinces, binh, giang, lan):
    record = StatusRecord.objects.believed().get(agency=two_provinces["BIEN"], stage="building")
    said = {
        "record": record,
        "valid_from": record.valid_from,
        "facts": StatusFacts("withdrawn"),
        "reason": "Sai",
    }
    for by in (binh, giang):
        with pytest.raises(ValidationError, match="BIEN"):
            actions.correct_status_record(**said, by=by)
    actions.correct_status_record(**said, by=lan)


def test_nobody_takes_a_body_from_another_province_or_gives_one_away(two_provinces, binh, giang):
    kon_tum = two_provinces.provinces["KT"].pk
    taken = two_provinces.facts("GL-XA", province_id=kon_tum)
    for code, facts, by in [
        ("GL-XA", taken, binh),
        ("GL-XA", taken, giang),
        ("GL-XA", two_provinces.facts("GL-XA", name="Xã khác"), binh),
    ]:
        with pytest.raises(ValidationError, match=code):
            actions.change_roster(agency=two_provinces[code], valid_from=DAY, facts=facts, by=by)
    with pytest.raises(ValidationError, match="MOI"):
        actions.add_agency(code="MOI", facts=taken, valid_from=DAY, by=giang)
    actions.add_agency(code="MOI", facts=taken, valid_from=DAY, by=binh)


def test_several_at_once_are_all_refused_for_one_of_them(two_provinces, binh):
    both = [two_provinces["KT-SO1"], two_provinces["GL-XA"]]
    with pytest.raises(ValidationError, match="GL-XA"):
        actions.record_statuses(agencies=both, valid_from=DAY, facts=BUILDING, by=binh)


def test_an_act_on_another_province_is_not_undone(client, two_provinces, binh):
    entry = Entry.objects.filter(statusrecords_recorded__agency=two_provinces["GL-SO1"]).latest(
        "pk"
    )
    with pytest.raises(ValidationError, match="GL-SO1"):
        actions.undo_entry(entry=entry, by=binh, reason="x")
    client.force_login(binh)
    assert client.get(f"/agencies/entries/{entry.pk}/undo/").status_code == 404
    move = Entry.objects.filter(rosterrecords_recorded__valid_from=MOVED).get()
    assert client.get(f"/agencies/entries/{move.pk}/undo/").status_code == 200
    with pytest.raises(ValidationError, match="BIEN"):
        actions.undo_entry(entry=move, by=binh, reason="x")


def test_plans_are_of_the_own_province(two_provinces, binh):
    transition = Transition.objects.get(to_edition__year=2015)
    days = {"GL-SO1": date(2021, 6, 1)}
    with pytest.raises(ValidationError, match="GL-SO1"):
        actions.plan_conversions(transition=transition, days=days, source="x", by=binh)
    days = {"KT-SO2": date(2021, 6, 1)}
    assert actions.plan_conversions(transition=transition, days=days, source="x", by=binh) == 1


def visit_to(agency, by, day=DAY):
    visit = Inspection(agency=agency, visited_on=day, form="on_file", team="Lan")
    return activity_actions.record_visit(visit=visit, by=by)


def test_visits_and_findings_are_of_the_province_of_the_day(client, two_provinces, binh, giang):
    with pytest.raises(ValidationError, match="GL-SO1"):
        visit_to(two_provinces["GL-SO1"], binh)
    own = visit_to(two_provinces["KT-SO1"], binh)
    with pytest.raises(ValidationError, match="KT-SO1"):
        activity_actions.record_finding(finding=Finding(inspection=own, text="x"), by=giang)
    with pytest.raises(ValidationError, match="KT-SO1"):
        activity_actions.cancel_visit(visit=own, reason="x", by=giang)
    own.agency = two_provinces["GL-SO1"]
    with pytest.raises(ValidationError):
        activity_actions.record_visit(visit=own, by=binh)
    client.force_login(giang)
    assert client.get(f"/activities/inspections/visits/{own.pk}/").status_code == 404
    assert client.get(f"/activities/inspections/visits/{own.pk}/edit/").status_code == 404
    before = visit_to(two_provinces["BIEN"], binh, date(2019, 5, 4))
    finding = Finding(inspection=before, text="Thiếu")
    activity_actions.record_finding(finding=finding, by=giang)  # whose it is today
    assert client.get("/activities/inspections/?year=2019").status_code == 200


def test_figures_of_activities_are_of_the_scope(two_provinces, lan):
    from activities import rollups

    visit_to(two_provinces["BIEN"], lan, date(2019, 5, 4))
    visit_to(two_provinces["KT-SO1"], lan)
    visit_to(two_provinces["GL-SO1"], lan)
    now = timezone.now()
    day = date(2021, 12, 31)
    made = {
        scope: [
            one.standing.code
            for one in rollups.visits(two_provinces.asked(*scope, day=day, known_at=now))
        ]
        for scope in [("KT",), ("GL",), ()]
    }
    assert made == {
        ("KT",): ["BIEN", "KT-SO1"],
        ("GL",): ["GL-SO1"],
        (): ["BIEN", "KT-SO1", "GL-SO1"],
    }


def test_a_plan_of_inspections_that_names_another_province_is_not_changed(two_provinces, lan, binh):
    plan = InspectionPlan(year=2021, decision_number="9/QĐ", decision_date=date(2021, 1, 5))
    forms = {two_provinces["KT-SO1"]: "on_file", two_provinces["GL-SO1"]: "on_file"}
    activity_actions.record_plan(plan=plan, forms=forms, by=lan)
    own = {two_provinces["KT-SO1"]: "on_file"}
    with pytest.raises(ValidationError, match="GL-SO1"):
        activity_actions.record_plan(plan=plan, forms=own, by=binh, reason="x")
    new = InspectionPlan(year=2021, decision_number="10/QĐ", decision_date=date(2021, 1, 5))
    with pytest.raises(ValidationError, match="GL-XA"):
        activity_actions.record_plan(plan=new, forms={two_provinces["GL-XA"]: "on_file"}, by=binh)


def test_courses_take_attendances_of_the_own_province(client, two_provinces, lan, binh, giang):
    topic = TrainingTopic.objects.all()[0]
    course = Training(title="Lớp", topic=topic, starts_on=DAY, ends_on=DAY)
    activity_actions.record_training(training=course, by=binh)
    numbers = {two_provinces["GL-SO1"]: 3}
    with pytest.raises(ValidationError, match="GL-SO1"):
        activity_actions.record_attendances(training=course, numbers=numbers, by=binh)
    activity_actions.record_attendances(
        training=course, numbers={two_provinces["KT-SO1"]: 2}, by=binh
    )
    client.force_login(giang)
    assert client.get(f"/activities/training/{course.pk}/").status_code == 404
    client.force_login(binh)
    assert client.get(f"/activities/training/{course.pk}/").status_code == 200


def test_what_is_common_to_all_is_not_theirs(binh, two_provinces):
    with pytest.raises(ValidationError, match="Kon Tum"):
        activity_actions.write_checklist(year=2022, items=["a"], by=binh)
    end = date(2021, 12, 14)
    facts = activity_actions.PeriodFacts(date(2020, 12, 15), end, end, date(2021, 12, 15))
    with pytest.raises(ValidationError, match="Kon Tum"):
        activity_actions.open_period(facts=facts, by=binh)


def test_nobody_who_keeps_one_province_administers_or_audits(two_provinces):
    for role in (Role.ADMINISTRATOR, Role.HEAD):
        user = User(username="x", role=role, province=two_provinces.provinces["KT"])
        assert not may(user, Act.ADMINISTER)
        assert not may(user, Act.AUDIT)
        assert may(user, Act.VIEW)


def test_an_administrator_or_a_contact_keeps_no_province(two_provinces):
    province = two_provinces.provinces["KT"]
    for role, agency in ((Role.ADMINISTRATOR, None), (Role.CONTACT, two_provinces["KT-SO1"])):
        user = User(username="x", role=role, agency=agency, province=province)
        user.set_unusable_password()
        with pytest.raises(ValidationError) as refused:
            user.full_clean()
        assert "province" in refused.value.error_dict


def test_a_workbook_of_another_province_is_not_imported(tmp_path, two_provinces, binh):
    rows = [("GL-XA", "đang xây dựng", None, DAY, None, None, None, None)]
    with pytest.raises(BadWorkbook) as bad:
        actions.import_file(file=write_workbook(tmp_path / "a.xlsx", statuses=rows), by=binh)
    assert bad.value.problems[0].row == 2
    rows = [("KT-SO2", "đang xây dựng", None, DAY, None, None, None, None)]
    done = actions.import_file(file=write_workbook(tmp_path / "b.xlsx", statuses=rows), by=binh)
    assert done.entry is not None
    with pytest.raises(BadWorkbook, match="Kon Tum"):
        actions.import_file(file=write_workbook(tmp_path / "c.xlsx", groups=[XA]), by=binh)
