"""A copy of a workbook with what is wrong in it, as coloured cells with comments.

openpyxl holds a workbook as a tree, some 300 bytes for each empty cell; so only a workbook
of an ordinary number of cells is annotated.
"""

import warnings
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from agencies.exchange.format import SHEETS, heading_key, word_key
from agencies.exchange.problems import Problem
from agencies.exchange.reading import HEADING_ROWS

MOST_TAGS = 800_000  # an empty cell costs the tree 300 bytes
PORTION = 1 << 20
AUTHOR = "HTQLCL"
WRONG = PatternFill("solid", fgColor="F8C9C4")
CONFLICT = PatternFill("solid", fgColor="FBE3B5")


def annotated_copy(path: str, problems: Iterable[Problem]) -> bytes | None:
    """Return the workbook with its problems noted, None where no copy can be made.

    It has too many cells, or openpyxl, which is less forgiving than the reader here, cannot
    hold it: a strict workbook (ISO 29500) is one.
    A problem without a column is noted at the row's code; one without a row is left out.
    """
    book = _opened(path) if _tags(path) <= MOST_TAGS else None
    if book is None:
        return None
    pages = {word_key(title): book[title] for title in book.sheetnames}
    sheets = {sheet.title: sheet for sheet in SHEETS}
    columns: dict[str, dict[str, int]] = {}
    for problem in problems:
        page = pages.get(word_key(problem.sheet or ""))
        if page is None or problem.row is None:
            continue
        sheet = sheets[problem.sheet or ""]
        if sheet.title not in columns:
            columns[sheet.title] = _columns(page, sheet.names())
        name = sheet.names().get(heading_key(problem.column or ""), "code")
        _note(page.cell(problem.row, columns[sheet.title].get(name, 1)), problem)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _opened(path: str) -> Any:
    with open(path, "rb") as stream, warnings.catch_warnings():  # its name has no ending
        warnings.simplefilter("ignore")  # of styles that a program left out
        try:
            book = load_workbook(stream)
        except Exception:  # whatever a strange part makes of it
            return None
    return book if book.sheetnames else None


def _tags(path: str) -> int:
    """Count the tags of a workbook without holding it as a whole."""
    count = 0
    with ZipFile(path) as package:
        for info in package.infolist():
            with package.open(info) as stream:
                while count <= MOST_TAGS and (portion := stream.read(PORTION)):
                    count += portion.count(b"<")
    return count


def _columns(page: Any, names: dict[str, str]) -> dict[str, int]:
    """Return the columns by the names of the row with most headings."""
    best: dict[str, int] = {}
    for row in page.iter_rows(max_row=HEADING_ROWS):
        found = {
            names[key]: cell.column
            for cell in reversed(row)
            if isinstance(cell.value, str) and (key := heading_key(cell.value)) in names
        }
        best = max(best, found, key=len)
    return best


def _note(cell: Any, problem: Problem) -> None:
    """Colour a cell and say what is wrong; a merged one takes no comment of its own."""
    cell.fill = WRONG if problem.column else CONFLICT
    told = problem.allowed if problem.column is None else str(problem)
    before = f"{cell.comment.text}\n" if getattr(cell, "comment", None) else ""
    if hasattr(cell, "hyperlink"):
        cell.comment = Comment(before + told, AUTHOR, width=320, height=120)
