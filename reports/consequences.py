"""What a change would do to the figures, said before it is saved."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from agencies.actions import rehearsal
from agencies.asof import AsOf
from agencies.models import Edition, Entry
from reports import rollups


@dataclass(frozen=True)
class Consequence:
    """The groups whose figures of one day would change; none where nothing would."""

    day: date
    edition: Edition
    rows: tuple[rollups.ComparedRow, ...]
    total: rollups.ComparedRow


def consequences(
    change: Callable[[], object],
    days: Iterable[date],
    edition: Edition,
    provinces: tuple[int, ...] = (),
) -> list[Consequence]:
    """Carry a change out, count, and undo it: the figures of each day before and after.

    Of all agencies, or of those of some provinces.

    Raises:
        ValidationError, StaleForm: the change would be refused.
    """
    wanted = list(dict.fromkeys(days))
    with rehearsal():
        before = [rollups.by_group(_at(day, provinces), edition) for day in wanted]
        change()
        after = [rollups.by_group(_at(day, provinces), edition) for day in wanted]
    return [
        _consequence(day, edition, rollups.compared(then, now))
        for day, then, now in zip(wanted, before, after, strict=True)
    ]


def _at(day: date, provinces: tuple[int, ...]) -> AsOf:
    return AsOf(day, latest(), provinces=provinces)


def latest() -> datetime:
    """Return a moment that knows every Entry, even where the clock was set back."""
    last = Entry.objects.order_by("-pk").values_list("at", flat=True).first()
    return max(last or timezone.now(), timezone.now())


def _consequence(day: date, edition: Edition, comparison: rollups.Comparison) -> Consequence:
    changed = tuple(row for row in comparison.rows if row.then != row.now)
    return Consequence(day, edition, changed, comparison.total)
