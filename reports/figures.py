"""Figures as other programs read them: plain values under names that never change."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import Category
from agencies.questions import DUTY, Question
from reports import rollups


def answer(question: Question, table: rollups.GroupTable) -> dict[str, Any]:
    """Return a question and its roll-up: what was asked, each group's row, all together."""
    return answer_of(question, rows(table))


def answer_of(question: Question, said: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the same of any table's rows, of which the last is for all together."""
    *parts, total = said
    return {
        "as_of": question.as_of.day.isoformat(),
        "known_at": question.as_of.known_at_utc,
        "edition": question.edition.code,
        **({"only": DUTY} if question.as_of.duty_only else {}),
        **({"provinces": list(question.province_codes)} if question.provinces else {}),
        "rows": parts,
        "total": total,
    }


def rows(table: rollups.GroupTable) -> list[dict[str, Any]]:
    """Return a row for each group in the groups' order, and one for all agencies."""
    parts = [row_of(row.group, row.label, row.counts) for row in table.rows]
    return [*parts, row_of("", _("All agencies"), table.total)]


def row_of(group: str, label: str, counts: rollups.Counts) -> dict[str, Any]:
    """Return one row of a roll-up; `percent` is text with a point, None where nothing counts."""
    return {
        "group": group,
        "label": label,
        "total": counts.total,
        **{category.value: counts.of(category) for category in Category},
        "declared_any": counts.declared_any,
        "fraction": counts.fraction,
        "percent": None if counts.percent is None else str(counts.percent),
    }
