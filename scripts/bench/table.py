"""The results as one page of Markdown: the aims, then every figure."""

from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]
NAIVE = {
    "list": "naive: admin change list",
    "as-of roll-up": "naive: bare SQL, covering index",
    "summary workbook": "naive: openpyxl, write-only",
}
LARGE, LEAST_LARGE_ENOUGH = 15_000, 200


def markdown(result: dict[str, Any]) -> str:
    """Return the page."""
    failed = [f"**Failed**: {text}" for text in result["failures"]]
    return "\n".join(
        [
            *_head(result),
            *failed,
            *_aims(result),
            *_tables(result),
            *_served(result),
            *_sizes(result),
            "",
        ]
    )


def _head(result: dict[str, Any]) -> Iterator[str]:
    on = result["machine"]
    yield "# What it costs"
    yield (
        f"Made by `make bench FULL=1` at {result['made_at']} in {result['minutes']} minutes on "
        f"{on['processors']} × {on['processor']}, {on['memory_gb']} GB, {on['system']}, "
        f"Python {on['python']}, SQLite {on['sqlite']}; load before the run {on['load_before']}. "
        f"{result['records_per_agency']} status records an agency on the average."
    )
    yield ""
    yield (
        "Milliseconds are medians, as the server takes them (the whole stack in one process, no "
        "network); in brackets the processor's. *Cold*: every cache empty; *warm*: the same "
        "request again. Agencies are those before the reform of 1 July 2025; *today* has a third "
        "of them, *5 years back* all. Peak memory is that of a process of its own."
    )
    yield ""
    yield "![Growth](growth.svg)"
    yield ""


def find(rows: list[Row], probe: str, **also: Any) -> Row | None:
    """Return the row of a probe, None where it was not measured."""
    fits = (row for row in rows if row["probe"] == probe)
    return next((row for row in fits if all(row[k] == v for k, v in also.items())), None)


def _aims(result: dict[str, Any]) -> Iterator[str]:
    rows = result["rows"]
    yield "## Aims"
    yield "| aim, at 15 000 agencies | database | question | found | |"
    yield "|---|---|---|---|---|"
    for database in dict.fromkeys(row["database"] for row in rows):
        for question in dict.fromkeys(row["question"] for row in rows):
            at = {"database": database, "question": question, "agencies": LARGE}
            for aim, found, is_met in _judged(rows, at):
                verdict = "met" if is_met else "**missed**"
                yield f"| {aim} | {database} | {question} | {found} | {verdict} |"
    for row in result["throughput"]:
        found, verdict = f"{row['share']:.0%}", "met" if row["share"] >= 0.7 else "**missed**"
        aim = f"throughput ≥ 70 % of workers / median, {row['page']}, {row['agencies']} agencies"
        yield f"| {aim} | {row['database']} | today | {found} | {verdict} |"
    yield ""


def _judged(rows: list[Row], at: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    def of(probe: str) -> Row | None:
        return find(rows, probe, **at)

    times = (
        ("dashboard < 150 ms cold", "dashboard", "cold_ms", 150.0),
        ("dashboard < 20 ms warm", "dashboard", "warm_ms", 20),
        ("list < 80 ms", "list", "cold_ms", 80),
        ("trend of ten years < 400 ms cold", "trend of ten years", "cold_ms", 400),
    )
    for aim, probe, what, most in times:
        if row := of(probe):
            yield aim, f"{row[what]:.0f} ms", row[what] < most
    for aim, probe, what, limit in (
        ("roll-up ≤ 2 × bare SQL", "as-of roll-up", "cold_ms", 2.0),
        ("summary ≤ 1.5 × plain write-only", "summary workbook", "cold_cpu_ms", 1.5),
    ):
        row, bare = of(probe), of(NAIVE[probe]) or _of_any(rows, NAIVE[probe], at)
        if row and bare:
            ratio = row[what] / bare[what]
            yield aim, f"{ratio:.2f} ×", ratio <= limit
    if row := of("summary workbook"):
        yield "summary < 200 MB", f"{row['peak_mb']} MB", row["peak_mb"] < 200
    for row in rows:
        small = find(rows, row["probe"], **{**at, "agencies": 1_500})
        is_here = all(row[name] == value for name, value in at.items())
        if small and is_here and not row["probe"].startswith("naive"):
            grown = row["cold_cpu_ms"] / max(small["cold_cpu_ms"], 1)
            if grown > 13:  # ten times the agencies, and what timers make of it
                yield f"linear: {row['probe']}", f"{grown:.1f} × for 10 ×", False


def _of_any(rows: list[Row], probe: str, at: dict[str, Any]) -> Row | None:
    """Return the row of a plain file, which is measured beside one database alone."""
    return find(rows, probe, question=at["question"], agencies=at["agencies"])


def _tables(result: dict[str, Any]) -> Iterator[str]:
    rows = result["rows"]
    for database in dict.fromkeys(row["database"] for row in rows):
        for question in dict.fromkeys(row["question"] for row in rows):
            some = [r for r in rows if (r["database"], r["question"]) == (database, question)]
            yield f"## {database}, {question}"
            yield from _table(some)
            yield ""


def _table(rows: list[Row]) -> Iterator[str]:
    sizes = list(dict.fromkeys(row["agencies"] for row in rows))
    heads = [f"{size}: cold | warm | queries | MB" for size in sizes]
    yield f"| | {' | '.join(heads)} |"
    yield "|---|" + "---:|" * 4 * len(sizes)
    for probe in dict.fromkeys(row["probe"] for row in rows):
        cells = []
        for size in sizes:
            row = find(rows, probe, agencies=size)
            cells.append(_cells(row) if row else "| | |")
        yield f"| {probe} | {' | '.join(cells)} |"


def _cells(row: Row) -> str:
    cold, warm = (f"{_ms(row[f'{w}_ms'])} ({_ms(row[f'{w}_cpu_ms'])})" for w in ("cold", "warm"))
    return f"{cold} | {warm} | {row['queries_cold']} / {row['queries_warm']} | {row['peak_mb']}"


def _ms(value: float) -> str:
    return f"{value:.1f}" if value < LEAST_LARGE_ENOUGH else f"{value:,.0f}".replace(",", " ")


def _served(result: dict[str, Any]) -> Iterator[str]:
    if not result["throughput"]:
        return
    yield "## Throughput"
    yield "Two clients a worker on the same machine, which take their share of the processors."
    yield ""
    yield "| database | agencies | page | workers | median ms | requests/s | of workers/median |"
    yield "|---|---:|---|---:|---:|---:|---:|"
    for row in result["throughput"]:
        yield (
            f"| {row['database']} | {row['agencies']} | {row['page']} | {row['workers']} "
            f"| {row['median_ms']} | {row['requests_s']} | {row['share']:.0%} |"
        )


def _sizes(result: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield "## Sizes"
    yield "Of the whole database with its indexes, histories and the record of acts."
    yield ""
    yield "| database | agencies before the reform | status records | MB |"
    yield "|---|---:|---:|---:|"
    for row in result["sizes"]:
        yield f"| {row['database']} | {row['agencies']} | {row['records']} | {row['mb']} |"
