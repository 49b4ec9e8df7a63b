"""make weigh: what pages weigh as they are sent, and when their largest part is seen.

Starts the production server (granian as `make run` does, DEBUG off, collected static files) on the
demonstration data in a scratch folder and opens each page in a real Chromium with an empty cache,
then once more. A proxy on loopback counts every byte that the server sends, headers and what the
service worker fetches included. Largest contentful paint and layout shift are measured apart, on
an emulated line of 1.5 Mbit/s with 150 ms and a processor slowed four times, the worker left out,
as emulation does not reach it. Writes docs/bench/weight.md and weight.json.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

from scripts.counting_proxy import CountingProxy, Exchange, counting
from scripts.weight_report import write

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "Mat-khau-do-do-nang-1"
DAY = "?as_of=2021-11-15"
SIGN_IN = "/accounts/login/"
PAGES = {
    "dashboard": f"/{DAY}",
    "agency list": f"/agencies/{DAY}",
    "agency page": f"/agencies/X031/{DAY}",
    "charts": f"/reports/charts/{DAY}",
    "plans": f"/plans/{DAY}",
    "change report": f"/reports/changes/{DAY}",
    "comparison": f"/reports/compare/{DAY}",
    "calendar": f"/calendar/{DAY}",
    "inspections": "/activities/inspections/",
    "form for an agency": "/agencies/add/",
    "help": "/help/",
    "sign-in": SIGN_IN,
    "open data": "/open/",
}
SIGNED_OUT = ("sign-in", "open data")
# 1.5 Mbit/s down, 0.75 up, in bytes a second; a processor four times as slow.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 187_500, "uploadThroughput": 93_750}
SLOWED = 4
FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
FLAGS += ["--no-first-run", "--disable-quic", "--no-sandbox"]
AT_REST = """() => document.readyState === 'complete'
  && document.querySelectorAll('[data-figure]').length
    === document.querySelectorAll('.chart--drawn').length"""
SHORT = 600  # bytes that gzip and what hides their length (up to 100 bytes) hardly make fewer
WATCH = """window.seen = {paint: 0, shift: 0};
new PerformanceObserver(list => { window.seen.paint = list.getEntries().at(-1).startTime; })
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(
  one => { if (!one.hadRecentInput) window.seen.shift += one.value; }))
  .observe({type: 'layout-shift', buffered: true});"""
ANSWERED = "performance.getEntriesByType('navigation')[0].responseStart"
Row = dict[str, Any]


def main() -> None:
    """Measure every page and write the report."""
    parser = argparse.ArgumentParser(description="What pages weigh, and when they are seen.")
    parser.add_argument("--runs", type=int, default=5, help="slow visits of each page (5)")
    parser.add_argument("--out", type=Path, default=ROOT / "docs/bench", help="where to write")
    asked = parser.parse_args()
    if asked.runs < 1:
        parser.error("--runs: 1 or more")
    load_before = os.getloadavg()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as site,
        counting(site) as proxy,
        sync_playwright() as playwright,
    ):
        found = os.environ.get("CHROMIUM") or None
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        rows = measured(browser, proxy, asked.runs)
        version = browser.version
    write(asked.out, rows, runs=asked.runs, browser=version, load_before=load_before)


def measured(browser: Browser, proxy: CountingProxy, runs: int) -> dict[str, Row]:
    """Return what was found of every page, told as it is found."""
    state = sign_in(browser, proxy.address)
    rows: dict[str, Row] = {}
    for name, path in PAGES.items():
        known = None if name in SIGNED_OUT else state
        visits = weighed(browser, proxy, path, known)
        rows[name] = {**visits, **slow(browser, proxy.address + path, known, runs)}
        paints = rows[name]["lcp_first_all"]
        sys.stdout.write(f"{name}: {visits['first']['total']} bytes, painted after {paints} ms\n")
        sys.stdout.flush()
    return rows


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run the production server on the demonstration data; give its address."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/weigh.sqlite3",
        "STATIC_ROOT": f"{folder}/static",
        "MEDIA_ROOT": f"{folder}/media",
        "DEMO_PASSWORD": PASSWORD,
        "SECRET_KEY": "only-for-this-run-" + "x" * 40,
        "OPEN_DATA": "figures",
        "DEBUG": "False",
    }
    for asked in ("migrate -v 0", "load_demo", "collectstatic --noinput -v 0"):
        command = [sys.executable, "manage.py", *asked.split()]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", "2"]
    command += ["--blocking-threads", "4", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--log-level", "error", "kontum_qms.wsgi:application"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield waited_for(f"http://127.0.0.1:{port}", server)
    finally:
        server.terminate()
        server.wait(15)


def waited_for(site: str, server: subprocess.Popen[bytes]) -> str:
    """Return the address once it answers."""
    for _attempt in range(300):
        if server.poll() is not None:
            break
        with suppress(OSError):
            urllib.request.urlopen(site + SIGN_IN, timeout=10).close()
            return site
        time.sleep(0.2)
    sys.exit("The server did not answer.")


def sign_in(browser: Browser, site: str) -> StorageState:
    """Sign in as an officer; return the cookies."""
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.goto(f"{site}{SIGN_IN}?next=/help/")
    page.locator("[name=username]").fill("chuyenvien")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/help/", timeout=60_000)
    state = context.storage_state()
    context.close()
    return state


def weighed(browser: Browser, proxy: CountingProxy, path: str, state: StorageState | None) -> Row:
    """Return what a first and a later visit are sent, with the service worker at work."""
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    visits = []
    for _visit in range(2):
        proxy.take()
        page.goto(proxy.address + path, timeout=90_000)
        at_rest(page)
        settled(proxy)
        visits.append(summed(proxy.take()))
        page.goto("about:blank")
    context.close()
    return {"first": visits[0], "later": visits[1]}


def at_rest(page: Page) -> None:
    """Wait until a page is loaded and its charts are drawn."""
    page.wait_for_function(AT_REST, timeout=120_000)


def settled(proxy: CountingProxy) -> None:
    """Wait until nothing more was sent for a second and a half."""
    before, since = -1, time.monotonic()
    while time.monotonic() - since < 1.5:
        now = sum(exchange.size for exchange in proxy.exchanges)
        if now != before:
            before, since = now, time.monotonic()
        time.sleep(0.1)


def kind_of(exchange: Exchange) -> str:
    """Say what an answer is, by its address and its type."""
    target = exchange.target
    if target == "/service-worker.js" or "offline/" in target or target.endswith("?offline"):
        return "worker"  # the page for a lost connection, fetched once, after all else
    if "/plotly.min." in target:
        return "plotly"
    kind = exchange.headers.get("content-type", "").partition(";")[0]
    return {"text/html": "html", "text/css": "css", "text/javascript": "scripts"}.get(kind, "other")


def summed(exchanges: list[Exchange]) -> Row:
    """Return the bytes by kind and in all, the requests, and what was sent longer than need be."""
    sizes = dict.fromkeys(("html", "css", "scripts", "plotly", "worker", "other"), 0)
    for exchange in exchanges:
        sizes[kind_of(exchange)] += exchange.size
    plain = [one.target for one in exchanges if is_too_long(one)]
    total = sum(sizes.values())
    return {**sizes, "total": total, "requests": len(exchanges), "uncompressed": plain}


def is_too_long(exchange: Exchange) -> bool:
    """Say whether text of some length was sent without being compressed."""
    headers = exchange.headers
    kind = headers.get("content-type", "").partition(";")[0]
    text = kind.startswith("text/") or kind in {"application/json", "image/svg+xml"}
    return text and "content-encoding" not in headers and exchange.size - len(exchange.head) > SHORT


def slow(browser: Browser, url: str, state: StorageState | None, runs: int) -> Row:
    """Return the median paint of first and later visits, and the largest shift of all."""
    first: list[float] = []
    later: list[float] = []
    shifts: list[float] = []
    answers: list[float] = []  # until the first byte of the page: latency and the server's work
    for _run in range(runs):
        context = browser.new_context(storage_state=state, service_workers="block")
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", LINE)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        page.add_init_script(WATCH)
        for paints in (first, later):
            page.goto(url, timeout=120_000)
            at_rest(page)
            page.wait_for_timeout(500)
            seen = page.evaluate("window.seen")
            paints.append(seen["paint"])
            shifts.append(seen["shift"])
            answers.append(page.evaluate(ANSWERED))
            page.goto("about:blank")
        context.close()
    medians = {"lcp_first": statistics.median(first), "lcp_later": statistics.median(later)}
    medians["answered"] = statistics.median(answers)
    spread = {"lcp_first_all": first, "lcp_later_all": later}
    rounded = {name: round(value) for name, value in medians.items()}
    listed = {name: [round(value) for value in values] for name, values in spread.items()}
    return {**rounded, **listed, "shift": round(max(shifts), 4)}


if __name__ == "__main__":
    main()
