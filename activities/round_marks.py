"""One mark for each agency of a round: its report came on time, came late, or is missing."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.round_rollups import RoundRow
from agencies.house_style import count

# More marks than this nobody can tell apart: proportional bars take their place.
MOST_MARKS = 300
WIDTH, HEIGHT, STEP = 5, 28, 7
LATE = (
    '<defs><pattern id="arrival-late" width="4" height="4" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="arrival-ink" width="4" height="4"/>'
    '<rect class="p-paper" width="1.6" height="4"/></pattern></defs>'
)
FILLS = {"on-time": "currentColor", "late": "url(#arrival-late)", "missing": "none"}


class Arrival(TextChoices):
    """How a report arrived."""

    ON_TIME = "on-time", gettext_lazy("on time")
    LATE = "late", gettext_lazy("late")
    MISSING = "missing", gettext_lazy("missing")


@dataclass(frozen=True)
class LegendEntry:
    """One arrival with its mark, its word and how many there are."""

    arrival: Arrival
    svg: SafeString
    number: int


def arrival_of(row: RoundRow) -> Arrival:
    """Return how the report of a row arrived."""
    if row.is_missing:
        return Arrival.MISSING
    return Arrival.LATE if row.is_late else Arrival.ON_TIME


def strip(rows: Sequence[RoundRow]) -> SafeString:
    """Return all marks in one line, group by group, those on time first."""
    groups = {row.group: place for place, row in reversed(list(enumerate(rows)))}
    order = {arrival: place for place, arrival in enumerate(Arrival)}
    ordered = sorted(rows, key=lambda row: (groups[row.group], order[arrival_of(row)]))
    drawn = _bars(rows) if len(rows) > MOST_MARKS else _marks(ordered)
    across = max(min(len(rows), MOST_MARKS), 1) * STEP - (STEP - WIDTH)
    said = ", ".join(f"{one.arrival.label} {count(one.number)}" for one in legend(rows))
    label = _("%(number)s agencies: %(counts)s") % {"number": count(len(rows)), "counts": said}
    return mark_safe(
        '<svg class="marks marks--strip arrivals" preserveAspectRatio="none" role="img" '
        f'viewBox="-0.5 -0.5 {across + 1} {HEIGHT + 1}" aria-label="{escape(label)}">'
        f"{LATE}{''.join(drawn)}</svg>"
    )


def _marks(rows: Sequence[RoundRow]) -> Iterator[str]:
    for place, row in enumerate(rows):
        arrival = arrival_of(row)
        yield _mark(place * STEP, WIDTH, arrival, f"{row.name}: {arrival.label}")


def _bars(rows: Sequence[RoundRow]) -> Iterator[str]:
    """Yield one bar for each arrival, as wide as its share."""
    x, whole = 0.0, MOST_MARKS * STEP - (STEP - WIDTH)
    for one in legend(rows):
        share = whole * one.number / len(rows)
        yield _mark(x, share, one.arrival, f"{one.arrival.label}: {count(one.number)}")
        x += share


def _mark(x: float, width: float, arrival: Arrival, title: str = "") -> str:
    return (
        f'<rect class="arrival arrival--{arrival.value}" fill="{FILLS[arrival.value]}" '
        f'x="{x:g}" y="0" width="{width:g}" height="{HEIGHT}"><title>{escape(title)}</title></rect>'
    )


def legend(rows: Sequence[RoundRow]) -> list[LegendEntry]:
    """Return each arrival with its mark and its number."""
    numbers = Counter(arrival_of(row) for row in rows)
    return [LegendEntry(arrival, _swatch(arrival), numbers[arrival]) for arrival in Arrival]


def _swatch(arrival: Arrival) -> SafeString:
    fill = FILLS[arrival.value]
    return mark_safe(
        '<svg class="arrivals" viewBox="0 0 10 10" width="11" height="11" aria-hidden="true">'
        f'<rect class="arrival arrival--{arrival.value}" fill="{fill}" x="0.5" y="0.5" '
        'width="9" height="9"/></svg>'
    )
