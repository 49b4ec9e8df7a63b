"""Importing: what a workbook leads to in an empty and in a filled office."""

from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agencies.actions import correct_status, import_file
from agencies.actions.lives import load_lives
from agencies.asof import AsOf
from agencies.exchange import BadWorkbook
from agencies.models import (
    Agency,
    AgencyGroup,
    Edition,
    Entry,
    EntryKind,
    RosterRecord,
    Stage,
    StatusFacts,
    StatusRecord,
    User,
)
from agencies.models.status import DEMONSTRATION
from tests.workbooks import STATUSES, XA, agency, status, write_sheets, write_workbook

pytestmark = pytest.mark.django_db

H1 = agency("H1", "UBND huyện Đắk Hà", group=None)


@pytest.fixture
def bring(tmp_path, lan):
    """Import rows as Lan does and return what came of it."""

    def run(more=(), **rows):
        file = write_workbook(tmp_path / "tháng 11.xlsx", more, **rows)
        return import_file(file=file, by=lan)

    return run


@pytest.fixture
def office(bring):
    """An office with a district and a commune that declared 2008 in 2012 and 2015 in 2019."""
    bring(
        groups=[XA],
        agencies=[H1, agency("X1", parent="H1", gso="608")],
        statuses=[
            status("X1", "áp dụng", 2008, "01/03/2012", "1/QĐ", "01/03/2012", 40),
            status("X1", "áp dụng", 2015, "01/05/2019", "2/QĐ", "01/05/2019", 42),
        ],
    )


def days(code: str, history: str = "status") -> list[tuple[Any, ...]]:
    """Return what is believed of an agency as (from, until, word) rows."""
    life = load_lives([Agency.objects.get(code=code)]).popitem()[1]
    return [
        (row.valid_from, row.valid_to, row.name if history == "roster" else standing(row))
        for row in getattr(life, history)
    ]


def standing(row: StatusRecord) -> str:
    edition = row.edition or row.working_toward
    return f"{row.stage} {edition.year}" if edition else row.stage


def test_an_empty_office_is_filled_under_one_entry(bring):
    result = bring(
        groups=[XA],
        agencies=[agency("X1", "UBND xã Đắk Long", parent="H1", gso=608), H1, agency("X2")],
        statuses=[
            status("X1", "áp dụng", 2015, "01/05/2019", "2/QĐ", "20/04/2019", 42),
            status("X1", "đang xây dựng", 2015, "01/03/2018"),
        ],
    )
    assert (result.groups_added, result.agencies_added, result.statuses_added) == (1, 3, 2)
    assert days("X1") == [
        (date(2010, 1, 1), date(2018, 3, 1), "not_started"),
        (date(2018, 3, 1), date(2019, 5, 1), "building 2015"),
        (date(2019, 5, 1), None, "applied 2015"),
    ]
    assert days("X2") == [(date(2010, 1, 1), None, "not_started")]
    entry = Entry.objects.get()
    assert (entry.kind, entry.by.username) == (EntryKind.IMPORT, "lan")
    assert "tháng 11.xlsx" in entry.reason
    row = Agency.objects.with_status(AsOf.now()).get(code="X1")
    assert (row.name, row.gso_code, row.decision_number) == ("UBND xã Đắk Long", "608", "2/QĐ")
    assert RosterRecord.objects.filter(agency__code="X1", parent__code="H1").exists()


def test_the_same_file_twice_changes_nothing(tmp_path, lan, office):
    rows: dict[str, Any] = {
        "groups": [XA],
        "agencies": [H1, agency("X1", parent="H1", gso="608", end="01/07/2025")],
        "statuses": [
            status("X1", "áp dụng", 2008, "01/03/2012", "1/QĐ", "01/03/2012", 40),
            status("X1", "áp dụng", 2015, "01/05/2019", "2/QĐ", "01/05/2019", 42, "b  c\n d "),
            status("X1", "hủy công bố", 2015, "01/05/2020"),
            status("X1", "không thuộc đối tượng áp dụng", None, "01/05/2021"),
        ],
    }
    file = write_workbook(tmp_path / "b.xlsx", **rows)
    import_file(file=file, by=lan)
    entries = Entry.objects.count()
    result = import_file(file=file, by=lan)
    assert not result.changes_anything
    assert result.unchanged == 7
    assert Entry.objects.count() == entries == 2
    assert AgencyGroup.history.count() == 1


