"""Plans, inspections, training and rounds of the demonstration in the Word report and summary."""

from datetime import UTC, date, datetime

import pytest

from activities import rollups
from activities.models import ReportingPeriod
from activities.round_rollups import round_table
from agencies.asof import AsOf
from agencies.house_style import count
from agencies.models import Edition
from agencies.questions import ask
from reports import plans
from reports.sections import gather_sections
from reports.summary import build_summary
from reports.word_report import build_report
from tests.test_summary import opened as opened_book
from tests.test_summary import rows_of
from tests.test_word_report import opened, texts
from tests.test_word_report import rows_of as table_rows

pytestmark = pytest.mark.django_db
KNOWN = datetime(2021, 11, 15, 10, tzinfo=UTC)
DAY = date(2021, 11, 15)
ARTICLE = AsOf(DAY, KNOWN)
SHEETS = ("Kế hoạch", "Kiểm tra", "Tập huấn", "Báo cáo định kỳ")
CHAPTERS = (
    "THỰC HIỆN KẾ HOẠCH CHUYỂN ĐỔI",
    "KIỂM TRA",
    "TẬP HUẤN",
    "CHẾ ĐỘ BÁO CÁO",
)


@pytest.fixture(scope="module")
def paper(kon_tum, django_db_blocker):
    """The demonstration's Word report of the day of the article, made once and only read."""
    with django_db_blocker.unblock():
        return opened(build_report(ask(day=DAY, known_at=KNOWN)))


@pytest.fixture(scope="module")
def book(kon_tum, django_db_blocker):
    """The demonstration's summary of the same question."""
    with django_db_blocker.unblock():
        return opened_book(build_summary(ask(day=DAY, known_at=KNOWN)))


def said_by(document):
    return " ".join(texts(document))


def chapters(document):
    return [p.text for p in document.paragraphs if p.style.name == "Mục"]


def table_under(document, title):
    """The rows of the table that stands under a title."""
    body = list(document.element.body)
    place = next(p._p for p in document.paragraphs if p.text.endswith(title))
    following = body[body.index(place) + 1]
    return table_rows(next(table for table in document.tables if table._tbl is following))


