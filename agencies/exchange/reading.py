"""From the cells of a workbook to typed rows, with all that is wrong in the whole file."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

from django.db.models import Field, Model
from django.utils.translation import gettext as _

from agencies.exchange.cells import RowCells
from agencies.exchange.format import (
    AGENCY_SHEET,
    DECLARATION_WORDS,
    DECLARATIONS_BY_WORD,
    GROUP_SHEET,
    SHEETS,
    STAGE_WORDS,
    STAGES_BY_WORD,
    STATUS_SHEET,
    AgencyLine,
    ExchangeFile,
    GroupLine,
    SheetFormat,
    StatusLine,
    heading_key,
    word_key,
)
from agencies.exchange.parts import Row, Value
from agencies.exchange.problems import BadWorkbook, Problem, Unreadable, fix_key, shown
from agencies.exchange.stamp import (
    NOTES_SHEET,
    STAMP_COLUMN,
    STAMP_ROW,
    STAMP_SHEET,
    unpacked,
)
from agencies.exchange.xlsx import Workbook, open_workbook
from agencies.house_style import short_date
from agencies.models import Agency, AgencyGroup, Edition, RosterRecord, Stage, StatusRecord
from agencies.vietnamese import clean_text

HEADING_ROWS = 20  # titles may stand above the headings
MOST_ROWS = 200_000
MOST_PROBLEMS = 10_000  # of one sheet; reading it then stops
MOST_POSITIONS = 32_767
MOST_PROCEDURES = 1_000_000
NAMED_ROWS = 10  # that a notice lists
OWN_SHEETS = {word_key(NOTES_SHEET), word_key(STAMP_SHEET)}


def read_exchange_file(
    file: str | Path | BinaryIO,
    *,
    editions: Iterable[Edition],
    aliases: Mapping[str, str] | None = None,
) -> ExchangeFile:
    """Return what a workbook says; rows with a problem are left out and their problems listed.

    `aliases` are the words that a reader chose in the place of others, by `fix_key`.

    Raises:
        BadWorkbook: nothing of it can be read.
    """
    try:
        with open_workbook(file) as workbook:
            return _Reading(workbook, editions, dict(aliases or {})).read()
    except Unreadable as unreadable:
        raise unreadable.as_bad_workbook() from unreadable


def sorted_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems in the order of the file: by sheet, then by row."""
    places = {sheet.title: place for place, sheet in enumerate(SHEETS)}
    return sorted(problems, key=lambda p: (places.get(p.sheet or "", -1), p.row or 0))


@dataclass
class _Table:
    """A sheet whose headings were found: the rows below, by the names of their columns."""

    sheet: SheetFormat
    columns: dict[int, str]
    rows: Iterator[tuple[int, Row]]
    epoch: datetime
    problems: list[Problem]
    aliases: Mapping[str, str]

    def __iter__(self) -> Iterator[RowCells]:
        told = len(self.problems)
        for count, (number, row) in enumerate(self.rows, start=1):
            cells: dict[str, Value] = {
                self.columns[column]: value
                for column, value in row.items()
                if column in self.columns
            }
            if count > MOST_ROWS or len(self.problems) - told >= MOST_PROBLEMS:
                self.problems.append(self._stopped(number))
                return
            if cells:
                yield RowCells(self.sheet, number, cells, self.problems, self.epoch, self.aliases)

    def _stopped(self, number: int) -> Problem:
        told = _("Reading stopped at row %(row)d:") % {"row": number}
        limits = _("a sheet may have %(rows)d filled rows and %(problems)d problems.") % {
            "rows": MOST_ROWS,
            "problems": MOST_PROBLEMS,
        }
        return Problem(self.sheet.title, None, None, told, limits)


