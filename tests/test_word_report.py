"""The Word report, reopened: layout to the millimetre, sentences, tables, the same bytes again."""

import re
import shutil
import subprocess
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from agencies.asof import AsOf
from agencies.questions import ask
from reports import rollups, word
from reports.word_report import build_report
from scripts.make_word_template import TEMPLATE

pytestmark = pytest.mark.django_db
KNOWN = datetime(2021, 11, 15, 10, tzinfo=UTC)
DAY = date(2021, 11, 15)


def asked(day=DAY, known_at=KNOWN, **question):
    return ask(day=day, known_at=known_at, **question)


def opened(content):
    return Document(BytesIO(content))


def report(**question):
    return opened(build_report(asked(**question)))


def texts(document):
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text]


def everything(document):
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*texts(document), *cells])


def rows_of(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


@pytest.fixture(scope="module")
def office(kon_tum, django_db_blocker):
    """The demonstration's report of the day of the article, made once and only read."""
    with django_db_blocker.unblock():
        return report()


# The layout ------------------------------------------------------------------------------


def test_the_paper_is_a4_with_the_margins_of_the_decree(office):
    portrait, landscape = office.sections
    assert (round(portrait.page_width.mm), round(portrait.page_height.mm)) == (210, 297)
    assert (round(landscape.page_width.mm), round(landscape.page_height.mm)) == (297, 210)
    assert landscape.orientation == WD_ORIENT.LANDSCAPE
    for section in office.sections:
        assert round(section.left_margin.mm) == 30
        assert round(section.right_margin.mm) == 15
        assert round(section.top_margin.mm) == round(section.bottom_margin.mm) == 20


def test_letters_are_times_new_roman_black_and_vietnamese(office):
    defaults = office.styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:rPr')}")
    fonts = defaults.find(qn("w:rFonts"))
    assert set(fonts.attrib.values()) == {"Times New Roman"}
    assert defaults.find(qn("w:color")).get(qn("w:val")) == "000000"
    assert defaults.find(qn("w:lang")).get(qn("w:val")) == "vi-VN"
    for style in office.styles:
        assert style.element.find(f".//{qn('w:rFonts')}") is None, style.name
        assert style.element.find(f".//{qn('w:caps')}") is None, style.name


@pytest.mark.parametrize(
    ("style", "size", "bold", "italic", "align"),
    [
        ("Cơ quan chủ quản", 13, False, False, "CENTER"),
        ("Cơ quan ban hành", 13, True, False, "CENTER"),
        ("Quốc hiệu", 13, True, False, "CENTER"),
        ("Tiêu ngữ", 14, True, False, "CENTER"),
        ("Địa danh, ngày tháng", 13, False, True, "CENTER"),
        ("Tên loại văn bản", 14, True, False, "CENTER"),
        ("Trích yếu", 14, True, False, "CENTER"),
        ("Nội dung", 14, False, False, "JUSTIFY"),
        ("Chức vụ người ký", 14, True, False, "CENTER"),
        ("Nơi nhận", 12, True, True, "LEFT"),
        ("Số trang", 14, False, False, "CENTER"),
    ],
)
def test_styles_have_the_sizes_of_the_decree(office, style, size, bold, italic, align):
    found = office.styles[style]
    assert (found.font.size.pt, found.font.bold, found.font.italic) == (size, bold, italic)
    assert found.paragraph_format.alignment == getattr(WD_ALIGN_PARAGRAPH, align)


def test_the_body_is_indented_and_spaced(office):
    body = office.styles["Nội dung"].paragraph_format
    assert round(body.first_line_indent.mm, 1) == 12.7
    assert body.space_after.pt == 6
    assert 1 <= body.line_spacing <= 1.5


def test_nothing_is_formatted_by_hand(office):
    for part in (office.element.body, *(s.header._element for s in office.sections)):
        for run in part.iter(qn("w:r")):
            assert run.find(qn("w:rPr")) is None
        for properties in part.iter(qn("w:pPr")):
            assert {child.tag for child in properties} <= {qn("w:pStyle"), qn("w:sectPr")}
        for paragraph in part.iter(qn("w:p")):
            assert paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}") is not None


