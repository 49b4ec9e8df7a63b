"""What waits for an officer: incomplete declarations, and what was recorded last."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q

from agencies.asof import AsOf
from agencies.models import (
    Agency,
    Edition,
    Entry,
    EntryKind,
    Missing,
    RosterRecord,
    Stage,
    StatusRecord,
)
from agencies.models.roster import in_provinces
from agencies.models.status import missing_of

LAST_ENTRIES = 15
AGENCIES_NAMED = 4  # of one Entry; an import touches hundreds


@dataclass(frozen=True)
class Incomplete:
    """One declaration in force that lacks something; `record` None is overtaken."""

    code: str
    name: str
    edition: str
    since: date
    missing: tuple[Missing, ...]
    record: int | None


def incomplete_declarations(as_of: AsOf) -> tuple[Incomplete, ...]:
    """Return the declarations in force that lack their decision's number, date or document.

    Of counted agencies only, whatever the edition. Those without number or date come first,
    then those that lack only the document; both in the list's order. `record` is the row to
    correct; none where knowledge later than the moment asked has replaced it.
    """
    asked = Edition.objects.order_by("year").last()
    if asked is None:
        return ()
    agencies = Agency.objects.for_list(as_of, asked).annotate(
        evidence=F("standing__evidence"),
        record=F("standing__pk"),
        overtaken=F("standing__superseded"),
    )
    lacking = Q(decision_number="") | Q(decision_date__isnull=True) | Q(evidence__isnull=True)
    rows = [_incomplete(row) for row in agencies.filter(lacking, stage=Stage.APPLIED)]
    return tuple(sorted(rows, key=lambda row: row.missing == (Missing.EVIDENCE,)))


def _incomplete(row: Any) -> Incomplete:
    return Incomplete(
        code=row.code,
        name=row.name,
        edition=row.edition_code,
        since=row.since,
        missing=missing_of(row.decision_number, row.decision_date, row.evidence),
        record=None if row.overtaken else row.record,
    )


def without_number_or_date(rows: Iterable[Incomplete]) -> tuple[Incomplete, ...]:
    """Return the incomplete declarations that lack more than their document.

    They come first: a decision that is recorded can be asked for, one without a number not.
    """
    return tuple(row for row in rows if row.missing != (Missing.EVIDENCE,))


def by_missing(rows: Iterable[Incomplete]) -> dict[Missing, tuple[Incomplete, ...]]:
    """Sort incomplete declarations by what they lack; one that lacks two things stands twice."""
    listed = tuple(rows)
    return {missing: tuple(row for row in listed if missing in row.missing) for missing in Missing}


@dataclass(frozen=True)
class Touched:
    """One agency that an act of recording wrote about."""

    code: str
    name: str


@dataclass(frozen=True)
class LastAct:
    """One act of recording: who, when, why, and the first agencies it wrote about."""

    pk: int
    at: datetime
    by: str
    kind: str
    reason: str
    agencies: tuple[Touched, ...]
    others: int
    is_import: bool  # the one kind with no agency of its own to undo it from


def last_acts(as_of: AsOf, number: int = LAST_ENTRIES) -> tuple[LastAct, ...]:
    """Return the last acts of recording known at the moment, newest first.

    An agency is touched by an Entry that recorded or superseded a row of it, and bears
    the last name it is known by. Where provinces are asked for, those acts that touched an
    agency that ever was in one of them.
    """
    known = Entry.objects.filter(_wrote_in_scope(as_of), at__lte=as_of.known_at)
    entries = list(known.select_related("by").order_by("-at")[:number])
    touched = _touched(entries)
    names = _last_names(set().union(*touched.values()), as_of)
    return tuple(
        _last_act(entry, sorted(names[pk] for pk in touched[entry.pk] if pk in names))
        for entry in entries
    )


def _wrote_in_scope(as_of: AsOf) -> Q:
    if not as_of.provinces:
        return Q()
    theirs = RosterRecord.objects.filter(in_provinces(as_of)).values("agency")
    wrote = Q()
    for model in (RosterRecord, StatusRecord):
        rows = model.objects.filter(agency__in=theirs)
        wrote |= Q(pk__in=rows.values("recorded"))
        wrote |= Q(pk__in=rows.filter(superseded__isnull=False).values("superseded"))
    return wrote


def _touched(entries: Iterable[Entry]) -> dict[int, set[int]]:
    """Return the agencies that each Entry recorded or superseded a row of."""
    touched: dict[int, set[int]] = defaultdict(set)
    wanted = [entry.pk for entry in entries]
    for model in (RosterRecord, StatusRecord):
        for field in ("recorded", "superseded"):
            rows = model.objects.order_by().filter(**{f"{field}__in": wanted})
            for entry, agency in rows.values_list(field, "agency"):
                touched[entry].add(agency)
    return touched


def _last_names(agencies: Iterable[int], as_of: AsOf) -> dict[int, tuple[str, str, str]]:
    """Return of each agency its sort key, code and name: the last it is known by."""
    rows = RosterRecord.objects.known_at(as_of.known_at).filter(agency__in=agencies)
    columns = ("agency", "sort_key", "agency__code", "name")
    ordered = rows.order_by("valid_from").values_list(*columns)
    return {agency: (key, code, name) for agency, key, code, name in ordered}


def _last_act(entry: Entry, named: list[tuple[str, str, str]]) -> LastAct:
    first = tuple(Touched(code, name) for _key, code, name in named[:AGENCIES_NAMED])
    others = len(named) - len(first)
    return LastAct(
        pk=entry.pk,
        at=entry.at,
        by=str(entry.by),
        kind=entry.get_kind_display(),
        reason=entry.reason,
        agencies=first,
        others=others,
        is_import=entry.kind == EntryKind.IMPORT,
    )
