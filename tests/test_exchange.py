"""Reading a workbook: what people write into cells, and the typed rows that come of it."""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from agencies.exchange import (
    AGENCY_SHEET,
    GROUP_SHEET,
    STATUS_SHEET,
    AgencyLine,
    BadWorkbook,
    ExchangeFile,
    GroupLine,
    SheetFormat,
    StatusLine,
    cells_of,
    read_exchange_file,
)
from agencies.models import Declaration, Edition, Stage
from tests.workbooks import (
    AGENCIES,
    GROUPS,
    STATUSES,
    XA,
    agency,
    repack,
    sheet_xml,
    status,
    write_sheets,
    write_workbook,
)

ISO_2008, ISO_2015 = "TCVN ISO 9001:2008", "TCVN ISO 9001:2015"
EDITIONS = [Edition(code=f"TCVN ISO 9001:{year}", year=year) for year in (2000, 2008, 2015)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.xlsx"


def read(path: Path) -> ExchangeFile:
    return read_exchange_file(path, editions=EDITIONS)


def read_status(path: Path, *row: Any, more: Sequence[str] = ()) -> Any:
    """Return the one row of `Tình trạng`, or the problem that stands in its place."""
    file = read(write_workbook(path, statuses=[row], more=more))
    return file.statuses[0] if file.statuses else file.problems[0]


def started_on(path: Path, value: Any) -> date | None:
    found = read_status(path, *status("1", "đang xây dựng", None, value))
    return getattr(found, "valid_from", None)


def test_sheets_become_typed_rows(path):
    file = read(
        write_workbook(
            path,
            groups=[XA],
            agencies=[agency("X1", "UBND xã Đắk Long", parent="H1", gso="23293", end="01/07/2025")],
            statuses=[
                status("X1", "Áp dụng", 2015, None, "12/QĐ-UBND", date(2019, 3, 5), 120, "a\nb")
            ],
        )
    )
    assert file.problems == []
    assert file.groups == [GroupLine("XA", "UBND cấp xã", "Communes", 1, row=2)]
    assert file.agencies == [
        AgencyLine(
            "X1",
            "UBND xã Đắk Long",
            date(2010, 1, 1),
            group="XA",
            parent="H1",
            gso_code="23293",
            valid_to=date(2025, 7, 1),
            row=2,
        )
    ]
    assert file.statuses == [
        StatusLine(
            "X1",
            Stage.APPLIED,
            date(2019, 3, 5),
            edition=ISO_2015,
            decision_number="12/QĐ-UBND",
            decision_date=date(2019, 3, 5),
            procedures=120,
            note="a\nb",
            row=2,
        )
    ]


def test_what_is_exported_is_read_back(path):
    group = GroupLine("XA", "UBND cấp xã", "", 3, row=2)
    body = AgencyLine("X1", "Tên", date(2010, 1, 1), "XA", "H", "1", None, "Có nguồn: a", row=2)
    full = StatusLine(
        "X1",
        Stage.APPLIED,
        date(2019, 3, 5),
        ISO_2015,
        "",
        "12/QĐ-UBND",
        date(2019, 3, 1),
        date(2019, 3, 5),
        "Chủ tịch",
        "Toàn bộ\nTTHC",
        0,
        Declaration.AGAIN,
        "sáp nhập",
        "=1+1",
        "dữ liệu minh họa",
        "17",
        row=2,
    )
    short = StatusLine("X2", Stage.NOT_STARTED, date(2010, 1, 1), row=3)
    lines: list[tuple[SheetFormat, list[Any]]] = [
        (GROUP_SHEET, [group]),
        (AGENCY_SHEET, [body]),
        (STATUS_SHEET, [full, short]),
    ]
    book = Workbook()
    for sheet, of_sheet in lines:
        target = book.create_sheet(sheet.title)
        target.append(sheet.headings())
        for line in of_sheet:
            target.append(cells_of(line))
    book[STATUS_SHEET.title]["H2"].data_type = "s"
    book.save(path)
    file = read(path)
    assert (file.problems, file.groups, file.agencies) == ([], [group], [body])
    assert file.statuses == [full, short]


@pytest.mark.parametrize("code", [1001, 1001.0, "1001", " 1001 ", "1001\u200b"])
def test_a_code_given_as_a_number_is_text(path, code):
    file = read(write_workbook(path, agencies=[agency(code, gso=608)]))
    assert (file.agencies[0].code, file.agencies[0].gso_code) == ("1001", "608")


@pytest.mark.parametrize(
    "value",
    [
        date(2014, 3, 5),
        datetime(2014, 3, 5),  # noqa: DTZ001
        "05/03/2014",
        "5/3/2014",
        "05-03-2014",
        "5.3.2014",
        "2014-03-05",
        "2014-03-05 00:00:00",
        " 05/03/2014\u00a0",
        41703,
        41703.0,
    ],
)
def test_a_day_is_read_however_it_is_written(path, value):
    assert started_on(path, value) == date(2014, 3, 5)


@pytest.mark.parametrize(
    "value",
    [
        "31/02/2021",
        "05/03/14",
        "05/03-2014",
        "tháng 3 năm 2014",
        "2014",
        2014,
        20140305,
        41703.5,
        -1,
        True,
        datetime(2014, 3, 5, 16, 30),  # noqa: DTZ001
        timedelta(hours=3),
        date(2201, 1, 1),
        "31/12/1899",
        "٠٥/٠٣/٢٠١٤",
        "9" * 300,
        10.0**300,
    ],
)
def test_what_is_no_day_is_a_problem(path, value):
    problem = read_status(path, *status("1", "đang xây dựng", None, value))
    assert (problem.sheet, problem.row, problem.column) == ("Tình trạng", 2, "Từ ngày")
    assert "05/03/2014" in problem.allowed
    assert len(str(problem)) < 400


def test_the_workbook_says_what_numbers_are_counted_from(path):
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = book.create_sheet("Tình trạng")
    sheet.append(STATUSES)
    sheet.append(status("1", "đang xây dựng", None, 41703 - 1462))
    book.save(path)
    assert read(path).statuses[0].valid_from == date(2014, 3, 5)


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("chưa xây dựng", Stage.NOT_STARTED),
        ("ĐANG XÂY DỰNG", Stage.BUILDING),
        (unicodedata.normalize("NFD", "Đang  xây dựng "), Stage.BUILDING),
        ("hủy công bố", Stage.WITHDRAWN),
        ("Huỷ công bố", Stage.WITHDRAWN),
        ("không thuộc đối tượng áp dụng", Stage.EXEMPT),
        ("Miễn áp dụng", Stage.EXEMPT),
    ],
)
def test_stage_words_are_blind_to_case_and_form(path, word, stage):
    assert read_status(path, *status("1", word, None, "01/01/2015")).stage == stage


