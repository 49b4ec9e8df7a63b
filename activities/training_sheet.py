"""The attendance sheet: its columns, its reading, and what its rows would do."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from django.utils.translation import gettext as _

from activities.models import MOST_ATTENDANCES, Attendance, Training
from agencies.actions import RowState
from agencies.exchange import Column, Problem, SheetFormat, fix_key
from agencies.exchange.cells import RowCells
from agencies.exchange.format import word_key
from agencies.exchange.headings import find_headings
from agencies.exchange.parts import Row
from agencies.exchange.problems import Unreadable, shown
from agencies.exchange.xlsx import open_workbook
from agencies.models import RosterRecord
from agencies.vietnamese import fold

MOST_ROWS = 5_000  # some have as many agencies as a province; more is another file
SHEET = SheetFormat(
    "Tham dự",
    (
        Column("code", "Mã cơ quan", required=False),
        Column("name", "Tên cơ quan", required=False),
        Column("number", "Số lượt"),
    ),
    aliases=(
        ("Cơ quan", "name"),
        ("Đơn vị", "name"),
        ("Tên đơn vị", "name"),
        ("Số lượt tham dự", "number"),
        ("Số lượt cán bộ, công chức", "number"),
    ),
)


@dataclass(frozen=True)
class SheetRow:
    """One row of a sheet: the agency that it means, the number it says, what is on record."""

    row: int
    state: RowState
    code: str
    name: str
    old: int | None = None
    new: int | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def key(self) -> str:
        """Return what stands for the row in a form."""
        return str(self.row)


@dataclass
class SheetPreview:
    """What the rows of a sheet would do, and what a reader should know of the reading."""

    rows: list[SheetRow] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    names: Mapping[str, str] = field(default_factory=dict)  # of the agencies to choose from

    def of(self, state: RowState) -> list[SheetRow]:
        """Return the rows of one state."""
        return [row for row in self.rows if row.state == state]

    @property
    def problems(self) -> list[Problem]:
        """Return everything that is wrong, in the order of the rows."""
        return [problem for row in self.rows for problem in row.problems]

    def numbers(self, take: Collection[str]) -> dict[str, int]:
        """Return the attendances of the rows taken by the agencies' codes; never of an error."""
        wanted = (RowState.NEW, RowState.CHANGED)
        rows = [row for row in self.rows if row.key in take and row.state in wanted]
        return {row.code: row.new for row in rows if row.new is not None}


def read_sheet(
    file: BinaryIO, *, training: Training, chosen: Mapping[str, str] | None = None
) -> SheetPreview:
    """Return what the rows of a sheet would do to a course.

    An agency is meant by its code; without one by its name, where one agency alone bears it.
    What is unclear is offered as a choice; `chosen` are the words chosen, by `fix_key`. A row
    without a number says nothing.

    Raises:
        BadWorkbook: nothing of it can be read.
    """
    preview = SheetPreview()
    reading = _Reading(training, dict(chosen or {}), preview)
    try:
        with open_workbook(file) as workbook:
            titles = {word_key(title): title for title in workbook.titles}
            title = titles.get(word_key(SHEET.title)) or next(iter(workbook.titles), None)
            if title is None:
                raise Unreadable(_("The workbook has no sheet."))
            first: list[str] = []
            rows = _noting_first(iter(workbook.rows(title)), first)
            columns, below = find_headings(SHEET, rows, preview.notices)
            _tell_other_course(first, training, preview.notices)
            if not {"code", "name"} & set(columns.values()):
                raise Unreadable(_("A column “Mã cơ quan” or “Tên cơ quan” is needed."))
            for number, row in below:
                if number > MOST_ROWS:
                    raise Unreadable(
                        _("The file has more than %(rows)d rows.") % {"rows": MOST_ROWS}
                    )
                cells = {columns[at]: value for at, value in row.items() if at in columns}
                reading.take(RowCells(SHEET, number, cells, [], workbook.epoch))
    except Unreadable as unreadable:
        raise unreadable.as_bad_workbook() from unreadable
    return reading.told()


def _noting_first(rows: Iterator[tuple[int, Row]], first: list[str]) -> Iterator[tuple[int, Row]]:
    """Pass rows on and note what stands in the first cell: the template writes the course there."""
    for number, row in rows:
        if number == 1 and row:
            first.append(str(row[min(row)]))
        yield number, row


