"""Pages of a reporting round: the contact's report, the officer's review, what each may see."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.actions import (
    PeriodFacts,
    accept_report,
    change_period,
    open_period,
    return_report,
    save_draft,
    submit_report,
)
from activities.models import ReportingPeriod, SelfAssessment, State
from agencies.actions import apply_reorganisation, keep_evidence
from agencies.asof import AsOf
from agencies.models import Entry, Evidence, ReorganisationPlan, Role, StatusRecord, User
from tests.documents import PDF, upload
from tests.rounds import FACTS_2021, at, open_2021, standing_facts, submit_at

OWN = reverse("activities:own-report")


@pytest.fixture
def period(lan, small_province):
    return open_2021(lan)


@pytest.fixture
def submitted(period, mai, small_province):
    return submit_at(at(2021, 12, 10), period, mai.agency, standing_facts(small_province), mai)


def typed(province, **other):
    """Return what a contact of CC-TDC types."""
    said = {
        "act": "submit",
        "seen": "0",
        "stage": "applied",
        "edition": province.edition_2015.pk,
        "decision_number": "30/QĐ-TĐC",
        "decision_date": "30/09/2019",
        "holds_from": "01/10/2019",
        "procedures": "42",
        "audit_on": "01/06/2021",
        "review_on": "",
        "no_evidence_reason": "Gửi sau",
    }
    return {**said, **other}


def own(period):
    return reverse("activities:own-report-of", args=[period.pk])


# Rounds


def test_an_officer_opens_a_round_with_the_yearly_habit(client, lan):
    client.force_login(lan)
    form = client.get(reverse("activities:round-open")).context["form"]
    first = {name: form[name].value() for name in form.fields}
    assert (first["starts_on"].day, first["starts_on"].month) == (15, 12)
    said = {
        "starts_on": "15/12/2020",
        "ends_on": "14/12/2021",
        "cut_off": "14/12/2021",
        "due_on": "15/12/2021",
        "legal_basis": "12/KH-UBND",
    }
    response = client.post(reverse("activities:round-open"), said)
    period = ReportingPeriod.objects.get()
    assert response["Location"] == reverse("activities:round", args=[period.pk])
    assert period.legal_basis == "12/KH-UBND"
    response = client.post(reverse("activities:round-open"), said)
    assert "starts_on" in response.context["form"].errors
    assert ReportingPeriod.objects.count() == 1


def test_the_days_of_a_round_are_changed_and_a_refusal_keeps_the_old_ones(client, lan, period):
    client.force_login(lan)
    url = reverse("activities:round-change", args=[period.pk])
    form = client.get(url).context["form"]
    said = {name: form[name].value() for name in ("starts_on", "cut_off", "seen")}
    said |= {"ends_on": "14/12/2021", "due_on": "01/01/2021"}
    response = client.post(url, said)
    assert "due_on" in response.context["form"].errors
    assert client.post(url, {**said, "due_on": "20/12/2021"}).status_code == 302
    period.refresh_from_db()
    assert period.due_on == date(2021, 12, 20)


def test_a_round_page_leads_to_the_rows_of_each_count(client, hung, submitted):
    client.force_login(hung)
    url = reverse("activities:round", args=[submitted.period_id])
    response = client.get(url)
    assert response.context["table"].total.received == 1
    for state, number in {"received": 1, "missing": 5, "submitted": 1, "late": 0, "": 6}.items():
        rows = client.get(url, {"state": state}).context["page_of_rows"]
        assert rows.paginator.count == number, state
    rows = client.get(url, {"group": "CC", "parent": "SO-NN", "state": "missing"})
    assert [row.code for row in rows.context["page_of_rows"]] == ["CC-KL", "CC-TL"]
    odd = client.get(url, {"state": "'", "group": "\x00", "parent": "?", "page": "x"})
    assert odd.context["page_of_rows"].paginator.count == 6


def test_the_list_says_how_far_each_round_is(client, hung, submitted):
    client.force_login(hung)
    listed = client.get(reverse("activities:rounds")).context["rounds"]
    assert [(str(period), counts.received) for period, counts in listed] == [
        ("15/12/2020 – 14/12/2021", 1)
    ]


# The contact


def test_a_contact_lands_on_the_own_report_wherever_the_sign_in_was_asked_from(client, mai, period):
    for asked in ("", "/", "/agencies/", OWN):
        client.logout()
        said = {"username": "mai", "password": "Mat-khau-cua-Mai", "next": asked}
        assert client.post(reverse("login"), said)["Location"] == OWN
    assert client.get("/")["Location"] == OWN


def test_the_header_shows_a_contact_nothing_else(client, mai, period):
    client.force_login(mai)
    page = client.get(OWN).content.decode()
    for name in ("agencies:agency-list", "reports:help", "reports:charts", "activities:rounds"):
        assert f'href="{reverse(name)}' not in page
    assert 'class="asof' not in page
    assert 'class="search"' not in page


def test_the_form_begins_with_what_stands_on_record(client, mai, period):
    client.force_login(mai)
    form = client.get(OWN).context["form"]
    assert form["decision_number"].value() == "30/QĐ-TĐC"
    assert form["holds_from"].value() == date(2019, 10, 1)
    assert form["seen"].value() == 0


def test_a_contact_saves_a_draft_then_submits_it(client, mai, period, small_province):
    client.force_login(mai)
    draft = {"act": "save", "seen": "0", "stage": "", "difficulties": "Thiếu người"}
    assert client.post(own(period), draft)["Location"] == own(period)
    report = SelfAssessment.objects.get()
    assert (report.state, report.difficulties) == (State.DRAFT, "Thiếu người")
    response = client.post(own(period), typed(small_province, seen="1"))
    assert response["Location"] == own(period)
    report = SelfAssessment.objects.get()
    assert (report.state, [step.by for step in report.steps.all()]) == (State.SUBMITTED, [mai])
    assert "form" not in client.get(own(period)).context


def test_an_incomplete_report_comes_back_with_what_was_typed(client, mai, period, small_province):
    client.force_login(mai)
    said = typed(small_province, decision_number="", no_evidence_reason="", difficulties="Mạng yếu")
    response = client.post(own(period), said)
    form = response.context["form"]
    assert set(form.errors) == {"decision_number", "no_evidence_reason"}
    assert form["difficulties"].value() == "Mạng yếu"
    assert not SelfAssessment.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"audit_on": "31/02/2021"},
        {"audit_on": "01/01/2999"},
        {"review_on": "14/12/2020"},
        {"procedures": "-1"},
        {"procedures": "9" * 30},
        {"stage": "exempt"},
        {"stage": "nonsense"},
        {"edition": "x"},
        {"decision_number": "a\x00b"},
        {"difficulties": "x" * 6000},
        {"seen": "-5"},
    ],
)
def test_bad_values_are_refused_in_words_and_nothing_is_written(
    client, mai, period, small_province, bad
):
    client.force_login(mai)
    response = client.post(own(period), typed(small_province, **bad))
    assert response.status_code == 200
    assert set(response.context["form"].errors) == set(bad)
    assert not SelfAssessment.objects.exists()


def test_a_document_is_kept_through_a_refusal_and_comes_with_the_report(
    client, mai, lan, period, small_province
):
    client.force_login(mai)
    said = typed(small_province, decision_number="", document=upload())
    form = client.post(own(period), said).context["form"]
    assert form.attached is not None
    kept = typed(small_province, kept=form.data["kept"], no_evidence_reason="")
    assert client.post(own(period), kept).status_code == 302
    report = SelfAssessment.objects.get()
    assert report.evidence == Evidence.objects.get()
    url = reverse("activities:report-document", args=[report.pk])
    assert b"".join(client.get(url).streaming_content) == PDF
    client.force_login(lan)
    general = reverse("agencies:evidence", args=[report.evidence_id])
    assert b"".join(client.get(general).streaming_content) == PDF


def test_a_returned_report_keeps_its_document(client, mai, lan, period, small_province):
    client.force_login(mai)
    client.post(own(period), typed(small_province, document=upload(), no_evidence_reason=""))
    report = SelfAssessment.objects.get()
    return_report(report=report, remark="Thiếu ngày", by=lan)
    Evidence.objects.update(kept_at=at(2020, 1, 1))  # long past what waits for a record
    keep_evidence(file=upload(), by=lan)  # lets go of what nothing names
    assert Evidence.objects.filter(self_assessments=report).exists()
    page = client.get(own(period))
    assert page.context["returned"].remark == "Thiếu ngày"
    again = typed(
        small_province, kept=page.context["form"]["kept"].value(), seen="1", no_evidence_reason=""
    )
    assert client.post(own(period), again).status_code == 302
    assert SelfAssessment.objects.get().evidence_id == report.evidence_id


def test_two_who_fill_in_the_same_report_are_told(client, mai, period, small_province):
    client.force_login(mai)
    client.post(own(period), {"act": "save", "seen": "0", "difficulties": "Một"})
    response = client.post(own(period), typed(small_province, difficulties="Hai"))
    assert response.status_code == 409
    assert response.context["form"]["difficulties"].value() == "Hai"
    assert response.context["form"]["seen"].value() == "1"
    assert SelfAssessment.objects.get().difficulties == "Một"


def test_a_form_sent_after_acceptance_is_refused_with_the_reason(
    client, mai, lan, submitted, small_province
):
    accept_report(report=submitted, by=lan)
    client.force_login(mai)
    response = client.post(own(submitted.period), typed(small_province, difficulties="Sửa"))
    assert response.status_code == 409
    assert response.context["refused"]
    assert SelfAssessment.objects.get().difficulties == ""


def test_a_closed_agency_is_told_that_it_has_nothing_to_report(client, lan, period, small_province):
    small_province.add("MOI", "Sở Mới", date(2022, 1, 1), "SO", "UBND-TINH")
    contact = User.objects.create_user("moi", role=Role.CONTACT, agency=small_province["MOI"])
    client.force_login(contact)
    assert "14/12/2021" in client.get(own(period)).context["refused"]
    response = client.post(own(period), typed(small_province))
    assert response.status_code == 409
    assert not SelfAssessment.objects.exists()


def test_an_agency_closed_before_the_cut_off_day_reports_by_no_way(
    client, lan, period, small_province
):
    """Neither by its contact nor on paper; the page says why and nothing is written."""
    plan = ReorganisationPlan("9/NQ-HĐND", date(2021, 6, 1), dissolved=("CC-TL",))
    apply_reorganisation(plan=plan, by=lan)
    contact = User.objects.create_user("tl", role=Role.CONTACT, agency=small_province["CC-TL"])
    client.force_login(contact)
    assert "14/12/2021" in client.get(own(period)).context["refused"]
    assert client.post(own(period), typed(small_province)).status_code == 409
    client.force_login(lan)
    paper = reverse("activities:paper-report", args=[period.pk, "CC-TL"])
    response = client.post(paper, typed(small_province, received_on="16/12/2021"))
    assert response.status_code in (200, 409)
    assert "14/12/2021" in response.context["refused"]
    assert not SelfAssessment.objects.exists()


def test_a_second_report_of_one_period_is_refused_with_the_reason(
    client, mai, lan, submitted, small_province
):
    """By the contact again, or by an officer on paper."""
    client.force_login(mai)
    response = client.post(own(submitted.period), typed(small_province, difficulties="Lần hai"))
    assert response.status_code == 409
    assert response.context["refused"]
    client.force_login(lan)
    paper = reverse("activities:paper-report", args=[submitted.period.pk, "CC-TDC"])
    response = client.post(paper, typed(small_province, received_on="16/12/2021"))
    assert response.context["refused"]
    report = SelfAssessment.objects.get()
    assert (report.difficulties, report.steps.count()) == ("", 1)


def test_a_contact_accepts_and_returns_nothing_not_even_the_own_report(client, mai, submitted):
    client.force_login(mai)
    review = reverse("activities:report-review", args=[submitted.pk])
    for act in ("accept", "return"):
        assert client.post(review, {"act": act, "remark": "x", "seen": "1"}).status_code == 403
    assert submitted.steps.count() == 1


def test_a_document_that_a_form_names_by_its_number_is_not_taken(
    client, mai, lan, period, small_province
):
    """What was chosen before travels signed; another agency's is not had by counting up."""
    foreign = keep_evidence(file=upload(), by=lan)
    client.force_login(mai)
    said = typed(small_province, kept=str(foreign.pk), evidence=str(foreign.pk), act="save")
    response = client.post(own(period), said)
    assert "document" in response.context["form"].errors
    assert not SelfAssessment.objects.filter(evidence=foreign).exists()


