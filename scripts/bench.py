"""make bench: what the hot pages cost, as ratios to the cheapest signed-in page in one run.

Starts the production server with two workers on the demonstration data in a scratch
folder. Times are those of one client on this machine, from request to last byte; the cold
time is that of the first request after the server has started.
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
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "Mat-khau-do-toc-do-1"
NOTHING = "/bench/nothing/"
PAGES = {
    "cheapest signed-in page": (NOTHING, None),
    "dashboard": ("/?as_of=2021-11-15", 4),
    "agency list, 25 rows": ("/agencies/?as_of=2021-11-15", 15),
    "agency page": ("/agencies/X031/?as_of=2021-11-15", 8),
    "summary workbook": ("/reports/summary.xlsx?as_of=2021-11-15", None),
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


def main(runs: int = 60) -> None:
    """Measure every page and print one table."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "DEMO_PASSWORD": PASSWORD,
            "SECRET_KEY": "only-for-this-run-" + "x" * 40,
            "DJANGO_SETTINGS_MODULE": "scripts.bench_settings",
            "PYTHONPATH": str(ROOT),
        }
        manage(environment, "migrate", "--verbosity", "0")
        manage(environment, "load_demo")
        manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
        queries = count_queries(environment)
        rows = {name: measure(environment, url, runs) for name, (url, _aim) in PAGES.items()}
    report(rows, queries)


def manage(environment: dict[str, str], *arguments: str) -> None:
    """Run one management command."""
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def count_queries(environment: dict[str, str]) -> dict[str, int]:
    """Return how many queries each page asks, seen from inside."""
    code = "import django; django.setup()\n" + COUNT_QUERIES
    urls = [url for url, _aim in PAGES.values()]
    command = [sys.executable, "-c", code, *urls]
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    return dict(zip(PAGES, map(int, done.stdout.split()), strict=True))


def measure(environment: dict[str, str], url: str, runs: int) -> tuple[float, float, float, int]:
    """Return the cold time, the median, the 95th percentile (ms) and the compressed bytes."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", "2"]
    command += ["--port", str(port), "--log-level", "error", "kontum_qms.wsgi:application"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    site = f"http://127.0.0.1:{port}"
    try:
        browser = sign_in(site)
        cold, body = timed(browser, site + url)
        times = sorted(timed(browser, site + url)[0] for _run in range(runs))
    finally:
        server.terminate()
        server.wait(15)
    return cold, statistics.median(times), times[int(0.95 * runs)], len(gzip.compress(body, 6))


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


def report(rows: dict[str, tuple[float, float, float, int]], queries: dict[str, int]) -> None:
    """Print the table; a ratio is to the cheapest page's median."""
    base = rows["cheapest signed-in page"][1]
    head = f"{'page':<26}{'cold ms':>9}{'median':>9}{'95 %':>9}{'ratio':>7}{'aim':>5}"
    sys.stdout.write(f"{head}{'queries':>9}{'bytes':>9}\n")
    for name, (cold, median, slow, size) in rows.items():
        aim = PAGES[name][1]
        line = f"{name:<26}{cold:>9.1f}{median:>9.1f}{slow:>9.1f}{median / base:>7.1f}"
        sys.stdout.write(f"{line}{aim or '':>5}{queries[name]:>9}{size:>9}\n")


if __name__ == "__main__":
    main()
