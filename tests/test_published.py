"""A pasted sentence is read into rows of figures for an officer to confirm."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.figure_words import UNKNOWN_GROUP, UNKNOWN_MEASURE
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


CONVERTED, LEFT, TOTAL = Measure.CONVERTED, Measure.NOT_CONVERTED, Measure.TOTAL
OLDER, TRAINED, VISITED = Measure.OLDER_EDITION, Measure.TRAINED, Measure.INSPECTED
NONE = UNKNOWN_MEASURE


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            (
                "Đã có 07/10 (70%) UBND cấp huyện, đạt 6/16 (37,5%) Chi cục trực thuộc Sở và 74/102"
                " (72,5%) UBND cấp xã"
            ),
            [
                ("CAP_HUYEN", CONVERTED, 7, 10, "70%", "07/10 (70%) UBND cấp huyện"),
                ("CHI_CUC", CONVERTED, 6, 16, "37,5%", "6/16 (37,5%) Chi cục trực thuộc Sở"),
                ("CAP_XA", CONVERTED, 74, 102, "72,5%", "74/102 (72,5%) UBND cấp xã"),
            ],
        ),
        (
            "UBND cấp xã: 74/102 (đạt 72,5%)",
            [("CAP_XA", CONVERTED, 74, 102, "72,5%", "UBND cấp xã: 74/102 (đạt 72,5%)")],
        ),
        (
            "Có 07/10, đạt 70%, UBND cấp huyện.",
            [("CAP_HUYEN", CONVERTED, 7, 10, "70%", "07/10 (70%, UBND cấp huyện)")],
        ),
    ],
)
def test_a_percentage_shifts_no_group_and_a_quote_holds_its_words(text, rows):
    assert [
        (row.group, row.measure, row.count, row.denominator, row.percent, row.quote)
        for row in read(text)
    ] == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("3 cơ quan đang xây dựng", [("", NONE, 3, None, "")]),
        ("2 cơ quan không thuộc đối tượng áp dụng", [("", NONE, 2, None, "")]),
        ("5 UBND cấp xã chưa áp dụng", [("CAP_XA", NONE, 5, None, "")]),
        ("5 UBND cấp xã chưa xây dựng", [("CAP_XA", Measure.NOT_BUILT, 5, None, "")]),
        ("Có 12 cơ quan gửi báo cáo", [("", NONE, 12, None, "")]),
        ("Có 19/20 cơ quan chuyên môn cấp tỉnh nộp báo cáo", [("CAP_TINH", NONE, 19, 20, "")]),
        ("Kiểm tra tại 12 cơ quan, còn 03 cơ quan đã xây dựng", [("", NONE, 12, None, ""),
                                                           ("", NONE, 3, None, "")]),
        (
            "UBND cấp huyện: 07/10, trong đó có 5/10 theo phiên bản 2015, 2/10 theo phiên bản 2008",
            [
                ("CAP_HUYEN", CONVERTED, 7, 10, ""),
                ("CAP_HUYEN", CONVERTED, 5, 10, "2015"),
                (UNKNOWN_GROUP, OLDER, 2, 10, "2008"),
            ],
        ),
        (
            "Đã có 07/10 UBND cấp huyện, trong đó có 2/10 theo phiên bản năm 2008",
            [("CAP_HUYEN", CONVERTED, 7, 10, ""), ("CAP_HUYEN", OLDER, 2, 10, "2008")],
        ),
        (
            "Theo TCVN ISO 9001:2015 có 106 cơ quan, theo phiên bản 2008 có 32 cơ quan",
            [("", CONVERTED, 106, None, "2015"), ("", OLDER, 32, None, "2008")],
        ),
        ("19 trên tổng số 20 cơ quan chuyên môn cấp tỉnh", [("CAP_TINH", CONVERTED, 19, 20, "")]),
        ("Có 19 trên 20 cơ quan chuyên môn cấp tỉnh", [("CAP_TINH", CONVERTED, 19, 20, "")]),
        ("Có 106 cơ quan trong tổng số 148 cơ quan", [("", CONVERTED, 106, 148, "")]),
        ("74 UBND cấp xã trên tổng số 102 đơn vị", [("CAP_XA", CONVERTED, 74, 102, "")]),
        ("07/10 UBND cấp huyện, 74/102 xã", [("CAP_HUYEN", CONVERTED, 7, 10, ""),
                                          ("CAP_XA", CONVERTED, 74, 102, "")]),
        ("Toàn tỉnh có 85 xã", [("CAP_XA", NONE, 85, None, "")]),
        ("Toàn tỉnh có 102 xã, phường, thị trấn", [("CAP_XA", TOTAL, 102, None, "")]),
        ("Đã chuyển đổi 6/16", [(UNKNOWN_GROUP, CONVERTED, 6, 16, "")]),
        ("Có 12 sở đã chuyển đổi", [(UNKNOWN_GROUP, CONVERTED, 12, None, "")]),
        ("Có 148 cơ quan thuộc đối tượng áp dụng", [("", TOTAL, 148, None, "")]),
        ("UBND cấp xã: 74 đơn vị/102 đơn vị", [("CAP_XA", CONVERTED, 74, 102, "")]),
        ("UBND cấp xã có 74/102 đơn vị", [("CAP_XA", CONVERTED, 74, 102, "")]),
        ("32 cơ quan áp dụng phiên bản cũ", [("", OLDER, 32, None, "")]),
        ("Đã chuyển đổi 106 cơ quan", [("", NONE, 106, None, "")]),
        ("Số UBND cấp xã chưa chuyển đổi: 28", [("CAP_XA", LEFT, 28, None, "")]),
        ("Trong số 41 cơ quan chưa chuyển đổi có 28 UBND cấp xã",
         [("", LEFT, 41, None, ""), ("CAP_XA", NONE, 28, None, "")]),
        ("19∕20 cơ quan", [("", CONVERTED, 19, 20, "")]),
        ("19⁄20 cơ quan", [("", CONVERTED, 19, 20, "")]),
        ("１９／２０ cơ quan", [("", CONVERTED, 19, 20, "")]),
    ],
)  # fmt: skip
def test_what_a_sentence_does_not_tell_is_not_asserted(text, rows):
    assert [said(row) for row in read_figures(text, GROUPS, "2015").rows] == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1 067 lượt cán bộ", [(TRAINED, 1067, Unit.ATTENDANCES)]),
        ("1\u00a0067 lượt cán bộ", [(TRAINED, 1067, Unit.ATTENDANCES)]),
        ("1\u202f067 lượt cán bộ", [(TRAINED, 1067, Unit.ATTENDANCES)]),
        (
            "Đã đào tạo 1.067 lượt cán bộ, công chức, kiểm tra 90 lượt",
            [(TRAINED, 1067, Unit.ATTENDANCES), (VISITED, 90, Unit.VISITS)],
        ),
        (
            "Kiểm tra 90 lượt cơ quan, tập huấn cho 1.067 lượt người",
            [(VISITED, 90, Unit.VISITS), (TRAINED, 1067, Unit.ATTENDANCES)],
        ),
    ],
)
def test_attendances_and_visits_are_told_apart(text, rows):
    assert [(row.measure, row.count, row.unit) for row in read(text)] == rows


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("tăng 05 cơ quan so với năm 2020", ("05",)),
        ("giảm thêm 2 UBND cấp xã", ("2",)),
        ("cao hơn 5 đơn vị", ("5",)),
        ("Có khoảng 100 cơ quan đã chuyển đổi", ("100",)),
        ("Có trên 100 cơ quan đã chuyển đổi", ("100",)),
        ("Phấn đấu đến năm 2025, 100% UBND cấp xã áp dụng", ("100%",)),
        ("Trong 6 tháng đầu năm có 500 lượt truy cập", ("500",)),
        ("Bình quân 25 quy trình/cơ quan", ("25",)),
        ("Đã cấp 1,067 thẻ cho cơ quan", ("1,067",)),
    ],
)
def test_a_change_an_aim_or_an_estimate_is_no_count(text, left_out):
    reading = read_figures(text, GROUPS)
    assert (reading.rows, reading.left_out) == ((), left_out)


TABLE = """Nhóm cơ quan	Số đã chuyển đổi	Tổng số	Tỷ lệ (%)
Cơ quan chuyên môn cấp tỉnh	19	20	95,00
UBND cấp huyện	07	10	70
Tổng cộng	26	30	86,67"""


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            TABLE,
            [
                ("CAP_TINH", CONVERTED, 19, 20, "95,00"),
                ("CAP_HUYEN", CONVERTED, 7, 10, "70"),
                ("", CONVERTED, 26, 30, "86,67"),
            ],
        ),
        (
            (
                "STT\tĐơn vị\tKết quả\tTỷ lệ\n1\tUBND cấp xã\t74/102\t72,55 %\n"
                "2\tUBND cấp huyện\t07/10\t70 %"
            ),
            [
                ("CAP_XA", CONVERTED, 74, 102, "72,55 %"),
                ("CAP_HUYEN", CONVERTED, 7, 10, "70 %"),
            ],
        ),
        ("UBND cấp xã\t74\t102\t72,5%", [("CAP_XA", CONVERTED, 74, 102, "72,5%")]),
        ("UBND cấp xã\t102\t74\t72,5%", [("CAP_XA", CONVERTED, 74, 102, "72,5%")]),
        ("UBND cấp xã\t74\t102", [("CAP_XA", NONE, 74, 102, "")]),
        ("Phòng Tư pháp\t3\t4\t75%", [(UNKNOWN_GROUP, CONVERTED, 3, 4, "75%")]),
        (
            (
                "Nhóm\tTổng số\tTCVN ISO 9001:2015\tTCVN ISO 9001:2008\tChưa xây dựng\tGhi chú\n"
                "Chi cục trực thuộc Sở\t16\t6\t9\t1\t3"
            ),
            [
                ("CHI_CUC", CONVERTED, 6, 16, ""),
                ("CHI_CUC", OLDER, 9, None, ""),
                ("CHI_CUC", Measure.NOT_BUILT, 1, None, ""),
            ],
        ),
    ],
)
def test_a_table_between_tabs_is_read_by_the_words_above_it(text, rows):
    reading = read_figures(text, GROUPS)
    assert [
        (row.group, row.measure, row.count, row.denominator, row.percent) for row in reading.rows
    ] == rows
    assert reading.left_out == ()


def test_a_table_stands_among_sentences():
    text = f"Toàn tỉnh có 106 cơ quan áp dụng TCVN ISO 9001:2015.\n{TABLE}\nKiểm tra 90 lượt."
    assert [row.count for row in read(text)] == [106, 19, 7, 26, 90]


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
        "\t",
        "trên tổng số ",
        "Tổng số",
        "lượt kiểm tra",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_no_text_is_too_strange_to_read(text):
    for row in read_figures(text, GROUPS).rows:
        assert row.group in {"", UNKNOWN_GROUP, *GROUPS}
        assert row.measure in {UNKNOWN_MEASURE, *Measure.values}
        assert row.count is not None or row.percent
        assert row.denominator is None or 0 <= (row.count or 0) <= row.denominator
        assert len(row.quote) <= 620
