"""The agencies of a province before the reform: departments, districts, branches, communes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from agencies.national.places import Names, Place, lines

DEPARTMENT, DISTRICT, BRANCH, COMMUNE = "CAP_TINH", "CAP_HUYEN", "CHI_CUC", "CAP_XA"
SHARES = {DEPARTMENT: 0.09, BRANCH: 0.07, DISTRICT: 0.045}  # the rest are communes
LETTERS = {DEPARTMENT: "S", DISTRICT: "H", BRANCH: "C", COMMUNE: "X"}
FEWEST, MOST = 0.6, 1.5  # how far provinces differ in size


@dataclass(frozen=True)
class Body:
    """One agency as it begins; without a group a province's own committee."""

    code: str
    name: str
    group: str
    parent: str
    gso_code: str
    place: Place


@dataclass(frozen=True)
class Naming:
    """Where the next name and the next GSO code of a commune come from."""

    names: Names
    numbers: Iterator[int]


def bodies(of: Sequence[Place], agencies: int, random: Random) -> list[Body]:
    """Return the agencies of all provinces, parent bodies first: exactly so many with a group."""
    naming = Naming(Names(random), iter(range(1, 100_000)))
    made: list[Body] = []
    weights = [random.uniform(FEWEST, MOST) for _place in of]
    done, left = 0.0, agencies
    for place, weight in zip(of, weights, strict=True):
        done += weight
        number = left - round(agencies * (1 - done / sum(weights)))
        left -= number
        made += _of_place(place, number, naming)
    return made


def _of_place(place: Place, number: int, naming: Naming) -> Iterator[Body]:
    top = f"T{place.key}"
    yield Body(top, f"UBND {place.kind} {place.name}", "", "", "", place)
    sizes = {group: min(round(number * share), _most(group)) for group, share in SHARES.items()}
    sizes = {group: max(1, size) if number > len(SHARES) else 0 for group, size in sizes.items()}
    for group in (DEPARTMENT, BRANCH):
        for place_in_line, name in enumerate(_known(group)[: sizes[group]]):
            code = f"{top}-{LETTERS[group]}{place_in_line + 1:02d}"
            parent = (
                top if group == DEPARTMENT else f"{top}-S{place_in_line % _heads(sizes) + 1:02d}"
            )
            yield Body(code, f"{name} {place.kind} {place.name}", group, parent, "", place)
    rest = number - sizes[DEPARTMENT] - sizes[BRANCH]
    yield from _districts(place, rest, sizes[DISTRICT], naming)


def _districts(place: Place, number: int, districts: int, naming: Naming) -> Iterator[Body]:
    """Yield districts and, under each, its share of the communes."""
    top = f"T{place.key}"
    for one in range(districts):
        code = f"{top}-H{one + 1:02d}"
        kind = "thành phố" if one == 0 else "huyện"
        yield Body(code, f"UBND {kind} {naming.names.next()}", DISTRICT, top, "", place)
    for one in range(number - districts):
        under = f"{top}-H{one % districts + 1:02d}" if districts else top
        kind = "phường" if one % districts == 0 and one < 12 * districts else "xã"
        name, gso = f"UBND {kind} {naming.names.next()}", f"{next(naming.numbers):05d}"
        yield Body(f"{top}-X{one + 1:03d}", name, COMMUNE, under, gso, place)


@cache
def _known(group: str) -> list[str]:
    """Return the names of the bodies of a group, none where places give the name."""
    return [line["name"] for line in lines("bodies.csv") if line["group"] == group]


def _most(group: str) -> int:
    return len(_known(group)) or 40


def _heads(sizes: dict[str, int]) -> int:
    return max(1, sizes[DEPARTMENT])