@pytest.mark.parametrize("word", ["2015", 2015, 2015.0, ISO_2015, "tcvn iso 9001:2015 "])
def test_an_edition_is_named_by_code_or_year(path, word):
    assert read_status(path, *status("1", "áp dụng", word, "01/01/2019")).edition == ISO_2015


@pytest.mark.parametrize("word", ["2016", 9001, "ISO 2015", 2015.5, True])
def test_an_unknown_edition_is_a_problem_that_lists_the_known(path, word):
    problem = read_status(path, *status("1", "áp dụng", word, "01/01/2019"))
    assert problem.column == "Phiên bản"
    if not isinstance(word, bool):
        assert ISO_2008 in problem.allowed


def test_a_declaration_in_force_needs_its_edition(path):
    problem = read_status(path, *status("1", "áp dụng", None, "01/01/2019"))
    assert (problem.column, problem.found) == ("Phiên bản", "")


@pytest.mark.parametrize("stage", ["chưa xây dựng", "miễn áp dụng"])
def test_who_has_no_system_has_no_edition(path, stage):
    assert read_status(path, *status("1", stage, 2015, "01/01/2019")).column == "Phiên bản"


def test_the_edition_of_who_is_building_is_the_one_worked_toward(path):
    file = read(write_workbook(path, statuses=[status("1", "đang xây dựng", 2015, "01/01/2019")]))
    assert (file.statuses[0].edition, file.statuses[0].working_toward) == ("", ISO_2015)
    assert "Đang chuyển sang" in file.notices[0]


def test_a_declaration_begins_on_its_effective_day_else_its_decision_day(path):
    row = status("1", "áp dụng", 2015, None, "1", "05/03/2019")
    assert read_status(path, *row).valid_from == date(2019, 3, 5)
    more = ("Ngày hiệu lực",)
    found = read_status(path, *row, "10/03/2019", more=more)
    assert found.valid_from == found.effective_date == date(2019, 3, 10)


