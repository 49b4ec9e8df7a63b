"""Log lines for machines: one JSON object each, and nothing in them that somebody typed."""

import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpResponse

from kontum_qms.logs import JsonFormatter, RequestLogMiddleware, current

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def lines():
    """Collect what is logged, as it would be written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    loggers = [logging.getLogger(name) for name in ("kontum_qms.requests", "django.request")]
    was = {}
    for logger in loggers:
        logger.addHandler(handler)
        was[logger] = logger.level
        logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    for logger in loggers:
        logger.removeHandler(handler)
        logger.setLevel(was[logger])


def test_a_request_leaves_one_line_without_what_was_asked(client, lan, lines):
    client.force_login(lan)
    named = {"X-Request-ID": "a-b.c_12345"}
    answer = client.get("/agencies/", {"q": "Nguyễn Văn Bí Mật"}, headers=named)
    [line] = lines()
    assert line["request"] == answer["X-Request-ID"] == "a-b.c_12345"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/agencies/", 200)
    assert line["account"] == str(lan.pk)
    assert line["level"] == "info"
    assert 0 < line["milliseconds"] < 60_000
    assert line["at"].endswith("Z")
    assert "Mật" not in json.dumps(line, ensure_ascii=False)


def test_an_outsider_has_no_account_and_names_no_line(client, db, lines):
    client.get("/accounts/login/", headers={"X-Request-ID": 'x"}\n{"level": "forged'})
    [line] = lines()
    assert "account" not in line
    assert len(line["request"]) == 32
    assert line["request"].isalnum()


def test_probes_leave_no_line(client, db, lines):
    client.get("/healthz/")
    client.get("/readyz/")
    assert lines() == []


def test_what_fails_is_in_the_log_with_its_request(rf, lines):
    def fail(request):
        try:
            raise ZeroDivisionError("mười chia không")
        except ZeroDivisionError:
            logging.getLogger("django.request").exception("Internal Server Error: %s", request.path)
        return HttpResponse(status=500)

    RequestLogMiddleware(fail)(rf.get("/plans/"))
    error, request = lines()
    assert error["request"] == request["request"]
    assert (error["level"], request["status"]) == ("error", 500)
    assert "ZeroDivisionError: mười chia không" in error["error"]
    assert current.get() == ""


def test_as_text_requests_leave_no_line():
    """Whoever sits before the server reads what goes wrong, and nothing else."""
    assert not logging.getLogger("kontum_qms.requests").isEnabledFor(logging.INFO)


@pytest.mark.parametrize(("given", "code"), [("json", 0), ("xml", 1)])
def test_the_setting_is_one_of_two(given, code):
    show = (
        "import django, logging; django.setup();"
        "logging.getLogger('kontum_qms.requests').info('x', extra={'status': 200})"
    )
    done = subprocess.run(
        [sys.executable, "-c", show],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "kontum_qms.settings", "LOG_FORMAT": given},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    if code:
        assert "LOG_FORMAT: text or json" in done.stderr
    else:
        line = json.loads(done.stderr)
        assert (line["message"], line["status"], line["logger"]) == (
            "x",
            200,
            "kontum_qms.requests",
        )
