"""Workbooks that are damaged or mean harm, one of every kind; reading one, with what it costs.

What reading them may cost stands in docs/limits.md.
"""

import re
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from activities import training_sheet
from activities.models import Training
from agencies.exchange import BadWorkbook, read_exchange_file, reorganisation
from tests.documents import HTML, PNG, old_office
from tests.hostile import DIGITS, NFD, RIGHT_TO_LEFT
from tests.workbooks import (
    AGENCIES,
    GROUPS,
    STATUSES,
    agency,
    repack,
    sheet_xml,
    status,
    write_sheets,
)

# Groups or a decree, and attendances.
SHEETS = [f"xl/worksheets/sheet{number}.xml" for number in (1, 4)]
MEGABYTE = b" " * 1_000_000
COLUMNS, ROWS = 16_384, 1_048_576  # Excel's own
LAUGHS = b"".join(
    b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"ha") for n in range(12)
)
FORMULA = "=cmd|' /C calc'!A0"
ATTENDANCES = [column.heading for column in training_sheet.SHEET.columns]
DECREE = [column.heading for column in reorganisation.SHEET.columns]
# Of the first sheet, which the reader of reorganisations takes for its own.
OF_A_DECREE = [*GROUPS, *(heading for heading in DECREE if heading not in GROUPS)]
Kind = Callable[[Path, Sequence[str]], Path]


def good(path: Path, headings: Sequence[str] = GROUPS) -> Path:
    """Write a workbook that can be read, with one cell that is wrong."""
    return _workbook(path, headings, "không rõ", "X2", "01/03/2022")  # a word to be chosen


def _workbook(path: Path, headings: Sequence[str], stage: str, text: str, day: str) -> Path:
    """Write a workbook that every reader finds rows in, a text in the place of most cells."""
    row: dict[str, Any] = dict.fromkeys(headings, text)
    row |= {"Mã nhóm": "XA", "Thứ tự": 1}
    if "Ngày hiệu lực" in row:
        row["Ngày hiệu lực"] = day
    return write_sheets(
        path,
        {
            "Nhóm": [headings, list(row.values())],
            "Cơ quan": [AGENCIES, agency("X1", text), agency(text[:20], "Tên")],
            "Tình trạng": [STATUSES, status("X1", stage, None, day, number=text)],
            "Tham dự": [ATTENDANCES, ("SO-NN", text, 1), (text, text, text)],
        },
    )


def _with_sheet(path: Path, headings: Sequence[str], xml: bytes) -> Path:
    return repack(good(path.with_suffix(".good"), headings), path, dict.fromkeys(SHEETS, xml))


def _with_parts(path: Path, headings: Sequence[str], parts: dict[str, bytes]) -> Path:
    return repack(good(path.with_suffix(".good"), headings), path, parts)


def _with_names(path: Path, headings: Sequence[str], name: str) -> Path:
    return _workbook(path, headings, "đang", name, name)


def _cut(path: Path, headings: Sequence[str]) -> Path:
    data = good(path, headings).read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def _bytes(content: bytes) -> Kind:
    def write(path: Path, headings: Sequence[str]) -> Path:
        path.write_bytes(content)
        return path

    return write


def _bomb(path: Path, headings: Sequence[str], megabytes: int = 200) -> Path:
    good(path, headings)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
        package.open("xl/media/image1.xml", "w", force_zip64=True) as part,
    ):
        for _megabyte in range(megabytes):
            part.write(MEGABYTE)
    return path


def _nested(path: Path, headings: Sequence[str]) -> Path:
    inner = _bomb(path.with_suffix(".inner"), headings).read_bytes()
    return _with_parts(
        path, headings, {f"xl/embeddings/{number}.xlsx": inner for number in range(5)}
    )


def _row(*cells: bytes) -> bytes:
    return b"<row>" + b"".join(cells) + b"</row>"


def _texts(headings: Sequence[str]) -> list[bytes]:
    return [b'<c t="inlineStr"><is><t>%s</t></is></c>' % text.encode() for text in headings]


def _filled(headings: Sequence[str], columns: int, rows: int) -> bytes:
    number = b"<c><v>1</v></c>"
    return sheet_xml(_row(*_texts(headings)) + _row(number * columns) * rows)


