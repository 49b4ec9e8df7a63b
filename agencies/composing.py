"""A reorganisation while an officer puts it together: what was typed, changed button by button.

Nothing is stored: all of it travels in the fields of the page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.chosen import is_code, joined
from agencies.models import Agency, FirstStatus, RosterRecord
from agencies.reorganisation_rows import Side, sides_on
from agencies.vietnamese import fold

MOST_UNITS = 300
MOST_ROWS = 60  # bodies after the event; a larger event comes as a file
MOST_FOUND = 60
ROW_FIELDS = (
    "predecessors",
    "goes_on",
    "code",
    "name",
    "group",
    "parent",
    "gso_code",
    "name_origin",
    "first_status",
)
NEW = "new"  # stands for a body that is none of its predecessors

Row = dict[str, str]


def row_prefix(place: int) -> str:
    """Return what the fields of one body after the event are named with."""
    return f"row{place}"


@dataclass
class Composition:
    """The units chosen, those that end without successor, and the bodies after the event."""

    units: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    refused: str = ""

    def as_fields(self) -> dict[str, str]:
        """Return it as the fields that carry it."""
        carried = {"units": joined(self.units), "ends": joined(self.ends)}
        carried["rows"] = str(len(self.rows))
        for place, row in enumerate(self.rows):
            carried |= {f"{row_prefix(place)}-{name}": text for name, text in row.items()}
        return carried


def read_composition(typed: Mapping[str, Any]) -> Composition:
    """Return what the fields carry; what is no code is left out."""
    told = str(typed.get("rows") or "")
    number = min(int(told), MOST_ROWS) if told.isdecimal() and len(told) < 9 else 0
    rows = [
        {name: str(typed.get(f"{row_prefix(place)}-{name}") or "") for name in ROW_FIELDS}
        for place in range(number)
    ]
    for row in rows:
        row["predecessors"] = joined(codes_in(row["predecessors"]))
    units = codes_in(typed.get("units"))[:MOST_UNITS]
    ends = [code for code in codes_in(typed.get("ends")) if code in units]
    return Composition(units, ends, rows)


def codes_in(text: object) -> list[str]:
    """Return the codes of a field, each once."""
    return [code for code in dict.fromkeys(str(text or "").split(",")) if is_code(code)]


def change(composition: Composition, act: str, ticked: list[str], day: date) -> None:
    """Do what a button of the page says, to the units ticked; `day` is the event's."""
    name, _colon, told = act.partition(":")
    ticked = [code for code in ticked if code in composition.units]
    if name == "drop":
        _drop(composition, told)
    elif name == "keep":
        composition.ends = [code for code in composition.ends if code != told]
    elif name == "remove" and told.isdecimal() and len(told) < 9:
        del composition.rows[int(told) : int(told) + 1]
    elif name in MAKERS:
        if not ticked and name != "establish":
            composition.refused = _("Tick the units that it is about, then press the button again.")
            return
        made = MAKERS[name](ticked, day)
        if len(composition.rows) + len(made) > MOST_ROWS:
            said = _(
                "At most %(most)d agencies are described here; a larger event comes as a file."
            )
            composition.refused = said % {"most": MOST_ROWS}
            return
        composition.rows += made
        composition.ends = [code for code in composition.ends if code not in ticked or not made]
    elif name == "dissolve":
        _dissolve(composition, ticked)


def add_units(composition: Composition, picked: list[str]) -> None:
    """Choose further units."""
    composition.units = list(dict.fromkeys([*composition.units, *filter(is_code, picked)]))
    if len(composition.units) > MOST_UNITS:
        del composition.units[MOST_UNITS:]
        said = _("At most %(most)d units are chosen here; a larger event comes as a file.")
        composition.refused = said % {"most": MOST_UNITS}


def _drop(composition: Composition, code: str) -> None:
    """Choose a unit no longer, and take it out of the bodies that were to come from it."""
    composition.units = [unit for unit in composition.units if unit != code]
    composition.ends = [unit for unit in composition.ends if unit != code]
    for row in composition.rows:
        left = [unit for unit in codes_in(row["predecessors"]) if unit != code]
        row["predecessors"] = joined(left)
        row["goes_on"] = NEW if row["goes_on"] == code else row["goes_on"]