def test_a_contact_reads_how_to_report_on_the_own_page(client, mai, period):
    """The office's help is not theirs: it leads to pages that they may not see."""
    client.force_login(mai)
    page = client.get(own(period)).content.decode()
    assert 'id="how"' in page
    assert reverse("reports:help") not in page


def test_without_a_round_a_contact_is_told_so(client, mai, lan):
    client.force_login(mai)
    assert client.get(OWN).status_code == 200
    facts = PeriodFacts(
        date(2198, 12, 15), date(2199, 12, 14), date(2199, 12, 14), date(2199, 12, 16)
    )
    later = open_period(facts=facts, by=lan)
    assert client.get(own(later)).status_code == 404  # it has not begun


def test_another_agencys_report_is_not_found_by_any_way(client, mai, lan, period, small_province):
    """By URL, form or file link."""
    other = User.objects.create_user("nn", role=Role.CONTACT, agency=small_province["SO-NN"])
    client.force_login(other)
    client.post(own(period), typed(small_province, document=upload(), no_evidence_reason=""))
    report = SelfAssessment.objects.get()
    client.force_login(mai)
    paths = [
        reverse("activities:report", args=[report.pk]),
        reverse("activities:report-document", args=[report.pk]),
        reverse("agencies:evidence", args=[report.evidence_id]),
    ]
    for path in paths:
        assert client.get(path).status_code == 404, path
        assert client.post(path).status_code in (404, 405), path
    review = reverse("activities:report-review", args=[report.pk])
    assert client.post(review, {"act": "accept"}).status_code == 403
    # What is sent to the own form reaches the own report alone, whatever it names.
    client.post(own(period), typed(small_province, agency="SO-NN", act="save", difficulties="Tôi"))
    assert SelfAssessment.objects.get(pk=report.pk).difficulties == ""
    assert SelfAssessment.objects.get(agency=mai.agency).difficulties == "Tôi"