def _tell_other_course(first: list[str], training: Training, notices: list[str]) -> None:
    """Tell where a sheet names another course than the one that it is brought to."""
    titles = {fold(title) for title in Training.objects.values_list("title", flat=True)}
    if first and fold(first[0]) in titles - {fold(training.title)}:
        said = _("The sheet is that of “%(sheet)s”; this is the course “%(course)s”.")
        notices.append(said % {"sheet": shown(first[0]), "course": training.title})


class _Reading:
    """The reading of one sheet against the roster of a course's first day."""

    def __init__(self, training: Training, chosen: dict[str, str], preview: SheetPreview) -> None:
        self.chosen, self.preview = chosen, preview
        self.names = dict(names_on(training.starts_on))
        self.codes = {word_key(code): code for code in self.names}
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for code, name in self.names.items():
            self.by_name[fold(name)].append(code)
        self.sum = 0  # of the numbers above
        standing = Attendance.objects.filter(training=training)
        self.standing = dict(standing.values_list("agency__code", "number"))

    def take(self, cells: RowCells) -> None:
        """Take one row."""
        code, name = cells.text("code"), cells.text("name")
        number = cells.whole("number", MOST_ATTENDANCES)
        if not code and not name:
            if number is not None and not self._is_total(cells, number):
                cells.refuse("code", _("the code or the name of an agency"))
            elif cells.is_good:
                return
        elif number is None and cells.is_good:
            return
        self.sum += number or 0
        found = self._agency(cells, code, name) if cells.is_good else ""
        if not cells.is_good:
            row = SheetRow(cells.row, RowState.ERROR, code, name, problems=tuple(cells.problems))
        else:
            old = self.standing.get(found)
            state = RowState.NEW if old is None else RowState.CHANGED
            state = RowState.SAME if old == number else state
            row = SheetRow(cells.row, state, found, self.names[found], old, number)
        self.preview.rows.append(row)

    def _agency(self, cells: RowCells, code: str, name: str) -> str:
        """Return the code of the agency that a row means; tell what is against it."""
        column, said = ("code", code) if code else ("name", name)
        picked = self.chosen.get(fix_key(column, said))
        if picked in self.names:
            return str(picked)
        alike = self.by_name.get(fold(name), [])
        if code:
            found = self.codes.get(word_key(code), "")
            if found and (not name or fold(self.names[found]) == fold(name)):
                return found
            allowed = (
                _("the code of “%(name)s”") % {"name": name}
                if found
                else _("the code of an agency that existed on the course's first day")
            )
            either = [*alike, found] if found else alike
            cells.refuse("code", allowed, choices=list(dict.fromkeys(either)))
            return ""
        if len(alike) == 1:
            return alike[0]
        allowed = _("the code beside it") if alike else _("an agency of the course's first day")
        cells.refuse("name", allowed, choices=alike)
        return ""

    def _is_total(self, cells: RowCells, number: int) -> bool:
        """Say whether a row has a number alone that is the sum of those above it."""
        return set(cells.cells) == {"number"} and number == self.sum

    def told(self) -> SheetPreview:
        """Return the preview; rows that name one agency twice are errors, all of them."""
        times = Counter(row.code for row in self.preview.rows if row.state != RowState.ERROR)
        rows = [
            _twice(row) if row.state != RowState.ERROR and times[row.code] > 1 else row
            for row in self.preview.rows
        ]
        self.preview.rows, self.preview.names = rows, self.names
        return self.preview


def _twice(row: SheetRow) -> SheetRow:
    problem = Problem(
        SHEET.title, row.row, SHEET.heading_of("code"), row.code, _("each agency in one row alone")
    )
    return SheetRow(row.row, RowState.ERROR, row.code, row.name, row.old, row.new, (problem,))


def names_on(day: date, province: int | None = None) -> Iterable[tuple[str, str]]:
    """Yield the codes and names of the counted agencies of a day, or of a province of it.

    By group and name.
    """
    on_day = RosterRecord.objects.believed().in_force_on(day).filter(group__isnull=False)
    if province is not None:
        on_day = on_day.filter(province=province)
    ordered = on_day.order_by("group__position", "sort_key")
    yield from ordered.values_list("agency__code", "name")


def choices_of(preview: SheetPreview) -> list[Problem]:
    """Return the unclear words that something may be chosen for, each once."""
    found = {problem.key: problem for problem in preview.problems if problem.choices}
    return list(found.values())
