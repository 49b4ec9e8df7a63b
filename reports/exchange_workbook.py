"""Rows to the workbook that an office fills and brings back: lists to choose from, a stamp.

Takes finished rows and never queries. Its words are those of the format, which is Vietnamese
for every reader. The codes of rows on record are locked, without a password: a code typed
over would name another agency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from agencies.exchange import (
    DECLARATION_WORDS,
    GROUP_SHEET,
    SHEETS,
    STAGE_WORDS,
    AgencyLine,
    GroupLine,
    SheetFormat,
    StatusLine,
    cells_of,
    sheets_to_write,
)
from agencies.exchange.stamp import NOTES_SHEET, STAMP_COLUMN, STAMP_ROW, STAMP_SHEET, Stamp
from agencies.models.status import demonstration_note

Line = GroupLine | AgencyLine | StatusLine
FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
FREE = {"locked": False}
LAST_ROW = 20_000  # that the lists to choose from reach to
WIDEST = 52.0
NOTES_WIDTH = 70  # an upright A4 page holds it, in LibreOffice too
NOTES_LETTERS = 85  # of Times New Roman in a line of it
MAY = dict.fromkeys(
    (
        "format_cells",
        "format_columns",
        "format_rows",
        "insert_rows",
        "delete_rows",
        "sort",
        "autofilter",
        "select_locked_cells",
        "select_unlocked_cells",
    ),
    True,
)
NOTES = """\
Sổ này dùng để cập nhật hồ sơ cơ quan: sửa trên sổ, rồi tải lên ở trang “Nhập, xuất Excel”.
Trước khi ghi nhận, trang web cho xem từng dòng: mới, thay đổi, không đổi, xung đột hay lỗi.

1. Mỗi dòng của trang “Cơ quan” là tên, nhóm, cơ quan cấp trên của một cơ quan kể từ “Từ ngày”.
2. Mỗi dòng của trang “Tình trạng” là tình trạng của cơ quan kể từ “Từ ngày” đến dòng sau của nó.
3. Có thay đổi mới: thêm dòng mới với ngày của thay đổi; không ghi đè lên dòng cũ.
4. Dòng cũ ghi sai: sửa ngay trên dòng đó; hệ thống ghi nhận là đính chính và giữ cả hai bản.
5. Xóa một dòng khỏi sổ không xóa gì trong hồ sơ.
6. Ngày ghi dạng 05/03/2014. “Đến ngày” là ngày đầu tiên cơ quan không còn tồn tại.
7. Tình trạng, phiên bản, nhóm: chọn trong danh sách tại ô.
8. “áp dụng” phải có phiên bản; số quyết định có thể để trống khi chưa có.
9. Mã đã có được khóa (không mật khẩu): sửa mã là nói về cơ quan khác. Cơ quan mới: ghi mã mới.
10. Có thể đổi thứ tự cột, thêm dòng tiêu đề phía trên; cột lạ được nêu tên và bỏ qua.\
""".splitlines()


@dataclass(frozen=True)
class ExchangeBook:
    """Everything the file says; `about` are the lines that say what it was asked."""

    about: Sequence[str]
    rows: Sequence[Sequence[Line]]
    editions: Sequence[str]
    stamp: Stamp
    demonstration: bool
    provinces: Sequence[str] = ()


def write_exchange(book: ExchangeBook) -> bytes:
    """Return the workbook as an .xlsx file."""
    file = BytesIO()
    plain_text = {"strings_to_formulas": False, "strings_to_urls": False}
    workbook = Workbook(file, {"in_memory": True, **plain_text})
    lists = {
        "stage": {"source": list(STAGE_WORDS.values())},
        "edition": {"source": list(book.editions)},
        "working_toward": {"source": list(book.editions)},
        "declaration": {"source": list(DECLARATION_WORDS.values())},
        "province": {"source": list(book.provinces)},
        "group": {"source": f"='{GROUP_SHEET.title}'!$A$2:$A$200"},
    }
    sheets = sheets_to_write(has_provinces=bool(book.provinces))
    for sheet, lines in zip(sheets, book.rows, strict=True):
        _write_sheet(workbook, sheet, lines, lists)
    _write_notes(workbook, book)
    _write_stamp(workbook, book)
    workbook.get_worksheet_by_name(SHEETS[1].title).activate()
    workbook.close()
    return file.getvalue()


def _write_sheet(
    workbook: Any, sheet: SheetFormat, lines: Sequence[Line], lists: Mapping[str, Any]
) -> None:
    page = workbook.add_worksheet(sheet.title)
    table = [cells_of(line, sheet) for line in lines]
    head = workbook.add_format({**FONT, "bold": True, "bg_color": "#E6EEF0", "border": 1})
    free = {
        False: workbook.add_format({**FONT, **FREE}),
        True: workbook.add_format({**FONT, **FREE, "num_format": "dd/mm/yyyy"}),
    }
    locked = workbook.add_format({**FONT, "font_color": "#566570"})
    for place, column in enumerate(sheet.columns):
        is_day = column.name in ("valid_from", "valid_to") or column.name.endswith("_date")
        longest = max([len(column.heading), *(len(str(row[place] or "")) for row in table)])
        page.set_column(place, place, min(longest + 3.0, WIDEST), free[is_day])
        page.write_string(0, place, column.heading, head)
        _offer(page, place, len(table), lists.get(column.name))
    for at, cells in enumerate(table, 1):
        page.write_string(at, 0, str(cells[0]), locked)
        for place, value in enumerate(cells[1:], 1):
            _put(page, at, place, value, free)
    page.freeze_panes(1, 1)
    page.protect("", MAY)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _offer(page: Any, place: int, rows: int, choice: Mapping[str, Any] | None) -> None:
    """Let a column's cells be chosen from a list; another word is warned of, not refused."""
    if choice is None or not choice["source"]:
        return
    said = {"error_title": "Ngoài danh sách", "error_message": "Giá trị không có trong danh sách."}
    rule = {"validate": "list", "error_type": "warning", **said, **choice}
    page.data_validation(1, place, max(rows, LAST_ROW), place, rule)


def _put(page: Any, at: int, place: int, value: Any, free: Mapping[bool, Any]) -> None:
    if value is None:
        return
    if isinstance(value, date):
        page.write_datetime(at, place, value, free[True])
    elif isinstance(value, int):
        page.write_number(at, place, value, free[False])
    else:
        page.write_string(at, place, value, free[False])


def _write_notes(workbook: Any, book: ExchangeBook) -> None:
    page = workbook.add_worksheet(NOTES_SHEET)
    plain = workbook.add_format({**FONT, "text_wrap": True})
    page.set_column(0, 0, NOTES_WIDTH, plain)
    page.write_string(0, 0, "Cách điền", workbook.add_format({**FONT, "bold": True}))
    about = [*book.about, demonstration_note() if book.demonstration else "", *NOTES]
    for at, text in enumerate(about, 1):
        page.write_string(at, 0, text, plain)
        page.set_row(at, 17 * (1 + len(text) // NOTES_LETTERS))  # LibreOffice grows no row itself
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _write_stamp(workbook: Any, book: ExchangeBook) -> None:
    page = workbook.add_worksheet(STAMP_SHEET)
    page.write_string(STAMP_ROW - 1, STAMP_COLUMN - 1, book.stamp.packed())
    page.write_string(STAMP_ROW, STAMP_COLUMN - 1, "Xin giữ trang này: nó cho biết sổ lấy khi nào.")
    page.hide()
    page.protect()
