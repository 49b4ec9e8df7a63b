"""The agency list as it goes on paper: every agency that the filters leave, group by group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.safestring import SafeString

from agencies.house_style import DASH
from agencies.tables import AgencyTable, decision_of


@dataclass(frozen=True)
class Line:
    """One agency on paper; `number` counts through the whole list."""

    number: int
    record: Any
    group: str
    parent: str
    decision: SafeString | str
    found_by: SafeString | str


@dataclass(frozen=True)
class Section:
    """The lines of one group; without a label where the order mixes the groups."""

    label: str
    lines: Sequence[Line]


def sections(table: AgencyTable) -> list[Section]:
    """Return all rows of the table in its order, by group where that keeps the order.

    The library's own rendering of 148 rows takes a third of a second; a template does not.
    """
    lines = list(_lines(table))
    runs = [Section(label, list(run)) for label, run in groupby(lines, lambda line: line.group)]
    if len(runs) == len({line.group for line in lines}):
        return runs
    return [Section("", lines)]


def _lines(table: AgencyTable) -> Iterator[Line]:
    for number, record in enumerate(table.data.data, 1):
        parent = table.parents.get(record.parent_ref)
        yield Line(
            number=number,
            record=record,
            group=table.groups[record.group_ref],
            parent=parent.name if parent else DASH,
            decision=decision_of(record),
            found_by=table.found_by(record),
        )
