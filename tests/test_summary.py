"""The Excel summary of the demonstration: the published figures, reopened and recalculated."""

import json
import re
import warnings
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from openpyxl import load_workbook

from agencies.asof import AsOf
from agencies.models import Category, Edition, User
from agencies.questions import ask
from reports import rollups
from reports.actions import (
    PublicationFacts,
    add_published_figures,
    explain_finding,
    withdraw_publication,
)
from reports.models import PublishedFigure
from reports.published import PrintedFigure
from reports.reconcile import Percentage
from reports.summary import build_summary

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kon_tum")]
KNOWN = datetime(2021, 11, 15, 10, tzinfo=UTC)
DAY = date(2021, 11, 15)


def summary(**question):
    return build_summary(ask(**{"day": DAY, "known_at": KNOWN, **question}))


def opened(content, *, values=True):
    return load_workbook(BytesIO(content), data_only=values)


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def assert_same_values(cached: bytes, recalculated: bytes) -> None:
    """Compare every formula's cached value with the recalculated one, cell by cell."""
    formulas, then = opened(cached, values=False), opened(cached)
    with warnings.catch_warnings():  # openpyxl cannot read a date axis that LibreOffice saved
        warnings.filterwarnings("ignore", "Unable to read chart")
        now = opened(recalculated)
    compared = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    value = then[sheet.title][cell.coordinate].value
                    assert now[sheet.title][cell.coordinate].value == pytest.approx(value), cell
                    compared += 1
    assert compared > 40


def test_sheets_come_in_order():
    assert opened(summary()).sheetnames == [
        "Tổng hợp",
        "Chưa chuyển đổi",
        "Tiến độ",
        "Thay đổi",
        "Đối chiếu",
        "Cơ quan chuyên môn cấp tỉnh",
        "UBND cấp huyện",
        "Chi cục trực thuộc Sở",
        "UBND cấp xã",
        "Kế hoạch",
        "Kiểm tra",
        "Tập huấn",
        "Báo cáo định kỳ",
        "Nguồn",
        "Nhóm",
        "Cơ quan",
        "Tình trạng",
    ]


def test_the_front_says_the_published_figures():
    rows = {row[1]: row[2:] for row in rows_of(opened(summary())["Tổng hợp"]) if row[1]}
    assert rows["Cơ quan chuyên môn cấp tỉnh"] == [20, 19, 1, 0, 0, 0, 0, 20, "19/20", 0.95, 2]
    assert rows["UBND cấp huyện"] == [10, 7, 3, 0, 0, 0, 0, 10, "07/10", 0.7, 3]
    assert rows["Chi cục trực thuộc Sở"] == [16, 6, 9, 0, 0, 1, 0, 15, "06/16", 0.375, 1]
    assert rows["UBND cấp xã"] == [102, 74, 28, 0, 0, 0, 0, 102, "74/102", 0.7255, 31]
    assert rows["Tổng cộng"] == [148, 106, 41, 0, 0, 1, 0, 147, "106/148", 0.7162, 37]


def test_the_official_head_the_question_and_the_mark_stand_on_top():
    book = opened(summary(compared_on=date(2020, 12, 31)))
    head = [value for row in rows_of(book["Tổng hợp"])[:8] for value in row if value]
    assert head[:4] == [
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "CHI CỤC TIÊU CHUẨN ĐO LƯỜNG CHẤT LƯỢNG",
        "Độc lập - Tự do - Hạnh phúc",
    ]
    line = (
        "Số liệu tính đến ngày 15/11/2021, theo dữ liệu ghi nhận đến 15/11/2021 17:00 "
        "(giờ Việt Nam); phiên bản cần chuyển đổi TCVN ISO 9001:2015; so với 31/12/2020"
    )
    assert line in head
    for title in book.sheetnames[:14]:
        top = [value for row in rows_of(book[title])[:8] for value in row if value]
        assert any("Dữ liệu minh họa" in str(value) for value in top), title
        assert line in top


