"""The Excel summary of other offices: read back, strange names, nothing to count."""

import shutil
import subprocess
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from agencies import actions
from agencies.asof import AsOf
from agencies.models import (
    Agency,
    AgencyGroup,
    AuditLine,
    Edition,
    Entry,
    RosterFacts,
    RosterRecord,
    Stage,
    StatusFacts,
    StatusRecord,
)
from agencies.questions import ask
from reports import rollups, workbook
from reports.rollups import Counts, GroupRow, GroupTable
from reports.summary import build_summary
from reports.workbook.charts import label_places
from reports.workbook.measure import lines_of, text_width
from reports.workbook.writer import LETTERS
from tests.tampering import remove_all
from tests.test_summary import assert_same_values, opened, rows_of

pytestmark = pytest.mark.django_db


def empty_the_database() -> None:
    """Leave nothing but accounts and editions."""
    remove_all(AuditLine)
    for model in (StatusRecord, RosterRecord, Agency, Entry, AgencyGroup):
        model._default_manager.all().delete()


def test_the_exchange_sheets_import_back_to_the_same_figures(small_province, tmp_path, lan):
    edition = Edition.objects.get(year=2015)
    asked = AsOf(date(2021, 12, 31), datetime(2026, 1, 1, tzinfo=UTC))
    before = rollups.by_group(asked, edition)
    left = rollups.left_by_parent(asked, edition)
    file = tmp_path / "summary.xlsx"
    file.write_bytes(build_summary(ask(day=asked.day, known_at=asked.known_at)))
    exchanged = rollups.exchange_rows(asked)
    empty_the_database()

    actions.import_file(file=file, by=lan)

    now = AsOf.now().on(asked.day)
    assert rollups.by_group(now, edition) == before
    assert rollups.left_by_parent(now, edition) == left
    again = rollups.exchange_rows(now)
    assert again[:2] == exchanged[:2]
    entries = Entry.objects.count()
    actions.import_file(file=file, by=lan)
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("name", ["=1+1", "+84 1", "-x", "@SUM(A1)"])
def test_text_that_begins_like_a_formula_stays_text(small_province, lan, name):
    group = small_province.groups["CC"]
    facts = RosterFacts(name=name, group_id=group.pk)
    actions.add_agency(code="LIKE", facts=facts, valid_from=date(2020, 1, 1), by=lan)
    book = opened(build_summary(ask()), values=False)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    found = [cell for cell in cells if cell.value == name]
    assert len(found) >= 2
    assert {cell.data_type for cell in found} == {"s"}
    assert all(cell.quotePrefix for cell in found)


def test_a_group_without_agencies_has_its_sheet_and_counts_nothing(small_province):
    AgencyGroup.objects.create(code="KHAC", name="Nhóm: khác/mới? [x]", position=9)
    book = opened(build_summary(ask()))
    assert "Nhóm  khác mới   x" in book.sheetnames
    rows = {row[1]: row[2:] for row in rows_of(book["Tổng hợp"]) if row[1]}
    assert rows["Nhóm: khác/mới? [x]"] == [0] * 8 + ["—", "—", 0]


def test_groups_whose_names_begin_alike_keep_sheets_of_their_own(small_province):
    for number in range(3):
        AgencyGroup.objects.create(code=f"G{number}", name="Đơn vị " * 8 + str(number))
    AgencyGroup.objects.create(code="SAME", name="Cơ quan")
    titles = opened(build_summary(ask())).sheetnames
    assert len(titles) == len({title.casefold() for title in titles})
    assert all(len(title) <= 31 for title in titles)


def test_a_note_of_many_lines_makes_no_row_higher_than_excel_takes(small_province, lan):
    facts = StatusFacts(Stage.EXEMPT, note="ghi chú dài " * 400)
    agency = small_province["SO-NN"]
    actions.record_status(agency=agency, valid_from=date(2021, 1, 1), facts=facts, by=lan)
    sheet = opened(build_summary(ask()))["Tình trạng"]
    assert max(row.height or 0 for row in sheet.row_dimensions.values()) == 408.75


def test_an_empty_office_has_a_summary_too(db):
    rows = rows_of(opened(build_summary(ask()))["Tổng hợp"])
    assert [row[2:4] for row in rows if row[1] == "Tổng cộng"] == [[0, 0]]


