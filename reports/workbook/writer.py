"""A workbook under construction, and the looks that its sheets share."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from agencies.models import Category

FONT = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
GRID = {"border": 1, "border_color": "#8B98A1"}
HEAD = {**GRID, "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter"}
HEAD |= {"bg_color": "#E6EEF0"}
CENTRE = {"align": "center"}
CHILD = {"align": "left", "indent": 2, "text_wrap": True}
# Pattern numbers as Excel counts them: 1 solid, 14 diagonal, 17 dotted, 16 crossed.
LOOKS: dict[str, dict[str, Any]] = {
    Category.CONVERTED: {"pattern": 1, "bg_color": "#CFE8E4"},
    Category.OLDER_EDITION: {"pattern": 14, "fg_color": "#F0C47A", "bg_color": "#FFFFFF"},
    Category.BUILDING: {"pattern": 17, "fg_color": "#7FB0E0", "bg_color": "#FFFFFF"},
    Category.WITHDRAWN: {"pattern": 16, "fg_color": "#C3CBD0", "bg_color": "#FFFFFF"},
    Category.NOT_STARTED: {},
    Category.EXEMPT: {"italic": True, "font_color": "#566570"},
}
CHART_FILLS: dict[str, dict[str, Any]] = {
    Category.CONVERTED: {"fill": {"color": "#0B6E63"}},
    Category.OLDER_EDITION: {
        "pattern": {
            "pattern": "wide_upward_diagonal",
            "fg_color": "#C77700",
            "bg_color": "#FFFFFF",
        },
        "border": {"color": "#C77700"},
    },
    Category.BUILDING: {
        "pattern": {"pattern": "dotted_grid", "fg_color": "#2F6FB3", "bg_color": "#FFFFFF"},
        "border": {"color": "#2F6FB3"},
    },
    Category.WITHDRAWN: {
        "pattern": {"pattern": "outlined_diamond", "fg_color": "#7B8891", "bg_color": "#FFFFFF"},
        "border": {"color": "#7B8891"},
    },
    Category.NOT_STARTED: {"fill": {"color": "#FFFFFF"}, "border": {"color": "#14212B"}},
}


class Writer:
    """A workbook under construction: formats are shared, text stays text."""

    def __init__(self, created: datetime) -> None:
        self.file = BytesIO()
        plain_text = {"strings_to_formulas": False, "strings_to_urls": False}
        self.book = Workbook(self.file, {"in_memory": True, **plain_text})
        title = {"title": _("Summary of quality management systems"), "author": settings.ISSUER}
        moment = created.astimezone(UTC).replace(tzinfo=None)  # written with a Z
        self.book.set_properties({**title, "created": moment})
        self._formats: dict[str, Any] = {}
        self._widths: dict[str, Sequence[float]] = {}

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

    def span(
        self, sheet: Any, row: int, columns: tuple[int, int], text: str, **properties: Any
    ) -> None:
        """Write a text across the first to the last of some columns."""
        first, last = columns
        sheet.merge_range(row, first, row, last, "", self.format(**properties))
        self.put(sheet, row, first, text, **properties)

    def sheet(self, title: str, widths: Sequence[float]) -> Any:
        """Add an A4 landscape sheet with page numbers and column widths."""
        sheet = self.book.add_worksheet(title)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.8, right=0.6, top=0.8, bottom=0.8)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P/&N")
        self._widths[title] = widths
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, self.format())
        return sheet

    def grow(self, sheet: Any, row: int, texts: Sequence[Any]) -> None:
        """Make a row as high as its wrapped texts need; LibreOffice does not by itself."""
        widths = self._widths[sheet.get_name()]
        lines = [
            math.ceil(0.95 * len(text) / width)
            for text, width in zip(texts, widths, strict=False)
            if isinstance(text, str)
        ]
        if max(lines, default=1) > 1:
            sheet.set_row(row, 16 * max(lines))

    def bytes(self) -> bytes:
        """Close the workbook and return its bytes."""
        self.book.close()
        return self.file.getvalue()


def headings_row(writer: Writer, sheet: Any, row: int, headings: Sequence[str]) -> None:
    """Write a heading row that stays in sight and is repeated on every printed page."""
    for column, heading in enumerate(headings):
        writer.put(sheet, row, column, heading, **HEAD)
    sheet.set_row(row, 34)
    sheet.freeze_panes(row + 1, 0)
    sheet.repeat_rows(row)


def width_of(texts: Iterable[str]) -> float:
    """Return a column width that shows every text on one line, within reason."""
    return min(max([16.0, *(0.95 * len(text) + 2 for text in texts)]), 62.0)


def put_formula(
    writer: Writer, sheet: Any, at: tuple[int, int], formula: str, value: Any, **look: Any
) -> None:
    """Write a formula at (row, column) together with the value it has now."""
    figures = "[<10]00;#,##0" if settings.TWO_DIGIT_FIGURES else "#,##0"
    properties = {**GRID, "align": "center", "num_format": figures, **look}
    sheet.write_formula(*at, formula, writer.format(**properties), value)
