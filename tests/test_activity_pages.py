"""Pages of inspections and training as their readers use them."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from activities import actions
from activities.models import (
    Finding,
    Inspection,
    InspectionPlan,
    PlannedInspection,
    Training,
    checklist_of,
)
from activities.row_versions import versions_of
from agencies.models import Evidence
from tests.documents import upload
from tests.rounds import open_2021

AS_OF = {"as_of": "2021-11-15"}


@pytest.fixture
def officer(client, lan, settings, tmp_path):
    """Lan's browser, in English."""
    settings.MEDIA_ROOT = tmp_path
    client.cookies["django_language"] = "en"
    client.force_login(lan)
    with translation.override("en"):
        yield client


def at(name, *args):
    return reverse(f"activities:{name}", args=args)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def visit_data(agency, **other):
    return {
        "agency": agency.pk,
        "visited_on": "04/05/2021",
        "form": "at_office",
        "team": "An",
        "checklist_year": "2021",
        "outcome0": "met",
        "outcome4": "not_met",
        "note4": "chưa tổ chức",
        **other,
    }


def test_a_year_lists_visits_planned_and_not_and_who_is_left(officer, activities):
    page = text(officer.get(at("inspections"), {**AS_OF, "year": "2019"}))
    assert "12/QĐ-UBND" in page
    assert "agencies planned: 04, not yet inspected: 01" in page
    assert "Chi cục Thủy lợi</a>" in page
    page = text(officer.get(at("inspections"), {**AS_OF, "year": "2020"}))
    assert "unplanned" in page
    assert "No plan of 2020 is on record." in page


def test_years_to_choose_are_those_with_visits_a_plan_or_the_day(officer, activities):
    years = officer.get(at("inspections"), AS_OF).context["years"]
    assert years == [(2019, 3), (2020, 1), (2021, 0)]


@pytest.mark.parametrize("year", ["hai nghìn", "99999", "-1", ""])
def test_a_year_that_is_none_is_the_year_of_the_day(officer, activities, year):
    response = officer.get(at("inspections"), {**AS_OF, "year": year})
    assert response.context["year"] == 2021


def test_a_visit_is_recorded_with_its_checklist(officer, small_province):
    agency = small_province["SO-NN"]
    sent = officer.post(at("visit-add"), visit_data(agency))
    visit = Inspection.objects.get()
    assert sent.url == at("visit", visit.pk)
    checked = visit.checked()
    assert checked[0][1:] == ("met", "")
    assert checked[4] == ("Đánh giá nội bộ", "not met", "chưa tổ chức")
    assert [text for text, _outcome, _note in checked] == checklist_of(2021)
    assert visit.history.get().history_user.username == "lan"


def test_a_refused_visit_keeps_what_was_typed(officer, small_province):
    data = visit_data(small_province["CC-TL"], visited_on="01/01/2018", remarks="Đã xem")
    page = text(officer.post(at("visit-add"), data))
    assert "CC-TL did not exist on 01/01/2018." in page
    assert "Đã xem" in page
    assert not Inspection.objects.exists()


def test_the_checklist_of_the_visits_year_is_asked(officer, small_province):
    officer.post(at("checklist", 2022), {"items": "Mục mới"})
    data = visit_data(small_province["SO-NN"], visited_on="04/05/2022")
    page = officer.post(at("visit-add"), data)
    assert "Another checklist holds in 2022" in text(page)
    assert not Inspection.objects.exists()
    data |= {"checklist_year": "2022"}
    officer.post(at("visit-add"), data)
    assert Inspection.objects.get().checked() == [("Mục mới", "met", "")]


def test_the_second_editor_is_told_and_loses_nothing(officer, activities, quan):
    visit = activities.visits["khcn"]
    url = at("visit-edit", visit.pk)
    form = officer.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data["visited_on"] = "05/06/2019"
    data["team"] = data["team"].replace("\n", "\r\n")  # as browsers send it
    visit.remarks = "Của người khác"
    visit._history_user = quan
    visit.save()

    told = officer.post(url, data | {"rating": "good"})
    assert told.status_code == 409
    assert "Somebody else was faster" in text(told)
    assert "Của người khác" in text(told)
    form = told.context["form"]
    drawn = {name: form[name].value() or "" for name in form.fields}
    assert officer.post(url, drawn).status_code == 302
    after = Inspection.objects.get(pk=visit.pk)
    assert (after.rating, after.remarks) == ("good", "Của người khác")
    last = versions_of(after, timezone.now())[0]
    assert [one.label for one in last.changed] == ["rating"]


