"""What changed between two questions, by hand on the small province and by chance on Kon Tum."""

from datetime import date

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.actions import change_lifetime, change_roster
from agencies.asof import AsOf
from agencies.models import Category, Edition, EntryKind, RosterFacts
from reports.changes import Kind, what_changed
from reports.rollups import Counts, by_group
from tests.small_province import morning

# The stories stand in small_province.py; each table was worked out from them by hand.
YEAR_END = date(2020, 12, 31)
REPORTED = AsOf(YEAR_END, morning(2021, 1, 1))
CORRECTED = AsOf(YEAR_END, morning(2021, 12, 31))
COMPLETED = AsOf(YEAR_END, morning(2022, 12, 31))
SUMMER_2019 = AsOf(date(2019, 6, 30), morning(2022, 12, 31))
SUMMER_2018 = AsOf(date(2018, 6, 30), morning(2022, 12, 31))


@pytest.fixture
def edition(small_province):
    return small_province.edition_2015


def kinds(changes):
    return {change.latest.code: change.kind for change in changes.changes}


@pytest.mark.django_db
def test_two_days_with_the_same_knowledge(small_province, edition):
    changes = what_changed(SUMMER_2019, COMPLETED, edition)

    # SO-KHCN stays on 2015, SO-NN on 2008, THANH-TRA and CC-KL go on building.
    assert kinds(changes) == {"CC-TDC": Kind.CONVERTED, "CC-TL": Kind.CONVERTED}
    waterworks = next(c for c in changes.changes if c.latest.code == "CC-TL")
    [renamed] = waterworks.also
    assert (renamed.then, renamed.now) == (
        "Chi cục Thủy lợi",
        "Chi cục Thủy lợi và Phòng, chống thiên tai",
    )
    assert changes.difference("CC") == Counts(converted=2, withdrawn=-1, not_started=-1)
    assert changes.difference("SO") == Counts()


@pytest.mark.django_db
def test_agencies_begin_change_and_end(small_province, edition):
    changes = what_changed(SUMMER_2018, SUMMER_2019, edition)

    # CC-TL was established on 01/07/2018; THANH-TRA and CC-KL began to build in 2019.
    expected = {"CC-TL": Kind.BEGAN, "THANH-TRA": Kind.STATUS, "CC-KL": Kind.STATUS}
    assert kinds(changes) == expected
    back = what_changed(SUMMER_2019, SUMMER_2018, edition)
    assert kinds(back) == {**expected, "CC-TL": Kind.ENDED}
    [ended] = [change for change in back.changes if change.kind == Kind.ENDED]
    assert (ended.now, ended.latest.name) == (None, "Chi cục Thủy lợi")
    assert ended.step() == Counts(not_started=-1)


@pytest.mark.django_db
def test_who_is_only_renamed_or_moved_changes_no_count(small_province, edition):
    facts = RosterFacts(
        name="Thanh tra tỉnh", group_id=small_province.groups["CC"].pk, parent_id=None
    )
    change_roster(
        agency=small_province["THANH-TRA"],
        valid_from=date(2023, 1, 1),
        facts=facts,
        by=small_province.by,
    )
    then, now = AsOf(date(2022, 12, 31), timezone.now()), AsOf(date(2023, 1, 1), timezone.now())
    changes = what_changed(then, now, edition)

    assert kinds(changes) == {"THANH-TRA": Kind.MOVED}
    assert [row.what for row in changes.changes[0].also] != []
    assert changes.difference() == Counts()
    assert changes.difference("SO") == Counts(building=-1)
    assert changes.difference("CC") == Counts(building=1)


@pytest.mark.django_db
def test_one_day_known_at_two_moments_names_the_entries(small_province, edition):
    changes = what_changed(REPORTED, COMPLETED, edition)

    assert kinds(changes) == {"SO-NN": Kind.CORRECTED, "CC-TL": Kind.CORRECTED}
    by_code = {change.latest.code: change for change in changes.changes}
    [taken_out] = by_code["SO-NN"].entries
    assert (taken_out.at, taken_out.by) == (morning(2021, 3, 15), "Lan")
    assert taken_out.kind == str(EntryKind.CORRECTION.label)
    assert taken_out.reason == "01/KH-SNN là kế hoạch, không phải công bố"
    [late] = by_code["CC-TL"].entries
    assert (late.at, late.kind) == (morning(2022, 2, 10), str(EntryKind.RECORD.label))
    [row] = changes.by_kind
    assert (row.difference.converted, row.difference.total) == (0, 0)


