"""The figures of the small province against tables worked out by hand."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.actions import add_agency, record_status
from agencies.asof import AsOf
from agencies.models import (
    Agency,
    AgencyGroup,
    Category,
    Edition,
    RosterFacts,
    Stage,
    StatusFacts,
    StatusRecord,
)
from agencies.models.categories import category_of
from reports.actions import place_tiles
from reports.conversions import Conversion, by_quarter, conversions, waits
from reports.rollups import (
    Counts,
    by_group,
    by_parent,
    compare,
    left_by_parent,
    standings,
    sum_of,
    tiles_of,
)
from reports.trends import by_edition, month_ends, on_days, quarter_ends, quarterly, trend
from tests.small_province import COUNTED, SmallProvince, morning

# Each table was worked out from the stories in small_province.py, agency by agency.

# While the old edition ruled: SO-KHCN and SO-NN have 2008, THANH-TRA nothing;
# CC-TDC has 2008, CC-KL is exempt, CC-TL does not exist yet.
OLD_TIMES = AsOf(date(2016, 6, 30), morning(2016, 12, 31))
OLD_TIMES_TABLE = {
    "SO": Counts(older_edition=2, not_started=1),
    "CC": Counts(older_edition=1, exempt=1),
}

# Mid 2019: SO-KHCN has 2015, SO-NN has it as far as was believed then, THANH-TRA builds;
# CC-TDC has withdrawn, CC-KL is exempt no more and builds, CC-TL is new and has not started.
SUMMER_2019 = AsOf(date(2019, 6, 30), morning(2019, 7, 1))
SUMMER_2019_TABLE = {
    "SO": Counts(converted=2, building=1),
    "CC": Counts(withdrawn=1, building=1, not_started=1),
}

# The end of 2020 as it was reported on New Year's Day: SO-NN still passes for converted;
# CC-TDC has declared anew, CC-KL builds, and CC-TL is believed to build.
REPORTED = AsOf(date(2020, 12, 31), morning(2021, 1, 1))
REPORTED_TABLE = {
    "SO": Counts(converted=2, building=1),
    "CC": Counts(converted=1, building=2),
}

# The same day a year later: the correction of 15/03/2021 has put SO-NN back on 2008.
CORRECTED = AsOf(date(2020, 12, 31), morning(2021, 12, 31))
CORRECTED_TABLE = {
    "SO": Counts(converted=1, older_edition=1, building=1),
    "CC": Counts(converted=1, building=2),
}

# The same day once the late entry of 10/02/2022 is in: CC-TL had converted on 01/09/2020.
COMPLETED = AsOf(date(2020, 12, 31), morning(2022, 12, 31))
COMPLETED_TABLE = {
    "SO": Counts(converted=1, older_edition=1, building=1),
    "CC": Counts(converted=2, building=1),
}

# The agencies exist on the day, but nothing was recorded before nine on 04/01/2010.
UNKNOWN = AsOf(date(2010, 1, 4), morning(2010, 1, 4) - timedelta(microseconds=1))

NOBODY = {"SO": Counts(), "CC": Counts()}

BY_HAND = [
    pytest.param(OLD_TIMES, OLD_TIMES_TABLE, id="old times"),
    pytest.param(SUMMER_2019, SUMMER_2019_TABLE, id="summer 2019"),
    pytest.param(REPORTED, REPORTED_TABLE, id="reported"),
    pytest.param(CORRECTED, CORRECTED_TABLE, id="corrected"),
    pytest.param(COMPLETED, COMPLETED_TABLE, id="completed"),
    pytest.param(UNKNOWN, NOBODY, id="before the first entry"),
]


@pytest.fixture
def edition(small_province: SmallProvince) -> Edition:
    return small_province.edition_2015


def codes(rows) -> list[str]:
    return [row.code for row in rows]


@pytest.mark.parametrize(("as_of", "table"), BY_HAND)
def test_groups_are_counted_as_by_hand(small_province, edition, as_of, table):
    found = by_group(as_of, edition)

    assert {row.group: row.counts for row in found.rows} == table
    assert found.total == table["SO"] + table["CC"]


def test_figures_follow_from_the_counts(small_province, edition):
    total = by_group(COMPLETED, edition).total

    assert (total.total, total.converted, total.left, total.declared_any) == (6, 3, 3, 4)
    assert (total.fraction, total.percent) == ("03/06", Decimal("50.00"))


def test_an_exempt_agency_leaves_the_denominator(small_province, edition):
    counts = by_group(OLD_TIMES, edition).row("CC").counts

    assert (counts.total, counts.exempt, counts.fraction) == (1, 1, "00/01")


def test_a_group_without_agencies_has_a_row_of_zeros(small_province, edition):
    AgencyGroup.objects.create(code="XA", name="UBND cấp xã", position=9)

    row = by_group(COMPLETED, edition).rows[-1]

    assert (row.group, row.label, row.counts) == ("XA", "UBND cấp xã", Counts())
    assert (row.counts.fraction, row.counts.percent) == ("—", None)


def test_against_an_older_edition_its_declarations_count_as_converted(small_province):
    found = by_group(OLD_TIMES, small_province.edition_2008)

    assert found.total == Counts(converted=3, not_started=1, exempt=1)


def test_standings_name_every_counted_agency_once(small_province, edition):
    found = standings(COMPLETED, edition)

    # By group, then by the parent's name (Khoa học before Nông nghiệp), then by name.
    assert codes(found) == ["SO-KHCN", "SO-NN", "THANH-TRA", "CC-TDC", "CC-KL", "CC-TL"]
    assert sorted(codes(found)) == sorted(COUNTED)


def test_a_standing_says_what_the_records_of_the_day_say(small_province, edition):
    row = standings(COMPLETED, edition)[3]

    assert (row.code, row.name, row.group) == ("CC-TDC", "Chi cục Tiêu chuẩn Đo lường", "CC")
    assert (row.parent, row.parent_name) == ("SO-KHCN", "Sở Khoa học và Công nghệ")
    assert (row.category, row.edition_code) == (Category.CONVERTED, "TCVN ISO 9001:2015")
    assert (row.since, row.decision_number) == (date(2019, 10, 1), "30/QĐ-TĐC")
    assert row.decision_date == date(2019, 9, 30)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2019, 12, 31), "Chi cục Thủy lợi"),
        (date(2020, 1, 1), "Chi cục Thủy lợi và Phòng, chống thiên tai"),
    ],
)
def test_an_agency_bears_the_name_of_the_day(small_province, edition, day, name):
    assert standings(COMPLETED.on(day), edition)[-1].name == name


@pytest.mark.parametrize(("as_of", "table"), BY_HAND)
def test_standings_count_up_to_the_groups(small_province, edition, as_of, table):
    found = standings(as_of, edition)

    for group, counts in table.items():
        for category in Category:
            members = [row for row in found if (row.group, row.category) == (group, category)]
            assert len(members) == counts.of(category)


def test_parents_are_counted_as_by_hand(small_province, edition):
    # The uncounted UBND tỉnh has the three departments; SO-KHCN has CC-TDC; SO-NN has
    # CC-KL, which builds, and CC-TL, which is converted.
    found = {row.parent: row.counts for row in by_parent(COMPLETED, edition)}

    assert list(found) == ["UBND-TINH", "SO-KHCN", "SO-NN"]
    assert found["UBND-TINH"] == Counts(converted=1, older_edition=1, building=1)
    assert found["SO-KHCN"] == Counts(converted=1)
    assert found["SO-NN"] == Counts(converted=1, building=1)


def test_parents_count_up_to_all_groups(small_province, edition):
    rows = by_parent(COMPLETED, edition)

    assert sum_of(row.counts for row in rows) == by_group(COMPLETED, edition).total


def test_who_is_left_stands_under_the_parent_to_be_reminded(small_province, edition):
    found = [(row.parent, codes(row.left)) for row in left_by_parent(COMPLETED, edition)]

    assert found == [("UBND-TINH", ["SO-NN", "THANH-TRA"]), ("SO-NN", ["CC-KL"])]


def test_who_was_left_with_the_knowledge_of_the_report(small_province, edition):
    found = [(row.parent, codes(row.left)) for row in left_by_parent(REPORTED, edition)]

    # Two under SO-NN outnumber the one department.
    assert found == [("SO-NN", ["CC-KL", "CC-TL"]), ("UBND-TINH", ["THANH-TRA"])]


def test_an_exempt_agency_is_not_left(small_province, edition):
    left = [code for row in left_by_parent(OLD_TIMES, edition) for code in codes(row.left)]

    assert left == ["SO-KHCN", "SO-NN", "THANH-TRA", "CC-TDC"]


def test_nobody_is_left_before_the_first_entry(small_province, edition):
    assert by_parent(UNKNOWN, edition) == ()
    assert left_by_parent(UNKNOWN, edition) == ()


@pytest.mark.parametrize("as_of", [OLD_TIMES, REPORTED, CORRECTED, COMPLETED, UNKNOWN])
def test_the_trend_is_the_table_by_group_at_every_point(small_province, edition, as_of):
    points = trend(as_of, edition)

    assert points[-1].day == as_of.day
    for point in points:
        assert point.table == by_group(as_of.on(point.day), edition), point.day


def test_the_trend_passes_the_turning_points(small_province, edition):
    converted = {point.day: point.table.total.converted for point in trend(COMPLETED, edition)}

    # 01/06/2017 SO-KHCN; 01/10/2019 CC-TDC; 01/09/2020 CC-TL.
    assert (converted[date(2017, 5, 31)], converted[date(2017, 6, 30)]) == (0, 1)
    assert (converted[date(2019, 9, 30)], converted[date(2019, 10, 31)]) == (1, 2)
    assert (converted[date(2020, 8, 31)], converted[date(2020, 9, 30)]) == (2, 3)


def test_the_trend_of_a_day_before_its_beginning_is_that_day(small_province, edition):
    points = trend(COMPLETED.on(date(2009, 12, 31)), edition)

    assert [point.day for point in points] == [date(2009, 12, 31)]
    assert points[0].table.total == Counts()


def test_month_ends_stop_before_the_day():
    found = list(month_ends(date(2019, 12, 1), date(2020, 3, 31)))

    assert found == [date(2019, 12, 31), date(2020, 1, 31), date(2020, 2, 29)]


def test_a_trend_by_quarter_keeps_the_ends_of_quarters_and_the_day(small_province, edition):
    points = trend(COMPLETED.on(date(2020, 8, 15)), edition)

    found = [point.day for point in quarterly(points)[-3:]]

    assert found == [date(2020, 3, 31), date(2020, 6, 30), date(2020, 8, 15)]
    assert set(quarterly(points)) <= set(points)
    assert quarterly(points[:1]) == points[:1]
    assert quarter_ends(date(2020, 8, 15)) == tuple(point.day for point in quarterly(points))


def test_days_are_asked_in_any_order_and_may_lie_ahead(small_province, edition):
    later, earlier = date(2022, 5, 1), date(2016, 6, 30)
    tables = on_days([later, earlier, later], COMPLETED, edition)
    for day in (later, earlier):
        assert tables[day] == by_group(COMPLETED.on(day), edition)


def test_conversions_are_those_of_the_stories(small_province, edition):
    found = conversions(COMPLETED, edition)

    assert [(row.code, row.group, row.day, row.declared) for row in found] == [
        ("SO-KHCN", "SO", date(2017, 6, 1), date(2011, 3, 1)),
        ("CC-TDC", "CC", date(2019, 10, 1), date(2012, 9, 1)),
        ("CC-TL", "CC", date(2020, 9, 1), date(2020, 9, 1)),
    ]
    assert found[2].name == "Chi cục Thủy lợi và Phòng, chống thiên tai"


def test_conversions_are_those_known_at_the_moment(small_province, edition):
    found = [(row.code, row.months) for row in conversions(REPORTED, edition)]

    # SO-NN still passes for converted: five years and seven months after 01/06/2012.
    assert found == [("SO-KHCN", 75), ("SO-NN", 67), ("CC-TDC", 85)]
    assert conversions(UNKNOWN, edition) == ()


@pytest.mark.parametrize("as_of", [OLD_TIMES, SUMMER_2019, REPORTED, CORRECTED, COMPLETED])
def test_conversions_add_up_to_the_trend_while_nobody_withdraws(small_province, edition, as_of):
    found = conversions(as_of, edition)

    for point in trend(as_of, edition):
        days = [row.day for row in found if row.day <= point.day]
        assert len(days) == point.table.total.converted, point.day


def test_a_withdrawal_does_not_undo_a_conversion_and_the_next_one_is_no_second(
    small_province, edition
):
    withdrawn = StatusFacts(Stage.WITHDRAWN, edition_id=edition.pk)
    small_province.record("SO-KHCN", date(2022, 1, 1), withdrawn)
    again = small_province.applied(edition, "5/QĐ", date(2022, 6, 1), again="Công bố lại")
    small_province.record("SO-KHCN", date(2022, 6, 1), again)

    found = [row.day for row in conversions(AsOf.now(), edition) if row.code == "SO-KHCN"]

    assert found == [date(2017, 6, 1)]


def test_who_was_converted_from_the_first_day_on_never_converted(small_province, edition):
    small_province.add("CC-MOI", "Chi cục mới", date(2020, 1, 1), "CC", "SO-NN")
    facts = small_province.applied(edition, "1/QĐ", date(2020, 1, 1))
    small_province.record("CC-MOI", date(2020, 1, 1), facts)

    assert "CC-MOI" not in codes(conversions(AsOf.now(), edition))


def test_quarters_run_from_the_first_conversion_to_the_day(small_province, edition):
    found = by_quarter(conversions(COMPLETED, edition), COMPLETED.day)

    assert len(found) == 15  # II/2017 to IV/2020
    assert {row.first_day: codes(row.conversions) for row in found if row.conversions} == {
        date(2017, 4, 1): ["SO-KHCN"],
        date(2019, 10, 1): ["CC-TDC"],
        date(2020, 7, 1): ["CC-TL"],
    }
    assert [row.number for row in found[:4]] == [2, 3, 4, 1]
    assert by_quarter((), COMPLETED.day) == ()


def test_the_time_to_convert_is_counted_in_full_years_with_the_median_of_months(
    small_province, edition
):
    found = waits(conversions(COMPLETED, edition))

    # 75 and 85 months; CC-TL declared nothing before and stands apart.
    assert [(row.years, codes(row.conversions)) for row in found.rows] == [
        (6, ["SO-KHCN"]),
        (7, ["CC-TDC"]),
    ]
    assert found.median == Decimal(80)
    assert (found.counted, codes(found.at_once)) == (2, ["CC-TL"])
    assert waits(()).median is None


@pytest.mark.parametrize(
    ("declared", "day", "months"),
    [
        (date(2012, 1, 31), date(2012, 2, 29), 0),
        (date(2012, 1, 15), date(2012, 2, 15), 1),
        (date(2012, 1, 15), date(2013, 1, 14), 11),
        (date(2012, 12, 1), date(2013, 1, 1), 1),
    ],
)
def test_only_whole_months_count(declared, day, months):
    assert Conversion("A", "A", "SO", day, declared).months == months


def test_without_places_the_map_is_of_the_parents_in_their_order(small_province, edition):
    found = tiles_of(standings(COMPLETED, edition))

    # UBND-TINH is never counted itself, so it is no tile.
    assert [(tile.standing.code, codes(tile.children)) for tile in found] == [
        ("SO-KHCN", ["CC-TDC"]),
        ("SO-NN", ["CC-KL", "CC-TL"]),
    ]
    assert found[1].counts == Counts(converted=1, building=1)
    assert (found[0].label, found[0].place) == ("Sở Khoa học và Công nghệ", None)


def test_without_places_the_group_with_most_under_it_is_the_map(small_province, edition):
    for number in range(4):
        small_province.add(f"DOI-{number}", "Đội", date(2020, 1, 1), "CC", "CC-TDC")

    found = tiles_of(standings(COMPLETED.on(date(2022, 12, 31)), edition))
    later = tiles_of(standings(AsOf.now(), edition))

    assert [tile.standing.code for tile in found] == ["SO-KHCN", "SO-NN"]  # not known yet
    assert [tile.standing.code for tile in later] == ["CC-TDC"]


def test_placed_tiles_come_by_row_and_column_before_the_others(small_province, edition):
    place_tiles(lines=[{"agency": "SO-NN", "column": "1", "row": "0", "label": "Nông nghiệp"}])

    found = tiles_of(standings(COMPLETED, edition))

    assert [(tile.label, tile.place) for tile in found] == [
        ("Nông nghiệp", (1, 0)),
        ("Sở Khoa học và Công nghệ", None),
    ]


def test_two_questions_are_compared_group_by_group(small_province, edition):
    found = compare(SUMMER_2019, COMPLETED, edition)

    assert [(row.group, row.gained) for row in found.rows] == [("SO", -1), ("CC", 2)]
    assert found.total.gained == 1
    assert found.rows[0].then == SUMMER_2019_TABLE["SO"]
    assert found.rows[0].now == COMPLETED_TABLE["SO"]


def test_renaming_a_group_changes_labels_and_no_count(small_province, edition):
    before = by_group(COMPLETED, edition)
    AgencyGroup.objects.filter(code="SO").update(name="Sở, ban, ngành")
    after = by_group(COMPLETED, edition)

    assert [row.counts for row in after.rows] == [row.counts for row in before.rows]
    assert after.row("SO").label == "Sở, ban, ngành"


def grow_to_sixty(province: SmallProvince) -> None:
    """Add 54 agencies; every third has a parent of its own, every second is converted."""
    for number in range(54):
        parent = "SO-NN" if number % 3 else f"XA-{number - 1}" if number else "SO-KHCN"
        facts = RosterFacts(
            name=f"Chi cục {number}",
            group_id=province.groups["CC"].pk,
            parent_id=Agency.objects.get(code=parent).pk,
        )
        agency = add_agency(
            code=f"XA-{number}", facts=facts, valid_from=date(2015, 1, 1), by=province.by
        )
        if number % 2:
            applied = province.applied(province.edition_2015, f"{number}/QĐ", date(2019, 1, 1))
            record_status(agency=agency, valid_from=date(2019, 1, 1), facts=applied, by=province.by)


def tiles(as_of, edition):
    return tiles_of(standings(as_of, edition))


QUESTIONS = [by_group, standings, by_parent, left_by_parent, trend, conversions, tiles]


def queries_of(question, as_of, edition) -> int:
    with CaptureQueriesContext(connection) as queries:
        question(as_of, edition)
    return len(queries)


def test_queries_do_not_grow_with_the_number_of_agencies(small_province, edition):
    few = {question: queries_of(question, COMPLETED, edition) for question in QUESTIONS}
    grow_to_sixty(small_province)
    today = AsOf.now()
    many = {question: queries_of(question, today, edition) for question in QUESTIONS}

    assert by_group(today, edition).total.total == 60
    assert many == few
    assert max(few.values()) <= 7


def test_queries_of_the_trend_do_not_grow_with_its_points(small_province, edition):
    short = queries_of(trend, OLD_TIMES, edition)

    assert queries_of(trend, COMPLETED, edition) == short


@pytest.mark.django_db
def test_an_empty_office_asks_no_more_than_a_full_one():
    edition = Edition.objects.get(year=2015)

    assert queries_of(trend, AsOf(date(2021, 11, 15), morning(2021, 11, 15)), edition) <= 5


# Every stage with every edition it may have, asked against every edition: by hand.
CATEGORIES = [
    *[("not_started", None, asked, "not_started") for asked in (2000, 2008, 2015)],
    *[("building", None, asked, "building") for asked in (2000, 2008, 2015)],
    *[("exempt", None, asked, "exempt") for asked in (2000, 2008, 2015)],
    *[
        ("withdrawn", year, asked, "withdrawn")
        for year in (None, 2000, 2008, 2015)
        for asked in (2000, 2008, 2015)
    ],
    ("applied", 2000, 2000, "converted"),
    ("applied", 2008, 2000, "converted"),
    ("applied", 2015, 2000, "converted"),
    ("applied", 2000, 2008, "older_edition"),
    ("applied", 2008, 2008, "converted"),
    ("applied", 2015, 2008, "converted"),
    ("applied", 2000, 2015, "older_edition"),
    ("applied", 2008, 2015, "older_edition"),
    ("applied", 2015, 2015, "converted"),
]


def test_the_cases_by_hand_are_all_there_are():
    assert {stage for stage, *_rest in CATEGORIES} == set(Stage.values)
    assert len(CATEGORIES) == 3 * (1 + 1 + 1 + 4 + 3)


@pytest.mark.parametrize(("stage", "year", "asked", "category"), CATEGORIES)
def test_a_standing_has_one_category(stage, year, asked, category):
    assert category_of(stage, year, asked) == category


@pytest.mark.parametrize("asked", [2000, 2008, 2015])
def test_the_database_finds_the_same_categories(small_province, asked):
    years = {edition.year: edition for edition in Edition.objects.all()}
    cases = [case for case in CATEGORIES if case[2] == asked]
    for number, (stage, year, _asked, _category) in enumerate(cases):
        small_province.add(f"CASE-{number}", "Chi cục", date(2020, 1, 1), "CC")
        facts = StatusFacts(stage, edition_id=years[year].pk if year else None)
        if stage != Stage.NOT_STARTED:  # every agency begins so
            small_province.record(f"CASE-{number}", date(2020, 1, 1), facts)

    found = {row.code: row.category for row in standings(AsOf.now(), years[asked])}

    for number, (*_state, category) in enumerate(cases):
        assert found[f"CASE-{number}"] == category


def test_declarations_are_counted_by_their_own_edition(small_province):
    """Row by row on two days: every declaration in force stands under its own edition."""
    days = [date(2016, 6, 30), date(2021, 11, 15)]
    points = by_edition(days, COMPLETED)
    assert [point.day for point in points] == days
    for point in points:
        held = Counter(
            StatusRecord.objects.as_of(COMPLETED.on(point.day))
            .filter(stage="applied")
            .values_list("edition__code", flat=True)
        )
        codes = Edition.objects.order_by("year").values_list("code", flat=True)
        assert dict(point.declared) == {code: held[code] for code in codes}
        assert sum(point.declared.values()) > 0
