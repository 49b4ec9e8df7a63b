"""Headers, cookies and reports of violations that nobody means well with: an answer, no write."""

import json
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import strategies as st

from tests.answers import put_away
from tests.fingerprint import fingerprint
from tests.hostile import fuzzed, hostile

PAGES = ["/", "/agencies/", "/accounts/login/", "/open/", "/audit/", "/help/"]
HEADERS = [
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_AUTHORIZATION",
    "HTTP_COOKIE",
    "HTTP_FORWARDED",
    "HTTP_HOST",
    "HTTP_HX_BOOSTED",
    "HTTP_HX_CURRENT_URL",
    "HTTP_HX_REQUEST",
    "HTTP_HX_TARGET",
    "HTTP_HX_TRIGGER",
    "HTTP_HX_TRIGGER_NAME",
    "HTTP_IF_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_ORIGIN",
    "HTTP_RANGE",
    "HTTP_REFERER",
    "HTTP_TRIGGERING_EVENT",
    "HTTP_USER_AGENT",
    "HTTP_X_CSRFTOKEN",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REQUEST_ID",
    "REMOTE_ADDR",
]
COOKIES = ["sessionid", "csrftoken", "django_language", "messages", "lop"]
ANSWERS = {200, 206, 302, 304, 400, 403, 404, 412, 416}
# A refused sign-in is counted and put on record.
SIGN_IN = ["sign_in_failed", "locked_out"]


def sent(text: str) -> str:
    """Return a value as a server hands it on: bytes read as Latin-1, one line."""
    as_bytes = text.encode("utf-8", "surrogatepass").decode("latin-1")
    return as_bytes.translate({ord("\r"): None, ord("\n"): None})


some_headers = st.dictionaries(st.sampled_from(HEADERS), hostile.map(sent), min_size=1, max_size=4)
# By the client's own jar a value without a session signs nobody out.
ranges = st.sampled_from(["bytes=0-", "bytes=9-1", "bytes=-1", "bytes=0-0,2-2", "bytes=x", "x"])
cookies = st.tuples(st.sampled_from(COOKIES), hostile.map(sent)).map("=".join)
requests = some_headers | st.fixed_dictionaries({"HTTP_COOKIE": cookies, "HTTP_RANGE": ranges})


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize("who", ["", "quan"])
def test_no_header_breaks_a_page_or_writes(url, who, client, request):
    if who:
        client.force_login(request.getfixturevalue(who))
    before = fingerprint()

    @fuzzed(f"{url} {who}", requests)
    def ask(headers: dict[str, str]) -> None:
        answer = client.get(url, **headers)
        assert answer.status_code in ANSWERS, headers
        if not answer.streaming:
            assert b"<script>alert" not in answer.content
        put_away(answer)

    assert fingerprint() == before


@pytest.mark.django_db
def test_no_header_breaks_signing_in(client):
    before = fingerprint(SIGN_IN)
    told = {"login": "ai", "password": "khong-phai-mat-khau"}

    @fuzzed("sign in", requests)
    def try_it(headers: dict[str, str]) -> None:
        answer = client.post("/accounts/login/", told, **headers)
        assert answer.status_code in {200, 400, 403, 405, 429}, headers

    assert fingerprint(SIGN_IN) == before


scalars = st.none() | st.booleans() | st.integers() | st.floats() | hostile
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(hostile, inner), max_leaves=8
)
fields = st.sampled_from(["document-uri", "blockedURL", "violated-directive", "line-number", "x"])
report = st.dictionaries(fields, values)
bodies = (
    st.binary(max_size=200)
    | hostile.map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.sampled_from([b"[" * 9_000, b'{"csp-report":' * 900, b"9" * 9_000, b'{"body": 1e999}'])
    | st.builds(
        lambda name, inner: json.dumps({name: inner}).encode(),
        st.sampled_from(["csp-report", "body"]),
        report | values,
    )
    | st.integers(1, 1_500).map(lambda n: b'{"body":{"x":' + b"[" * n + b"]" * n + b"}}")
)


@pytest.mark.django_db
def test_no_report_of_a_violation_breaks_its_address(client, monkeypatch):
    monkeypatch.setattr("kontum_qms.csp_reports.MOST_BY_ADDRESS", 10**9)
    monkeypatch.setattr("kontum_qms.csp_reports.MOST_BY_ALL", 10**9)
    before = fingerprint()

    @fuzzed("report of a violation", st.tuples(bodies, some_headers))
    def report_it(told: tuple[bytes, dict[str, Any]]) -> None:
        body, headers = told
        kind = "application/csp-report"
        answer = client.post(reverse("csp-report"), body, content_type=kind, **headers)
        assert answer.status_code in {204, 400, 413}, told

    assert fingerprint() == before
