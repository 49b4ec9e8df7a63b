"""make bench: what the hot pages cost, as ratios to the cheapest signed-in page in one run.

Starts the production server with two workers on the demonstration data in a scratch
folder. Times are those of one client on this machine, from request to last byte. "First" is the
first request after the server has started, which also reads templates; "cold" is the median of
requests for which nothing is kept (each with a comparison day of its own); "warm" of the same
request again and again. The cheapest page is asked for in turn with every one of them, so that
a ratio is of times taken under the same conditions.
"""

import gzip
import http.cookiejar
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "Mat-khau-do-toc-do-1"
NOTHING = "/bench/nothing/"
CHEAPEST = "cheapest signed-in page"
# The address of each page, and how many times the cheapest page it may cost, warm and cold.
PAGES: dict[str, tuple[str, int | None, int | None]] = {
    CHEAPEST: (NOTHING, None, None),
    "dashboard": ("/?as_of=2021-11-15", 4, 15),
    "agency list, 25 rows": ("/agencies/?as_of=2021-11-15", 15, None),
    "agency page": ("/agencies/X031/?as_of=2021-11-15", 8, None),
    "summary workbook": ("/reports/summary.xlsx?as_of=2021-11-15", None, None),
}
COUNT_QUERIES = """
import os, sys
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from agencies.models import User
client = Client(SERVER_NAME="localhost")
client.force_login(User.objects.get(username="chuyenvien"))
for url in sys.argv[1:]:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    print(len(queries))
"""


@dataclass(frozen=True)
class Times:
    """What was measured of a page, in milliseconds and compressed bytes."""

    first: float
    cold: float
    warm: float
    slow: float
    size: int
    cheapest: float  # the cheapest page's median, taken in turn with the warm requests
    cheapest_cold: float  # and with the cold ones


def main(runs: int = 60) -> None:
    """Measure every page and print one table."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "STATIC_ROOT": f"{folder}/static",
            "DEMO_PASSWORD": PASSWORD,
            "SECRET_KEY": "only-for-this-run-" + "x" * 40,
            "DJANGO_SETTINGS_MODULE": "scripts.bench_settings",
            "PYTHONPATH": str(ROOT),
        }
        manage(environment, "migrate", "--verbosity", "0")
        manage(environment, "load_demo")
        manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
        queries = count_queries(environment)
        rows = {name: measure(environment, url, runs) for name, (url, *_aims) in PAGES.items()}
    report(rows, queries)


def manage(environment: dict[str, str], *arguments: str) -> None:
    """Run one management command."""
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def count_queries(environment: dict[str, str]) -> dict[str, int]:
    """Return how many queries each page asks, seen from inside."""
    code = "import django; django.setup()\n" + COUNT_QUERIES
    urls = [url for url, *_aims in PAGES.values()]
    command = [sys.executable, "-c", code, *urls]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return dict(zip(PAGES, map(int, done.stdout.split()), strict=True))


def measure(environment: dict[str, str], url: str, runs: int) -> Times:
    """Start a server and time one page."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", "2"]
    command += ["--port", str(port), "--log-level", "error", "kontum_qms.wsgi:application"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    site = f"http://127.0.0.1:{port}"
    try:
        browser = sign_in(site)
        first, body = timed(browser, site + url)
        joined = f"{site}{url}{'&' if '?' in url else '?'}compared_with="
        # The first ones warm both workers up; they are not counted.
        days = [f"2019-{month:02d}-{day:02d}" for month in range(1, 13) for day in (1, 11, 21)]
        cold = in_turn(browser, site, [joined + day for day in days])[8:]
        warm = in_turn(browser, site, [site + url] * runs)
    finally:
        server.terminate()
        server.wait(15)
    size = len(gzip.compress(body, 6))
    slow = sorted(time for time, _cheapest in warm)[int(0.95 * runs)]
    (warm_time, cheapest), (cold_time, cheapest_cold) = (
        map(statistics.median, zip(*times, strict=True)) for times in (warm, cold)
    )
    return Times(first, cold_time, warm_time, slow, size, cheapest, cheapest_cold)


def in_turn(
    browser: urllib.request.OpenerDirector, site: str, urls: list[str]
) -> list[tuple[float, float]]:
    """Return the milliseconds of each request and of one for the cheapest page right after it."""
    return [(timed(browser, url)[0], timed(browser, site + NOTHING)[0]) for url in urls]


def sign_in(site: str) -> urllib.request.OpenerDirector:
    """Wait for the site and return a browser that is signed in."""
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(cookies)
    page = ""
    for _attempt in range(100):
        with suppress(OSError):
            page = browser.open(f"{site}/accounts/login/").read().decode()
            break
        time.sleep(0.2)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, "the site did not answer"
    form = {"username": "chuyenvien", "password": PASSWORD, "csrfmiddlewaretoken": token.group(1)}
    form["next"] = NOTHING
    browser.open(f"{site}/accounts/login/", urllib.parse.urlencode(form).encode()).read()
    return browser


def timed(browser: urllib.request.OpenerDirector, url: str) -> tuple[float, bytes]:
    """Return the milliseconds of one request and what came back."""
    start = time.perf_counter()
    body = browser.open(url).read()
    return 1000 * (time.perf_counter() - start), body


def report(rows: dict[str, Times], queries: dict[str, int]) -> None:
    """Print the table; a ratio is to the cheapest page as it was timed beside the page."""
    head = f"{'page':<25}{'first ms':>9}{'cold ms':>9}{'ratio':>7}{'aim':>5}"
    head += f"{'warm ms':>9}{'95 %':>8}{'ratio':>7}{'aim':>5}{'queries':>9}{'bytes':>8}\n"
    sys.stdout.write(head)
    for name, row in rows.items():
        _url, warm_aim, cold_aim = PAGES[name]
        cold, warm = row.cold / row.cheapest_cold, row.warm / row.cheapest
        line = f"{name:<25}{row.first:>9.1f}{row.cold:>9.1f}{cold:>7.1f}{cold_aim or '':>5}"
        line += f"{row.warm:>9.1f}{row.slow:>8.1f}{warm:>7.1f}{warm_aim or '':>5}"
        sys.stdout.write(f"{line}{queries[name]:>9}{row.size:>8}\n")


if __name__ == "__main__":
    main()