def test_pages_are_numbered_at_the_top_but_not_the_first(office):
    first, annexes = office.sections
    assert first.different_first_page_header_footer
    assert not first.first_page_header.paragraphs[0]._p.findall(qn("w:fldSimple"))
    number = first.header.paragraphs[0]
    assert number.style.name == "Số trang"
    assert number._p.find(qn("w:fldSimple")).get(qn("w:instr")) == " PAGE "
    assert annexes.header.is_linked_to_previous
    assert not annexes.different_first_page_header_footer


def test_tables_repeat_their_headings_and_keep_rows_whole(office):
    for table in office.tables:
        for row in table.rows:
            assert row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None
    for table in office.tables[1:5]:
        assert table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        width = sum(column.width for column in table.columns)
        assert width <= office.sections[0].page_width - 45 * 36000 + 36000


def test_annexes_begin_on_pages_of_their_own(office):
    assert office.styles["Phụ lục"].paragraph_format.page_break_before
    annexes = [p.text for p in office.paragraphs if p.style.name == "Phụ lục"]
    assert annexes == ["Phụ lục I", "Phụ lục II"]


# Head and signature ----------------------------------------------------------------------


def test_the_head_names_the_issuer_and_leaves_number_and_date_to_the_clerk(office):
    head = office.tables[0]
    assert head.cell(0, 0).text.split("\n")[:2] == [
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "CHI CỤC TIÊU CHUẨN ĐO LƯỜNG CHẤT LƯỢNG",
    ]
    assert head.cell(0, 1).text.split("\n")[:2] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]
    assert re.fullmatch(r"Số:\s+/BC-\s+", head.cell(1, 0).text)
    assert re.fullmatch(r"Kon Tum, ngày\s+tháng\s+năm\s+", head.cell(1, 1).text)
    title = texts(office)
    assert title[0] == "BÁO CÁO"
    assert title[1].startswith(
        "Tình hình xây dựng, áp dụng, chuyển đổi hệ thống quản lý chất lượng"
    )


def signature(content):
    foot = opened(content).tables[-3]
    return [[line for line in cell.text.split("\n") if line] for cell in foot.rows[0].cells]


def test_the_head_signs_by_default_and_a_deputy_in_his_place(kon_tum):
    recipients = ["Nơi nhận:", "- Sở Khoa học và Công nghệ (để báo cáo);", "- Lưu: VT."]
    assert signature(build_report(asked())) == [recipients, ["CHI CỤC TRƯỞNG"]]
    deputy = signature(build_report(asked(), deputy=True))
    assert deputy[1] == ["KT. CHI CỤC TRƯỞNG", "PHÓ CHI CỤC TRƯỞNG"]


def test_a_department_issues_by_settings_alone(kon_tum, settings):
    settings.ISSUER_PARENT, settings.ISSUER = "UBND TỈNH KON TUM", "SỞ KHOA HỌC VÀ CÔNG NGHỆ"
    settings.SIGNER_TITLE = "GIÁM ĐỐC"
    settings.RECIPIENTS = ["UBND tỉnh (để báo cáo)", "Bộ Khoa học và Công nghệ"]
    content = build_report(asked())
    head = opened(content).tables[0].cell(0, 0).text.split("\n")
    assert head[:2] == ["UBND TỈNH KON TUM", "SỞ KHOA HỌC VÀ CÔNG NGHỆ"]
    assert signature(content) == [
        ["Nơi nhận:", "- UBND tỉnh (để báo cáo);", "- Bộ Khoa học và Công nghệ;", "- Lưu: VT."],
        ["GIÁM ĐỐC"],
    ]


# What it says ----------------------------------------------------------------------------