def test_other_stages_need_their_day(path):
    row = status("1", "hủy công bố", None, None, "1", "05/03/2019")
    assert read_status(path, *row).column == "Từ ngày"


@pytest.mark.parametrize(
    ("value", "number"), [(0, 0), ("120", 120), (120.0, 120), (1_000_000, 1_000_000)]
)
def test_procedures_are_a_whole_number(path, value, number):
    assert read_status(path, *status("1", "áp dụng", 2015, "1/1/2019", tthc=value)).procedures == (
        number
    )


@pytest.mark.parametrize("value", [-1, 1.5, "1.067", 1_000_001, "nhiều", "9" * 300, 1e300, True])
def test_what_is_no_count_of_procedures_is_a_problem(path, value):
    row = status("1", "áp dụng", 2015, "1/1/2019", tthc=value)
    assert read_status(path, *row).column == "Số TTHC"


def test_headings_may_stand_in_any_order_under_titles_and_with_remarks(path):
    headings = [unicodedata.normalize("NFD", f" {h.upper()} (*)") for h in reversed(STATUSES)]
    row = list(reversed(status("1", "đang xây dựng", None, "01/01/2015")))
    sheets = {
        "tình trạng ": [["DANH SÁCH CƠ QUAN"], [], ["Năm 2021", None, "x"], headings, [], row]
    }
    file = read(write_sheets(path, sheets))
    assert file.problems == []
    assert (file.statuses[0].code, file.statuses[0].row) == ("1", 6)


def test_a_parent_may_be_called_the_body_that_an_agency_belongs_to(path):
    headings = ["Mã cơ quan chủ quản" if h == "Mã cơ quan cấp trên" else h for h in AGENCIES]
    file = read(write_sheets(path, {"Cơ quan": [headings, agency("1", parent="H")]}))
    assert file.agencies[0].parent == "H"


def test_unknown_columns_and_sheets_are_named_and_left_out(path):
    sheets = {"Nhóm": [[*GROUPS, "Màu"], [*XA, "đỏ"]], "Biểu đồ": [["x"]]}
    file = read(write_sheets(path, sheets))
    assert file.problems == []
    assert ["Biểu đồ" in file.notices[0], "Màu" in file.notices[1]] == [True, True]


def test_missing_columns_are_each_named(path):
    file = read(write_sheets(path, {"Nhóm": [["Mã nhóm", "Thứ tự"], ["XA", 1]]}))
    assert [problem.column for problem in file.problems] == ["Tên nhóm", "Tên tiếng Anh"]
    assert file.unread == {"Nhóm"}


def test_headings_far_down_are_not_looked_for(path):
    file = read(write_sheets(path, {"Nhóm": [*([[]] * 20), GROUPS, XA]}))
    assert len(file.problems) == 4


def test_a_column_that_stands_twice_is_a_problem(path):
    file = read(write_sheets(path, {"Nhóm": [[*GROUPS, "Tên nhóm (mới)"], [*XA, "b"]]}))
    assert [problem.column for problem in file.problems] == ["Tên nhóm (mới)"]


def test_a_sheet_with_headings_alone_or_nothing_says_nothing(path):
    file = read(write_sheets(path, {"Nhóm": [GROUPS], "Cơ quan": []}))
    assert (file.problems, file.groups) == ([], [])


def test_ten_thousand_formatted_blank_rows_are_skipped(path):
    body = b"".join(
        b'<row r="%d" s="1" ht="15"><c r="A%d" s="1"/><c r="B%d" t="s"><v/></c></row>' % (i, i, i)
        for i in range(3, 10_003)
    )
    write_workbook(path, groups=[XA])
    sheet = "xl/worksheets/sheet1.xml"
    with ZipFile(path) as package:
        xml = package.read(sheet).replace(b"</sheetData>", body + b"</sheetData>")
    file = read(repack(path, path.with_name("b.xlsx"), {sheet: xml}))
    assert (file.problems, len(file.groups)) == ([], 1)


def test_text_beyond_its_field_is_a_problem(path):
    file = read(write_workbook(path, groups=[("XA", "n" * 201, None, 1)]))
    assert (file.problems[0].column, file.problems[0].row) == ("Tên nhóm", 2)
    assert "200" in file.problems[0].allowed


