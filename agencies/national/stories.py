"""What befell one agency, and when it was recorded: systems built, declared, left; slips mended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from agencies.actions import Statement
from agencies.models import Declaration, EntryKind, Stage, StatusFacts
from agencies.models.status import MADE_UP

BEGINNING = date(2010, 1, 1)
SIGNERS = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Hoàng Cường", "Phạm Thu Dung", "Hoàng Minh Đức")
SLIPS = ("Nhập nhầm số quyết định", "Đối chiếu bản gốc quyết định", "Nhập nhầm số thủ tục")
NEVER_HAPPENED = "Chưa có quyết định công bố; cơ quan mới dự thảo"


@dataclass(frozen=True)
class Told:
    """One statement of one agency, and the day on which the office recorded it.

    `in_workbook`: it came in the province's workbook of that Friday, with others.
    """

    on: date
    kind: EntryKind
    statement: Statement
    reason: str = ""
    in_workbook: bool = False


@dataclass(frozen=True)
class Editions:
    """The edition that was in force first, and the one to convert to, by their ids."""

    old: int
    new: int
    new_from: date


@dataclass
class Teller:
    """Tells the stories of agencies until a day, so many records each on the average."""

    random: Random
    editions: Editions
    records: float
    until: date

    def story(self, code: str, zeal: float) -> Iterator[Told]:
        """Yield what is recorded of an agency in order; `zeal` is how many of 1 convert."""
        chance = self.random.random()
        if chance < 0.03:
            facts = StatusFacts(Stage.EXEMPT, note="Không có thủ tục hành chính", source=MADE_UP)
            yield from self._tell(code, [(self._day(BEGINNING, 400), facts)])
        elif chance < 0.03 + 0.12 * (1 - zeal):
            start = self._day(date(2016, 1, 1), 3000)
            yield from self._tell(code, [(start, self._building(self.editions.new))])
        else:
            yield from self._tell(code, self._declared(converts=self.random.random() < zeal))

    def after_reform(self, code: str, day: date) -> Iterator[Told]:
        """Yield that a new body declares anew; nothing where it has not by the last day."""
        start = day + timedelta(days=self.random.randint(20, 300))
        if start < self.until:
            facts = self._applied(self.editions.new, start, again=True, reason="Sáp nhập")
            yield from self._tell(code, [(start, facts)])

    def _declared(self, *, converts: bool) -> list[tuple[date, StatusFacts]]:
        """Return the events of an agency that declared the old edition, and perhaps the new."""
        random, editions = self.random, self.editions
        wanted = max(1, round(random.gauss(self.records * 0.39, self.records / 12)))
        first = self._day(date(2011, 1, 1), 1600)
        turn = max(editions.new_from, first) + timedelta(days=random.randint(60, 2800))
        last = min(self.until, turn) if converts else self.until
        events = [(first, self._applied(editions.old, first))]
        if converts:
            events.append(
                (turn, self._applied(editions.new, turn, again=True, reason="Chuyển đổi"))
            )
        if wanted > 2:
            before = first - timedelta(days=random.randint(60, 360))
            events.append((before, self._building(editions.old)))
        if not converts and random.random() < 0.12:
            gone = self._between(first, last)
            facts = StatusFacts(Stage.WITHDRAWN, edition_id=editions.old, source=MADE_UP)
            events.append((gone, facts))
        while len(events) < wanted:
            day = self._between(first, self.until)
            edition = editions.new if converts and day > turn else editions.old
            events.append(
                (day, self._applied(edition, day, again=True, reason="Điều chỉnh phạm vi"))
            )
        days = dict(sorted(events, key=lambda event: event[0]))  # one event a day
        return _without_return(list(days.items()))

    def _tell(self, code: str, events: Sequence[tuple[date, StatusFacts]]) -> Iterator[Told]:
        """Yield events with the day each was recorded on, and slips mended later."""
        on = BEGINNING
        for place, (start, facts) in enumerate(events):
            on = max(on, start) + timedelta(days=self._delay())
            in_workbook = self.random.random() < 0.65
            if in_workbook:
                on += timedelta(days=(4 - on.weekday()) % 7)
            if on >= self.until or start >= self.until:
                return
            said = Statement(code, start, facts)
            yield Told(on, EntryKind.RECORD, said, in_workbook=in_workbook)
            if facts.stage != Stage.APPLIED or self.random.random() >= 0.2:
                continue
            found = on + timedelta(days=self.random.randint(5, 200))
            following = events[place + 1][0] if place + 1 < len(events) else self.until
            if found < min(following, self.until):
                on = found
                yield self._slip(code, on, start, facts)

    def _delay(self) -> int:
        """Return the days until the office heard of an event: mostly few, sometimes many."""
        few, many = (60, 300) if self.random.random() < 0.08 else (2, 30)
        return self.random.randint(few, many)

    def _slip(self, code: str, on: date, start: date, facts: StatusFacts) -> Told:
        """Return the correction of the last record: its number, or that it never was so."""
        if self.random.random() < 0.15:
            meant, reason = self._building(facts.edition_id or self.editions.old), NEVER_HAPPENED
        else:
            number = f"{self.random.randint(1, 4999)}/QĐ-UBND"
            meant, reason = replace(facts, decision_number=number), self.random.choice(SLIPS)
        said = Statement(code, start, meant, is_interval=True)
        return Told(on, EntryKind.CORRECTION, said, reason)

    def _applied(
        self, edition: int, day: date, *, again: bool = False, reason: str = ""
    ) -> StatusFacts:
        random = self.random
        lacks = random.random() < 0.06
        decided = day - timedelta(days=random.randint(0, 14))
        return StatusFacts(
            Stage.APPLIED,
            edition_id=edition,
            decision_number="" if lacks else f"{random.randint(1, 4999)}/QĐ-UBND",
            decision_date=None if lacks else decided,
            effective_date=day,
            signer=random.choice(SIGNERS),
            procedures=random.randint(20, 260),
            declaration=Declaration.AGAIN if again else Declaration.FIRST,
            redeclaration_reason=reason,
            source=MADE_UP,
        )

    def _building(self, edition: int) -> StatusFacts:
        return StatusFacts(Stage.BUILDING, working_toward_id=edition, source=MADE_UP)

    def _day(self, first: date, days: int) -> date:
        return first + timedelta(days=self.random.randrange(days))

    def _between(self, first: date, last: date) -> date:
        return first + timedelta(days=1 + self.random.randrange(max(1, (last - first).days - 1)))


def _without_return(events: list[tuple[date, StatusFacts]]) -> list[tuple[date, StatusFacts]]:
    """Return events without those after a withdrawal, so that nobody re-declares what is gone."""
    gone = [place for place, (_day, facts) in enumerate(events) if facts.stage == Stage.WITHDRAWN]
    return events[: gone[0] + 1] if gone else events
