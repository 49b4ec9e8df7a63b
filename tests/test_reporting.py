"""A round from its opening to its acceptances, on the small province."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from activities.actions import (
    PeriodFacts,
    ReportFacts,
    StaleReport,
    accept_report,
    change_period,
    open_period,
    return_report,
    save_draft,
    submit_report,
    yearly_default,
)
from activities.actions.reporting_checks import next_working_day
from activities.models import ReportingPeriod, SelfAssessment, State, Step
from activities.round_pages import outlook
from agencies.actions import record_status, undo_entry
from agencies.actions.entries import StaleForm
from agencies.models import Entry, Role, StatusFacts, StatusRecord, User
from tests.rounds import FACTS_2021, at, not_started_facts, open_2021, standing_facts, submit_at


@pytest.fixture
def period(lan, small_province):
    return open_2021(lan)


@pytest.fixture
def submitted(period, mai, small_province):
    """Mai's report, which claims what stands, handed in on time."""
    facts = standing_facts(small_province)
    return submit_at(at(2021, 12, 10), period, mai.agency, facts, mai)


def refused(error):
    """Return the words of a refusal, by field where it has fields."""
    return getattr(error.value, "message_dict", None) or error.value.messages


def nothing_written(act):
    """Run an act that is refused and check that no row was written."""
    before = (SelfAssessment.objects.count(), Step.objects.count(), Entry.objects.count())
    with pytest.raises(ValidationError) as error:
        act()
    after = (SelfAssessment.objects.count(), Step.objects.count(), Entry.objects.count())
    assert after == before
    return refused(error)


# The round


def test_the_yearly_habit_is_due_the_working_day_after_the_cut_off(db):
    first = yearly_default(date(2021, 11, 15))
    assert first == PeriodFacts(
        date(2020, 12, 15), date(2021, 12, 14), date(2021, 12, 14), date(2021, 12, 15)
    )
    assert yearly_default(date(2021, 12, 15)).starts_on == date(2021, 12, 15)
    assert next_working_day(date(2024, 12, 13)) == date(2024, 12, 16)  # a Friday


def test_the_next_round_follows_the_last_one(period):
    assert yearly_default(timezone.localdate()).starts_on == date(2021, 12, 15)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_on": date(2020, 12, 15)}, "ends_on"),
        ({"ends_on": date(2031, 12, 15)}, "ends_on"),
        ({"cut_off": date(2020, 12, 14)}, "cut_off"),
        ({"cut_off": date(2021, 12, 15)}, "cut_off"),
        ({"due_on": date(2021, 12, 14)}, "due_on"),
        ({"due_on": date(2030, 12, 14)}, "due_on"),
    ],
)
def test_days_that_do_not_fit_are_refused_by_field(lan, changed, field):
    with pytest.raises(ValidationError) as error:
        open_period(facts=replace(FACTS_2021, **changed), by=lan)
    assert field in refused(error)
    assert not ReportingPeriod.objects.exists()


def test_rounds_do_not_overlap(period, lan):
    facts = replace(FACTS_2021, starts_on=date(2021, 12, 14), ends_on=date(2022, 12, 14))
    facts = replace(facts, cut_off=date(2022, 12, 14), due_on=date(2022, 12, 15))
    with pytest.raises(ValidationError) as error:
        open_period(facts=facts, by=lan)
    assert "15/12/2020 – 14/12/2021" in refused(error)["starts_on"][0]
    open_period(facts=replace(facts, starts_on=date(2021, 12, 15)), by=lan)


def test_a_round_is_changed_and_keeps_who_changed_it(period, lan):
    change_period(period=period, facts=replace(FACTS_2021, due_on=date(2021, 12, 20)), by=lan)
    period.refresh_from_db()
    assert period.due_on == date(2021, 12, 20)
    assert [row.history_user for row in period.history.all()] == [lan, lan]


def test_two_who_change_a_round_are_told(period, lan):
    seen = period.history.latest().pk
    facts = replace(FACTS_2021, due_on=date(2021, 12, 20))
    change_period(period=period, facts=facts, by=lan, seen=seen)
    later = replace(FACTS_2021, due_on=date(2021, 12, 31))
    with pytest.raises(ValidationError) as error:
        change_period(period=period, facts=later, by=lan, seen=seen)
    assert "Lan" in refused(error)[0]
    period.refresh_from_db()
    assert period.due_on == date(2021, 12, 20)


def test_the_database_refuses_what_the_action_would(period):
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportingPeriod.objects.create(**vars(replace(FACTS_2021, due_on=date(2021, 1, 1))))
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportingPeriod.objects.create(**vars(FACTS_2021))


