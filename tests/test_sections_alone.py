"""The files' sections about the small province: what is told, moved up, and left out."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from agencies.actions import plan_conversions
from agencies.models import transition_to
from agencies.questions import ask
from reports.plans import forecast_of
from reports.sections import gather_sections
from reports.summary import build_summary
from reports.word_report import build_report
from reports.workbook.plan import forecast_in_words
from tests.rounds import at, open_2021, standing_facts, submit_at
from tests.test_sections import SHEETS, chapters, said_by
from tests.test_summary import opened as opened_book
from tests.test_summary import rows_of
from tests.test_word_report import opened

pytestmark = pytest.mark.django_db
DAY = date(2021, 11, 15)


def test_without_data_nothing_of_it_stands_anywhere(small_province):
    question = ask(day=DAY)
    told = gather_sections(question)
    assert (told.plan, told.inspections, told.training, told.rounds) == (None, None, None, ())
    document = opened(build_report(question))
    assert len(chapters(document)) == 3
    for word in ("kiểm tra", "tập huấn", "kế hoạch", "kỳ báo cáo"):
        assert word not in said_by(document).lower()
    book = opened_book(build_summary(question))
    assert not set(SHEETS) & set(book.sheetnames)
    assert not set(SHEETS) & {row[0] for row in rows_of(book["Nguồn"])}


def test_chapters_and_tables_move_up_where_a_section_is_missing(activities):
    document = opened(build_report(ask(day=DAY)))
    assert chapters(document)[3:] == ["IV. KIỂM TRA", "V. TẬP HUẤN"]
    tables = [p.text for p in document.paragraphs if p.style.name == "Tên bảng"]
    assert tables[-3:] == [
        "Bảng 5. Lượt kiểm tra theo nhóm cơ quan",
        "Bảng 6. Phát hiện quá thời hạn khắc phục",
        "Bảng 7. Lượt tham dự tập huấn theo nhóm cơ quan",
    ]
    # By hand: 4 visits at 3 agencies, 2 courses, 3+2+4+1 attendances of 3 agencies.
    said = said_by(document)
    assert "đã thực hiện 04 lượt kiểm tra tại 03 cơ quan" in said
    assert "02 lớp tập huấn với 10 lượt tham dự của 03 cơ quan" in said
    assert "Tập huấn" in opened_book(build_summary(ask(day=DAY))).sheetnames


def test_what_was_not_yet_known_is_not_told(activities):
    """The visit of 12/05/2020 was entered on 01/02/2021."""
    for known_at, visits in ((datetime(2021, 1, 1, tzinfo=UTC), 3), (timezone.now(), 4)):
        told = gather_sections(ask(day=DAY, known_at=known_at)).inspections
        assert told is not None
        assert told.totals.visits == visits


def test_a_round_before_its_due_day_says_so(small_province, mai):
    period = open_2021(small_province.by)
    agency = small_province["CC-TDC"]
    submit_at(at(2021, 11, 2), period, agency, standing_facts(small_province), mai)
    said = said_by(opened(build_report(ask(day=DAY))))
    assert "đã nhận 01/06 báo cáo, trong đó 01 báo cáo đúng hạn, 00 báo cáo chậm; " in said
    assert "còn 05 cơ quan chưa báo cáo (chưa quá hạn nộp)." in said


def test_a_plan_alone_says_who_has_no_day_and_that_nobody_is_late(small_province, lan):
    transition = transition_to(small_province.edition_2015)
    assert transition is not None
    days = {"SO-KHCN": date(2017, 12, 31), "CC-TDC": date(2019, 6, 30)}
    plan_conversions(transition=transition, days=days, source="KH 1", by=lan)
    document = opened(build_report(ask(day=date(2021, 3, 31))))
    said = said_by(document)
    assert chapters(document)[3:] == ["IV. THỰC HIỆN KẾ HOẠCH CHUYỂN ĐỔI"]
    assert "chưa ghi nhận thời hạn hoàn thành. " in said
    assert "theo kế hoạch có 02 cơ quan phải chuyển đổi xong; thực tế đã có 03 cơ quan" in said
    assert "cao hơn kế hoạch 01 cơ quan. Còn 04 cơ quan chưa có ngày kế hoạch riêng." in said
    assert "Đến hết ngày 31 tháng 3 năm 2021 không có cơ quan nào chậm so với kế hoạch." in said
    assert "(trong 12 tháng qua có 01 cơ quan chuyển đổi, cần ít nhất 05)" in said


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (forecast_of(DAY, 42, 43), "từ 19/08/2022 đến 26/02/2023 (khoảng tin cậy 90%)"),
        (forecast_of(DAY, 42, 4), "chưa đủ dữ liệu (12 tháng qua: 04 cơ quan chuyển đổi)"),
        (forecast_of(DAY, 90, 5), "có thể sau ngày 10/11/2041"),
        (forecast_of(DAY, 900, 5), ": sau ngày 10/11/2041"),
        (forecast_of(DAY, 0, 5, DAY), "Dự báo: đã hoàn thành, ngày 15/11/2021"),
    ],
)
def test_the_forecast_in_one_line(told, words):
    assert words in forecast_in_words(told)
