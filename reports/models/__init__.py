"""What reports keep of their own: places on the tile map, and figures that were published."""

from reports.models.published import Explanation, Measure, Publication, PublishedFigure, Unit
from reports.models.tiles import TilePosition

__all__ = ["Explanation", "Measure", "Publication", "PublishedFigure", "TilePosition", "Unit"]