def test_only_officers_open_rounds(mai, hung):
    for person in (mai, hung):
        with pytest.raises(ValidationError):
            open_period(facts=FACTS_2021, by=person)


# Draft and submission


def test_a_draft_may_be_incomplete_and_is_edited_by_its_contact(period, mai):
    report = save_draft(period=period, agency=mai.agency, facts=ReportFacts(), by=mai)
    assert (report.state, report.version, report.edited_by) == (State.DRAFT, 1, mai)
    facts = ReportFacts(difficulties="Thiếu người")
    save_draft(period=period, agency=mai.agency, facts=facts, by=mai, seen=1)
    report.refresh_from_db()
    assert (report.version, report.difficulties) == (2, "Thiếu người")
    assert [row.difficulties for row in report.history.all()] == ["Thiếu người", ""]


def test_a_report_says_what_is_asked_before_it_is_submitted(period, mai):
    def submit(facts):
        return nothing_written(
            lambda: submit_report(period=period, agency=mai.agency, facts=facts, by=mai)
        )

    assert set(submit(ReportFacts())) == {"stage", "no_evidence_reason"}
    applied = ReportFacts(stage="applied", no_evidence_reason="x")
    assert set(submit(applied)) == {"edition", "decision_number", "decision_date", "procedures"}
    assert set(submit(replace(applied, stage="building"))) == {"holds_from"}


@pytest.mark.parametrize(
    ("field", "day"),
    [
        ("audit_on", date(2999, 1, 1)),
        ("audit_on", date(2020, 12, 14)),
        ("audit_on", date(2021, 12, 15)),
        ("review_on", date(2999, 1, 1)),
        ("review_on", date(1999, 1, 1)),
        ("decision_date", date(2999, 1, 1)),
        ("decision_date", date(2014, 12, 31)),
        ("holds_from", date(2019, 9, 29)),
    ],
)
def test_days_that_cannot_be_true_are_refused_in_a_draft_too(
    period, mai, small_province, field, day
):
    facts = standing_facts(small_province, **{field: day})
    for act in (save_draft, submit_report):
        said = nothing_written(
            lambda act=act: act(period=period, agency=mai.agency, facts=facts, by=mai)
        )
        assert set(said) == {field}


def test_nothing_is_submitted_before_the_period_begins(period, mai, small_province):
    facts = not_started_facts()
    said = nothing_written(lambda: submit_at(at(2020, 12, 14), period, mai.agency, facts, mai))
    assert "15/12/2020" in said[0]
    submit_at(at(2020, 12, 15, hour=0), period, mai.agency, facts, mai)


def test_who_does_not_exist_or_is_exempt_has_nothing_to_report(period, lan, small_province):
    facts = not_started_facts()
    small_province.add("MOI", "Sở Mới", date(2022, 1, 1), "SO", "UBND-TINH")
    exempt = StatusFacts("exempt", note="Không có thủ tục")
    record_status(agency=small_province["SO-NN"], valid_from=date(2021, 1, 1), facts=exempt, by=lan)
    for code, words in (("MOI", "14/12/2021"), ("SO-NN", "14/12/2021"), ("UBND-TINH", "")):
        contact = User.objects.create_user(
            f"dm-{code}", role=Role.CONTACT, agency=small_province[code]
        )
        said = nothing_written(
            lambda contact=contact: save_draft(
                period=period, agency=contact.agency, facts=facts, by=contact
            )
        )
        assert words in said[0]


def test_a_contact_reports_for_no_other_agency(period, mai, hung, small_province):
    for person in (mai, hung):
        nothing_written(
            lambda person=person: save_draft(
                period=period, agency=small_province["SO-NN"], facts=ReportFacts(), by=person
            )
        )


def test_a_submitted_report_is_edited_only_once_it_was_returned(submitted, mai, lan):
    said = nothing_written(
        lambda: save_draft(period=submitted.period, agency=mai.agency, facts=ReportFacts(), by=mai)
    )
    assert "10/12/2021" in said[0]
    return_report(report=submitted, remark="Thiếu ngày đánh giá nội bộ", by=lan)
    save_draft(period=submitted.period, agency=mai.agency, facts=ReportFacts(), by=mai)