def _dimension(path: Path, headings: Sequence[str]) -> Path:
    xml = sheet_xml(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    said = b'<dimension ref="A1:XFD1048576"/><sheetData>'
    return _with_sheet(path, headings, xml.replace(b"<sheetData>", said))


def _macro(path: Path, headings: Sequence[str]) -> Path:
    with zipfile.ZipFile(good(path.with_suffix(".good"), headings)) as package:
        types = package.read("[Content_Types].xml")
    types = types.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
    return _with_parts(
        path, headings, {"[Content_Types].xml": types, "xl/vbaProject.bin": b"\xd0\xcf" * 99}
    )


def _formula(path: Path, headings: Sequence[str]) -> Path:
    values = {"Mã nhóm": "XA", "Tên nhóm": FORMULA, "Thứ tự": "1"}
    cells = [values.get(heading, heading) for heading in headings]
    xml = sheet_xml(_row(*_texts(headings)) + _row(*_texts(cells)))
    return _with_sheet(path, headings, xml)


KINDS: dict[str, Kind] = {
    "empty": _bytes(b""),
    "truncated": _cut,
    "web page": _bytes(HTML),
    "picture": _bytes(PNG),
    "old workbook": _bytes(old_office("Root Entry", "Workbook")),
    "encrypted": _bytes(old_office("Root Entry", "EncryptionInfo", "EncryptedPackage")),
    "macro": _macro,
    "zip bomb": _bomb,
    "zip bombs within": _nested,
    "entity expansion": lambda path, headings: _with_sheet(
        path,
        headings,
        b"<!DOCTYPE w [" + LAUGHS + b"]>" + sheet_xml(b"<row><c><v>&a11;</v></c></row>"),
    ),
    "external entity": lambda path, headings: _with_sheet(
        path,
        headings,
        b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        + sheet_xml(b"<row><c><v>&x;</v></c></row>"),
    ),
    "unknown encoding": lambda path, headings: _with_sheet(
        path, headings, b'<?xml version="1.0" encoding="rot13"?>' + sheet_xml(b"<row/>")
    ),
    "encoding of many bytes": lambda path, headings: _with_sheet(
        path, headings, b'<?xml version="1.0" encoding="utf-7"?>' + sheet_xml(b"<row/>")
    ),
    "16 384 columns": lambda path, headings: _with_sheet(
        path, headings, _filled(headings, COLUMNS, 20)
    ),
    "a million rows": lambda path, headings: _with_sheet(
        path, headings, _filled(headings, 1, ROWS)
    ),
    "a million rows by its dimension": _dimension,
    "formula as text": _formula,
    "formula never calculated": lambda path, headings: _with_names(path, headings, FORMULA),
    "lone surrogates": lambda path, headings: _with_names(
        path, headings, "UBND _xD800_ xã _xDFFF_"
    ),
    "right-to-left marks": lambda path, headings: _with_names(path, headings, RIGHT_TO_LEFT),
    "NFD": lambda path, headings: _with_names(path, headings, NFD),
    "300 digits": lambda path, headings: _with_sheet(
        path,
        headings,
        sheet_xml(
            _row(*_texts(headings)) + _row(b"<c><v>%s</v></c>" % DIGITS.encode() * len(headings))
        ),
    ),
}


def written(folder: Path, headings: Sequence[str] = GROUPS) -> dict[str, Path]:
    """Write one file of every kind into a folder, with the headings of its first sheet."""
    folder.mkdir(exist_ok=True)
    return {
        kind: write(folder / f"{number}.xlsx", headings)
        for number, (kind, write) in enumerate(KINDS.items())
    }


def readers(course: Training) -> dict[str, Callable[[str], Any]]:
    """Return what reads workbooks."""
    return {
        "import": lambda path: read_exchange_file(path, editions=[]),
        "attendances": lambda path: training_sheet.read_sheet(path, training=course),
        "reorganisation": lambda path: reorganisation.read_plan_file(path, "x.xlsx"),
    }


def _peak() -> int:
    """Return the most memory of this process since `_peak` was last asked, in megabytes."""
    with open("/proc/self/status") as status_file:
        found = re.search(r"VmHWM:\s+(\d+)", status_file.read())
    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")
    return int(found[1]) // 1024 if found else 0


def cost_of(read: Callable[[str], Any], path: Path) -> tuple[float, int, str]:
    """Return seconds, megabytes more than before, and what a reader says of a file."""
    _peak()
    before, started = _peak(), time.monotonic()
    try:
        read(str(path))
        said = ""
    except BadWorkbook as bad:
        said = str(bad.problems[0])
    return time.monotonic() - started, _peak() - before, said
