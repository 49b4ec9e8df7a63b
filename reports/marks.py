"""One mark per agency: where each stands in a strip or a block, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from agencies import house_style
from agencies.models import Category
from reports.rollups import Standing

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


@dataclass(frozen=True)
class Picture:
    """Marks on a canvas, with the one text that stands for all of them."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    label: str

    STRIP: ClassVar[tuple[float, float, float]] = (5, 28, 2)
    BLOCK: ClassVar[tuple[float, float, float]] = (10, 10, 3)


def strip(rows: Sequence[Standing]) -> Picture:
    """Return all marks in one line, group by group, converted ones first."""
    groups = {row.group: place for place, row in reversed(list(enumerate(rows)))}
    ordered = sorted(rows, key=lambda row: (groups[row.group], ORDER[row.category]))
    return _picture(ordered, max(len(rows), 1), Picture.STRIP)


def block(rows: Sequence[Standing], columns: int = 20) -> Picture:
    """Return marks in lines of `columns`, converted ones first."""
    ordered = sorted(rows, key=lambda row: ORDER[row.category])
    return _picture(ordered, columns, Picture.BLOCK)


def _picture(rows: Sequence[Standing], columns: int, size: tuple[float, float, float]) -> Picture:
    width, height, gap = size
    if len(rows) > MOST_MARKS:
        return _bars(rows, 20 * (width + gap), height)
    marks = tuple(
        Mark(
            place % columns * (width + gap),
            place // columns * (height + gap),
            width,
            height,
            row.category,
            f"{row.name}: {row.category.label}",
        )
        for place, row in enumerate(rows)
    )
    lines = -(-len(rows) // columns) or 1
    return Picture(columns * (width + gap) - gap, lines * (height + gap) - gap, marks, label(rows))


def _bars(rows: Sequence[Standing], width: float, height: float) -> Picture:
    """Return one bar per category, as wide as its share."""
    marks, x = [], 0.0
    for category in Category:
        number = sum(row.category == category for row in rows)
        share = width * number / len(rows)
        if number:
            title = f"{category.label}: {house_style.count(number)}"
            marks.append(Mark(x, 0, share, height, category, title))
        x += share
    return Picture(width, height, tuple(marks), label(rows))


def label(rows: Sequence[Standing]) -> str:
    """Return the counts of a picture in words: the text alternative."""
    counts = [(category, sum(row.category == category for row in rows)) for category in Category]
    said = [
        f"{category.label} {house_style.count(number)}" for category, number in counts if number
    ]
    return _("%(number)s agencies: %(counts)s") % {
        "number": house_style.count(len(rows)),
        "counts": ", ".join(said) or house_style.DASH,
    }