def _dissolve(composition: Composition, ticked: list[str]) -> None:
    if not ticked:
        composition.refused = _("Tick the units that it is about, then press the button again.")
    composition.ends = list(dict.fromkeys([*composition.ends, *ticked]))


def _row(predecessors: list[str], **facts: str) -> Row:
    return {**dict.fromkeys(ROW_FIELDS, ""), "predecessors": joined(predecessors), **facts}


def _merged(ticked: list[str], day: date) -> list[Row]:
    """Return one body from all: under the parent and in the group of the first."""
    like = _like(ticked[:1], day).get(ticked[0], {})
    kept = {name: like.get(name, "") for name in ("group", "parent")}
    return [_row(ticked, goes_on=NEW, **kept)]


def _split(ticked: list[str], day: date) -> list[Row]:
    """Return two bodies from each."""
    like = _like(ticked, day)
    return [
        _row([code], goes_on=NEW, **{k: like.get(code, {}).get(k, "") for k in ("group", "parent")})
        for code in ticked
        for _half in range(2)
    ]


def _changed(ticked: list[str], day: date) -> list[Row]:
    """Return each as it is, to be renamed or moved."""
    like = _like(ticked, day)
    return [_row([code], goes_on=code, **like.get(code, {})) for code in ticked]


def _established(ticked: list[str], day: date) -> list[Row]:
    return [_row([], goes_on=NEW)]


MAKERS: dict[str, Callable[[list[str], date], list[Row]]] = {
    "merge": _merged,
    "split": _split,
    "change": _changed,
    "establish": _established,
}


def _like(codes: list[str], day: date) -> dict[str, Row]:
    """Return what units are called on the day before, by their codes."""
    rows = (
        RosterRecord.objects.believed()
        .in_force_on(day - timedelta(days=1))
        .filter(agency__code__in=codes)
        .select_related("agency", "group", "parent")
    )
    return {
        row.agency.code: {
            "name": row.name,
            "group": row.group.code if row.group else "",
            "parent": row.parent.code if row.parent else "",
            "gso_code": row.gso_code,
        }
        for row in rows
    }


@dataclass(frozen=True)
class Unit:
    """One unit chosen: what it is on the day before, and what is decided of it."""

    code: str
    side: Side | None  # none where it does not exist
    becomes: tuple[str, ...]
    ends: bool

    @property
    def is_open(self) -> bool:
        """Say whether nothing is decided of it yet."""
        return not (self.becomes or self.ends)


def units_of(composition: Composition, day: date) -> list[Unit]:
    """Return the units chosen, as they stand on the day before the event."""
    ids = dict(Agency.objects.filter(code__in=composition.units).values_list("code", "pk"))
    sides = sides_on(ids.values(), day - timedelta(days=1))
    return [
        Unit(
            code,
            sides.get(ids.get(code, 0)),
            tuple(
                row["name"] or row["code"] or _("agency %(number)d") % {"number": place}
                for place, row in enumerate(composition.rows, start=1)
                if code in codes_in(row["predecessors"])
            ),
            code in composition.ends,
        )
        for code in composition.units
    ]


def found_units(
    text: str, day: date, without: list[str], province: int | None = None
) -> tuple[list[Side], bool]:
    """Return the units that a text finds on the day before an event; whether there are more.

    All or those of a province; by their name or code, or by that of the body they stand under.
    """
    words = Q()
    for word in fold(text).split():
        words &= Q(search_text__contains=f" {word}")
    if not words:
        return [], False
    rows = RosterRecord.objects.believed().in_force_on(day - timedelta(days=1))
    if province is not None:
        rows = rows.filter(province=province)
    above = rows.filter(words).values("agency")
    found = rows.filter(words | Q(parent__in=above)).exclude(agency__code__in=without)
    ids = list(found.order_by("sort_key").values_list("agency", flat=True)[: MOST_FOUND + 1])
    sides = sides_on(ids[:MOST_FOUND], day - timedelta(days=1))
    return [sides[pk] for pk in ids if pk in sides], len(ids) > MOST_FOUND


CARRIED = f"{FirstStatus.CARRIED}:"  # before the code of the predecessor in a choice
