"""The site as people meet it: the production server, a database of its own, a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "Mat-khau-minh-hoa-9"
CHROMIUM_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--no-sandbox",  # a test machine's root has no sandbox to offer
]


def environment(database: Path) -> dict[str, str]:
    """Return the environment of a site with its own SQLite database."""
    own = {
        "DATABASE_URL": f"sqlite:///{database}",
        "MEDIA_ROOT": str(database.with_suffix(".media")),
        "DEMO_PASSWORD": PASSWORD,
        "OPEN_DATA": "figures",
    }
    return {**os.environ, **own, "SECRET_KEY": "only-for-this-test-" + "x" * 40}


def manage(database: Path, *arguments: str) -> None:
    """Run a management command against a site's database."""
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment(database), check=True, capture_output=True)


@contextmanager
def serve(database: Path) -> Iterator[str]:
    """Run the production server and give its address."""
    with served(database) as (address, _server):
        yield address


@contextmanager
def served(database: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run the production server and give its address and its process."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    command += ["--blocking-threads", "2", *options, "kontum_qms.wsgi:application"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment(database))
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/accounts/login/", server)
        yield address, server
    finally:
        server.terminate()
        server.wait(15)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers; fail when it ends or takes a minute and a half."""
    for _attempt in range(450):
        assert server.poll() is None, "the server ended before it answered"
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"{url} did not answer")


@pytest.fixture(scope="session")
def loaded_database(tmp_path_factory) -> Path:
    """Make one database with the demonstration data, to be copied."""
    folder = tmp_path_factory.mktemp("site")
    database = folder / "loaded.sqlite3"
    # Static files of its own: two workers that collect into one folder trip over each other.
    os.environ["STATIC_ROOT"] = str(folder / "static")
    manage(database, "migrate", "--verbosity", "0")
    manage(database, "load_demo")
    manage(database, "collectstatic", "--noinput", "--verbosity", "0")
    return database


@pytest.fixture(scope="session")
def site(loaded_database) -> Iterator[str]:
    """Serve the demonstration for tests that only read."""
    with serve(loaded_database) as address:
        yield address


@pytest.fixture
def own_site(loaded_database, tmp_path) -> Iterator[str]:
    """Serve a copy of the demonstration for one test that writes."""
    database = tmp_path / "own.sqlite3"
    shutil.copy(loaded_database, database)
    with serve(database) as address:
        yield address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Start the Chromium that `make test` found, else Playwright's own."""
    found = {"executable_path": os.environ["CHROMIUM"]} if os.environ.get("CHROMIUM") else {}
    return {**browser_type_launch_args, **found, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """Read as an office in Kon Tum does, with a browser installed in English."""
    return {**browser_context_args, "locale": "en-US", "timezone_id": "Asia/Ho_Chi_Minh"}


@pytest.fixture
def clean_page(page: Page) -> Iterator[Page]:
    """Give a page that must not complain: no console error, no policy violation."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda failed: complaints.append(failed.url) if lost(failed) else None)
    yield page
    assert complaints == []


def lost(request: Request) -> bool:
    """Say whether a request failed that should not.

    A download ends its navigation; who leaves a page stops what it was still fetching.
    """
    return not request.is_navigation_request() and request.failure != "net::ERR_ABORTED"


def sign_in(page: Page, site: str, username: str = "chuyenvien") -> None:
    """Sign in as one of the demonstration's people."""
    page.goto(f"{site}/accounts/login/?next=/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    # Loaded whole: going on earlier would cut off the files that the page still asks for.
    page.wait_for_url(f"{site}/")