@pytest.mark.parametrize("code", ["X 1", "X/1", "x" * 31, "=1", True, date(2020, 1, 1), 1e300])
def test_a_code_that_no_agency_may_have_is_a_problem(path, code):
    file = read(write_workbook(path, agencies=[agency(code, name="UBND")]))
    assert [problem.column for problem in file.problems] == ["Mã cơ quan"]


def test_a_number_that_excel_made_a_date_of_is_a_problem(path):
    row = status("1", "áp dụng", 2015, "1/1/2019", number=date(2015, 12, 1))
    assert read_status(path, *row).column == "Số quyết định"


def test_a_formula_counts_by_the_value_it_came_to(path):
    def cell(reference: bytes, rest: bytes) -> bytes:
        return b'<c r="%s2"%s</c>' % (reference, rest)

    def text(reference: bytes, value: str) -> bytes:
        return cell(reference, b' t="inlineStr"><is><t>%s</t></is>' % value.encode())

    body = b'<row r="1">%s</row><row r="2">%s</row>' % (
        b"".join(
            b'<c r="%s1" t="inlineStr"><is><t>%s</t></is></c>' % (b"%c" % (65 + i), h.encode())
            for i, h in enumerate(GROUPS)
        ),
        cell(b"A", b' t="str"><f>"X"&amp;"A"</f><v>XA</v>')
        + text(b"B", "UBND xã")
        + cell(b"C", b' t="str"><f>""</f><v></v>')
        + cell(b"D", b"><f>1+1</f><v>2</v>"),
    )
    write_workbook(path, groups=[XA])
    file = read(
        repack(path, path.with_name("b.xlsx"), {"xl/worksheets/sheet1.xml": sheet_xml(body)})
    )
    assert (file.problems, file.groups) == ([], [GroupLine("XA", "UBND xã", "", 2, row=2)])


def test_a_formula_never_calculated_is_a_problem_where_it_is_read(path):
    rows = {"Nhóm": [[*GROUPS, "Khác"], ["XA", "=A2", None, 1, "=1+1"]]}
    file = read(write_sheets(path, rows))
    assert [problem.column for problem in file.problems] == ["Tên nhóm"]


@pytest.mark.parametrize("error", ["#REF!", "#N/A"])
def test_an_error_of_excel_is_a_problem(path, error):
    file = read(write_workbook(path, groups=[("XA", error, None, 1)]))
    assert [problem.found for problem in file.problems] == [error]


def test_a_surrogate_is_a_problem_and_control_characters_are_dropped(path):
    file = read(
        write_workbook(
            path, groups=[("XA", "a_xD800_b", None, 1), ("XB", "a_x0000_b_x0007_", "", 1)]
        )
    )
    assert [problem.row for problem in file.problems] == [2]
    str(file.problems[0]).encode()
    assert file.groups[0].name == "ab"


def test_every_problem_of_the_file_is_told(path):
    file = read(
        write_workbook(
            path,
            groups=[("XA", None, None, "x"), XA, XA],
            agencies=[
                agency("1", start=None),
                agency("2", parent="2"),
                agency("3", end="1/1/2010"),
            ],
            statuses=[status(None, "làm", 1999, "x"), status("1", None, None, None)],
        )
    )
    assert [(p.sheet, p.row, p.column) for p in file.problems] == [
        ("Nhóm", 2, "Tên nhóm"),
        ("Nhóm", 2, "Thứ tự"),
        ("Nhóm", 3, "Mã nhóm"),
        ("Nhóm", 4, "Mã nhóm"),
        ("Cơ quan", 2, "Từ ngày"),
        ("Cơ quan", 3, "Mã cơ quan cấp trên"),
        ("Cơ quan", 4, "Đến ngày"),
        ("Tình trạng", 2, "Tình trạng"),
        ("Tình trạng", 2, "Phiên bản"),
        ("Tình trạng", 2, "Từ ngày"),
        ("Tình trạng", 2, "Mã cơ quan"),
        ("Tình trạng", 3, "Tình trạng"),
        ("Tình trạng", 3, "Từ ngày"),
    ]


def test_a_workbook_without_a_known_sheet_is_refused(path):
    with pytest.raises(BadWorkbook, match="Tình trạng"):
        read(write_sheets(path, {"Sheet1": [GROUPS]}))


def test_a_file_object_is_read_as_a_path_is(path):
    write_workbook(path, groups=[XA])
    with path.open("rb") as file:
        file.read(10)
        assert len(read(file).groups) == 1