def test_the_stock_sentences_name_what_is_left_and_omit_what_is_zero(office):
    done = "đã xây dựng, chuyển đổi áp dụng HTQLCL theo TCVN ISO 9001:2015"
    said = texts(office)
    total = next(text for text in said if text.startswith("Tính đến ngày 15 tháng 11 năm 2021"))
    assert f"đã có 106/148 cơ quan, đơn vị hành chính nhà nước {done}, đạt tỷ lệ 71,62%" in total
    assert "(còn 41 cơ quan chưa chuyển đổi, 01 cơ quan chưa xây dựng). Cụ thể:" in total
    sub_departments = "(còn 09 cơ quan chưa chuyển đổi, 01 cơ quan chưa xây dựng)"
    assert [text for text in said if text.startswith("- Đã có")] == [
        f"- Đã có 19/20 cơ quan chuyên môn cấp tỉnh {done} (còn 01 cơ quan chưa chuyển đổi).",
        f"- Đã có 07/10 UBND cấp huyện {done} (còn 03 cơ quan chưa chuyển đổi).",
        f"- Đã có 06/16 chi cục trực thuộc Sở {done} {sub_departments}.",
        f"- Đã có 74/102 UBND cấp xã {done} (còn 28 cơ quan chưa chuyển đổi).",
    ]


def test_a_group_that_is_through_is_said_to_be(kon_tum):
    done = "đã xây dựng, chuyển đổi áp dụng HTQLCL theo TCVN ISO 9001:2008"
    said = texts(report(day=date(2012, 12, 31)))
    assert f"- Toàn bộ 20/20 cơ quan chuyên môn cấp tỉnh {done}." in said


def test_the_figures_are_those_of_the_roll_up(kon_tum):
    for day in (date(2012, 12, 31), date(2019, 6, 30), DAY, date(2026, 1, 1)):
        question = asked(day=day)
        table = rollups.by_group(AsOf(day, KNOWN), question.edition)
        rows = rows_of(opened(build_report(question)).tables[1])[1:]
        told = [(label, total, done, percent) for _n, label, total, done, *_, percent in rows]
        figures = [(row.label, row.counts) for row in table.rows] + [("Tổng cộng", table.total)]
        for (label, total, done, percent), (name, counts) in zip(told, figures, strict=True):
            assert (label, int(total), int(done)) == (name, counts.total, counts.converted)
            assert percent == f"{counts.percent}%".replace(".", ",")


def test_the_roll_up_stands_as_a_table(office):
    rows = rows_of(office.tables[1])
    assert rows[3][1:] == [
        "Chi cục trực thuộc Sở",
        "16",
        "06",
        "09",
        "00",
        "00",
        "01",
        "00",
        "37,50%",
    ]
    assert rows[5][1:] == ["Tổng cộng", "148", "106", "41", "00", "00", "01", "00", "71,62%"]
    note = next(text for text in texts(office) if text.startswith("Ghi chú: “Tổng số”"))
    assert "không phân biệt phiên bản: 147/148." in note


def test_what_changed_since_the_comparison_date_is_said_and_listed(office):
    rows = rows_of(office.tables[2])
    assert rows[0][2:4] == ["Ngày 31/12/2020", "Ngày 15/11/2021"]
    assert rows[4][1:] == ["UBND cấp xã", "43/102", "74/102", "+31", "±0"]
    assert rows[5][1:] == ["Tổng cộng", "69/148", "106/148", "+37", "±0"]
    said = everything(office)
    assert (
        "So với ngày 31 tháng 12 năm 2020, số cơ quan đã chuyển đổi tăng 37 cơ quan: "
        "69/148 (46,62%) tại ngày 31/12/2020, 106/148 (71,62%) tại ngày 15/11/2021" in said
    )
    assert "- Thay đổi thực tế: 37 cơ quan (số đã chuyển đổi +37, tổng số ±0)." in said
    changed = rows_of(office.tables[-1])[1:]
    assert len(changed) == 37
    assert {row[4] for row in changed} == {"đã chuyển đổi"}


def test_progress_stands_at_the_ends_of_years_and_on_the_day(office):
    rows = rows_of(office.tables[3])[1:]
    assert [row[0] for row in rows] == [
        *(f"31/12/{year}" for year in (2016, 2017, 2018, 2019, 2020)),
        "15/11/2021",
    ]
    assert rows[-1][1:] == ["148", "106", "71,62%", "147"]


