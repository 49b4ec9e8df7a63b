"""What each action does to the two histories, one example after the other."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from agencies.actions import (
    StaleForm,
    add_agency,
    change_lifetime,
    change_roster,
    correct_roster,
    correct_status,
    correct_status_record,
    demonstration_entries_at,
    record_status,
    rehearsal,
    take_out_roster,
    take_out_status,
)
from agencies.asof import AsOf
from agencies.models import (
    Agency,
    AgencyGroup,
    Edition,
    Entry,
    EntryKind,
    RosterFacts,
    RosterRecord,
    Stage,
    StatusFacts,
    StatusRecord,
)

NOT_STARTED = StatusFacts(Stage.NOT_STARTED)
BUILDING = StatusFacts(Stage.BUILDING)
EXEMPT = StatusFacts(Stage.EXEMPT)
START = date(2020, 1, 1)


def day(number: int) -> date:
    """Return a day of 2020, the first as 0."""
    return START + timedelta(days=number)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def group(db):
    return AgencyGroup.objects.create(code="XA", name="UBND cấp xã")


@pytest.fixture
def named(group):
    """Return roster facts under a name."""

    def facts(name="UBND xã Đắk Long", **others) -> RosterFacts:
        return RosterFacts(name=name, group_id=group.pk, **others)

    return facts


@pytest.fixture
def applied(db):
    edition = Edition.objects.get(year=2015)
    return StatusFacts(Stage.APPLIED, edition_id=edition.pk, decision_number="1/QĐ")


@pytest.fixture
def commune(lan, named):
    """An agency that exists from day 0 on and has not started."""
    return add_agency(code="XA-1", facts=named(), valid_from=START, by=lan)


def statuses(agency: Agency) -> list[tuple[str, int | None, int | None]]:
    """Return what is believed as (stage, first day, first day it is over)."""
    rows = agency.status_records.believed().order_by("valid_from")
    return [(row.stage, number(row.valid_from), number(row.valid_to)) for row in rows]


def names(agency: Agency) -> list[tuple[str, int | None, int | None]]:
    rows = agency.roster_records.believed().order_by("valid_from")
    return [(row.name, number(row.valid_from), number(row.valid_to)) for row in rows]


def number(when: date | None) -> int | None:
    return (when - START).days if when else None


def status_at(agency: Agency, place: int):
    return StatusRecord.objects.believed().filter(agency=agency).order_by("valid_from")[place]


def roster_at(agency: Agency, place: int):
    return RosterRecord.objects.believed().filter(agency=agency).order_by("valid_from")[place]


# Adding


def test_an_agency_begins_as_not_started(commune):
    assert names(commune) == [("UBND xã Đắk Long", 0, None)]
    assert statuses(commune) == [("not_started", 0, None)]


def test_an_agency_may_begin_with_a_status_and_have_an_end(lan, named, applied):
    agency = add_agency(
        code="XA-2", facts=named(), valid_from=day(3), valid_to=day(9), first_status=applied, by=lan
    )

    assert statuses(agency) == [("applied", 3, 9)]


def test_a_code_is_never_used_for_another(lan, commune, named):
    with pytest.raises(ValidationError, match="already exists"):
        add_agency(code=" XA-1 ", facts=named(), valid_from=START, by=lan)


@pytest.mark.parametrize("valid_to", [day(5), day(4)])
def test_an_agency_does_not_end_before_it_begins(lan, named, valid_to):
    with pytest.raises(ValidationError, match="ends before it begins"):
        add_agency(code="XA-2", facts=named(), valid_from=day(5), valid_to=valid_to, by=lan)
    assert not Agency.objects.exists()


def test_text_is_stored_in_one_form(lan, named):
    agency = add_agency(
        code="XA-2",
        facts=named("  UBND  xã Đa\u0306\u0301k Long ", gso_code=" 23311 "),
        valid_from=START,
        by=lan,
    )

    row = agency.roster_records.get()
    assert (row.name, row.gso_code) == ("UBND xã Đắk Long", "23311")


# Recording


def test_a_recorded_status_holds_until_the_next_believed_change(lan, commune, applied):
    record_status(agency=commune, valid_from=day(10), facts=applied, by=lan)
    record_status(agency=commune, valid_from=day(4), facts=BUILDING, by=lan)

    assert statuses(commune) == [
        ("not_started", 0, 4),
        ("building", 4, 10),
        ("applied", 10, None),
    ]


def test_recording_on_the_first_day_replaces_not_started(lan, commune):
    record_status(agency=commune, valid_from=START, facts=BUILDING, by=lan)

    assert statuses(commune) == [("building", 0, None)]


def test_two_records_do_not_begin_on_one_day(lan, commune, applied):
    record_status(agency=commune, valid_from=day(4), facts=BUILDING, by=lan)

    with pytest.raises(ValidationError, match="already begins on 05/01/2020"):
        record_status(agency=commune, valid_from=day(4), facts=applied, by=lan)


def test_nothing_is_recorded_of_days_without_the_agency(lan, commune):
    with pytest.raises(ValidationError, match="does not exist; it exists from 01/01/2020"):
        record_status(agency=commune, valid_from=day(-1), facts=BUILDING, by=lan)


def test_a_boundary_that_says_nothing_new_stops_no_recorded_status(lan, commune, applied):
    record_status(agency=commune, valid_from=day(10), facts=BUILDING, by=lan)
    record_status(agency=commune, valid_from=day(5), facts=BUILDING, by=lan)
    correct_status(
        agency=commune, valid_from=day(5), valid_to=day(10), facts=NOT_STARTED, reason="?", by=lan
    )
    record_status(agency=commune, valid_from=day(2), facts=EXEMPT, by=lan)

    assert statuses(commune) == [("not_started", 0, 2), ("exempt", 2, 10), ("building", 10, None)]


def test_stating_what_is_believed_already_is_refused_and_leaves_no_entry(lan, commune):
    rows, entries = list(StatusRecord.objects.values()), Entry.objects.count()
    with pytest.raises(ValidationError, match="nothing would change"):
        correct_status(
            agency=commune,
            valid_from=day(5),
            valid_to=day(8),
            facts=NOT_STARTED,
            reason="?",
            by=lan,
        )

    assert list(StatusRecord.objects.values()) == rows
    assert Entry.objects.count() == entries


# Correcting


def test_a_correction_states_a_whole_interval(lan, commune):
    entry = correct_status(
        agency=commune, valid_from=day(5), valid_to=day(8), facts=EXEMPT, reason="nhầm", by=lan
    )

    assert statuses(commune) == [("not_started", 0, 5), ("exempt", 5, 8), ("not_started", 8, None)]
    assert (entry.kind, entry.reason, entry.by) == (EntryKind.CORRECTION, "nhầm", lan)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_correction_needs_a_reason(lan, commune, reason):
    with pytest.raises(ValidationError, match="needs a reason"):
        correct_status_record(
            record=status_at(commune, 0), valid_from=START, facts=EXEMPT, reason=reason, by=lan
        )


def test_a_correction_stays_inside_the_days_of_existence(lan, commune):
    change_lifetime(agency=commune, valid_from=START, valid_to=day(20), reason="giải thể", by=lan)

    with pytest.raises(ValidationError, match="do not cover exactly the days"):
        correct_status(
            agency=commune, valid_from=day(5), valid_to=day(21), facts=EXEMPT, reason="?", by=lan
        )


def test_a_record_that_began_earlier_cuts_the_one_before(lan, commune):
    record_status(agency=commune, valid_from=day(9), facts=BUILDING, by=lan)
    correct_status_record(
        record=status_at(commune, 1), valid_from=day(6), facts=BUILDING, reason="nhầm", by=lan
    )

    assert statuses(commune) == [("not_started", 0, 6), ("building", 6, None)]


def test_a_record_that_began_later_stretches_the_one_before(lan, commune, applied):
    record_status(agency=commune, valid_from=day(9), facts=BUILDING, by=lan)
    correct_status_record(
        record=status_at(commune, 1), valid_from=day(12), facts=applied, reason="nhầm", by=lan
    )

    assert statuses(commune) == [("not_started", 0, 12), ("applied", 12, None)]


@pytest.mark.parametrize("valid_from", [day(4), day(3), day(12)])
def test_a_record_stays_between_its_neighbours(lan, commune, applied, valid_from):
    record_status(agency=commune, valid_from=day(4), facts=EXEMPT, by=lan)
    record_status(agency=commune, valid_from=day(8), facts=BUILDING, by=lan)
    record_status(agency=commune, valid_from=day(12), facts=applied, by=lan)

    with pytest.raises(ValidationError, match="must begin"):
        correct_status_record(
            record=status_at(commune, 2),
            valid_from=valid_from,
            facts=BUILDING,
            reason="nhầm",
            by=lan,
        )


def test_what_was_believed_before_a_correction_stays_known(lan, commune, applied):
    recorded = record_status(agency=commune, valid_from=day(4), facts=BUILDING, by=lan)
    correct_status_record(
        record=status_at(commune, 1), valid_from=day(4), facts=applied, reason="nhầm", by=lan
    )

    then = StatusRecord.objects.as_of(AsOf(day(5), recorded.at)).get()
    assert then.stage == Stage.BUILDING
    assert (
        StatusRecord.objects.as_of(AsOf(day(5), Entry.objects.latest("pk").at)).get().stage
        == "applied"
    )


# Taking out


def test_taking_out_an_event_extends_the_one_before_it(lan, commune, applied):
    record_status(agency=commune, valid_from=day(4), facts=BUILDING, by=lan)
    record_status(agency=commune, valid_from=day(8), facts=applied, by=lan)
    take_out_status(record=status_at(commune, 1), reason="chưa từng có", by=lan)

    assert statuses(commune) == [("not_started", 0, 8), ("applied", 8, None)]


def test_an_event_taken_out_between_equals_leaves_no_trace(lan, commune):
    correct_status(
        agency=commune, valid_from=day(5), valid_to=day(8), facts=EXEMPT, reason="nhầm", by=lan
    )
    take_out_status(record=status_at(commune, 1), reason="chưa từng có", by=lan)

    assert statuses(commune) == [("not_started", 0, None)]


def test_the_first_record_is_not_taken_out(lan, commune):
    with pytest.raises(ValidationError, match="first record of an agency"):
        take_out_status(record=status_at(commune, 0), reason="?", by=lan)
    with pytest.raises(ValidationError, match="first record of an agency"):
        take_out_roster(record=roster_at(commune, 0), reason="?", by=lan)


# The roster


def test_a_new_name_holds_from_its_day_and_leaves_the_status_alone(lan, commune, named):
    rows = list(StatusRecord.objects.values())
    change_roster(agency=commune, valid_from=day(6), facts=named("UBND phường Một"), by=lan)

    assert names(commune) == [("UBND xã Đắk Long", 0, 6), ("UBND phường Một", 6, None)]
    assert list(StatusRecord.objects.values()) == rows


def test_a_spelling_is_corrected_for_all_its_days(lan, commune, named):
    change_roster(agency=commune, valid_from=day(6), facts=named("UBND phường Một"), by=lan)
    correct_roster(
        record=roster_at(commune, 0), facts=named("UBND xã Đăk Long"), reason="ă", by=lan
    )

    assert names(commune) == [("UBND xã Đăk Long", 0, 6), ("UBND phường Một", 6, None)]


def test_a_renaming_that_never_happened_is_taken_out(lan, commune, named):
    change_roster(agency=commune, valid_from=day(6), facts=named("UBND phường Một"), by=lan)
    take_out_roster(record=roster_at(commune, 1), reason="nhầm", by=lan)

    assert names(commune) == [("UBND xã Đắk Long", 0, None)]


def test_two_roster_records_do_not_begin_on_one_day(lan, commune, named):
    with pytest.raises(ValidationError, match="already begins"):
        change_roster(agency=commune, valid_from=START, facts=named("Khác"), by=lan)


@pytest.mark.parametrize("code", ["23311", " 23311", "23311\u00a0"])
def test_a_gso_code_belongs_to_one_agency_on_a_day(lan, named, code):
    add_agency(code="XA-1", facts=named(gso_code="23311"), valid_from=START, by=lan)

    with pytest.raises(ValidationError, match="23311 belongs to"):
        add_agency(code="XA-2", facts=named(gso_code=code), valid_from=day(5), by=lan)


def test_a_gso_code_passes_on_when_its_bearer_ends(lan, named):
    add_agency(
        code="XA-1", facts=named(gso_code="23311"), valid_from=START, valid_to=day(5), by=lan
    )
    heir = add_agency(code="XA-2", facts=named(gso_code="23311"), valid_from=day(5), by=lan)

    assert heir.roster_records.get().gso_code == "23311"


def test_no_agency_is_above_itself(lan, commune, named):
    below = add_agency(code="XA-2", facts=named(parent_id=commune.pk), valid_from=START, by=lan)
    last = add_agency(code="XA-3", facts=named(parent_id=below.pk), valid_from=START, by=lan)

    for parent in (commune, below, last):
        with pytest.raises(ValidationError, match="body above itself"):
            change_roster(
                agency=commune, valid_from=day(3), facts=named(parent_id=parent.pk), by=lan
            )


def test_two_bodies_may_change_places_on_a_day(lan, commune, named):
    other = add_agency(code="XA-2", facts=named(parent_id=commune.pk), valid_from=START, by=lan)
    change_roster(agency=other, valid_from=day(5), facts=named(), by=lan)
    above = named(parent_id=other.pk)

    with pytest.raises(ValidationError, match="From 05/01/2020 XA-1 would be a body above itself"):
        change_roster(agency=commune, valid_from=day(4), facts=above, by=lan)
    change_roster(agency=commune, valid_from=day(5), facts=above, by=lan)
    assert roster_at(commune, 1).parent == other


# Lifetime


def test_an_end_cuts_both_histories(lan, commune):
    record_status(agency=commune, valid_from=day(4), facts=BUILDING, by=lan)
    change_lifetime(agency=commune, valid_from=START, valid_to=day(9), reason="giải thể", by=lan)

    assert names(commune) == [("UBND xã Đắk Long", 0, 9)]
    assert statuses(commune) == [("not_started", 0, 4), ("building", 4, 9)]


def test_days_gained_at_the_end_continue_the_last_records(lan, commune):
    change_lifetime(agency=commune, valid_from=START, valid_to=day(9), reason="giải thể", by=lan)
    record_status(agency=commune, valid_from=day(4), facts=BUILDING, by=lan)
    change_lifetime(agency=commune, valid_from=START, valid_to=None, reason="nhầm", by=lan)

    assert statuses(commune) == [("not_started", 0, 4), ("building", 4, None)]
    assert names(commune) == [("UBND xã Đắk Long", 0, None)]


def test_days_gained_at_the_beginning_are_not_started(lan, named, applied):
    agency = add_agency(code="XA-2", facts=named(), valid_from=day(5), first_status=applied, by=lan)
    change_lifetime(agency=agency, valid_from=day(2), valid_to=None, reason="nhầm", by=lan)

    assert statuses(agency) == [("not_started", 2, 5), ("applied", 5, None)]


@pytest.mark.parametrize("valid_to", [day(12), None])
def test_a_life_may_move_later_at_both_ends(lan, named, valid_to):
    agency = add_agency(code="XA-2", facts=named(), valid_from=START, valid_to=day(9), by=lan)
    change_lifetime(agency=agency, valid_from=day(5), valid_to=valid_to, reason="nhầm", by=lan)

    assert names(agency) == [("UBND xã Đắk Long", 5, number(valid_to))]
    assert statuses(agency) == [("not_started", 5, number(valid_to))]


def test_a_life_may_move_earlier_at_both_ends(lan, named):
    agency = add_agency(code="XA-2", facts=named(), valid_from=day(5), valid_to=day(9), by=lan)
    change_lifetime(agency=agency, valid_from=START, valid_to=day(7), reason="nhầm", by=lan)

    assert names(agency) == [("UBND xã Đắk Long", 0, 7)]
    assert statuses(agency) == [("not_started", 0, 7)]


def test_no_record_is_lost_with_the_days(lan, commune):
    record_status(agency=commune, valid_from=day(4), facts=BUILDING, by=lan)

    with pytest.raises(ValidationError, match=r"outside the new days of existence.*building"):
        change_lifetime(agency=commune, valid_from=START, valid_to=day(4), reason="?", by=lan)


def test_a_life_is_not_empty(lan, commune):
    with pytest.raises(ValidationError, match="ends before it begins"):
        change_lifetime(agency=commune, valid_from=day(4), valid_to=day(4), reason="?", by=lan)


# Two people, clocks, rehearsals


def test_a_form_drawn_before_somebody_elses_act_is_refused(lan, commune):
    seen = Entry.objects.last_known_at(datetime.now(UTC))
    act = record_status(agency=commune, valid_from=day(4), facts=BUILDING, by=lan, seen=seen)

    with pytest.raises(StaleForm) as stale:
        record_status(agency=commune, valid_from=day(9), facts=EXEMPT, by=lan, seen=seen)
    assert stale.value.entries == [act]
    assert statuses(commune) == [("not_started", 0, 4), ("building", 4, None)]


def test_acts_on_other_agencies_make_no_form_stale(lan, commune, named):
    seen = Entry.objects.latest("pk").pk
    add_agency(code="XA-2", facts=named(), valid_from=START, by=lan)

    record_status(agency=commune, valid_from=day(4), facts=BUILDING, by=lan, seen=seen)
    assert statuses(commune) == [("not_started", 0, 4), ("building", 4, None)]


def test_a_record_that_was_superseded_is_not_corrected(lan, commune):
    record = status_at(commune, 0)
    act = record_status(agency=commune, valid_from=day(4), facts=BUILDING, by=lan)

    with pytest.raises(StaleForm) as stale:
        correct_status_record(record=record, valid_from=START, facts=EXEMPT, reason="nhầm", by=lan)
    assert stale.value.entries == [act]


def test_a_refused_act_leaves_no_entry(lan, commune):
    entries = list(Entry.objects.values())

    with pytest.raises(ValidationError, match="name its edition"):
        record_status(agency=commune, valid_from=day(4), facts=StatusFacts(Stage.APPLIED), by=lan)
    assert list(Entry.objects.values()) == entries


def test_a_rehearsal_shows_what_would_come_and_undoes_it(lan, commune):
    with rehearsal():
        record_status(agency=commune, valid_from=day(4), facts=BUILDING, by=lan)
        assert statuses(commune) == [("not_started", 0, 4), ("building", 4, None)]

    assert statuses(commune) == [("not_started", 0, None)]
    assert Entry.objects.count() == 1


def test_entries_keep_their_order_when_the_clock_is_set_back(lan, commune, monkeypatch):
    yesterday = datetime.now(UTC) - timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: yesterday)
    record_status(agency=commune, valid_from=day(4), facts=BUILDING, by=lan)

    first, second = Entry.objects.order_by("pk")
    assert second.at == first.at + timedelta(microseconds=1)
    assert StatusRecord.objects.known_at(first.at).get().stage == Stage.NOT_STARTED
    assert StatusRecord.objects.known_at(second.at).count() == 2


def test_a_demonstration_dates_its_entries_and_keeps_the_true_time(lan, named):
    begun = datetime.now(UTC)
    with demonstration_entries_at(datetime(2012, 5, 3, 9, tzinfo=UTC)):
        add_agency(code="XA-1", facts=named(), valid_from=START, by=lan)
        add_agency(code="XA-2", facts=named(), valid_from=START, by=lan)

    first, second = Entry.objects.order_by("pk")
    assert first.at == datetime(2012, 5, 3, 9, tzinfo=UTC)
    assert second.at - first.at == timedelta(microseconds=1)
    assert first.loaded_at is not None
    assert first.loaded_at >= begun


def test_what_an_office_recorded_itself_takes_no_demonstration(lan, commune):
    with (
        demonstration_entries_at(datetime(2012, 5, 3, 9, tzinfo=UTC)),
        pytest.raises(ValueError, match="empty database"),
    ):
        record_status(agency=commune, valid_from=day(4), facts=BUILDING, by=lan)


def test_before_the_first_entry_nothing_was_known(commune):
    before = Entry.objects.get().at - timedelta(microseconds=1)

    assert not RosterRecord.objects.as_of(AsOf(day(5), before)).exists()
    assert not Agency.objects.with_status(AsOf(day(5), before)).exists()
