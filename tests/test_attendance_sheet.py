"""The attendance sheet: read in any layout, told row by row, imported as one act."""

from datetime import date
from io import BytesIO
from unicodedata import normalize

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from activities import actions
from activities.models import Attendance, Training
from activities.training_sheet import choices_of, read_sheet
from agencies.actions import RowState
from agencies.exchange import BadWorkbook
from agencies.models import Upload

HEADS = ["Mã cơ quan", "Tên cơ quan", "Số lượt"]


@pytest.fixture(autouse=True)
def english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def course(activities):
    """T1 of 16/04/2019: SO-KHCN 3, CC-TDC 2."""
    return activities.courses["T1"]


def packed(*rows) -> BytesIO:
    book = Workbook()
    sheet = book[book.sheetnames[0]]
    for row in rows:
        sheet.append(list(row))
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out


def read(course, *rows, **how):
    return read_sheet(packed(*rows), training=course, **how)


def states(preview):
    return [(row.row, str(row.state), row.code, row.old, row.new) for row in preview.rows]


def test_rows_are_new_changed_same_or_in_error(course):
    preview = read(
        course,
        HEADS,
        ["SO-KHCN", "Sở Khoa học và Công nghệ", 3],
        ["CC-TDC", "", 5],
        ["so-nn", "", "4"],
        ["KHONG-CO", "", 1],
        ["THANH-TRA", "Thanh tra tỉnh", None],
        [None, "Cộng", None],
        [None, None, 13],
    )
    assert states(preview) == [
        (2, "same", "SO-KHCN", 3, 3),
        (3, "changed", "CC-TDC", 2, 5),
        (4, "new", "SO-NN", None, 4),
        (5, "error", "KHONG-CO", None, None),
    ]


def test_a_number_without_an_agency_that_is_no_total_is_an_error(course):
    preview = read(course, HEADS, ["SO-KHCN", "", 3], [None, None, 4])
    assert [row.state for row in preview.rows] == [RowState.SAME, RowState.ERROR]


def test_a_sheet_of_another_course_says_so(course):
    other = Training(title="Lớp khác", topic=course.topic)
    other.starts_on = other.ends_on = course.starts_on
    other.save()
    rows = (HEADS, ["SO-KHCN", "", 3])
    assert read(course, ["Lớp khác"], [], *rows).notices == [
        f"The sheet is that of “Lớp khác”; this is the course “{course.title}”."
    ]
    assert read(course, [course.title], [], *rows).notices == []


def test_headings_in_any_order_below_titles_in_nfd(course):
    preview = read(
        course,
        ["DANH SÁCH THAM DỰ"],
        [],
        [normalize("NFD", "Số lượt"), "Ghi chú", normalize("NFD", "Tên đơn vị")],
        [2, "x", normalize("NFD", "Sở Nông nghiệp và PTNT")],
    )
    assert states(preview) == [(4, "new", "SO-NN", None, 2)]
    assert preview.notices == ["Column “Ghi chú” is not known and was left out."]


@pytest.mark.parametrize("number", [-1, 501, "hai", 1.5])
def test_numbers_out_of_bounds(course, number):
    (row,) = read(course, HEADS, ["SO-NN", "", number]).rows
    assert row.state == RowState.ERROR
    assert "a whole number from 0 to 500" in str(row.problems[0])


def test_one_agency_twice_is_an_error_in_both_rows(course):
    preview = read(course, HEADS, ["SO-NN", "", 1], [None, "Sở Nông nghiệp và PTNT", 2])
    assert [str(row.state) for row in preview.rows] == ["error", "error"]
    assert "each agency in one row alone" in str(preview.rows[0].problems[0])


def test_an_agency_of_another_day_is_unknown(course):
    (row,) = read(course, HEADS, ["CC-TL", "", 1]).rows
    assert row.state == RowState.NEW
    course.starts_on = date(2018, 6, 30)
    (row,) = read(course, HEADS, ["CC-TL", "", 1]).rows
    assert row.state == RowState.ERROR


def test_a_code_beside_another_agencys_name_is_a_choice(course):
    sheet = (HEADS, ["SO-NN", "Thanh tra tỉnh", 2])
    preview = read(course, *sheet)
    (problem,) = choices_of(preview)
    assert problem.choices == ("THANH-TRA", "SO-NN")
    assert preview.numbers({"2"}) == {}
    chosen = read(course, *sheet, chosen={problem.key: "THANH-TRA"})
    assert chosen.numbers({"2"}) == {"THANH-TRA": 2}