def test_other_content_of_the_same_day_is_a_correction_that_keeps_its_end(bring, office):
    result = bring(statuses=[status("X1", "áp dụng", 2008, "01/03/2012", "1b/QĐ", "01/03/2012")])
    assert (result.statuses_corrected, result.statuses_added) == (1, 0)
    assert days("X1") == [
        (date(2010, 1, 1), date(2012, 3, 1), "not_started"),
        (date(2012, 3, 1), date(2019, 5, 1), "applied 2008"),
        (date(2019, 5, 1), None, "applied 2015"),
    ]
    gone = StatusRecord.objects.get(decision_number="1/QĐ")
    assert gone.superseded == Entry.objects.latest("pk")


def test_a_late_row_holds_until_the_next_one_on_record(bring, office):
    result = bring(statuses=[status("X1", "hủy công bố", 2008, "01/01/2016")])
    assert result.statuses_added == 1
    assert days("X1")[1:] == [
        (date(2012, 3, 1), date(2016, 1, 1), "applied 2008"),
        (date(2016, 1, 1), date(2019, 5, 1), "withdrawn 2008"),
        (date(2019, 5, 1), None, "applied 2015"),
    ]


def test_a_correction_that_joins_neighbours_hides_no_change_on_record(bring, office):
    """The record of 2019 begins on its day though the one before it comes to say the same."""
    bring(
        statuses=[
            status("X1", "áp dụng", 2015, "01/03/2012", "2/QĐ", "01/05/2019", 42),
            status("X1", "hủy công bố", None, "01/01/2016"),
        ]
    )
    assert days("X1")[2:] == [
        (date(2016, 1, 1), date(2019, 5, 1), "withdrawn"),
        (date(2019, 5, 1), None, "applied 2015"),
    ]


def test_what_already_holds_is_no_change(bring, office):
    assert not bring(statuses=[status("X1", "chưa xây dựng", None, "01/01/2011")]).changes_anything


def test_absence_deletes_nothing(bring, office):
    bring(groups=[("T", "Tỉnh", None, None)], agencies=[], statuses=[])
    assert len(days("X1")) == 3
    assert AgencyGroup.objects.count() == 2


def test_the_first_row_of_a_status_may_be_the_first_day(bring):
    bring(agencies=[H1], statuses=[status("H1", "áp dụng", 2008, "01/01/2010")])
    assert days("H1") == [(date(2010, 1, 1), None, "applied 2008")]


def test_a_column_that_is_absent_says_nothing(bring, office):
    row = status("X1", "áp dụng", 2015, "01/05/2019", "2/QĐ", "01/05/2019", 42)
    more = ("Người ký", "Phạm vi", "Lần công bố", "Nguồn", "Ngày hiệu lực")
    told = ("Chủ tịch", "Toàn bộ", "công bố lại", DEMONSTRATION, "01/05/2019")
    bring(more=more, statuses=[(*row, *told)])
    assert not bring(statuses=[row]).changes_anything
    record = StatusRecord.objects.believed().get(valid_from=date(2019, 5, 1))
    assert (record.signer, record.source) == ("Chủ tịch", DEMONSTRATION)
    assert bring(more=("Người ký",), statuses=[(*row, None)]).statuses_corrected == 1


def test_another_stage_of_the_same_day_inherits_nothing(bring, office):
    bring(
        more=("Đang chuyển sang",),
        statuses=[(*status("X1", "đang xây dựng", None, "01/05/2019"), 2015)],
    )
    bring(statuses=[status("X1", "chưa xây dựng", None, "01/05/2019")])
    assert days("X1")[-1] == (date(2019, 5, 1), None, "not_started")


def test_rows_of_an_agency_are_its_roster_history(bring):
    names = [("UBND xã A", "01/01/2010"), ("UBND xã B", "01/01/2015"), ("UBND thị trấn B", None)]
    rows = [agency("X1", name, start or "01/01/2020") for name, start in names]
    bring(groups=[XA], agencies=rows)
    assert days("X1", "roster") == [
        (date(2010, 1, 1), date(2015, 1, 1), "UBND xã A"),
        (date(2015, 1, 1), date(2020, 1, 1), "UBND xã B"),
        (date(2020, 1, 1), None, "UBND thị trấn B"),
    ]


