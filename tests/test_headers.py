"""What browsers are told on every page, and what they report back."""

import json
import logging
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from string import ascii_lowercase

import pytest
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from django.urls import reverse

from agencies.addresses import client_address, counted_address
from kontum_qms import csp_reports
from kontum_qms.settings import given_secret

# The same rows that every page is asked about there.
from tests.test_permissions import (  # noqa: F401
    PAGES,
    address,
    people,
)

ROOT = Path(__file__).resolve().parent.parent
REPORT = reverse("csp-report")
SECRET = secrets.token_urlsafe(50)


def policy_of(response) -> dict[str, str]:
    parts = response["Content-Security-Policy"].split(";")
    return {name: value for name, _, value in (part.strip().partition(" ") for part in parts)}


def assert_strict(response, name):
    policy = policy_of(response)
    if "sandbox" not in policy:  # a document: nothing at all may run
        assert policy["script-src"] == policy["style-src"] == "'self'", name
        assert policy["object-src"] == policy["base-uri"] == "'none'", name
        assert policy["frame-ancestors"] == "'none'", name
        assert policy["form-action"] == "'self'", name
        assert policy["report-uri"] == REPORT, name
    assert "unsafe" not in response["Content-Security-Policy"], name
    assert response["X-Frame-Options"] == "DENY", name
    assert response["X-Content-Type-Options"] == "nosniff", name
    assert response["Referrer-Policy"] in {"same-origin", "no-referrer"}, name
    assert response["Cross-Origin-Opener-Policy"] == "same-origin", name
    assert response["Reporting-Endpoints"] == f'csp="{REPORT}"', name
    assert response["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", name
    for cookie in response.cookies.values():
        assert cookie["samesite"] == "Lax", (name, cookie.key)
        assert cookie["secure"], (name, cookie.key)
        assert cookie["httponly"], (name, cookie.key)


@pytest.fixture
def production(settings):
    """What the settings say under PRODUCTION; the test below reads them there."""
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_SSL_REDIRECT = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.LANGUAGE_COOKIE_SECURE = True


@pytest.mark.usefixtures("production", "one_of_each")
@pytest.mark.parametrize("name", PAGES)
def test_every_page_bears_the_headers_for_every_role(name, client, people, small_province):  # noqa: F811
    url = address(name, small_province)
    assert_strict(client.get(url, secure=True), name)
    for user in people.values():
        client.force_login(user)
        response = client.get(url, secure=True)
        if response.streaming:
            list(response)
        assert_strict(response, name)


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize(
    "url", ["/accounts/login/", "/offline/", "/khong-co/", "/admin/", "/open/"]
)
def test_pages_before_the_sign_in_bear_them_too(url, client):
    assert_strict(client.get(url, secure=True), url)


@pytest.mark.usefixtures("production")
def test_plain_http_is_led_to_https(client, lan):
    client.force_login(lan)
    response = client.get("/help/")
    assert (response.status_code, response["Location"]) == (301, "https://testserver/help/")


@pytest.mark.usefixtures("production")
def test_the_language_s_cookie_is_guarded(client):
    response = client.post(reverse("set_language"), {"language": "en"}, secure=True)
    assert response.cookies["django_language"].value == "en"
    assert_strict(response, "set_language")


def test_production_settings_are_those_that_the_fixture_gives():
    names = [
        "SECURE_HSTS_SECONDS",
        "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "LANGUAGE_COOKIE_SECURE",
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SECURE_PROXY_SSL_HEADER",
    ]
    told = "import json; from django.conf import settings as s; "
    told += f"print(json.dumps([getattr(s, name) for name in {names}]))"
    done = run("shell", "-v", "0", "-c", told, SECRET_KEY=SECRET, TRUSTED_PROXIES="1")
    assert json.loads(done.stdout) == [
        31_536_000,
        *[True] * 4,
        "__Host-sessionid",
        "__Host-csrftoken",
        ["HTTP_X_FORWARDED_PROTO", "https"],
    ]


def run(*arguments, **environ):
    settled = {"ALLOWED_HOSTS": "htqlcl.kontum.gov.vn", "DATABASE_URL": "sqlite://:memory:"}
    asked = arguments or ("check", "--deploy", "--fail-level", "INFO")
    command = [sys.executable, "manage.py", *asked]
    given = {**os.environ, **settled, "PRODUCTION": "True", **environ}
    given.pop("DJANGO_ALLOW_ASYNC_UNSAFE")  # the tests' own
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)


def test_the_check_before_deployment_is_clean_in_production():
    done = run(SECRET_KEY=SECRET, TRUSTED_PROXIES="1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "ngan-qua-0123456789"}, "SECRET_KEY"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-" + SECRET}, "SECRET_KEY"),
        ({"SECRET_KEY": "only-for-this-test-0123456789" + "x" * 40}, "SECRET_KEY"),
        ({"SECRET_KEY": " django-insecure-" + SECRET}, "SECRET_KEY"),
        ({"SECRET_KEY": "my-changeme-" + SECRET}, "SECRET_KEY"),
        ({"SECRET_KEY": "0123456789" * 6}, "SECRET_KEY"),
        ({"SECRET_KEY": ascii_lowercase * 2}, "SECRET_KEY"),
        ({"SECRET_KEY": SECRET, "SECRET_KEY_FALLBACKS": "django-insecure-" + SECRET}, "SECRET_KEY"),
        ({"SECRET_KEY": SECRET, "DEBUG": "True"}, "DEBUG"),
        ({"SECRET_KEY": SECRET, "ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
    ],
)
def test_production_refuses_to_start_on_weak_settings(environ, said):
    done = run(**environ)
    assert done.returncode != 0
    assert f"ImproperlyConfigured: {said}" in done.stderr


