"""How much room a text takes in the files' letters, Times New Roman 12, without a font at hand.

Widths are in units of a column: one digit of these letters, 6 points.
"""

import math
from collections.abc import Iterable
from unicodedata import normalize

UNIT = 6
SIZE = 12
PADDING = 1.0  # what a cell keeps clear at its edges
# Width of a letter, in ems; accents change nothing.
NARROW = dict.fromkeys("iljt.,:;'|!/ ", 0.28) | dict.fromkeys('frIJ()-[]“”"', 0.36)
WIDE = dict.fromkeys("mwMW—", 0.83)
EMS = NARROW | WIDE
WIDEST = max(EMS.values()) * SIZE / UNIT


def text_width(text: str) -> float:
    """Return how wide a text is on one line, in units of a column."""
    return sum(map(_em, normalize("NFD", text))) * SIZE / UNIT


def _em(letter: str) -> float:
    if "\u0300" <= letter <= "\u036f":
        return 0.0
    return EMS.get(letter, 0.7 if letter.isupper() else 0.49)


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of a width, broken between words."""
    return sum(_lines_of_paragraph(part, width - PADDING) for part in text.split("\n"))


def _lines_of_paragraph(text: str, room: float) -> int:
    if len(text) * WIDEST <= room:
        return 1
    lines, used = 1, 0.0
    for word in text.split():
        wide = text_width(word)
        if used and used + text_width(" ") + wide > room:
            lines, used = lines + 1, wide
        else:
            used += wide + (text_width(" ") if used else 0)
        if used > room:  # a word longer than its line is broken
            lines, used = lines + math.ceil(used / room) - 1, used % room
    return lines


def width_of(texts: Iterable[str], least: float = 16.0, most: float = 62.0) -> float:
    """Return a column width that shows every text on one line, within bounds."""
    widest = max((text_width(text) + PADDING + 1 for text in texts), default=least)
    return min(max(widest, least), most)
