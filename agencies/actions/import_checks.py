"""Checks of an import that span agencies; each names the row of the file to mend.

save_lives keeps the same rules once more; it stops at the first breach and knows no rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from agencies.actions.lives import FAR, Life
from agencies.exchange import AgencyLine
from agencies.house_style import short_date
from agencies.models import RosterRecord

# The row, what was found in it, and what is allowed.
Finding = tuple[AgencyLine, str, str]


def check_parents_of_lines(
    lines: Collection[AgencyLine], lives: Mapping[str, Life]
) -> Iterator[Finding]:
    """Yield the rows whose parent has, on some day, the agency itself above it."""
    rows = _roster_rows(lives)
    for line in lines:
        if not line.parent:
            continue
        life = lives[line.code]
        row = life.roster_on(line.valid_from)
        day = _day_below_itself(life.agency.pk, row, rows)
        if day is not None:
            allowed = _(
                "an agency that is not below %(agency)s itself, as this one is from %(day)s"
            )
            yield line, line.parent, allowed % {"agency": line.code, "day": short_date(day)}


def _day_below_itself(
    agency: int, row: RosterRecord, rows: Mapping[int, list[RosterRecord]]
) -> date | None:
    """Return the first day found on which an agency stands above itself, climbing from a row."""
    if row.parent_id is None:
        return None
    climbing = [(row.parent_id, row.valid_from, row.valid_to or FAR)]
    seen = set(climbing)
    while climbing:
        parent, start, end = climbing.pop()
        if parent == agency:
            return start
        for above in rows.get(parent, []):
            if above.parent_id is None:
                continue
            begins, ends = max(start, above.valid_from), min(end, above.valid_to or FAR)
            step = (above.parent_id, begins, ends)
            if begins < ends and step not in seen:
                seen.add(step)
                climbing.append(step)
    return None


def _roster_rows(lives: Mapping[str, Life]) -> dict[int, list[RosterRecord]]:
    """Return the roster of the agencies and of all bodies above them, one query a level."""
    rows = {life.agency.pk: life.roster for life in lives.values()}
    wanted = _parents(rows.values()) - rows.keys()
    while wanted:
        found: dict[int, list[RosterRecord]] = {pk: [] for pk in wanted}
        for row in RosterRecord.objects.believed().filter(agency__in=wanted):
            found[row.agency_id].append(row)
        rows |= found
        wanted = _parents(found.values()) - rows.keys()
    return rows


def _parents(rosters: Iterable[list[RosterRecord]]) -> set[int]:
    return {row.parent_id for roster in rosters for row in roster if row.parent_id is not None}


def check_gso_codes_of_lines(
    lines: Collection[AgencyLine], lives: Mapping[str, Life]
) -> Iterator[Finding]:
    """Yield the rows that give an agency the GSO code that another has on some of the days."""
    codes = {line.gso_code for line in lines if line.gso_code}
    holders: dict[str, list[RosterRecord]] = defaultdict(list)
    for life in lives.values():
        for row in life.roster:
            if row.gso_code in codes:
                holders[row.gso_code].append(row)
    touched = {life.agency.pk for life in lives.values()}
    others = RosterRecord.objects.believed().filter(gso_code__in=codes).select_related("agency")
    for row in others:
        if row.agency_id not in touched:
            holders[row.gso_code].append(row)
    for line in lines:
        if not line.gso_code:
            continue
        own = lives[line.code].roster_on(line.valid_from)
        for other in holders[line.gso_code]:
            begins = max(own.valid_from, other.valid_from)
            if other.agency_id != own.agency_id and begins < min(
                own.valid_to or FAR, other.valid_to or FAR
            ):
                allowed = _("a code of one agency on a day; on %(day)s %(agency)s has it")
                values = {"day": short_date(begins), "agency": other.agency.code}
                yield line, line.gso_code, allowed % values
                break
