"""The reform of 1 July 2025: provinces merge, districts end, communes become fewer."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from random import Random

from agencies.models import FirstStatus, ReorganisationPlan, SuccessorPlan
from agencies.national.bodies import COMMUNE, DISTRICT, Body

DAY = date(2025, 7, 1)
DECREE, TITLE = "202/2025/QH15", "Sắp xếp đơn vị hành chính (bước đi giả định ở cấp dưới tỉnh)"
SIZES = (1, 2, 3, 3, 3, 4, 4, 5)  # how many communes become one


def plans(bodies: Sequence[Body], random: Random) -> Iterator[ReorganisationPlan]:
    """Yield what the reform does in each province of today, in the order of their codes."""
    of: dict[str, list[Body]] = defaultdict(list)
    for body in bodies:
        of[body.place.into].append(body)
    for code in sorted(of):
        yield _plan(code, of[code], random)


def _plan(code: str, bodies: Sequence[Body], random: Random) -> ReorganisationPlan:
    top = f"T{code}"
    communes = [body for body in bodies if body.group == COMMUNE]
    return ReorganisationPlan(
        f"{DECREE} ({code})",
        DAY,
        (*_merged(code, bodies), *_communes(top, communes, random)),
        tuple(body.code for body in bodies if body.group == DISTRICT),
        date(2025, 6, 12),
        TITLE,
    )


def _merged(code: str, bodies: Sequence[Body]) -> Iterator[SuccessorPlan]:
    """Yield the bodies of the province whose name goes on, with those they take in."""
    above = [body for body in bodies if body.group not in (COMMUNE, DISTRICT)]
    seat = {body.code: body for body in above if body.place.seat}
    takes: dict[str, list[str]] = {own: [] for own in seat}
    for body in above:
        if not body.place.seat:
            takes[_counterpart(body, code, seat)].append(body.code)
    for own, others in takes.items():
        if others:
            first = FirstStatus.CARRIED
            yield SuccessorPlan(own, (own, *others), first_status=first, carried_from=own)


def _counterpart(body: Body, code: str, seat: dict[str, Body]) -> str:
    """Return the body of the same name in the province that goes on, else the last of its group."""
    same = f"T{code}{body.code.removeprefix(f'T{body.place.key}')}"
    if same in seat:
        return same
    return next(own for own in reversed(seat) if seat[own].group == body.group)


def _communes(top: str, communes: Sequence[Body], random: Random) -> Iterator[SuccessorPlan]:
    """Yield the communes of today: some neighbours become one, a few go on alone."""
    by_district = sorted(communes, key=lambda body: (body.parent, body.code))
    number = 0
    while by_district:
        size = random.choice(SIZES)
        some, by_district = by_district[:size], by_district[size:]
        codes = tuple(body.code for body in some)
        if len(some) == 1:
            yield SuccessorPlan(codes[0], codes, parent=top)
            continue
        number += 1
        named = random.choice(some)
        is_carried = random.random() < 0.25
        yield SuccessorPlan(
            f"{top}-N{number:03d}",
            codes,
            name=named.name,
            group=COMMUNE,
            parent=top,
            gso_code=some[0].gso_code,
            first_status=FirstStatus.CARRIED if is_carried else FirstStatus.ANEW,
            carried_from=random.choice(codes) if is_carried else "",
        )
