"""What the box at the top of every page finds."""

from datetime import date

import pytest
from django.urls import reverse

from agencies.actions import (
    apply_reorganisation,
    change_roster,
    correct_roster,
    record_status,
    undo_entry,
)
from agencies.models import ReorganisationPlan, RosterFacts, SuccessorPlan
from agencies.search import decision_needle

pytestmark = pytest.mark.django_db
TODAY = {"as_of": "2022-12-31"}


@pytest.fixture
def search(client, lan, small_province):
    """Return the rows that the list shows: code → by what else than its name it was found."""
    client.force_login(lan)

    def rows(q, **query):
        response = client.get(reverse("agencies:agency-list"), {**TODAY, **query, "q": q})
        assert response.status_code == 200
        table = response.context["table"]
        found = {row.record.code: table.found_by(row.record) for row in table.rows}
        assert len(found) == response.context["found"]
        return found

    return rows


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("thuy loi", {"CC-TL"}),
        ("THỦY LỢI PHÒNG CHỐNG", {"CC-TL"}),
        ("cc-kl", {"CC-KL"}),
        ("so", {"SO-KHCN", "SO-NN"}),
        ("ubnd", set()),  # the parent body is never counted
        ("---", set()),
        ("\\", set()),
        ("99%", set()),
    ],
)
def test_a_present_name_or_code_needs_no_explanation(search, q, found):
    assert search(q) == dict.fromkeys(found, "")


def test_a_former_name_finds_the_agency_and_says_so(search, small_province):
    agency = small_province["SO-NN"]
    facts = RosterFacts(
        name="Sở Nông nghiệp và Môi trường",
        group_id=small_province.groups["SO"].pk,
        parent_id=small_province["UBND-TINH"].pk,
    )
    assert search("ptnt") == {"SO-NN": ""}
    change_roster(agency=agency, valid_from=date(2022, 6, 1), facts=facts, by=small_province.by)
    assert "Sở Nông nghiệp và PTNT" in search("ptnt")["SO-NN"]
    assert search("ptnt", group="CC") == {}
    assert search("moi truong") == {"SO-NN": ""}
    assert "Môi trường" in search("moi truong", as_of="2022-01-01")["SO-NN"]
    assert search("moi truong", known_at="2022-05-01") == {}


def test_a_body_merged_twice_is_found_by_what_it_was_first(search, small_province):
    def merge(day, code, *predecessors):
        one = SuccessorPlan(code, predecessors, f"Chi cục {code}", "CC", first_status="anew")
        plan = ReorganisationPlan(f"{code}/NQ", day, (one,))
        return apply_reorganisation(plan=plan, by=small_province.by)

    merge(date(2022, 3, 1), "CC-A", "CC-KL", "CC-TL")
    assert set(search("kiem lam")) == {"CC-A"}
    last = merge(date(2022, 9, 1), "CC-B", "CC-A", "CC-TDC")
    for q, name, until in [
        ("kiem lam", "Chi cục Kiểm lâm", "28/02/2022"),
        ("cc-tl", "Chi cục Thủy lợi", "28/02/2022"),
        ("cc-a", "Chi cục CC-A", "31/08/2022"),
    ]:
        ((code, said),) = search(q).items()
        assert code == "CC-B"
        assert name in said
        assert until in said
    assert set(search("kiem lam", as_of="2022-06-01")) == {"CC-A"}
    assert search("kiem lam", as_of="2022-01-01") == {"CC-KL": ""}
    undo_entry(entry=last.entry, by=small_province.by, reason="nhầm")
    assert set(search("kiem lam")) == {"CC-A"}


def test_a_corrected_spelling_still_finds_the_agency(search, small_province):
    record = small_province["CC-KL"].roster_records.get(superseded=None)
    facts = RosterFacts(
        name="Chi cục Bảo vệ rừng",
        group_id=record.group_id,
        parent_id=record.parent_id,
    )
    correct_roster(
        record=record,
        facts=facts,
        reason="Ghi nhầm tên",
        by=small_province.by,
    )
    assert "Chi cục Kiểm lâm" in search("kiem lam")["CC-KL"]


@pytest.mark.parametrize(
    "q",
    ["17/QĐ-SKHCN", "17/qd-skhcn", "17 / QĐ - SKHCN", "17/qđ", "17", "Quyết định số 17/QĐ-SKHCN"],
)
def test_a_decision_number_finds_its_agency(search, q):
    assert "17/QĐ-SKHCN" in search(q)["SO-KHCN"]
    assert len(search(q)) == 1


def test_decisions_of_the_past_find_too_as_far_as_known(search, small_province):
    assert "09/QĐ-TĐC" in search("09/qd-tdc")["CC-TDC"]  # withdrawn since
    assert "01/KH-SNN" in search("01/kh-snn")["SO-NN"]  # taken out since
    assert search("20/qd-tl", known_at="2021-12-31") == {}  # not yet recorded then
    assert set(search("20/qd-tl")) == {"CC-TL"}
    assert search("20/qd-tl", category="not_started") == {}


def test_a_number_alone_is_a_whole_number(search, small_province):
    facts = small_province.applied(small_province.edition_2015, "170/QĐ-TTr", date(2022, 3, 1))
    record_status(
        agency=small_province["THANH-TRA"],
        valid_from=date(2022, 3, 1),
        facts=facts,
        by=small_province.by,
    )
    assert set(search("17")) == {"SO-KHCN"}
    assert set(search("170")) == {"THANH-TRA"}


@pytest.mark.parametrize(
    ("typed", "needle"),
    [
        ("QĐ số 17", "17"),
        ("so 17/QĐ-UBND", "17/qd-ubnd"),
        ("Sở Nội vụ", ""),
        ("qđ", ""),
        ("H01", "h01"),
    ],
)
def test_what_is_looked_for_among_decisions(typed, needle):
    assert decision_needle(typed) == needle


def test_the_number_of_a_decree_leads_to_its_reorganisation(client, lan, small_province):
    heir = SuccessorPlan("CC-A", ("CC-KL", "CC-TL"), "Chi cục A", "CC", first_status="anew")
    plan = ReorganisationPlan("24/NQ-HĐND", date(2022, 3, 1), (heir,))
    event = apply_reorganisation(plan=plan, by=small_province.by)
    client.force_login(lan)

    def decrees(q):
        response = client.get(reverse("agencies:agency-list"), {**TODAY, "q": q})
        assert (f"/reorganisations/{event.pk}/" in response.content.decode()) == bool(
            response.context["decrees"]
        )
        return response.context["decrees"]

    for q in ("24", "24/NQ", "Nghị quyết số 24/NQ-HĐND", "24/nq-hdnd"):
        assert decrees(q) == [event], q
    for q in ("2", "240", "24/QĐ", "chi cục", ""):
        assert decrees(q) == [], q
    undo_entry(entry=event.entry, by=small_province.by, reason="nhầm")
    assert decrees("24") == []
