"""The one format for import, export and template: sheets, columns, words, typed rows."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from agencies.exchange.problems import Problem
from agencies.exchange.stamp import Stamp
from agencies.models import Declaration, Stage
from agencies.vietnamese import clean_text

CellValue: TypeAlias = str | int | date | None


@dataclass(frozen=True)
class Column:
    """A column: the field of the typed row, its heading, whether a sheet must have it."""

    name: str
    heading: str
    required: bool = True


@dataclass(frozen=True)
class SheetFormat:
    """A sheet: its title, its columns in order, and other headings they are known by."""

    title: str
    columns: tuple[Column, ...]
    aliases: tuple[tuple[str, str], ...] = ()

    def headings(self) -> list[str]:
        """Return the headings in order, the optional ones included."""
        return [column.heading for column in self.columns]

    def heading_of(self, name: str) -> str:
        """Return the heading of a column."""
        return next(column.heading for column in self.columns if column.name == name)

    def names(self) -> dict[str, str]:
        """Return the names of the columns by the keys of all headings they are known by."""
        own = [(column.heading, column.name) for column in self.columns]
        return {heading_key(heading): name for heading, name in (*own, *self.aliases)}


GROUP_COLUMNS = (
    Column("code", "Mã nhóm"),
    Column("name", "Tên nhóm"),
    Column("name_en", "Tên tiếng Anh"),
    Column("position", "Thứ tự"),
)
AGENCY_COLUMNS = (
    Column("code", "Mã cơ quan"),
    Column("name", "Tên cơ quan"),
    Column("group", "Mã nhóm"),
    Column("parent", "Mã cơ quan cấp trên"),
    Column("gso_code", "Mã ĐVHC"),
    Column("valid_from", "Từ ngày"),
    Column("valid_to", "Đến ngày"),
    Column("name_origin", "Nguồn tên", required=False),
    Column("province", "Mã tỉnh", required=False),
)
STATUS_COLUMNS = (
    Column("code", "Mã cơ quan"),
    Column("stage", "Tình trạng"),
    Column("edition", "Phiên bản"),
    Column("valid_from", "Từ ngày"),
    Column("decision_number", "Số quyết định"),
    Column("decision_date", "Ngày quyết định"),
    Column("procedures", "Số TTHC"),
    Column("note", "Ghi chú"),
    Column("signer", "Người ký", required=False),
    Column("scope", "Phạm vi", required=False),
    Column("declaration", "Lần công bố", required=False),
    Column("redeclaration_reason", "Lý do", required=False),
    Column("working_toward", "Đang chuyển sang", required=False),
    Column("effective_date", "Ngày hiệu lực", required=False),
    Column("source", "Nguồn", required=False),
    Column("record", "Mã bản ghi", required=False),
)
GROUP_SHEET = SheetFormat("Nhóm", GROUP_COLUMNS)
AGENCY_SHEET = SheetFormat("Cơ quan", AGENCY_COLUMNS, aliases=(("Mã cơ quan chủ quản", "parent"),))
STATUS_SHEET = SheetFormat("Tình trạng", STATUS_COLUMNS)
SHEETS = (GROUP_SHEET, AGENCY_SHEET, STATUS_SHEET)


def sheets_to_write(*, has_provinces: bool) -> tuple[SheetFormat, ...]:
    """Return the sheets as they are written: the province's column where there are provinces."""
    if has_provinces:
        return SHEETS
    columns = tuple(column for column in AGENCY_COLUMNS if column.name != "province")
    return GROUP_SHEET, replace(AGENCY_SHEET, columns=columns), STATUS_SHEET


STAGE_WORDS: dict[str, str] = {
    Stage.NOT_STARTED: "chưa xây dựng",
    Stage.BUILDING: "đang xây dựng",
    Stage.APPLIED: "áp dụng",
    Stage.WITHDRAWN: "hủy công bố",
    Stage.EXEMPT: "không thuộc đối tượng áp dụng",
}
DECLARATION_WORDS: dict[str, str] = {
    Declaration.FIRST: "lần đầu",
    Declaration.AGAIN: "công bố lại",
}