def test_the_own_submitted_report_is_read_and_its_steps_are_told(client, mai, submitted):
    client.force_login(mai)
    page = client.get(reverse("activities:report", args=[submitted.pk]))
    assert [step.kind for step in page.context["steps"]] == ["submitted"]
    assert reverse("agencies:agency-detail", args=["CC-TDC"]) not in page.content.decode()


# The officer


def test_an_officer_accepts_and_the_page_says_that_nothing_changed(client, lan, submitted):
    client.force_login(lan)
    url = reverse("activities:report-review", args=[submitted.pk])
    page = client.get(url)
    assert page.context["outlook"].claimed is None
    form = page.context["form"]
    said = {"act": "accept", "seen": form["seen"].value(), "seen_entry": form["seen_entry"].value()}
    records = StatusRecord.objects.count()
    response = client.post(url, said)
    assert response["Location"] == reverse("activities:report", args=[submitted.pk])
    assert submitted.state == State.ACCEPTED
    assert StatusRecord.objects.count() == records


def test_an_officer_sees_what_acceptance_would_record_and_where_it_came_to(
    client, lan, period, small_province
):
    contact = User.objects.create_user("nn", role=Role.CONTACT, agency=small_province["SO-NN"])
    claimed = {"decision_number": "77/QĐ-SNN", "holds_from": date(2021, 11, 1)}
    facts = standing_facts(small_province, decision_date=date(2021, 10, 25), **claimed)
    report = submit_at(at(2021, 12, 9), period, contact.agency, facts, contact)
    client.force_login(lan)
    url = reverse("activities:report-review", args=[report.pk])
    page = client.get(url)
    outlook = page.context["outlook"]
    assert (outlook.present.edition.year, outlook.claimed.edition.year) == (2008, 2015)
    said = {"act": "accept", "seen": report.version, "seen_entry": Entry.objects.latest("pk").pk}
    client.post(url, said)
    step = report.last_step
    assert step.entry.statusrecords_recorded.filter(decision_number="77/QĐ-SNN").exists()
    page = client.get(reverse("activities:report", args=[report.pk])).content.decode()
    assert reverse("agencies:agency-detail", args=["SO-NN"]) in page


