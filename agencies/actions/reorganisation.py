"""Applying a reorganisation: one decree, one Entry, bodies that end, go on and begin."""

from dataclasses import replace
from typing import Any

from agencies.actions.entries import open_entry, refuse_stale_of, write_lock
from agencies.actions.lives import save_lives
from agencies.actions.reorganisation_draft import Draft
from agencies.models import (
    EntryKind,
    Reorganisation,
    ReorganisationPlan,
    Succession,
    SuccessorPlan,
    User,
)
from agencies.vietnamese import clean_text


def apply_reorganisation(
    *, plan: ReorganisationPlan, by: User, reason: str = "", seen: int | None = None
) -> Reorganisation:
    """Apply a decree on the day it takes effect, all of it or nothing.

    Predecessors that are no successor end; a successor that is one of its own predecessors
    goes on under what the plan says of it; every other successor begins. A GSO code that a
    body gives up on the day may be another's from the day on. A code that exists on no day,
    because the event that made it was undone, is the same body when it is applied again.

    Raises:
        ValidationError: it is refused; every reason is told. `AlreadyApplied`: it is on record.
        StaleForm: somebody else recorded something of a body named since the Entry `seen`.
    """
    with write_lock():
        draft = Draft(_tidied(plan))
        draft.check_plan()
        refuse_stale_of(draft.agencies.values(), seen)
        draft.check_bodies()
        draft.state()
        entry = open_entry(by=by, kind=EntryKind.REORGANISATION, reason=reason or _said(draft.plan))
        save_lives(entry, list(draft.lives.values()))
        event = Reorganisation(
            entry=entry,
            decree_number=draft.plan.decree_number,
            takes_effect_on=draft.plan.takes_effect_on,
            decree_date=draft.plan.decree_date,
            title=draft.plan.title,
            notice=draft.plan.notice,
            document_id=draft.plan.document_id,
        )
        event.full_clean(exclude=["entry"])
        event.save()
        Succession.objects.bulk_create(draft.successions(event))
    return event


def _tidied(plan: ReorganisationPlan) -> ReorganisationPlan:
    """Return the plan with its text in the one form in which text is compared and kept."""
    return replace(
        plan,
        decree_number=clean_text(plan.decree_number),
        title=clean_text(plan.title),
        notice=clean_text(plan.notice),
        dissolved=tuple(map(clean_text, plan.dissolved)),
        successors=tuple(map(_tidied_successor, plan.successors)),
    )


def _tidied_successor(successor: SuccessorPlan) -> SuccessorPlan:
    facts = vars(successor).items()
    said: dict[str, Any] = {name: clean_text(text) for name, text in facts if isinstance(text, str)}
    said["predecessors"] = tuple(map(clean_text, successor.predecessors))
    return SuccessorPlan(**said)


def _said(plan: ReorganisationPlan) -> str:
    return f"{plan.decree_number}: {plan.title}" if plan.title else plan.decree_number
