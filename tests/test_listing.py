"""The agency list as a file: the page's rows, filter, order and day; reopened and read."""

from datetime import date, datetime
from io import BytesIO
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from agencies import actions
from agencies.models import RosterFacts, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kon_tum")]
ASKED = {"as_of": "2021-11-15", "known_at": "2022-01-01T00:00:00Z"}


@pytest.fixture
def reader(client):
    client.force_login(User.objects.get(username="lanhdao"))
    return client


def opened(response):
    return load_workbook(BytesIO(response.content))


def rows_of(sheet):
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(place for place, row in enumerate(rows) if row[0] == "STT")
    return rows[:head], rows[head], rows[head + 1 :]


def exported(reader, **parameters):
    """The head, the headings and the rows of the file of an address."""
    response = reader.get(reverse("reports:agency-list"), ASKED | parameters)
    assert response.status_code == 200, response
    return rows_of(opened(response).worksheets[0])


def shown(reader, **parameters):
    """The codes on all pages of the list of an address."""
    codes, page = [], 1
    while True:
        asked = ASKED | parameters | {"page": page}
        table = reader.get(reverse("agencies:agency-list"), asked).context["table"]
        codes += [row.record.code for row in table.paginated_rows]
        if not table.page.has_next():
            return codes
        page += 1


@pytest.mark.parametrize(
    ("parameters", "number"),
    [
        ({}, 148),
        ({"group": "CAP_XA", "category": "left"}, 28),
        ({"category": "older_edition", "sort": "-since"}, 41),
        ({"q": "đăk", "sort": "name"}, None),
        ({"own_edition": "2008"}, 41),
        ({"q": "khong co gi nhu the"}, 0),
        ({"sort": "no-such-column"}, 148),
        ({"as_of": "2015-06-30", "sort": "category"}, 148),
    ],
)
def test_the_file_has_the_rows_of_all_pages_in_their_order(reader, parameters, number):
    _head, _headings, rows = exported(reader, **parameters)
    codes = [row[1] for row in rows if row[0]]
    assert codes == shown(reader, **parameters)
    assert number is None or len(codes) == number
    assert [row[0] for row in rows if row[0]] == list(range(1, len(codes) + 1))


def test_a_row_says_what_the_page_says(reader):
    _head, headings, rows = exported(reader, q="CC01")
    assert headings[:2] == ["STT", "Mã cơ quan"]
    assert len(headings) == 10
    row = next(row for row in rows if row[1] == "CC01")
    assert row[2:5] == [
        "Chi cục Kiểm lâm",
        "Chi cục trực thuộc Sở",
        "Sở Nông nghiệp và Phát triển nông thôn",
    ]
    assert row[5:7] == ["chưa chuyển đổi", "TCVN ISO 9001:2008"]
    assert row[7:] == [datetime(2016, 9, 22), "233/QĐ-CCKL", datetime(2016, 9, 22)]  # noqa: DTZ001


def test_the_head_says_the_question_the_filter_in_words_and_the_mark(reader):
    head, _headings, _rows = exported(
        reader, group="CAP_XA", category="left", own_edition="2008", q="dak", sort="-since"
    )
    lines = [row[0] for row in head if row[0]]
    assert "15/11/2021" in lines[1]
    assert "01/01/2022 07:00" in lines[1]
    assert "dak" in lines[2]
    for words in ("UBND cấp xã", "còn lại", "TCVN ISO 9001:2008", "Từ ngày"):
        assert words in lines[2], words
    assert "Dữ liệu minh họa" in lines[3]


def test_a_row_found_by_an_earlier_name_says_so(reader):
    lan = User.objects.get(username="chuyenvien")
    roster = reader.get("/agencies/X031/").context["roster"]
    facts = RosterFacts(
        name="UBND xã Tên Mới", group_id=roster.group_id, parent_id=roster.parent_id
    )
    actions.change_roster(agency=roster.agency, valid_from=date(2021, 6, 1), facts=facts, by=lan)
    asked = {"q": "dak long", "as_of": "2021-11-15", "known_at": ""}
    _head, headings, rows = exported(reader, **asked)
    assert len(headings) == 11
    found = {row[2]: row[10] for row in rows}
    assert "UBND xã Đắk Long" in found["UBND xã Tên Mới"]


def test_a_filter_that_cannot_be_read_leads_to_the_page_that_says_so(reader):
    asked = {"group": "NOPE", "as_of": "2021-11-15"}
    response = reader.get(reverse("reports:agency-list"), asked)
    assert response.status_code == 302
    assert response["Location"] == f"/agencies/?{urlencode(asked)}"
    assert reader.get(response["Location"]).context["filter"].form.errors


def test_a_day_that_cannot_be_read_is_refused(reader):
    assert reader.get(reverse("reports:agency-list"), {"as_of": "31/02/2021"}).status_code == 400


def test_a_sheet_prints_on_a4_with_its_headings_and_is_filtered_and_frozen(reader):
    asked = ASKED | {"group": "CAP_XA"}
    sheet = opened(reader.get(reverse("reports:agency-list"), asked)).worksheets[0]
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.print_title_rows == "$6:$6"
    assert sheet.freeze_panes == "A7"
    assert sheet.auto_filter.ref == "A6:J108"
    assert "&P" in sheet.oddFooter.center.text


def test_the_same_list_gives_the_same_bytes(reader):
    address = f"{reverse('reports:agency-list')}?{urlencode(ASKED)}"
    content = reader.get(address).content
    assert reader.get(address).content == content
    with ZipFile(BytesIO(content)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_file_speaks_the_reader_s_language(reader):
    reader.cookies.load({"django_language": "en"})
    response = reader.get(reverse("reports:agency-list"), ASKED)
    cells = [cell.value for row in opened(response).worksheets[0].iter_rows() for cell in row]
    assert "Agency code" in cells
    assert "converted" in cells


def test_the_page_links_to_its_own_file(reader):
    page = reader.get("/agencies/", ASKED | {"group": "CAP_XA", "sort": "-since", "page": 2})
    address = reverse("reports:agency-list")
    link = page.content.decode().split(f'href="{address}?')[1].split('"')[0].replace("&amp;", "&")
    codes = [row[1] for row in rows_of(opened(reader.get(f"{address}?{link}")).worksheets[0])[2]]
    assert codes == shown(reader, group="CAP_XA", sort="-since")
    assert "page=" not in link


def test_a_list_without_rows_offers_no_file(reader):
    page = reader.get("/agencies/", {"q": "khong co gi nhu the"})
    assert reverse("reports:agency-list") not in page.content.decode()
