"""One status for several agencies: all or none, each refusal by name."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from agencies.actions import (
    StaleForm,
    change_lifetime,
    plan_statuses,
    record_status,
    record_statuses,
)
from agencies.models import Entry, EntryKind, Stage, StatusFacts, StatusRecord

DAY = date(2022, 3, 1)
THREE = ("SO-NN", "THANH-TRA", "CC-TDC")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def facts(small_province):
    return small_province.applied(small_province.edition_2015, "77/QĐ-UBND", DAY)


@pytest.fixture
def three(small_province):
    return [small_province[code] for code in THREE]


def test_several_agencies_get_one_status_under_one_entry(three, facts, lan):
    before = Entry.objects.count()
    entry = record_statuses(agencies=three, valid_from=DAY, facts=facts, by=lan, reason=" đợt 3 ")

    assert Entry.objects.count() == before + 1
    assert (entry.kind, entry.reason, entry.by) == (EntryKind.RECORD, "đợt 3", lan)
    rows = StatusRecord.objects.believed().filter(recorded=entry, valid_from=DAY)
    assert {row.agency.code for row in rows} == set(THREE)
    assert {StatusFacts(**row.facts()) for row in rows} == {facts}


def test_each_holds_until_its_own_next_change(small_province, three, facts, lan):
    record_status(
        agency=three[1], valid_from=date(2023, 1, 1), facts=StatusFacts(Stage.EXEMPT), by=lan
    )
    entry = record_statuses(agencies=three, valid_from=DAY, facts=facts, by=lan)

    rows = StatusRecord.objects.filter(recorded=entry, valid_from=DAY)
    ends = {row.agency.code: row.valid_to for row in rows}
    assert ends == {"SO-NN": None, "THANH-TRA": date(2023, 1, 1), "CC-TDC": None}


def test_every_refusal_names_its_agency_and_nothing_is_written(small_province, three, facts, lan):
    change_lifetime(
        agency=three[0], valid_from=date(2010, 1, 1), valid_to=DAY, reason="giải thể", by=lan
    )
    record_status(agency=three[1], valid_from=DAY, facts=StatusFacts(Stage.BUILDING), by=lan)
    record_status(agency=three[2], valid_from=date(2022, 2, 1), facts=facts, by=lan)
    rows, entries = list(StatusRecord.objects.values()), Entry.objects.count()

    with pytest.raises(ValidationError) as refused:
        record_statuses(
            agencies=[*three, small_province["CC-KL"]], valid_from=DAY, facts=facts, by=lan
        )

    said = refused.value.messages
    assert len(said) == 3
    assert said[0].startswith("Sở Nông nghiệp và PTNT (SO-NN): On 01/03/2022 the agency SO-NN")
    assert said[1].startswith("Thanh tra tỉnh (THANH-TRA): A record already begins on 01/03/2022")
    assert said[2].startswith("Chi cục Tiêu chuẩn Đo lường (CC-TDC): This is already on record")
    assert list(StatusRecord.objects.values()) == rows
    assert Entry.objects.count() == entries


def test_the_plan_says_of_each_agency_what_would_be(small_province, three, facts, lan):
    record_status(agency=three[1], valid_from=DAY, facts=StatusFacts(Stage.EXEMPT), by=lan)
    rows = list(StatusRecord.objects.values())
    plans = plan_statuses(agencies=three, valid_from=DAY, facts=facts)

    assert [plan.life.agency.code for plan in plans] == list(THREE)
    assert plans[0].before
    assert plans[0].after
    assert (plans[0].before.edition_id, plans[0].after.edition_id) == (
        small_province.edition_2008.pk,
        small_province.edition_2015.pk,
    )
    assert plans[1].after is None
    assert plans[1].before
    assert plans[1].before.stage == "exempt"
    assert len(plans[1].refused) == 1
    assert list(StatusRecord.objects.values()) == rows


def test_naming_an_agency_twice_is_naming_it_once(three, facts, lan):
    entry = record_statuses(agencies=[*three, *three], valid_from=DAY, facts=facts, by=lan)
    assert StatusRecord.objects.filter(recorded=entry, valid_from=DAY).count() == 3


@pytest.mark.usefixtures("small_province")
def test_no_agency_is_refused(facts, lan):
    with pytest.raises(ValidationError, match="No agency is chosen"):
        record_statuses(agencies=[], valid_from=DAY, facts=facts, by=lan)


def test_facts_that_fit_nobody_are_said_once(three, lan):
    with pytest.raises(ValidationError) as refused:
        record_statuses(agencies=three, valid_from=DAY, facts=StatusFacts(Stage.APPLIED), by=lan)
    assert list(refused.value.error_dict) == ["edition"]


def test_a_form_overtaken_at_one_agency_is_stale(three, facts, lan):
    seen = Entry.objects.latest("pk").pk
    other = record_status(
        agency=three[2], valid_from=date(2022, 1, 1), facts=StatusFacts(Stage.EXEMPT), by=lan
    )
    with pytest.raises(StaleForm) as stale:
        record_statuses(agencies=three, valid_from=DAY, facts=facts, by=lan, seen=seen)
    assert stale.value.entries == [other]
