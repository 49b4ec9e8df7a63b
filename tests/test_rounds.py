"""Who is to report, what came in when, and what was known of it."""

from datetime import date, datetime

import pytest

from activities.actions import accept_report, return_report, save_draft, submit_report
from activities.models import SelfAssessment, State
from activities.round_marks import arrival_of, legend, strip
from activities.round_rollups import (
    RoundCounts,
    agencies_to_report,
    names_on,
    not_expected,
    round_table,
    waiting_for_officer,
)
from agencies.actions import change_lifetime, demonstration_entries_at, record_status
from agencies.asof import AsOf
from agencies.models import StatusFacts, User
from tests.rounds import HANOI, at, not_started_facts, open_2021, standing_facts, submit_at

LATER = AsOf(date(2022, 3, 1), datetime(2022, 3, 1, tzinfo=HANOI))


@pytest.fixture
def period(lan, small_province):
    return open_2021(lan)


@pytest.fixture
def story(period, lan, mai, small_province):
    """Six agencies are to report.

    CC-TDC submitted online on 10/12/2021, was returned on 13/12 and submitted again, late, on
    20/12; accepted on 22/12. SO-KHCN's paper of 15/12 was entered on 17/12 and waits. SO-NN's
    paper came late, on 16/12, and was returned on 18/12. CC-KL has a draft. Two did nothing.
    """
    facts = standing_facts(small_province)
    report = submit_at(at(2021, 12, 10), period, mai.agency, facts, mai)
    with demonstration_entries_at(at(2021, 12, 13)):
        return_report(report=report, remark="Thiếu biên bản", by=lan)
    submit_at(at(2021, 12, 20), period, mai.agency, facts, mai)
    with demonstration_entries_at(at(2021, 12, 22)):
        accept_report(report=report, by=lan)
    plain = not_started_facts()
    paper = {"SO-KHCN": (17, date(2021, 12, 15)), "SO-NN": (17, date(2021, 12, 16))}
    for code, (entered, came) in paper.items():
        entered_at = at(2021, 12, entered)
        agency = small_province[code]
        report = submit_at(entered_at, period, agency, plain, lan, paper_received_on=came)
    with demonstration_entries_at(at(2021, 12, 18)):
        return_report(report=report, remark="Thiếu chữ ký", by=lan)
    with demonstration_entries_at(at(2021, 12, 1)):
        save_draft(period=period, agency=small_province["CC-KL"], facts=plain, by=lan)
    return period


def counts(period, as_of):
    return round_table(period, as_of).total


def test_a_round_is_counted(story):
    assert counts(story, LATER) == RoundCounts(
        expected=6, on_time=2, late=1, drafts=1, waiting=1, returned=1, accepted=1
    )
    assert (counts(story, LATER).received, counts(story, LATER).missing) == (3, 3)


def test_a_round_reads_as_it_stood_on_a_day(story):
    def on(day, known_at=None):
        end = datetime(2021, 12, day, 23, tzinfo=HANOI)
        found = counts(story, AsOf(date(2021, 12, day), known_at or end))
        return (found.received, found.late, found.waiting, found.returned, found.accepted)

    assert on(9) == (0, 0, 0, 0, 0)
    assert on(10) == (1, 0, 1, 0, 0)
    assert on(13) == (1, 0, 0, 1, 0)
    assert on(17) == (3, 1, 2, 1, 0)
    assert on(18) == (3, 1, 1, 2, 0)
    assert on(20) == (3, 1, 2, 1, 0)
    assert on(22) == (3, 1, 1, 1, 1)
    # The papers of 15/12 and 16/12 were entered on 17/12: known later, received then.
    assert on(16) == (1, 0, 0, 1, 0)
    assert on(16, LATER.known_at) == (3, 1, 2, 1, 0)


def test_groups_and_parents_add_up_and_name_who_is_missing(story):
    table = round_table(story, LATER)
    groups = {group.code: (group.counts.received, group.counts.expected) for group in table.groups}
    assert groups == {"SO": (2, 3), "CC": (1, 3)}
    missing = {
        parent.code: [row.code for row in parent.missing] for parent in table.missing_by_parent
    }
    assert missing == {"SO-NN": ["CC-KL", "CC-TL"], "UBND-TINH": ["THANH-TRA"]}
    parents = {parent.code: parent.counts.expected for parent in table.parents}
    assert parents == {"UBND-TINH": 3, "SO-KHCN": 1, "SO-NN": 2}
    drafts = {row.code: row.state for row in table.rows if row.is_missing}
    assert drafts == {"CC-KL": State.DRAFT, "CC-TL": None, "THANH-TRA": None}


