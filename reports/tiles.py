"""Tiles to a grid: which cell of the map holds which tile, and which is empty."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from agencies import house_style
from reports import marks
from reports.rollups import Comparison, Tile

# Without places: as many tiles in a line as still show a name on a phone.
USUAL_COLUMNS = 3
MARKS_IN_A_LINE = 10


@dataclass(frozen=True)
class Cell:
    """One tile with the picture of its agencies."""

    tile: Tile
    picture: marks.Picture


@dataclass(frozen=True)
class Grid:
    """The cells of the map, line by line; None is an empty cell."""

    columns: int
    cells: tuple[Cell | None, ...]
    title: str
    outside: str
    inside: str


def grid(tiles: Sequence[Tile], comparison: Comparison) -> Grid:
    """Return the map: placed tiles at their places, the others in lines below them.

    The rows of the comparison name the groups.
    """
    places = [tile.place for tile in tiles if tile.place]
    columns = max((column + 1 for column, _row in places), default=USUAL_COLUMNS)
    below = max((row + 1 for _column, row in places), default=0) * columns
    cells: dict[int, Cell] = {}
    for tile in tiles:
        where = tile.place[1] * columns + tile.place[0] if tile.place else below
        below += not tile.place
        cells[where] = Cell(tile, marks.block(tile.children, MARKS_IN_A_LINE, "tile"))
    last = max(cells, default=-1)
    names = {row.group: row.label for row in comparison.rows}
    children = dict.fromkeys(child.group for tile in tiles for child in tile.children)
    inside = ", ".join(names[group] for group in children)
    return Grid(
        columns,
        tuple(cells.get(place) for place in range(last + 1)),
        _finding(tiles, inside),
        ", ".join(names[group] for group in dict.fromkeys(tile.standing.group for tile in tiles)),
        inside,
    )


def _finding(tiles: Sequence[Tile], inside: str) -> str:
    """Say in how many places nobody under the parent body is left; the body itself may be."""
    done = sum(not tile.counts.left for tile in tiles)
    return _("%(fraction)s areas with nobody left to convert among: %(inside)s") % {
        "fraction": house_style.fraction(done, len(tiles)),
        "inside": inside,
    }