def test_a_comparison_day_after_the_day_asked_has_its_row_too(small_province):
    content = build_summary(ask(day=date(2018, 6, 30), compared_on=date(2021, 12, 31)))
    rows = rows_of(opened(content)["Tiến độ"])
    marked = {row[1]: row[2] for row in rows if row[1] and "ngày" in str(row[1])}
    assert marked == {"Hết quý II/2018, ngày số liệu": 1, "Hết quý IV/2021, ngày so sánh": 4}


def test_the_trend_begins_with_the_first_agency_on_record(small_province):
    before = build_summary(ask(known_at=datetime(2009, 1, 1, tzinfo=UTC)))
    days = [row[0] for row in rows_of(opened(before)["Tiến độ"]) if isinstance(row[0], datetime)]
    assert len(days) == 2  # the comparison day and the day


def test_a_group_without_agencies_on_a_day_has_no_percentage_there(small_province):
    AgencyGroup.objects.create(code="KHAC", name="Khác", position=9)
    sheet = opened(build_summary(ask(day=date(2021, 12, 31))))["Tiến độ"]
    last = [cell.value for cell in sheet[sheet.max_row]]
    assert last[10:] == [1, 3, 0.3333, 3, 3, 1, 0, 0, None]


# LibreOffice keeps the cached values of a workbook unless its profile says: always recalculate.
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""


