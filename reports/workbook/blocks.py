"""Tables one below another on a sheet: a title, headings, rows and a sum, in columns of choice.

The words are the paper's own, Vietnamese for every reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.utility import xl_range

from reports.workbook.measure import lines_of
from reports.workbook.writer import CENTRE, GRID, HEAD, LINE_HEIGHT, Writer

NUMBER = "TT"
TOTAL = "Tổng cộng"


@dataclass(frozen=True)
class Sum:
    """A cell of the last row that adds up its column; `value` is what it comes to."""

    value: int


@dataclass(frozen=True)
class Worked:
    """A cell with a formula and the value that it has now."""

    formula: str
    value: Any
    look: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Marked:
    """A text with a look of its own."""

    text: str
    look: dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and the first and last column of the sheet it takes."""

    heading: str
    first: int
    last: int


def column(heading: str, first: int, last: int | None = None) -> Column:
    """Return a column that takes one column of the sheet, or those from the first to the last."""
    return Column(heading, first, first if last is None else last)


@dataclass(frozen=True)
class Block:
    """A table; the row numbers stand before its columns. `last` is the row of sums, or none."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    last: Sequence[Any] = ()

    @property
    def height(self) -> int:
        """Return how many rows of the sheet it takes, an empty one after it included."""
        return 2 + len(self.rows) + bool(self.last) + 1

    def range(self, at: int, place: int) -> str:
        """Return the cells of a column's values, where the table begins in a row."""
        first = self.columns[place].first
        return str(xl_range(at + 2, first, at + 1 + len(self.rows), first))


def write_blocks(writer: Writer, sheet: Any, at: int, blocks: Sequence[Block]) -> None:
    """Write tables one below another, without those that have no row.

    The headings of the last one, which is the longest, are repeated on every page after it.
    """
    shown = [block for block in blocks if block.rows]
    for block in shown:
        last, at = at, write_block(writer, sheet, at, block)
    if shown:
        sheet.repeat_rows(last + 1)


def write_block(writer: Writer, sheet: Any, at: int, block: Block) -> int:
    """Write a table from a row on; return the row after it and an empty one."""
    across = (0, block.columns[-1].last)
    writer.span(sheet, at, across, block.title, bold=True, text_wrap=True)
    _write_headings(writer, sheet, at + 1, block)
    for number, row in enumerate(block.rows, 1):
        writer.put(sheet, at + 1 + number, 0, number, **GRID, **CENTRE)
        _write_row(writer, sheet, at + 1 + number, (block, row))
    if block.last:
        end = at + 2 + len(block.rows)
        writer.put(sheet, end, 0, "", **GRID)
        _write_row(writer, sheet, end, (block, _summed(block, at)), bold=True)
    return at + block.height


def _write_headings(writer: Writer, sheet: Any, at: int, block: Block) -> None:
    writer.put(sheet, at, 0, NUMBER, **HEAD)
    for one in block.columns:
        if one.first < one.last:
            writer.span(sheet, at, (one.first, one.last), one.heading, **HEAD)
        else:
            writer.put(sheet, at, one.first, one.heading, **HEAD)
    widths = writer.widths(sheet)
    lines = [
        lines_of(one.heading, sum(widths[one.first : one.last + 1]) / 1.1) for one in block.columns
    ]
    sheet.set_row(at, 6 + LINE_HEIGHT * max(lines))


def _summed(block: Block, at: int) -> list[Any]:
    """Return the last row with its sums as formulas."""
    return [
        Worked(f"=SUM({block.range(at, place)})", value.value) if isinstance(value, Sum) else value
        for place, value in enumerate(block.last)
    ]


def _write_row(
    writer: Writer, sheet: Any, at: int, told: tuple[Block, Sequence[Any]], **look: Any
) -> None:
    block, row = told
    texts: list[Any] = [None] * (block.columns[-1].last + 1)
    for one, value in zip(block.columns, row, strict=True):
        if isinstance(value, Worked):
            writer.formula(sheet, (at, one.first), value.formula, value.value, **value.look, **look)
        elif isinstance(value, Marked):
            writer.put(sheet, at, one.first, value.text, **GRID, **value.look)
        elif isinstance(value, int):
            writer.count(sheet, at, one.first, value, **look)
        elif one.first < one.last:
            span = (one.first, one.last)
            writer.span(sheet, at, span, value, **GRID, text_wrap=True, **look)
        elif isinstance(value, str):
            texts[one.first] = value
            writer.put(sheet, at, one.first, value, **GRID, text_wrap=True, **look)
        else:
            writer.put(sheet, at, one.first, value, **GRID, **CENTRE, **look)
    writer.grow(sheet, at, texts)