def test_a_return_needs_a_remark_which_the_contact_reads(client, lan, mai, submitted):
    client.force_login(lan)
    url = reverse("activities:report-review", args=[submitted.pk])
    said = {"act": "return", "seen": submitted.version, "seen_entry": 0}
    assert "remark" in client.post(url, said).context["form"].errors
    assert submitted.state == State.SUBMITTED
    client.post(url, {**said, "remark": "Thiếu biên bản\nhọp"})
    client.force_login(mai)
    assert "Thiếu biên bản<br>họp" in client.get(OWN).content.decode()


def test_a_review_shows_what_was_mended_since_the_return(
    client, lan, mai, submitted, small_province
):
    client.force_login(lan)
    url = reverse("activities:report-review", args=[submitted.pk])
    assert client.get(url).context["mended"] == []
    return_report(report=submitted, remark="Thiếu ngày xem xét", by=lan)
    changed = {"review_on": date(2021, 7, 1), "difficulties": "Mạng yếu", "procedures": 40}
    facts = standing_facts(small_province, **changed)
    submit_report(period=submitted.period, agency=mai.agency, facts=facts, by=mai)
    found = {(one.then, one.now) for one in client.get(url).context["mended"]}
    assert found == {("15/06/2021", "01/07/2021"), ("—", "Mạng yếu"), ("42", "40")}


