"""Runs every probe over sizes and databases, and writes the results with their table and curves.

It makes its own databases in a scratch folder (PostgreSQL: a server of its own, by
scripts/with_postgres.sh) and leaves nothing behind but the results.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.bench import curves, table, throughput

ROOT = Path(__file__).resolve().parents[2]
SIZES, FULL_SIZES = (148, 1_500), (148, 1_500, 15_000)
QUESTIONS = ("today", "5 years back")
PLAIN_FILES = ("naive: openpyxl, normal", "naive: openpyxl, write-only", "naive: XlsxWriter, plain")
NAMES = (
    *("cheapest page", "dashboard", "list", "list, page 50", "search", "search, decision"),
    *("agency page", "change report", "charts", "plans", "work list", "import preview"),
    *("as-of roll-up", "trend of ten years", "summary workbook"),
    *("naive: admin change list", "naive: Python loop", "naive: bare SQL, covering index"),
    *PLAIN_FILES,
)
LONGEST = 900  # seconds of one probe


def main() -> None:
    """Measure and write."""
    asked = arguments()
    rows: list[dict[str, Any]] = []
    served: list[dict[str, Any]] = []
    sizes: list[dict[str, Any]] = []
    started = time.monotonic()
    for database in asked.databases:
        part = _on_postgres(asked) if database == "postgres" else on_this(asked, "sqlite")
        rows += part["rows"]
        served += part["throughput"]
        sizes += part["sizes"]
    if asked.part:
        found = {"rows": rows, "throughput": served, "sizes": sizes}
        Path(asked.part).write_text(json.dumps(found), "utf-8")
        return
    result = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "records_per_agency": asked.records,
        "minutes": round((time.monotonic() - started) / 60, 1),
        "rows": [row for row in rows if "failed" not in row],
        "failures": [f"{row}" for row in rows if "failed" in row],
        "throughput": served,
        "sizes": sizes,
    }
    folder = Path(asked.into)
    if asked.add:
        result = added_to(json.loads((folder / "results.json").read_text("utf-8")), result)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    text = table.markdown(result)
    (folder / "README.md").write_text(text, "utf-8")
    (folder / "growth.svg").write_text(curves.svg(result), "utf-8")
    sys.stdout.write(text)
    if result["failures"]:
        raise SystemExit(1)


def added_to(before: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    """Return results with what an earlier run found of other databases."""
    new = {row["database"] for row in result["rows"]}
    parts = ("rows", "throughput", "sizes")
    old = {part: [row for row in before[part] if row["database"] not in new] for part in parts}
    joined = {part: [*old[part], *result[part]] for part in parts}
    minutes = round(before["minutes"] + result["minutes"], 1)
    return {**result, **joined, "minutes": minutes}


def arguments() -> argparse.Namespace:
    """Return what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="every size on both databases")
    parser.add_argument("--agencies", help="sizes, as 148,1500")
    parser.add_argument("--databases", help="sqlite,postgres")
    parser.add_argument("--records", type=int, default=10, help="status records an agency")
    parser.add_argument("--only", help="probes whose names contain one of these, as list,search")
    parser.add_argument("--into", help="the folder of the results")
    parser.add_argument(
        "--add", action="store_true", help="to the results in the folder, of another database"
    )
    parser.add_argument("--keep", help="a folder where SQLite databases stay for the next run")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    sizes = FULL_SIZES if asked.full else SIZES
    asked.agencies = [int(n) for n in asked.agencies.split(",")] if asked.agencies else sizes
    databases = asked.databases or ("sqlite,postgres" if asked.full else "sqlite")
    asked.databases = databases.split(",")
    asked.into = asked.into or ("docs/bench" if asked.full else "var/bench")
    if unknown := set(asked.databases) - {"sqlite", "postgres"}:
        parser.error(f"unknown: {', '.join(unknown)}")
    return asked


def on_this(asked: argparse.Namespace, database: str) -> dict[str, list[dict[str, Any]]]:
    """Measure every size on one kind of database."""
    rows: list[dict[str, Any]] = []
    served: list[dict[str, Any]] = []
    sizes: list[dict[str, Any]] = []
    for agencies in asked.agencies:
        with tempfile.TemporaryDirectory() as folder:
            environment = made(folder, database, agencies, asked)
            what = {"database": database, "agencies": agencies}
            sizes.append({**what, **size_of(environment, database)})
            rows += [
                {**what, **measured(environment, name, question)}
                for name in chosen(asked.only)
                for question in questions_of(name, database)
            ]
            if asked.only is None:
                found = throughput.measure(environment, 2)
                served += [{**what, **row} for row in found]
    return {"rows": rows, "throughput": served, "sizes": sizes}


def questions_of(name: str, database: str) -> Iterable[str]:
    """Return what a probe is asked; of plain files, which rest on their rows alone, once."""
    if name in PLAIN_FILES:
        return QUESTIONS[-1:] if database == "sqlite" else ()
    return QUESTIONS


def chosen(only: str | None) -> list[str]:
    """Return the probes asked for."""
    parts = only.split(",") if only else [""]
    return [name for name in NAMES if any(part in name for part in parts)]


