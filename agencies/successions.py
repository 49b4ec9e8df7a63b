"""Which body came from which: the reorganisations of an agency, and what they say of a day."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies import house_style
from agencies.models import (
    Agency,
    Entry,
    FirstStatus,
    Reorganisation,
    RosterRecord,
    StatusRecord,
    Succession,
)
from agencies.models.history import held_on, known_by
from agencies.models.reorganisation import known_reorganisations


@dataclass(frozen=True)
class Body:
    """One body beside an event: what it was called and counted as on the day nearest to it."""

    code: str
    name: str
    status: StatusRecord | None
    kind: str
    first_status: str


@dataclass(frozen=True)
class Event:
    """One reorganisation as an agency's page tells it.

    Predecessors stand as of the day before it took effect, successors as of that day.
    """

    reorganisation: Reorganisation
    predecessors: tuple[Body, ...]
    successors: tuple[Body, ...]


def events_of(agency: Agency, known: int) -> list[Event]:
    """Return the reorganisations that an agency came from or went into, newest first.

    As they were known after an Entry; one that was undone by then is left out.
    """
    touched = Succession.objects.filter(Q(predecessor=agency) | Q(successor=agency))
    # Most agencies have none, and the whole question costs three times as much as this one.
    if not touched.exists():
        return []
    rows = (
        touched.filter(known_reorganisations(known, "reorganisation__"))
        .select_related("reorganisation__entry__by", "reorganisation__document")
        .select_related("predecessor", "successor")
        .order_by("-reorganisation__takes_effect_on", "-reorganisation__entry", "pk")
    )
    by_event: dict[Reorganisation, list[Succession]] = defaultdict(list)
    for row in rows:
        by_event[row.reorganisation].append(row)
    return [_event(event, agency, pairs, known) for event, pairs in by_event.items()]


def _event(event: Reorganisation, agency: Agency, pairs: list[Succession], known: int) -> Event:
    before = [row for row in pairs if row.successor_id == agency.pk]
    after = [row for row in pairs if row.predecessor_id == agency.pk]
    day = event.takes_effect_on
    return Event(
        event,
        _bodies(before, "predecessor", day - timedelta(days=1), known),
        _bodies(after, "successor", day, known),
    )


def _bodies(rows: Collection[Succession], side: str, day: date, known: int) -> tuple[Body, ...]:
    """Return the bodies of one side of some pairs, with what was known of them of a day."""
    agencies: dict[int, tuple[str, Succession]] = {}
    for row in rows:
        if body := getattr(row, side):
            agencies[body.pk] = (body.code, row)
    if not agencies:
        return ()
    on_day = held_on(day) & known_by(known) & Q(agency__in=agencies)
    names = dict(RosterRecord.objects.filter(on_day).values_list("agency", "name"))
    statuses = {
        row.agency_id: row for row in StatusRecord.objects.filter(on_day).select_related("edition")
    }
    return tuple(
        Body(code, names.get(pk, code), statuses.get(pk), row.kind, row.first_status)
        for pk, (code, row) in agencies.items()
    )


def carried_on(record: StatusRecord) -> list[tuple[Agency, Reorganisation]]:
    """Return the successors that begin with a copy of a status record, and by which event.

    A correction of the record does not reach them.
    """
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = (
        Succession.objects.filter(
            known_reorganisations(last, "reorganisation__"),
            predecessor=record.agency_id,
            successor__isnull=False,
            first_status=FirstStatus.CARRIED,
            reorganisation__takes_effect_on__gt=record.valid_from,
        )
        .exclude(successor=record.agency_id)
        .select_related("successor", "reorganisation")
    )
    if record.valid_to:
        rows = rows.filter(reorganisation__takes_effect_on__lte=record.valid_to)
    return [(row.successor, row.reorganisation) for row in rows if row.successor]


def notices(day: date, known: int) -> list[str]:
    """Return what a page about a day must say because of the day, or of what took effect by then.

    A day that is still to come is one. The others are data of the reorganisations, as known
    after an Entry: which part of the roster an event has not reached.
    """
    events = Reorganisation.objects.filter(
        known_reorganisations(known), takes_effect_on__lte=day
    ).exclude(notice="")
    told = list(dict.fromkeys(events.values_list("notice", flat=True)))
    return [_still_to_come(day), *told] if day > timezone.localdate() else told


def _still_to_come(day: date) -> str:
    said = _("%(day)s is still to come: these are figures of what is on record for it so far.")
    return said % {"day": house_style.short_date(day)}