class TestTheWordReport:
    def test_its_chapters_follow_the_three_on_statuses(self, paper):
        numbered = zip(("IV", "V", "VI", "VII"), CHAPTERS, strict=True)
        assert chapters(paper)[3:] == [f"{number}. {title}" for number, title in numbered]
        tables = [p.text.split(".")[0] for p in paper.paragraphs if p.style.name == "Tên bảng"]
        assert tables == [f"Bảng {number}" for number in range(1, 12)]

    def test_the_plan_stands_against_what_happened(self, paper):
        said = said_by(paper)
        assert (
            "Đến hết ngày 15 tháng 11 năm 2021, theo kế hoạch có 130 cơ quan phải chuyển đổi xong; "
            "thực tế đã có 106 cơ quan chuyển đổi, thấp hơn kế hoạch 24 cơ quan." in said
        )
        assert "Có 39 cơ quan chậm so với kế hoạch" in said
        rows = table_under(paper, "Kết quả thực hiện chỉ tiêu chuyển đổi")
        assert rows[1][1:] == [
            *("Cơ quan chuyên môn cấp tỉnh", "31/12/2019", "12", "13/20", "đạt"),
        ]
        assert rows[2][1:] == ["UBND cấp huyện", "31/12/2020", "08 (80%)", "04/10", "không đạt"]
        assert rows[5][1:] == [
            *("Tất cả các nhóm", "31/12/2021", "148 (100%)", "106/148", "chưa đến hạn"),
        ]
        late = {row[1]: row[2:] for row in table_under(paper, "Cơ quan chậm so với kế hoạch")[1:]}
        assert sum(int(number) for number, _agencies in late.values()) == 39
        assert late["UBND tỉnh Kon Tum"] == [
            "04",
            (
                "Hạn 31/12/2017, chậm 1.415 ngày: Thanh tra tỉnh; "
                "hạn 31/12/2018, chậm 1.050 ngày: UBND huyện Đắk Glei; "
                "hạn 31/12/2020, chậm 319 ngày: UBND huyện Sa Thầy, UBND huyện Tu Mơ Rông"
            ),
        ]

    def test_the_forecast_has_its_range(self, paper):
        assert (
            "42 cơ quan còn lại hoàn thành trong khoảng từ ngày 19/08/2022 đến ngày 26/02/2023 "
            "(khoảng tin cậy 90%" in said_by(paper)
        )

    def test_visits_are_not_agencies(self, paper):
        said = said_by(paper)
        assert "đã thực hiện 90 lượt kiểm tra tại 75 cơ quan" in said
        assert "(trong đó 72 lượt kiểm tra tại trụ sở, 18 lượt kiểm tra qua hồ sơ)" in said
        assert "nêu 17 cơ quan: 13 cơ quan đã được kiểm tra, 04 cơ quan chưa được" in said
        rows = table_under(paper, "Lượt kiểm tra theo nhóm cơ quan")
        assert rows[1][1:] == ["Cơ quan chuyên môn cấp tỉnh", "27", "20"]
        assert rows[-1][1:] == ["Tổng cộng", "90", "75"]

    def test_overdue_findings_stand_under_the_parent_body(self, paper):
        assert "Có 15 phát hiện qua kiểm tra đã quá thời hạn khắc phục" in said_by(paper)
        rows = {row[1]: row[2:] for row in table_under(paper, "quá thời hạn khắc phục")[1:]}
        assert sum(int(number) for number, _agencies in rows.values()) == 15
        assert rows["Sở Tài nguyên và Môi trường"] == [
            *("02", "Chi cục Bảo vệ môi trường (02 phát hiện, thời hạn 08/08/2021)"),
        ]

    def test_attendances_are_never_called_persons(self, paper):
        said = said_by(paper)
        assert "16 lớp tập huấn với 1.067 lượt tham dự của 148 cơ quan" in said
        assert "- Xây dựng, chuyển đổi HTQLCL: 08 lớp, 565 lượt tham dự." in said
        rows = table_under(paper, "Lượt tham dự tập huấn theo nhóm cơ quan")
        assert rows[-1][1:] == ["Tổng cộng", "1.067", "148"]
        assert "số lượt không phải là số người" in said
        assert said.count("người") == 1

    def test_the_rounds_stand_by_group(self, paper):
        said = said_by(paper)
        assert "đã nhận 148/148 báo cáo, trong đó 143 báo cáo đúng hạn, 05 báo cáo chậm." in said
        assert "đã nhận 111/148 báo cáo" in said
        assert "còn 37 cơ quan chưa báo cáo." in said
        rows = table_under(paper, "Báo cáo kỳ 15/12/2020 – 14/12/2021")
        assert rows[4][1:] == ["UBND cấp xã", "102", "72", "67", "05", "30"]
        assert rows[5][1:] == ["Tổng cộng", "148", "111", "99", "12", "37"]


