"""Why figures differ, step by step: by hand on the small province, by chance, and of the reform."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from agencies import actions
from agencies.actions import record_status, undo_entry
from agencies.asof import AsOf
from agencies.models import (
    Agency,
    Edition,
    Entry,
    EntryKind,
    Reorganisation,
    ReorganisationPlan,
    RosterFacts,
    RosterRecord,
    StatusFacts,
    SuccessorPlan,
)
from reports.change_report import Cause, change_report
from reports.changes import Kind, what_changed
from reports.rollups import by_group
from tests.naive_office import AFTER, DAYS
from tests.small_province import morning
from tests.test_history_properties import COUNTED_AS, EXAMPLES, histories, random_acts, trial

pytestmark = pytest.mark.django_db
REPORTED = AsOf(date(2020, 12, 31), morning(2021, 1, 1))
LATER = AsOf(date(2021, 12, 31), morning(2022, 12, 31))
EVE, DAY = date(2023, 6, 30), date(2023, 7, 1)


@pytest.fixture
def edition(small_province):
    return small_province.edition_2015


def told(step):
    """The class of each agency, with what it does to numerator and denominator."""
    rows = {
        agency.latest.code: (row.cause, agency.step().converted, agency.step().total)
        for row in step.rows
        for agency in row.agencies
    }
    assert len(rows) == len(step.agencies)
    return rows


def act_of(agency: Any) -> Any:
    """The act of recording behind an agency; each has one here."""
    assert agency.act is not None
    return agency.act


def fractions(report):
    total = report.total
    return total.then.fraction, total.now.fraction


def merge(province, *, first_status="anew", carried_from=""):
    """Two sub-departments become one on 01/07/2023."""
    heir = SuccessorPlan(
        code="CC-TLKL",
        predecessors=("CC-TL", "CC-KL"),
        name="Chi cục Thủy lợi và Kiểm lâm",
        group="CC",
        parent="SO-NN",
        first_status=first_status,
        carried_from=carried_from,
    )
    plan = ReorganisationPlan("1/QĐ-UBND", DAY, (heir,))
    actions.apply_reorganisation(plan=plan, by=province.by)
    return Entry.objects.latest("pk")


def now(day):
    return AsOf(day, timezone.now())


# By hand


def test_a_count_that_ends_where_another_record_begins_is_of_the_act_that_cut_it(
    small_province, edition
):
    row = RosterRecord.objects.believed().in_force_on(DAY).get(agency__code="CC-TL")
    renamed = replace(RosterFacts(**row.facts()), name="Chi cục Thủy lợi và Đê điều")
    moved = replace(RosterFacts(**row.facts()), group_id=small_province.groups["SO"].pk)
    for facts, day in ((renamed, date(2024, 1, 1)), (moved, DAY)):
        actions.change_roster(
            agency=small_province["CC-TL"], valid_from=day, facts=facts, by=small_province.by
        )

    report = change_report(now(date(2023, 12, 31)), now(date(2024, 6, 1)), edition)

    [back] = report.happened.agencies
    assert (back.latest.code, back.day) == ("CC-TL", date(2024, 1, 1))
    assert act_of(back).at == Entry.objects.latest("pk").at


def test_what_was_known_and_then_what_happened(small_province, edition):
    report = change_report(REPORTED, LATER, edition)

    assert fractions(report) == ("03/06", "04/06")
    # SO-NN never converted; that CC-TL had, was entered in 2022; CC-KL did so in between.
    assert told(report.learnt) == {
        "SO-NN": (Cause.CORRECTION, -1, 0),
        "CC-TL": (Cause.LATE, 1, 0),
    }
    assert told(report.happened) == {"CC-KL": (Cause.REAL, 1, 0)}
    acts = {agency.latest.code: act_of(agency) for agency in report.learnt.agencies}
    assert (acts["SO-NN"].at, acts["SO-NN"].by) == (morning(2021, 3, 15), "Lan")
    assert acts["SO-NN"].reason == "01/KH-SNN là kế hoạch, không phải công bố"
    [declared] = report.happened.agencies
    assert (declared.day, act_of(declared).at) == (date(2021, 6, 1), morning(2021, 6, 7))
    so, cc = report.groups
    assert [(part.converted, part.total) for part in (so.learnt, so.happened)] == [(-1, 0), (0, 0)]
    assert [(part.converted, part.total) for part in (cc.learnt, cc.happened)] == [(1, 0), (1, 0)]
    assert [(row.then.fraction, row.now.fraction) for row in (so, cc)] == [
        ("02/03", "01/03"),
        ("01/03", "03/03"),
    ]


def test_exempt_agencies_and_new_ones_change_the_denominator(small_province, edition):
    known = morning(2022, 12, 31)
    summer, next_summer = AsOf(date(2018, 6, 30), known), AsOf(date(2019, 6, 30), known)
    report = change_report(summer, next_summer, edition)

    assert fractions(report) == ("01/04", "01/06")
    assert report.learnt.agencies == ()
    # CC-KL is exempt no more, CC-TL was established, THANH-TRA began to build.
    assert told(report.happened) == {
        "CC-KL": (Cause.REAL, 0, 1),
        "CC-TL": (Cause.REAL, 0, 1),
        "THANH-TRA": (Cause.REAL, 0, 0),
    }
    back = change_report(next_summer, summer, edition)
    assert told(back.happened) == {
        "CC-KL": (Cause.REAL, 0, -1),
        "CC-TL": (Cause.REAL, 0, -1),
        "THANH-TRA": (Cause.REAL, 0, 0),
    }


def test_an_agency_not_yet_recorded_is_a_late_entry(small_province, edition):
    day = date(2018, 7, 1)
    before = AsOf(day, morning(2018, 7, 1))
    report = change_report(before, AsOf(day, morning(2018, 7, 3)), edition)
    assert told(report.learnt) == {"CC-TL": (Cause.LATE, 0, 1)}


def test_a_merger_is_one_class_with_its_predecessors_and_successor(small_province, edition):
    before = timezone.now()
    entry = merge(small_province)
    report = change_report(AsOf(EVE, before), now(DAY), edition)

    assert fractions(report) == ("04/06", "02/05")
    assert report.learnt.agencies == ()
    assert told(report.happened) == {
        "CC-KL": (Cause.REORGANISATION, -1, -1),
        "CC-TL": (Cause.REORGANISATION, -1, -1),
        "CC-TLKL": (Cause.REORGANISATION, 0, 1),
    }
    [part] = report.happened.rows[0].parts
    assert part.event == entry.reorganisation
    assert act_of(part).kind == str(EntryKind.REORGANISATION.label)
    assert [(len(unit.agencies), unit.difference.total) for unit in (part.ended, part.begun)] == [
        (2, -2),
        (1, 1),
    ]
    [unit] = part.units
    assert unit.label == "Chi cục Thủy lợi và Kiểm lâm"
    assert [agency.latest.code for agency in unit.agencies] == ["CC-KL", "CC-TL", "CC-TLKL"]


def test_a_merger_known_later_changes_what_was_known(small_province, edition):
    before = timezone.now()
    merge(small_province)
    report = change_report(AsOf(DAY, before), now(DAY), edition)

    assert report.happened.agencies == ()
    expected = {
        "CC-KL": (Cause.REORGANISATION, -1, -1),
        "CC-TL": (Cause.REORGANISATION, -1, -1),
        "CC-TLKL": (Cause.REORGANISATION, 0, 1),
    }
    assert told(report.learnt) == expected
    [part] = report.learnt.rows[2].parts
    assert part.event == Reorganisation.objects.get()
    back = change_report(now(DAY), AsOf(DAY, before), edition)
    assert told(back.learnt) == {
        code: (cause, -converted, -total) for code, (cause, converted, total) in expected.items()
    }


def test_undoing_a_reorganisation_is_of_its_class(small_province, edition):
    before = timezone.now()
    entry = merge(small_province)
    applied = timezone.now()
    undo_entry(entry=entry, by=small_province.by, reason="nhầm quyết định")

    undone = change_report(AsOf(DAY, applied), now(DAY), edition)
    assert {cause for cause, *_counts in told(undone.learnt).values()} == {Cause.REORGANISATION}
    assert undone.learnt.difference().total == 1
    assert act_of(undone.learnt.agencies[0]).reason == "nhầm quyết định"
    assert undone.learnt.agencies[0].event == entry.reorganisation
    # Who did not look in between sees no difference.
    unseen = change_report(AsOf(DAY, before), now(DAY), edition)
    assert (unseen.learnt.agencies, unseen.happened.agencies) == ((), ())


def test_undoing_a_record_is_a_correction(small_province, edition):
    small_province.record("THANH-TRA", DAY, StatusFacts("exempt"))
    recorded, entry = timezone.now(), Entry.objects.latest("pk")
    undo_entry(entry=entry, by=small_province.by, reason="nhầm cơ quan")
    report = change_report(AsOf(DAY, recorded), now(DAY), edition)
    assert told(report.learnt) == {"THANH-TRA": (Cause.CORRECTION, 0, 1)}


def test_of_several_entries_the_last_that_changed_the_count_decides(small_province, edition):
    province, before = small_province, timezone.now()
    facts = province.applied(province.edition_2008, "5/QĐ", date(2023, 1, 1))
    province.record("THANH-TRA", date(2023, 1, 1), facts)
    [row] = province["THANH-TRA"].status_records.believed().filter(decision_number="5/QĐ")
    mended = province.applied(province.edition_2015, "5/QĐ", date(2023, 1, 1))
    told_wrong = {"record": row, "valid_from": row.valid_from, "facts": mended}
    actions.correct_status_record(**told_wrong, reason="sai phiên bản", by=province.by)
    [row] = province["THANH-TRA"].status_records.believed().filter(decision_number="5/QĐ")
    number = province.applied(province.edition_2015, "6/QĐ", date(2023, 1, 1))
    told_wrong = {"record": row, "valid_from": row.valid_from, "facts": number}
    actions.correct_status_record(**told_wrong, reason="sai số", by=province.by)

    report = change_report(AsOf(DAY, before), now(DAY), edition)
    assert told(report.learnt) == {"THANH-TRA": (Cause.CORRECTION, 1, 0)}
    [agency] = report.learnt.agencies
    assert act_of(agency).reason == "sai phiên bản"  # a number counts nothing


def test_a_successor_that_declared_since_is_there_by_the_reorganisation(small_province, edition):
    province = small_province
    merge(province)
    facts = province.applied(province.edition_2015, "8/QĐ", date(2023, 8, 1))
    agency = Agency.objects.get(code="CC-TLKL")
    record_status(agency=agency, valid_from=date(2023, 8, 1), facts=facts, by=province.by)

    whole = change_report(now(EVE), now(date(2023, 12, 31)), edition)
    assert told(whole.happened)["CC-TLKL"] == (Cause.REORGANISATION, 1, 1)
    [successor] = whole.happened.rows[0].parts[0].begun.agencies
    assert successor.day == DAY
    since = change_report(now(DAY), now(date(2023, 12, 31)), edition)
    assert told(since.happened) == {"CC-TLKL": (Cause.REAL, 1, 0)}


def test_another_group_is_a_step_of_both_groups(small_province, edition):
    facts = RosterFacts(
        name="Thanh tra tỉnh", group_id=small_province.groups["CC"].pk, parent_id=None
    )
    actions.change_roster(
        agency=small_province["THANH-TRA"], valid_from=DAY, facts=facts, by=small_province.by
    )
    report = change_report(now(EVE), now(DAY), edition)
    assert told(report.happened) == {"THANH-TRA": (Cause.REAL, 0, 0)}
    assert [row.happened.total for row in report.groups] == [-1, 1]


def test_another_name_alone_is_nobodys_difference(small_province, edition):
    facts = RosterFacts(name="Thanh tra", group_id=small_province.groups["SO"].pk, parent_id=None)
    actions.change_roster(
        agency=small_province["THANH-TRA"], valid_from=DAY, facts=facts, by=small_province.by
    )
    assert change_report(now(EVE), now(DAY), edition).happened.agencies == ()
    [change] = what_changed(now(EVE), now(DAY), edition).changes
    assert change.kind == Kind.MOVED


def test_the_same_question_twice_names_nobody(small_province, edition):
    report = change_report(LATER, LATER, edition)
    assert (report.learnt.agencies, report.happened.agencies) == ((), ())


# By chance

number = st.integers(0, 40)
place = st.integers(0, AFTER - 1)


@given(histories, st.tuples(number, number), st.tuples(place, place))
@settings(random_acts, max_examples=EXAMPLES)
def test_steps_add_up_and_classes_are_those_of_the_naive_office(acts, numbers, places):
    with trial(acts) as both:
        edition = Edition.objects.get(year=2015)
        known = [number % len(both.naive.pictures) for number in numbers]
        then, now = (
            AsOf(DAYS[place], both.moments(number)[-1 if number else 0])
            for number, place in zip(known, places, strict=True)
        )
        report = change_report(then, now, edition)
        check_sums(report, then, now, edition)
        assert classes(report.learnt) == naive_learnt(both, places[0], known)
        assert classes(report.happened) == naive_happened(both, places, known[1])
        check_against_comparison(report, what_changed(then, now, edition))


def check_sums(report: Any, then: AsOf, now: AsOf, edition: Edition) -> None:
    early, late = by_group(then, edition), by_group(now, edition)
    for before, after in zip(early.rows, late.rows, strict=True):
        steps = report.learnt.difference(before.group) + report.happened.difference(before.group)
        assert before.counts + steps == after.counts
        assert before.counts.converted + steps.converted == after.counts.converted
        assert before.counts.total + steps.total == after.counts.total
    assert early.total + report.learnt.difference() == report.known.total
    assert report.known.total + report.happened.difference() == late.total


def check_against_comparison(report: Any, changes: Any) -> None:
    """Check that both pages tell the same of who differs by what was known alone."""
    learnt, happened = (set(classes(step)) for step in (report.learnt, report.happened))
    differing = {c.latest.code: c for c in changes.changes if c.step() != c.step("nobody")}
    assert set(differing) <= learnt | happened
    for code, change in differing.items():
        assert code in (learnt if change.kind == Kind.CORRECTED else happened)


def classes(step: Any) -> dict[str, Cause]:
    codes = [agency.latest.code for row in step.rows for agency in row.agencies]
    assert len(codes) == len(set(codes))
    return {a.latest.code: row.cause for row in step.rows for a in row.agencies}


def naive_counting(both: Any, agency: int, number: int, place: int) -> Any:
    life = both.naive.pictures[number].get(agency)
    if life is None or place not in life.roster or not life.roster[place].group:
        return None
    return life.roster[place].group, COUNTED_AS[life.status[place]]


def last_change(said: list[Any]) -> int | None:
    """The last place of a row of countings at which what tells its ends apart changed."""
    if said[0] == said[-1]:
        return None
    if None in (said[0], said[-1]):
        said = [one is None for one in said]
    return max(place for place in range(1, len(said)) if said[place] != said[place - 1])


def naive_learnt(both: Any, place: int, known: list[int]) -> dict[str, Cause]:
    found, (first, last) = {}, sorted(known)
    for agency in both.real.agencies:
        said = [naive_counting(both, agency, n, place) for n in range(first, last + 1)]
        if (at := last_change(said)) is not None:
            entry = both.real.entries[first + at - 1]
            undone = entry.undoes.kind if entry.undoes else ""
            found[f"CQ-{agency}"] = {
                "record": Cause.LATE,
                "import": Cause.LATE,
                "correction": Cause.CORRECTION,
                "reorganisation": Cause.REORGANISATION,
                "undo": Cause.REORGANISATION if "reorg" in undone else Cause.CORRECTION,
            }[entry.kind]
    return found


def naive_happened(both: Any, places: list[int], number: int) -> dict[str, Cause]:
    found, (first, last) = {}, sorted(places)
    known = both.real.entries[:number]
    undone = {entry.undoes_id for entry in known}
    named = set()
    for entry in known:
        with suppress(Reorganisation.DoesNotExist):
            if entry.pk not in undone:
                event = entry.reorganisation
                for pair in event.successions.select_related("predecessor", "successor"):
                    bodies = filter(None, (pair.predecessor, pair.successor))
                    named |= {(body.code, event.takes_effect_on) for body in bodies}
    for agency in both.real.agencies:
        said = [naive_counting(both, agency, number, p) for p in range(first, last + 1)]
        if (at := last_change(said)) is not None:
            reformed = (f"CQ-{agency}", DAYS[first + at]) in named
            found[f"CQ-{agency}"] = Cause.REORGANISATION if reformed else Cause.REAL
    return found


# The reform of 2025 and the quarter of 2021, on Kon Tum


@pytest.fixture
def kon_tum_2015(kon_tum):
    return Edition.objects.get(year=2015)


def sums(step):
    return {
        str(row.cause): (len(row.agencies), row.difference.converted, row.difference.total)
        for row in step.rows
    }


def test_the_reform_takes_106_of_148_to_26_of_76(kon_tum_2015):
    call_command("apply_reorganisation", "fixtures/reform_2025.csv", by="chuyenvien")
    article = AsOf(date(2021, 11, 15), morning(2021, 11, 16))
    report = change_report(article, now(date(2025, 7, 1)), kon_tum_2015)

    assert fractions(report) == ("106/148", "26/76")
    assert report.learnt.agencies == ()
    # 10 districts, 7 converted; 98 communes, 73 converted; 36 new ones; 4 go on as they were.
    assert sums(report.happened) == {"reorganisation": (144, -80, -72), "real": (0, 0, 0)}
    [part] = report.happened.rows[0].parts
    assert (len(part.ended.agencies), part.ended.difference.converted) == (108, -80)
    assert (len(part.begun.agencies), part.begun.difference.converted) == (36, 0)
    assert len(part.units) == 37  # one for each new commune, and the districts
    assert [
        (row.then.fraction, row.happened.converted, row.happened.total, row.now.fraction)
        for row in report.groups
    ] == [
        ("19/20", 0, 0, "19/20"),
        ("07/10", -7, -10, "—"),
        ("06/16", 0, 0, "06/16"),
        ("74/102", -73, -62, "01/40"),
    ]


def test_the_quarter_of_2021_is_late_entries_and_real_change(kon_tum_2015):
    then, late = AsOf(date(2021, 9, 30), morning(2021, 10, 1)), date(2021, 11, 15)
    report = change_report(then, AsOf(late, morning(2021, 11, 16)), kon_tum_2015)
    check_sums(report, then, AsOf(late, morning(2021, 11, 16)), kon_tum_2015)
    assert fractions(report) == ("99/148", "106/148")
    assert sums(report.learnt) == {
        "late": (1, 1, 0),
        "correction": (0, 0, 0),
        "reorganisation": (0, 0, 0),
    }
    assert sums(report.happened) == {"reorganisation": (0, 0, 0), "real": (6, 6, 0)}
    assert report.known.total.fraction == "100/148"
