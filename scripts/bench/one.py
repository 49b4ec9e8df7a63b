"""python -m scripts.bench.one PROBE QUESTION: measures one probe in a process of its own."""

import gc
import json
import os
import statistics
import sys
import time
from contextlib import nullcontext, suppress
from pathlib import Path

import django

RUNS = ((0.3, 9), (3.0, 3))  # up to so many seconds a run, the median of so many; else one


def main(name: str, about: str) -> None:
    """Print one line of JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scripts.bench.settings")
    django.setup()
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from scripts.bench import probes

    probe = probes.PROBES[name]
    question = probes.QUESTIONS[about]()
    with probes.covering_indexes() if "covering index" in name else nullcontext():
        work = probe.prepare(question)
        cache.clear()
        with CaptureQueriesContext(connection) as first:  # also imports, templates, the connection
            size = work()
        asked = asked_again = list(first)  # later requests empty the connection's own list
        before = peak_memory(reset=True)
        cold = [timed(work, cache.clear)]
        runs = next((number for most, number in RUNS if cold[0][0] < 1000 * most), 1)
        cold += [timed(work, cache.clear) for _run in range(runs - 1)]
        warm = [timed(work) for _run in range(runs)] if probe.has_cache else cold
        peak = peak_memory()
        if probe.has_cache:
            with CaptureQueriesContext(connection) as again:
                work()
            asked_again = list(again)
    found = {
        "probe": name,
        "question": about,
        "runs": runs,
        "cold_ms": median(cold, 0),
        "cold_cpu_ms": median(cold, 1),
        "warm_ms": median(warm, 0),
        "warm_cpu_ms": median(warm, 1),
        "queries_cold": len(asked),
        "queries_warm": len(asked_again),
        "sql_ms": round(1000 * sum(float(query["time"]) for query in asked), 1),
        "peak_mb": round(peak),
        "before_mb": round(before),
        "size": size,
    }
    sys.stdout.write(json.dumps(found) + "\n")


def timed(work: object, prepare: object = None) -> tuple[float, float]:
    """Return the wall time and the processor time of one run in milliseconds."""
    if callable(prepare):
        prepare()
    gc.collect()
    wall, processor = time.perf_counter(), time.process_time()
    assert callable(work)
    work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - processor)


def median(times: list[tuple[float, float]], place: int) -> float:
    """Return the median of one of the two times."""
    return round(statistics.median(pair[place] for pair in times), 2)


def peak_memory(*, reset: bool = False) -> float:
    """Return the most memory that the process held since the last reset, in megabytes."""
    status = Path("/proc/self/status").read_text("utf-8")
    held = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    if reset:
        with suppress(OSError):  # a container may refuse it; then the peak is the whole life's
            Path("/proc/self/clear_refs").write_text("5", "ascii")
    return int(held.split()[1]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