def test_counts_are_formulas_over_the_detail_sheets():
    sheet = opened(summary(), values=False)["Tổng hợp"]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    formulas = [cell for cell in cells if cell.startswith("=COUNTIF")]
    assert len(formulas) == 4 * 6
    assert "=COUNTIF('UBND cấp xã'!$E$6:$E$107,\"đã chuyển đổi\")" in formulas


def test_nothing_in_the_package_is_volatile_or_leads_out_of_it():
    with ZipFile(BytesIO(summary())) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    said = [
        formula
        for name, text in parts.items()
        for formula in re.findall(r"<(?:f|c:f|formula\d?|definedName)[ >].*?<", text, re.DOTALL)
    ]
    assert len(said) > 100
    for word in ("TODAY", "NOW", "OFFSET", "INDIRECT", "RAND", "WEBSERVICE", "HYPERLINK", "["):
        assert not [formula for formula in said if re.search(rf"{re.escape(word)}\b", formula)]
    names = " ".join(parts).lower()
    for word in (
        "externallink",
        "vba",
        "macro",
        "activex",
        "oleobject",
        "connections",
        "embedding",
    ):
        assert word not in names
    relations = " ".join(text for name, text in parts.items() if name.endswith(".rels"))
    assert "External" not in relations


def test_each_agency_stands_in_its_group_s_sheet():
    sheet = opened(summary())["Chi cục trực thuộc Sở"]
    named = {row[2]: row for row in rows_of(sheet) if isinstance(row[0], int)}
    assert len(named) == 16
    forest = named["Chi cục Kiểm lâm"]
    assert forest[3:6] == [
        "Sở Nông nghiệp và Phát triển nông thôn",
        "chưa chuyển đổi",
        "TCVN ISO 9001:2008",
    ]
    assert isinstance(forest[6], datetime)


def test_who_is_left_stands_under_the_parent():
    rows = [row for row in rows_of(opened(summary())["Chưa chuyển đổi"]) if row[0]]
    counts = {row[0]: row[1] for row in rows if isinstance(row[1], int)}
    assert counts["UBND huyện Đắk Glei"] == 8
    assert counts["Sở Nông nghiệp và Phát triển nông thôn"] == 6
    assert counts["Tổng cộng"] == 42
    names = [row[0] for row in rows]
    assert names.index("UBND huyện Đắk Glei") < names.index("UBND xã Đắk Long")


def test_what_changed_stands_class_by_class_with_every_agency():
    rows = rows_of(opened(summary())["Thay đổi"])
    named = [row for row in rows if isinstance(row[0], int)]
    assert len(named) == 37
    assert {row[1] for row in named} == {"Thay đổi thực tế"}
    assert named[0][2:5] == ["Cơ quan chuyên môn cấp tỉnh", "CT18", "Sở Ngoại vụ"]
    assert named[0][5:9] == ["chưa chuyển đổi", "đã chuyển đổi", 1, 0]
    assert (named[0][9].date(), named[0][10]) == (date(2021, 9, 23), "27/09/2021 09:38")
    assert "69/148 thành 106/148: thay đổi thực tế +37 cơ quan đã chuyển đổi" in [
        row[0] for row in rows
    ]
    sums = {row[1].split(":")[0]: row[6:9] for row in rows[-6:] if row[1]}
    assert sums["Số liệu ngày 31/12/2020"] == [None, 69, 148]
    assert sums["Sắp xếp, tổ chức lại"] == [0, 0, 0]
    assert sums["Thay đổi thực tế"] == [37, 37, 0]
    assert sums["Số liệu ngày 15/11/2021"] == [None, 106, 148]


def test_nothing_changed_is_said():
    sheet = opened(summary(compared_on=DAY))["Thay đổi"]
    said = [value for row in rows_of(sheet) for value in row if value]
    assert "106/148 thành 106/148" in said
    assert "Không cơ quan nào được tính khác đi giữa hai ngày." in said


