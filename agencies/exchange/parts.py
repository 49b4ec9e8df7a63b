"""The parts of an .xlsx package, taken element by element as a parser meets them."""
# ruff: noqa: D102 - Handler says what `begin`, `finish` and `characters` take

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel
from openpyxl.utils.escape import unescape

from agencies.exchange.problems import Unreadable, shown

MAX_COLUMNS = 60
MAX_ROWS = 1_048_576  # Excel's own
MAX_TEXT = 32_767  # characters in a cell, Excel's own
MAX_ELEMENTS = 7_000_000  # in one part; 200 000 filled rows of 14 columns have 6 million
MAX_STRINGS = 1_000_000
LAST_SERIAL = 200_000  # beyond the year 2400


@dataclass(frozen=True, slots=True)
class Spoiled:
    """A cell without a usable value: an error of Excel's, or a formula never calculated."""

    found: str

    def __str__(self) -> str:
        return self.found


Value = str | int | float | bool | datetime | Spoiled
Row = dict[int, Value]  # filled cells by their column, from 1


class Handler(ContentHandler):
    """Takes the elements of a part by their names without prefix; counts what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.elements = 0
        self.events = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        self.events += 1
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise Unreadable(too_large())
        self.begin(name.rpartition(":")[2] if ":" in name else name, attrs)

    def endElement(self, name: str) -> None:  # noqa: N802
        self.events += 1
        self.finish(name.rpartition(":")[2] if ":" in name else name)

    def characters(self, content: str) -> None:
        """Take a piece of text."""
        self.events += 1

    def begin(self, name: str, attrs: AttributesImpl) -> None:
        """Take the start of an element."""

    def finish(self, name: str) -> None:
        """Take the end of an element."""


class Relations(Handler):
    """Which part stands behind an id, and what it is."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, tuple[str, str]] = {}

    def begin(self, name: str, attrs: AttributesImpl) -> None:
        if name == "Relationship" and attrs.get("TargetMode") != "External":
            kind = attrs.get("Type", "").rpartition("/")[2]
            self.targets[attrs.get("Id", "")] = (kind, attrs.get("Target", ""))

    def target(self, kind: str) -> str:
        """Return the first part of a kind, "" where there is none."""
        return next((target for found, target in self.targets.values() if found == kind), "")


class Book(Handler):
    """The sheets in their order, and the day that numbers are counted from."""

    def __init__(self) -> None:
        super().__init__()
        self.is_workbook = False
        self.epoch = CALENDAR_WINDOWS_1900
        self.sheets: dict[str, str] = {}  # relation ids by title

    def begin(self, name: str, attrs: AttributesImpl) -> None:
        if self.elements == 1:
            self.is_workbook = name == "workbook"
        elif name == "workbookPr" and attrs.get("date1904") in ("1", "true"):
            self.epoch = CALENDAR_MAC_1904
        elif name == "sheet":
            relation = next((attrs[key] for key in attrs.getNames() if key.endswith(":id")), "")
            self.sheets.setdefault(attrs.get("name", ""), relation)


class Styles(Handler):
    """Which cell styles show a number as a day."""

    def __init__(self) -> None:
        super().__init__()
        self.formats: dict[str, str] = {str(key): code for key, code in BUILTIN_FORMATS.items()}
        self.used: list[str] = []
        self.inside = False

    def begin(self, name: str, attrs: AttributesImpl) -> None:
        if name == "numFmt":
            self.formats[attrs.get("numFmtId", "")] = attrs.get("formatCode", "")[:255]
        elif name == "cellXfs":
            self.inside = True
        elif name == "xf" and self.inside:
            self.used.append(attrs.get("numFmtId", "0"))

    def finish(self, name: str) -> None:
        if name == "cellXfs":
            self.inside = False

    def days(self) -> frozenset[str]:
        """Return the numbers of the styles, as cells name them."""
        dates = {key for key, code in self.formats.items() if is_date_format(code)}
        return frozenset(str(place) for place, key in enumerate(self.used) if key in dates)


