"""Files that are no workbook, are damaged or mean harm: one clear message, bounded cost."""

import io
import os
import re
import struct
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agencies.exchange import BadWorkbook, parts, read_exchange_file
from agencies.models import Entry
from tests.workbooks import GROUPS, XA, agency, repack, sheet_xml, status, write_workbook

SHEET = "xl/worksheets/sheet1.xml"
BOMB_SECONDS = 60
BOMB_MEGABYTES = 150
REPOSITORY = Path(__file__).parent.parent


@pytest.fixture
def good(tmp_path):
    """A workbook with one group."""
    return write_workbook(tmp_path / "good.xlsx", groups=[XA])


@pytest.fixture
def with_sheet(good):
    """Replace the XML of the sheet in a good workbook."""

    def spoil(xml: bytes) -> Path:
        return repack(good, good.with_name("spoiled.xlsx"), {SHEET: xml})

    return spoil


def refusal(file: Any) -> str:
    """Return the one sentence with which a file is refused."""
    with pytest.raises(BadWorkbook) as refused:
        read_exchange_file(file, editions=[])
    (problem,) = refused.value.problems
    assert (problem.sheet, problem.row) == (None, None)
    return str(problem)


def test_other_kinds_of_files_are_named_as_such(tmp_path):
    docx = io.BytesIO()
    with zipfile.ZipFile(docx, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(
            "_rels/.rels",
            '<Relationships><Relationship Id="r" Type="a/officeDocument"'
            ' Target="word/document.xml"/></Relationships>',
        )
        package.writestr("word/document.xml", "<w:document xmlns:w='w'/>")
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    contents = [b"", b"xin", "Mã nhóm;Tên nhóm\n".encode("utf-8-sig"), b"%PDF-1.7\n", ole]
    contents += [docx.getvalue(), b"PK\x05\x06" + b"\0" * 18]
    for number, content in enumerate(contents):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(content)
        assert (".xls)" in refusal(path)) == (content == ole)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_damaged(good, kept):
    data = good.read_bytes()
    good.write_bytes(data[: int(len(data) * kept)])
    refusal(good)


def test_a_flipped_byte_is_a_refusal_or_no_matter(good):
    data = bytearray(good.read_bytes())
    for place in range(0, len(data), 7):
        spoiled = data.copy()
        spoiled[place] ^= 0x55
        with suppress(BadWorkbook):
            read_exchange_file(io.BytesIO(spoiled), editions=[])


def test_what_is_not_a_readable_file_is_named(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path, tmp_path / "none.xlsx", tmp_path / "fifo", "/dev/zero"):
        assert Path(path).name in refusal(path)
    refusal("a\0b")
    refusal("x" * 5000)


@pytest.mark.parametrize(
    "left_out", [SHEET, "xl/workbook.xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"]
)
def test_a_package_that_lacks_a_part_is_refused(good, left_out):
    refusal(repack(good, good.with_name("b.xlsx"), {}, [left_out]))


def test_a_package_without_styles_is_read(good):
    less = repack(good, good.with_name("b.xlsx"), {}, ["xl/styles.xml", "xl/theme/theme1.xml"])
    assert len(read_exchange_file(less, editions=[]).groups) == 1


@pytest.mark.parametrize(
    "body",
    [
        b'<row r="99999999999999999999"><c r="A1"/></row>',
        b'<row r="-1"/>',
        b'<row r="1"><c r="1A"><v>1</v></c></row>',
        b'<row r="1"><c t="s"><v>7</v></c></row>',
        b'<row r="1"><c t="s"><v>x</v></c></row>',
        b"<row><c><v>1</v></row>",
        b"<row><c t='str'><v>&#0;</v></c></row>",
        b"<row><c t='str'><v>\xff\xfe</v></c></row>",
        b"<row><c t='str'><v>\xed\xa0\x80</v></c></row>",
    ],
)
def test_a_sheet_that_breaks_the_format_is_damaged(with_sheet, body):
    refusal(with_sheet(sheet_xml(body)))


@pytest.mark.parametrize(
    "value", [b"9" * 300, b"9" * 5000, b"1e999", b"nan", b"0x1", b"-1e300", b" "]
)
def test_numbers_of_any_length_are_problems_of_their_cells(with_sheet, value):
    headings = b"".join(
        b'<c t="inlineStr"><is><t>%s</t></is></c>' % heading.encode() for heading in GROUPS
    )
    cells = b"<c><v>%s</v></c>" % value * 4
    file = read_exchange_file(
        with_sheet(sheet_xml(b"<row>%s</row><row>%s</row>" % (headings, cells))), editions=[]
    )
    assert not file.groups
    assert all(len(str(problem)) < 400 for problem in file.problems)


def test_a_cell_in_the_last_corner_costs_nothing(with_sheet):
    xml = sheet_xml(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    dimension = b'<dimension ref="A1:XFD1048576"/><sheetData>'
    started = time.monotonic()
    file = read_exchange_file(with_sheet(xml.replace(b"<sheetData>", dimension)), editions=[])
    assert not file.groups
    assert time.monotonic() - started < 1


def test_entities_are_not_expanded(with_sheet):
    entities = b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n else b"ha") for n in range(12)
    )
    xml = b"<!DOCTYPE w [" + entities + b"]>" + sheet_xml(b"<row><c><v>&a11;</v></c></row>")
    refusal(with_sheet(xml))
    external = b'<!DOCTYPE w SYSTEM "file:///etc/passwd">' + sheet_xml(b"")
    refusal(with_sheet(external))


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(with_sheet, settings):
    settings.IMPORT_MAX_BYTES = 1_000_000
    assert "1 MB" in refusal(with_sheet(sheet_xml(b" " * 1_000_000)))