def test_a_roster_row_between_holds_until_the_next_on_record(bring):
    bring(groups=[XA], agencies=[agency("X1", "A"), agency("X1", "C", "01/01/2020")])
    result = bring(agencies=[agency("X1", "B", "01/01/2015")])
    assert result.roster_changed == 1
    assert [name for _start, _end, name in days("X1", "roster")] == ["A", "B", "C"]


def test_a_spelling_is_corrected_for_all_the_days_of_the_row(bring, office):
    bring(agencies=[agency("X1", "UBND xã Đắk Long", parent="H1", gso="608")])
    assert days("X1", "roster") == [(date(2010, 1, 1), None, "UBND xã Đắk Long")]


def test_an_end_in_the_file_ends_the_agency(bring, office):
    bring(agencies=[agency("X1", parent="H1", gso="608", end="01/07/2025")])
    assert days("X1", "roster")[-1][1] == days("X1")[-1][1] == date(2025, 7, 1)


def test_an_empty_end_neither_opens_nor_moves_the_one_on_record(bring, office):
    bring(agencies=[agency("X1", parent="H1", gso="608", end="01/07/2025")])
    assert not bring(agencies=[agency("X1", parent="H1", gso="608")]).changes_anything
    bring(agencies=[agency("X1", "Tên khác", parent="H1", gso="608")])
    assert days("X1", "roster") == [(date(2010, 1, 1), date(2025, 7, 1), "Tên khác")]


@pytest.mark.parametrize("end", ["01/07/2024", "01/07/2026"])
def test_another_end_moves_the_one_on_record(bring, office, end):
    bring(agencies=[agency("X1", parent="H1", gso="608", end="01/07/2025")])
    bring(agencies=[agency("X1", parent="H1", gso="608", end=end)])
    assert days("X1")[-1][1] == days("X1", "roster")[-1][1] == date(int(end[-4:]), 7, 1)


def test_an_end_of_the_first_row_is_the_end_of_the_last_on_record(bring):
    bring(groups=[XA], agencies=[agency("X1", "A"), agency("X1", "B", "01/01/2015")])
    bring(agencies=[agency("X1", "A", end="01/07/2025")])
    assert days("X1", "roster") == [
        (date(2010, 1, 1), date(2015, 1, 1), "A"),
        (date(2015, 1, 1), date(2025, 7, 1), "B"),
    ]


def test_an_agency_may_exist_again(bring):
    rows = [agency("X1", "A", end="01/01/2015"), agency("X1", "B", "01/01/2018")]
    bring(groups=[XA], agencies=rows)
    expected = [(date(2010, 1, 1), date(2015, 1, 1)), (date(2018, 1, 1), None)]
    assert [row[:2] for row in days("X1", "roster")] == expected
    assert [row[:2] for row in days("X1")] == expected


def test_an_agency_may_prove_older_than_was_known(bring, office):
    bring(agencies=[agency("X1", "Tên cũ", "01/01/2005")])
    assert days("X1", "roster")[0] == (date(2005, 1, 1), date(2010, 1, 1), "Tên cũ")
    assert days("X1")[0] == (date(2005, 1, 1), date(2012, 3, 1), "not_started")


def test_a_gso_code_passes_to_another_agency_when_its_holder_ends(bring, office):
    result = bring(
        agencies=[
            agency("X1", parent="H1", gso="608", end="01/07/2025"),
            agency("X9", "UBND xã mới", "01/07/2025", gso="608"),
        ]
    )
    assert result.agencies_added == 1


def test_a_group_changed_is_on_its_own_record_and_opens_no_entry(bring, office, lan):
    result = bring(groups=[("XA", "Cấp xã", "Communes", 2)])
    assert (result.groups_changed, Entry.objects.count()) == (1, 1)
    assert AgencyGroup.history.latest().history_user == lan


def test_a_correction_by_hand_is_not_undone_by_what_the_file_does_not_say(bring, office, lan):
    correct_status(
        agency=Agency.objects.get(code="X1"),
        valid_from=date(2019, 5, 1),
        valid_to=None,
        facts=StatusFacts(
            Stage.WITHDRAWN,
            edition_id=Edition.objects.get(year=2015).pk,
            note="Theo kết luận\nkiểm tra",
        ),
        reason="nhầm",
        by=lan,
    )
    bring(statuses=[status("X1", "áp dụng", 2008, "01/03/2012", "1b", "01/03/2012", 40)])
    assert days("X1")[-1] == (date(2019, 5, 1), None, "withdrawn 2015")


