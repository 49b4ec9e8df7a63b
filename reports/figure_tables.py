"""Reads tables of figures as they are copied from a sheet or a document: cells between tabs.

The words above a column say what it counts; a column that they do not tell is a row of its
own for the officer to choose.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agencies.vietnamese import fold
from reports.figure_words import (
    IN_ALL,
    NUMBER,
    PERCENT,
    QUOTE_LENGTH,
    UNKNOWN_GROUP,
    UNKNOWN_MEASURE,
    PrintedFigure,
    Reading,
    folded,
    measure_left,
    named_group,
    number,
    only_edition,
)
from reports.models import Measure, Unit

COUNT = re.compile(rf"(?:{NUMBER})(?:\s+(?:cơ quan|đơn vị|xã|lượt))?", re.I)
FRACTION = re.compile(rf"(?P<part>{NUMBER})\s?/\s?(?P<whole>{NUMBER})")
SHARE = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,4})?\s?%?")
LETTERS = re.compile(r"[^\W\d_]{2}")
NUMBERING = re.compile(r"(?:stt|tt|so tt|so thu tu|ghi chu)")
FOR_ALL = re.compile(r"(?:tong|tong cong|tong so|cong|toan tinh|tat ca)\b")
WHOLE, PERCENTAGE, NOTHING = "whole", "percentage", "nothing"


@dataclass(frozen=True)
class Column:
    """What the words above a column say of its numbers."""

    role: str  # a measure, WHOLE, PERCENTAGE or NOTHING
    edition: str = ""
    unit: str = Unit.AGENCIES


def read_table(lines: Sequence[str], groups: Mapping[str, str]) -> Reading:
    """Return the figures of the rows of one table."""
    table = [[cell.strip() for cell in line.split("\t")] for line in lines]
    width = max(map(len, table))
    table = [cells + [""] * (width - len(cells)) for cells in table]
    heads: list[list[str]] = []
    while table and not any(map(_is_value, table[0])):
        heads.append(table.pop(0))
    columns = [_column(" ".join(parts)) for parts in zip(*heads, strict=True)]
    rows: list[PrintedFigure] = []
    left_out: list[str] = []
    for cells in table:
        read = _line(cells, columns, groups)
        rows += read.rows
        left_out += read.left_out
    return Reading(tuple(rows), tuple(left_out))


def _is_value(cell: str) -> bool:
    return any(pattern.fullmatch(cell) for pattern in (COUNT, FRACTION, re.compile(PERCENT)))


def _column(head: str) -> Column:
    """Return what a column counts by the words above it."""
    words = fold(head)
    if NUMBERING.fullmatch(words):
        return Column(NOTHING)
    if "%" in head or re.search(r"\b(?:ty le|ti le|phan tram)\b", words):
        return Column(PERCENTAGE)
    if "luot" in words:
        is_visit = re.search(r"\b(?:kiem tra|thanh tra)\b", words)
        if is_visit:
            return Column(Measure.INSPECTED, unit=Unit.VISITS)
        return Column(Measure.TRAINED, unit=Unit.ATTENDANCES)
    return Column(_measure(words), only_edition(head))


def _measure(words: str) -> str:
    if re.search(r"\bchua\b", words):
        return measure_left(words)
    if re.search(r"\b(?:dang|khong|bao cao|kiem tra|tap huan|tang|giam)\b", words):
        return UNKNOWN_MEASURE
    if re.search(r"\b(?:chuyen doi|ap dung|xay dung|cong bo|9001)\b", words):
        return Measure.CONVERTED
    is_whole = re.search(r"\b(?:tong|mau so|tren so)\b", words) or words in (
        "so co quan",
        "so don vi",
        "so luong co quan",
    )
    return WHOLE if is_whole else UNKNOWN_MEASURE


def _line(cells: list[str], columns: list[Column], groups: Mapping[str, str]) -> Reading:
    """Return the figures of one row; a row without a name has none."""
    at = next((i for i, cell in enumerate(cells) if LETTERS.search(cell)), None)
    if at is None or not any(map(_is_value, cells[at + 1 :])):
        return Reading()
    words = folded(cells[at])
    is_all = FOR_ALL.match(words) or IN_ALL.search(words)
    group = named_group(words, groups) or ("" if is_all else UNKNOWN_GROUP)
    quote = " | ".join(filter(None, cells[at:]))[:QUOTE_LENGTH]
    base = PrintedFigure(quote, group, UNKNOWN_MEASURE, None)
    said = columns[at + 1 :] or _guessed(cells[at + 1 :])
    pairs = [(cell, col) for cell, col in zip(cells[at + 1 :], said, strict=True) if cell]
    return _figures(base, pairs)


def _guessed(cells: list[str]) -> list[Column]:
    """Return columns without words: a part, its whole and their percentage are told by fitting."""
    unknown, share = Column(UNKNOWN_MEASURE), Column(PERCENTAGE)
    columns = [share if "%" in cell else unknown for cell in cells]
    counted = [i for i, cell in enumerate(cells) if COUNT.fullmatch(cell)]
    if len(counted) != 2:
        return columns
    first, second = [_count(cells[i]) or 0 for i in counted]
    shares = [_share(cell) for cell in cells if "%" in cell]
    columns[counted[0 if first > second else 1]] = Column(WHOLE)
    if shares and first + second and _fits(shares[0], first, second):
        columns[counted[1 if first > second else 0]] = Column(Measure.CONVERTED)
    return columns


def _fits(share: float, one: int, other: int) -> bool:
    part, whole = sorted((one, other))
    return abs(share - 100 * part / whole) < 1


def _share(cell: str) -> float:
    return float(cell.replace("%", "").replace(",", ".").strip())


def _count(cell: str) -> int | None:
    match = re.match(NUMBER, cell)
    return number(match[0]) if match else None


def _figures(base: PrintedFigure, pairs: list[tuple[str, Column]]) -> Reading:
    """Return the figures of a row's cells: part, whole and percentage are one."""
    rows: list[PrintedFigure] = []
    left_out: list[str] = []
    whole: int | None = None
    percent = ""
    for cell, column in pairs:
        if column.role == PERCENTAGE and SHARE.fullmatch(cell) and not percent:
            percent = cell
        elif column.role == WHOLE and COUNT.fullmatch(cell) and whole is None:
            whole = _count(cell)
        elif column.role not in (PERCENTAGE, NOTHING) and (row := _cell(base, cell, column)):
            rows.append(row)
        elif _is_value(cell) and column.role != NOTHING:
            left_out.append(cell)
    return Reading(_with_whole(base, rows, whole, percent), tuple(left_out))


