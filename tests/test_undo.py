"""Undoing an act of recording: what comes back, and what stands in the way."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from agencies.actions import (
    StaleForm,
    add_agency,
    change_lifetime,
    change_roster,
    correct_status,
    plan_undo,
    record_status,
    record_statuses,
    undo_entry,
)
from agencies.asof import AsOf
from agencies.models import Entry, EntryKind, RosterFacts, RosterRecord, Stage, StatusFacts
from agencies.models import StatusRecord as Status

DAY, LATER = date(2022, 3, 1), date(2022, 9, 1)
THREE = ("SO-NN", "THANH-TRA", "CC-TDC")
EXEMPT = StatusFacts(Stage.EXEMPT)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def batch(small_province, lan):
    """Three agencies that converted on one day by one decision."""
    facts = small_province.applied(small_province.edition_2015, "77/QĐ-UBND", DAY)
    agencies = [small_province[code] for code in THREE]
    return record_statuses(agencies=agencies, valid_from=DAY, facts=facts, by=lan)


def believed() -> set[tuple[object, ...]]:
    """Return everything that is believed, without who recorded it."""
    return {
        (model.__name__, row.agency_id, row.valid_from, row.valid_to, str(row.facts()))
        for model in (Status, RosterRecord)
        for row in model.objects.believed()
    }


def test_a_batch_is_undone_as_one(small_province, lan):
    before = believed()
    facts = small_province.applied(small_province.edition_2015, "77/QĐ-UBND", DAY)
    agencies = [small_province[code] for code in THREE]
    batch = record_statuses(agencies=agencies, valid_from=DAY, facts=facts, by=lan)
    undo = undo_entry(entry=batch, by=lan, reason=" nhầm quyết định ")

    assert believed() == before
    assert (undo.kind, undo.undoes, undo.reason) == (EntryKind.UNDO, batch, "nhầm quyết định")
    assert not Status.objects.believed().filter(recorded=batch).exists()


def test_what_was_known_in_between_stays_known(batch, lan):
    undo = undo_entry(entry=batch, by=lan, reason="nhầm")
    then, now = (
        Status.objects.as_of(AsOf(DAY, entry.at)).get(agency__code="THANH-TRA").stage
        for entry in (batch, undo)
    )
    assert (then, now) == ("applied", "building")


def test_an_undoing_needs_a_reason(batch, lan):
    with pytest.raises(ValidationError, match="needs a reason"):
        undo_entry(entry=batch, by=lan, reason="  ")
    assert Entry.objects.latest("pk") == batch


def test_nothing_is_undone_twice_nor_is_an_undoing(batch, lan):
    undo = undo_entry(entry=batch, by=lan, reason="nhầm")
    with pytest.raises(ValidationError, match="undone already, by Lan"):
        undo_entry(entry=batch, by=lan, reason="nhầm")
    with pytest.raises(ValidationError, match="kind “undo” is not undone"):
        undo_entry(entry=undo, by=lan, reason="nhầm")


def test_everything_that_hangs_on_it_is_named(small_province, batch, lan):
    withdrawn = StatusFacts(Stage.WITHDRAWN)
    for code in THREE[:2]:
        record_status(agency=small_province[code], valid_from=LATER, facts=withdrawn, by=lan)
    rows = list(Status.objects.values())

    with pytest.raises(ValidationError) as refused:
        undo_entry(entry=batch, by=lan, reason="nhầm")

    said = sorted(refused.value.messages)
    assert len(said) == 2
    assert said[0].startswith("Sở Nông nghiệp và PTNT (SO-NN): ")
    assert said[1].startswith("Thanh tra tỉnh (THANH-TRA): ")
    assert all("record by Lan builds on it; undo that first" in message for message in said)
    assert list(Status.objects.values()) == rows


def test_a_record_that_ends_where_the_undone_one_begins_hangs_on_it(small_province, batch, lan):
    record_status(agency=small_province["SO-NN"], valid_from=date(2022, 2, 1), facts=EXEMPT, by=lan)
    with pytest.raises(ValidationError, match=r"SO-NN\): .* builds on it"):
        undo_entry(entry=batch, by=lan, reason="nhầm")


def test_other_days_and_the_other_history_do_not_stand_in_the_way(small_province, batch, lan):
    agency = small_province["SO-NN"]
    correct_status(
        agency=agency,
        valid_from=date(2015, 1, 1),
        valid_to=date(2016, 1, 1),
        facts=EXEMPT,
        reason="thiếu",
        by=lan,
    )
    facts = RosterFacts(
        name="Sở Nông nghiệp và Môi trường", group_id=small_province.groups["SO"].pk
    )
    change_roster(agency=agency, valid_from=LATER, facts=facts, by=lan)
    undo_entry(entry=batch, by=lan, reason="nhầm")

    stages = Status.objects.believed().filter(agency=agency).order_by("valid_from")
    assert [row.stage for row in stages] == ["not_started", "applied", "exempt", "applied"]
    assert Status.objects.believed().get(agency=agency, valid_to=None).edition.year == 2008
    assert RosterRecord.objects.believed().get(agency=agency, valid_to=None).name == facts.name


def test_acts_are_undone_one_after_the_other_from_the_last(small_province, batch, lan):
    before = believed()
    later = record_status(
        agency=small_province["SO-NN"], valid_from=LATER, facts=StatusFacts(Stage.WITHDRAWN), by=lan
    )
    undo_entry(entry=later, by=lan, reason="nhầm")
    assert believed() == before
    undo_entry(entry=batch, by=lan, reason="nhầm")
    assert not Status.objects.believed().filter(decision_number="77/QĐ-UBND").exists()


def test_a_correction_and_an_end_of_life_are_undone(small_province, lan):
    before = believed()
    agency = small_province["SO-NN"]
    end = change_lifetime(
        agency=agency, valid_from=date(2010, 1, 1), valid_to=DAY, reason="giải thể", by=lan
    )
    undo_entry(entry=end, by=lan, reason="nhầm")
    assert believed() == before


def test_an_act_that_added_an_agency_is_not_undone(small_province, lan):
    add_agency(code="MOI", facts=RosterFacts(name="Sở Mới"), valid_from=DAY, by=lan)
    with pytest.raises(ValidationError, match=r"Sở Mới \(MOI\) was added by it"):
        undo_entry(entry=Entry.objects.latest("pk"), by=lan, reason="nhầm")


def test_a_code_that_was_given_away_since_is_not_taken_back(small_province, lan):
    def coded(name, gso_code=""):
        return RosterFacts(name=name, gso_code=gso_code)

    one = add_agency(code="A", facts=coded("A", "23311"), valid_from=DAY, by=lan)
    given_up = change_roster(agency=one, valid_from=LATER, facts=coded("A"), by=lan)
    add_agency(code="B", facts=coded("B", "23311"), valid_from=LATER, by=lan)
    with pytest.raises(ValidationError, match="23311 belongs to"):
        undo_entry(entry=given_up, by=lan, reason="nhầm")


def test_a_page_overtaken_at_one_agency_is_stale(small_province, batch, lan):
    other = record_status(agency=small_province["CC-TDC"], valid_from=LATER, facts=EXEMPT, by=lan)
    with pytest.raises(StaleForm) as stale:
        undo_entry(entry=batch, by=lan, reason="nhầm", seen=batch.pk)
    assert stale.value.entries == [other]


def test_the_plan_writes_nothing(batch):
    rows = list(Status.objects.values())
    undoing = plan_undo(batch)
    assert [life.agency.code for life in undoing.lives] == sorted(THREE)
    assert undoing.refused == []
    assert list(Status.objects.values()) == rows