def test_no_secret_of_this_repository_is_good_enough():
    written = re.compile(r"""["']SECRET_KEY["']: ["']([\w-]+)["']""")
    found = [
        secret
        for folder in ("scripts", "tests", "kontum_qms")
        for path in (ROOT / folder).rglob("*.py")
        if path.name != Path(__file__).name
        for secret in written.findall(path.read_text("utf-8"))
    ]
    assert found
    for secret in found:
        with pytest.raises(ImproperlyConfigured):
            given_secret(secret + "0123456789" + "x" * 40)


def test_what_is_answered_before_the_policy_is_set_has_one(client):
    for answer in (client.put("/"), client.get("/", HTTP_HOST="evil.example")):
        assert answer.status_code in (400, 405)
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"


# Reports of violations.

OLD = {
    "csp-report": {
        "document-uri": "http://testserver/agencies/?q=bi-mat#hinh",
        "violated-directive": "script-src 'self'",
        "effective-directive": "script-src-elem",
        "blocked-uri": "https://evil.example/x.js?token=bi-mat",
        "source-file": "http://testserver/static/js/menus.js",
        "script-sample": "bi-mat",
        "line-number": 7,
    }
}


def send(client, body, **environ):
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.post(REPORT, text, content_type="application/csp-report", **environ)


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.WARNING, logger="kontum_qms.csp")
    return caplog


def test_a_report_is_logged_without_query_sample_or_fragment(client, log):
    assert send(client, OLD).status_code == 204
    (line,) = log.messages
    assert json.loads(line.partition(": ")[2]) == {
        "directive": "script-src-elem",
        "page": "/agencies/",
        "blocked": "https://evil.example",
        "source": "/static/js/menus.js",
        "line": "7",
    }
    assert "bi-mat" not in line


def test_the_newer_form_of_reports_is_read_as_well(client, log):
    body = {"documentURL": "http://testserver/agencies/X031/", "blockedURL": "inline"}
    newer = [{"type": "csp-violation", "body": {**body, "effectiveDirective": "style-src-attr"}}]
    assert send(client, newer).status_code == 204
    assert json.loads(log.messages[0].partition(": ")[2])["page"] == "/agencies/<code:code>/"


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "7", "null", '"x"', "[[[]]]", '{"csp-report": 7}', b"\xff\xfe", "[" * 9000],
)
def test_what_is_no_report_is_dropped(client, log, body):
    assert send(client, body).status_code == 204
    assert log.messages == []


@pytest.mark.parametrize("uri", ["http://[", "x" * 5000, "a\nb\r\nERROR forged", {"a": 1}, None])
def test_a_report_writes_one_short_line_whatever_it_says(client, log, uri):
    send(client, {"csp-report": {"document-uri": uri, "blocked-uri": uri}})
    (line,) = log.messages
    assert len(line) < 400
    assert "\n" not in line


def test_a_long_body_is_refused(client, log):
    assert send(client, "x" * 20_000).status_code == 413
    assert log.messages == []


def test_reports_are_bounded_by_address_and_in_all(client, log, monkeypatch):
    answers = [send(client, OLD, REMOTE_ADDR="203.0.113.5").status_code for _ in range(25)]
    assert answers == [204] * 20 + [429] * 5
    assert send(client, OLD, REMOTE_ADDR="203.0.113.6").status_code == 204
    caches["accounts"].clear()
    monkeypatch.setattr(csp_reports, "MOST_BY_ALL", 3)
    several = [send(client, OLD, REMOTE_ADDR=f"203.0.113.{n}").status_code for n in range(5)]
    assert several == [204] * 3 + [429] * 2
    assert len(log.messages) == 24


# From which address a request comes.


@pytest.mark.parametrize(
    ("proxies", "direct", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "", "203.0.113.9"),
        (0, "203.0.113.9", "198.51.100.7", "203.0.113.9"),  # nobody's word is taken
        (1, "10.0.0.1", "198.51.100.7", "198.51.100.7"),
        (1, "10.0.0.1", "1.2.3.4, 198.51.100.7", "198.51.100.7"),  # the sender wrote 1.2.3.4
        (2, "10.0.0.2", "1.2.3.4, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "10.0.0.2", "198.51.100.7", "10.0.0.2"),  # past the first proxy
        (1, "10.0.0.1", "khong phai dia chi", "10.0.0.1"),
        (1, "10.0.0.1", "198.51.100.7:4711", "198.51.100.7"),
        (1, "10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        (0, "::ffff:203.0.113.9", "", "203.0.113.9"),
        (0, "", "", None),
    ],
)
def test_the_address_is_what_the_own_proxies_say(settings, proxies, direct, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    given = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/", REMOTE_ADDR=direct, **given)
    assert client_address(request) == expected


def test_a_network_of_ipv6_counts_as_one_address():
    request = RequestFactory().get("/", REMOTE_ADDR="2001:db8:1:2:3:4:5:6")
    assert counted_address(request) == "2001:db8:1:2::"
