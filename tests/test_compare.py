"""The pages that join rooms: the comparison, the officers' work list, help."""

from datetime import date

import pytest
from django.urls import reverse

from agencies.actions import record_status
from agencies.models import Stage, StatusFacts, StatusRecord
from reports.changes import Kind
from reports.views import HELP
from tests.small_province import morning

pytestmark = pytest.mark.django_db
COMPARE = "/reports/compare/"
YEAR_END = {"as_of": "2020-12-31", "known_at": "2022-12-31T00:00:00Z"}


@pytest.fixture
def officer(client, lan, small_province):
    client.force_login(lan)
    return client


# The comparison


def test_the_left_side_is_the_comparison_day_with_the_same_knowledge(officer):
    context = officer.get(COMPARE, YEAR_END).context
    then, now = context["then"].as_of, context["question"].as_of
    assert (then.day, now.day) == (date(2019, 12, 31), date(2020, 12, 31))
    assert then.known_at == now.known_at


def test_the_left_side_has_its_own_day_and_knowledge(officer):
    asked = {**YEAR_END, "then": "30/06/2019", "then_known_at": "01/07/2019 09:00"}
    response = officer.get(COMPARE, asked)
    then = response.context["then"].as_of
    assert (then.day, then.known_at) == (date(2019, 6, 30), morning(2019, 7, 1))
    assert response.context["comparison"].total.then.fraction == "02/06"
    assert response.context["comparison"].total.now.fraction == "03/06"
    body = response.content.decode()
    assert 'value="30/06/2019"' in body
    assert 'value="01/07/2019 09:00"' in body


def test_every_count_leads_to_the_agencies_of_its_side(officer):
    body = officer.get(COMPARE, {**YEAR_END, "then": "2019-06-30"}).content.decode()
    parts = body.replace("&amp;", "&").split('href="')[1:]
    lists = [part.split('"')[0] for part in parts if "group=CC&category=" in part.split('"')[0]]
    withdrawn = next(link for link in lists if link.endswith("category=withdrawn"))
    assert "as_of=2019-06-30" in withdrawn
    assert [row.record.code for row in officer.get(withdrawn).context["table"].rows] == ["CC-TDC"]
    converted = [link for link in lists if link.endswith("category=converted")]
    assert [officer.get(link).context["found"] for link in converted] == [0, 2]


def test_a_correction_is_told_with_who_when_and_why(officer):
    asked = {**YEAR_END, "then": "2020-12-31", "then_known_at": "2021-01-01"}
    response = officer.get(COMPARE, asked)
    [row] = response.context["changes"].by_kind
    assert row.kind == Kind.CORRECTED
    body = response.content.decode()
    assert "01/KH-SNN là kế hoạch, không phải công bố" in body
    assert "15/03/2021 09:00" in body
    assert "/agencies/SO-NN/?" in body


@pytest.mark.parametrize(
    "bad",
    [
        {"then": "31/02/2021"},
        {"then": "x"},
        {"then": "0001-01-01"},
        {"then_known_at": "hôm qua"},
        {"then_known_at": "2099-01-01"},
        {"then": "\x00"},
        {"then_known_at": "\x00"},
        {"as_of": "31/02/2021"},
    ],
)
def test_a_side_that_cannot_be_read_is_sent_back(officer, bad):
    response = officer.get(COMPARE, bad)
    assert response.status_code == 400
    assert 'class="errors"' in response.content.decode()
    assert "changes" not in response.context


def test_a_permalink_keeps_the_left_side(officer):
    asked = {**YEAR_END, "then": "2019-06-30", "then_known_at": "2019-07-01"}
    permalink = officer.get(COMPARE, asked).context["permalink"]
    again = officer.get(f"{COMPARE}?{permalink}").context
    assert again["then"].as_of.day == date(2019, 6, 30)
    assert again["comparison"].total.then.fraction == "02/06"


def test_an_empty_office_compares_to_nothing(client, lan):
    client.force_login(lan)
    response = client.get(COMPARE)
    assert response.status_code == 200
    assert response.context["changes"].changes == ()


# The work list


def test_the_work_list_names_who_is_left_and_the_last_changes(officer):
    context = officer.get(reverse("reports:work-list"), YEAR_END).context
    assert {standing.code for row in context["left"] for standing in row.left} == {
        "SO-NN",
        "THANH-TRA",
        "CC-KL",
    }
    assert list(context["incomplete"]) == []
    latest = context["acts"][0]
    assert (latest.at, latest.by) == (morning(2022, 2, 10), "Lan")
    assert [agency.code for agency in latest.agencies] == ["CC-TL"]
    assert len(context["acts"]) == 15
    first = officer.get(reverse("reports:work-list"), {"known_at": "2010-02-01"}).context["acts"]
    assert [agency.code for act in first for agency in act.agencies][-1] == "UBND-TINH"


def test_an_incomplete_declaration_leads_to_its_form(officer, small_province, lan):
    facts = StatusFacts(
        Stage.APPLIED, edition_id=small_province.edition_2015.pk, decision_number="9/QĐ-TTr"
    )
    record_status(
        agency=small_province["THANH-TRA"], valid_from=date(2023, 1, 1), facts=facts, by=lan
    )
    response = officer.get(reverse("reports:work-list"))
    [row] = response.context["incomplete"]
    assert (row.code, row.missing) == ("THANH-TRA", ("date", "evidence"))
    form = reverse("agencies:correct-status", args=["THANH-TRA", row.record])
    assert f'href="{form}"' in response.content.decode()
    assert officer.get(form).status_code == 200
    assert StatusRecord.objects.get(pk=row.record).missing == row.missing


def test_only_officers_are_led_to_the_work_list(client, lan, hung, quan, small_province):
    for user, led in ((lan, True), (hung, False), (quan, False)):
        client.force_login(user)
        assert (b'href="/to-do/"' in client.get("/").content) is led


# Help


def test_help_is_one_click_from_every_page_and_names_its_topics(officer):
    assert b'href="/help/"' in officer.get("/agencies/").content
    index = officer.get("/help/").content.decode()
    for topic in HELP:
        assert f'href="/help/{topic}/"' in index
        assert officer.get(f"/help/{topic}/").status_code == 200
    assert officer.get("/help/nothing/").status_code == 404


def test_the_shortcuts_are_a_file_of_our_own(officer):
    response = officer.get("/")
    body = response.content.decode()
    assert "js/shortcuts.js" in body
    assert '<dialog class="shortcuts"' in body
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
