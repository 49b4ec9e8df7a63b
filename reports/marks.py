"""One mark per agency: where each stands in a strip or a block, and what it says."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agencies import house_style
from agencies.models import Category
from reports.rollups import Counts, Standing

# More marks than this nobody can tell apart: proportional bars take their place.
MOST_MARKS = 300
ORDER = {category: place for place, category in enumerate(Category)}


@dataclass(frozen=True)
class Mark:
    """One rectangle of a picture, in the picture's own units."""

    x: float
    y: float
    width: float
    height: float
    category: str
    title: str

    @property
    def svg(self) -> str:
        """Return the rectangle as an element; only the title is anybody's text."""
        return (
            f'<rect class="mark mark--{self.category}" fill="url(#p-{self.category})"'
            f' x="{self.x:g}" y="{self.y:g}" width="{self.width:g}" height="{self.height:g}">'
            f"<title>{escape(self.title)}</title></rect>"
        )


@dataclass(frozen=True)
class Picture:
    """Marks on a canvas, with the one text that stands for all of them."""

    shape: str
    width: float
    height: float
    marks: tuple[Mark, ...]
    label: str

    SIZES: ClassVar[dict[str, tuple[float, float, float]]] = {
        "strip": (5, 28, 2),
        "block": (10, 10, 3),
        "tile": (10, 10, 3),
    }

    @property
    def svg(self) -> SafeString:
        """Return the picture as an element, drawn here: a template takes forty times as long."""
        stretched = ' preserveAspectRatio="none"' if self.shape == "strip" else ""
        marks = "".join(mark.svg for mark in self.marks)
        return mark_safe(
            f'<svg class="marks marks--{self.shape}"{stretched} role="img"'
            f' viewBox="-0.5 -0.5 {self.width + 1:g} {self.height + 1:g}"'
            f' aria-label="{escape(self.label)}">{marks}</svg>'
        )


def strip(rows: Sequence[Standing]) -> Picture:
    """Return all marks in one line, group by group, converted ones first."""
    groups = {row.group: place for place, row in reversed(list(enumerate(rows)))}
    ordered = sorted(rows, key=lambda row: (groups[row.group], ORDER[row.category]))
    return _picture(ordered, max(len(rows), 1), "strip")


def block(rows: Sequence[Standing], columns: int = 20, shape: str = "block") -> Picture:
    """Return marks in lines of `columns`, converted ones first."""
    ordered = sorted(rows, key=lambda row: ORDER[row.category])
    return _picture(ordered, columns, shape)


def _picture(rows: Sequence[Standing], columns: int, shape: str) -> Picture:
    width, height, gap = Picture.SIZES[shape]
    words = {category: str(category.label) for category in Category}
    if len(rows) > MOST_MARKS:
        return bars(counts_of(rows), shape)
    marks = tuple(
        Mark(
            place % columns * (width + gap),
            place // columns * (height + gap),
            width,
            height,
            row.category,
            f"{row.name}: {words[row.category]}",
        )
        for place, row in enumerate(rows)
    )
    across, down = columns * (width + gap) - gap, (-(-len(rows) // columns) or 1) * (height + gap)
    return Picture(shape, across, down - gap, marks, label(counts_of(rows)))


def bars(counts: Counts, shape: str = "block") -> Picture:
    """Return one bar per category, as wide as its share."""
    single, height, gap = Picture.SIZES[shape]
    width, everyone = 20 * (single + gap), sum(counts)
    marks, x = [], 0.0
    for category in Category:
        if number := counts.of(category):
            share = width * number / everyone
            title = f"{category.label}: {house_style.count(number)}"
            marks.append(Mark(x, 0, share, height, category, title))
            x += share
    return Picture(shape, width, height, tuple(marks), label(counts))


def counts_of(rows: Sequence[Standing]) -> Counts:
    """Return how many rows are in each category."""
    return Counts(**Counter(str(row.category) for row in rows))


def label(counts: Counts) -> str:
    """Return the counts of a picture in words: the text alternative."""
    said = [
        f"{category.label} {house_style.count(counts.of(category))}"
        for category in Category
        if counts.of(category)
    ]
    return _("%(number)s agencies: %(counts)s") % {
        "number": house_style.count(sum(counts)),
        "counts": ", ".join(said) or house_style.DASH,
    }