@pytest.mark.django_db
def test_the_moments_may_stand_either_way_round(small_province, edition):
    changes = what_changed(COMPLETED, REPORTED, edition)

    assert kinds(changes) == {"SO-NN": Kind.CORRECTED, "CC-TL": Kind.CORRECTED}
    assert [len(change.entries) for change in changes.changes] == [1, 1]


@pytest.mark.django_db
def test_day_and_knowledge_together_are_told_apart(small_province, edition):
    reported_2019 = AsOf(date(2019, 6, 30), morning(2019, 7, 1))
    changes = what_changed(reported_2019, CORRECTED, edition)

    # SO-NN was no longer believed converted; the others changed between the days.
    assert kinds(changes) == {
        "SO-NN": Kind.CORRECTED,
        "CC-TDC": Kind.CONVERTED,
        "CC-TL": Kind.STATUS,
    }


@pytest.mark.django_db
def test_a_shorter_life_is_a_correction_of_the_days_it_takes_away(small_province, edition):
    before = timezone.now()
    change_lifetime(
        agency=small_province["CC-KL"],
        valid_from=date(2010, 1, 1),
        valid_to=date(2022, 1, 1),
        reason="Đã giải thể",
        by=small_province.by,
    )
    day = date(2022, 6, 1)
    changes = what_changed(AsOf(day, before), AsOf(day, timezone.now()), edition)

    [change] = changes.changes
    assert (change.kind, change.latest.code, change.now) == (Kind.CORRECTED, "CC-KL", None)
    assert [entry.reason for entry in change.entries] == ["Đã giải thể"]


@pytest.mark.django_db
def test_the_same_question_twice_names_nobody(small_province, edition):
    changes = what_changed(COMPLETED, COMPLETED, edition)
    assert (changes.changes, changes.by_kind) == ((), ())


days = st.dates(date(2009, 12, 1), date(2022, 3, 1))
moments = st.dates(date(2009, 12, 1), date(2022, 3, 1)).map(
    lambda day: morning(day.year, day.month, day.day)
)


@pytest.mark.django_db
@pytest.mark.usefixtures("kon_tum")
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(days, moments, days, moments)
def test_the_classes_add_up_to_the_difference_of_the_tables(day, moment, other_day, other_moment):
    edition = Edition.objects.get(year=2015)
    for then, now in (
        (AsOf(day, moment), AsOf(other_day, other_moment)),
        (AsOf(day, moment), AsOf(day, other_moment)),
        (AsOf(day, moment), AsOf(other_day, moment)),
    ):
        changes = what_changed(then, now, edition)
        early, late = by_group(then, edition), by_group(now, edition)
        for before, after in zip(early.rows, late.rows, strict=True):
            assert before.counts + changes.difference(before.group) == after.counts
        by_kind = sum((row.difference for row in changes.by_kind), Counts())
        assert early.total + by_kind == late.total
        codes = [change.latest.code for change in changes.changes]
        assert len(codes) == len(set(codes)) == sum(len(row.changes) for row in changes.by_kind)
        for change in changes.changes:
            assert bool(change.entries) is (change.kind == Kind.CORRECTED)


@pytest.mark.django_db
@pytest.mark.usefixtures("kon_tum")
def test_the_year_before_the_article():
    edition = Edition.objects.get(year=2015)
    article = AsOf(date(2021, 11, 15), timezone.now())
    changes = what_changed(article.on(date(2020, 12, 31)), article, edition)

    assert changes.difference().converted == 37  # 69 → 106
    converted = [change for change in changes.changes if change.kind == Kind.CONVERTED]
    assert {change.now.category for change in converted if change.now} == {Category.CONVERTED}