def test_a_rehearsal_counts_and_writes_nothing(tmp_path, lan):
    file = write_workbook(tmp_path / "a.xlsx", groups=[XA], agencies=[agency("X1")])
    result = import_file(file=file, by=lan, dry_run=True)
    assert (result.groups_added, result.agencies_added) == (1, 1)
    assert not Entry.objects.exists()
    assert not Agency.objects.exists()
    assert not AgencyGroup.objects.exists()
    assert not AgencyGroup.history.exists()


REFUSED: dict[str, tuple[Any, Any]] = {
    "unknown group": (
        {"agencies": [agency("X9", group="??")]},
        [("Cơ quan", 2, "Mã nhóm", "??")],
    ),
    "unknown parent": (
        {"agencies": [agency("X9", parent="H9")]},
        [("Cơ quan", 2, "Mã cơ quan cấp trên", "H9")],
    ),
    "unknown agency": (
        {"statuses": [status("X9", "đang xây dựng", None, "01/01/2015")]},
        [("Tình trạng", 2, "Mã cơ quan", "X9")],
    ),
    "group twice": (
        {"groups": [XA, XA]},
        [("Nhóm", 2, "Mã nhóm", "XA"), ("Nhóm", 3, "Mã nhóm", "XA")],
    ),
    "agency and day twice": (
        {"agencies": [agency("X9"), agency("X9", "B")]},
        [("Cơ quan", 2, "Từ ngày", "01/01/2010"), ("Cơ quan", 3, "Từ ngày", "01/01/2010")],
    ),
    "status and day twice": (
        {
            "statuses": [
                status("X1", "đang xây dựng", None, "01/01/2015"),
                status("X1", "áp dụng", 2015, None, "1", "01/01/2015"),
            ]
        },
        [("Tình trạng", 2, "Từ ngày", "01/01/2015"), ("Tình trạng", 3, "Từ ngày", "01/01/2015")],
    ),
    "rows overlap": (
        {"agencies": [agency("X9", "B", "01/01/2014"), agency("X9", end="01/01/2015")]},
        [("Cơ quan", 2, "Từ ngày", "01/01/2014")],
    ),
    "end before the beginning": (
        {"agencies": [agency("X9", end="01/01/2010")]},
        [("Cơ quan", 2, "Đến ngày", "01/01/2010")],
    ),
    "its own parent": (
        {"agencies": [agency("X9", parent="X9")]},
        [("Cơ quan", 2, "Mã cơ quan cấp trên", "X9")],
    ),
    "cycle in the file": (
        {"agencies": [agency("A", parent="B"), agency("B", parent="A"), agency("C", parent="A")]},
        [
            ("Cơ quan", 2, "Mã cơ quan cấp trên", "B"),
            ("Cơ quan", 3, "Mã cơ quan cấp trên", "A"),
        ],
    ),
    "cycle through the record": (
        {"agencies": [agency("H1", group=None, parent="X1")]},
        [("Cơ quan", 2, "Mã cơ quan cấp trên", "X1")],
    ),
    "GSO code of two in the file": (
        {"agencies": [agency("X8", gso="7"), agency("X9", start="01/01/2020", gso="7")]},
        [("Cơ quan", 2, "Mã ĐVHC", "7"), ("Cơ quan", 3, "Mã ĐVHC", "7")],
    ),
    "GSO code of another on record": (
        {"agencies": [agency("X9", gso="608")]},
        [("Cơ quan", 2, "Mã ĐVHC", "608")],
    ),
    "status before the agency": (
        {"statuses": [status("X1", "đang xây dựng", None, "31/12/2009")]},
        [("Tình trạng", 2, "Từ ngày", "31/12/2009")],
    ),
    "status after the agency": (
        {
            "agencies": [agency("X9", end="01/01/2015")],
            "statuses": [status("X9", "đang xây dựng", None, "01/01/2015")],
        },
        [("Tình trạng", 2, "Từ ngày", "01/01/2015")],
    ),
    "an end before a status on record": (
        {"agencies": [agency("X1", parent="H1", gso="608", end="01/01/2015")]},
        [("Cơ quan", 2, "Đến ngày", "01/01/2015")],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_contradiction_is_refused_and_nothing_written(bring, office, case):
    rows, expected = REFUSED[case]
    before = (Entry.objects.count(), Agency.objects.count(), AgencyGroup.history.count())
    with pytest.raises(BadWorkbook) as refused:
        bring(**{"groups": [("T", "Tỉnh", None, 1)], **rows})
    problems = refused.value.problems
    assert [(p.sheet, p.row, p.column, p.found) for p in problems] == expected
    assert all(problem.allowed for problem in problems)
    assert before == (Entry.objects.count(), Agency.objects.count(), AgencyGroup.history.count())


def test_problems_of_cells_and_of_the_record_are_told_together_and_once(bring, office):
    with pytest.raises(BadWorkbook) as refused:
        bring(
            agencies=[agency("X7", start="31/02/2021"), agency("X8", group="??")],
            statuses=[
                status("X7", "đang xây dựng", None, "01/01/2000"),
                status("X1", "đang xây dựng", None, "01/01/2000"),
                status("X6", "đang xây dựng", None, "01/01/2000"),
            ],
        )
    assert [(p.sheet, p.row) for p in refused.value.problems] == [
        ("Cơ quan", 2),
        ("Cơ quan", 3),
        ("Tình trạng", 3),
        ("Tình trạng", 4),
    ]


def test_a_sheet_that_cannot_be_read_makes_no_agency_unknown(tmp_path, lan):
    sheets = {
        "Cơ quan": [["Mã cơ quan"], ["X1"]],
        "Tình trạng": [
            STATUSES,
            status("X1", "đang xây dựng", None, "01/01/2015"),
        ],
    }
    with pytest.raises(BadWorkbook) as refused:
        import_file(file=write_sheets(tmp_path / "a.xlsx", sheets), by=lan)
    assert {problem.sheet for problem in refused.value.problems} == {"Cơ quan"}


def test_the_command_acts_as_the_system_and_says_what_it_did(tmp_path, capsys):
    file = write_workbook(tmp_path / "a.xlsx", groups=[XA], agencies=[agency("X1")])
    call_command("import_workbook", str(file), "--dry-run")
    assert not Entry.objects.exists()
    call_command("import_workbook", str(file))
    assert Entry.objects.get().by == User.objects.system()
    call_command("import_workbook", str(file))
    out = capsys.readouterr().out
    assert len(out.splitlines()) == 3 * 8


def test_the_command_acts_under_the_name_given(tmp_path, lan):
    file = write_workbook(tmp_path / "a.xlsx", groups=[XA], agencies=[agency("X1")])
    call_command("import_workbook", str(file), "--by", "lan")
    assert Entry.objects.get().by == lan
    with pytest.raises(CommandError, match="nobody"):
        call_command("import_workbook", str(file), "--by", "nobody")


@pytest.mark.parametrize("command", ["import_workbook", "apply_reorganisation"])
def test_no_command_writes_under_the_name_of_who_may_only_look(tmp_path, hung, command):
    with pytest.raises(CommandError, match="chỉ được xem"):
        call_command(command, str(tmp_path / "a.xlsx"), "--by", "hung")
    assert not Entry.objects.exists()


def test_the_command_tells_the_first_problems_and_how_many_more(tmp_path):
    rows = [agency(f"X{number}", group="??") for number in range(250)]
    file = write_workbook(tmp_path / "a.xlsx", agencies=rows)
    with pytest.raises(CommandError) as refused:
        call_command("import_workbook", str(file))
    lines = str(refused.value).splitlines()
    assert len(lines) == 202
    assert "250" in lines[0]
    assert "50" in lines[-1]


def test_queries_do_not_grow_with_the_rows_that_say_nothing_new(
    tmp_path, lan, django_assert_max_num_queries
):
    def rows(count: int) -> Any:
        codes = [f"X{number}" for number in range(count)]
        return {
            "groups": [XA],
            "agencies": [agency(code) for code in codes],
            "statuses": [status(code, "đang xây dựng", None, "01/01/2015") for code in codes],
        }

    for count in (2, 200):
        file = write_workbook(tmp_path / "a.xlsx", **rows(count))
        import_file(file=file, by=lan)
        with django_assert_max_num_queries(10):
            assert not import_file(file=file, by=lan).changes_anything