class Texts(Handler):
    """Collects the text of elements `t` and `v`, but not of phonetic hints."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] | None = None
        self.length = 0
        self.phonetic = False

    def characters(self, content: str) -> None:
        self.events += 1
        if self.parts is not None and self.length <= MAX_TEXT:
            self.parts.append(content)
            self.length += len(content)

    def taken(self) -> str:
        """Return what was collected, and collect no more."""
        text = "".join(self.parts or ())[: MAX_TEXT + 1]
        self.parts, self.length = None, 0
        return text


class Strings(Texts):
    """The texts that cells share."""

    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self.item = ""

    def begin(self, name: str, attrs: AttributesImpl) -> None:
        if name == "si":
            self.item = ""
        elif name == "rPh":
            self.phonetic = True
        elif name == "t" and not self.phonetic:
            self.parts = []

    def finish(self, name: str) -> None:
        if name == "t" and self.parts is not None:
            self.item = (self.item + self.taken())[: MAX_TEXT + 1]
        elif name == "rPh":
            self.phonetic = False
        elif name == "si":
            if len(self.strings) >= MAX_STRINGS:
                raise Unreadable(too_large())
            self.strings.append(unescape(self.item))


class Rows(Texts):
    """The rows of a sheet that have a filled cell; `rows` is emptied by whoever reads."""

    REFERENCE: ClassVar = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")

    def __init__(self, strings: list[str], days: frozenset[str], epoch: datetime) -> None:
        super().__init__()
        self.strings, self.days, self.epoch = strings, days, epoch
        self.rows: list[tuple[int, Row]] = []
        self.columns: dict[str, int] = {}
        self.number = self.column = 0
        self.cells: Row = {}
        self.kind = self.style = self.raw = ""
        self.formula = False
        self.readers: dict[str, Callable[[], Value | None]] = {
            "n": self._as_number,
            "s": self._as_shared_text,
            "b": self._as_truth,
            "e": self._as_error,
            "d": self._as_moment,
        }

    def begin(self, name: str, attrs: AttributesImpl) -> None:
        if name == "c":
            self.column = self._column(attrs.get("r"))
            self.kind, self.style = attrs.get("t", "n"), attrs.get("s", "0")
            self.raw, self.formula = "", False
        elif name == "v" or (name == "t" and not self.phonetic):
            self.parts = []
        elif name == "f":
            self.formula = True
        elif name == "row":
            self.number = self._number(attrs.get("r"))
            self.column, self.cells = 0, {}
        elif name == "rPh":
            self.phonetic = True

    def finish(self, name: str) -> None:
        if name in ("v", "t"):
            if self.parts is not None:
                self.raw = (self.raw + self.taken())[: MAX_TEXT + 1]
        elif name == "c":
            if self.column <= MAX_COLUMNS and (self.raw or self.formula):
                value = self._value()
                if value is not None:
                    self.cells[self.column] = value
        elif name == "row":
            if self.cells:
                self.rows.append((self.number, self.cells))
        elif name == "rPh":
            self.phonetic = False

    def _number(self, said: str | None) -> int:
        if said is None:
            return self.number + 1
        if not (said.isascii() and said.isdigit() and len(said) <= 7) or int(said) > MAX_ROWS:
            raise Unreadable(damaged())
        return int(said)

    def _column(self, said: str | None) -> int:
        if said is None:
            return self.column + 1
        match = self.REFERENCE.fullmatch(said)
        if match is None:
            raise Unreadable(damaged())
        letters = match[1]
        if letters not in self.columns:
            number = 0
            for letter in letters:
                number = 26 * number + ord(letter) - 64
            self.columns[letters] = number
        return self.columns[letters]

    def _value(self) -> Value | None:
        if self.formula and not self.raw and self.kind != "str":
            return Spoiled(_("formula not calculated"))
        if self.kind in self.readers:
            return self.readers[self.kind]()
        text = unescape(self.raw)
        return text if text.strip() else None

    def _as_truth(self) -> bool:
        return self.raw.strip() in ("1", "true")

    def _as_error(self) -> Spoiled:
        return Spoiled(shown(self.raw))

    def _as_moment(self) -> datetime | Spoiled:
        try:
            return datetime.fromisoformat(self.raw.strip())
        except ValueError:
            return self._as_error()

    def _as_shared_text(self) -> str | None:
        place = self.raw.strip()
        if not (place.isascii() and place.isdigit() and len(place) <= 7):
            raise Unreadable(damaged())
        if int(place) >= len(self.strings):
            raise Unreadable(damaged())
        text = self.strings[int(place)]
        return text if text.strip() else None

    def _as_number(self) -> Value | None:
        text = self.raw.strip()
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            return Spoiled(shown(text))
        if not math.isfinite(number):
            return Spoiled(shown(text))
        if self.style in self.days and (day := serial_day(number, self.epoch)):
            return day
        return int(number) if number.is_integer() and abs(number) < 1e15 else number


def serial_day(number: float, epoch: datetime) -> datetime | None:
    """Return the moment that Excel means by a number, None where it means none."""
    if not 1 <= number < LAST_SERIAL:
        return None
    moment = from_excel(number, epoch)
    return moment if isinstance(moment, datetime) else None


def not_a_workbook() -> str:
    """Return the sentence for a file of another kind."""
    return _("The file is not an Excel workbook (.xlsx).")


def damaged() -> str:
    """Return the sentence for a package that breaks the rules of its format."""
    return _("The file is damaged or incomplete; open it in Excel and save it again as .xlsx.")


def too_large() -> str:
    """Return the sentence for a file that is not read for its size."""
    return _(
        "The workbook is too large: unpacked it may hold %(size)d MB; import it in several files."
    ) % {"size": settings.IMPORT_MAX_BYTES // 1_000_000}
