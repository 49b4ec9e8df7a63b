"""The figures of a report as one text that is the same wherever and whenever it is made.

Sorted keys, UTF-8 in NFC, no floats, a newline at the end: equal figures give equal bytes, so
that a SHA-256 stands for them. What is in it and under which names is `SCHEMA`; a change of
either is another version of it. Words are those of the office's own language.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from unicodedata import normalize

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.models import AgencyGroup, Category, Edition
from agencies.models.status import is_demonstration
from agencies.questions import DUTY, Question
from agencies.successions import notices
from reports import rollups
from reports.figures import rows

SCHEMA = "kontum-qms/submission/1"


def canonical_figures(question: Question) -> str:
    """Return all that a report on the question says, as canonical JSON."""
    with translation.override(settings.LANGUAGE_CODE):
        return canonical(_content(question))


def canonical(content: Any) -> str:
    """Return plain values as canonical JSON.

    Raises:
        TypeError: something in it is a float, which is not written alike everywhere.
    """
    return json.dumps(_plain(content), ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {_plain(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return normalize("NFC", value)
    if value is None or isinstance(value, int):
        return value
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _content(question: Question) -> dict[str, Any]:
    as_of, edition = question.as_of, question.edition
    years = dict(Edition.objects.values_list("code", "year"))
    *now, total = rows(rollups.by_group(as_of, edition))
    *then, total_then = rows(rollups.by_group(question.compared, edition))
    return {
        "schema": SCHEMA,
        "asked": {
            "as_of": as_of.day,
            "known_at": as_of.known_at_utc,
            "compared_with": question.compared_on,
            "edition": edition.year,
            **({"only": DUTY} if as_of.duty_only else {}),
            **({"provinces": list(question.province_codes)} if question.provinces else {}),
        },
        "rows": now,
        "total": total,
        "compared": {"rows": then, "total": total_then},
        "agencies": [_agency(row, years) for row in rollups.standings(as_of, edition)],
        "words": _words(question, years),
        "house_style": {"two_digit_figures": settings.TWO_DIGIT_FIGURES},
        "demonstration": is_demonstration(question.data_version.known or 0),
    }


def _agency(row: rollups.Standing, years: dict[str, int]) -> dict[str, Any]:
    """Return one agency's standing; an edition is told by its year, its code being a word."""
    return {
        "code": row.code,
        "name": row.name,
        "group": row.group,
        "parent": row.parent,
        "parent_name": row.parent_name,
        "category": row.category.value,
        "edition": years.get(row.edition_code),
        "since": row.since,
        "decision_number": row.decision_number,
        "decision_date": row.decision_date,
    }


def _words(question: Question, years: dict[str, int]) -> dict[str, Any]:
    return {
        "groups": [[group.code, group.label] for group in AgencyGroup.objects.all()],
        "all": _("All agencies"),
        "categories": {category.value: str(category.label) for category in Category},
        "editions": {str(year): code for code, year in years.items()},
        "edition": question.edition.code,
        "issuer": settings.ISSUER,
        "issuer_parent": settings.ISSUER_PARENT,
        "province": settings.PROVINCE_NAME,
        **_province_words(question),
        "notices": notices(question.as_of.day, question.data_version.known or 0),
    }


def _province_words(question: Question) -> dict[str, Any]:
    if not question.provinces:
        return {}
    return {"provinces": [[row.code, row.name] for row in question.provinces]}


def contradictions(said: dict[str, Any]) -> tuple[str, ...]:
    """Return where figures contradict themselves: rows, columns, and the agencies behind them.

    Of every group and of all together, at both days: the categories but the exempt add up to
    the denominator. The groups add up to all agencies. The agencies' own standings, which
    another statement counts, are as many as the groups' rows say.
    """
    found = [*_unbalanced(said), *_unbalanced(said["compared"]), *_miscounted(said)]
    return tuple(dict.fromkeys(found))


def _unbalanced(table: dict[str, Any]) -> Iterator[str]:
    total = table["total"]
    for row in [*table["rows"], total]:
        if row["total"] != sum(row[category.value] for category in _counted()):
            yield _("%s: the categories do not add up to the denominator.") % row["label"]
    for name in ("total", *(category.value for category in Category)):
        if total[name] != sum(row[name] for row in table["rows"]):
            yield _("The groups do not add up to all agencies (%s).") % name


def _counted() -> Sequence[Category]:
    return [category for category in Category if category != Category.EXEMPT]


def _miscounted(said: dict[str, Any]) -> Iterator[str]:
    standing = Counter((row["group"], row["category"]) for row in said["agencies"])
    for row in said["rows"]:
        if any(row[one.value] != standing[row["group"], one.value] for one in Category):
            yield _("%s: the row does not count the agencies listed.") % row["label"]
