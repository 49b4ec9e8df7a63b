"""Failed sign-ins are counted by account and address; nobody is locked out by others."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from agencies import lockout

LOGIN = reverse("login")
HERE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
RIGHT, WRONG = "Mat-khau-cua-Lan", "Sai-mat-khau-roi"


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def attempt(client, username="lan", password=WRONG, address=HERE, **environ):
    sent = {"username": username, "password": password}
    return client.post(LOGIN, sent, REMOTE_ADDR=address, **environ)


def fail(client, times, **given):
    return [attempt(client, **given).status_code for _ in range(times)]


def later(minutes):
    """Let all that was tried lie further back."""
    for row in AccessAttempt.objects.all():
        then = row.attempt_time - timedelta(minutes=minutes)
        AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=then)


def test_the_fifth_failure_locks_the_account_for_its_address(client, lan):
    assert fail(client, 5) == [200, 200, 200, 200, 429]
    response = attempt(client, password=RIGHT)
    assert response.status_code == 429
    assert "Wait 15 minutes" in response.content.decode()
    assert response["Retry-After"] == "900"
    assert "_auth_user_id" not in client.session


def test_an_attacker_elsewhere_does_not_lock_the_true_user_out(client, lan):
    fail(client, 8, address=ELSEWHERE)
    assert attempt(client, password=RIGHT, address=ELSEWHERE).status_code == 429
    assert attempt(client, password=RIGHT, address=HERE).status_code == 302


def test_a_written_forwarded_address_neither_helps_nor_harms(client, lan, settings):
    settings.TRUSTED_PROXIES = 1
    through = {"address": "10.0.0.1"}  # the proxy's own
    for n in range(5):  # an attacker who writes another address each time
        attempt(client, **through, HTTP_X_FORWARDED_FOR=f"192.0.2.{n}, {ELSEWHERE}")
    said = {"HTTP_X_FORWARDED_FOR": f"{HERE}, {ELSEWHERE}"}
    assert attempt(client, password=RIGHT, **through, **said).status_code == 429
    true = {"HTTP_X_FORWARDED_FOR": HERE}
    assert attempt(client, password=RIGHT, **through, **true).status_code == 302


def test_without_proxies_a_forwarded_address_is_not_believed(client, lan):
    for n in range(5):
        attempt(client, HTTP_X_FORWARDED_FOR=f"192.0.2.{n}")
    assert attempt(client, password=RIGHT).status_code == 429


def test_an_account_that_does_not_exist_is_answered_alike(client, lan):
    known = [attempt(client, username="lan") for _ in range(6)]
    unknown = [attempt(client, username="nai") for _ in range(6)]
    for one, other in zip(known, unknown, strict=True):
        assert one.status_code == other.status_code
        assert said(one) == said(other)


def said(response):
    return str(response.context["form"].errors), response.context.get("minutes")


def test_the_lock_opens_by_itself(client, lan):
    fail(client, 5)
    later(14)
    response = attempt(client, password=RIGHT)
    assert response.status_code == 429
    assert "Wait 1 minute" in response.content.decode()
    later(1)
    assert attempt(client, password=RIGHT).status_code == 302


def test_trying_on_while_locked_does_not_prolong_it(client, lan):
    fail(client, 5)
    later(14)
    fail(client, 3)
    later(1)
    assert attempt(client, password=RIGHT).status_code == 302


def test_a_sign_in_that_succeeds_forgets_the_failures_before_it(client, lan):
    fail(client, 4)
    assert attempt(client, password=RIGHT).status_code == 302
    client.logout()
    assert fail(client, 4) == [200] * 4


def test_many_accounts_from_one_address_are_slowed_as_well(client, lan, monkeypatch):
    monkeypatch.setattr(lockout, "BY_ADDRESS", 10)
    for n in range(10):
        attempt(client, username=f"ai-do-{n}")
    assert attempt(client, password=RIGHT).status_code == 429
    assert attempt(client, password=RIGHT, address=ELSEWHERE).status_code == 302


def test_a_browser_that_signed_in_before_is_not_stopped_by_others_behind_its_address(
    client, lan, hung, monkeypatch
):
    monkeypatch.setattr(lockout, "BY_ADDRESS", 10)
    signed_in = attempt(client, password=RIGHT)
    cookie = signed_in.cookies[lockout.KNOWN_DEVICE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/accounts/")
    client.logout()
    client.cookies[lockout.KNOWN_DEVICE] = cookie.value
    stranger = Client()
    for n in range(10):
        attempt(stranger, username=f"ai-do-{n}")
    assert attempt(stranger, password=RIGHT).status_code == 429
    # Known for Lan alone, and Lan's own failures still count.
    as_hung = {"username": "hung", "password": "Mat-khau-cua-Hung"}
    assert attempt(client, **as_hung).status_code == 429
    assert attempt(client, password=RIGHT).status_code == 302
    client.logout()
    client.cookies[lockout.KNOWN_DEVICE] = cookie.value
    assert fail(client, 5)[-1] == 429


@pytest.mark.parametrize("forged", ["1", "1:x:y", "", "9" * 300, "%00", "ÿ"])
def test_nobody_makes_a_browser_known(client, lan, forged, monkeypatch):
    monkeypatch.setattr(lockout, "BY_ADDRESS", 3)
    for n in range(3):
        attempt(client, username=f"ai-do-{n}")
    client.cookies[lockout.KNOWN_DEVICE] = forged or str(lan.pk)
    assert attempt(client, password=RIGHT).status_code == 429


def test_a_colleague_behind_the_same_address_signs_in_before_that(client, lan, hung):
    fail(client, 6, username="lan")
    assert attempt(client, username="hung", password="Mat-khau-cua-Hung").status_code == 302


def test_another_browser_at_the_same_address_has_no_tries_of_its_own(client, lan):
    for n in range(5):
        attempt(client, HTTP_USER_AGENT=f"Firefox/{n}")
    assert attempt(client, password=RIGHT).status_code == 429


def test_what_was_typed_before_the_sign_in_outlives_a_lock(client, lan, small_province):
    typed = {"name": "Sở Mới", "typed_by": str(lan.pk)}
    kept = client.post("/agencies/add/", typed).context["kept"]
    fail(client, 5)
    sent = {"username": "lan", "password": RIGHT, "typed": kept.packed()}
    response = client.post(LOGIN, sent, REMOTE_ADDR=HERE)
    assert response.status_code == 429
    assert response.context["kept"].values == [("name", "Sở Mới")]


def test_no_password_and_nothing_typed_is_kept_with_a_failure(client, lan):
    client.post(LOGIN, {"username": "lan", "password": WRONG, "typed": "bi-mat", "next": "/x/"})
    (row,) = AccessAttempt.objects.all()
    assert WRONG not in row.post_data
    assert "bi-mat" not in row.post_data
    assert timezone.now() - row.attempt_time < timedelta(minutes=1)


def test_the_administration_has_no_sign_in_of_its_own(client, quan):
    response = client.post(
        reverse("admin:login"), {"username": "quan", "password": "Mat-khau-cua-Quan"}
    )
    assert response["Location"].startswith(LOGIN)
    assert "_auth_user_id" not in client.session
