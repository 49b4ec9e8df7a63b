"""What a workbook would bring, row by row: carried out in memory, told, undone."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.actions.entries import rehearsal, touched_since, write_lock
from agencies.actions.import_plan import Outcome, Plan
from agencies.exchange import (
    AGENCY_SHEET,
    GROUP_SHEET,
    STATUS_SHEET,
    AgencyLine,
    CellValue,
    ExchangeFile,
    GroupLine,
    Problem,
    SheetFormat,
    StatusLine,
    cells_of,
    sorted_problems,
)
from agencies.models import Agency, AgencyGroup, DatedRecord, Edition, Entry, Province, User

Line = GroupLine | AgencyLine | StatusLine
LETTERS = {GROUP_SHEET.title: "G", AGENCY_SHEET.title: "A", STATUS_SHEET.title: "S"}


class RowState(TextChoices):
    """What a row of a workbook is to the record."""

    NEW = "new", gettext_lazy("new")
    CHANGED = "changed", gettext_lazy("changed")
    CONFLICT = "conflict", gettext_lazy("conflict")
    ERROR = "error", gettext_lazy("error")
    SAME = "same", gettext_lazy("same")


STATE_OF = {
    "unchanged": RowState.SAME,
    "groups_changed": RowState.CHANGED,
    "roster_changed": RowState.CHANGED,
    "statuses_corrected": RowState.CHANGED,
}


@dataclass(frozen=True)
class Difference:
    """One cell that says something else than the record."""

    heading: str
    old: CellValue
    new: CellValue


@dataclass(frozen=True)
class PreviewRow:
    """One row of the workbook: what it is, what it says otherwise, what is against it."""

    sheet: str
    row: int
    code: str
    name: str
    state: RowState
    differences: tuple[Difference, ...] = ()
    problems: tuple[Problem, ...] = ()
    since: tuple[Entry, ...] = ()  # what others recorded of the agency

    @property
    def key(self) -> str:
        """Return what stands for the row in a form."""
        return key_of(self.sheet, self.row)

    @property
    def may_be_taken(self) -> bool:
        """Say whether an officer can tick it."""
        return self.state not in (RowState.SAME, RowState.ERROR)


@dataclass(frozen=True)
class Preview:
    """Every row of a workbook in its order, and the problems that are of no row."""

    rows: tuple[PreviewRow, ...]
    problems: tuple[Problem, ...]  # of the file or a sheet as a whole: nothing is imported
    notices: tuple[str, ...]
    seen: int  # the last Entry that it was made from

    def of(self, state: str) -> list[PreviewRow]:
        """Return the rows of a state."""
        return [row for row in self.rows if row.state == state]

    @property
    def all_problems(self) -> list[Problem]:
        """Return every problem, of rows too."""
        return [*self.problems, *(problem for row in self.rows for problem in row.problems)]


def key_of(sheet: str, row: int) -> str:
    """Return what stands for a row in a form."""
    return f"{LETTERS[sheet]}{row}"


def preview_rows(*, exchange: ExchangeFile, by: User, since: int) -> Preview:
    """Return what the rows of a workbook would do; nothing stays written.

    A row that says something new of an agency of which something was recorded after the
    Entry `since` is a conflict. Rows of an agency that has a row in error are held back.
    """
    with rehearsal(), write_lock():
        seen = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        plan = Plan(
            exchange,
            by,
            list(exchange.problems),
            held=set(exchange.spoiled),
            asks_for_names=True,
        )
        plan.carry_out()
        return _Telling(plan, since).preview(seen)


class _Telling:
    """Tells what a plan came to."""

    def __init__(self, plan: Plan, since: int) -> None:
        self.plan = plan
        self.touched = touched_since(since)
        entries = set().union(*self.touched.values())
        self.entries = Entry.objects.select_related("by").in_bulk(entries)
        self.outcomes = {(one.sheet.title, one.line.row): one for one in plan.outcomes}
        self.problems: dict[tuple[str, int], list[Problem]] = defaultdict(list)
        for problem in sorted_problems(plan.problems):
            if problem.sheet is not None and problem.row is not None:
                self.problems[problem.sheet, problem.row].append(problem)
        self.group_codes = dict(AgencyGroup.objects.values_list("pk", "code"))
        self.province_codes = dict(Province.objects.values_list("pk", "code"))
        self.edition_codes = dict(Edition.objects.values_list("pk", "code"))
        self.agency_codes = {agency.pk: code for code, agency in plan.agencies.items()}
        parents = (getattr(one.before, "parent_id", None) for one in plan.outcomes)
        unnamed = {pk for pk in parents if pk is not None} - set(self.agency_codes)
        self.agency_codes |= dict(Agency.objects.filter(pk__in=unnamed).values_list("pk", "code"))

    def preview(self, seen: int) -> Preview:
        exchange = self.plan.exchange
        sheets: Iterable[tuple[SheetFormat, Collection[Line]]] = (
            (GROUP_SHEET, exchange.groups),
            (AGENCY_SHEET, exchange.agencies),
            (STATUS_SHEET, exchange.statuses),
        )
        rows: list[PreviewRow] = []
        for sheet, lines in sheets:
            by_number = {line.row: line for line in lines}
            wrong = {row for title, row in self.problems if title == sheet.title}
            rows += [self.row(sheet, n, by_number.get(n)) for n in sorted({*by_number, *wrong})]
        of_no_row = [p for p in sorted_problems(self.plan.problems) if p.row is None]
        notices = (*exchange.notices, *self.plan.notices())
        return Preview(tuple(rows), tuple(of_no_row), notices, seen)

    def row(self, sheet: SheetFormat, number: int, line: Line | None) -> PreviewRow:
        """Tell of one row."""
        code = line.code if line else self.plan.exchange.spoiled_rows.get((sheet.title, number), "")
        place = (sheet.title, number, code, self._name(code, line))
        problems = self.problems.get((sheet.title, number), [])
        outcome = self.outcomes.get((sheet.title, number))
        if not problems and line is not None and self._is_held(outcome, line):
            said = _("held back: another row of the same agency or group is to be mended first")
            problems = [Problem(sheet.title, number, None, line.code, said)]
        if problems or outcome is None:
            return PreviewRow(*place, RowState.ERROR, problems=tuple(problems))
        state = STATE_OF.get(outcome.counted, RowState.NEW)
        if state == RowState.SAME:
            return PreviewRow(*place, state)
        since = self._since(outcome)
        differences = tuple(self._differences(outcome))
        return PreviewRow(*place, RowState.CONFLICT if since else state, differences, since=since)

    def _is_held(self, outcome: Outcome | None, line: Line) -> bool:
        if outcome is None:
            return True
        held = self.plan.spoiled | self.plan.held
        return not isinstance(line, GroupLine) and (
            line.code in held and outcome.counted != "unchanged"
        )

    def _name(self, code: str, line: Line | None) -> str:
        if isinstance(line, GroupLine | AgencyLine):
            return line.name
        life = self.plan.lives.get(code)
        rows = life.roster if life else []
        return rows[-1].name if rows else ""

    def _since(self, outcome: Outcome) -> tuple[Entry, ...]:
        agency = self.plan.agencies.get(outcome.line.code)
        if agency is None or outcome.sheet is GROUP_SHEET:
            return ()
        return tuple(self.entries[pk] for pk in sorted(self.touched.get(agency.pk, ())))

    def _differences(self, outcome: Outcome) -> Iterable[Difference]:
        """Yield the cells that say something else than what was believed of the day."""
        new = cells_of(self._as_kept(outcome))
        old = self._cells_before(outcome)
        for column, was, is_now in zip(outcome.sheet.columns, old, new, strict=True):
            if was != is_now and column.name not in ("record", "code"):
                yield Difference(column.heading, was, is_now)

    def _as_kept(self, outcome: Outcome) -> Line:
        """Return the row as it would stand on record: columns that it lacks say nothing new."""
        if outcome.after is None:
            return outcome.line
        return replace(outcome.line, **self._words(vars(outcome.after)))

    def _cells_before(self, outcome: Outcome) -> list[CellValue]:
        before = outcome.before
        if isinstance(before, GroupLine):
            return cells_of(before)
        if not isinstance(before, DatedRecord):
            return [None] * len(outcome.sheet.columns)
        said = {"valid_from": before.valid_from, **self._words(before.facts())}
        if outcome.sheet is AGENCY_SHEET:
            # A row without an end of its own lets the end on record stand.
            ends = getattr(outcome.line, "valid_to", None)
            said["valid_to"] = before.valid_to if ends else None
        return cells_of(replace(outcome.line, **said))

    def _words(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Return facts as the columns name them: codes in the place of ids."""
        codes = {
            "group_id": ("group", self.group_codes),
            "parent_id": ("parent", self.agency_codes),
            "province_id": ("province", self.province_codes),
            "edition_id": ("edition", self.edition_codes),
            "working_toward_id": ("working_toward", self.edition_codes),
        }
        words = {
            codes[name][0]: codes[name][1].get(value, "") if name in codes else value
            for name, value in facts.items()
            if name in codes
        }
        rest = {n: v for n, v in facts.items() if n not in codes and n != "evidence_id"}
        return {**rest, **words}
