"""The file of a reorganisation: one row for each body after the event, .xlsx or .csv."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db.models import Field, Model
from django.utils.translation import gettext as _
from openpyxl.utils.datetime import CALENDAR_WINDOWS_1900

from agencies.exchange.cells import RowCells
from agencies.exchange.format import Column, SheetFormat, heading_key, word_key
from agencies.exchange.headings import HEADING_ROWS, Rows, find_headings, key_of
from agencies.exchange.parts import Row
from agencies.exchange.problems import BadWorkbook, Problem, Unreadable, shown
from agencies.exchange.xlsx import open_workbook
from agencies.models import (
    Agency,
    FirstStatus,
    Reorganisation,
    ReorganisationPlan,
    RosterRecord,
    SuccessorPlan,
)

MOST_ROWS = 20_000
SHEET = SheetFormat(
    "Sắp xếp",
    (
        Column("decree_number", "Số văn bản"),
        Column("takes_effect_on", "Ngày hiệu lực"),
        Column("predecessors", "Mã cơ quan trước sắp xếp"),
        Column("code", "Mã cơ quan"),
        Column("name", "Tên cơ quan"),
        Column("group", "Mã nhóm"),
        Column("parent", "Mã cơ quan cấp trên"),
        Column("gso_code", "Mã ĐVHC"),
        Column("first_status", "Tình trạng đầu"),
        Column("carried_from", "Giữ theo cơ quan", required=False),
        Column("decree_date", "Ngày văn bản", required=False),
        Column("title", "Trích yếu", required=False),
        Column("notice", "Lưu ý", required=False),
        Column("name_origin", "Nguồn tên", required=False),
        Column("province", "Mã tỉnh", required=False),
    ),
)
FIRST_STATUS_WORDS: dict[str, str] = {
    FirstStatus.ANEW: "công bố lại",
    FirstStatus.CARRIED: "giữ nguyên",
    FirstStatus.NOT_STARTED: "chưa xây dựng",
}
# Said of the whole event: the same in every row that says it.
OF_THE_EVENT = ("decree_number", "takes_effect_on", "decree_date", "title", "notice")
CODES_APART = re.compile(r"[;,+\s]+")


@dataclass
class PlanFile:
    """What a file says of one event, and what a reader should know of how it was read."""

    plan: ReorganisationPlan
    notices: list[str] = field(default_factory=list)
    lines: dict[str, list[int]] = field(default_factory=dict)  # the rows that name a code

    def lines_of(self, message: str) -> list[int]:
        """Return the rows of the codes that a message about the plan names."""
        codes = re.findall(r"[\w.\-]*\w", message)
        return sorted({row for code in codes for row in self.lines.get(code, [])})


def is_plan_file(file: BinaryIO, name: str) -> bool:
    """Say whether a file has the headings of a reorganisation; a file that is none is not read."""
    wanted = heading_key(SHEET.heading_of("predecessors"))
    try:
        with _rows_of(file, name) as (rows, _epoch):
            return any(
                key_of(value) == wanted
                for _number, row in islice(rows, HEADING_ROWS)
                for value in row.values()
            )
    except Unreadable:
        return False
    finally:
        file.seek(0)


def read_plan_file(file: str | Path | BinaryIO, name: str = "") -> PlanFile:
    """Return the reorganisation that a path or an open file describes.

    `name` is what the sender called it, where the file itself is called otherwise.

    A row without `Mã cơ quan` ends the bodies that it names; one without predecessors
    establishes a body. What is said of the whole event may stand in the first row alone.

    Raises:
        BadWorkbook: something in it is wrong; all problems are told.
    """
    try:
        with _rows_of(file, name) as (rows, epoch):
            return _Reading(epoch).read(rows)
    except Unreadable as unreadable:
        raise unreadable.as_bad_workbook() from unreadable


@contextmanager
def _rows_of(file: str | Path | BinaryIO, name: str = "") -> Iterator[tuple[Rows, datetime]]:
    """Open a file as numbered rows of filled cells, for the time of a block."""
    path = Path(name or (file if isinstance(file, str | Path) else file.name))
    if path.suffix.lower() == ".csv":
        named = {"path": shown(path, limit=300)}
        content = _content(path, named) if isinstance(file, str | Path) else file.read(_most() + 1)
        yield _csv_rows(content, named), CALENDAR_WINDOWS_1900
        return
    with open_workbook(file) as workbook:
        titles = {word_key(title): title for title in workbook.titles}
        title = titles.get(word_key(SHEET.title)) or next(iter(workbook.titles), None)
        if title is None:
            raise Unreadable(_("The workbook has no sheet."))
        yield workbook.rows(title), workbook.epoch


def _most() -> int:
    return int(settings.IMPORT_MAX_BYTES)


def _content(path: Path, named: dict[str, str]) -> bytes:
    """Return the bytes of a file, one more than the most that is read of a larger one."""
    try:
        if not path.exists():
            raise Unreadable(_("There is no file “%(path)s”.") % named)
        if not path.is_file():
            raise Unreadable(_("“%(path)s” is not a file.") % named)
        with path.open("rb") as stream:
            return stream.read(_most() + 1)
    except (OSError, ValueError):
        raise Unreadable(_("“%(path)s” cannot be opened.") % named) from None


def _csv_rows(content: bytes, named: dict[str, str]) -> list[tuple[int, Row]]:
    """Return the rows of a .csv file of UTF-8, apart by commas, semicolons or tabs."""
    if len(content) > _most():
        raise Unreadable(_("“%(path)s” is too large.") % named)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(_("“%(path)s” is no text in UTF-8.") % named) from None
    first = text.split("\n", maxsplit=HEADING_ROWS)[:HEADING_ROWS]
    mark = max(",;\t", key=lambda mark: max(line.count(mark) for line in first))
    try:
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error as error:
        raise Unreadable(
            _("“%(path)s” is no table of cells: %(error)s") % {**named, "error": error}
        ) from error
    rows: list[tuple[int, Row]] = []
    for number, line in enumerate(lines, start=1):
        row: Row = {place: cell for place, cell in enumerate(line, start=1) if cell.strip()}
        if row:
            rows.append((number, row))
    return rows


@dataclass
class _Reading:
    """The reading of one file."""

    epoch: datetime
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    event: dict[str, str | date] = field(default_factory=dict)
    successors: list[SuccessorPlan] = field(default_factory=list)
    dissolved: list[str] = field(default_factory=list)
    lines: dict[str, list[int]] = field(default_factory=dict)

    def read(self, rows: Rows) -> PlanFile:
        """Return what the rows say together."""
        columns, below = find_headings(SHEET, iter(rows), self.notices)
        for count, (number, row) in enumerate(below, start=1):
            if count > MOST_ROWS:
                raise Unreadable(_("The file has more than %(rows)d rows.") % {"rows": MOST_ROWS})
            cells = {columns[place]: value for place, value in row.items() if place in columns}
            if cells:
                self._take(RowCells(SHEET, number, cells, self.problems, self.epoch))
        if not (self.successors or self.dissolved or self.problems):
            raise Unreadable(_("The file names no agency."))
        if self.problems:
            raise BadWorkbook(self.problems)
        event = {name: self.event[name] for name in OF_THE_EVENT if name in self.event}
        plan = ReorganisationPlan(
            **event,  # type: ignore[arg-type]  # each is read as what its column holds
            successors=tuple(self.successors),
            dissolved=tuple(self.dissolved),
        )
        return PlanFile(plan, self.notices, self.lines)

    def _take(self, cells: RowCells) -> None:
        """Take one row: a body after the event, or bodies that end."""
        self._take_event(cells)
        codes = [code for code in CODES_APART.split(cells.text("predecessors")) if code]
        code = cells.text("code", field=_field(Agency, "code"))
        for named in (*codes, code) if code else codes:
            self.lines.setdefault(named, []).append(cells.row)
        if not code:
            if not codes and cells.is_good:
                cells.refuse("code", _("a code here, or those of bodies that end"))
            self.dissolved += codes
            return
        words = {word_key(word): status for status, word in FIRST_STATUS_WORDS.items()}
        successor = SuccessorPlan(
            code=code,
            predecessors=tuple(codes),
            name=cells.text("name", field=_field(RosterRecord, "name")),
            group=cells.text("group"),
            parent=cells.text("parent"),
            gso_code=cells.text("gso_code", field=_field(RosterRecord, "gso_code")),
            name_origin=cells.text("name_origin", field=_field(RosterRecord, "name_origin")),
            first_status=cells.word("first_status", words, [*FIRST_STATUS_WORDS.values()]),
            carried_from=cells.text("carried_from"),
            province=cells.text("province"),
        )
        self.successors.append(successor)

    def _take_event(self, cells: RowCells) -> None:
        """Take what a row says of the event; the first row names its decree and its day."""
        is_first = not self.event
        for name in OF_THE_EVENT:
            required = is_first and name in ("decree_number", "takes_effect_on")
            said: str | date | None
            if name in ("takes_effect_on", "decree_date"):
                said = cells.day(name, required=required)
            else:
                said = cells.text(name, field=_field(Reorganisation, name), required=required)
            if said and self.event.setdefault(name, said) != said:
                cells.refuse(name, _("the same as in the first row: one file is one event"))


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    found = model._meta.get_field(name)
    assert isinstance(found, Field)
    return found