def word_key(text: str) -> str:
    """Return a word as words are compared: blind to case, Unicode form and spaces."""
    return clean_text(text).casefold()


STAGES_BY_WORD: dict[str, str] = {
    **{word_key(word): stage for stage, word in STAGE_WORDS.items()},
    "huỷ công bố": Stage.WITHDRAWN,  # the other way to place the tone mark
    "miễn áp dụng": Stage.EXEMPT,
}
DECLARATIONS_BY_WORD: dict[str, str] = {
    **{word_key(word): declaration for declaration, word in DECLARATION_WORDS.items()},
    "công bố lần đầu": Declaration.FIRST,
}


def heading_key(text: str) -> str:
    """Return a heading as headings are compared: without remarks in brackets and asterisks."""
    return word_key(re.sub(r"\([^()]*\)|[*:]", " ", text))


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A row of `Nhóm`; `position` None says nothing of it."""

    code: str
    name: str
    name_en: str = ""
    position: int | None = None
    row: int = 0


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """A row of `Cơ quan`: what the roster says of an agency from a day on."""

    code: str
    name: str
    valid_from: date
    group: str = ""
    parent: str = ""
    gso_code: str = ""
    valid_to: date | None = None
    name_origin: str = ""
    province: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class StatusLine:
    """A row of `Tình trạng`: the status of an agency from a day on; editions by their codes.

    `record` says where an exported row came from; nothing is looked up by it.
    """

    code: str
    stage: str
    valid_from: date
    edition: str = ""
    working_toward: str = ""
    decision_number: str = ""
    decision_date: date | None = None
    effective_date: date | None = None
    signer: str = ""
    scope: str = ""
    procedures: int | None = None
    declaration: str = ""
    redeclaration_reason: str = ""
    note: str = ""
    source: str = ""
    record: str = ""
    row: int = 0


@dataclass
class ExchangeFile:
    """What a workbook says, row by row, and what is wrong with the other rows.

    `agency_columns` and `status_columns` are the names of the columns that the sheets
    have: of a column that is absent nothing is said. `spoiled` are the codes named in
    rows with a problem and `unread` the titles of sheets that could not be read, so that
    one problem is not told again as another.
    """

    groups: list[GroupLine] = field(default_factory=list)
    agencies: list[AgencyLine] = field(default_factory=list)
    statuses: list[StatusLine] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    agency_columns: frozenset[str] = frozenset()
    status_columns: frozenset[str] = frozenset()
    stamp: Stamp | None = None
    # The words that a reader chose others for (`fix_key`), or chose to keep.
    decided: frozenset[str] = frozenset()
    spoiled_groups: set[str] = field(default_factory=set)
    spoiled: set[str] = field(default_factory=set)
    spoiled_rows: dict[tuple[str, int], str] = field(default_factory=dict)  # their codes
    unread: set[str] = field(default_factory=set)

    @property
    def number_of_rows(self) -> int:
        """Return how many rows say something."""
        return len(self.groups) + len(self.agencies) + len(self.statuses)


def cells_of(
    line: GroupLine | AgencyLine | StatusLine, sheet: SheetFormat | None = None
) -> list[CellValue]:
    """Return the cell values of a typed row in the order of its sheet's columns."""
    if sheet is not None:
        columns = sheet.columns
    elif isinstance(line, GroupLine):
        columns = GROUP_COLUMNS
    else:
        columns = AGENCY_COLUMNS if isinstance(line, AgencyLine) else STATUS_COLUMNS
    return [_cell(column.name, getattr(line, column.name)) for column in columns]


def _cell(name: str, value: CellValue) -> CellValue:
    if name == "stage":
        return STAGE_WORDS[str(value)]
    if name == "declaration":
        return DECLARATION_WORDS.get(str(value))
    return None if value == "" else value
