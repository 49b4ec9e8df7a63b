"""The provinces before and after the reform, and names for what lies in them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "viet_nam"
AGENCIES_OF_A_PROVINCE = 60  # of a country with fewer agencies only some provinces are taken


@dataclass(frozen=True)
class Place:
    """A province before the reform: its code then, and the code of the province it went into."""

    code: str
    name: str
    name_en: str
    is_city: bool
    into: str
    seat: bool  # the one among those of a new province whose name that one bears

    @property
    def key(self) -> str:
        """Return its code among the provinces on record.

        Who goes on bears the code of today; of who ended, a code that is another's today is told
        apart by the year.
        """
        if self.seat:
            return self.into
        return f"{self.code}-2025" if self.code in _codes_of_today() else self.code

    @property
    def kind(self) -> str:
        """Return what stands before the name of its committee."""
        return "thành phố" if self.is_city else "tỉnh"


def lines(name: str) -> Iterator[dict[str, str]]:
    """Yield the lines of one file."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def _codes_of_today() -> dict[str, str]:
    return {line["code"]: line["name"] for line in lines("provinces_2025.csv")}


def places(agencies: int) -> list[Place]:
    """Return the provinces before the reform of a country with so many agencies.

    Whole provinces of today are taken in the order of their codes, until they are enough.
    """
    today = _codes_of_today()
    found = [
        Place(
            line["code"],
            line["name"],
            line["name_en"],
            line["kind"] == "city",
            line["into"],
            today[line["into"]] == line["name"],
        )
        for line in lines("provinces.csv")
    ]
    found.sort(key=lambda place: (place.into, not place.seat, place.code))
    wanted = max(1, round(agencies / AGENCIES_OF_A_PROVINCE))
    last = found[min(wanted, len(found)) - 1].into
    return [place for place in found if place.into <= last]


class Names:
    """Names of districts and communes, put together from syllables that are common in both."""

    def __init__(self, random: Random) -> None:
        rows = list(lines("words.csv"))
        first, second = [row["first"] for row in rows], [row["second"] for row in rows]
        self._pairs = [f"{one} {two}" for one in first for two in second if one not in two]
        self._random = random
        self._left: list[str] = []

    def next(self) -> str:
        """Return a name; none comes twice before all have come."""
        if not self._left:
            self._left = list(self._pairs)
            self._random.shuffle(self._left)
        return self._left.pop()
