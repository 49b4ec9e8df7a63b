"""Where somebody is signed in, and how it ends."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import SignedIn
from agencies.sign_ins import device_name

PAGE, END = reverse("sessions"), reverse("end-sessions")
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36"
)
PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


def signed_in(user, agent, address) -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    client.force_login(user)
    client.get("/help/")
    return client


@pytest.fixture
def here(lan):
    return signed_in(lan, WINDOWS, "198.51.100.7")


@pytest.fixture
def phone(lan):
    return signed_in(lan, PHONE, "203.0.113.9")


def test_sessions_are_listed_with_device_address_and_times(here, phone):
    mine, other = here.get(PAGE).context["sessions"]
    assert (mine.device, mine.address, mine.is_here) == ("Chrome, Windows", "198.51.100.7", True)
    assert (other.device, other.address, other.is_here) == (
        "Firefox, Android",
        "203.0.113.9",
        False,
    )
    assert timezone.now() - other.since < timedelta(minutes=1)
    assert "203.0.113.9" in here.get(PAGE).content.decode()


def test_the_page_gives_no_key_of_a_session_away(here, phone):
    page = here.get(PAGE).content.decode()
    assert not [key for key in Session.objects.values_list("pk", flat=True) if key in page]


def test_one_session_is_ended(here, phone):
    (other,) = [row for row in here.get(PAGE).context["sessions"] if not row.is_here]
    assert here.post(END, {"session": other.pk})["Location"] == PAGE
    assert phone.get("/help/").status_code == 302
    assert here.get("/help/").status_code == 200
    assert here.post(END, {"session": other.pk}).status_code == 302  # again


def test_all_others_are_ended_and_this_one_stays(here, phone, lan):
    third = signed_in(lan, PHONE, "203.0.113.10")
    here.post(END, {"session": "others"})
    assert [client.get("/help/").status_code for client in (here, phone, third)] == [200, 302, 302]


def test_nobody_ends_somebody_else_s(here, hung):
    head = signed_in(hung, PHONE, "203.0.113.9")
    (his,) = SignedIn.objects.filter(user=hung)
    here.post(END, {"session": his.pk})
    here.post(END, {"session": "others"})
    assert head.get("/help/").status_code == 200
    assert [row.is_here for row in here.get(PAGE).context["sessions"]] == [True]


@pytest.mark.parametrize("which", ["", "x", "-1", "9" * 40, "²", "0"])
def test_what_names_no_session_ends_none(here, phone, which):
    assert here.post(END, {"session": which}).status_code == 302
    assert phone.get("/help/").status_code == 200


def test_a_changed_password_ends_the_others(here, phone, lan):
    new = "Mat-khau-moi-cua-Lan"
    sent = {"old_password": "Mat-khau-cua-Lan", "new_password1": new, "new_password2": new}
    assert here.post(reverse("password_change"), sent).status_code == 302
    assert here.get("/help/").status_code == 200
    assert phone.get("/help/").status_code == 302
    assert Session.objects.count() == 1


def test_guesses_at_the_old_password_are_counted(here):
    new = "Mat-khau-moi-cua-Lan"
    sent = {"old_password": "sai", "new_password1": new, "new_password2": new}
    answers = [here.post(reverse("password_change"), sent).status_code for _ in range(6)]
    assert answers == [200] * 4 + [429] * 2


def test_last_seen_moves_on_with_its_address(here, monkeypatch):
    then = timezone.now() + timedelta(minutes=30)
    monkeypatch.setattr("agencies.actions.sessions.timezone.now", lambda: then)
    here.get("/help/")  # within five minutes nothing is written
    assert SignedIn.objects.get().seen_at < then
    caches["accounts"].clear()
    here.get("/help/", REMOTE_ADDR="198.51.100.8")
    row = SignedIn.objects.get()
    assert (row.seen_at, row.address) == (then, "198.51.100.8")
    assert row.since < then


def test_a_session_of_a_week_ends_however_much_it_is_used(here, monkeypatch, small_province):
    start = time.time()
    for hours in range(0, 7 * 24, 6):
        monkeypatch.setattr("kontum_qms.middleware.time.time", lambda at=hours: start + 3600 * at)
        assert here.get("/help/").status_code == 200, hours
    monkeypatch.setattr("kontum_qms.middleware.time.time", lambda: start + 7 * 86_400 + 60)
    kept = here.post("/agencies/add/", {"name": "Sở Mới", "typed_by": "1"}).context["kept"]
    assert kept.values == [("name", "Sở Mới")]
    assert here.get("/help/").status_code == 302
    assert not Session.objects.exists()


def test_a_session_not_noted_yet_is_ended_as_well(here, phone, lan):
    SignedIn.objects.all().delete()
    here.post(END, {"session": "others"})
    assert phone.get("/help/").status_code == 302
    assert here.get("/help/").status_code == 200


def test_signing_out_takes_the_row_with_it(here):
    here.post(reverse("logout"))
    assert not SignedIn.objects.exists()


def test_a_closed_account_s_sessions_end(here, lan, quan, client):
    client.force_login(quan)
    sent = {"username": "lan", "full_name": "Lan", "email": "", "role": "officer"}
    answer = client.post(reverse("admin:agencies_user_change", args=[lan.pk]), sent)
    assert answer.status_code == 302
    assert not SignedIn.objects.filter(user=lan).exists()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (WINDOWS, "Chrome, Windows"),
        (WINDOWS + " Edg/142.0", "Edge, Windows"),
        (WINDOWS + " coc_coc_browser/130", "Cốc Cốc, Windows"),
        ("<script>alert(1)</script>", "thiết bị không rõ"),
    ],
)
def test_a_device_is_called_by_browser_and_system(said, name):
    if name == "thiết bị không rõ":  # whatever the words are, nothing of the header is shown
        assert "script" not in device_name(said)
    else:
        assert device_name(said) == name


def test_signing_in_is_no_change_of_the_account(client, lan):
    before = lan.history.count()
    client.force_login(lan)
    lan.refresh_from_db()
    assert lan.last_login is not None
    assert lan.history.count() == before
    lan.full_name = "Lan Anh"
    lan.save()
    assert lan.history.count() == before + 1
