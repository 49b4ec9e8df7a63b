"""The head of a sheet: its title, what was asked, and the mark of demonstration data."""

from collections.abc import Sequence
from typing import Any

from agencies.models.status import demonstration_note
from reports.workbook.writer import CENTRED, MARK, Writer


def write_head(
    writer: Writer,
    sheet: Any,
    lines: Sequence[str],
    columns: Sequence[tuple[int, int]],
    *,
    demonstration: bool,
) -> int:
    """Write a title and further lines; return the row after an empty one.

    `columns` are the first and the last column of each page that a wide sheet is printed on.
    """
    looks: list[dict[str, Any]] = [{"bold": True, "font_size": 14}]
    looks += [{"italic": True}] * (len(lines) - 1)
    heads = list(zip(lines, looks, strict=True))
    if demonstration:
        heads.append((demonstration_note(), MARK))
    for row, (text, look) in enumerate(heads):
        for first_and_last in columns:
            writer.span(sheet, row, first_and_last, text, **CENTRED, **look)
    return len(heads) + 1
