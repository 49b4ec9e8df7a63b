"""Weighs the pages in a real Chromium: bytes and requests, first and later, and the largest paint.

    .venv/bin/python -m scripts.weigh [--into docs/bench] [--times 5]

The site is served as in production, on a scratch database with the demonstration data. What is
counted is what crosses the wire, compressed. The paint is measured over 1.5 Mbit/s with 150 ms of
latency and a processor slowed down four times.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.graceful import Service

ROOT = Path(__file__).resolve().parent.parent
ABOUT = "?as_of=2021-11-15&known_at=2021-11-15T10:00:00Z"
PAGES = {
    "sign-in": "/accounts/login/",
    "dashboard": f"/{ABOUT}",
    "list": f"/agencies/{ABOUT}",
    "an agency": f"/agencies/SO-KHCN/{ABOUT}",
    "charts": f"/reports/charts/{ABOUT}",
    "plans": f"/plans/{ABOUT}",
    "calendar": "/calendar/",
    "reports": "/reports/",
    "help": "/help/",
}
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_500_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
PASSWORD = "Minh-hoa-Kon-Tum-2021"
KINDS = {"Document": "html", "Stylesheet": "css", "Script": "script", "Image": "picture"}
PAINT = """() => new Promise((done) => {
    new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
        .observe({type: "largest-contentful-paint", buffered: true});
    setTimeout(() => done(null), 3000);
})"""
# What moves after it was painted.
SHIFT = """() => new Promise((done) => {
    let sum = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((one) => { sum += one.value; }))
        .observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(sum), 200);
})"""


@dataclass
class Weight:
    """What one visit of a page brought over the wire, by kind, in bytes; and how many requests."""

    by_kind: Counter[str]
    requests: int = 0

    @property
    def bytes(self) -> int:
        """Return all of it."""
        return sum(self.by_kind.values())


def weigh(page: Page, address: str) -> Weight:
    """Visit a page until nothing more is fetched; count what came over the wire."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    kinds: dict[str, str] = {}
    weight = Weight(Counter())

    def answered(event: dict[str, Any]) -> None:
        answer = event["response"]
        if not (answer.get("fromDiskCache") or answer.get("fromServiceWorker")):
            kinds[event["requestId"]] = KINDS.get(event["type"], "other")

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] in kinds:
            weight.by_kind[kinds[event["requestId"]]] += int(event["encodedDataLength"])
            weight.requests += 1

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)  # the large script is fetched after the first paint
    page.wait_for_load_state("networkidle")
    session.detach()
    return weight


def paint(page: Page, address: str) -> tuple[float, float]:
    """Return after how many ms the largest part is painted on the slow line, and the shift."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(address, timeout=120_000)
    page.wait_for_load_state("networkidle", timeout=120_000)
    found = float(page.evaluate(PAINT) or 0)
    return found, float(page.evaluate(SHIFT))


def measure(browser: Browser, site: str, times: int) -> list[dict[str, Any]]:
    """Weigh every page, each in a browser that knows nothing yet but who is signed in."""
    context = browser.new_context(base_url=site)
    sign_in(context.new_page())
    state: Any = context.storage_state()
    context.close()
    rows = []
    for name, path in PAGES.items():
        known = None if name == "sign-in" else state
        context = browser.new_context(base_url=site, storage_state=known)
        first, later = weigh(context.new_page(), path), weigh(context.new_page(), path)
        context.close()
        paints = []
        for _time in range(times):
            context = browser.new_context(base_url=site, storage_state=known)
            paints.append(paint(context.new_page(), path))
            context.close()
        rows.append(
            {
                "page": name,
                "first": {**first.by_kind, "bytes": first.bytes, "requests": first.requests},
                "later": {**later.by_kind, "bytes": later.bytes, "requests": later.requests},
                "paint_ms": round(statistics.median(found for found, _shift in paints)),
                "shift": round(max(shift for _found, shift in paints), 4),
            }
        )
    return rows


def sign_in(page: Page) -> None:
    """Sign in as an officer."""
    page.goto("/accounts/login/")
    page.fill("[name=username]", "chuyenvien")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_load_state("networkidle")


def markdown(result: dict[str, Any]) -> str:
    """Return the table as a document."""
    said = (
        f"{result['made_at'][:10]}, {result['machine']}, Chromium {result['browser']}; the middle "
        f"of {result['times']} paints over 1.5 Mbit/s, 150 ms, a processor slowed down four times; "
        f"load of the machine meanwhile {result['load']}. Made by `make weigh`. Bytes are those on "
        "the wire, in kB (1 000), headers included; *later* is the same page again."
    )
    heads = ["page", "HTML", "CSS", "scripts", "in all", "requests", "later", "later, requests"]
    heads += ["largest paint ms", "shift"]
    lines = ["# Page weight", said, "", f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for row in result["rows"]:
        first, later = row["first"], row["later"]
        parts = [first.get(kind, 0) / 1000 for kind in ("html", "css", "script", "bytes")]
        lines.append(
            f"| {row['page']} | "
            + " | ".join(f"{part:.1f}" for part in parts)
            + f" | {first['requests']} | {later['bytes'] / 1000:.1f} | {later['requests']} "
            + f"| {row['paint_ms']} | {row['shift']:.3f} |"
        )
    return "\n".join([*lines, ""])


def main() -> None:
    """Weigh and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "bench")
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/site.sqlite3"
        os.environ["STATIC_ROOT"], os.environ["MEDIA_ROOT"] = f"{folder}/static", f"{folder}/media"
        os.environ["DEMO_PASSWORD"] = PASSWORD
        for command in (["migrate"], ["load_demo"], ["collectstatic", "--noinput"]):
            asked = [sys.executable, "manage.py", *command]
            subprocess.run(asked, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        service = Service(held=True)
        try:
            service.start()
            service.wait()
            with sync_playwright() as playwright:
                chosen: Any = {"executable_path": os.environ.get("CHROMIUM") or None}
                browser = playwright.chromium.launch(args=["--no-sandbox"], **chosen)
                rows = measure(browser, f"http://127.0.0.1:{service.port}", given.times)
                result = {
                    "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                    "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
                    "browser": browser.version,
                    "times": given.times,
                    "load": round(os.getloadavg()[0], 1),
                    "rows": rows,
                }
                browser.close()
        finally:
            service.close()
    given.into.mkdir(parents=True, exist_ok=True)
    (given.into / "weight.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    (given.into / "weight.md").write_text(markdown(result), "utf-8")
    sys.stdout.write(markdown(result))


if __name__ == "__main__":
    main()
