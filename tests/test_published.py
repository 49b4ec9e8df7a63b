"""A pasted sentence is read into rows of figures for an officer to confirm."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.models import Measure, Unit
from reports.published import PrintedFigure, read_figures

GROUPS = {
    "CAP_TINH": "Cơ quan chuyên môn cấp tỉnh",
    "CAP_HUYEN": "UBND cấp huyện",
    "CHI_CUC": "Chi cục trực thuộc Sở",
    "CAP_XA": "UBND cấp xã",
}
# The shape and the figures of the article of 15 November 2021, in words of our own.
PARAGRAPH = """
Theo Quyết định 19/2014/QĐ-TTg, đến nay có 19/20 cơ quan chuyên môn cấp tỉnh đã xây dựng, chuyển đổi
áp dụng HTQLCL theo TCVN ISO 9001:2015 (còn 01 cơ quan chưa chuyển đổi); 07/10 UBND cấp huyện đã
chuyển đổi theo TCVN IS 9001:2015 (còn 03 đơn vị chưa chuyển đổi); 06/16 Chi cục trực thuộc Sở theo
TCVN ISO 9001:2015 (còn 09 Chi cục chưa chuyển đổi, 01 Chi cục chưa xây dựng) và 74/102 UBND cấp xã
đã xây dựng, áp dụng (còn 28 xã chưa chuyển đổi). Như vậy toàn tỉnh có 106 cơ quan áp dụng TCVN ISO
9001:2015 và 32 cơ quan áp dụng TCVN ISO 9001:2008.
"""
ACTIVITIES = """
Từ năm 2015 đến năm 2021, Chi cục đã tập huấn cho 1.067 lượt cán bộ, công chức và tổ chức 90 lượt
kiểm tra tại các cơ quan.
"""


def read(text: str) -> list[PrintedFigure]:
    return list(read_figures(text, GROUPS).rows)


def said(row: PrintedFigure) -> tuple[object, ...]:
    return row.group, row.measure, row.count, row.denominator, row.edition


def test_a_paragraph_gives_four_fractions_five_remainders_and_two_totals():
    assert [said(row) for row in read(PARAGRAPH)] == [
        ("CAP_TINH", Measure.CONVERTED, 19, 20, "2015"),
        ("CAP_TINH", Measure.NOT_CONVERTED, 1, None, ""),
        ("CAP_HUYEN", Measure.CONVERTED, 7, 10, "2015"),
        ("CAP_HUYEN", Measure.NOT_CONVERTED, 3, None, ""),
        ("CHI_CUC", Measure.CONVERTED, 6, 16, "2015"),
        ("CHI_CUC", Measure.NOT_CONVERTED, 9, None, ""),
        ("CHI_CUC", Measure.NOT_BUILT, 1, None, ""),
        ("CAP_XA", Measure.CONVERTED, 74, 102, ""),
        ("CAP_XA", Measure.NOT_CONVERTED, 28, None, ""),
        ("", Measure.CONVERTED, 106, None, "2015"),
        ("", Measure.OLDER_EDITION, 32, None, "2008"),
    ]
    assert {row.unit for row in read(PARAGRAPH)} == {Unit.AGENCIES}


def test_a_paragraph_in_decomposed_letters_reads_the_same():
    decomposed = unicodedata.normalize("NFD", PARAGRAPH)
    assert [said(row) for row in read(decomposed)] == [said(row) for row in read(PARAGRAPH)]


def test_totals_may_come_first_and_a_list_after_them():
    text = (
        "Toàn tỉnh có 106 cơ quan áp dụng TCVN ISO 9001:2015, 32 cơ quan áp dụng TCVN ISO 9001:2008"
        ". Cụ thể:\n- Cơ quan chuyên môn cấp tỉnh: 19/20 (còn 01).\n- UBND cấp xã: 74/102 (còn 28)."
    )
    assert [said(row)[:4] for row in read(text)] == [
        ("", Measure.CONVERTED, 106, None),
        ("", Measure.OLDER_EDITION, 32, None),
        ("CAP_TINH", Measure.CONVERTED, 19, 20),
        ("CAP_TINH", Measure.NOT_CONVERTED, 1, None),
        ("CAP_XA", Measure.CONVERTED, 74, 102),
        ("CAP_XA", Measure.NOT_CONVERTED, 28, None),
    ]


@pytest.mark.parametrize("between", ["\t", ": "])
def test_rows_of_a_table_name_their_group_first(between):
    text = f"UBND cấp xã{between}74/102\nUBND cấp huyện{between}07/10"
    assert [said(row)[:4] for row in read(text)] == [
        ("CAP_XA", Measure.CONVERTED, 74, 102),
        ("CAP_HUYEN", Measure.CONVERTED, 7, 10),
    ]


def test_visits_and_attendances_are_not_agencies():
    trained, inspected = read(ACTIVITIES)
    assert (trained.measure, trained.count, trained.unit) == (
        Measure.TRAINED,
        1067,
        Unit.ATTENDANCES,
    )
    assert (inspected.measure, inspected.count, inspected.unit) == (
        Measure.INSPECTED,
        90,
        Unit.VISITS,
    )


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("Có 106/148 cơ quan đã chuyển đổi, đạt 71,62%.", "71,62%"),
        ("Có 106/148 cơ quan (71.6 %) đã chuyển đổi.", "71.6 %"),
        ("Đạt 71% (106/148 cơ quan).", "71%"),
    ],
)
def test_a_percentage_belongs_to_the_fraction_beside_it(text, percent):
    (row,) = read(text)
    assert (row.group, row.count, row.denominator, row.percent) == ("", 106, 148, percent)


def test_a_percentage_may_stand_alone():
    (row,) = read("Tỷ lệ UBND cấp xã áp dụng đạt 95,34 %")
    assert (row.group, row.count, row.percent) == ("CAP_XA", None, "95,34 %")


@pytest.mark.parametrize(
    "text",
    [
        "Quyết định 19/2014/QĐ-TTg ngày 05/3/2014, 1943/UBND-KGVX, ngày 22 tháng 6",
        "Giai đoạn 2015-2021, đến năm 2025, theo TCVN ISO 9001:2015, ISO 14001:2015, ISO/IEC 17025",
        "Ngày 15/11, quý 3/2021, tháng 11, Điều 5 khoản 2",
    ],
)
def test_papers_days_years_and_standards_are_no_figures(text):
    assert read_figures(text, GROUPS).rows == ()


def test_numbers_that_count_something_else_are_named_as_left_out():
    reading = read_figures("Đã mở 12 lớp trong 05 tuần; 25/20 cơ quan.", GROUPS)
    assert reading.rows == ()
    assert reading.left_out == ("12", "05", "25/20")


def test_agencies_in_all_are_a_measure_of_their_own():
    assert [said(row)[:3] for row in read("Tổng số 148 cơ quan, trong đó 102 UBND cấp xã.")] == [
        ("", Measure.TOTAL, 148),
        ("CAP_XA", Measure.TOTAL, 102),
    ]


PIECES = st.sampled_from(
    [
        *"0123456789./,;:()%\n -",
        "9001",
        "TCVN IS ",
        "còn ",
        "chưa ",
        "lượt ",
        "UBND cấp xã ",
        "năm ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_no_text_is_too_strange_to_read(text):
    for row in read_figures(text, GROUPS).rows:
        assert row.group in {"", *GROUPS}
        assert row.measure in Measure
        assert row.count is not None or row.percent
        assert row.denominator is None or 0 <= (row.count or 0) <= row.denominator
        assert len(row.quote) <= 620
