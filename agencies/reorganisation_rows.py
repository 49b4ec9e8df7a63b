"""What one reorganisation did to which body, as its page and its preview list it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.models import FirstStatus, Reorganisation, RosterRecord, StatusRecord, Succession
from agencies.models.history import held_on, known_by


@dataclass(frozen=True)
class Side:
    """One body before or after the event; `group` and `parent` as on that day."""

    code: str
    name: str
    group: str
    parent: str
    status: StatusRecord | None


@dataclass(frozen=True)
class Outcome:
    """One body after the event with those it comes from; without one, a body that ends."""

    successor: Side | None
    predecessors: tuple[Side, ...]
    kind: str
    first_status: str
    carried_from: str

    @property
    def goes_on(self) -> bool:
        """Say whether the body after the event is one of those before it."""
        codes = [side.code for side in self.predecessors]
        return self.successor is not None and self.successor.code in codes


@dataclass(frozen=True)
class Section:
    """What becomes of the bodies that stood under one parent; established and ended ones apart."""

    heading: str
    outcomes: tuple[Outcome, ...]

    @property
    def before(self) -> int:
        """Return how many bodies of the section there were."""
        return len({side.code for one in self.outcomes for side in one.predecessors})

    @property
    def after(self) -> int:
        """Return how many bodies of the section there are."""
        return sum(one.successor is not None for one in self.outcomes)


def sections_of(event: Reorganisation) -> list[Section]:
    """Return what an event did as it was known right after it, by the parent bodies before it.

    Predecessors stand as of the day before, successors as of the day.
    """
    pairs = list(event.successions.select_related("predecessor", "successor").order_by("pk"))
    day, known = event.takes_effect_on, event.entry_id
    before = _sides((row.predecessor_id for row in pairs), day - timedelta(days=1), known)
    after = _sides((row.successor_id for row in pairs), day, known)
    found: dict[str, list[Outcome]] = {}
    for outcome in _outcomes(pairs, before, after):
        found.setdefault(_heading(outcome), []).append(outcome)
    return [Section(heading, tuple(outcomes)) for heading, outcomes in found.items()]


def sides_on(agencies: Iterable[int], day: date) -> dict[int, Side]:
    """Return what is believed now of the bodies that exist on a day, by their ids."""
    return _sides(agencies, day, None)


def _sides(agencies: Iterable[int | None], day: date, known: int | None) -> dict[int, Side]:
    ids = {pk for pk in agencies if pk is not None}
    believed = Q(superseded__isnull=True) if known is None else known_by(known)
    roster = RosterRecord.objects.filter(held_on(day) & believed)
    statuses = StatusRecord.objects.filter(held_on(day) & believed).select_related("edition")
    rows = list(roster.filter(agency__in=ids).select_related("agency", "group"))
    parents = dict(
        roster.filter(agency__in={row.parent_id for row in rows}).values_list("agency", "name")
    )
    status_of = {row.agency_id: row for row in statuses.filter(agency__in=ids)}
    return {
        row.agency_id: Side(
            row.agency.code,
            row.name,
            row.group.label if row.group else "",
            parents.get(row.parent_id, ""),
            status_of.get(row.agency_id),
        )
        for row in rows
    }


def _outcomes(
    pairs: Collection[Succession], before: dict[int, Side], after: dict[int, Side]
) -> Iterator[Outcome]:
    """Yield one outcome for each successor and for each body that ends without one."""
    of_body: dict[str, list[Succession]] = {}
    for row in pairs:
        body = f"{row.successor_id}" if row.successor_id else f"ends {row.pk}"
        of_body.setdefault(body, []).append(row)
    for rows in of_body.values():
        decided = next((row for row in rows if row.first_status), None)
        carried = decided is not None and decided.first_status == FirstStatus.CARRIED
        yield Outcome(
            after.get(rows[0].successor_id or 0),
            tuple(before[row.predecessor_id] for row in rows if row.predecessor_id in before),
            rows[0].get_kind_display(),
            decided.get_first_status_display() if decided else "",
            decided.predecessor.code if carried and decided and decided.predecessor else "",
        )


def _heading(outcome: Outcome) -> str:
    if outcome.successor is None:
        return _("Dissolved")
    if not outcome.predecessors:
        return _("Newly established")
    parent = outcome.predecessors[0].parent
    return _("Before under %(parent)s") % {"parent": parent} if parent else _("Without parent body")