def test_the_article_is_reconciled_figure_by_figure():
    rows = rows_of(opened(summary())["Đối chiếu"])
    printed = [row for row in rows if row[1] and not row[1].startswith("Cộng") and row[3]][1:]
    assert [(row[3], row[5], row[10]) for row in printed] == [
        (19, 19, "khớp"),
        (1, 1, "khớp"),
        (7, 7, "khớp"),
        (3, 3, "khớp"),
        (6, 6, "khớp"),
        (9, 9, "khớp"),
        (1, 1, "khớp"),
        (74, 74, "khớp"),
        (28, 28, "khớp"),
        (106, 106, "khớp"),
        (32, 41, "lệch"),
        (1067, 1067, "khớp"),
        (90, 90, "khớp"),
    ]
    assert "Chi cục trực thuộc Sở (09)" in printed[10][11]
    assert printed[10][7] == -9
    sums = [(row[0], row[2], row[3], row[5]) for row in rows if str(row[1]).startswith("Cộng")]
    assert sums == [
        ("Cơ quan chuyên môn cấp tỉnh", "19 + 01", 20, 20),
        ("UBND cấp huyện", "07 + 03", 10, 10),
        ("Chi cục trực thuộc Sở", "06 + 09 + 01", 16, 16),
        ("UBND cấp xã", "74 + 28", 102, 102),
        ("Tổng cộng", "19 + 07 + 06 + 74", 106, 106),
        ("Tổng cộng", "01 + 03 + 09 + 28", 32, 41),
    ]
    formulas = opened(summary(), values=False)["Đối chiếu"]
    assert formulas["F25"].value == "=D8+D10+D12+D15"


def test_explanations_percentages_and_withdrawals_stand_in_the_reconciliation(lan):
    figure = PublishedFigure.objects.get(measure="older_edition")
    explain_finding(figure=figure, text="Cộng sót dòng Chi cục", by=lan)
    for source, percent in (("Báo cáo A", "71,63%"), ("Báo cáo B", "71,62%")):
        figures = [PrintedFigure("", "", "converted", 106, 148, percent, edition="2015")]
        facts = PublicationFacts(source, DAY)
        kept = add_published_figures(publication=facts, figures=figures, by=lan)
    withdraw_publication(publication=kept, reason="Nhập nhầm", by=lan)

    sheet = opened(summary(known_at=timezone.now()))["Đối chiếu"]
    rows = rows_of(sheet)
    assert any("Cộng sót dòng Chi cục" in str(row[11]) for row in rows)
    wrong = next(row for row in rows if row[8] == "71,63%")
    assert (wrong[9], wrong[10]) == (str(Percentage.WRONG.label), "lệch")
    assert "71,62%" in wrong[11]
    struck = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "71,62%")
    assert struck.font.strike
    assert sheet.cell(struck.row, 11).value == "đã rút"
    assert any(row[0] == "Báo cáo B (đã rút)" for row in rows)


def test_before_the_first_publication_the_sheet_says_so():
    sheet = opened(summary(day=date(2020, 12, 31)))["Đối chiếu"]
    said = [row[0] for row in rows_of(sheet)]
    assert "Chưa nhập số liệu nào được công bố đến ngày 31/12/2020." in said


def charts_of(content):
    """The charts' XML, with the cells that each series names and reads."""
    with ZipFile(BytesIO(content)) as package:
        names = sorted(name for name in package.namelist() if name.startswith("xl/charts/chart"))
        charts = [package.read(name).decode() for name in names]
    return [(chart, re.findall("<c:f>(.*?)</c:f>", chart)) for chart in charts]


def test_the_chart_by_group_reads_the_front_s_table_with_a_pattern_for_each_category():
    chart, cells = charts_of(summary())[0]
    assert '<c:grouping val="percentStacked"/>' in chart
    assert cells[:3] == ["'Tổng hợp'!$D$9", "'Tổng hợp'!$B$10:$B$13", "'Tổng hợp'!$D$10:$D$13"]
    assert [cell for cell in cells if cell.endswith("$9")] == [
        "'Tổng hợp'!$D$9",  # converted
        "'Tổng hợp'!$E$9",  # older edition
        "'Tổng hợp'!$H$9",  # not started; nobody is building or has withdrawn
    ]
    assert 'prst="wdUpDiag"' in chart


