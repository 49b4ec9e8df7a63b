"""The list on paper: the whole of it, in the order and with the filters of the screen."""

import re

import pytest
from django.urls import reverse

from agencies.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kon_tum")]
LIST = "/agencies/"
AS_OF = {"as_of": "2021-11-15"}
PRINTED = {**AS_OF, "print": "1"}


@pytest.fixture
def reader(client):
    client.force_login(User.objects.get(username="lanhdao"))
    return client


def shape(response) -> list[tuple[str, int]]:
    return [(section.label, len(section.lines)) for section in response.context["sections"]]


def names(response) -> list[str]:
    lines = (line for section in response.context["sections"] for line in section.lines)
    return [line.record.name for line in lines]


def test_all_agencies_stand_on_one_page_group_by_group(reader):
    response = reader.get(LIST, PRINTED)
    assert shape(response) == [
        ("Cơ quan chuyên môn cấp tỉnh", 20),
        ("UBND cấp huyện", 10),
        ("Chi cục trực thuộc Sở", 16),
        ("UBND cấp xã", 102),
    ]
    numbers = [line.number for part in response.context["sections"] for line in part.lines]
    assert numbers == list(range(1, 149))
    assert response.content.decode().count('<th scope="row"') == 148


def test_a_line_says_what_the_list_says(reader):
    response = reader.get(LIST, {**PRINTED, "q": "CT05"})
    body = " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
    assert "Sở Kế hoạch và Đầu tư CT05" in body
    assert "UBND tỉnh Kon Tum" in body
    assert "đã chuyển đổi TCVN ISO 9001:2015 12/04/2018 99/QĐ-SKHĐT 12/04/2018" in body


def test_filters_and_order_are_those_of_the_list_and_are_said(reader):
    asked = {"group": "CAP_XA", "category": "left", "sort": "-name"}
    response = reader.get(LIST, {**PRINTED, **asked})
    assert shape(response) == [("UBND cấp xã", 28)]
    on_screen = [
        row.record.name
        for page in ("1", "2")
        for row in reader.get(LIST, {**AS_OF, **asked, "page": page})
        .context["table"]
        .paginated_rows
    ]
    assert names(response) == on_screen
    assert response.context["narrowed"] == [
        ("Nhóm cơ quan", "UBND cấp xã"),
        ("Phân loại", "còn lại: chưa chuyển đổi hoặc chưa xây dựng"),
    ]


def test_an_order_across_groups_keeps_one_table_and_names_the_group_in_each_line(reader):
    response = reader.get(LIST, {**PRINTED, "sort": "since"})
    assert shape(response) == [("", 148)]
    since = [line.record.since for line in response.context["sections"][0].lines]
    assert since == sorted(since)
    assert response.content.decode().count('<span class="also">UBND cấp xã</span>') == 102


def test_a_filter_that_cannot_be_read_is_said_and_not_printed(reader):
    response = reader.get(LIST, {**PRINTED, "group": "NOPE"})
    assert response.status_code == 200
    assert response.context["filter"].form.errors
    assert "sections" not in response.context


def test_nothing_found_is_said(reader):
    response = reader.get(LIST, {**PRINTED, "q": "khong co"})
    assert response.status_code == 200
    assert shape(response) == []
    assert "Không có cơ quan nào phù hợp" in response.content.decode()


@pytest.mark.parametrize("query", [{"sort": "nonsense"}, {"page": "999"}, {"print": ""}])
def test_a_strange_order_or_page_is_no_error(reader, query):
    assert shape(reader.get(LIST, {**PRINTED, **query}))[-1] == ("UBND cấp xã", 102)


def test_the_list_leads_to_its_print_without_page_and_ticks(reader):
    asked = {**AS_OF, "group": "CAP_XA", "page": "2", "chosen": "X031"}
    body = reader.get(LIST, asked).content.decode()
    assert 'href="?as_of=2021-11-15&amp;group=CAP_XA&amp;print=1"' in body


def test_one_page_of_the_list_says_on_paper_which_part_it_is(reader):
    part = '<p class="on-paper page-of">'
    body = reader.get(LIST, {**AS_OF, "group": "CAP_XA", "page": "2"}).content.decode()
    said = body.split(part)[1].split("</p>")[0]
    assert re.findall(r"\d+", said) == ["2", "5", "26", "50", "102"]
    assert part not in reader.get(LIST, {**AS_OF, "group": "CAP_HUYEN"}).content.decode()


@pytest.mark.parametrize("username", ["chuyenvien", "lanhdao", "quantri"])
def test_everybody_signed_in_may_print(client, username):
    client.force_login(User.objects.get(username=username))
    assert len(names(client.get(LIST, PRINTED))) == 148


def test_nobody_signed_out_may_print(client):
    response = client.get(LIST, PRINTED)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))


def test_every_page_carries_its_head_for_paper(reader, settings):
    settings.ISSUER_PARENT, settings.ISSUER = "UBND TỈNH", 'SỞ "KHOA HỌC" & CÔNG NGHỆ'
    body = reader.get("/agencies/CT05/", AS_OF).content.decode()
    head = body.split("<head>")[0]
    assert 'data-issuer="UBND TỈNH – SỞ &quot;KHOA HỌC&quot; &amp; CÔNG NGHỆ"' in head
    assert 'data-title="Sở Kế hoạch và Đầu tư"' in head
    assert "15/11/2021" in head.split("data-asof=")[1]
    assert body.count("<title>Sở Kế hoạch và Đầu tư ·") == 1


def test_the_sign_in_page_has_no_head_for_paper(client):
    assert "data-issuer" not in client.get(reverse("login")).content.decode()
