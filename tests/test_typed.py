"""A form sent after its session had ended: nothing typed is lost, nothing is recorded unseen."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agencies.models import Edition, Entry
from agencies.typed import MOST, Typed, unpacked

pytestmark = pytest.mark.usefixtures("small_province")
LOGIN = reverse("login")
FORM = reverse("agencies:record-status", args=["SO-NN"]) + "?as_of=2021-11-15"
PREVIEW = reverse("reports:consequence", args=["record-status", "SO-NN"])
PASSWORD = "Mat-khau-cua-Lan"
HERE = {"origin": "http://testserver"}


@pytest.fixture
def typed(lan):
    """What Lan typed: complete, so that sending it records."""
    return {
        "typed_by": lan.pk,
        "stage": "applied",
        "edition": Edition.objects.get(year=2015).pk,
        "decision_number": "90/QĐ-SNN",
        "decision_date": "20/04/2022",
        "declaration": "again",
        "scope": "Dòng một\r\ndòng hai <b>&amp;",
    }


@pytest.fixture
def tab():
    """A browser whose forms need their tokens, as real ones do."""
    return Client(enforce_csrf_checks=True, headers=HERE)


def fields(response) -> dict[str, str]:
    """Return the hidden fields of the form in a page's main part."""
    main = response.content.decode().partition("<main")[2]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main)
    return {name: value.replace("&#x27;", "'") for name, value in found}


def token(page) -> dict[str, str]:
    return {"csrfmiddlewaretoken": fields(page)["csrfmiddlewaretoken"]}


def sign_in(client, page, username="lan", password=PASSWORD, **more):
    """Send the sign-in page that was answered."""
    return client.post(LOGIN, {**fields(page), "username": username, "password": password, **more})


def go_on(client, page):
    """Press "Continue"."""
    kept = page.context["kept"]
    again = {"draw_again": fields(page)["draw_again"], "typed_by": fields(page)["typed_by"]}
    return client.post(kept.address, {**dict(kept.values), **again, **token(page)})


