"""Several people recording at once, partly about the same agencies, each in an own browser."""

import random
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count, islice

from django.db import connections

from agencies.models import Agency, Entry, RosterRecord, StatusRecord, User
from scripts.faults import checks
from scripts.faults.acts import edition
from scripts.faults.browser import Browser
from scripts.faults.site import PASSWORD, Site

FIRST_DAY = date(2016, 1, 1)
SHARED = 4  # agencies that all of them write about
MOST_TRIES = 100


@dataclass(frozen=True)
class Written:
    """One act that the site has answered as recorded."""

    agency: str
    day: date
    number: str
    seen: int  # the last Entry when the form that was taken was drawn


@dataclass
class Person:
    """One officer, and what the site answered."""

    browser: Browser
    name: str
    own: list[str]  # agencies that nobody else writes about
    written: list[Written] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # of each form sent
    conflicts: int = 0
    wrong: list[str] = field(default_factory=list)


def people_at_once(site: Site, number: int, writes: int, seed: int) -> int:
    """Let people write about a running site; print what came of it, return how much is broken."""
    codes = list(Agency.objects.order_by("code").values_list("code", flat=True))
    codes = [code for code in codes if code.startswith("X")]
    random.Random(seed).shuffle(codes)
    shared, rest = codes[:SHARED], codes[SHARED:]
    people = [_person(site, n, rest[n::number]) for n in range(number)]
    target, first = edition(), Entry.objects.count()
    taken = set(StatusRecord.objects.values_list("valid_from", flat=True))
    connections.close_all()
    begun = time.monotonic()
    with ThreadPoolExecutor(number) as threads:
        for n, person in enumerate(people):
            moments = list(islice(free_days(taken), n, number * writes, number))
            chance = random.Random(seed + n)
            threads.submit(_write_all, person, moments, shared, chance, target)
    elapsed = time.monotonic() - begun
    wrong = [said for person in people for said in person.wrong]
    wrong += [*_lost(people), *checks.broken_invariants()]
    if (entries := Entry.objects.count() - first) != number * writes:
        wrong.append(f"{entries} acts of recording, not {number * writes}")
    connections.close_all()
    _tell(people, elapsed, wrong)
    return len(wrong)


def free_days(taken: set[date]) -> Iterator[date]:
    """Yield the days on which no record begins yet: there one is corrected, not recorded."""
    return (day for n in count() if (day := FIRST_DAY + timedelta(days=n)) not in taken)


def _person(site: Site, n: int, own: list[str]) -> Person:
    user, _new = User.objects.get_or_create(
        username=f"ghi{n}", defaults={"role": "officer", "full_name": f"Người ghi {n}"}
    )
    user.set_password(PASSWORD)
    user.save()
    browser = Browser(site.address)
    browser.sign_in(user.username)
    return Person(browser, user.full_name, own)


def _write_all(
    person: Person, days: list[date], shared: list[str], chance: random.Random, target: int
) -> None:
    """Write once for each day, every second time about an agency that all write about."""
    for day in days:
        agency = chance.choice(shared if chance.random() < 0.5 else person.own)
        try:
            _write(person, agency, day, target)
        except Exception as error:  # whatever happens is told of
            person.wrong.append(f"{person.name}, {agency}, {day}: {error!r}")


def _write(person: Person, agency: str, day: date, target: int) -> None:
    """Record one declaration; where somebody was faster, look and send it again."""
    path, number = f"/agencies/{agency}/status/record/", f"{day:%Y%m%d}/QĐ-{person.name[-1]}"
    page = person.browser.get(path)
    for _try in range(MOST_TRIES):
        seen = page.values("seen")[0]
        fields = [
            ("stage", "applied"),
            ("edition", str(target)),
            ("decision_number", number),
            ("decision_date", f"{day:%d/%m/%Y}"),
            ("declaration", "again"),
            ("seen", seen),
        ]
        begun = time.monotonic()
        page = person.browser.post(path, fields)
        person.seconds.append(time.monotonic() - begun)
        if page.is_taken:
            person.written.append(Written(agency, day, number, int(seen)))
            return
        told = 'class="versions"' in page.body and number in page.body
        if page.status != 409 or not told:
            raise RuntimeError(f"answered {page.status}: {words_of(page.body)}")
        person.conflicts += 1
    raise RuntimeError("never taken")


def words_of(page: str) -> str:
    """Return what a page says below its head, without its marks."""
    words = re.sub(r"<[^>]*>", " ", page.partition("<main")[2])
    return re.sub(r"\s+", " ", words)[:3000]


def _lost(people: list[Person]) -> Iterator[str]:
    """Yield what was answered as recorded and is not there, or was recorded over unseen news."""
    rows = StatusRecord.objects.select_related("agency")
    believed = {
        (row.agency.code, row.valid_from, row.decision_number)
        for row in rows.filter(superseded__isnull=True)
    }
    first: dict[tuple[str, str], int] = {}
    for row in rows.order_by("-recorded"):
        first[row.agency.code, row.decision_number] = row.recorded_id
    touched = _touched()
    for person in people:
        for one in person.written:
            if (one.agency, one.day, one.number) not in believed:
                yield f"lost: {one}"
                continue
            own = first[one.agency, one.number]
            if any(one.seen < entry < own for entry in touched[one.agency]):
                yield f"recorded over what its author had not seen: {one}"


def _touched() -> dict[str, set[int]]:
    """Return the acts of recording that changed each agency."""
    touched: dict[str, set[int]] = defaultdict(set)
    for model in (RosterRecord, StatusRecord):
        names = ("agency__code", "recorded", "superseded")
        for code, recorded, superseded in model._default_manager.values_list(*names):
            touched[code].update(entry for entry in (recorded, superseded) if entry)
    return touched


def _tell(people: list[Person], elapsed: float, wrong: list[str]) -> None:
    seconds = sorted(second for person in people for second in person.seconds)
    writes = sum(len(person.written) for person in people)
    conflicts = sum(person.conflicts for person in people)
    middle, slow = seconds[len(seconds) // 2], seconds[int(0.95 * len(seconds))]
    print(
        f"{writes} acts recorded by {len(people)} people in {elapsed:.0f} s "
        f"({writes / elapsed:.1f}/s), {conflicts} conflicts told to their authors; a form is "
        f"answered in {1000 * middle:.0f} ms (median), {1000 * slow:.0f} ms (95 %), "
        f"{1000 * seconds[-1]:.0f} ms (slowest)",
        flush=True,
    )
    for said in wrong:
        print(f"BROKEN {said}", flush=True)
