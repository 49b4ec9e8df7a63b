"""From the small numbers of a random reorganisation to a plan of agencies that there are."""

from dataclasses import replace
from datetime import date
from typing import Any

from agencies.models import ReorganisationPlan, SuccessorPlan
from tests.naive_office import Name, Picture, cleaned
from tests.naive_reform import Heir

SHAPES = ["merge", "absorb", "split", "split off", "rename", "dissolve", "establish"]
DRAWN = ("shape", "agencies", "again", "name", "first", "carried")


def heirs_of(
    now: Picture,
    *,
    shape: str,
    agencies: list[int],
    again: bool,
    name: Name,
    first: str,
    carried: int,
) -> dict[str, Any]:
    """Return the heirs of a shape, of agencies there are and of codes that are free."""
    known = len(now)
    one, other = (list(dict.fromkeys(agency % known for agency in agencies)) * 2)[:2]
    ghosts = [agency for agency, life in now.items() if not life.roster]
    new = ghosts[0] if ghosts and again else known
    parent = None if name.parent is None else name.parent % known
    name, unsaid = cleaned(replace(name, parent=parent)), Name("", "", None, "")
    both = tuple(dict.fromkeys([one, other]))
    if shape == "dissolve":
        return {"heirs": [], "dissolved": [one]}
    if shape == "round":
        heirs = [Heir(agency, both, unsaid, "anew") for agency in (one, other)]
        return {"heirs": heirs, "dissolved": []}
    named = {"merge": both, "absorb": both, "establish": ()}.get(shape, (one,))
    source = (*named, known - 1)[carried % (len(named) + 1)] if first == "carried" else None
    heirs = [Heir(one if shape in {"absorb", "rename"} else new, named, name, first, source)]
    if shape == "split":
        heirs.append(Heir(known + (new == known), (one,), replace(name, gso=""), "anew"))
    if shape == "split off":
        heirs.append(Heir(one, (one,), unsaid, "carried", one))
    return {"heirs": heirs, "dissolved": []}


def plan_of(
    *, heirs: list[Heir], dissolved: list[int], decree: str, valid_from: date
) -> ReorganisationPlan:
    """Return what the product is asked to apply."""
    successors = tuple(
        SuccessorPlan(
            code=f"CQ-{heir.agency}",
            predecessors=tuple(f"CQ-{agency}" for agency in heir.predecessors),
            name=heir.name.name,
            group=heir.name.group,
            parent="" if heir.name.parent is None else f"CQ-{heir.name.parent}",
            gso_code=heir.name.gso,
            first_status=heir.first,
            carried_from="" if heir.carried is None else f"CQ-{heir.carried}",
        )
        for heir in heirs
    )
    ended = tuple(f"CQ-{agency}" for agency in dissolved)
    return ReorganisationPlan(decree, valid_from, successors, ended)
