"""A sent report as pages show it: from what was kept of it, never counted anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from agencies import house_style
from agencies.models import Category
from reports.models import Submission


@dataclass(frozen=True)
class StoredRow:
    """One group of a sent report, or all, written as it was sent; `counts` with their words."""

    label: str
    fraction: str
    percent: str
    then: str
    counts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StoredTable:
    """The roll-up of a sent report; `columns` are the words of the categories that occur."""

    columns: tuple[str, ...]
    rows: tuple[StoredRow, ...]
    total: StoredRow


def table_of(said: dict[str, Any]) -> StoredTable:
    """Return the roll-up of a report's figures: what is left, and who is exempt, beside it."""
    asked = [one.value for one in Category if one != Category.CONVERTED]
    shown = [name for name in asked if said["total"][name] or said["compared"]["total"][name]]
    then = {row["group"]: row for row in said["compared"]["rows"]}
    words = said["words"]["categories"]
    two_digits = said["house_style"]["two_digit_figures"]

    def row_of(row: dict[str, Any], before: dict[str, Any]) -> StoredRow:
        counts = [
            (words[name], house_style.count(row[name], two_digits=two_digits)) for name in shown
        ]
        percent = percent_of(row["percent"])
        return StoredRow(row["label"], row["fraction"], percent, before["fraction"], tuple(counts))

    return StoredTable(
        tuple(words[name] for name in shown),
        tuple(row_of(row, then[row["group"]]) for row in said["rows"]),
        row_of(said["total"], said["compared"]["total"]),
    )


def percent_of(stored: str | None) -> str:
    """Return a stored percentage with the reader's decimal mark, a dash where nothing counts."""
    if stored is None:
        return house_style.DASH
    return f"{formats.number_format(Decimal(stored), 2, use_l10n=True)}%"


def asked_line(submission: Submission) -> str:
    """Return the line that stood in the head of a sent report's files."""
    line = _(
        "Figures as of %(day)s, as known at %(known_at)s (Vietnam time); "
        "edition asked about %(edition)s; compared with %(compared)s"
    ) % {
        "day": house_style.short_date(submission.as_of_day),
        "known_at": house_style.moment(submission.known_at),
        "edition": submission.said["words"]["edition"],
        "compared": house_style.short_date(submission.compared_on),
    }
    if provinces := submission.said["words"].get("provinces"):
        names = ", ".join(name for _code, name in provinces)
        line = f"{line}; {_('provinces: %(names)s') % {'names': names}}"
    return f"{line}; {_('only agencies with a duty are counted')}" if submission.duty_only else line


@dataclass(frozen=True)
class PairRow:
    """One group of two sent reports; a side is empty where its report had no such group."""

    label: str
    first: str
    second: str
    converted: int
    total: int


def pairs_of(first: dict[str, Any], second: dict[str, Any]) -> tuple[PairRow, ...]:
    """Set the stored rows of two reports side by side, all agencies last."""
    left, right = ({row["group"]: row for row in _all_rows(said)} for said in (first, second))
    groups = [group for group in dict.fromkeys([*right, *left]) if group]
    return tuple(_pair(left.get(group), right.get(group)) for group in [*groups, ""])


def _all_rows(said: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return [*said["rows"], said["total"]]


def _pair(first: dict[str, Any] | None, second: dict[str, Any] | None) -> PairRow:
    nothing: dict[str, Any] = {"converted": 0, "total": 0, "fraction": house_style.DASH}
    left, right = first or nothing, second or nothing
    return PairRow(
        str((second or left)["label"]),
        left["fraction"],
        right["fraction"],
        right["converted"] - left["converted"],
        right["total"] - left["total"],
    )
