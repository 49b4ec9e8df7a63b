"""Every form sent with values that nobody means well with: an answer, and no write by a refusal."""

from urllib.parse import urljoin

import pytest
from django.db import transaction

from tests.answers import put_away
from tests.fingerprint import SIGN_INS, fingerprint
from tests.hostile import Form, Forms, Values, changes, encoded, fuzzed
from tests.test_permissions import (  # noqa: F401
    PAGES,
    POSTS,
    address,
    admin_pages,
    people,
)

pytestmark = pytest.mark.usefixtures("one_of_each")
SENT = "application/x-www-form-urlencoded"
# On every page; sent once, from the first page.
SHELL = {"/accounts/logout/", "/i18n/setlang/"}
# A wrong password is counted and put on record.
FAILURES = [*SIGN_INS, "sign_in_failed", "locked_out"]
REFUSALS = {400, 403, 404, 405, 409, 413, 422}
TYPED = ["reason", "valid_from", "file", "code", "next", "upload", "pk", "choice", "language"]


def forms_of(client, url: str) -> list[Form]:
    """Return the forms that a page sends, each to its address."""
    response = client.get(url)
    page = "" if response.streaming else response.content.decode("utf-8", "replace")
    put_away(response)
    found = [form for form in Forms(page).forms if form.method == "post"]
    for form in found:
        form.action = urljoin(url, form.action)
    return [form for form in found if form.action not in SHELL or url == "/"]


def _send_what_nobody_should(client, name: str, form: Form) -> None:
    before = fingerprint(FAILURES)

    @fuzzed(f"{name} {form.action}", changes(form.values))
    def send(values: Values) -> None:
        with transaction.atomic():
            answer = client.post(form.action, encoded(values), content_type=SENT)
            assert answer.status_code in REFUSALS | {200, 302}, values
            if answer.status_code != 302:
                assert fingerprint(FAILURES) == before, values
            if answer.status_code == 302:
                shown = client.get(answer["Location"])
                assert shown.status_code in REFUSALS | {200, 302}, values
                answer = shown
            if not answer.streaming:
                assert b"<script>alert" not in answer.content
            put_away(answer)
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", PAGES)
def test_no_values_break_the_forms_of_a_page(name, client, people, small_province):  # noqa: F811
    url = address(name, small_province)
    user = next(user for who, user in people.items() if who in PAGES[name])
    client.force_login(user)
    for form in forms_of(client, url):
        client.force_login(user)
        _send_what_nobody_should(client, name, form)


@pytest.mark.parametrize("name", POSTS)
def test_no_values_break_what_is_only_sent_to(name, client, people, small_province):  # noqa: F811
    user = next(user for who, user in people.items() if who in POSTS[name])
    client.force_login(user)
    form = Form("post", address(name, small_province), [(field, "1") for field in TYPED])
    _send_what_nobody_should(client, name, form)


@pytest.mark.parametrize("url", [url for url in admin_pages() if url.endswith("/add/")])
def test_no_values_break_the_forms_of_the_administration(url, client, quan):
    client.force_login(quan)
    for form in forms_of(client, url):
        _send_what_nobody_should(client, url, form)


def test_no_values_break_the_sign_in(client, lan):
    (form,) = (form for form in forms_of(client, "/accounts/login/") if "login" in form.action)
    _send_what_nobody_should(client, "login", form)
