"""The second factor: asked for, set up, recovered, required by role, taken away."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation

from agencies import actions
from agencies.models import FactorReset, Role, SecondFactorDuty
from agencies.second_factor import has_factor, new_secret, step_of

LOGIN, CODE = reverse("login"), reverse("login-code")
SET_UP, PAGE = reverse("second-factor-set-up"), reverse("second-factor")
LAN = {"username": "lan", "password": "Mat-khau-cua-Lan"}
NOW = 1_800_000_000  # a second that begins a step


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Let time stand, and go on when a test says so."""
    now = [NOW]
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: now[0])
    return now


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


def code_of(hidden, at=NOW):
    secret = get_adapter().decrypt(hidden)
    return format_hotp_value(hotp_value(secret, at // 30))


@pytest.fixture
def hidden():
    return new_secret()


@pytest.fixture
def codes(lan, hidden, clock):
    """Lan has a second factor since a minute; its recovery codes."""
    codes = actions.set_up_factor(by=lan, hidden=hidden, code=code_of(hidden))
    clock[0] += 60
    return codes


@pytest.fixture
def required(lan):
    duty = SecondFactorDuty.objects.create(role=Role.OFFICER, required_from=timezone.localdate())
    caches["accounts"].clear()
    return duty


def is_in(client):
    return "_auth_user_id" in client.session


def test_codes_are_those_of_rfc_6238(settings):
    hidden = get_adapter().encrypt("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")  # the RFC's secret
    values = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}
    assert {at: code_of(hidden, at) for at in values} == values


def test_the_secret_is_unreadable_in_the_database_and_the_session(client, lan):
    client.force_login(lan)
    shown = client.get(SET_UP).context["secret"].replace(" ", "")
    assert len(shown) == 32
    assert shown not in str(dict(client.session.items()))
    hidden = client.session["second_factor_secret"]
    client.post(SET_UP, {"code": code_of(hidden), "password": LAN["password"]})
    for row in Authenticator.objects.all():
        assert shown not in str(row.data)
        assert get_adapter().decrypt(row.data.get("secret") or row.data["seed"])


def test_one_sets_it_up_with_the_app_s_code_and_one_s_password(client, lan):
    client.force_login(lan)
    page = client.get(SET_UP)
    assert page.context["picture"].startswith("data:image/svg+xml;base64,")
    assert page.context["address"].startswith("otpauth://totp/lan?secret=")
    hidden = client.session["second_factor_secret"]
    wrong = client.post(SET_UP, {"code": "000000", "password": LAN["password"]})
    assert "not the code" in str(wrong.context["form"].errors)
    assert client.session["second_factor_secret"] == hidden  # the picture stays the same
    wrong = client.post(SET_UP, {"code": code_of(hidden), "password": "sai"})
    assert "not your password" in str(wrong.context["form"].errors)
    assert not has_factor(lan)
    page = client.post(SET_UP, {"code": code_of(hidden), "password": LAN["password"]})
    assert len(set(page.context["codes"])) == 10
    assert "no-store" in page["Cache-Control"]
    assert has_factor(lan)
    assert client.get(PAGE).context["factor"].codes_left == 10


def test_the_password_alone_no_longer_signs_in(client, codes, hidden, clock):
    response = client.post(LOGIN, LAN)
    assert "six digits" in response.content.decode()
    assert not is_in(client)
    assert client.get("/")["Location"].startswith(LOGIN)
    response = client.post(CODE, {"code": code_of(hidden, clock[0]), "next": "/agencies/"})
    assert response["Location"] == "/agencies/"
    assert is_in(client)


def test_a_code_is_taken_once_even_by_another_process(client, codes, hidden, clock):
    code = code_of(hidden, clock[0])
    client.post(LOGIN, LAN)
    client.post(CODE, {"code": code})
    client.logout()
    caches["default"].clear()  # another process remembers nothing
    client.post(LOGIN, LAN)
    assert "used already" in client.post(CODE, {"code": code}).content.decode()
    assert not is_in(client)


@pytest.mark.parametrize(("late", "taken"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(hidden, clock, late, taken):
    assert (step_of(hidden, code_of(hidden, NOW + late)) is not None) is taken


@pytest.mark.parametrize(
    "code", ["", "0", "abcdef", "１２３４５６", "\u202e123456", "9" * 20, "9" * 300]
)
def test_what_is_no_code_is_refused(client, codes, code):
    client.post(LOGIN, LAN)
    assert client.post(CODE, {"code": code}).status_code == 200
    assert not is_in(client)


def test_a_recovery_code_is_taken_once_and_says_how_many_are_left(client, codes):
    client.post(LOGIN, LAN)
    response = client.post(CODE, {"code": codes[0], "next": "/help/"}, follow=True)
    assert "Left: 9" in response.content.decode()
    client.logout()
    client.post(LOGIN, LAN)
    client.post(CODE, {"code": codes[0]})
    assert not is_in(client)


def test_nobody_signs_in_by_a_code_without_the_password(client, codes):
    assert client.post(CODE, {"code": codes[0]})["Location"] == LOGIN
    assert client.get(CODE)["Location"] == LOGIN


def test_the_wait_for_a_code_ends(client, codes, hidden, clock, monkeypatch):
    client.post(LOGIN, LAN)
    later = time.time() + 601
    monkeypatch.setattr("kontum_qms.signing_in.time.time", lambda: later)
    assert client.post(CODE, {"code": codes[0]})["Location"] == LOGIN


def test_a_password_changed_meanwhile_ends_the_wait(client, codes, lan):
    client.post(LOGIN, LAN)
    lan.set_password("Mat-khau-moi-cua-Lan")
    lan.save()
    assert client.post(CODE, {"code": codes[0]})["Location"] == LOGIN


def test_wrong_codes_lock_as_wrong_passwords_do(client, codes):
    client.post(LOGIN, LAN)
    assert [client.post(CODE, {"code": "1"}).status_code for _ in range(5)] == [200] * 4 + [429]
    assert client.post(CODE, {"code": codes[0]}).status_code == 429
    assert not is_in(client)


def test_wrong_codes_from_everywhere_stop_after_twenty(client, codes, lan):
    answers = [actions.take_code(user=lan, code="1") for _ in range(21)]
    assert answers == [actions.Answer.WRONG] * 20 + [actions.Answer.BLOCKED]
    client.post(LOGIN, LAN)
    assert "somebody knows your password" in client.post(CODE, {"code": codes[0]}).content.decode()
    row = Authenticator.objects.get(type="totp")
    row.data["wrong"] = [at - 3600 for at in row.data["wrong"]]
    row.save()
    assert actions.take_code(user=lan, code=codes[0]) is actions.Answer.RECOVERED


def test_what_was_typed_is_carried_over_both_steps(client, codes, lan):
    typed = {"name": "Sở Mới", "typed_by": str(lan.pk)}
    kept = client.post("/agencies/add/", typed).context["kept"].packed()
    asked = client.post(LOGIN, {**LAN, "typed": kept})
    wrong = client.post(CODE, {"code": "1", "typed": asked.context["kept"].packed()})
    page = client.post(CODE, {"code": codes[0], "typed": wrong.context["kept"].packed()})
    assert page.context["kept"].values == [("name", "Sở Mới")]
    assert is_in(client)


def test_new_recovery_codes_put_the_old_ones_out_of_use(client, codes, lan):
    client.force_login(lan)
    act = reverse("second-factor-change")
    assert "codes" not in client.post(act, {"act": "codes", "password": "sai"}).context
    new = client.post(act, {"act": "codes", "password": LAN["password"]}).context["codes"]
    assert set(new).isdisjoint(codes)
    assert actions.take_code(user=lan, code=codes[0]) is actions.Answer.WRONG
    assert actions.take_code(user=lan, code=new[0]) is actions.Answer.RECOVERED


def test_one_turns_it_off_with_the_password_unless_the_role_needs_it(client, codes, lan, required):
    client.force_login(lan)
    act, sent = reverse("second-factor-change"), {"act": "off", "password": LAN["password"]}
    assert "needs a second factor" in client.post(act, sent).content.decode()
    assert has_factor(lan)
    required.delete()
    caches["accounts"].clear()
    assert client.post(act, {"act": "off", "password": "sai"}).status_code == 200
    assert has_factor(lan)
    assert client.post(act, sent)["Location"] == PAGE
    assert not Authenticator.objects.exists()


def test_who_must_have_it_is_led_to_it_before_anything_else(client, lan, hung, required):
    client.post(LOGIN, LAN)
    for url in ("/", "/agencies/", PAGE, reverse("password_change"), "/khong-co/"):
        answer = client.get(url)
        assert (answer.status_code, answer.get("Location")) in {(302, SET_UP), (404, None)}, url
    assert client.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == SET_UP
    assert client.get(SET_UP).status_code == 200
    hidden = client.session["second_factor_secret"]
    client.post(SET_UP, {"code": code_of(hidden), "password": LAN["password"]})
    assert client.get("/agencies/").status_code == 200
    client.force_login(hung)  # another role
    assert client.get("/agencies/").status_code == 200


def test_administrators_have_no_way_round_their_duty(client, quan):
    SecondFactorDuty.objects.create(
        role=Role.ADMINISTRATOR, required_from=timezone.localdate() - timedelta(days=1)
    )
    client.force_login(quan)
    for name in ("index", "agencies_user_add", "agencies_secondfactorduty_changelist"):
        assert client.get(reverse(f"admin:{name}"))["Location"] == SET_UP, name
    assert client.post(reverse("admin:agencies_user_add"), {})["Location"] == SET_UP


def test_what_was_typed_when_it_became_a_duty_is_carried_through(client, lan, required):
    client.force_login(lan)
    sent = {"code": "SO-MOI", "name": "Sở Mới", "typed_by": str(lan.pk)}
    page = client.post("/agencies/add/", sent)
    assert "What you typed is kept" in page.content.decode()
    answer = {"code": code_of(client.session["second_factor_secret"])}
    answer |= {"password": LAN["password"], "typed": page.context["kept"].packed()}
    page = client.post(SET_UP, answer)
    assert ("name", "Sở Mới") in page.context["kept"].values
    assert "draw_again" in page.content.decode()


def test_a_duty_begins_on_its_day(client, lan, required):
    required.required_from = timezone.localdate() + timedelta(days=1)
    required.save()
    caches["accounts"].clear()
    client.force_login(lan)
    assert client.get("/agencies/").status_code == 200


def test_an_administrator_requires_it_by_role(client, quan, lan):
    client.force_login(quan)
    day = timezone.localdate()
    sent = {"role": "officer", "required_from": day.isoformat()}
    assert client.post(reverse("admin:agencies_secondfactorduty_add"), sent).status_code == 302
    assert SecondFactorDuty.history.get().history_user == quan
    caches["accounts"].clear()
    client.force_login(lan)
    assert client.get("/agencies/")["Location"] == SET_UP


def test_setting_it_up_ends_the_sessions_that_gave_no_code(client, lan, hidden):
    from django.test import Client

    other = Client()
    other.force_login(lan)
    other.get("/help/")
    client.force_login(lan)
    client.get(SET_UP)
    secret = client.session["second_factor_secret"]
    client.post(SET_UP, {"code": code_of(secret), "password": LAN["password"]})
    assert client.get("/help/").status_code == 200
    assert other.get("/help/").status_code == 302


def test_an_administrator_takes_it_away_and_its_bearer_is_told_why(client, codes, lan, quan):
    from django.test import Client

    there = Client()
    there.force_login(lan)
    there.get("/help/")
    client.force_login(quan)
    page = reverse("admin:agencies_user_reset", args=[lan.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"reason": " "}).status_code == 200
    assert has_factor(lan)
    assert client.post(page, {"reason": "Mất điện thoại, đã gọi lại"}).status_code == 302
    assert not has_factor(lan)
    assert there.get("/help/").status_code == 302
    assert client.post(page, {"reason": "x"}).status_code == 200  # there is none any more
    client.logout()
    told = client.post(LOGIN, {**LAN, "next": "/help/"}, follow=True).content.decode()
    assert "Quân took your second factor away: Mất điện thoại, đã gọi lại" in told
    assert FactorReset.objects.get().told_at
    client.logout()
    assert "Mất điện thoại" not in client.post(LOGIN, LAN, follow=True).content.decode()


def test_only_administrators_take_it_away(client, codes, lan, hung):
    page = reverse("admin:agencies_user_reset", args=[lan.pk])
    client.force_login(hung)
    assert client.post(page, {"reason": "x"}).status_code in {302, 403}
    assert has_factor(lan)


def test_a_changed_secret_key_refuses_codes_and_breaks_no_page(client, codes, lan, settings):
    settings.SECRET_KEY = "mot-khoa-khac" * 5
    assert actions.take_code(user=lan, code=codes[0]) is actions.Answer.WRONG
    client.force_login(lan)
    assert client.get(PAGE).context["factor"].codes_left == 0


def test_a_former_secret_key_still_reads_them(codes, hidden, lan, settings, clock):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "mot-khoa-khac" * 5
    assert actions.take_code(user=lan, code=code_of(hidden, clock[0])) is actions.Answer.RIGHT


def test_none_of_the_library_s_own_pages_is_served(client, lan):
    client.force_login(lan)
    for page in ("signup", "email", "2fa", "2fa/totp/activate", "password/reset", "reauthenticate"):
        assert client.get(f"/accounts/{page}/").status_code == 404


def test_nobody_reads_or_edits_secrets_in_the_administration(client, quan):
    client.force_login(quan)
    page = client.get(reverse("admin:index")).content.decode()
    for app in ("mfa", "account", "axes"):
        assert f"/admin/{app}/" not in page
        assert client.get(f"/admin/{app}/").status_code == 404


def test_the_command_takes_it_away_where_no_administrator_can(codes, lan, capsys):
    call_command("reset_second_factor", "lan", reason="Quản trị duy nhất mất máy")
    assert not has_factor(lan)
    assert FactorReset.objects.get().by.username == "hệ thống"
    for username in ("lan", "khong-co"):  # there is none any more
        with pytest.raises(CommandError):
            call_command("reset_second_factor", username, reason="x")
