"""Every address asked by every method, as every role, and as a contact of another agency."""

import pytest
from django.urls import reverse

from agencies.models import Role, User
from tests.answers import put_away
from tests.fingerprint import fingerprint
from tests.test_permissions import (  # noqa: F401
    CONTACT,
    PAGES,
    POSTS,
    address,
    people,
)

pytestmark = pytest.mark.usefixtures("one_of_each")

# What belongs to one agency; its contact gets it, every other contact does not find it.
OF_ONE_AGENCY = {"activities:report", "activities:report-document"}
# What takes the number of a round, in which each contact finds the own report.
OF_ALL = {"activities:own-report-of"}


@pytest.fixture
def binh(small_province):
    """Bình is the contact of another agency than the one that has reported."""
    return User.objects.create_user(
        "binh", "Mat-khau-cua-Binh", role=Role.CONTACT, agency=small_province["THANH-TRA"]
    )


@pytest.mark.parametrize("name", [*PAGES, *POSTS])
def test_no_other_method_is_taken_and_nothing_is_written(name, client, people, small_province):  # noqa: F811
    url = address(name, small_province)
    before = fingerprint()
    for user in (None, *people.values()):
        if user is None:
            client.logout()
        else:
            client.force_login(user)
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"):
            answer = client.generic(method, url, "reason=x")
            assert answer.status_code == 405, (user, method)
            assert answer["Allow"] == "GET, HEAD, POST"
    assert fingerprint() == before


@pytest.mark.parametrize("name", PAGES)
def test_head_says_what_get_would(name, client, people, small_province):  # noqa: F811
    url = address(name, small_province)
    for username, user in people.items():
        client.force_login(user)
        got, head = client.get(url), client.head(url)
        assert head.status_code == got.status_code, username
        assert head.streaming or not head.content, username
        put_away(got)
        put_away(head)


@pytest.mark.parametrize("name", PAGES)
def test_another_contact_finds_nothing(name, client, people, binh, small_province):  # noqa: F811
    url = address(name, small_province)
    client.force_login(people["mai"])
    mine = client.get(url)
    client.force_login(binh)
    others = client.get(url)
    if name in OF_ONE_AGENCY:
        assert (mine.status_code, others.status_code) == (200, 404)
        assert client.post(url, {"reason": "x"}).status_code in (404, 405)
    else:
        assert others.status_code == mine.status_code
    put_away(mine)
    assert "Chi cục Tiêu chuẩn" not in getattr(others, "content", b"").decode("utf-8", "replace")


def test_the_table_of_what_is_one_agencys_names_what_takes_a_number():
    """A page of contacts about some row is in the table above."""
    numbered = {
        name
        for name, who in PAGES.items()
        if who >= CONTACT and name.startswith("activities:") and _takes_a_number(name)
    }
    assert numbered == OF_ONE_AGENCY | OF_ALL


def _takes_a_number(name: str) -> bool:
    try:
        reverse(name)
    except Exception:
        return True
    return False
