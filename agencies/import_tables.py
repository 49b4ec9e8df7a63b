"""The rows of a workbook as a page lists them; drawn here, as there may be thousands."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from agencies.actions import Preview, PreviewRow, RowState
from agencies.exchange import CellValue, Problem
from agencies.house_style import moment, short_date
from agencies.models import AgencyGroup, Entry

TICKED_AT_FIRST = (RowState.NEW, RowState.CHANGED)
LISTED = (RowState.ERROR, RowState.CONFLICT, RowState.CHANGED, RowState.NEW)
LISTED_AT_ONCE = 100  # rows of a state; more are read on demand


@dataclass(frozen=True)
class Section:
    """The rows of one state: those listed, and the others, which one tick takes together."""

    state: RowState
    number: int
    rows: SafeString
    left_out: int = 0
    others: str = ""  # the keys of those left out that may be taken
    others_ticked: bool = False


@dataclass(frozen=True)
class Choice:
    """One unknown word: where it stands, and what may be chosen in its place."""

    problem: Problem
    rows: int
    named: list[tuple[str, str]]  # what may be chosen, and how it is called


def ticked_at_first(preview: Preview) -> frozenset[str]:
    """Return the rows that are ticked when the page is first drawn."""
    return frozenset(row.key for row in preview.rows if row.state in TICKED_AT_FIRST)


def sections(preview: Preview, ticked: Collection[str], *, whole: bool = False) -> list[Section]:
    """Return the rows to look at, by state: what needs a person first.

    Conflicts are listed one and all, as each is ticked by itself; of other states the first
    rows, unless the `whole` is asked for or only some of the others are ticked.
    """
    found = [(state, preview.of(state)) for state in LISTED]
    return [_section(state, rows, ticked, whole=whole) for state, rows in found if rows]


def _section(
    state: RowState, rows: list[PreviewRow], ticked: Collection[str], *, whole: bool
) -> Section:
    others = [row.key for row in rows[LISTED_AT_ONCE:]]
    among = sum(key in ticked for key in others)
    if whole or state == RowState.CONFLICT or among not in (0, len(others)):
        others = []
    listed = rows[: len(rows) - len(others)]
    keys = "" if state == RowState.ERROR else " ".join(others)
    return Section(
        state, len(rows), _drawn(listed, ticked), len(others), keys, others_ticked=among > 0
    )


def same_rows(preview: Preview) -> list[tuple[str, str]]:
    """Return the rows that say what is on record: sheet by sheet, runs of their numbers."""
    numbers: dict[str, list[int]] = {}
    for row in preview.of(RowState.SAME):
        numbers.setdefault(row.sheet, []).append(row.row)
    return [(sheet, _runs(rows)) for sheet, rows in numbers.items()]


def _runs(numbers: Iterable[int]) -> str:
    """Return numbers in their order as a text: "2-5, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


def choices(preview: Preview) -> list[Choice]:
    """Return the unknown words that something may be chosen for, each once."""
    found: dict[str, list[Problem]] = {}
    for problem in preview.all_problems:
        if problem.choices:
            found.setdefault(problem.key, []).append(problem)
    groups = {group.code: f"{group.code} – {group.label}" for group in AgencyGroup.objects.all()}
    return [
        Choice(first, len(of_word), [(said, groups.get(said, said)) for said in first.choices])
        for of_word in found.values()
        for first in of_word[:1]
    ]


def _drawn(rows: Iterable[PreviewRow], ticked: Collection[str]) -> SafeString:
    heads = [escape(head) for head in (_("Row"), _("Agency"), _("What the file says"))]
    return mark_safe("\n".join(_row(row, heads, is_ticked=row.key in ticked) for row in rows))


def _row(row: PreviewRow, heads: list[SafeString], *, is_ticked: bool) -> str:
    place = f"{escape(row.sheet)}, {row.row}"
    if row.may_be_taken:
        mark = " checked" if is_ticked else ""
        place = (
            f'<label class="take"><input type="checkbox" name="take" value="{row.key}"{mark}>'
            f" {place}</label>"
        )
    said = [_difference(*vars(one).values()) for one in row.differences]
    said += [f'<li class="import__wrong">{escape(_told(one))}</li>' for one in row.problems]
    said += [f'<li class="import__since">{escape(_act(entry))}</li>' for entry in row.since]
    name = f'{escape(row.name)} <span class="code">{escape(row.code)}</span>'
    cells = (place, name, f'<ul class="import__said">{"".join(said)}</ul>')
    drawn = (f'<td data-label="{h}">{c}</td>' for h, c in zip(heads, cells, strict=True))
    return f"<tr>{''.join(drawn)}</tr>"


def _act(entry: Entry) -> str:
    """Return what somebody recorded of the agency meanwhile, when and who."""
    act = f"{moment(entry.at)} {entry.get_kind_display()}"
    told = _("recorded since: %(act)s, by %(by)s") % {"act": act, "by": entry.by}
    return f"{told} – “{entry.reason}”" if entry.reason else told


def _told(problem: Problem) -> str:
    """Return a problem without its sheet and row, which stand beside it."""
    if problem.column is None:
        return problem.allowed
    said = {"column": problem.column, "found": problem.found, "allowed": problem.allowed}
    if not problem.found:
        return _("“%(column)s” is empty; allowed: %(allowed)s") % said
    return _("“%(column)s”: found “%(found)s”; allowed: %(allowed)s") % said


def _difference(heading: str, old: CellValue, new: CellValue) -> str:
    before = f"<del>{_shown(old)}</del> → " if old not in (None, "") else ""
    return f"<li>{escape(heading)}: {before}<ins>{_shown(new)}</ins></li>"


def _shown(value: CellValue) -> str:
    if value in (None, ""):
        return escape(_("(empty)"))
    return escape(short_date(value) if isinstance(value, date) else value)