def test_the_charts_over_time_read_the_trend_s_cells():
    content = summary()
    sheet = opened(content)["Tiến độ"]
    (by_category, cells), (by_group, of_groups) = charts_of(content)[1:]
    days = "'Tiến độ'!$A$7:$A$54"
    assert cells[:3] == ["'Tiến độ'!$C$6", days, "'Tiến độ'!$C$7:$C$54"]
    assert (sheet["A7"].value.date(), sheet["A54"].value.date()) == (date(2010, 3, 31), DAY)
    assert sheet["A55"].value is None
    assert [sheet[cell.split("!")[1].replace("$", "")].value for cell in of_groups[::3]] == [
        "Cơ quan chuyên môn cấp tỉnh",
        "UBND cấp huyện",
        "Chi cục trực thuộc Sở",
        "UBND cấp xã",
    ]
    assert [cell.split("!")[1] for cell in of_groups[2::3]] == [
        "$M$7:$M$54",
        "$P$7:$P$54",
        "$S$7:$S$54",
        "$V$7:$V$54",
    ]
    assert "<c:dateAx>" in by_category
    for chart in (by_category, by_group):
        assert '<c:smooth val="1"/>' not in chart


def test_the_trend_s_rows_are_the_quarters_ends_the_comparison_day_and_the_day():
    rows = rows_of(opened(summary(compared_on=date(2021, 2, 10)))["Tiến độ"])
    of_day = {row[0].date(): row[1:] for row in rows if isinstance(row[0], datetime)}
    assert list(of_day) == sorted(of_day)
    assert of_day[DAY][0] == "Ngày số liệu"
    assert of_day[date(2021, 2, 10)][0] == "Ngày so sánh"
    assert of_day[date(2020, 12, 31)][0] == "Hết quý IV/2020"
    assert of_day[DAY][1:9] == [106, 41, 0, 0, 1, 0, 148, 0.7162]
    edition = Edition.objects.get(year=2015)
    for day in (date(2017, 6, 30), date(2021, 2, 10), date(2021, 9, 30)):
        table = rollups.by_group(AsOf(day, KNOWN), edition)
        assert list(of_day[day][1:7]) == [table.total.of(category) for category in Category]
        counts = [
            number for row in table.rows for number in (row.counts.converted, row.counts.total)
        ]
        assert [of_day[day][at] for first in (9, 12, 15, 18) for at in (first, first + 1)] == counts


def test_the_gain_since_the_comparison_day_is_read_from_the_trend():
    content = summary()
    cell = opened(content, values=False)["Tổng hợp"]["M14"]
    assert cell.value == "=D14-'Tiến độ'!$C$50"
    assert opened(content)["Tiến độ"]["B50"].value == "Hết quý IV/2020, ngày so sánh"


def test_the_sources_say_what_was_asked_and_define_every_measure():
    book = opened(summary())
    said = {row[0]: row[1] for row in rows_of(book["Nguồn"]) if row[1]}
    assert said["Số liệu tính đến"] == "ngày 15 tháng 11 năm 2021"
    assert "17 giờ 00 phút 00 giây" in said["Theo dữ liệu ghi nhận đến"]
    assert "giờ Việt Nam (UTC+7)" in said["Theo dữ liệu ghi nhận đến"]
    assert "2021-11-15T10:00:00Z" in said["Theo dữ liệu ghi nhận đến"]
    assert said["Phiên bản cần chuyển đổi"] == "TCVN ISO 9001:2015"
    assert said["Tỉnh"] == "tỉnh Kon Tum"
    assert said["Tình trạng của bản này"].startswith("Bản chưa phát hành")
    assert "known_at=2021-11-15T10%3A00%3A00Z" in said["Địa chỉ trên hệ thống"]
    front = rows_of(book["Tổng hợp"])[8][2:]
    assert {heading for heading in front if not heading.startswith("Tăng so với")} <= set(said)