@pytest.fixture
def recalculated(tmp_path):
    """A function that returns a workbook as LibreOffice saves it after counting anew."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed here; .ci/run installs it")
    settings = tmp_path / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(ALWAYS_RECALCULATE, encoding="utf-8")

    def recalculate(content):
        file = tmp_path / "summary.xlsx"
        file.write_bytes(content)
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [soffice, profile, "--headless", "--convert-to", "xlsx", "--outdir"]
        command += [str(tmp_path / "out"), str(file)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return (tmp_path / "out" / "summary.xlsx").read_bytes()

    return recalculate


@pytest.fixture
def gathered(small_province, monkeypatch):
    """What the summary of the small province is written from."""
    seen = []

    def keep(summary):
        seen.append(summary)
        return b""

    monkeypatch.setattr(workbook, "write_summary", keep)
    build_summary(ask(day=date(2021, 12, 31)))
    monkeypatch.undo()
    return seen[0]


def with_groups(summary, labels, counts):
    rows = (GroupRow(f"G{place}", label, counts) for place, label in enumerate(labels))
    return replace(summary, table=GroupTable(tuple(rows)))


def test_libreoffice_counts_what_the_roll_up_counted(kon_tum, recalculated):
    call_command("apply_reorganisation", "fixtures/reform_2025.csv", by="chuyenvien")
    content = build_summary(ask(day=date(2025, 7, 1)))
    sums = {row[1]: row[6:9] for row in rows_of(opened(content)["Thay đổi"]) if row[1]}
    reform = next(
        numbers for text, numbers in sums.items() if text.startswith("Sắp xếp, tổ chức lại:")
    )
    assert reform == [144, -80, -72]
    assert sums["Số liệu ngày 01/07/2025"] == [None, 26, 76]
    assert_same_values(content, recalculated(content))


def test_a_cached_value_that_is_wrong_is_noticed(gathered, recalculated):
    first, *others = gathered.table.rows
    wrong = replace(first, counts=first.counts + Counts(converted=5))
    content = workbook.write_summary(replace(gathered, table=GroupTable((wrong, *others))))
    with pytest.raises(AssertionError, match="Tổng hợp"):
        assert_same_values(content, recalculated(content))


def test_one_workbook_leaves_no_trace_on_the_next(small_province):
    """XlsxWriter adds to the options it is given: the first file of a process was another."""
    before = deepcopy(LETTERS)
    build_summary(ask())
    assert before == LETTERS


def test_one_moment_gives_the_same_bytes_whatever_zone_it_is_written_in(small_province):
    moment = datetime(2021, 12, 31, 10, tzinfo=UTC)
    there = moment.astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    day = date(2021, 12, 31)
    content = build_summary(ask(day=day, known_at=there))
    assert content == build_summary(ask(day=day, known_at=moment))
    with ZipFile(BytesIO(content)) as package:
        assert b"2021-12-31T10:00:00Z" in package.read("docProps/core.xml")


def test_before_the_first_entry_the_summary_says_that_nothing_is_on_record(small_province):
    content = build_summary(ask(known_at=datetime(2009, 1, 1, tzinfo=UTC)))
    front = [value for row in rows_of(opened(content)["Tổng hợp"]) for value in row]
    assert workbook.NOTHING_ON_RECORD in front
    later = [value for row in rows_of(opened(build_summary(ask()))["Tổng hợp"]) for value in row]
    assert workbook.NOTHING_ON_RECORD not in later


def test_groups_without_any_agency_give_a_summary_without_a_chart(gathered):
    content = workbook.write_summary(with_groups(gathered, ["Sở", "Xã"], Counts()))
    with ZipFile(BytesIO(content)) as package:
        assert not [name for name in package.namelist() if "chart" in name]


@pytest.mark.parametrize("name", ["=1+1", "http://example.org", "external:book.xlsx"])
def test_a_group_s_name_is_neither_a_formula_nor_a_link(gathered, name):
    sheet = opened(workbook.write_summary(with_groups(gathered, [name], Counts(1)))).worksheets[5]
    title = sheet["A1"]
    assert (title.value, title.data_type, title.hyperlink) == (name, "s", None)


@pytest.mark.parametrize(
    "labels", [["Đơn vị sự nghiệp công lập trực thuộc"] * 12, ["A" * 30 + "'b"]]
)
def test_any_names_of_groups_give_titles_that_excel_takes(gathered, labels):
    titles = opened(workbook.write_summary(with_groups(gathered, labels, Counts(1)))).sheetnames
    assert len({title.casefold() for title in titles}) == len(labels) + 9
    assert all(len(title) <= 31 and title.strip("'") == title for title in titles)


def test_every_category_has_a_look_of_its_own_in_the_chart(gathered):
    content = workbook.write_summary(with_groups(gathered, ["Sở"], Counts(1, 2, 3, 4, 5, 6)))
    with ZipFile(BytesIO(content)) as package:
        chart = package.read("xl/charts/chart1.xml")
    for pattern in (b"wdUpDiag", b"dotGrid", b"openDmnd"):
        assert chart.count(b'prst="' + pattern) == 1


def test_the_older_edition_is_told_from_all_who_are_left(gathered):
    front = rows_of(opened(workbook.write_summary(gathered))["Tổng hợp"])
    assert any("Phiên bản cũ (chưa chuyển đổi)" in row for row in front)


def test_a_row_is_as_high_as_its_wrapped_name(small_province, lan):
    group = small_province.groups["CC"]
    facts = RosterFacts(name="Trung tâm " * 12, group_id=group.pk)
    actions.add_agency(code="LONG", facts=facts, valid_from=date(2020, 1, 1), by=lan)
    sheet = opened(build_summary(ask()))[group.name]
    heights = {row[1].value: sheet.row_dimensions[row[0].row].height for row in sheet.iter_rows()}
    assert heights["LONG"] > 30
    assert heights["CC-KL"] in (None, 15)


@pytest.mark.parametrize(
    ("text", "points"),  # as a browser sets them in Liberation Serif 12, which has Times' measures
    [
        ("Sở Nông nghiệp và Phát triển nông thôn", 198.4),
        ("152/QĐ-CCPCTNXH", 106.7),
        ("CHI CỤC TIÊU CHUẨN ĐO LƯỜNG CHẤT LƯỢNG", 276.9),
    ],
)
def test_texts_are_measured_without_a_font_at_hand(text, points):
    assert text_width(text) * 6 == pytest.approx(points, rel=0.03)


def test_lines_break_between_words_and_in_words_that_are_too_long():
    assert lines_of("một", 30) == 1
    assert lines_of("một\nhai", 30) == 2
    assert lines_of("Sở Nông nghiệp và Phát triển nông thôn", 34) == 2  # 33.1 units and the edges
    assert lines_of("Sở Nông nghiệp và Phát triển nông thôn", 35) == 1
    assert lines_of("m" * 30, 24) == 3


def test_neighbouring_ends_of_lines_have_their_values_apart():
    assert label_places([106, 41, 0, 1], 148) == ["right", "right", "", "right"]
    assert label_places([95, 70, 37.5, 72.55], 100) == ["right", "right", "right", "above"]
    assert label_places([1, 1, 1], 100) == ["above", "right", "below"]