def test_two_people_who_edit_are_told_of_each_other(period, mai, small_province):
    facts = ReportFacts(difficulties="Một")
    save_draft(period=period, agency=mai.agency, facts=facts, by=mai, seen=0)
    with pytest.raises(StaleReport) as stale:
        save_draft(
            period=period, agency=mai.agency, facts=ReportFacts(difficulties="Hai"), by=mai, seen=0
        )
    assert stale.value.report.difficulties == "Một"
    assert SelfAssessment.objects.get().difficulties == "Một"


def test_the_database_keeps_one_report_for_agency_and_period(submitted, mai):
    second = SelfAssessment(
        period=submitted.period,
        agency=mai.agency,
        begun_at=timezone.now(),
        edited_at=timezone.now(),
        edited_by=mai,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


# Paper


def test_an_officer_enters_a_paper_report(period, lan, mai, small_province):
    facts = standing_facts(small_province)
    report = submit_report(
        period=period,
        agency=mai.agency,
        facts=facts,
        by=lan,
        paper_received_on=date(2021, 12, 15),
    )
    step = report.steps.get()
    assert (step.is_paper, step.received_on, step.by) == (True, date(2021, 12, 15), lan)


def test_a_paper_has_the_day_it_came_and_an_officer_who_enters_it(period, lan, mai, small_province):
    facts = standing_facts(small_province)

    def enter(by, **other):
        return nothing_written(
            lambda: submit_report(period=period, agency=mai.agency, facts=facts, by=by, **other)
        )

    assert set(enter(lan, paper_received_on=date(2999, 1, 1))) == {"received_on"}
    assert set(enter(lan, paper_received_on=date(2020, 12, 14))) == {"received_on"}
    enter(mai, paper_received_on=date(2021, 12, 15))
    enter(lan)  # an officer hands in nothing but paper


# Review


def test_acceptance_of_what_stands_changes_no_status(submitted, lan):
    entries, records = Entry.objects.count(), StatusRecord.objects.count()
    step = accept_report(report=submitted, by=lan)
    assert (step.kind, step.entry) == (State.ACCEPTED, None)
    assert (Entry.objects.count(), StatusRecord.objects.count()) == (entries, records)
    assert submitted.state == State.ACCEPTED


def claim_conversion(period, small_province, **other):
    """Let SO-NN, which stands on 2008, claim 2015 from 01/11/2021."""
    contact = User.objects.create_user("nn", role=Role.CONTACT, agency=small_province["SO-NN"])
    claimed = {
        "decision_number": "77/QĐ-SNN",
        "decision_date": date(2021, 10, 25),
        "holds_from": date(2021, 11, 1),
        "procedures": 17,
    }
    facts = standing_facts(small_province, **{**claimed, **other})
    return submit_at(at(2021, 12, 9), period, contact.agency, facts, contact)


def test_acceptance_records_what_is_claimed_under_one_entry(period, lan, small_province):
    report = claim_conversion(period, small_province)
    entries = Entry.objects.count()
    step = accept_report(report=report, by=lan, remark="Đủ hồ sơ")
    assert step.entry is not None
    assert Entry.objects.count() == entries + 1
    record = StatusRecord.objects.get(recorded=step.entry, valid_from=date(2021, 11, 1))
    assert record.agency == small_province["SO-NN"]
    assert (record.stage, record.edition) == ("applied", small_province.edition_2015)
    assert (record.decision_number, record.procedures) == ("77/QĐ-SNN", 17)
    assert record.effective_date == date(2021, 11, 1)
    assert step.entry.by == lan
    assert "15/12/2020" in step.entry.reason


def test_a_claim_the_action_refuses_is_not_accepted(period, lan, small_province):
    other_number = {"decision_number": "99/QĐ-SNN", "edition_id": small_province.edition_2008.pk}
    days = {"decision_date": date(2012, 6, 1), "holds_from": date(2012, 6, 1)}
    report = claim_conversion(period, small_province, **other_number, **days)
    said = nothing_written(lambda: accept_report(report=report, by=lan))
    assert "01/06/2012" in said[0]
    assert report.state == State.SUBMITTED


def test_a_claim_of_no_day_that_differs_is_refused(period, lan, mai):
    report = submit_at(at(2021, 12, 9), period, mai.agency, not_started_facts(), mai)
    said = nothing_written(lambda: accept_report(report=report, by=lan))
    assert "01/10/2019" in said[0]


def test_building_stands_where_it_is_built_to_the_same_edition(period, lan, small_province):
    agency = small_province["THANH-TRA"]
    contact = User.objects.create_user("tt", role=Role.CONTACT, agency=agency)
    facts = ReportFacts(stage="building", holds_from=date(2020, 1, 1), no_evidence_reason="Chưa có")
    facts = replace(facts, edition_id=small_province.edition_2015.pk)
    report = submit_at(at(2021, 12, 9), period, agency, facts, contact)
    assert accept_report(report=report, by=lan).entry is None


def test_nobody_but_an_officer_accepts_or_returns(submitted, mai, hung, quan):
    for person in (mai, hung, quan):
        nothing_written(lambda person=person: accept_report(report=submitted, by=person))
        nothing_written(
            lambda person=person: return_report(report=submitted, remark="x", by=person)
        )


def test_an_accepted_report_is_neither_edited_nor_accepted_again(submitted, lan, mai):
    accept_report(report=submitted, by=lan)
    facts = ReportFacts(difficulties="Sửa sau")
    for by in (mai, lan):
        said = nothing_written(
            lambda by=by: save_draft(period=submitted.period, agency=mai.agency, facts=facts, by=by)
        )
        assert "Lan" in said[0]
    nothing_written(lambda: accept_report(report=submitted, by=lan))
    nothing_written(lambda: return_report(report=submitted, remark="x", by=lan))


def test_a_return_says_what_is_to_be_mended(submitted, lan):
    assert set(nothing_written(lambda: return_report(report=submitted, remark=" ", by=lan))) == {
        "remark"
    }


def test_the_steps_stay_in_their_order(submitted, lan, mai, small_province):
    return_report(report=submitted, remark="Thiếu biên bản", by=lan)
    facts = standing_facts(small_province, difficulties="Đã bổ sung")
    submit_report(period=submitted.period, agency=mai.agency, facts=facts, by=mai)
    accept_report(report=submitted, by=lan)
    steps = [(step.kind, step.by.username, step.remark) for step in submitted.steps.all()]
    assert steps == [
        ("submitted", "mai", ""),
        ("returned", "lan", "Thiếu biên bản"),
        ("submitted", "mai", ""),
        ("accepted", "lan", ""),
    ]


def test_a_review_is_told_of_a_newer_version(submitted, lan, mai):
    seen = submitted.version
    return_report(report=submitted, remark="Thiếu", by=lan)
    facts = ReportFacts(stage="not_started", no_evidence_reason="x")
    submit_report(period=submitted.period, agency=mai.agency, facts=facts, by=mai)
    with pytest.raises(StaleReport):
        accept_report(report=submitted, by=lan, seen=seen)


def test_a_review_is_told_of_a_record_of_the_agency_since(period, lan, small_province):
    report = claim_conversion(period, small_province)
    seen = Entry.objects.order_by("-pk")[0].pk
    building = small_province.building()
    record_status(
        agency=small_province["SO-NN"], valid_from=date(2021, 12, 1), facts=building, by=lan
    )
    with pytest.raises(StaleForm):
        accept_report(report=report, by=lan, seen_entry=seen)
    assert report.state == State.SUBMITTED


def test_what_an_acceptance_recorded_can_be_undone_like_any_record(period, lan, small_province):
    step = accept_report(report=claim_conversion(period, small_province), by=lan)
    assert step.entry is not None
    undo = undo_entry(entry=step.entry, by=lan, reason="Công bố chưa có hiệu lực")
    assert Entry.objects.get(pk=step.entry.pk).undone_by == undo


def older_claim(period, mai, small_province, **other):
    """Let CC-TDC, which stands on 2015 since 01/10/2019, claim its declaration of 2012."""
    claimed = {
        "edition_id": small_province.edition_2008.pk,
        "decision_number": "09/QĐ-TĐC",
        "decision_date": date(2012, 9, 1),
        "holds_from": date(2012, 9, 1),
    }
    facts = standing_facts(small_province, **{**claimed, **other})
    return submit_at(at(2021, 12, 10), period, mai.agency, facts, mai)


def test_a_claim_that_stood_once_is_shown_beside_what_stands_since(period, mai, small_province):
    told = outlook(older_claim(period, mai, small_province))
    assert (told.claimed, told.refused) == (None, "")
    assert told.later is not None
    assert told.later.edition == small_province.edition_2015
    assert outlook(claim_conversion(period, small_province)).later is None


def test_a_claim_of_the_past_that_the_present_contradicts_is_refused(
    period, lan, mai, small_province
):
    days = {"decision_date": date(2014, 3, 1), "holds_from": date(2014, 3, 1)}
    report = older_claim(period, mai, small_province, decision_number="77/QĐ", **days)
    said = nothing_written(lambda: accept_report(report=report, by=lan))
    assert "01/10/2019" in said[0]
    assert "01/03/2014" in said[0]