def made(folder: str, database: str, agencies: int, asked: argparse.Namespace) -> dict[str, str]:
    """Make a country of a size, and return the environment that its processes run in."""
    url, is_kept = f"sqlite:///{folder}/bench.sqlite3", False
    if database == "sqlite" and asked.keep:
        path = Path(asked.keep) / f"bench-{agencies}-{asked.records}.sqlite3"
        url, is_kept = f"sqlite:///{path.resolve()}", path.exists()
    if database == "postgres":
        url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/bench_{agencies}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "STATIC_ROOT": f"{folder}/static",
        "MEDIA_ROOT": f"{folder}/media",
        "SECRET_KEY": "only-for-this-run-" + "x" * 40,
        "DJANGO_SETTINGS_MODULE": "scripts.bench.settings",
        "PYTHONPATH": str(ROOT),
        "DEMO_PASSWORD": "Mat-khau-do-toc-do-1",
    }
    if database == "postgres":
        run(f"CREATE DATABASE bench_{agencies}", dict(os.environ))
    say(f"{database}, {agencies} agencies")
    manage(environment, "migrate", "--verbosity", "0")
    if not is_kept:
        size = ["--agencies", str(agencies), "--records", str(asked.records)]
        manage(environment, "make_national_data", *size)
        run("VACUUM ANALYZE" if database == "postgres" else "ANALYZE", environment)
    manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
    return environment


def run(statement: str, environment: dict[str, str]) -> str:
    """Run one statement outside of any transaction; return the first value that it gives."""
    code = (
        "import sys, django; django.setup()\nfrom django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    cursor.execute(sys.argv[1])\n"
        "    print(cursor.fetchone()[0] if cursor.description else '')"
    )
    settings = {"DJANGO_SETTINGS_MODULE": "scripts.bench.settings", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, statement]
    inside = {**environment, **settings}
    done = subprocess.run(command, cwd=ROOT, env=inside, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode().strip()


def size_of(environment: dict[str, str], database: str) -> dict[str, float]:
    """Return the megabytes of a database, and the status records in it."""
    pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    asked = "SELECT pg_database_size(current_database())" if database == "postgres" else pages
    held = int(run(asked, environment))
    records = int(run("SELECT COUNT(*) FROM agencies_statusrecord", environment))
    return {"mb": round(held / 1024 / 1024), "records": records}


def manage(environment: dict[str, str], *arguments: str) -> None:
    """Run one management command."""
    command = [sys.executable, "manage.py", *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def measured(environment: dict[str, str], name: str, question: str) -> dict[str, Any]:
    """Return what a probe came to; `failed` says why it came to nothing."""
    command = [sys.executable, "-m", "scripts.bench.one", name, question]
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, timeout=LONGEST, check=False
        )
    except subprocess.TimeoutExpired:
        say(f"  {name}, {question}: longer than {LONGEST} s")
        return {"probe": name, "question": question, "failed": f"longer than {LONGEST} s"}
    if done.returncode:
        said = done.stderr.decode()
        say(f"  {name}, {question}: {said[-2000:]}")
        return {"probe": name, "question": question, "failed": said.splitlines()[-1]}
    row: dict[str, Any] = json.loads(done.stdout.decode().splitlines()[-1])
    cold = f"{row['cold_ms']:.1f} ms cold, {row['warm_ms']:.1f} warm"
    say(f"  {name}, {question}: {cold}, {row['queries_cold']} queries, {row['peak_mb']} MB")
    return row


def _on_postgres(asked: argparse.Namespace) -> dict[str, list[dict[str, Any]]]:
    """Measure on a PostgreSQL server made for it: this very command, inside with_postgres.sh."""
    if "SCRATCH_POSTGRES" in os.environ:
        return on_this(asked, "postgres")
    with tempfile.TemporaryDirectory() as folder:
        part = f"{folder}/part.json"
        sizes = ",".join(map(str, asked.agencies))
        command = ["bash", "scripts/with_postgres.sh", sys.executable, "-m", "scripts.bench"]
        command += ["--databases", "postgres", "--agencies", sizes, "--part", part]
        command += ["--records", str(asked.records)]
        command += ["--only", asked.only] if asked.only else []
        subprocess.run(command, cwd=ROOT, check=True)
        found: dict[str, list[dict[str, Any]]] = json.loads(Path(part).read_text("utf-8"))
        return found


def machine() -> dict[str, str]:
    """Return what the figures were taken on."""
    cpu = Path("/proc/cpuinfo").read_text("utf-8")
    models = [line.split(":", 1)[1].strip() for line in cpu.splitlines() if "model name" in line]
    memory = Path("/proc/meminfo").read_text("utf-8").splitlines()[0].split()[1]
    import sqlite3

    return {
        "processor": models[0] if models else platform.machine(),
        "processors": str(os.cpu_count()),
        "memory_gb": f"{int(memory) / 1024 / 1024:.0f}",
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load_before": f"{os.getloadavg()[0]:.1f}",
    }


def say(text: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
