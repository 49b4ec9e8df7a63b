"""Signing in, signing out, and the password that everybody knows."""

import time

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from agencies import demonstration
from agencies.models import Role, User
from agencies.sign_in import KNOWN_PASSWORD

LOGIN = {"username": "chuyenvien", "password": KNOWN_PASSWORD}
HERE = {"REMOTE_ADDR": "127.0.0.1", "SERVER_NAME": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}


@pytest.fixture
def served_here(settings):
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]


@pytest.fixture
def demo(db, served_here):
    demonstration.load(KNOWN_PASSWORD)


@pytest.fixture
def office(db, served_here):
    """An office of its own, where somebody gave an account the known password."""
    User.objects.create_user("chuyenvien", KNOWN_PASSWORD, role=Role.OFFICER)


def signs_in(client, **environ) -> bool:
    response = client.post(reverse("login"), LOGIN, **{**HERE, **environ})
    return response.status_code == 302


def test_the_demonstration_can_be_entered_from_this_machine(demo, client):
    assert signs_in(client)
    assert client.get("/", **HERE).status_code == 200


def test_an_officer_begins_with_the_work_list_once_the_hint_is_away(demo, client):
    assert client.post(reverse("login"), LOGIN, **HERE)["Location"] == "/"
    User.objects.filter(username="chuyenvien").update(hint_seen=Role.OFFICER)
    client.logout()
    assert client.post(reverse("login"), LOGIN, **HERE)["Location"] == "/to-do/"


def test_a_head_begins_with_the_figures(demo, client):
    User.objects.filter(username="lanhdao").update(hint_seen=Role.HEAD)
    sent = LOGIN | {"username": "lanhdao"}
    assert client.post(reverse("login"), sent, **HERE)["Location"] == "/"


@pytest.mark.parametrize(
    "environ",
    [
        {"REMOTE_ADDR": "192.168.1.7"},
        {"SERVER_NAME": "0.0.0.0"},  # noqa: S104  # as a server says that listens everywhere
        {"HTTP_X_FORWARDED_FOR": "203.0.113.9"},
        {"HTTP_FORWARDED": "for=203.0.113.9"},
        {"HTTP_VIA": "1.1 proxy"},
    ],
)
def test_the_known_password_is_not_taken_from_beyond_this_machine(demo, client, environ):
    assert not signs_in(client, **environ)


def test_the_known_password_is_not_taken_by_a_site_with_a_name(demo, client, settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "htqlcl.kontum.gov.vn"]
    assert not signs_in(client)


def test_the_known_password_is_not_taken_without_the_demonstration(office, client):
    assert not signs_in(client)


def test_a_password_of_one_s_own_is_taken_anywhere(db, client, lan):
    login = {"username": "lan", "password": "Mat-khau-cua-Lan"}
    response = client.post(reverse("login"), login, REMOTE_ADDR="203.0.113.9")
    assert response.status_code == 302


def test_a_wrong_password_is_said_in_vietnamese_and_the_name_is_kept(db, client, lan):
    response = client.post(reverse("login"), {"username": "lan", "password": "x"})
    assert "Đăng nhập" in response.content.decode()
    assert 'value="lan"' in response.content.decode()
    assert response.context["form"].errors


def test_the_system_s_account_cannot_sign_in(db, client):
    system = User.objects.system()
    assert not system.has_usable_password()
    assert not client.login(request=None, username=system.username, password="")


def test_nobody_may_choose_the_known_password(client, lan):
    client.force_login(lan)
    new = {"new_password1": KNOWN_PASSWORD, "new_password2": KNOWN_PASSWORD}
    form = {"old_password": "Mat-khau-cua-Lan", **new}
    response = client.post(reverse("password_change"), form)
    assert "ai cũng biết" in response.content.decode()


def test_one_changes_one_s_own_password(client, lan):
    client.force_login(lan)
    new = {"new_password1": "Mat-khau-moi-cua-Lan", "new_password2": "Mat-khau-moi-cua-Lan"}
    form = {"old_password": "Mat-khau-cua-Lan", **new}
    response = client.post(reverse("password_change"), form, follow=True)
    assert "Đã đổi mật khẩu" in response.content.decode()
    lan.refresh_from_db()
    assert lan.check_password("Mat-khau-moi-cua-Lan")


def test_signing_out_ends_the_session(client, lan):
    client.force_login(lan)
    assert client.post(reverse("logout")).status_code == 302
    assert client.get("/").status_code == 302


def test_a_session_ends_when_it_is_idle_and_not_while_it_is_used(client, lan, monkeypatch):
    client.force_login(lan)
    start, minutes = time.time(), settings.SESSION_COOKIE_AGE / 60
    assert minutes == 480

    def visit(after: float):
        monkeypatch.setattr("time.time", lambda: start + 60 * after)
        return client.get("/help/")

    renewals = [after for after in range(0, 480, 20) if "sessionid" in visit(after).cookies]
    assert renewals == [0, 60, 120, 180, 240, 300, 360, 420]
    (session,) = Session.objects.all()
    assert session.get_decoded()["renewed"] == int(start + 60 * 420)


def test_an_ended_session_asks_to_sign_in(client, lan):
    client.force_login(lan)
    Session.objects.update(expire_date=timezone.now())
    response = client.get("/help/")
    assert response["Location"] == "/accounts/login/?next=/help/"