def test_the_form_comes_back_as_typed_and_records_only_when_sent(tab, lan, typed):
    before = Entry.objects.count()
    login = tab.post(FORM, typed | token(tab.get(LOGIN)))
    assert "typed" in fields(login)
    assert login["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"

    onward = sign_in(tab, login)
    assert onward.status_code == 200
    assert fields(onward)["scope"] == "Dòng một\r\ndòng hai &lt;b&gt;&amp;amp;"
    form = go_on(tab, onward)
    assert form.status_code == 200
    assert form.request["QUERY_STRING"] == "as_of=2021-11-15"
    shown = form.context["form"]
    assert (shown["decision_number"].value(), shown["stage"].value()) == ("90/QĐ-SNN", "applied")
    assert shown["scope"].value() == typed["scope"]
    assert Entry.objects.count() == before

    assert tab.post(FORM, typed | token(form)).status_code == 302
    assert Entry.objects.count() == before + 1


def test_a_mistyped_password_loses_nothing(tab, typed, lan):
    login = tab.post(FORM, typed | token(tab.get(LOGIN)))
    again = sign_in(tab, login, password="falsch")
    assert again.context["form"].errors
    assert sign_in(tab, again).context["kept"].values == login.context["kept"].values


def test_after_a_sign_in_elsewhere_the_form_is_one_click_away(tab, lan, typed):
    """The session ended, the reader signed in again in another tab, then sent the old form."""
    old = token(tab.get(LOGIN))
    sign_in(tab, tab.get(LOGIN))
    onward = tab.post(FORM, typed | old)
    assert onward.status_code == 403
    form = go_on(tab, onward)
    assert form.context["form"]["decision_number"].value() == "90/QĐ-SNN"
    assert not Entry.objects.filter(by=lan, reason="x").exists()


def test_a_sign_in_page_overtaken_by_another_tab_hands_on_too(tab, lan, typed):
    login = tab.post(FORM, typed | token(tab.get(LOGIN)))
    sign_in(tab, tab.get(LOGIN))
    onward = sign_in(tab, login)  # its token is the old one
    assert go_on(tab, onward).context["form"]["decision_number"].value() == "90/QĐ-SNN"


def test_an_old_form_sent_signed_out_and_out_of_date_asks_to_sign_in(tab, lan, typed):
    old = token(tab.get(LOGIN))
    sign_in(tab, tab.get(LOGIN))
    tab.cookies.pop("sessionid")
    login = tab.post(FORM, typed | old)
    assert ("decision_number", "90/QĐ-SNN") in login.context["kept"].values
    assert go_on(tab, sign_in(tab, login)).status_code == 200


def test_what_one_typed_is_not_shown_to_another(tab, lan, hung, typed):
    login = tab.post(FORM, typed | token(tab.get(LOGIN)))
    response = sign_in(tab, login, "hung", "Mat-khau-cua-Hung")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert "90/QĐ-SNN" not in tab.get("/").content.decode()

    old = token(login)
    response = tab.post(FORM, typed | old)
    assert response.status_code == 403
    assert "kept" not in response.context


def test_a_form_of_nobody_in_particular_is_shown_to_nobody(tab, lan, typed):
    del typed["typed_by"]
    login = tab.post(FORM, typed | token(tab.get(LOGIN)))
    assert sign_in(tab, login).status_code == 302


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
@pytest.mark.parametrize("signed_in", [True, False])
def test_another_site_gets_nothing_kept(lan, typed, origin, signed_in):
    before = Entry.objects.count()
    headers = {"origin": origin} if origin else {}
    victim = Client(enforce_csrf_checks=True, headers=headers)
    if signed_in:
        victim.force_login(lan)
    for address in (FORM, LOGIN):
        response = victim.post(address, typed | {"draw_again": "1", "typed": "x"})
        assert response.status_code == 403
        assert "90/QĐ-SNN" not in response.content.decode()
    assert Entry.objects.count() == before


@pytest.mark.parametrize("forged", ["", "x", "W10:x:y", "{}", "\x00"])
def test_what_the_site_did_not_sign_is_not_carried_on(tab, lan, forged):
    assert unpacked(forged) is None
    assert sign_in(tab, tab.get(LOGIN), typed=forged).status_code == 302


def test_the_way_on_leads_nowhere_else(tab, lan, typed):
    """The address is part of what is signed."""
    login = tab.post(FORM, typed | token(tab.get(LOGIN)))
    onward = sign_in(tab, login, next="https://evil.example/")
    assert f'action="{FORM}"' in onward.content.decode()
    assert "evil.example" not in onward.content.decode()


def test_passwords_and_files_are_not_kept_and_it_is_said(tab, lan, typed):
    sent = typed | {"new_password1": "geheim", "file": SimpleUploadedFile("q.pdf", b"%PDF-1.7")}
    login = tab.post(FORM, sent | token(tab.get(LOGIN)))
    kept = login.context["kept"]
    assert kept.had_files
    assert {name for name, _ in kept.values} == set(typed) - {"typed_by"}
    onward = sign_in(tab, login)
    assert fields(onward)["draw_again"] == "files"
    assert 'role="status"' in go_on(tab, onward).content.decode()


def test_more_than_a_form_ever_holds_is_not_kept(tab, typed):
    response = tab.post(FORM, typed | {"note": "x" * MOST} | token(tab.get(LOGIN)))
    assert response.status_code == 302


def test_a_page_without_a_form_of_its_own_keeps_nothing(tab):
    response = tab.post(reverse("reports:put-hint-away"), {"a": "b"} | token(tab.get(LOGIN)))
    assert response.status_code == 302


def test_all_values_of_a_name_travel_and_come_back_unchanged():
    kept = Typed(
        "/a/?b=c", "7", [("chosen", "A,B"), ("agency", "1"), ("agency", "2\n\u0110")], True
    )
    assert unpacked(kept.packed()) == kept


def test_a_preview_without_scripts_comes_back_as_a_preview(tab, lan, typed):
    before = Entry.objects.count()
    login = tab.post(PREVIEW, typed | token(tab.get(LOGIN)))
    shown = go_on(tab, sign_in(tab, login))
    assert shown.context["consequences"]
    assert Entry.objects.count() == before


def test_a_preview_inside_a_page_says_it_and_keeps_the_page(tab, lan, typed):
    htmx = {**HERE, "hx-request": "true"}
    old = token(tab.get(LOGIN))
    fragment = tab.post(PREVIEW, typed | old, headers=htmx)
    assert fragment.status_code == 200
    assert "<form" not in fragment.content.decode()
    assert f'href="{LOGIN}" target="_blank"' in fragment.content.decode()
    sign_in(tab, tab.get(LOGIN))
    fragment = tab.post(PREVIEW, typed | old, headers=htmx)
    assert "<form" not in fragment.content.decode()
    assert f'href="{LOGIN}"' not in fragment.content.decode()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("agency-add", {"code": "MOI", "name": "Sở Mới", "valid_from": "01/01/2022"}),
        ("lifetime", {"valid_from": "01/02/2010", "valid_to": "", "reason": "QĐ 1"}),
        ("bulk-status", {"chosen": "SO-NN,CC-TL", "stage": "building", "valid_from": "01/05/2022"}),
        ("undo-entry", {"reason": "Nhầm"}),
    ],
)
def test_no_form_records_while_it_is_drawn_again(client, lan, name, values):
    last = Entry.objects.latest("pk")
    args: dict[str, list[object]] = {"lifetime": ["SO-NN"], "undo-entry": [last.pk]}
    url = reverse(f"agencies:{name}", args=args.get(name))
    client.force_login(lan)
    response = client.post(url, values | {"draw_again": "1"})
    assert response.status_code == 200
    assert Entry.objects.latest("pk") == last
    for field in values.keys() & response.context["form"].fields.keys():
        assert response.context["form"][field].value() == values[field]
    assert client.post(url, values).status_code == 302
    assert Entry.objects.latest("pk") != last
