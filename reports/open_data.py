"""The open data of one question: its files, each with what was asked in it."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from agencies.models import RosterRecord
from agencies.models.status import demonstration_note, is_demonstration
from agencies.questions import Question
from agencies.successions import notices
from reports import figures, rollups, trends

CSV, JSON = "text/csv", "application/json"
MEASURE = "converted of total"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class OpenFile:
    """One file as it is sent."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class OpenTables:
    """What all the files of one question are made of."""

    question: Question
    is_demonstration: bool
    notices: tuple[str, ...]
    groups: rollups.GroupTable
    points: tuple[trends.TrendPoint, ...]
    standings: tuple[rollups.Standing, ...]


def has_names() -> bool:
    """Say whether the office lets the agencies themselves be named."""
    return str(settings.OPEN_DATA) == "names"


def open_tables(question: Question) -> OpenTables:
    """Return the tables of a question; the agencies only where the office lets them be named."""
    as_of, edition = question.as_of, question.edition
    return OpenTables(
        question,
        is_demonstration(question.data_version.known or 0),
        tuple(_notices(question)),
        rollups.by_group(as_of, edition),
        trends.quarterly(trends.trend(as_of, edition)),
        rollups.standings(as_of, edition) if has_names() else (),
    )


def _notices(question: Question) -> Iterator[str]:
    """Yield what reorganisations say of the figures, as officers wrote it.

    Where agencies are not to be named, a notice that names one is left out.
    """
    known = question.data_version.known or 0
    said = tuple(notices(question.as_of.day, known))
    named: set[str] = set()
    if said and not has_names():
        records = RosterRecord.objects.known_at(question.as_of.known_at)
        named = {name.casefold() for name in records.values_list("name", flat=True)}
    for notice in said:
        if not any(name in notice.casefold() for name in named):
            yield notice


PACKAGE = "datapackage.json"
TABLES = ("rollup", "trend")


def table_names() -> tuple[str, ...]:
    """Return the names of the tables that the office publishes."""
    return (*TABLES, "agencies") if has_names() else TABLES


def file_names() -> tuple[str, ...]:
    """Return the names of all files of a question, the package last."""
    return (*(f"{name}.{end}" for name in table_names() for end in ("csv", "json")), PACKAGE)


def data_files(tables: OpenTables) -> list[OpenFile]:
    """Return the files of a question but the package, which describes them."""
    files = []
    for name in table_names():
        rows = ROWS[name](tables)
        files.append(OpenFile(f"{name}.csv", CSV, _csv(columns_of(name, tables), tables, rows)))
        files.append(OpenFile(f"{name}.json", JSON, as_json(ANSWERS[name](tables))))
    return files


def rollup_rows(tables: OpenTables) -> Rows:
    """Return the rows of `manage.py rollup`, without the fraction.

    A spreadsheet would take "07/10" for a day; its two counts are columns.
    """
    return figures.rows(tables.groups)


def trend_rows(tables: OpenTables) -> Rows:
    """Return a roll-up's rows for the last day of each quarter, and for the day itself."""
    return [
        {"day": point.day.isoformat(), **row}
        for point in tables.points
        for row in figures.rows(point.table)
    ]


def agency_rows(tables: OpenTables) -> Rows:
    """Return every counted agency with its category."""
    return [
        {
            "code": row.code,
            "name": row.name,
            "group": row.group,
            "parent": row.parent,
            "parent_name": row.parent_name,
            "gso_code": row.gso_code,
            "category": row.category.value,
            "declared_edition": row.edition_code,
            "since": row.since.isoformat(),
        }
        for row in tables.standings
    ]


def _head(tables: OpenTables) -> dict[str, Any]:
    """Return what every answer in JSON says besides the question."""
    return {
        "measure": MEASURE,
        "demonstration": tables.is_demonstration,
        "note": note_of(tables),
        "notices": list(tables.notices),
        "source": settings.ISSUER,
    }


def note_of(tables: OpenTables) -> str:
    """Return the mark of the demonstration data, nothing for an office's own."""
    return demonstration_note() if tables.is_demonstration else ""


def asked(tables: OpenTables) -> dict[str, Any]:
    """Return the question under the names that `manage.py rollup` uses."""
    as_of = tables.question.as_of
    return {
        "as_of": as_of.day.isoformat(),
        "known_at": as_of.known_at_utc,
        "edition": tables.question.edition.code,
        **({"provinces": list(tables.question.province_codes)} if as_of.provinces else {}),
    }


def columns_of(name: str, tables: OpenTables) -> tuple[str, ...]:
    """Return the columns of a table; the provinces asked for are one, where any are."""
    columns = COLUMNS[name]
    return (*columns, "provinces") if tables.question.provinces else columns


def _rollup(tables: OpenTables) -> dict[str, Any]:
    return {**figures.answer(tables.question, tables.groups), **_head(tables)}


def _trend(tables: OpenTables) -> dict[str, Any]:
    points = []
    for point in tables.points:
        *parts, total = figures.rows(point.table)
        points.append({"day": point.day.isoformat(), "rows": parts, "total": total})
    return {**asked(tables), **_head(tables), "points": points}


def _agencies(tables: OpenTables) -> dict[str, Any]:
    return {**asked(tables), **_head(tables), "agencies": agency_rows(tables)}


ROWS: dict[str, Callable[[OpenTables], Rows]] = {
    "rollup": rollup_rows,
    "trend": trend_rows,
    "agencies": agency_rows,
}
ANSWERS: dict[str, Callable[[OpenTables], dict[str, Any]]] = {
    "rollup": _rollup,
    "trend": _trend,
    "agencies": _agencies,
}
ASKED = ("as_of", "known_at", "edition", "measure")
COUNTS = (
    *("group", "label", "total", "converted", "older_edition", "building", "withdrawn"),
    *("not_started", "exempt", "declared_any", "percent"),
)
COLUMNS: dict[str, tuple[str, ...]] = {
    "rollup": (*ASKED, *COUNTS, "note"),
    "trend": (*ASKED, "day", *COUNTS, "note"),
    "agencies": (
        *ASKED,
        *("code", "name", "group", "parent", "parent_name", "gso_code", "category"),
        *("declared_edition", "since", "note"),
    ),
}


def _csv(columns: Sequence[str], tables: OpenTables, rows: Iterable[dict[str, Any]]) -> bytes:
    """Write rows by RFC 4180, the question in each; Excel knows UTF-8 by the mark in front."""
    every = {**asked(tables), "measure": MEASURE, "note": note_of(tables)}
    every["provinces"] = " ".join(tables.question.province_codes)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        values = {**every, **row}
        writer.writerow([_cell(values[column]) for column in columns])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    """Return a value that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def as_json(value: object) -> bytes:
    """Write a value as JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