def test_a_finding_is_closed_with_its_document(officer, activities, hung):
    finding = activities.findings["F2"]
    data = {"closed_on": "02/10/2019", "closing_note": "Đã ban hành", "document": upload()}
    sent = officer.post(at("finding-close", finding.pk), data)
    assert sent.url == at("visit", finding.inspection_id)
    finding.refresh_from_db()
    assert (finding.closed_on, finding.evidence) == (date(2019, 10, 2), Evidence.objects.get())
    page = text(officer.get(sent.url, AS_OF))
    assert finding.evidence.name in page
    assert "Đã ban hành" in page
    officer.force_login(hung)
    response = officer.get(reverse("agencies:evidence", args=[finding.evidence_id]))
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"%PDF")


def test_a_closing_before_the_visit_is_refused_and_keeps_the_document(officer, activities):
    finding = activities.findings["F2"]
    data = {"closed_on": "19/08/2019", "document": upload()}
    page = officer.post(at("finding-close", finding.pk), data)
    assert "not closed before the visit on 20/08/2019" in text(page)
    assert page.context["form"].attached == Evidence.objects.get()
    finding.refresh_from_db()
    assert finding.closed_on is None


def test_a_document_without_a_closing_is_refused(officer, activities):
    page = officer.post(at("finding-close", activities.findings["F2"].pk), {"document": upload()})
    assert "say since when" in text(page)


def test_a_plan_is_written_changed_and_shown(officer, small_province):
    nn, tdc = (small_province[code].pk for code in ("SO-NN", "CC-TDC"))
    data = {"year": "2021", "decision_number": "9/QĐ-UBND", "decision_date": "05/01/2021"}
    sent = officer.post(
        at("plan-add"), {**data, f"agency{nn}": "at_office", f"agency{tdc}": "on_file"}
    )
    plan = InspectionPlan.objects.get()
    assert sent.url == at("plan", plan.pk)
    page = text(officer.get(sent.url, AS_OF))
    assert "Agencies planned: 02, not yet inspected: 02" in page
    form = officer.get(at("plan-edit", plan.pk)).context["form"]
    seen = form["seen"].value()
    data |= {f"agency{nn}": "on_file", "seen": seen}
    refused = officer.post(at("plan-edit", plan.pk), data)
    assert "A cancellation needs a reason." in text(refused)
    officer.post(at("plan-edit", plan.pk), {**data, "reason": "Đã sáp nhập"})
    standing = PlannedInspection.objects.values_list("agency", "form", "cancelled_reason")
    assert set(standing) == {(nn, "on_file", ""), (tdc, "on_file", "Đã sáp nhập")}


def test_two_editors_of_one_plan_both_find_their_agencies_on_it(officer, activities, quan):
    plan, url = activities.plan, at("plan-edit", activities.plan.pk)
    form = officer.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data["decision_date"] = "01/02/2019"
    kl, thanh_tra = (activities.province[code] for code in ("CC-KL", "THANH-TRA"))
    listed = {row.agency: row.form for row in plan.planned.select_related("agency")}
    actions.record_plan(plan=plan, forms={**listed, kl: "on_file"}, by=quan)

    told = officer.post(url, {**data, f"agency{thanh_tra.pk}": "at_office"})
    assert told.status_code == 409
    form = told.context["form"]
    drawn = {name: form[name].value() or "" for name in form.fields}
    assert officer.post(url, drawn).status_code == 302
    standing = plan.planned.filter(cancelled_reason="").values_list("agency", flat=True)
    assert set(standing) == {*(agency.pk for agency in listed), kl.pk, thanh_tra.pk}


def test_a_plan_without_an_agency_is_refused(officer, small_province):
    data = {"year": "2021", "decision_number": "9/QĐ-UBND", "decision_date": "05/01/2021"}
    assert "Choose at least one agency." in text(officer.post(at("plan-add"), data))
    assert not InspectionPlan.objects.exists()


def test_a_cancelled_visit_stays_with_its_reason_and_is_not_counted(officer, activities):
    visit = activities.visits["khcn"]
    officer.post(at("visit-cancel", visit.pk), {"reason": "Đoàn không đến"})
    page = text(officer.get(at("visit", visit.pk), AS_OF))
    assert "Cancelled; it counts no more" in page
    assert "Đoàn không đến" in page
    assert len(officer.get(at("inspections"), {"year": "2019"}).context["visits"]) == 2


def test_a_finding_taken_back_stays_among_who_recorded_what(officer, activities):
    finding = activities.findings["F2"]
    url = at("visit", finding.inspection_id)
    officer.post(at("finding-cancel", finding.pk), {"reason": "Ghi nhầm cơ quan"})
    page = officer.get(url, AS_OF)
    assert page.context["findings"] == []
    assert "Ghi nhầm cơ quan" in text(page)


