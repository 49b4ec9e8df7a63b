"""What reorganisations did, or would do: body by body, and to the figures of two days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from agencies.actions import rehearsal
from agencies.asof import AsOf
from agencies.models import Edition, Entry, Reorganisation
from agencies.reorganisation_rows import Section, sections_of
from reports import rollups
from reports.consequences import latest

AT_ONCE = 20  # outcomes; of more, each section opens by itself


@dataclass(frozen=True)
class Told:
    """One event: what it is, the bodies by their parents before it, and the figures.

    `eve` and `on_day` set the figures without the event beside those with it.
    """

    event: Reorganisation
    edition: Edition
    sections: tuple[Section, ...]
    eve: rollups.Comparison
    on_day: rollups.Comparison

    @property
    def last_day(self) -> date:
        """Return the last day before it."""
        return self.event.takes_effect_on - timedelta(days=1)

    @property
    def leaves_the_past(self) -> bool:
        """Say whether the figures of the day before are the same with and without it."""
        return all(row.then == row.now for row in self.eve.rows)

    @property
    def is_large(self) -> bool:
        """Say whether the bodies are more than a page shows at once."""
        return sum(len(section.outcomes) for section in self.sections) > AT_ONCE

    @property
    def bodies(self) -> tuple[int, int]:
        """Return how many bodies it found and how many there are after it."""
        return sum(s.before for s in self.sections), sum(s.after for s in self.sections)


def rehearsed(
    apply: Callable[[], Reorganisation],
    takes_effect_on: date,
    edition: Edition,
    provinces: tuple[int, ...] = (),
) -> Told:
    """Apply an event, tell what it did, and take all of it back.

    Its figures are of all agencies, or of those of some provinces.

    Raises:
        ValidationError, StaleForm: it would be refused.
    """
    days = (takes_effect_on - timedelta(days=1), takes_effect_on)
    with rehearsal():
        before = [_counted(day, provinces, edition) for day in days]
        event = apply()
        after = [_counted(day, provinces, edition) for day in days]
        sections = tuple(sections_of(event))
    eve, on_day = (rollups.compared(t, n) for t, n in zip(before, after, strict=True))
    return Told(event, edition, sections, eve, on_day)


def _counted(day: date, provinces: tuple[int, ...], edition: Edition) -> rollups.GroupTable:
    return rollups.by_group(AsOf(day, latest(), provinces=provinces), edition)


def told(event: Reorganisation, edition: Edition, provinces: tuple[int, ...] = ()) -> Told:
    """Tell of an event on record: the figures as known just before it and by it."""
    days = (event.takes_effect_on - timedelta(days=1), event.takes_effect_on)
    known = event.entry.at
    just_before = known - timedelta(microseconds=1)
    asked = [AsOf(day, known, provinces=provinces) for day in days]
    eve, on_day = (rollups.compare(now.known_by(just_before), now, edition) for now in asked)
    return Told(event, edition, tuple(sections_of(event)), eve, on_day)


@dataclass(frozen=True)
class Listed:
    """One event in the list: how many bodies it found and made, and whether it was undone."""

    event: Reorganisation
    before: int
    after: int
    undone_by: Entry | None


def listed(events: Any) -> list[Listed]:
    """Return events on record, the newest day first; those undone are among them."""
    events = (
        events.select_related("entry__by", "entry__undone_by__by")
        .prefetch_related("successions")
        .order_by("-takes_effect_on", "-entry")
    )
    rows = []
    for event in events:
        pairs = list(event.successions.all())
        before = {row.predecessor_id for row in pairs} - {None}
        after = {row.successor_id for row in pairs} - {None}
        rows.append(Listed(event, len(before), len(after), undoing_of(event)))
    return rows


def undoing_of(event: Reorganisation) -> Entry | None:
    """Return the act that undid an event, if any."""
    undone: Entry | None = getattr(event.entry, "undone_by", None)
    return undone