class TestTheSummary:
    @pytest.mark.parametrize("title", SHEETS)
    def test_each_sheet_says_its_measure(self, book, title):
        measures = {row[0]: row[1] for row in rows_of(book["Nguồn"])}
        assert measures[title] in {row[0] for row in rows_of(book[title])[:8]}

    def test_the_plan_is_counted_in_the_agencies_rows(self, book):
        rows = rows_of(book["Kế hoạch"])
        curve = {row[3].date(): row[4:] for row in rows if row[1] and "quý" in str(row[1])}
        assert curve[date(2019, 12, 31)] == [66, 38, -28]
        now = next(row for row in rows if row[1] == "ngày số liệu")
        assert now[4:] == [130, 106, -24]
        assert curve[date(2021, 12, 31)] == [148, None, None]
        late = [row for row in rows if row[5] in ("chưa chuyển đổi", "chưa xây dựng") and row[6]]
        assert len(late) == 39
        assert ["Thanh tra tỉnh", 1415] in [[row[1], row[6]] for row in late]
        said = [row[0] for row in rows[:8]]
        assert (
            "Theo kế hoạch 130 cơ quan, thực tế 106 cơ quan đã chuyển đổi; 39 cơ quan chậm" in said
        )
        assert any("từ 19/08/2022 đến 26/02/2023" in str(text) for text in said)

    def test_visits_attendances_and_reports_stand_with_their_sums(self, book):
        sums = {
            title: [
                [value for value in row[2:] if isinstance(value, int)]
                for row in rows_of(book[title])
                if row[1] == "Tổng cộng"
            ]
            for title in SHEETS[1:]
        }
        assert sums["Kiểm tra"] == [[90, 75]] * 3
        assert sums["Tập huấn"] == [[16, 1067, 148]] * 3 + [[1067, 148]]
        assert sums["Báo cáo định kỳ"] == [
            [148, 143, 5, 148, 0, 148, 0, 0],
            [148, 99, 12, 111, 37, 80, 25, 6],
        ]

    def test_who_has_not_reported_and_what_is_overdue_stand_by_parent_body(self, book):
        rows = rows_of(book["Báo cáo định kỳ"])
        title = next(n for n, row in enumerate(rows) if str(row[0]).startswith("Chưa báo cáo"))
        assert rows[title][0] == "Chưa báo cáo, theo cơ quan cấp trên: 37"
        assert len([row for row in rows[title + 2 :] if row[1]]) == 37
        rows = rows_of(book["Kiểm tra"])
        title = next(n for n, row in enumerate(rows) if str(row[0]).startswith("Phát hiện quá"))
        assert len([row for row in rows[title + 2 :] if row[1]]) == 15

    def test_thousands_have_a_point_whatever_the_reader_s_settings(self, book):
        cell = next(c for row in book["Tập huấn"].iter_rows() for c in row if c.value == 1067)
        assert cell.number_format == r"[<10]00;[<1000]0;#\.000"


def test_the_figures_are_those_of_the_pages(kon_tum, client, django_user_model):
    client.force_login(django_user_model.objects.get(username="lanhdao"))
    asked = "as_of=2021-11-15&known_at=2021-11-15T10:00:00Z"
    told = gather_sections(ask(day=DAY, known_at=KNOWN))
    assert told.plan is not None
    assert told.inspections is not None
    totals = client.get(f"/activities/?{asked}").context["totals"]
    assert told.inspections.totals == totals == rollups.activity_totals(ARTICLE)
    page = client.get(f"/plans/?{asked}").content.decode()
    assert f"{count(told.plan.late_number)} cơ quan chậm" in page
    assert "19/08/2022" in page
    edition = Edition.objects.get(year=2015)
    assert told.plan.forecast == plans.forecast(ARTICLE, edition)
    for section in told.rounds:
        period = ReportingPeriod.objects.get(pk=section.period.pk)
        assert section.table.total == round_table(period, ARTICLE).total


def test_a_year_with_no_round_and_little_done_says_what_there_is(kon_tum):
    question = ask(day=date(2015, 12, 31), known_at=KNOWN)
    told = gather_sections(question)
    assert told.rounds == ()
    assert told.inspections is not None
    assert told.inspections.totals.visits == 10
    book = opened_book(build_summary(question))
    assert "Báo cáo định kỳ" not in book.sheetnames
    assert "Kiểm tra" in book.sheetnames
    document = opened(build_report(question))
    assert "Dự báo: chưa đủ dữ liệu để dự báo ngày hoàn thành" in said_by(document)
    assert chapters(document)[-1] == "VI. TẬP HUẤN"