def test_a_finding_closed_after_the_day_says_so(officer, activities):
    url = at("visit", activities.visits["tdc 2019"].pk)
    page = text(officer.get(url, {"as_of": "2019-06-11"}))
    assert "Overdue" in page
    assert "(on 11/06/2019; closed on 01/07/2019)" in page
    assert "Overdue" not in text(officer.get(url, {"as_of": "2019-07-01"}))


def test_a_course_says_who_wrote_how_many_attendances(officer, activities):
    page = text(officer.get(at("training", activities.courses["T1"].pk), AS_OF))
    assert "attendances of 02 agencies" in page


def test_a_visit_that_was_not_known_yet_is_not_found(officer, activities):
    url = at("visit", activities.visits["tdc 2020"].pk)
    assert officer.get(url, {"known_at": "2021-01-31"}).status_code == 404
    assert officer.get(url, {"known_at": "2021-02-02"}).status_code == 200


def test_the_minutes_say_what_was_checked_and_found(officer, activities):
    page = text(officer.get(at("minutes", activities.visits["tl"].pk), AS_OF))
    assert "ngày 20 tháng 8 năm 2019" in page
    assert "Chi cục Thủy lợi<" in page
    assert "Chưa có mục tiêu chất lượng" in page
    assert "Xem xét của lãnh đạo" in page
    assert "Độc lập - Tự do - Hạnh phúc" in page


def test_a_course_is_recorded_and_filled_by_hand(officer, small_province, activities):
    topic = activities.courses["T1"].topic
    data = {"title": "Lớp mới", "topic": topic.pk, "starts_on": "04/05/2021"}
    page = officer.post(at("training-add"), {**data, "ends_on": "03/05/2021"})
    assert "The last day is before the first." in text(page)
    officer.post(at("training-add"), {**data, "ends_on": "04/05/2021"})
    course = Training.objects.get(title="Lớp mới")
    url = at("attendance-enter", course.pk)
    agency = small_province["SO-NN"].pk
    seen = officer.get(url).context["form"]["seen"].value()
    for wrong in ("-1", "501", "hai"):
        assert officer.post(url, {"agency": agency, "number": wrong}).status_code == 200
    assert not course.attendances.exists()
    assert officer.post(url, {"agency": agency, "number": "3", "seen": seen}).status_code == 302
    page = text(officer.get(at("training", course.pk), AS_OF))
    assert "03 attendances from 01 agencies" in page


def test_courses_ahead_are_named_and_not_counted(officer, activities):
    page = officer.get(at("trainings"), {"as_of": "2020-04-14"})
    assert [course.title for course in page.context["ahead"]] == ["Lớp T2"]
    assert page.context["totals"].attendances == 5


def test_a_form_sent_after_its_session_ended_writes_nothing(officer, small_province):
    data = visit_data(small_province["SO-NN"], draw_again="1")
    assert officer.post(at("visit-add"), data).status_code == 200
    assert not Inspection.objects.exists()


def test_nobody_is_left_out_of_history(activities):
    for model in (Inspection, Finding, Training, InspectionPlan, PlannedInspection):
        written = set(model.history.values_list("id", flat=True))
        assert written == set(model.objects.values_list("pk", flat=True)), model
        assert not model.history.filter(history_date__gt=timezone.now()).exists()


def test_the_dashboard_fetches_the_figures_as_a_line(client, lan, activities):
    client.force_login(lan)
    assert b'hx-get="/activities/' in client.get("/?as_of=2021-11-15").content
    page = client.get("/activities/?as_of=2021-11-15")
    line = client.get("/activities/?as_of=2021-11-15", headers={"HX-Request": "true"})
    assert page["Vary"] == line["Vary"] != ""
    assert b"<html" not in line.content
    totals = page.context["totals"]
    assert f"{totals.visits:02d} lượt kiểm tra" in line.content.decode()


def test_the_first_page_leads_to_every_part_with_its_figures(officer, activities, lan):
    period = open_2021(lan)
    page = officer.get(at("index"), {"as_of": "2021-12-20"})
    totals, reports = page.context["totals"], page.context["reports"]
    assert (totals.visits, totals.attendances, totals.overdue) == (4, 10, 1)
    assert (reports.received, reports.expected, reports.missing) == (0, 6, 6)
    for name in ("inspections", "trainings", "rounds", "reminders"):
        assert f'href="{at(name)}?' in page.content.decode(), name
    assert f'href="{at("round", period.pk)}?' in page.content.decode()
    assert 'href="/plans/?' in page.content.decode()
    before = officer.get(at("index"), {"as_of": "2019-12-31"})
    assert before.context["period"] is None