def test_a_review_of_what_changed_meanwhile_comes_back(client, lan, mai, submitted, small_province):
    client.force_login(lan)
    url = reverse("activities:report-review", args=[submitted.pk])
    seen = {"act": "accept", "seen": submitted.version, "seen_entry": 0, "remark": "Đủ"}
    return_report(report=submitted, remark="Thiếu", by=lan)
    facts = standing_facts(small_province, difficulties="Mới")
    submit_at(at(2021, 12, 20), submitted.period, mai.agency, facts, mai)
    response = client.post(url, seen)
    assert response.status_code == 409
    assert response.context["form"]["remark"].value() == "Đủ"
    assert submitted.state == State.SUBMITTED
    assert client.post(url, {"remark": "x", "seen": 99, "seen_entry": 0}).status_code == 200


def test_an_officer_enters_what_came_on_paper(client, lan, mai, period, small_province):
    save_draft(period=period, agency=mai.agency, facts=standing_facts(small_province), by=mai)
    client.force_login(lan)
    url = reverse("activities:paper-report", args=[period.pk, "CC-TDC"])
    assert client.get(url).context["form"]["seen"].value() == 1
    said = typed(small_province, seen="1", received_on="16/12/2021")
    report = SelfAssessment.objects.get()
    assert client.post(url, {**said, "received_on": ""}).status_code == 200
    response = client.post(url, said)
    assert response["Location"] == reverse("activities:report", args=[report.pk])
    step = report.steps.get()
    assert (step.is_paper, step.received_on) == (True, date(2021, 12, 16))
    page = client.post(url, said)
    assert page.context["refused"]
    assert report.steps.count() == 1


def test_what_was_typed_outlives_the_session(client, mai, period, small_province):
    response = client.post(own(period), typed(small_province, difficulties="Gõ dở"))
    assert ("difficulties", "Gõ dở") in response.context["kept"].values
    client.force_login(mai)
    again = client.post(own(period), {**typed(small_province), "draw_again": "1"})
    assert again.status_code == 200
    assert not SelfAssessment.objects.exists()


# Accounts


def test_a_contact_needs_an_agency_and_nobody_else_has_one(client, quan, small_province):
    client.force_login(quan)
    url = reverse("admin:agencies_user_add")
    said = {
        "username": "dm",
        "full_name": "Đầu mối",
        "email": "dm@example.vn",
        "password1": "Mot-mat-khau-rieng-9",
        "password2": "Mot-mat-khau-rieng-9",
    }
    agency = small_province["SO-NN"].pk
    for role, given in (("contact", ""), ("officer", agency)):
        response = client.post(url, {**said, "role": role, "agency": given})
        assert "agency" in response.context["adminform"].form.errors
    client.post(url, {**said, "role": "contact", "agency": agency})
    assert User.objects.get(username="dm").agency_id == agency


def test_the_pages_of_rounds_answer_as_known_then(client, period, lan):
    """A due day changed today changes no answer of before, nor does a round opened today."""
    client.force_login(lan)
    then = {"as_of": "2021-12-20", "known_at": timezone.now().isoformat()}
    page = reverse("activities:round", args=[period.pk])
    before = client.get(page, then).context["period"].due_on
    change_period(period=period, facts=replace(FACTS_2021, due_on=date(2021, 12, 24)), by=lan)
    newer = replace(
        FACTS_2021,
        starts_on=date(2021, 12, 15),
        ends_on=date(2022, 12, 14),
        cut_off=date(2022, 12, 14),
        due_on=date(2022, 12, 31),
    )
    opened = open_period(facts=newer, by=lan)
    assert client.get(page, then).context["period"].due_on == before == FACTS_2021.due_on
    listed = client.get(reverse("activities:rounds"), then).context["rounds"]
    assert [one.pk for one, _total in listed] == [period.pk]
    assert client.get(reverse("activities:round", args=[opened.pk]), then).status_code == 404


def test_a_contact_is_led_to_the_round_that_is_due_first(
    client, period, lan, mai, small_province, monkeypatch
):
    """The next round has begun; the report of the last one is still asked for."""
    newer = replace(
        FACTS_2021,
        starts_on=date(2021, 12, 15),
        ends_on=date(2022, 12, 14),
        cut_off=date(2022, 12, 14),
        due_on=date(2022, 12, 15),
    )
    opened = open_period(facts=newer, by=lan)
    client.force_login(mai)
    moment = AsOf(date(2021, 12, 16), timezone.now())
    monkeypatch.setattr("activities.reporting_views.AsOf.now", lambda: moment)
    assert client.get(OWN).context["period"] == period
    submit_at(at(2021, 12, 9), period, mai.agency, standing_facts(small_province), mai)
    assert client.get(OWN).context["period"] == opened
