"""The server as a service manager runs it: nobody is turned away while it starts anew."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import graceful
from tests.browser import environment

ROOT = Path(__file__).resolve().parent.parent
needs_nginx = pytest.mark.skipif(
    shutil.which("nginx") is None, reason="nginx is not installed: apt install nginx-light"
)


@pytest.fixture
def environ(loaded_database, monkeypatch):
    for name, value in environment(loaded_database).items():
        monkeypatch.setenv(name, value)


@needs_nginx
def test_a_restart_and_a_renewal_lose_no_request(environ):
    trial = graceful.Trial(held=True, behind_nginx=True, readers=4, restarts=1, renewals=1)
    tally = graceful.measure(trial)
    assert tally.lost == []
    assert len(tally.seconds) > 50
    assert len(tally.stops) == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "70000", "PORT: a number from 1 to 65535, not '70000'"),
        ("WORKERS", "0", "WORKERS: a whole number, 1 or more, not '0'"),
        ("THREADS", "viele", "THREADS: a whole number, 1 or more, not 'viele'"),
        ("STOP_SECONDS", "-3", "STOP_SECONDS: a whole number, 1 or more, not '-3'"),
        ("HOST", "kein.host.invalid", "HOST, PORT: cannot listen on kein.host.invalid"),
    ],
)
def test_what_cannot_be_served_is_refused_with_its_reason(name, value, said):
    done = serve("--check", **{name: value})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(said)


def test_a_port_in_use_is_told(site):
    done = serve("--check", PORT=site.rpartition(":")[2])
    assert done.returncode == 1
    assert "is in use" in done.stderr


def test_more_than_one_socket_is_refused():
    code = (
        "import os, sys; os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='2');"
        "from kontum_qms import serve; serve.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "LISTEN_FDS: one socket can be served, not 2" in done.stderr


def test_an_argument_that_is_none_is_refused():
    assert "usage:" in serve("--port", "80").stderr


def serve(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "kontum_qms.serve", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