def _cell(base: PrintedFigure, cell: str, column: Column) -> PrintedFigure | None:
    measure = UNKNOWN_MEASURE if column.role == WHOLE else column.role
    part = FRACTION.fullmatch(cell)
    if part:
        count, whole = number(part["part"]), number(part["whole"])
        if count is None or not whole or count > whole:
            return None
        row = replace(base, count=count, denominator=whole, edition=column.edition)
        # A fraction is of converted agencies, in tables as in sentences.
        return replace(row, measure=measure or Measure.CONVERTED)
    if not COUNT.fullmatch(cell):
        return None
    row = replace(base, measure=measure, count=_count(cell), unit=column.unit)
    return replace(row, edition=column.edition)


def _with_whole(
    base: PrintedFigure, rows: list[PrintedFigure], whole: int | None, percent: str
) -> tuple[PrintedFigure, ...]:
    """Give the first part of the row its whole and percentage; alone, each is a row."""
    parts = [row for row in rows if row.unit == Unit.AGENCIES]
    first = next((row for row in parts if row.measure == Measure.CONVERTED), None)
    first = first or (parts[0] if len(parts) == 1 else None)
    if first is None or (whole and (first.count or 0) > whole):
        alone = [replace(base, measure=Measure.TOTAL, count=whole)] if whole is not None else []
        shares = [replace(base, percent=percent)] if percent else []
        return (*alone, *rows, *shares)
    joined = replace(first, denominator=first.denominator or whole or None, percent=percent)
    return tuple(joined if row is first else row for row in rows)