def test_the_address_in_the_sources_leads_to_the_same_figures(client):
    said = {row[0]: row[1] for row in rows_of(opened(summary())["Nguồn"])}
    client.force_login(User.objects.get(username="lanhdao"))
    page = client.get(said["Địa chỉ trên hệ thống"])
    assert "106/148" in page.content.decode()


def test_the_page_is_a4_landscape_with_repeated_headings():
    book = opened(summary())
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        assert "&P" in sheet.oddFooter.center.text
        assert "chưa phát hành" in sheet.oddFooter.right.text
    assert book["UBND cấp xã"].print_title_rows == "$5:$5"
    assert book["UBND cấp xã"].freeze_panes == "A6"
    assert book["UBND cấp xã"].auto_filter.ref == "A5:I107"
    for title, row in (("Thay đổi", 6), ("Đối chiếu", 6)):
        assert book[title].print_title_rows == f"${row}:${row}"
        assert book[title].freeze_panes == f"A{row + 1}"


def test_wide_sheets_are_broken_between_columns_and_repeat_whose_row_it_is():
    book = opened(summary())
    progress, statuses = book["Tiến độ"], book["Tình trạng"]
    assert progress.print_title_rows == "$5:$6"
    assert progress.print_title_cols == "$A:$B"
    assert progress.freeze_panes == "C7"
    assert [found.id for found in progress.col_breaks.brk] == [10]
    assert (statuses.print_title_rows, statuses.print_title_cols) == ("$1:$1", "$A:$A")
    assert [found.id for found in statuses.col_breaks.brk] == [8]
    for sheet in (progress, statuses, book["Tổng hợp"]):
        assert not sheet.sheet_properties.pageSetUpPr.fitToPage
        assert 65 <= sheet.page_setup.scale <= 100


def test_every_name_of_the_demonstration_stands_on_one_line():
    for sheet in opened(summary()).worksheets[5:9]:
        assert all(
            row.height is None or row.height < 20 for row in list(sheet.row_dimensions.values())[6:]
        )


def test_the_same_question_gives_the_same_bytes():
    assert summary() == summary()


def test_another_language_of_the_reader_gives_the_same_file():
    from django.utils import translation

    with translation.override("en"):
        english = summary()
    assert english == summary()


def test_no_entry_of_the_package_bears_the_time_of_writing():
    with ZipFile(BytesIO(summary())) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2021-11-15T10:00:00Z" in package.read("docProps/core.xml")


def test_the_command_writes_the_same_bytes_as_the_page(tmp_path, client):
    file = tmp_path / "summary.xlsx"
    asked = ["--as-of", "2021-11-15", "--known-at", "2021-11-15T10:00:00Z"]
    call_command("export_workbook", str(file), *asked, stdout=StringIO())
    client.force_login(User.objects.get(username="lanhdao"))
    page = client.get(
        "/reports/summary.xlsx", {"as_of": "2021-11-15", "known_at": "2021-11-15T10:00:00Z"}
    )
    assert page.content == file.read_bytes()
    assert page["Content-Disposition"].startswith("attachment; filename=")


def test_a_file_that_cannot_be_written_is_said(tmp_path):
    with pytest.raises(CommandError, match="Không ghi được"):
        call_command("export_workbook", str(tmp_path / "no" / "folder.xlsx"))


def test_rollup_prints_the_same_as_json():
    out = StringIO()
    call_command("rollup", "--as-of", "2021-11-15", "--format", "json", stdout=out)
    answer = json.loads(out.getvalue())
    assert set(answer) == {"as_of", "known_at", "edition", "rows", "total"}
    communes = answer["rows"][3]
    assert (communes["group"], communes["fraction"], communes["percent"]) == (
        "CAP_XA",
        "74/102",
        "72.55",
    )
    assert answer["total"]["declared_any"] == 147


def test_a_bad_day_on_the_command_line_is_bad_usage():
    with pytest.raises(CommandError, match="31/02/2021") as refused:
        call_command("rollup", "--as-of", "31/02/2021")
    assert refused.value.returncode == 2
