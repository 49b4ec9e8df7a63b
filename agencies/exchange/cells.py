"""The cells of one row, each read as what its column holds or told as a problem."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.translation import gettext as _

from agencies.exchange.format import SheetFormat, word_key
from agencies.exchange.parts import MAX_TEXT, Spoiled, Value, serial_day
from agencies.exchange.problems import Problem, fix_key, shown
from agencies.house_style import short_date
from agencies.vietnamese import clean_lines, clean_text

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
# A bare number below this is taken for a year or a slip, not for a day: 01/01/1950.
FIRST_BARE_SERIAL = 18_264
DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
YEAR_MONTH_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")

T = TypeVar("T")


class Unfit(Exception):
    """A value that its column does not take; the text says what it takes."""


@dataclass
class RowCells:
    """The cells of a row by the names of their columns; what does not fit goes to `problems`."""

    sheet: SheetFormat
    row: int
    cells: Mapping[str, Value]
    problems: list[Problem]
    epoch: datetime
    aliases: Mapping[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    @property
    def is_good(self) -> bool:
        """Say whether every cell read so far fits."""
        return not self.refused

    def refuse(
        self, name: str, allowed: str, found: object = None, choices: Sequence[str] = ()
    ) -> None:
        """Tell what a column takes instead of what was found in it."""
        value = self.cells.get(name) if found is None else found
        heading = self.sheet.heading_of(name)
        place = (self.sheet.title, self.row, heading)
        self.problems.append(Problem(*place, shown(value), allowed, name, tuple(choices)))
        self.refused.add(name)

    def text(
        self, name: str, *, field: "Field[Any, Any] | None" = None, required: bool = False
    ) -> str:
        """Return text on one line, within the limits of the field that it is for."""
        text = self._read(name, lambda value: _text(value, clean_text, field)) or ""
        if required and not text and name not in self.refused:
            self.refuse(name, _("text, not empty"))
        return self.aliases.get(fix_key(name, text), text) if self.aliases else text

    def lines(self, name: str, *, field: "Field[Any, Any] | None" = None) -> str:
        """Return text of several lines, within the limits of the field that it is for."""
        return self._read(name, lambda value: _text(value, clean_lines, field)) or ""

    def day(self, name: str, *, required: bool = False) -> date | None:
        """Return a day, None for an empty cell."""
        day = self._read(name, lambda value: _day(value, self.epoch))
        if required and day is None and name not in self.refused:
            self.refuse(name, _allowed_days())
        return day

    def whole(self, name: str, most: int) -> int | None:
        """Return a whole number from 0 to `most`, None for an empty cell."""
        return self._read(name, lambda value: _whole(value, most))

    def word(self, name: str, words: Mapping[str, str], shown_words: list[str]) -> str:
        """Return what a word stands for, "" for an empty cell."""
        text = self.text(name)
        if text and word_key(text) not in words:
            self.refuse(name, ", ".join(shown_words), text, shown_words)
        return words.get(word_key(text), "")

    def _read(self, name: str, read: "Callable[[Value], T | None]") -> T | None:
        value = self.cells.get(name)
        if value is None:
            return None
        try:
            if isinstance(value, Spoiled):
                raise Unfit(_("a value; calculate and save the workbook in Excel"))
            return read(value)
        except Unfit as unfit:
            self.refuse(name, str(unfit))
            return None


def _text(value: Value, clean: Callable[[str], str], field: "Field[Any, Any] | None" = None) -> str:
    if isinstance(value, datetime):
        raise Unfit(_("text; Excel has made a date of it, format the cell as text and type again"))
    if isinstance(value, bool):
        raise Unfit(_("text"))
    if isinstance(value, float) and abs(value) >= 1e15:
        raise Unfit(_("text; of a number this long Excel keeps 15 digits only"))
    text = clean(str(value))
    if any(unicodedata.category(character) == "Cs" for character in text):
        raise Unfit(_("text without unreadable characters"))
    limit = getattr(field, "max_length", None) or MAX_TEXT
    if len(text) > limit:
        raise Unfit(_("at most %(limit)d characters") % {"limit": limit})
    if field is not None and text:
        try:
            field.run_validators(text)
        except ValidationError as error:
            raise Unfit(" ".join(error.messages)) from None
    return text


def _day(value: Value, epoch: datetime) -> date | None:
    moment: datetime | None = None
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, str):
        text = clean_text(value)
        if not text:
            return None
        moment = _typed_day(text)
    elif not isinstance(value, bool) and isinstance(value, int | float):
        moment = serial_day(value, epoch) if value >= FIRST_BARE_SERIAL else None
    if moment is None or moment.time() != time.min or not FIRST_DAY <= moment.date() <= LAST_DAY:
        raise Unfit(_allowed_days())
    return moment.date()


def _typed_day(text: str) -> datetime | None:
    if match := DAY_MONTH_YEAR.fullmatch(text):
        day, month, year = match[1], match[3], match[4]
    elif match := YEAR_MONTH_DAY.fullmatch(text):
        year, month, day = match[1], match[2], match[3]
    else:
        return None
    try:
        return datetime(int(year), int(month), int(day))  # noqa: DTZ001
    except ValueError:
        return None


def _allowed_days() -> str:
    return _("a day such as 05/03/2014, without a time, from %(first)s to %(last)s") % {
        "first": short_date(FIRST_DAY),
        "last": short_date(LAST_DAY),
    }


def _whole(value: Value, most: int) -> int | None:
    if isinstance(value, str):
        text = clean_text(value)
        if not text:
            return None
        number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else -1
    else:
        number = value if isinstance(value, int) and not isinstance(value, bool) else -1
    if not 0 <= number <= most:
        raise Unfit(_("a whole number from 0 to %(most)d") % {"most": most})
    return number
