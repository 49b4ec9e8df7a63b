"""A workbook under construction, and the looks that its sheets share."""

import math
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import pairwise
from typing import Any

from django.conf import settings
from xlsxwriter import Workbook

from agencies.models import Category
from reports.workbook.measure import lines_of

FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
# The workbook's own letters decide how wide its columns are: Times New Roman has a twin of the
# same measures wherever a file is opened, the usual default has not.
LETTERS = {
    "default_format_properties": {"font_name": "Times New Roman", "font_size": 12},
    "default_row_height": 21,
    "default_column_width": 72,
}
CHART_FONT = {"name": "Times New Roman", "size": 11}
GRID = {"border": 1, "border_color": "#8B98A1"}
HEAD = {**GRID, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter"}
HEAD |= {"bg_color": "#E6EEF0"}
CENTRE = {"align": "center"}
CHILD = {"align": "left", "indent": 2, "text_wrap": True}
CENTRED = {"align": "center", "text_wrap": True, "valign": "vcenter"}
MARK = {"italic": True, "font_color": "#8A5200"}
# Without the locale a reader with English settings would see 71.62%.
PERCENT = "[$-42A]0.00%"
LINE_HEIGHT = 16
HIGHEST = 409  # points; Excel takes no more for a row
PAGE_WIDTH = 741  # points of A4 landscape between the margins
# Pattern numbers as Excel counts them: 1 solid, 14 diagonal, 17 dotted, 16 crossed.
LOOKS: dict[str, dict[str, Any]] = {
    Category.CONVERTED: {"pattern": 1, "bg_color": "#CFE8E4"},
    Category.OLDER_EDITION: {"pattern": 14, "fg_color": "#F0C47A", "bg_color": "#FFFFFF"},
    Category.BUILDING: {"pattern": 17, "fg_color": "#7FB0E0", "bg_color": "#FFFFFF"},
    Category.WITHDRAWN: {"pattern": 16, "fg_color": "#C3CBD0", "bg_color": "#FFFFFF"},
    Category.NOT_STARTED: {},
    Category.EXEMPT: {"italic": True, "font_color": "#566570"},
}


class Writer:
    """A workbook under construction: formats are shared, text stays text.

    `footer` stands at the left and the right of every printed page, beside its number.
    """

    def __init__(self, created: datetime, title: str, footer: tuple[str, str]) -> None:
        self.file = BytesIO()
        plain_text = {"strings_to_formulas": False, "strings_to_urls": False}
        # XlsxWriter writes into what it is given: the next workbook would come out differently.
        self.book = Workbook(self.file, {"in_memory": True, **plain_text, **deepcopy(LETTERS)})
        moment = created.astimezone(UTC).replace(tzinfo=None)  # written with a Z
        properties = {"title": title, "author": settings.ISSUER, "created": moment}
        self.book.set_properties(properties)
        letters = '&"Times New Roman,Regular"&9'
        left, right = (text.replace("&", "&&") for text in footer)
        self._footer = f"&L{letters} {left}&C{letters} &P/&N&R{letters} {right}"
        self._formats: dict[str, Any] = {}
        self._widths: dict[str, Sequence[float]] = {}
        self._heights: dict[tuple[str, int], float] = {}

    def format(self, **properties: Any) -> Any:
        """Return the one format of these properties."""
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({**FONT, **properties})
        return self._formats[key]

    def put(self, sheet: Any, row: int, column: int, value: Any, **properties: Any) -> None:
        """Write one value; what begins like a formula is text all the same."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.format(**properties))
        elif isinstance(value, date):
            properties = {"num_format": "dd/mm/yyyy", **properties}
            sheet.write_datetime(row, column, value, self.format(**properties))
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.format(**properties))
        else:
            if value[0] in "=+-@":
                properties = {**properties, "quote_prefix": True}
            sheet.write_string(row, column, value, self.format(**properties))

    def formula(
        self, sheet: Any, at: tuple[int, int], formula: str, value: Any, **look: Any
    ) -> None:
        """Write a formula at (row, column) together with the value it has now."""
        properties = {**GRID, **CENTRE, "num_format": figures(), **look}
        sheet.write_formula(*at, formula, self.format(**properties), value)

    def count(self, sheet: Any, row: int, column: int, number: int, **look: Any) -> None:
        """Write a count in house style."""
        self.put(sheet, row, column, number, **{**GRID, **CENTRE, "num_format": figures(), **look})

    def span(
        self, sheet: Any, row: int, columns: tuple[int, int], text: str, **properties: Any
    ) -> None:
        """Write a text across the first to the last of some columns; its row grows with it."""
        first, last = columns
        sheet.merge_range(row, first, row, last, "", self.format(**properties))
        self.put(sheet, row, first, text, **properties)
        room = sum(self._widths[sheet.get_name()][first : last + 1])
        larger = properties.get("font_size", FONT["font_size"]) / FONT["font_size"]
        if properties.get("text_wrap"):
            self.high(sheet, row, lines_of(text, room / larger), LINE_HEIGHT * larger)

    def sheet(self, title: str, widths: Sequence[float]) -> Any:
        """Add an A4 landscape sheet with column widths and numbered pages, one page wide."""
        sheet = self.book.add_worksheet(title)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.8, right=0.6, top=0.8, bottom=0.8)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(self._footer)
        self._widths[title] = widths
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, self.format())
        return sheet

    def widths(self, sheet: Any) -> Sequence[float]:
        """Return the column widths of a sheet."""
        return self._widths[sheet.get_name()]

    def scale(self, sheet: Any, breaks: Sequence[int] = (), repeated: int = 0) -> None:
        """Print at a scale at which all columns between two breaks fit a page.

        Spreadsheet programs heed page breaks only on sheets that are not fitted to pages.
        The first `repeated` columns stand on every page.
        """
        widths = self._widths[sheet.get_name()]
        points = [0.75 * (8 * width + 5) for width in widths]
        pages = pairwise([0, *breaks, len(widths)])
        again = sum(points[:repeated])
        widest = max(sum(points[a:b]) + (again if a else 0) for a, b in pages)
        sheet.set_print_scale(min(100, math.floor(100 * 0.96 * PAGE_WIDTH / widest)))
        sheet.set_v_pagebreaks(breaks)
        if repeated:
            sheet.repeat_columns(0, repeated - 1)

    def headings(
        self, sheet: Any, row: int, headings: Sequence[str], *, frozen: int | None = 0
    ) -> None:
        """Write a heading row, repeated on every printed page.

        It stays in sight with the first `frozen` columns, or not at all with None.
        """
        for column, heading in enumerate(headings):
            self.put(sheet, row, column, heading, **HEAD)
        widths = self._widths[sheet.get_name()]
        texts = zip(headings, widths, strict=False)
        # Bold letters are a tenth wider.
        lines = max((lines_of(text, width / 1.1) for text, width in texts), default=1)
        sheet.set_row(row, max(34, 4 + LINE_HEIGHT * lines))
        if frozen is not None:
            sheet.freeze_panes(row + 1, frozen)
            sheet.repeat_rows(row)

    def grow(self, sheet: Any, row: int, texts: Sequence[Any]) -> None:
        """Make a row as high as its wrapped texts need; LibreOffice does not by itself."""
        widths = self._widths[sheet.get_name()]
        lines = [
            lines_of(text, width)
            for text, width in zip(texts, widths, strict=False)
            if isinstance(text, str)
        ]
        self.high(sheet, row, max(lines, default=1))

    def high(self, sheet: Any, row: int, lines: int, height: float = LINE_HEIGHT) -> None:
        """Make a row as high as some lines, where there is more than one; never lower again."""
        wanted, place = min(height * lines + 2, HIGHEST), (sheet.get_name(), row)
        if lines > 1 and wanted > self._heights.get(place, 0):
            self._heights[place] = wanted
            sheet.set_row(row, wanted)

    def bytes(self) -> bytes:
        """Close the workbook and return its bytes."""
        self.book.close()
        return self.file.getvalue()


def figures() -> str:
    """Return the number format of counts, in house style."""
    # The point is written out: a separator follows the reader's settings, which may print 1,067.
    few = "[<10]00;" if settings.TWO_DIGIT_FIGURES else ""
    return f"{few}[<1000]0;#\\.000"


def signed_figures() -> str:
    """Return the number format of differences, in house style."""
    digits = "00" if settings.TWO_DIGIT_FIGURES else "0"
    return f'+{digits};"−"{digits};"±0"'


def range_of(title: str, cells: str) -> str:
    """Return the reference of cells on a sheet."""
    quoted = title.replace("'", "''")
    return f"'{quoted}'!{cells}"
