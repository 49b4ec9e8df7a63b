"""The roll-up by province, where one office keeps several."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from agencies.asof import AsOf
from agencies.models import Agency, Category, Edition, Province
from agencies.models.categories import category_of
from agencies.questions import Question
from reports.figures import row_of
from reports.rollups import Counts, sum_of


@dataclass(frozen=True)
class ProvinceRow:
    """One province's counts; an empty code is the agencies that are in no province."""

    province: str
    label: str
    counts: Counts

    @property
    def shown(self) -> list[tuple[Category, int]]:
        """Return the counts of the categories that the table shows beside the converted."""
        return _shown(self.counts)


@dataclass(frozen=True)
class ProvinceTable:
    """The counts of every province asked for in the provinces' order, and of all together."""

    rows: tuple[ProvinceRow, ...]

    @cached_property
    def total(self) -> Counts:
        """Return the counts of all together: the total of `by_group` of the same question."""
        return sum_of(row.counts for row in self.rows) if self.rows else Counts()

    @property
    def shown(self) -> list[tuple[Category, int]]:
        """Return the total's counts as a row's are shown."""
        return _shown(self.total)


BESIDE = (*Category.left(), Category.EXEMPT)


def _shown(counts: Counts) -> list[tuple[Category, int]]:
    return [(category, counts.of(category)) for category in BESIDE]


def by_province(as_of: AsOf, edition: Edition) -> ProvinceTable:
    """Count the agencies of each province by category against an edition.

    Counted is who `by_group` counts, each in the province that it is in on the day, as far as
    known. Every province asked for has a row, without agencies as well; all of them where none
    is asked for, and then last the agencies that are in none, if there are any.
    """
    found = (
        Agency.objects.with_status(as_of)
        .counted(as_of)
        .order_by()
        .values_list("province_ref", "stage", "edition_year")
        .annotate(Count("pk"))
    )
    counts: dict[int | None, Counter[str]] = defaultdict(Counter)
    for province, stage, year, number in found:
        counts[province][category_of(stage, year, edition.year)] += number
    asked = [
        row for row in Province.objects.all() if row.pk in as_of.provinces or not as_of.provinces
    ]
    rows = [ProvinceRow(row.code, row.label, Counts(**counts[row.pk])) for row in asked]
    if counts[None]:
        rows.append(ProvinceRow("", _("Without a province"), Counts(**counts[None])))
    return ProvinceTable(tuple(rows))


def shown_by_province(question: Question) -> ProvinceTable | None:
    """Return `by_province` for a page or a file, none where it would say nothing of its own.

    So where the office keeps one province, and where one alone is asked for.
    """
    if not question.data_version.has_provinces or len(question.provinces) == 1:
        return None
    return by_province(question.as_of, question.edition)


def rows(table: ProvinceTable) -> list[dict[str, Any]]:
    """Return a row for each province, and one for all, under names that never change."""
    said = [(row.province, row.label, row.counts) for row in table.rows]
    lines = [*said, ("", _("All provinces"), table.total)]
    return [_named(row_of(code, label, counts)) for code, label, counts in lines]


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return {"province" if name == "group" else name: value for name, value in row.items()}