@dataclass
class _Reading:
    """The reading of one workbook."""

    workbook: Workbook
    editions: Iterable[Edition]
    aliases: Mapping[str, str] = field(default_factory=dict)
    file: ExchangeFile = field(default_factory=ExchangeFile)
    # Rows that say the edition under "Phiên bản" though the agency is still building.
    building_rows: list[int] = field(default_factory=list)

    def read(self) -> ExchangeFile:
        self.edition_words = {word_key(edition.code): edition.code for edition in self.editions}
        self.edition_codes = list(self.edition_words.values())
        self.edition_words |= {str(edition.year): edition.code for edition in self.editions}
        titles = self._titles()
        self._read_stamp()
        self.file.decided = frozenset(self.aliases)
        readers: dict[str, Callable[[_Table], None]] = {
            GROUP_SHEET.title: self._read_groups,
            AGENCY_SHEET.title: self._read_agencies,
            STATUS_SHEET.title: self._read_statuses,
        }
        for sheet in SHEETS:
            if sheet.title not in titles:
                continue
            if table := self._table(sheet, titles[sheet.title]):
                readers[sheet.title](table)
        self._note_building_rows()
        return self.file

    def _titles(self) -> dict[str, str]:
        """Return the sheets of the format that the workbook has, by their proper titles."""
        proper = {word_key(sheet.title): sheet.title for sheet in SHEETS}
        titles: dict[str, str] = {}
        others: list[str] = []
        for title in self.workbook.titles:
            known = proper.get(word_key(title))
            if word_key(title) in OWN_SHEETS:
                continue
            if known is None or known in titles:
                others.append(f"“{shown(title)}”")
            else:
                titles[known] = title
        if not titles:
            raise Unreadable(
                _("The workbook has none of the sheets %(sheets)s.")
                % {"sheets": ", ".join(f"“{sheet.title}”" for sheet in SHEETS)}
            )
        if others:
            self.file.notices.append(
                _("Sheets not read: %(sheets)s.") % {"sheets": ", ".join(others)}
            )
        return titles

    def _read_stamp(self) -> None:
        """Read which question the workbook answered, where it came from here."""
        title = next((t for t in self.workbook.titles if word_key(t) == word_key(STAMP_SHEET)), "")
        for number, row in self.workbook.rows(title) if title else ():
            if number == STAMP_ROW and isinstance(text := row.get(STAMP_COLUMN), str):
                self.file.stamp = unpacked(text)
            return

    def _table(self, sheet: SheetFormat, title: str) -> _Table | None:
        """Find the headings of a sheet; None where it is blank or a column is missing."""
        rows = self.workbook.rows(title)
        names = sheet.names()
        needed = {column.name for column in sheet.columns if column.required}
        best: tuple[int, Row, set[str]] = (0, {}, set())
        for number, row in rows:
            found = {
                names[key]
                for value in row.values()
                if isinstance(value, str) and (key := heading_key(value)) in names
            }
            if not best[0] or len(found) > len(best[2]):
                best = (number, row, found)
            if needed <= found or number >= HEADING_ROWS:
                break
        number, row, found = best
        if not number:
            self.file.notices.append(_("Sheet “%(sheet)s” is empty.") % {"sheet": sheet.title})
            return None
        if number > HEADING_ROWS or not needed <= found:
            missing = needed if number > HEADING_ROWS else needed - found
            self._miss(sheet, [c.heading for c in sheet.columns if c.name in missing])
            return None
        columns = self._columns(sheet, number, row)
        return _Table(sheet, columns, rows, self.workbook.epoch, self.file.problems, self.aliases)

    def _miss(self, sheet: SheetFormat, missing: list[str]) -> None:
        self.file.unread.add(sheet.title)
        allowed = _("All headings of the format stand in one row, among the first %(rows)d.") % {
            "rows": HEADING_ROWS
        }
        self.file.problems += [
            Problem(sheet.title, None, heading, _("There is no such column."), allowed)
            for heading in missing
        ]

    def _columns(self, sheet: SheetFormat, number: int, row: Row) -> dict[int, str]:
        """Return the names of the known columns; tell of unknown and of repeated ones."""
        names = sheet.names()
        columns: dict[int, str] = {}
        for column, value in sorted(row.items()):
            name = names.get(heading_key(value)) if isinstance(value, str) else None
            if name is None:
                self.file.notices.append(
                    _("Sheet “%(sheet)s”: column “%(column)s” is not known and was left out.")
                    % {"sheet": sheet.title, "column": shown(value)}
                )
            elif name in columns.values():
                self.file.problems.append(
                    Problem(sheet.title, number, shown(value), shown(value), _("one such column"))
                )
            else:
                columns[column] = name
        return columns

    def _read_groups(self, table: _Table) -> None:
        for cells in table:
            line = GroupLine(
                code=cells.text("code", field=_field(AgencyGroup, "code"), required=True),
                name=cells.text("name", field=_field(AgencyGroup, "name"), required=True),
                name_en=cells.text("name_en", field=_field(AgencyGroup, "name_en")),
                position=cells.whole("position", MOST_POSITIONS),
                row=cells.row,
            )
            self._keep(cells, line, self.file.groups, self.file.spoiled_groups)
        counts = Counter(line.code for line in self.file.groups)
        for line in self.file.groups:
            if counts[line.code] > 1:
                self._refuse_line(GROUP_SHEET, line, "code", line.code, _("each code once"))
                self.file.spoiled_groups.add(line.code)

    def _read_agencies(self, table: _Table) -> None:
        self.file.agency_columns = frozenset(table.columns.values())
        for cells in table:
            valid_from = cells.day("valid_from", required=True)
            code = cells.text("code", field=_field(Agency, "code"), required=True)
            name = cells.text("name", field=_field(RosterRecord, "name"), required=True)
            line = AgencyLine(
                code=code,
                name=self.aliases.get(fix_key("name", name, code), name),
                valid_from=valid_from or date.max,
                group=cells.text("group"),
                parent=cells.text("parent"),
                gso_code=cells.text("gso_code", field=_field(RosterRecord, "gso_code")),
                valid_to=cells.day("valid_to"),
                name_origin=cells.text("name_origin", field=_field(RosterRecord, "name_origin")),
                province=cells.text("province"),
                row=cells.row,
            )
            if line.parent and line.parent == line.code:
                cells.refuse("parent", _("another agency than itself"))
            if valid_from and line.valid_to and line.valid_to <= valid_from:
                cells.refuse("valid_to", _after(valid_from))
            self._keep(cells, line, self.file.agencies, self.file.spoiled)
        self._check_days(AGENCY_SHEET, self.file.agencies)
        self._check_overlaps()

    def _read_statuses(self, table: _Table) -> None:
        self.file.status_columns = frozenset(table.columns.values())
        for cells in table:
            self._keep(cells, self._status_line(cells), self.file.statuses, self.file.spoiled)
        self._check_days(STATUS_SHEET, self.file.statuses)

    def _status_line(self, cells: RowCells) -> StatusLine:
        stages = [*STAGE_WORDS.values()]
        stage = cells.word("stage", STAGES_BY_WORD, stages)
        if not stage and cells.cells.get("stage") is None:
            cells.refuse("stage", ", ".join(stages))
        edition, working_toward = self._editions(cells, stage)
        decided, effective = cells.day("decision_date"), cells.day("effective_date")
        told = (effective or decided) if stage == Stage.APPLIED else None
        valid_from = cells.day("valid_from", required=told is None) or told
        return StatusLine(
            code=cells.text("code", field=_field(Agency, "code"), required=True),
            stage=stage,
            valid_from=valid_from or date.max,
            edition=edition,
            working_toward=working_toward,
            decision_number=cells.text(
                "decision_number", field=_field(StatusRecord, "decision_number")
            ),
            decision_date=decided,
            effective_date=effective,
            signer=cells.text("signer", field=_field(StatusRecord, "signer")),
            scope=cells.lines("scope", field=_field(StatusRecord, "scope")),
            procedures=cells.whole("procedures", MOST_PROCEDURES),
            declaration=cells.word(
                "declaration", DECLARATIONS_BY_WORD, [*DECLARATION_WORDS.values()]
            ),
            redeclaration_reason=cells.text(
                "redeclaration_reason", field=_field(StatusRecord, "redeclaration_reason")
            ),
            note=cells.lines("note", field=_field(StatusRecord, "note")),
            source=cells.text("source", field=_field(StatusRecord, "source")),
            record=shown(cells.cells.get("record")),
            row=cells.row,
        )

    def _editions(self, cells: RowCells, stage: str) -> tuple[str, str]:
        """Return the edition declared and the one worked toward, as the stage allows them."""
        good = cells.is_good
        edition = cells.word("edition", self.edition_words, self.edition_codes)
        toward = cells.word("working_toward", self.edition_words, self.edition_codes)
        if good and not cells.is_good:
            return "", ""
        if stage == Stage.APPLIED and not edition:
            cells.refuse("edition", ", ".join(self.edition_codes))
        if stage in (Stage.NOT_STARTED, Stage.EXEMPT):
            nothing = _("nothing beside “%(stage)s”") % {"stage": STAGE_WORDS[stage]}
            for name, value in (("edition", edition), ("working_toward", toward)):
                if value:
                    cells.refuse(name, nothing)
        if stage == Stage.BUILDING and edition:
            if toward and toward != edition:
                cells.refuse("edition", _("empty, or the same as “Đang chuyển sang”"))
            elif not toward:
                self.building_rows.append(cells.row)
            return "", toward or edition
        return edition, toward

    def _keep(self, cells: RowCells, line: Any, lines: list[Any], spoiled: set[str]) -> None:
        if cells.is_good:
            lines.append(line)
        elif isinstance(code := cells.cells.get("code"), str | int | float):
            spoiled.add(clean_text(str(code)))
            self.file.spoiled_rows[cells.sheet.title, cells.row] = shown(clean_text(str(code)))

    def _refuse_line(
        self, sheet: SheetFormat, line: Any, name: str, found: object, allowed: str
    ) -> None:
        heading = sheet.heading_of(name)
        self.file.problems.append(Problem(sheet.title, line.row, heading, shown(found), allowed))

    def _check_days(self, sheet: SheetFormat, lines: list[Any]) -> None:
        """Check that an agency has one row a day."""
        counts = Counter((line.code, line.valid_from) for line in lines)
        for line in lines:
            if counts[line.code, line.valid_from] > 1:
                allowed = _("one row of agency %(agency)s a day") % {"agency": line.code}
                self._refuse_line(sheet, line, "valid_from", line.valid_from, allowed)
                self.file.spoiled.add(line.code)

    def _check_overlaps(self) -> None:
        """Check that a row of an agency begins no earlier than the one before it ends."""
        lines = sorted(self.file.agencies, key=lambda line: (line.code, line.valid_from))
        for earlier, later in pairwise(lines):
            if earlier.code != later.code or earlier.valid_from == later.valid_from:
                continue
            if earlier.valid_to and earlier.valid_to > later.valid_from:
                allowed = _("%(day)s or later, when row %(row)d of the same agency ends") % {
                    "day": short_date(earlier.valid_to),
                    "row": earlier.row,
                }
                self._refuse_line(AGENCY_SHEET, later, "valid_from", later.valid_from, allowed)
                self.file.spoiled.add(later.code)

    def _note_building_rows(self) -> None:
        if not self.building_rows:
            return
        rows = ", ".join(map(str, self.building_rows[:NAMED_ROWS]))
        if len(self.building_rows) > NAMED_ROWS:
            rows += "…"
        self.file.notices.append(
            _(
                "Sheet “%(sheet)s”: “Phiên bản” beside “đang xây dựng” was read as "
                "“Đang chuyển sang”; number of rows: %(count)d (%(rows)s)."
            )
            % {"sheet": STATUS_SHEET.title, "count": len(self.building_rows), "rows": rows}
        )


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    found = model._meta.get_field(name)
    assert isinstance(found, Field)
    return found


def _after(day: Any) -> str:
    return _("a day after %(day)s") % {"day": short_date(day)}


__all__ = ["BadWorkbook", "read_exchange_file", "sorted_problems"]
