"""Builds workbooks of the exchange format for tests, good ones and spoiled ones."""

import zipfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from agencies.exchange import AGENCY_SHEET, GROUP_SHEET, STATUS_SHEET

GROUPS = ["Mã nhóm", "Tên nhóm", "Tên tiếng Anh", "Thứ tự"]
AGENCIES = [
    "Mã cơ quan",
    "Tên cơ quan",
    "Mã nhóm",
    "Mã cơ quan cấp trên",
    "Mã ĐVHC",
    "Từ ngày",
    "Đến ngày",
]
STATUSES = [
    "Mã cơ quan",
    "Tình trạng",
    "Phiên bản",
    "Từ ngày",
    "Số quyết định",
    "Ngày quyết định",
    "Số TTHC",
    "Ghi chú",
]
Cells = tuple[Any, ...]
SHEETS = {
    "groups": (GROUP_SHEET.title, GROUPS),
    "agencies": (AGENCY_SHEET.title, AGENCIES),
    "statuses": (STATUS_SHEET.title, STATUSES),
}
XA = ("XA", "UBND cấp xã", "Communes", 1)


def write_sheets(path: Path, sheets: Mapping[str, Any]) -> Path:
    """Write sheets as they are: a title to its rows, the headings first."""
    book = Workbook()
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    del book["Sheet"]
    book.save(path)
    return path


def write_workbook(path: Path, more: Sequence[str] = (), **rows: Any) -> Path:
    """Write the sheets that are given under their headings; `more` are headings of statuses."""
    sheets: dict[str, list[Any]] = {}
    for name, (title, headings) in SHEETS.items():
        if name in rows:
            extra = list(more) if name == "statuses" else []
            sheets[title] = [headings + extra, *rows[name]]
    return write_sheets(path, sheets)


def agency(
    code: Any,
    name: str | None = None,
    start: Any = "01/01/2010",
    end: Any = None,
    *,
    group: str | None = "XA",
    parent: str | None = None,
    gso: Any = None,
) -> Cells:
    """Return a row of `Cơ quan`."""
    return (code, name or f"UBND xã {code}", group, parent, gso, start, end)


def status(*cells: Any, tthc: Any = None, number: Any = None) -> Cells:
    """Return a row of `Tình trạng`; what is left out at its end is empty."""
    row = [*cells, *[None] * (len(STATUSES) - len(cells))]
    row[4] = number or row[4]
    row[6] = tthc if tthc is not None else row[6]
    return tuple(row)


def repack(
    path: Path, target: Path, changed: Mapping[str, bytes], left_out: Collection[str] = ()
) -> Path:
    """Copy a workbook with some parts replaced (name to bytes) and some left out."""
    parts = dict(changed)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in left_out:
                new.writestr(name, parts.pop(name) if name in parts else old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return target


def sheet_xml(body: bytes) -> bytes:
    """Return the XML of a sheet with the rows given as bytes."""
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData>" + body + b"</sheetData></worksheet>"
    )
