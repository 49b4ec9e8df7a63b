"""What is wrong with the plan of a reorganisation; every finding names what was found."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _

from agencies.actions.lives import FAR, Life
from agencies.house_style import short_date
from agencies.models import (
    FirstStatus,
    ReorganisationPlan,
    RosterRecord,
    StatusRecord,
    Succession,
    SuccessorPlan,
)
from agencies.vietnamese import fold


def refused_at_sight(plan: ReorganisationPlan) -> Iterator[str]:
    """Yield what is wrong with a plan whatever is on record."""
    if not plan.decree_number:
        yield _("A reorganisation names its decree.")
    if not plan.pairs:
        yield _("The reorganisation names no agency.")
    yield from _named_twice(plan)
    if cycle := _cycle(plan):
        yield _("Each of these would come from the next: %(codes)s.") % {
            "codes": " → ".join([*cycle, cycle[0]])
        }
    for successor in plan.successors:
        yield from _decision(successor)


def _named_twice(plan: ReorganisationPlan) -> Iterator[str]:
    made = Counter(successor.code for successor in plan.successors)
    for code in (code for code, times in made.items() if times > 1):
        yield _("%(agency)s is named as a successor more than once.") % {"agency": code}
    for successor in plan.successors:
        for code, times in Counter(successor.predecessors).items():
            if times > 1:
                yield _(
                    "%(agency)s is named more than once among the predecessors of %(code)s."
                ) % {
                    "agency": code,
                    "code": successor.code,
                }
    goes_on = {code for successor in plan.successors for code in successor.predecessors} | {*made}
    for code, times in Counter(plan.dissolved).items():
        if times > 1 or code in goes_on:
            yield _("%(agency)s would be closed twice.") % {"agency": code}


def _cycle(plan: ReorganisationPlan) -> list[str]:
    """Return bodies of which each goes into the next and the last into the first, if any."""
    into: dict[str, list[str]] = {}
    for before, after in plan.pairs:
        if before and after and before != after:
            into.setdefault(before, []).append(after)
    done: set[str] = set()
    for start in into:
        way: list[str] = []
        trail = [iter([start])]
        while trail:
            code = next(trail[-1], None)
            if code is None:
                trail.pop()
                done.update(way[-1:])
                del way[-1:]
            elif code in way:
                return way[way.index(code) :]
            elif code not in done:
                way.append(code)
                trail.append(iter(into.get(code, [])))
    return []


def _decision(successor: SuccessorPlan) -> Iterator[str]:
    """Yield what is wrong with the decision on the first status, as far as the plan tells."""
    said = {"agency": successor.code}
    is_clear = not successor.group if not successor.predecessors else is_alone(successor)
    if not successor.first_status and not is_clear:
        yield _("%(agency)s: no decision on its first status; choose one.") % said
    if successor.first_status and successor.first_status not in FirstStatus.values:
        yield _("%(agency)s: there is no such first status: %(found)s.") % {
            **said,
            "found": successor.first_status,
        }
    if successor.first_status == FirstStatus.NOT_STARTED and successor.predecessors:
        yield (
            _(
                "%(agency)s has predecessors: its status is carried over from one of them, "
                "or it must declare anew."
            )
            % said
        )
    if successor.first_status == FirstStatus.CARRIED:
        if successor.carried_from not in successor.predecessors:
            yield _(
                "%(agency)s: the status cannot be carried over from %(found)s, "
                "which is none of its predecessors."
            ) % {**said, "found": successor.carried_from or "—"}
    elif successor.carried_from:
        yield _("%(agency)s: a predecessor is named, but the status is not carried over.") % said


def is_alone(successor: SuccessorPlan) -> bool:
    """Say whether a body continues and takes in no other: a new name, parent or group."""
    return successor.predecessors == (successor.code,)


def refused_days(life: Life, day: date, *, ends: bool) -> Iterator[str]:
    """Yield why a body cannot end, or go on as another, on a day."""
    eve = day - timedelta(days=1)
    if not any(row.covers(eve) for row in life.roster):
        yield _("%(agency)s does not exist on %(day)s, the day before; it exists %(life)s.") % {
            "agency": life.named(),
            "day": short_date(eve),
            "life": life.in_words(),
        }
        return
    if not any(row.covers(day) for row in life.roster):
        yield _("%(agency)s was closed already: its last day on record is %(day)s.") % {
            "agency": life.named(),
            "day": short_date(eve),
        }
        return
    if ends and (rows := [row for row in _rows(life) if row.valid_from >= day]):
        listed = "; ".join(f"{row} ({short_date(row.valid_from)})" for row in rows)
        yield _(
            "%(agency)s has records that begin on %(day)s or later and would stay open on a "
            "closed agency; correct them first: %(rows)s"
        ) % {"agency": life.named(), "day": short_date(day), "rows": listed}


def _rows(life: Life) -> list[RosterRecord | StatusRecord]:
    return [*life.roster, *life.status]


def left_below(lives: Collection[Life], since: Mapping[int, date]) -> Iterator[str]:
    """Yield, by body, the agencies that would stand under it when it exists no longer.

    `since` gives the first day without each body by its id. Agencies in `lives` are taken as
    they are to be, all others as they are on record.
    """
    touched = {life.agency.pk for life in lives}
    rows = [row for life in lives for row in life.roster if row.parent_id in since]
    others = RosterRecord.objects.believed().filter(parent__in=since).select_related("agency")
    rows += [row for row in others if row.agency_id not in touched]
    names = {life.agency.pk: life.named() for life in lives}
    below: dict[int, list[str]] = {}
    for row in rows:
        parent = row.parent_id
        if parent is not None and (row.valid_to or FAR) > since[parent]:
            below.setdefault(parent, []).append(f"{row.name} ({row.agency.code})")
    for parent, found in below.items():
        yield _(
            "%(agency)s would exist no longer, but these stand under it; move them as well: "
            "%(below)s"
        ) % {"agency": names[parent], "below": "; ".join(dict.fromkeys(found))}


def on_record(plan: ReorganisationPlan) -> dict[tuple[str, str], Succession]:
    """Return the pairs of a plan that its decree has brought about already, by their codes."""
    rows = (
        Succession.objects.filter(
            reorganisation__takes_effect_on=plan.takes_effect_on,
            reorganisation__entry__undone_by__isnull=True,
        )
        .select_related("predecessor", "successor", "reorganisation__entry__by")
        .order_by("pk")
    )
    number, wanted = fold(plan.decree_number), set(plan.pairs)
    found: dict[tuple[str, str], Succession] = {}
    for row in rows:
        pair = (
            row.predecessor.code if row.predecessor else "",
            row.successor.code if row.successor else "",
        )
        if pair in wanted and fold(row.reorganisation.decree_number) == number:
            found[pair] = row
    return found