def test_who_is_exempt_on_the_cut_off_day_is_not_to_report(period, lan, small_province):
    exempt = StatusFacts("exempt", note="Không có thủ tục hành chính")
    record_status(agency=small_province["SO-NN"], valid_from=date(2021, 7, 1), facts=exempt, by=lan)
    assert counts(period, AsOf.now()).expected == 5
    assert counts(period, LATER).expected == 6  # nobody knew it then


def test_the_cut_off_day_decides_who_is_to_report(period, lan, small_province):
    agency = small_province["CC-TL"]
    change_lifetime(
        agency=agency, valid_from=date(2018, 7, 1), valid_to=date(2021, 12, 15), reason="GT", by=lan
    )
    assert agencies_to_report(period, AsOf.now()).filter(code="CC-TL").exists()
    change_lifetime(
        agency=agency, valid_from=date(2018, 7, 1), valid_to=date(2021, 12, 14), reason="GT", by=lan
    )
    assert not agencies_to_report(period, AsOf.now()).filter(code="CC-TL").exists()


def test_a_report_of_an_agency_that_is_no_longer_to_report_is_shown_and_not_counted(
    story, lan, mai
):
    exempt = StatusFacts("exempt", note="Không có thủ tục hành chính")
    record_status(agency=mai.agency, valid_from=date(2021, 7, 1), facts=exempt, by=lan)
    table = round_table(story, AsOf.now())
    assert table.total.received == 2
    assert [report.agency for report in not_expected(story, table, AsOf.now())] == [mai.agency]


def test_before_anything_was_known_nobody_is_to_report(story):
    assert counts(story, AsOf(date(2021, 12, 31), at(2009, 1, 1))) == RoundCounts()


def test_who_waits_for_an_officer_is_told_longest_first(story):
    waiting = waiting_for_officer(LATER)
    assert [(one.agency_name, one.received_on, one.is_late) for one in waiting] == [
        ("Sở Khoa học và Công nghệ", date(2021, 12, 15), False)
    ]
    then = AsOf(date(2021, 12, 17), at(2021, 12, 17, 18))
    assert len(waiting_for_officer(then)) == 2


def test_what_is_counted_and_what_is_refused_agree(period, lan, small_province):
    """The roll-up says of all agencies what the action says of one."""
    plain = not_started_facts()
    exempt = StatusFacts("exempt", note="Không có thủ tục hành chính")
    record_status(agency=small_province["SO-NN"], valid_from=date(2021, 1, 1), facts=exempt, by=lan)
    small_province.add("MOI", "Sở Mới", date(2021, 12, 15), "SO", "UBND-TINH")
    expected = set(agencies_to_report(period, AsOf.now()).values_list("code", flat=True))
    taken = set()
    for code, agency in small_province.agencies.items():
        contact = User.objects.create_user(f"dm.{code}", role="contact", agency=agency)
        try:
            submit_report(period=period, agency=agency, facts=plain, by=contact)
        except Exception:  # noqa: S112  # refused: it is not to report
            continue
        taken.add(code)
    assert taken == expected
    assert SelfAssessment.objects.count() == len(expected) == 5


def test_every_agency_is_a_mark_that_says_how_its_report_arrived(story):
    rows = round_table(story, LATER).rows
    assert {row.code: arrival_of(row).value for row in rows} == {
        "CC-TDC": "on-time",
        "SO-KHCN": "on-time",
        "SO-NN": "late",
        "CC-KL": "missing",
        "CC-TL": "missing",
        "THANH-TRA": "missing",
    }
    drawn = strip(rows)
    assert drawn.count('<rect class="arrival ') == 6
    assert "Chi cục Kiểm lâm" in drawn
    assert [one.number for one in legend(rows)] == [2, 1, 3]
    assert strip(rows * 60).count('<rect class="arrival ') == 3  # bars
    assert '<rect class="arrival ' not in strip(())


def test_the_rows_cost_the_same_however_many_reports(story, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        round_table(story, LATER)
    with django_assert_max_num_queries(2):
        names_on(LATER, [])
