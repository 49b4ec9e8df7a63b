"""What `make weigh` found, as a table for people and as JSON."""

import json
import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django import get_version

LIGHTEST, SOONEST, STILLEST = 60_000, 2_000, 0.05  # bytes, milliseconds, shift
HEAD = """# What pages weigh
Made by `make weigh` on {day} UTC: {machine}, Python {python}, Django {django}, Chromium {browser};
load average before the run {before}, after it {after} ({cores} cores). Demonstration data, granian
with two workers, DEBUG off, static files collected. How it is measured: scripts/weigh.py.

Kilobytes (1000 bytes) as sent, headers included. *Worker* is the page for a lost connection, which
the first page of all fetches after everything else. Paint is the largest contentful paint on
1.5 Mbit/s with 150 ms and a processor slowed four times, the median of {runs} visits; *answer* is
when the page's first byte came there: the line's delay and the server's work.

"""
COLUMNS: tuple[str, ...] = (
    "page",
    "HTML",
    "CSS",
    "scripts",
    "Plotly",
    "worker",
    "other",
    "first visit",
    "requests",
)
COLUMNS += ("later visit", "requests", "answer, ms", "paint first, ms", "later, ms", "shift")


def write(
    folder: Path,
    rows: dict[str, dict[str, Any]],
    *,
    runs: int,
    browser: str,
    load_before: tuple[float, float, float],
) -> None:
    """Write both files."""
    about = {
        "day": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        "machine": machine(),
        "python": platform.python_version(),
        "django": get_version(),
        "browser": browser,
        "before": f"{load_before[0]:.1f}",
        "after": f"{os.getloadavg()[0]:.1f}",
        "cores": os.cpu_count(),
        "runs": runs,
    }
    folder.mkdir(parents=True, exist_ok=True)
    told = json.dumps({"about": about, "pages": rows}, indent=1, ensure_ascii=False)
    (folder / "weight.json").write_text(f"{told}\n", "utf-8")
    lines = [joined(COLUMNS), joined("---" for _column in COLUMNS)]
    lines += [*(line(name, row) for name, row in rows.items()), "", *aims(rows), ""]
    (folder / "weight.md").write_text(HEAD.format(**about) + "\n".join(lines), "utf-8")


def joined(cells: Iterable[object]) -> str:
    """Return a line of a table."""
    return "| " + " | ".join(map(str, cells)) + " |"


def machine() -> str:
    """Return the processor's name and the memory, as Linux tells them."""
    names = [
        said.partition(":")[2].strip()
        for said in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        if said.startswith("model name")
    ]
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    name = names[0] if names else platform.machine()
    return f"{name}, {pages / 2**30:.0f} GiB, {platform.system()}"


def line(name: str, row: dict[str, Any]) -> str:
    """Return a page's line of the table."""
    first, later = row["first"], row["later"]
    kinds = ("html", "css", "scripts", "plotly", "worker", "other", "total")
    cells = [name, *(kilobytes(first[kind]) for kind in kinds), first["requests"]]
    cells += [kilobytes(later["total"]), later["requests"]]
    cells += [row["answered"], row["lcp_first"], row["lcp_later"], f"{row['shift']:.3f}"]
    return joined(cells)


def kilobytes(size: int) -> str:
    """Return bytes as kilobytes; nothing as a dash."""
    return f"{size / 1000:.1f}" if size else "–"


def aims(rows: dict[str, dict[str, Any]]) -> list[str]:
    """Return each aim with what was found."""
    dashboard = rows["dashboard"]["first"]
    light = dashboard["html"] + dashboard["css"]
    again = [name for name, row in rows.items() if row["later"]["plotly"]]
    late = [name for name, row in rows.items() if row["lcp_first"] >= SOONEST]
    moved = [name for name, row in rows.items() if row["shift"] >= STILLEST]
    visits = [row[when] for row in rows.values() for when in ("first", "later")]
    plain = sorted({target for visit in visits for target in visit["uncompressed"]})
    slowest = max(row["lcp_first"] for row in rows.values())
    found = [
        (f"HTML and CSS of the dashboard below 60 kB: {light / 1000:.1f} kB", light < LIGHTEST),
        (f"Plotly fetched once: a second time on {named(again)}", not again),
        (f"Largest paint below 2 s: at most {slowest} ms; later on {named(late)}", not late),
        (f"Nothing moves, shift below 0.05: more on {named(moved)}", not moved),
        (f"Text is sent compressed: otherwise {named(plain)}", not plain),
    ]
    return ["## Aims", *(f"- {'met' if met else 'MISSED'}: {said}" for said, met in found)]


def named(names: list[str]) -> str:
    """Return names in a row."""
    return ", ".join(names) or "none"
