"""Acts on ordinary rows: what is refused with the reason, and that every version stays."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from activities import actions
from activities.actions import StaleRow, last_version
from activities.models import (
    Attendance,
    ChecklistItem,
    Finding,
    Inspection,
    InspectionPlan,
    PlannedInspection,
    Training,
    TrainingTopic,
    checklist_of,
)
from activities.row_versions import versions_of
from activities.training_template import sheet_to_fill
from agencies.actions import apply_reorganisation, keep_evidence, plan_undo
from agencies.actions.evidence import WAITS
from agencies.models import Agency, Edition, Evidence, ReorganisationPlan, SuccessorPlan
from tests.activity_cast import new_visit
from tests.documents import upload


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def refused(call, **how) -> str:
    """Return why an act was refused; nothing of it is written."""
    count = [model.history.count() for model in (Inspection, Finding, Attendance, Training)]
    with pytest.raises(ValidationError) as error:
        call(**how)
    assert [m.history.count() for m in (Inspection, Finding, Attendance, Training)] == count
    return " ".join(error.value.messages)


def test_a_visit_before_the_agency_existed(small_province, lan):
    visit = new_visit(small_province, "CC-TL", date(2018, 6, 30))
    said = refused(actions.record_visit, visit=visit, by=lan)
    assert said == "CC-TL did not exist on 30/06/2018."


def dissolve(province, code, day, by):
    plan = ReorganisationPlan("9/NQ-HĐND", day, dissolved=(code,))
    apply_reorganisation(plan=plan, by=by)


def test_a_visit_after_the_agency_was_closed(small_province, lan):
    dissolve(small_province, "CC-TL", date(2022, 3, 1), lan)
    visit = new_visit(small_province, "CC-TL", date(2022, 3, 1))
    said = refused(actions.record_visit, visit=visit, by=lan)
    assert said == "CC-TL did not exist on 01/03/2022."
    visit.visited_on = date(2022, 2, 28)  # its last day
    actions.record_visit(visit=visit, by=lan)


def test_a_visit_to_a_closed_agency_is_refused_on_the_page_with_the_reason(
    client, small_province, lan
):
    dissolve(small_province, "CC-TL", date(2022, 3, 1), lan)
    client.force_login(lan)
    said = {
        "agency": small_province["CC-TL"].pk,
        "visited_on": "01/03/2022",
        "form": "on_file",
        "team": "Nguyễn Văn An",
    }
    page = client.post(reverse("activities:visit-add"), said)
    assert page.status_code == 200
    assert "CC-TL" in str(page.context["form"].errors["visited_on"])
    assert not Inspection.objects.exists()


def test_attendance_of_an_agency_after_it_was_closed(small_province, lan):
    dissolve(small_province, "CC-TL", date(2022, 3, 1), lan)
    topic, day = TrainingTopic.objects.all()[0], date(2022, 3, 1)
    course = Training(title="Lớp", topic=topic, starts_on=day, ends_on=day)
    actions.record_training(training=course, by=lan)
    numbers = {small_province["CC-TL"]: 2}
    said = refused(actions.record_attendances, training=course, numbers=numbers, by=lan)
    assert said == "These agencies did not exist on 01/03/2022: CC-TL."


def test_a_visit_in_the_future(small_province, lan):
    visit = new_visit(small_province, "CC-TL", timezone.localdate() + timedelta(1))
    assert "lies in the future" in refused(actions.record_visit, visit=visit, by=lan)


def test_two_visits_to_one_agency_on_one_day(activities, lan):
    visit = new_visit(activities.province, "CC-TDC", date(2019, 5, 10), "on_file")
    said = refused(actions.record_visit, visit=visit, by=lan)
    assert said == "A visit to this agency on this day is on record."
    actions.cancel_visit(visit=activities.visits["tdc 2019"], reason="Nhầm", by=lan)
    actions.record_visit(visit=visit, by=lan)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("deadline", "The deadline is before the visit on 10/05/2019."),
        ("closed_on", "A finding is not closed before the visit on 10/05/2019."),
    ],
)
def test_a_finding_whose_days_come_before_the_visit(activities, lan, field, said):
    days = {field: date(2019, 5, 9)}
    finding = Finding(inspection=activities.visits["tdc 2019"], text="Chưa có", **days)
    assert refused(actions.record_finding, finding=finding, by=lan) == said


def test_a_visit_is_not_moved_behind_its_findings(activities, lan):
    visit = activities.visits["tdc 2019"]
    visit.visited_on = date(2019, 6, 11)
    assert "before the visit" in refused(actions.record_visit, visit=visit, by=lan)


def test_a_closing_says_how_or_shows_it(activities, lan):
    finding = activities.findings["F2"]
    finding.closed_on = date(2019, 9, 1)
    assert "how it was put right" in refused(actions.record_finding, finding=finding, by=lan)
    finding.refresh_from_db()
    assert finding.closed_on is None


def test_a_visit_against_an_edition_of_later(small_province, lan):
    later = Edition.objects.create(code="TCVN ISO 9001:2026", year=2026)
    agency, day = small_province["SO-NN"], date(2012, 5, 5)
    visit = Inspection(agency=agency, visited_on=day, form="on_file", edition=later)
    said = refused(actions.record_visit, visit=visit, by=lan)
    assert "2026 did not exist on 05/05/2012" in said


def test_a_closing_in_the_future(activities, lan):
    finding = activities.findings["F2"]
    finding.closed_on = timezone.localdate() + timedelta(1)
    assert "lies in the future" in refused(actions.record_finding, finding=finding, by=lan)


def test_a_plan_for_an_agency_that_does_not_exist_in_the_year(small_province, lan):
    plan = InspectionPlan(year=2017, decision_number="1/QĐ", decision_date=date(2017, 1, 5))
    forms = {small_province["CC-TL"]: "on_file", small_province["SO-NN"]: "on_file"}
    said = refused(actions.record_plan, plan=plan, forms=forms, by=lan)
    assert said == "These agencies do not exist in 2017: CC-TL."
    assert not InspectionPlan.objects.exists()


def test_one_agency_on_two_plans_of_a_year(activities, lan):
    plan = InspectionPlan(year=2019, decision_number="2/QĐ", decision_date=date(2019, 6, 5))
    forms = {activities.province["SO-NN"]: "on_file"}
    said = refused(actions.record_plan, plan=plan, forms=forms, by=lan)
    assert said == "These agencies stand on another plan of the year: SO-NN."


def test_an_agency_leaves_a_plan_with_a_reason_and_stays_on_record(activities, lan):
    forms = {activities.province[code]: "at_office" for code in ("CC-TDC", "SO-KHCN", "CC-TL")}
    act = {"plan": activities.plan, "forms": forms, "by": lan}
    assert refused(actions.record_plan, **act) == "A cancellation needs a reason."
    actions.record_plan(**act, reason="Đang thanh tra")
    left = PlannedInspection.objects.get(agency=activities.province["SO-NN"])
    assert left.cancelled_reason == "Đang thanh tra"
    assert PlannedInspection.objects.get(agency=activities.province["CC-TL"]).form == "at_office"


@pytest.mark.parametrize("number", [-1, 501])
def test_attendances_out_of_bounds(activities, lan, number):
    numbers = {activities.province["SO-NN"]: number}
    course = activities.courses["T1"]
    said = refused(actions.record_attendances, training=course, numbers=numbers, by=lan)
    assert said == f"SO-NN: {number} attendances; 0 to 500 are allowed."


def test_the_database_holds_the_bounds_too(activities):
    row = Attendance(
        training=activities.courses["T1"], agency=activities.province["SO-NN"], number=501
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_one_agency_twice_on_a_course_is_refused_by_the_database(activities):
    row = Attendance(
        training=activities.courses["T1"], agency=activities.province["CC-TDC"], number=1
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_attendance_of_an_agency_before_it_existed(small_province, lan):
    day = date(2018, 6, 30)
    topic = TrainingTopic.objects.all()[0]
    course = Training(title="Lớp", topic=topic, starts_on=day, ends_on=day)
    actions.record_training(training=course, by=lan)
    numbers = {small_province["CC-TL"]: 2}
    said = refused(actions.record_attendances, training=course, numbers=numbers, by=lan)
    assert said == "These agencies did not exist on 30/06/2018: CC-TL."


def test_attendance_before_the_course_begins(activities, lan):
    course = activities.courses["T1"]
    course.starts_on = course.ends_on = timezone.localdate() + timedelta(7)
    actions.record_training(training=course, by=lan)
    numbers = {activities.province["SO-NN"]: 1}
    said = refused(actions.record_attendances, training=course, numbers=numbers, by=lan)
    assert "attendances are recorded once it began" in said


def test_a_course_that_ends_before_it_begins(activities, lan):
    course = activities.courses["T2"]
    course.ends_on = date(2020, 4, 14)
    said = refused(actions.record_training, training=course, by=lan)
    assert "The last day is before the first." in said


def test_what_is_cancelled_needs_a_reason_stays_and_changes_no_more(activities, lan):
    visit = activities.visits["khcn"]
    assert refused(actions.cancel_visit, visit=visit, reason=" ", by=lan) == (
        "A cancellation needs a reason."
    )
    actions.cancel_visit(visit=visit, reason="Đoàn không đến", by=lan)
    assert Inspection.objects.get(pk=visit.pk).cancelled_reason == "Đoàn không đến"
    assert "changes no more" in refused(actions.record_visit, visit=visit, by=lan)
    finding = activities.findings["F3"]
    assert "changes no more" in refused(actions.record_finding, finding=finding, by=lan)


def test_the_second_of_two_editors_is_told(activities, lan, small_province):
    seen = last_version(activities.visits["khcn"])
    mine, theirs = (Inspection.objects.get(pk=activities.visits["khcn"].pk) for _n in range(2))
    theirs.remarks = "Duy trì tốt"
    actions.record_visit(visit=theirs, by=small_province.by, seen=seen)
    mine.rating = "good"
    with pytest.raises(StaleRow) as stale:
        actions.record_visit(visit=mine, by=lan, seen=seen)
    assert [version.remarks for version in stale.value.versions] == ["Duy trì tốt"]
    assert Inspection.objects.get(pk=mine.pk).rating == ""


def test_versions_say_who_changed_what(activities, lan):
    visit = Inspection.objects.get(pk=activities.visits["khcn"].pk)
    visit.rating, visit.form = "good", "on_file"
    actions.record_visit(visit=visit, by=lan)
    last, first = versions_of(visit, timezone.now())
    assert (last.by, first.is_first) == ("Lan", True)
    assert {(one.label, one.old, one.new) for one in last.changed} == {
        ("form", "at the office", "on file"),
        ("rating", "(empty)", "good"),
    }


def test_attendances_written_in_bulk_keep_their_versions(activities, lan):
    tdc, nn = activities.province["CC-TDC"], activities.province["SO-NN"]
    changed = actions.record_attendances(
        training=activities.courses["T1"], numbers={tdc: 5, nn: 1}, by=lan
    )
    assert changed == 2
    row = Attendance.objects.get(training=activities.courses["T1"], agency=tdc)
    kept = row.history.order_by("history_id").values_list("number", "history_user__username")
    assert list(kept) == [(2, activities.province.by.username), (5, "lan")]
    assert (
        actions.record_attendances(training=activities.courses["T1"], numbers={tdc: 5}, by=lan) == 0
    )


def test_a_checklist_holds_from_its_year_on(db, lan):
    shipped = checklist_of(2021)
    assert len(shipped) == 7
    actions.write_checklist(year=2022, items=["Ban Chỉ đạo", " ", "Đánh giá nội bộ"], by=lan)
    assert checklist_of(2021) == shipped
    assert checklist_of(2022) == checklist_of(2030) == ["Ban Chỉ đạo", "Đánh giá nội bộ"]
    actions.write_checklist(year=2022, items=["Đánh giá nội bộ"], by=lan)
    assert checklist_of(2022) == ["Đánh giá nội bộ"]
    assert ChecklistItem.history.filter(history_type="-", history_user=lan).count() == 1


@pytest.mark.parametrize(
    ("items", "said"),
    [([" "], "at least one"), (["Một", "một"], "twice"), ([f"Mục {n}" for n in range(41)], "40")],
)
def test_a_checklist_that_is_refused(db, lan, items, said):
    assert said in refused(actions.write_checklist, year=2022, items=items, by=lan)
    assert not ChecklistItem.objects.filter(year=2022).exists()


def test_an_edited_checklist_leaves_the_minutes_as_they_were(activities, lan):
    actions.write_checklist(year=2019, items=["Chỉ một mục"], by=lan)
    assert len(Inspection.objects.get(pk=activities.visits["khcn"].pk).checked()) == 7


def test_a_document_that_a_finding_names_or_named_is_not_removed(
    activities, lan, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    first, second, third = (keep_evidence(file=upload(), by=lan) for _n in range(3))
    finding = activities.findings["F2"]
    for document in (first, second):
        finding.closed_on, finding.evidence = date(2019, 9, 1), document
        actions.record_finding(finding=finding, by=lan)
    Evidence.objects.update(kept_at=timezone.now() - 2 * WAITS)
    keep_evidence(file=upload(), by=lan)
    kept = set(Evidence.objects.values_list("pk", flat=True))
    assert {first.pk, second.pk} <= kept
    assert third.pk not in kept
    assert first.is_named


def test_what_happened_at_a_successor_stands_in_the_way_of_undoing_until_taken_back(
    activities, lan
):
    province = activities.province
    merged = SuccessorPlan(
        code="CC-MOI",
        predecessors=("CC-KL", "CC-TL"),
        name="Chi cục Kiểm lâm và Thủy lợi",
        group="CC",
        parent="SO-NN",
        first_status="anew",
    )
    plan = ReorganisationPlan("5/NQ-HĐND", date(2022, 3, 1), (merged,))
    event = apply_reorganisation(plan=plan, by=lan)
    province.agencies["CC-MOI"] = Agency.objects.get(code="CC-MOI")
    visit = new_visit(province, "CC-MOI", date(2022, 5, 4))
    actions.record_visit(visit=visit, by=lan)
    topic = TrainingTopic.objects.all()[0]
    day = date(2022, 5, 5)
    course = Training(title="Lớp", topic=topic, starts_on=day, ends_on=day)
    actions.record_training(training=course, by=lan)
    actions.record_attendances(training=course, numbers={province["CC-MOI"]: 2}, by=lan)

    refusals = plan_undo(event.entry).refused
    assert len(refusals) == 2
    actions.cancel_visit(visit=visit, reason="Hoàn tác sắp xếp", by=lan)
    actions.record_attendances(training=course, numbers={province["CC-MOI"]: 0}, by=lan)
    assert plan_undo(event.entry).refused == []


def test_a_sheet_of_attendances_is_no_workbook_of_agencies(client, activities, lan):
    content = sheet_to_fill("Lớp", [("SO-NN", "Sở Nông nghiệp")], timezone.localtime())
    file = SimpleUploadedFile("tham-du.xlsx", content)
    kept = actions.keep_sheet(file=file, training=activities.courses["T1"], by=lan)
    client.force_login(lan)
    assert client.get(reverse("agencies:import", args=[kept.pk])).status_code == 404
    assert client.get(reverse("reports:reorganisation-file", args=[kept.pk])).status_code == 404
