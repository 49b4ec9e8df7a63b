"""Workbooks of other programs and of people in a hurry: read, or refused with one clear line."""

import shutil
import subprocess
import unicodedata
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from agencies import actions
from agencies.actions import RowState
from agencies.exchange import BadWorkbook
from agencies.models import AgencyGroup, RosterFacts, Upload
from agencies.questions import ask
from reports.round_trip import build_exchange
from tests.foreign import google_sheets, strict, wps
from tests.uploads import keep, look, told
from tests.workbooks import STATUSES, write_sheets

pytestmark = pytest.mark.django_db
WRITERS = {"google": google_sheets, "strict": strict, "wps": wps}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def rows(taken):
    """The workbook of the small province as values: a title to its rows."""
    return {
        sheet.title: [
            [value.date() if hasattr(value, "date") else value for value in row]
            for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in taken
    }


def brought(path: Path, by) -> Upload:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return actions.keep_upload(file=file, by=by)


def edit(rows) -> None:
    """Change one number and add one row, as an officer would."""
    heads, *lines = rows["Tình trạng"]
    for line in lines:
        if (line[0], line[3]) == ("CC-KL", date(2021, 6, 1)):
            line[heads.index("Số TTHC")] = 50
    rows["Tình trạng"].append(["SO-NN", "áp dụng", 2015, date(2022, 3, 1), "9/QĐ"])


@pytest.mark.parametrize("program", WRITERS)
def test_what_another_program_saved_unedited_is_the_same(program, rows, lan, tmp_path):
    upload = brought(WRITERS[program](tmp_path / "so.xlsx", rows), lan)
    preview = look(upload, lan)
    assert (told(preview), preview.problems, preview.notices) == ([], (), ())
    assert upload.has_stamp


@pytest.mark.parametrize("program", WRITERS)
def test_exactly_what_was_edited_in_another_program_is_a_change(program, rows, lan, tmp_path):
    edit(rows)
    upload = brought(WRITERS[program](tmp_path / "so.xlsx", rows), lan)
    [changed, new] = told(look(upload, lan))
    assert changed == ("CC-KL", "changed", {"Số TTHC": (42, 50)})
    assert new[:2] == ("SO-NN", "new")
    assert new[2]["Từ ngày"][1] == date(2022, 3, 1)


def test_a_workbook_whose_hidden_sheet_was_lost_is_read_and_says_so(rows, lan, client, tmp_path):
    edit(rows)
    del rows["Dấu"]
    upload = brought(google_sheets(tmp_path / "so.xlsx", rows), lan)
    assert not upload.has_stamp
    assert [state for _code, state, _said in told(look(upload, lan))] == ["changed", "new"]
    client.force_login(lan)
    with translation.override("en"):
        client.cookies["django_language"] = "en"
        page = client.get(reverse("agencies:import", args=[upload.pk])).content.decode()
    assert "it does not say when it was taken" in page


def test_truths_and_numbers_of_google_sheets_are_read_or_told(rows, lan, tmp_path):
    rows["Tình trạng"].append(["SO-NN", "áp dụng", "2015", date(2022, 3, 1), 9, None, "40", True])
    [(_code, state, _said)] = told(
        look(brought(google_sheets(tmp_path / "a.xlsx", rows), lan), lan)
    )
    assert state == "error"
    rows["Tình trạng"][-1][-1] = "x"
    [(_code, state, said)] = told(look(brought(google_sheets(tmp_path / "b.xlsx", rows), lan), lan))
    assert (state, said["Số quyết định"][1], said["Số TTHC"][1]) == ("new", "9", 40)


@pytest.mark.parametrize("program", WRITERS)
def test_the_copy_with_comments_is_made_of_other_programs_files_or_refused(
    program, rows, lan, client, tmp_path
):
    rows["Tình trạng"].append(["SO-NN", "đang dùng", 2015, date(2022, 3, 1)])
    upload = brought(WRITERS[program](tmp_path / "so.xlsx", rows), lan)
    client.force_login(lan)
    response = client.get(reverse("agencies:import-annotated", args=[upload.pk]))
    if response.status_code == 200:
        sheet = load_workbook(BytesIO(response.content))["Tình trạng"]
        comments = [cell.comment.text for row in sheet for cell in row if cell.comment]
        assert ["đang dùng" in text for text in comments] == [True]
    else:
        assert (program, response.status_code) == ("strict", 400)


DAYS = {
    "05/03/2022": date(2022, 3, 5),
    "5/3/2022": date(2022, 3, 5),
    " 05-03-2022 ": date(2022, 3, 5),
    "05.03.2022": date(2022, 3, 5),
    "2022-03-05": date(2022, 3, 5),
    "2022-03-05 00:00:00": date(2022, 3, 5),
    44625: date(2022, 3, 5),
    "5/3/22": None,
    "03/25/2022": None,
    "44625": None,
    2022: None,
    44625.5: None,
    "tháng 3/2022": None,
}


@pytest.mark.parametrize("typed", DAYS, ids=map(repr, DAYS))
def test_days_are_read_as_people_write_them_or_told(typed, taken, lan):
    taken["Tình trạng"].append(["SO-NN", "hủy công bố", 2008, typed])
    [row] = [row for row in look(keep(taken, lan), lan).rows if row.state != RowState.SAME]
    if DAYS[typed] is None:
        [problem] = row.problems
        assert (row.state, problem.column) == ("error", "Từ ngày")
        assert "05/03/2014" in problem.allowed
    else:
        assert row.state == "new"
        found = {one.heading: one.new for one in row.differences}
        assert found["Từ ngày"] == DAYS[typed]


def test_days_counted_from_1904_are_read(taken, lan):
    taken.epoch = CALENDAR_MAC_1904
    taken["Tình trạng"].append(["SO-NN", "hủy công bố", 2008, date(2022, 3, 5)])
    [(_code, state, said)] = told(look(keep(taken, lan), lan))
    assert (state, said["Từ ngày"][1]) == ("new", date(2022, 3, 5))


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def test_columns_moved_titles_above_and_blank_rows_between(small_province, lan, tmp_path):
    """Headings out of order, a merged title of two rows above, blank rows, NFD, spaces."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = nfd(" Tình trạng")
    sheet["A1"] = "BẢNG THEO DÕI"
    sheet.merge_cells("A1:I2")
    heads = ["STT", "Ghi chú", "Ngày quyết định (*)", "TỪ NGÀY", "Mã cơ quan:", "Tình trạng "]
    heads += ["Phiên bản", "Số quyết định", "Số TTHC"]
    sheet.append([])
    sheet.append([nfd(head) for head in heads])
    sheet.append([])
    line = [1, nfd("thử "), None, "1/3/2022", " SO-NN ", nfd("  Áp  Dụng "), "tcvn iso 9001:2015"]
    sheet.append([*line, " 9/QĐ ", " 40 "])
    sheet.append([None, "  ", None])
    upload = keep(book, lan)
    preview = look(upload, lan)
    [(code, state, said)] = told(preview)
    assert (code, state, said["Ghi chú"][1], said["Số TTHC"][1]) == ("SO-NN", "new", "thử", 40)
    assert said["Từ ngày"][1] == date(2022, 3, 1)
    assert ["STT" in notice for notice in preview.notices] == [True]


def test_an_alias_of_letters_is_proposed_and_never_taken_by_itself(small_province, lan):
    """ "Đăk" for "Đắk" is a question; NFD and spaces alone are no difference."""
    facts = RosterFacts("UBND xã Đắk Long", small_province.groups["CC"].pk)
    actions.add_agency(code="X1", facts=facts, valid_from=date(2010, 1, 1), by=lan)
    book = load_workbook(BytesIO(build_exchange(ask())))
    sheet = book["Cơ quan"]
    [cell] = [row[1] for row in sheet.iter_rows() if row[0].value == "X1"]
    cell.value = nfd(" UBND xã  Đắk Long ")
    assert told(look(keep(book, lan), lan)) == []
    for other in ("UBND xã Đăk Long", nfd("UBND xã Đăk Long"), "UBND Xã Đắk Long"):
        cell.value = other
        [row] = look(keep(book, lan), lan).of("error")
        assert row.problems[0].choices[0] == "UBND xã Đắk Long"
        assert not row.may_be_taken


def test_a_name_is_chosen_for_its_agency_alone(small_province, lan):
    """Two communes differ in their marks alone (xã Đắk Long, xã Đăk Long), and both are right."""
    names = {"X1": "UBND xã Đắk Long", "X2": "UBND xã Đăk Long"}
    for code, name in names.items():
        facts = RosterFacts(name, small_province.groups["CC"].pk)
        actions.add_agency(code=code, facts=facts, valid_from=date(2010, 1, 1), by=lan)
    book = load_workbook(BytesIO(build_exchange(ask())))
    [cell] = [row[1] for row in book["Cơ quan"].iter_rows() if row[0].value == "X1"]
    cell.value = names["X2"]
    upload = keep(book, lan)
    [row] = look(upload, lan).of("error")
    key = row.problems[0].key
    actions.choose_words(upload=upload, chosen={key: names["X1"]})
    assert told(look(upload, lan)) == []
    actions.choose_words(upload=upload, chosen={key: names["X2"]})
    [changed] = told(look(upload, lan))
    assert changed == ("X1", "changed", {"Tên cơ quan": (names["X1"], names["X2"])})


def ods(path: Path) -> bytes:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", "<office/>")
    return path.read_bytes()


def xlsb(path: Path) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    with zipfile.ZipFile(path, "w") as package:
        target = f'<Relationship Id="r" Type="{kind}" Target="xl/workbook.bin"/>'
        package.writestr("_rels/.rels", f"<Relationships>{target}</Relationships>")
        package.writestr("xl/workbook.bin", b"\x83\x01\x00" * 40)
    return path.read_bytes()


KINDS = {
    ".xls)": lambda path: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    ".csv": lambda path: "\ufeffMã cơ quan;Tình trạng\r\nX1;áp dụng\r\n".encode(),
    "plain text": lambda path: b"<html><table><tr><td>X1</td></tr></table></html>",
    ".ods": ods,
    ".xlsb": xlsb,
    ".xlsx).": lambda path: "Mã cơ quan\tTình trạng\r\n".encode("utf-16"),
}


@pytest.mark.parametrize("said", KINDS)
def test_files_of_other_kinds_are_refused_with_one_line_that_says_what_to_do(said, lan, tmp_path):
    content = KINDS[said](tmp_path / "a")
    with translation.override("en"), pytest.raises(BadWorkbook) as refused:
        actions.keep_upload(file=SimpleUploadedFile("a.xlsx", content), by=lan)
    [problem] = refused.value.problems
    assert said in str(problem)
    assert ".xlsx" in str(problem)
    assert len(str(problem).splitlines()) == 1
    assert not Upload.objects.exists()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("ending", "said"), [("xls", ".xls)"), ("ods", ".ods"), ("csv", ".csv")])
def test_what_libreoffice_writes_in_other_formats_is_refused(ending, said, lan, tmp_path):
    source = write_sheets(tmp_path / "so.xlsx", {"Tình trạng": [STATUSES]})
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/lo"]
    command += ["--convert-to", ending, "--outdir", str(tmp_path / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    [made] = (tmp_path / "out").iterdir()
    with translation.override("en"), pytest.raises(BadWorkbook, match=r"\.xlsx") as refused:
        brought(made, lan)
    assert said in str(refused.value)


def test_a_group_s_word_is_chosen_once_for_all_its_rows(taken, lan):
    AgencyGroup.objects.create(code="XA", name="Cấp xã", position=9)
    for number in range(3):
        name = f"UBND xã {number}"
        taken["Cơ quan"].append([f"B{number}", name, "cấp xã", None, None, "01/01/2010"])
    upload = keep(taken, lan)
    wrong = look(upload, lan).of("error")
    assert {row.problems[0].key for row in wrong} == {"group|cấp xã"}
    assert wrong[0].problems[0].choices == ("CC", "SO", "XA")
    actions.choose_words(upload=upload, chosen={"group|cấp xã": "XA"})
    assert [row.state for row in look(upload, lan).rows if row.state != "same"] == ["new"] * 3