def test_names_that_differ_by_their_marks_alone_are_a_choice(course, small_province):
    small_province.add("X1", "UBND xã Đắk Long", date(2010, 1, 1), "SO")
    small_province.add("X2", "UBND xã Đăk Long", date(2010, 1, 1), "SO")
    preview = read(course, HEADS, [None, "UBND xã Đăk Long", 2])
    (problem,) = choices_of(preview)
    assert set(problem.choices) == {"X1", "X2"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["Mã cơ quan", "Tên cơ quan"]], "missing: Số lượt"),
        ([["Số lượt"], [3]], "“Mã cơ quan” or “Tên cơ quan” is needed"),
    ],
)
def test_a_sheet_without_its_columns_is_refused(course, rows, said):
    with pytest.raises(BadWorkbook, match=said):
        read(course, *rows)


def test_what_is_no_workbook_is_refused(course):
    with pytest.raises(BadWorkbook, match="plain text"):
        read_sheet(BytesIO(b"a;b;c"), training=course)


def brought(client, course, *rows):
    file = SimpleUploadedFile("tham dự.xlsx", packed(*rows).getvalue())
    url = reverse("activities:attendance-sheet", args=[course.pk])
    return client.post(url, {"file": file})


def test_a_sheet_is_looked_at_then_imported_as_one_act(client, lan, course):
    client.force_login(lan)
    sent = brought(client, course, HEADS, ["CC-TDC", "", 5], ["SO-NN", "", 4], ["SAI", "", 1])
    page = client.get(sent.url)
    assert page.status_code == 200
    assert Attendance.objects.get(agency__code="CC-TDC", training=course).number == 2
    seen = page.context["seen"]
    done = client.post(sent.url, {"take": ["2", "3", "4"], "seen": seen})
    assert done.status_code == 302
    numbers = dict(Attendance.objects.filter(training=course).values_list("agency__code", "number"))
    assert numbers == {"SO-KHCN": 3, "CC-TDC": 5, "SO-NN": 4}
    written = Attendance.history.filter(training=course, history_user=lan)
    assert len(set(written.order_by("-history_id")[:2].values_list("history_date", flat=True))) == 1


def test_rows_that_are_not_ticked_are_not_written(client, lan, course):
    client.force_login(lan)
    sent = brought(client, course, HEADS, ["CC-TDC", "", 5], ["SO-NN", "", 4])
    client.post(sent.url, {"take": ["3"], "seen": client.get(sent.url).context["seen"]})
    assert Attendance.objects.get(agency__code="CC-TDC", training=course).number == 2
    assert Attendance.objects.get(agency__code="SO-NN", training=course).number == 4
    page = client.post(sent.url, {"seen": "0"})
    assert "Name at least one agency." in page.content.decode()


def test_what_somebody_changed_meanwhile_is_not_overwritten(client, lan, quan, course, activities):
    client.force_login(lan)
    sent = brought(client, course, HEADS, ["CC-TDC", "", 5])
    seen = client.get(sent.url).context["seen"]
    numbers = {activities.province["CC-TDC"]: 7}
    actions.record_attendances(training=course, numbers=numbers, by=quan)
    page = client.post(sent.url, {"take": ["2"], "seen": seen})
    assert "Somebody changed attendances" in page.content.decode()
    assert Attendance.objects.get(agency__code="CC-TDC", training=course).number == 7


def test_a_bad_file_is_told_beside_the_field_and_not_kept(client, lan, course):
    client.force_login(lan)
    page = brought(client, course, ["Tên"], ["x"])
    assert page.status_code == 200
    assert "missing: Số lượt" in page.content.decode()
    assert not Upload.objects.exists()


def test_nobody_sees_the_sheet_of_another(client, lan, course, django_user_model):
    client.force_login(lan)
    sent = brought(client, course, HEADS, ["CC-TDC", "", 5])
    other = django_user_model.objects.create_user("mai", "Mat-khau-cua-Mai", role="officer")
    client.force_login(other)
    assert client.get(sent.url).status_code == 404


def test_the_template_names_the_agencies_of_the_first_day_and_comes_back(client, lan, course):
    client.force_login(lan)
    got = client.get(reverse("activities:attendance-template", args=[course.pk]))
    book = load_workbook(BytesIO(got.content))
    sheet = book[book.sheetnames[0]]
    assert [cell.value for cell in sheet[3]] == HEADS
    codes = [sheet.cell(row, 1).value for row in range(4, sheet.max_row + 1)]
    assert set(codes) == {"SO-KHCN", "SO-NN", "THANH-TRA", "CC-TDC", "CC-KL", "CC-TL"}
    sheet.cell(4, 3, 6)
    out = BytesIO()
    book.save(out)
    (row,) = read_sheet(out, training=course).rows
    assert (row.code, row.new) == (codes[0], 6)


def test_a_course_that_has_not_begun_takes_no_sheet(client, lan, course):
    client.force_login(lan)
    day = timezone.localdate().replace(year=timezone.localdate().year + 1, day=1)
    Training.objects.filter(pk=course.pk).update(starts_on=day, ends_on=day)
    sent = brought(client, course, HEADS, ["CC-TDC", "", 5])
    page = client.post(sent.url, {"take": ["2"], "seen": client.get(sent.url).context["seen"]})
    assert "recorded once it began" in page.content.decode()