def test_a_part_larger_than_it_states_is_damaged(with_sheet):
    path = with_sheet(sheet_xml(b" " * 5_000_000))
    data = bytearray(path.read_bytes())
    for found in re.finditer(re.escape(SHEET.encode()), bytes(data)):
        for start, offset in ((found.start() - 46, 24), (found.start() - 30, 22)):
            if data[start : start + 2] == b"PK":
                data[start + offset : start + offset + 4] = struct.pack("<L", 100)
    path.write_bytes(data)
    refusal(path)


def test_a_package_of_very_many_parts_is_not_listed(good):
    with zipfile.ZipFile(good, "a") as package:
        for number in range(20_000):
            package.writestr(f"xl/nested/{number}.zip", b"")
    refusal(good)


def test_an_unusual_packing_is_refused(good):
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(good.with_name("b.xlsx"), "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name), zipfile.ZIP_LZMA)
    refusal(good.with_name("b.xlsx"))


def test_a_tag_without_end_is_given_up(with_sheet):
    started = time.monotonic()
    refusal(with_sheet(sheet_xml(b'<row r="' + b"1" * 40_000_000 + b'"/>')))
    assert time.monotonic() - started < 10


def test_elements_and_texts_are_counted(with_sheet, good, monkeypatch):
    monkeypatch.setattr(parts, "MAX_ELEMENTS", 1_000)
    assert "MB" in refusal(with_sheet(sheet_xml(b"<row/>" * 1_001)))


def test_reading_stops_at_the_most_rows(good, tmp_path, monkeypatch):
    monkeypatch.setattr("agencies.exchange.reading.MOST_ROWS", 5)
    rows = [(f"G{number}", "Nhóm", None, 1) for number in range(9)]
    file = read_exchange_file(write_workbook(tmp_path / "a.xlsx", groups=rows), editions=[])
    assert len(file.groups) == 5
    assert [problem.sheet for problem in file.problems] == ["Nhóm"]


BOMBS = {"spaces": b" ", "empty cells": b"<c/>", "empty rows": b"<row/>"}
READ_WITHIN_LIMITS = """
import re, resource, sys, django
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
django.setup()
from agencies.exchange import BadWorkbook, read_exchange_file
try:
    read_exchange_file(sys.argv[1], editions=[])
except BadWorkbook as bad:
    print(bad)
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
"""


def cost_of_reading(path: Path) -> tuple[str, int]:
    """Return what a process of its own says of a file, and the megabytes it needed."""
    done = subprocess.run(
        [sys.executable, "-c", READ_WITHIN_LIMITS.format(seconds=BOMB_SECONDS), path],
        cwd=REPOSITORY,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "kontum_qms.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, int(done.stderr) // 1024


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_file_that_unpacks_to_very_much_of_nothing_costs_little_memory(with_sheet, bomb):
    _said, megabytes = cost_of_reading(with_sheet(sheet_xml(bomb * (8_000_000 // len(bomb)))))
    assert megabytes < BOMB_MEGABYTES


def test_a_bomb_is_not_unpacked(with_sheet):
    path = with_sheet(sheet_xml(b""))
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
        package.open("xl/media/image1.xml", "w", force_zip64=True) as part,
    ):
        for _megabyte in range(1_000):
            part.write(b" " * 1_000_000)
    said, megabytes = cost_of_reading(path)
    assert "150 MB" in said
    assert megabytes < BOMB_MEGABYTES


@pytest.mark.django_db
def test_the_command_tells_of_a_spoiled_file_in_a_sentence(tmp_path, good):
    for path in (tmp_path, tmp_path / "none.xlsx"):
        with pytest.raises(CommandError):
            call_command("import_workbook", str(path))
    good.write_bytes(good.read_bytes()[:-30])
    with pytest.raises(CommandError):
        call_command("import_workbook", str(good))
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_lone_surrogates_and_nul_reach_neither_database_nor_message(tmp_path):
    rows = [agency("X1", "UBND\u00a0xã _xD800_"), agency("X2", "_x0000_")]
    file = write_workbook(
        tmp_path / "a.xlsx",
        groups=[XA],
        agencies=rows,
        statuses=[status("X1", "đang _xDFFF_", None, "_xD800_")],
    )
    with pytest.raises(CommandError) as refused:
        call_command("import_workbook", str(file))
    str(refused.value).encode()
    assert len(str(refused.value).splitlines()) == 5
