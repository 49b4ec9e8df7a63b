"""Every page asked with query strings that nobody means well with: an answer, and no write."""

import re

import pytest

from agencies.models import Duty
from tests.answers import put_away
from tests.fingerprint import fingerprint
from tests.hostile import DIGITS, Forms, Values, encoded, fuzzed, queries
from tests.test_permissions import PAGES, POSTS, address, admin_pages, people  # noqa: F401

pytestmark = pytest.mark.usefixtures("one_of_each")
# What the page is asked by everywhere, though none of its own links and forms may say so.
EVERYWHERE = {"as_of", "known_at", "edition", "only", "page", "sort", "format", "q", "next"}
NUMBER = re.compile(r"/\d+/")
ANSWERS = {200, 302, 400, 403, 404, 409}
TAKEN_OUT = ["exported", "signed_in", "signed_out"]  # files are files whatever they are asked


def test_the_reader_of_forms_reads_what_a_page_holds():
    page = (
        '<a href="/x/?as_of=1&amp;sort=code">x</a><form method="post" action="/y/">'
        '<input name="n" value="1"><input type="file" name="f"><textarea name="t"></textarea>'
        '<select name="s"><option value=""><option value="a"><option value="b"></select>'
        '<button name="b" value="go"></form>'
    )
    found = Forms(page)
    assert found.names == {"as_of", "sort", "n", "f", "t", "s", "b"}
    (form,) = found.forms
    assert (form.method, form.action) == ("post", "/y/")
    assert form.values == [("n", "1"), ("t", "Nội dung"), ("s", "a"), ("b", "go")]
    assert form.files == ["f"]


@pytest.mark.parametrize("name", PAGES)
def test_no_query_breaks_a_page_or_writes(name, client, people, small_province):  # noqa: F811
    url = address(name, small_province)
    client.force_login(next(user for who, user in people.items() if who in PAGES[name]))
    _ask_what_nobody_should(client, name, url)


@pytest.mark.parametrize("url", admin_pages())
def test_no_query_breaks_the_administration(url, client, quan):
    client.force_login(quan)
    _ask_what_nobody_should(client, url, url)


def _ask_what_nobody_should(client, name, url):
    plain = client.get(url)
    page = "" if plain.streaming else plain.content.decode("utf-8", "replace")
    put_away(plain)
    before = fingerprint(TAKEN_OUT)

    @fuzzed(name, queries(sorted(Forms(page).names | EVERYWHERE)))
    def ask(values: Values) -> None:
        answer = client.get(f"{url}?{encoded(values)}")
        assert answer.status_code in ANSWERS, values
        if not answer.streaming:
            assert b"<script>alert" not in answer.content
        put_away(answer)

    assert fingerprint(TAKEN_OUT) == before


@pytest.mark.parametrize("name", ["as_of", "known_at", "edition"])
def test_what_was_typed_is_repeated_short(name, client, lan):
    """A message is read by a person, and SQLite compares no text of 70 000 characters."""
    client.force_login(lan)
    answer = client.get("/reports/", {name: "x" * 70_000})
    assert answer.status_code == 400
    assert f"“{'x' * 59}…”" in answer.content.decode()


@pytest.mark.parametrize("value", [" ", "khong-co", "9" * 300, "9" * 18, "\0", "[]"])
def test_a_form_of_the_administration_draws_what_its_fields_cannot_hold(value, client, quan):
    client.force_login(quan)
    data = {"agency": value, "kind": value, "valid_from": value, "x": value}
    page = "/admin/agencies/duty/add/"
    for answer in (client.get(page, data), client.post(page, data)):
        assert answer.status_code == 200
    assert not Duty.objects.exists()


@pytest.mark.parametrize("url", ["/agencies/", "/admin/agencies/agency/", "/audit/"])
def test_a_search_for_thousands_of_words_is_answered(url, client, lan, quan):
    client.force_login(lan if url == "/agencies/" else quan)
    assert client.get(url, {"q": "xa " * 20_000}).status_code in (200, 400)


def test_a_form_of_the_administration_begins_with_what_it_is_told(client, quan, small_province):
    client.force_login(quan)
    agency = small_province["SO-NN"].pk
    answer = client.get("/admin/agencies/duty/add/", {"agency": agency})
    assert answer.context["adminform"].form.initial == {"agency": str(agency)}


@pytest.mark.parametrize("name", [*PAGES, *POSTS])
def test_no_number_in_an_address_breaks_it(name, client, people, small_province):  # noqa: F811
    url = address(name, small_province)
    client.force_login(people["lan"])
    for number in ("0", "9223372036854775808", DIGITS):
        other = NUMBER.sub(f"/{number}/", url)
        for send in (client.get, client.post) if other != url else ():
            assert send(other).status_code in {302, 400, 403, 404, 405}, other
