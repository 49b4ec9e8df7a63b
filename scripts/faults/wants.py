"""What the site may want for: room on the disk, leave to write, the lock, the database itself.

While it lasts, whoever sends a form is told to try again, with what was typed on the page; nothing
of it is recorded. When it is over, the same server records the same form.
"""

import os
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from django.db import connection, connections

from scripts.faults import checks
from scripts.faults.acts import PAPER, UPDATED, edition, next_of_stock
from scripts.faults.browser import Answer, Fields
from scripts.faults.kills import Run

ROOM = 6_000_000  # bytes that the small disk has beyond what lies on it
PATH = "/agencies/bulk/"
# Set by scripts/with_postgres.sh: how its server is stopped and started.
POSTGRES = shlex.split(os.environ.get("SCRATCH_POSTGRES", ""))


class LeftOut(Exception):
    """A want that cannot be brought about here, with the reason."""


def wants(run: Run) -> int:
    """Bring each want about once, say what came of it, and return how much is broken."""
    broken = 0
    for name, want in WANTS.items():
        try:
            wrong = _one(run, want)
        except LeftOut as reason:
            print(f"{name}: left out, {reason}", flush=True)
            continue
        broken += len(wrong)
        print(f"{name}: {'; '.join(wrong) or 'told as it should be, nothing lost'}", flush=True)
    return broken


def _one(run: Run, want: Callable[[Run], AbstractContextManager[bool]]) -> list[str]:
    """Send a form during a want and after it; return what is wrong with the answers."""
    codes = ",".join(next_of_stock())
    fields = _fields(codes)
    before = checks.state()
    with want(run) as is_read:
        wrong = _wrong_page(run.browser.get("/"), is_read=is_read)
        refused = _send(run, fields)
        wrong += _wrong_refusal(refused, fields)
    if changed := checks.difference(before, checks.state()):
        wrong.append(f"recorded all the same: {changed}")
    drawn = run.browser.post(PATH, _again(refused))
    if drawn.status != 200 or fields[3][1] not in drawn.body:
        wrong.append(f"the form does not come back, {drawn.status}")
    elif not _send(run, fields).is_taken:
        wrong.append("afterwards the form is not taken")
    elif checks.difference(before, checks.state()).get("converted") != UPDATED:
        wrong.append("afterwards it is not on record")
    return [*wrong, *checks.broken_invariants()]


def _fields(codes: str) -> list[tuple[str, str]]:
    return [
        ("chosen", codes),
        ("stage", "applied"),
        ("edition", str(edition())),
        ("decision_number", "77/QĐ-THIẾU"),
        ("decision_date", "20/11/2021"),
    ]


def _send(run: Run, fields: Fields) -> Answer:
    return run.browser.post(PATH, fields, {"document": ("77.pdf", PAPER)})


def _again(refused: Answer) -> Fields:
    """Return the form that the page about the want holds, as its button sends it."""
    names = ("chosen", "stage", "edition", "decision_number", "decision_date")
    return [(n, v) for n in (*names, "draw_again", "typed_by") for v in refused.values(n)]


def _wrong_page(page: Answer, *, is_read: bool) -> list[str]:
    """Say what is wrong with a page asked for during a want: it may be there, or be told of."""
    if page.status == 200 or (page.status == 503 and not is_read and _is_told(page)):
        return []
    return [f"the dashboard answers {page.status}"]


def _wrong_refusal(refused: Answer, fields: Fields) -> list[str]:
    if refused.status != 503 or not _is_told(refused):
        return [f"a form is answered {refused.status}: {refused.body[:1500]}"]
    lost = [name for name, value in fields if value not in refused.values(name)]
    return [f"what was typed is not on the page: {lost}"] if lost else []


def _is_told(page: Answer) -> bool:
    clear = "Hãy thử lại" in page.body or "Hiện chưa lưu được" in page.body
    return clear and "Retry-After" in page.headers and "Traceback" not in page.body


@contextmanager
def full_disk(run: Run) -> Iterator[bool]:
    """Let nothing more be written to the disk with the database (SQLite) and the documents."""
    with _small_disk(run) as folder:
        run.site.start()
        ballast = folder / "ballast"
        with suppress(OSError), ballast.open("wb") as file:
            while True:
                file.write(bytes(4096))
                file.flush()
        yield True
        ballast.unlink()


@contextmanager
def read_only_disk(run: Run) -> Iterator[bool]:
    """Let the disk with the database (SQLite) and the documents be read alone."""
    with _small_disk(run) as folder:
        _mount("-o", "remount,ro", str(folder))
        run.site.start()
        yield False
        _mount("-o", "remount,rw", str(folder))


@contextmanager
def _small_disk(run: Run) -> Iterator[Path]:
    """Move the site's data to a small disk of their own; the server is killed, not started.

    Afterwards they lie there until the run ends: the server goes on with them.
    """
    folder = run.site.folder / "data"
    run.site.kill()
    connections.close_all()
    aside = folder.with_name("aside")
    shutil.copytree(folder, aside)
    used = sum(file.stat().st_size for file in aside.rglob("*") if file.is_file())
    try:
        _mount("-t", "tmpfs", "-o", f"size={used + ROOM}", "tmpfs", str(folder))
        shutil.copytree(aside, folder, dirs_exist_ok=True)
    except LeftOut:
        run.site.start()
        raise
    finally:
        shutil.rmtree(aside)
    yield folder


def _mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        raise LeftOut(f"this account may not mount a disk ({done.stderr.strip()})")


@contextmanager
def locked(run: Run) -> Iterator[bool]:
    """Hold the write lock longer than anybody waits for it."""
    if connection.vendor != "sqlite":
        raise LeftOut("PostgreSQL lets them wait")
    with sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield True
        holder.execute("ROLLBACK")
    holder.close()


@contextmanager
def reading_server(run: Run) -> Iterator[bool]:
    """Let PostgreSQL take no writes, as a stand-by does."""
    if connection.vendor != "postgresql":
        raise LeftOut("PostgreSQL alone")
    _say_to_all("ON")
    yield True
    _say_to_all("OFF")


def _say_to_all(value: str) -> None:
    """Set whether transactions only read, for connections made from now on; end the others."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = OFF")
        cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {value}")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connections.close_all()


@contextmanager
def stopped_server(run: Run) -> Iterator[bool]:
    """Stop PostgreSQL, and start it again."""
    if connection.vendor != "postgresql" or not POSTGRES:
        raise LeftOut("only where scripts/with_postgres.sh has started the server")
    connections.close_all()
    subprocess.run([*POSTGRES, "-m", "fast", "stop"], check=True, cwd="/", capture_output=True)
    yield False
    subprocess.run([*POSTGRES, "start"], check=True, cwd="/", stdout=subprocess.DEVNULL)


WANTS = {
    "a database that goes away": stopped_server,
    "a server that only reads": reading_server,
    "a lock that somebody holds": locked,
    "a full disk": full_disk,
    "a disk that can only be read": read_only_disk,
}
