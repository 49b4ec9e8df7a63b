"""The growth curves as a picture: both axes logarithmic, so that linear growth is a diagonal."""

from collections.abc import Iterator
from html import escape
from math import ceil, floor, log10
from typing import Any

WIDTH, HEIGHT, LEFT, TOP, GAP = 460, 340, 60, 48, 190
COLOURS = ("#0b5cad", "#b3261e", "#1b7f3b", "#7a4fb5", "#a15c00", "#00797a", "#5b5b5b", "#c2185b")
SHOWN = (
    *("dashboard", "list", "search", "agency page", "change report"),
    *("as-of roll-up", "trend of ten years", "summary workbook"),
)
Point = tuple[float, float]


def svg(result: dict[str, Any]) -> str:
    """Return one panel for each database: cold milliseconds five years back over agencies."""
    rows = [row for row in result["rows"] if row["question"] == "5 years back"]
    databases = list(dict.fromkeys(row["database"] for row in rows))
    times = [max(row["cold_ms"], 0.1) for row in rows if row["probe"] in SHOWN] or [1.0]
    bounds = floor(log10(min(times))), ceil(log10(max(times)))
    width = LEFT + (WIDTH + LEFT) * max(1, len(databases)) + GAP
    parts = []
    parts.append(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT + 2 * TOP}" '
        'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
    )
    for place, database in enumerate(databases):
        own = [row for row in rows if row["database"] == database]
        parts += _panel(own, database, LEFT + place * (WIDTH + LEFT), bounds)
    for place, probe in enumerate(SHOWN):
        x, y = width - GAP + 10, TOP + 14 + 20 * place
        parts.append(
            f'<line x1="{x}" x2="{x + 22}" y1="{y}" y2="{y}" stroke="{COLOURS[place]}" '
            f'stroke-width="2"/><text x="{x + 28}" y="{y + 4}">{escape(probe)}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def _panel(
    rows: list[dict[str, Any]], database: str, left: int, bounds: tuple[int, int]
) -> Iterator[str]:
    sizes = sorted({row["agencies"] for row in rows})
    low, high = log10(sizes[0] * 0.8), log10(sizes[-1] * 1.2)

    def at(size: float, time: float) -> Point:
        x = left + WIDTH * (log10(size) - low) / (high - low)
        return x, TOP + HEIGHT * (1 - (log10(time) - bounds[0]) / (bounds[1] - bounds[0]))

    title = f"{database}: ms, cold, 5 years back"
    yield f'<text x="{left}" y="{TOP - 22}" font-size="15">{title}</text>'
    for power in range(bounds[0], bounds[1] + 1):
        _x, y = at(sizes[0], 10**power)
        label = f"{10**power:g}"
        yield f'<line x1="{left}" x2="{left + WIDTH}" y1="{y}" y2="{y}" stroke="#ddd"/>'
        yield f'<text x="{left - 6}" y="{y + 4}" text-anchor="end">{label}</text>'
    for size in sizes:
        x, _y = at(size, 10 ** bounds[0])
        text = f"{size:,}".replace(",", " ")
        yield f'<text x="{x}" y="{TOP + HEIGHT + 20}" text-anchor="middle">{text}</text>'
    yield from _linear(at, sizes, bounds)
    for place, probe in enumerate(SHOWN):
        points = [
            at(row["agencies"], max(row["cold_ms"], 0.1)) for row in rows if row["probe"] == probe
        ]
        yield _line(points, COLOURS[place])


def _linear(at: Any, sizes: list[int], bounds: tuple[int, int]) -> Iterator[str]:
    """Yield the diagonal of linear growth, dashed."""
    start = 10 ** bounds[0] * 2
    grown = min(start * sizes[-1] / sizes[0], 10 ** bounds[1])
    one, two = at(sizes[0], start), at(sizes[0] * grown / start, grown)
    yield (
        f'<line x1="{one[0]:.1f}" y1="{one[1]:.1f}" x2="{two[0]:.1f}" y2="{two[1]:.1f}" '
        'stroke="#999" stroke-dasharray="5 4"/>'
    )
    place = f'x="{two[0] - 4:.1f}" y="{two[1] + 14:.1f}"'
    yield f'<text {place} fill="#777" text-anchor="end">linear</text>'


def _line(points: list[Point], colour: str) -> str:
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)
    return f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'
