"""The row of headings of a sheet that stands alone: in any order, titles above it."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TypeAlias

from django.utils.translation import gettext as _

from agencies.exchange.format import SheetFormat, heading_key
from agencies.exchange.parts import Row
from agencies.exchange.problems import Unreadable, shown

HEADING_ROWS = 20  # titles may stand above the headings
Rows: TypeAlias = Iterable[tuple[int, Row]]


def find_headings(
    sheet: SheetFormat, rows: Iterator[tuple[int, Row]], notices: list[str]
) -> tuple[dict[int, str], Rows]:
    """Return the names of the columns by their places, and the rows below.

    Unknown columns are told among the notices and left out.

    Raises:
        Unreadable: a column that the sheet must have is missing.
    """
    names = sheet.names()
    needed = {column.name for column in sheet.columns if column.required}
    best: tuple[set[str], Row] = (set(), {})
    for number, row in rows:
        found = {names[key] for value in row.values() if (key := key_of(value)) in names}
        if len(found) > len(best[0]):
            best = (found, row)
        if needed <= found or number >= HEADING_ROWS:
            break
    missing = [c.heading for c in sheet.columns if c.name in needed - best[0]]
    if missing:
        raise Unreadable(
            _("Among the first %(rows)d rows no headings were found; missing: %(columns)s.")
            % {"rows": HEADING_ROWS, "columns": ", ".join(missing)}
        )
    columns: dict[int, str] = {}
    for place, value in sorted(best[1].items()):
        name = names.get(key_of(value))
        if name is None or name in columns.values():
            said = _("Column “%(column)s” is not known and was left out.")
            notices.append(said % {"column": shown(value)})
        else:
            columns[place] = name
    return columns, chain(rows)


def key_of(value: object) -> str:
    """Return a cell as headings are compared, nothing for one without text."""
    return heading_key(value) if isinstance(value, str) else ""
