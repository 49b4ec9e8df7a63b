"""Acts killed at random moments; after each, everything is read again."""

import random
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from scripts.faults import checks
from scripts.faults.acts import Office, Stroke, event_in_force
from scripts.faults.browser import LOST, Answer, Browser
from scripts.faults.databases import Database
from scripts.faults.site import Site, kill

ACTS = ("import", "bulk update", "reorganisation", "freeze", "backup")
NEARER = 1.1  # by so much a kill that came too early, or too late, moves the next ones
FRESH = 25  # after so many kills the database is put back


@dataclass
class Tally:
    """What became of one kind of act."""

    seconds: float = 0.0  # that it takes when nobody kills it
    aim: float = 0.0  # the same as the kills have shown it since: the machine's load changes
    changes: checks.State = field(default_factory=dict)  # that it makes
    before: int = 0  # killed before its end was on record: nothing of it is
    unanswered: int = 0  # all of it is on record, though nobody was told
    answered: int = 0  # the kill came after the answer: all of it is on record
    broken: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        """Return how many were killed."""
        return self.before + self.unanswered + self.answered + len(self.broken)


class Run:
    """One run of kills on one site."""

    def __init__(self, site: Site, database: Database, seed: int) -> None:
        self.site, self.database = site, database
        self.random = random.Random(seed)
        self.browser = Browser(site.address)
        self.office = Office(site, self.browser)
        self.tallies: dict[str, Tally] = {}
        self.strays = 0

    def set_up(self) -> None:
        """Lay the data down, keep them, and serve them."""
        self.site.run("migrate", "--verbosity", "0")
        self.site.run("load_demo")
        self.office.fill()
        self.database.keep()
        self.site.start()
        self.browser.sign_in("chuyenvien")

    def time_acts(self) -> None:
        """Carry every act out once without a kill: how long it takes, what it changes."""
        for name in (*ACTS, "reorganisation"):
            self._time(name)

    def _time(self, name: str) -> None:
        title, stroke = self._prepared(name)
        before, start = checks.state(), time.monotonic()
        assert self._finished(stroke), f"{title} is refused without any kill"
        tally = self.tallies.setdefault(title, Tally())
        tally.seconds = tally.aim = time.monotonic() - start
        tally.changes = checks.difference(before, checks.state())
        unlike = {k: n for k, n in stroke.expects.items() if tally.changes.get(k) != n}
        assert not unlike, f"{title} changes {tally.changes}, not {unlike}"

    def _prepared(self, name: str) -> tuple[str, Stroke]:
        undoes = name == "reorganisation" and event_in_force() is not None
        return ("undoing" if undoes else name), self.office.prepare(name)

    def _finished(self, stroke: Stroke) -> bool:
        if stroke.form is not None:
            return stroke.form().is_taken
        return self.site.begin(*stroke.command).wait() == 0

    def kills(self, number: int) -> None:
        """Kill so many acts, the kinds in turn."""
        for n in range(number):
            if n and n % FRESH == 0:
                self.start_afresh()
            self._kill_one(ACTS[n % len(ACTS)])
            if sys.stderr.isatty() or (n + 1) % 10 == 0:
                print(f"{n + 1} of {number}", file=sys.stderr, flush=True)
        self._look_at_strays()

    def start_afresh(self, *, workers: int = 1) -> None:
        """Put the database back, after a last look at what killed uploads have left."""
        self._look_at_strays()
        self.site.kill()
        self.site.workers = workers
        self.database.put_back()
        self.site.start()
        self.browser.sign_in("chuyenvien")

    def _kill_one(self, name: str) -> None:
        title, stroke = self._prepared(name)
        tally, before = self.tallies[title], checks.state()
        kept = self._backups()
        moment = self._moment(tally.aim, of_command=stroke.form is None)
        answered = (self._kill_server if stroke.form else self._kill_command)(stroke, moment)
        wrong = list(checks.broken_invariants())
        changed = checks.difference(before, checks.state())
        if name == "backup":
            new = self._backups() - kept
            wrong += self._wrong_backups(new)
            self._count(tally, is_there=bool(new), answered=answered, wrong=wrong)
            return
        if changed not in ({}, tally.changes):
            wrong.append(f"neither before nor after: {changed}, not {tally.changes}")
        self._count(tally, is_there=bool(changed), answered=answered, wrong=wrong)

    def _moment(self, seconds: float, *, of_command: bool) -> float:
        """Choose when to kill: half of the kills near the end, where the commit is."""
        begins = 0.35 * seconds if of_command else 0.0  # Python starts; nothing is at stake yet
        if self.random.random() < 0.5:
            return self.random.uniform(begins, seconds)
        return self.random.uniform(0.7 * seconds, 1.1 * seconds)

    def _kill_server(self, stroke: Stroke, moment: float) -> bool:
        """Send the form, kill the server, start it again; say whether it had answered."""
        assert stroke.form is not None
        with ThreadPoolExecutor(1) as sending:
            answer: Future[Answer] = sending.submit(stroke.form)
            time.sleep(moment)
            self.site.kill()
            with suppress(*LOST):
                assert answer.result().is_taken, f"refused: {answer.result().body[:2000]}"
        self.site.start()
        page = self.browser.get("/")
        assert page.status == 200, f"after a kill the dashboard answers {page.status}"
        return answer.exception() is None

    def _kill_command(self, stroke: Stroke, moment: float) -> bool:
        command = self.site.begin(*stroke.command)
        time.sleep(moment)
        kill(command)
        return command.returncode == 0

    def _count(self, tally: Tally, *, is_there: bool, answered: bool, wrong: list[str]) -> None:
        if answered and not is_there:
            wrong.append("answered as done, but not on record")
        if wrong:
            tally.broken.append("; ".join(wrong))
        elif not is_there:
            tally.before += 1
            tally.aim = min(tally.aim * NEARER, 2 * tally.seconds)
        elif answered:
            tally.answered += 1
            tally.aim = max(tally.aim / NEARER, tally.seconds / 2)
        else:
            tally.unanswered += 1

    def _backups(self) -> set[Path]:
        return set(self.office.backups.glob("kontum-qms-*.zip"))

    def _wrong_backups(self, new: set[Path]) -> list[str]:
        """Prove that a file that bears the name of a backup comes back, whoever was killed."""
        wrong = []
        for file in new:
            try:
                self.site.run("restore", str(file), "--check")
            except RuntimeError as refused:
                wrong.append(str(refused))
        return wrong

    def _look_at_strays(self) -> None:
        self.strays += checks.strays()
        if said := checks.strays_that_stay():
            self.tallies.setdefault("bulk update", Tally()).broken.append(said)


def table(tallies: dict[str, Tally]) -> str:
    """Return the figures of a run, a line for each act."""
    head = f"{'act':<16}{'takes s':>8}{'kills':>7}{'before':>8}{'unanswered':>12}{'answered':>10}"
    lines = [f"{head}{'broken':>8}"]
    for name, tally in tallies.items():
        line = f"{name:<16}{tally.seconds:>8.2f}{tally.kills:>7}{tally.before:>8}"
        lines.append(f"{line}{tally.unanswered:>12}{tally.answered:>10}{len(tally.broken):>8}")
    told = [f"BROKEN {name}: {what}" for name, tally in tallies.items() for what in tally.broken]
    return "\n".join([*lines, *told])
