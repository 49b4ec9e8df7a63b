"""The agencies opened last: which, in what order, by what name."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.asof import AsOf
from agencies.models import Entry, Role, User
from agencies.recent import recent_agencies
from tests.small_province import morning

pytestmark = pytest.mark.usefixtures("small_province")
PAGE = reverse("agencies:recently-opened")


@pytest.fixture
def reader(client, hung):
    client.force_login(hung)
    return hung


def visit(client, *codes, **query):
    return [client.get(reverse("agencies:agency-detail", args=[code]), query) for code in codes]


def shown(client, **query) -> list[str]:
    return [agency.code for agency in client.get(PAGE, query).context["recent"]]


def test_the_last_opened_stands_first_and_none_twice(client, reader):
    visit(client, "SO-NN", "CC-KL", "CC-TL", "SO-NN")
    assert shown(client) == ["SO-NN", "CC-TL", "CC-KL"]


def test_the_ninth_pushes_the_first_out(client, reader):
    client.cookies[f"recent-{reader.pk}"] = "A1%2CA2%2CA3%2CA4%2CA5%2CA6%2CA7%2CA8"
    visit(client, "SO-NN")
    assert client.cookies[f"recent-{reader.pk}"].value == "SO-NN%2CA1%2CA2%2CA3%2CA4%2CA5%2CA6%2CA7"


def test_nothing_is_set_anew_where_nothing_changed(client, reader):
    first, again = visit(client, "SO-NN", "SO-NN")
    assert f"recent-{reader.pk}" in first.cookies
    assert f"recent-{reader.pk}" not in again.cookies


def test_an_agency_that_is_not_there_is_not_remembered(client, reader):
    (response,) = visit(client, "NOBODY")
    assert response.status_code == 404
    assert f"recent-{reader.pk}" not in response.cookies


def test_names_are_those_of_the_day_and_links_keep_the_question(client, reader):
    visit(client, "CC-TL")
    then = client.get(PAGE, {"as_of": "2019-06-01"}).content.decode()
    link = f'<a href="{reverse("agencies:agency-detail", args=["CC-TL"])}?as_of=2019-06-01">'
    assert f"{link}Chi cục Thủy lợi</a>" in then
    assert "Chi cục Thủy lợi và Phòng, chống thiên tai</a>" in client.get(PAGE).content.decode()


def test_who_is_not_there_on_the_day_keeps_a_name(small_province):
    (before,) = recent_agencies(["CC-TL"], AsOf(morning(2015, 1, 1).date(), morning(2022, 1, 1)))
    assert (before.name, before.exists) == ("Chi cục Thủy lợi", False)
    assert recent_agencies(["CC-TL"], AsOf(morning(2019, 1, 1).date(), morning(2016, 1, 1))) == []


def test_names_cost_one_query_and_no_names_none(small_province):
    now = AsOf(morning(2022, 6, 1).date(), Entry.objects.latest("pk").at)
    with CaptureQueriesContext(connection) as queries:
        assert len(recent_agencies(["SO-NN", "CC-TL", "UBND-TINH"], now)) == 3
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        recent_agencies([], now)
    assert len(queries) == 0


def test_they_outlive_the_session_and_are_nobody_else_s(client, reader):
    visit(client, "SO-NN")
    client.post(reverse("logout"))
    client.force_login(User.objects.create_user("binh", "x", role=Role.HEAD))
    assert shown(client) == []
    client.force_login(reader)
    assert shown(client) == ["SO-NN"]


@pytest.mark.parametrize("kept", ["", "%2C%2C", "' OR 1=1", "%00", "x" * 4000, "%F0%28%8C"])
def test_a_cookie_that_somebody_wrote_by_hand_does_no_harm(client, reader, kept):
    client.cookies[f"recent-{reader.pk}"] = kept
    assert shown(client) == []
    visit(client, "SO-NN")
    assert shown(client) == ["SO-NN"]


def test_the_list_names_them_and_the_menu_asks_for_a_fragment(client, reader):
    assert 'id="opened"' not in client.get("/agencies/").content.decode()
    visit(client, "SO-NN")
    assert 'id="opened"' in client.get("/agencies/").content.decode()
    fragment = client.get(PAGE, headers={"hx-request": "true"})
    assert "<html" not in fragment.content.decode()
    assert "SO-NN" in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]