def test_who_is_late_stands_under_the_parent_body(office):
    rows = {row[1]: row for row in rows_of(office.tables[4])[1:]}
    assert len(rows) == 11
    late = "Thanh tra tỉnh, UBND huyện Đắk Glei, UBND huyện Sa Thầy, UBND huyện Tu Mơ Rông"
    said = f"04 cơ quan chưa chuyển đổi: {late}"
    assert rows["UBND tỉnh Kon Tum"][2:] == ["26/30", "04", said]
    assert sum(int(row[3]) for row in rows.values()) == 42


def test_the_annex_lists_every_agency_group_by_group(office):
    rows = rows_of(office.tables[-2])[1:]
    groups = [row[0] for row in rows if row[0] == row[1]]
    assert groups[0] == "Cơ quan chuyên môn cấp tỉnh: 19/20"
    agencies = [row for row in rows if row[0] != row[1]]
    assert len(agencies) == 148
    audit = next(row for row in agencies if row[1] == "Thanh tra tỉnh")
    assert audit == [
        *("19", "Thanh tra tỉnh", "UBND tỉnh Kon Tum", "chưa chuyển đổi"),
        *("TCVN ISO 9001:2008", "399/QĐ-TTr", "17/08/2017", "17/08/2017"),
    ]


def test_it_says_what_was_asked_and_that_the_data_is_illustrative(office):
    line = (
        "Số liệu tính đến ngày 15/11/2021, theo dữ liệu ghi nhận đến 15/11/2021 17:00 "
        "(giờ Việt Nam); phiên bản cần chuyển đổi TCVN ISO 9001:2015; so với 31/12/2020"
    )
    assert next(text for text in texts(office) if line in text) == f"({line})"
    assert sum(line in text for text in texts(office)) == 3  # head and both annexes
    assert sum("Dữ liệu minh họa" in text for text in texts(office)) == 3
    for footer in (office.sections[0].first_page_footer, office.sections[0].footer):
        assert footer.paragraphs[0].text == (
            "Số liệu tính đến 15/11/2021, ghi nhận đến 15/11/2021 17:00 – dữ liệu minh họa"
        )


def test_before_anything_was_recorded_it_says_so_and_nothing_else(kon_tum):
    early = report(known_at=datetime(2009, 1, 1, tzinfo=UTC))
    assert texts(early).count(word.NOTHING_ON_RECORD) == 2  # the body and the annex
    assert "I. KẾT QUẢ" not in everything(early)
    assert len(early.tables) == 2  # head and signature


# The file --------------------------------------------------------------------------------


def test_the_same_question_gives_the_same_bytes(kon_tum):
    content = build_report(asked())
    assert build_report(asked()) == content
    with ZipFile(BytesIO(content)) as package:
        assert {info.date_time for info in package.infolist()} == {(2021, 11, 15, 10, 0, 0)}
    about = opened(content).core_properties
    assert about.created == about.modified == KNOWN
    assert about.author == "CHI CỤC TIÊU CHUẨN ĐO LƯỜNG CHẤT LƯỢNG"
    assert about.language == "vi-VN"


def test_another_reader_s_language_changes_nothing(kon_tum):
    from django.utils import translation

    content = build_report(asked())
    with translation.override("en"):
        assert build_report(asked()) == content


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_template_saved_by_libreoffice_gives_the_same_report(office, tmp_path):
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/lo"]
    command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(tmp_path), str(TEMPLATE)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    saved = opened(build_report(asked(), (tmp_path / TEMPLATE.name).read_bytes()))
    assert everything(saved) == everything(office)


def test_nothing_leads_out_of_the_file(kon_tum):
    with ZipFile(BytesIO(build_report(asked()))) as package:
        for name in package.namelist():
            assert b'TargetMode="External"' not in package.read(name), name


def test_two_digits_are_a_switch(kon_tum, settings):
    settings.TWO_DIGIT_FIGURES = False
    assert any("Đã có 7/10 UBND cấp huyện" in text for text in texts(report()))


def test_characters_that_no_file_may_hold_are_left_out(kon_tum, settings):
    settings.RECIPIENTS = ["Sở\x07 A & <B>"]
    assert "- Sở A & <B>;" in signature(build_report(asked()))[0]
