"""What is wrong with a workbook, said so that a person can mend it."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from agencies.house_style import short_date
from agencies.vietnamese import clean_text

LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where it stands, what was found there and what may stand there.

    Without a sheet the file as a whole is meant, without a row the sheet; `found` is
    then a sentence. An empty `found` beside a row means an empty cell.
    """

    sheet: str | None
    row: int | None
    column: str | None
    found: str
    allowed: str
    # What a reader may choose in the place of what was found: the name of the column, the words.
    name: str = ""
    choices: tuple[str, ...] = ()
    of: str = ""  # the code of the agency alone that a choice is for, "" where it is for all rows

    @property
    def key(self) -> str:
        """Return what a choice is kept under: it holds for the same word in all rows.

        But a name is chosen for one agency: another may bear it by right, as xã Đăk Long beside
        xã Đắk Long.
        """
        return fix_key(self.name, self.found, self.of)

    def __str__(self) -> str:
        return f"{place}: {self._what()}" if (place := self._place()) else self._what()

    def _place(self) -> str:
        parts = []
        if self.sheet is not None:
            parts.append(_("sheet “%(sheet)s”") % {"sheet": self.sheet})
        if self.row is not None:
            parts.append(_("row %(row)d") % {"row": self.row})
        if self.column is not None:
            parts.append(_("column “%(column)s”") % {"column": self.column})
        return ", ".join(parts)

    def _what(self) -> str:
        values = {"found": self.found, "allowed": self.allowed}
        if self.row is None:
            return " ".join(part for part in (self.found, self.allowed) if part)
        if not self.found:
            return _("empty; allowed: %(allowed)s") % values
        return _("found “%(found)s”; allowed: %(allowed)s") % values


class BadWorkbook(Exception):
    """A workbook that is not taken; `problems` are all there are, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems[:20])))


class Unreadable(Exception):
    """A file of which nothing can be read; its text is one sentence for the reader."""

    def as_bad_workbook(self) -> BadWorkbook:
        """Return the same as the one problem of the file."""
        return BadWorkbook([Problem(None, None, None, str(self), "")])


def fix_key(name: str, found: object, of: str = "") -> str:
    """Return what stands for a word found in a column: blind to case and Unicode form."""
    column = f"{name}|{of}" if of else name
    return f"{column}|{clean_text(shown(found)).casefold()}"


def shown(value: object, limit: int = LONGEST_SHOWN) -> str:
    """Return a value as a message repeats it: on one line, short, nothing unprintable."""
    if isinstance(value, datetime):
        text = short_date(value.date())
        if value.time() != time.min:
            text += f" {value:%H:%M:%S}"
    elif isinstance(value, date):
        text = short_date(value)
    else:
        text = "" if value is None else str(value)[: 4 * limit]
    text = " ".join(text.split())
    safe = "".join("�" if unicodedata.category(char)[0] == "C" else char for char in text)
    return safe if len(safe) <= limit else safe[:limit] + "…"
