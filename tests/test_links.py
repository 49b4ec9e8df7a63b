"""One-time links: how an account gets a password without anybody sending one."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation

from agencies import actions
from agencies.models import OneTimeLink, User
from agencies.sign_in import KNOWN_PASSWORD
from tests.test_sessions import PHONE, signed_in

NEW = "Bon-chiec-thuyen-xanh"
SENT = {"new_password1": NEW, "new_password2": NEW}


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def link(lan, quan):
    _link, token = actions.make_link(user=lan, by=quan)
    return reverse("choose-password", args=[token])


def test_a_link_sets_the_password_once(client, link, lan):
    page = client.get(link)
    assert page.status_code == 200
    assert "lan" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"
    assert client.get(link).status_code == 200  # looking does not use it up
    assert client.post(link, SENT)["Location"] == reverse("login")
    lan.refresh_from_db()
    assert lan.check_password(NEW)
    assert client.get(link).status_code == 410
    other = {"new_password1": NEW + "2", "new_password2": NEW + "2"}
    assert client.post(link, other).status_code == 410
    lan.refresh_from_db()
    assert lan.check_password(NEW)
    assert client.post(reverse("login"), {"username": "lan", "password": NEW}).status_code == 302


def test_the_database_keeps_only_a_digest(link, lan):
    token = link.rstrip("/").rpartition("/")[2]
    row = OneTimeLink.objects.get()
    assert len(token) >= 43
    assert token not in str(row.__dict__)
    assert re.fullmatch("[0-9a-f]{64}", row.digest)


def test_a_link_runs_out(client, link):
    OneTimeLink.objects.update(expires_at=timezone.now())
    assert client.get(link).status_code == 410
    assert client.post(link, SENT).status_code == 410


def test_it_is_valid_for_three_days(link):
    row = OneTimeLink.objects.get()
    assert row.expires_at - row.made_at == timedelta(days=3)


def test_a_newer_link_takes_the_place_of_the_older(client, link, lan, quan):
    _link, token = actions.make_link(user=lan, by=quan)
    assert client.get(link).status_code == 410
    assert client.get(reverse("choose-password", args=[token])).status_code == 200


def test_a_closed_account_has_no_way_in(client, link, lan):
    User.objects.filter(pk=lan.pk).update(is_active=False)
    assert client.post(link, SENT).status_code == 410


@pytest.mark.parametrize("token", ["x", "0" * 64, "%00", "Đắk-Hà", "a" * 5000])
def test_what_is_no_link_is_told_so(client, db, token):
    assert client.get(f"/accounts/link/{token}/").status_code == 410


@pytest.mark.parametrize("password", ["ngan", "kontum202520", "matkhau123456", KNOWN_PASSWORD])
def test_the_rules_of_passwords_hold_there_too(client, link, password):
    page = client.post(link, {"new_password1": password, "new_password2": password})
    assert page.status_code == 200
    assert page.context["form"].errors
    assert client.get(link).status_code == 200  # and the link is not used up


def test_a_new_password_ends_sessions_and_opens_the_lock(client, link, lan):
    there = signed_in(lan, PHONE, "203.0.113.9")
    for _ in range(5):
        client.post(reverse("login"), {"username": "lan", "password": "sai"})
    client.post(link, SENT)
    assert there.get("/help/").status_code == 302
    assert client.post(reverse("login"), {"username": "lan", "password": NEW}).status_code == 302


def test_the_second_factor_is_still_asked_for(client, link, lan):
    from agencies.second_factor import has_factor, new_secret
    from tests.test_second_factor import code_of

    hidden = new_secret()
    import time

    actions.set_up_factor(by=lan, hidden=hidden, code=code_of(hidden, int(time.time())))
    client.post(link, SENT)
    assert has_factor(lan)
    client.post(reverse("login"), {"username": "lan", "password": NEW})
    assert "_auth_user_id" not in client.session


def make_account(client, **more):
    sent = {"username": "moi", "full_name": "Mới", "role": "officer", **more}
    return client.post(reverse("admin:agencies_user_add"), sent)


def address_in(page):
    (found,) = re.findall(r'<code id="link">http://testserver(/accounts/link/[^<]+)</code>', page)
    return found


def test_an_administrator_makes_an_account_and_sees_its_link_once(client, quan):
    client.force_login(quan)
    response = make_account(client)
    assert "no-store" in response["Cache-Control"]
    link = address_in(response.content.decode())
    user = User.objects.get(username="moi")
    assert not user.has_usable_password()
    page = client.get(reverse("admin:agencies_user_change", args=[user.pk]))
    assert link not in page.content.decode()
    client.logout()
    client.post(link, SENT)
    assert client.post(reverse("login"), {"username": "moi", "password": NEW}).status_code == 302


def test_a_name_that_differs_by_capitals_alone_is_refused(client, quan, lan):
    client.force_login(quan)
    assert "already" in make_account(client, username="LAN").content.decode()


def test_whoever_forgot_the_password_gets_a_link(client, quan, lan):
    client.force_login(quan)
    page = reverse("admin:agencies_user_link", args=[lan.pk])
    assert client.get(page).status_code == 200
    assert not OneTimeLink.objects.exists()
    link = address_in(client.post(page).content.decode())
    assert lan.check_password("Mat-khau-cua-Lan")  # until another is chosen
    assert client.get(link).status_code == 200
    assert not mail.outbox


def test_the_link_goes_by_mail_where_there_is_a_server(client, quan, lan, settings):
    settings.EMAIL_URL = "smtp://thu.kontum.gov.vn"
    User.objects.filter(pk=lan.pk).update(email="lan@kontum.gov.vn")
    client.force_login(quan)
    page = reverse("admin:agencies_user_link", args=[lan.pk])
    shown = client.post(page, {"send": "on"}).content.decode()
    (sent,) = mail.outbox
    assert sent.to == ["lan@kontum.gov.vn"]
    assert address_in(shown) in sent.body


def test_only_administrators_make_links(client, lan, hung):
    client.force_login(hung)
    answer = client.post(reverse("admin:agencies_user_link", args=[lan.pk]))
    assert answer.status_code in {302, 403}
    assert not OneTimeLink.objects.exists()


def test_nobody_gets_a_link_for_the_system_s_account(client, quan):
    client.force_login(quan)
    system = User.objects.system()
    answer = client.post(reverse("admin:agencies_user_link", args=[system.pk]))
    assert answer.status_code == 403
    assert not OneTimeLink.objects.exists()


def test_an_administrator_sets_nobody_s_password(client, quan, lan):
    client.force_login(quan)
    sent = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    client.post(f"/admin/agencies/user/{lan.pk}/password/", sent)
    lan.refresh_from_db()
    assert not lan.check_password(NEW)
    page = client.get(reverse("admin:agencies_user_change", args=[lan.pk])).content.decode()
    assert "password/" not in page.replace("accounts/password/", "").replace("password_change", "")


def test_the_known_password_is_never_taken_in_production(client, db, settings):
    from agencies import demonstration

    demonstration.load(KNOWN_PASSWORD)
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    here = {"REMOTE_ADDR": "127.0.0.1", "SERVER_NAME": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}
    sent = {"username": "chuyenvien", "password": KNOWN_PASSWORD}
    settings.PRODUCTION = True
    assert client.post(reverse("login"), sent, **here).status_code == 200
    settings.PRODUCTION = False
    assert client.post(reverse("login"), sent, **here).status_code == 302
