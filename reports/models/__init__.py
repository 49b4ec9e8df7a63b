"""What reports keep of their own: the tile map, published figures, reports that were sent."""

from reports.models.published import (
    Explanation,
    Measure,
    Publication,
    PublishedFigure,
    Unit,
    Withdrawal,
)
from reports.models.seals import Seal
from reports.models.submissions import OutgoingNumber, Submission, SubmissionFile
from reports.models.tiles import TilePosition

__all__ = [
    "Explanation",
    "Measure",
    "OutgoingNumber",
    "Publication",
    "PublishedFigure",
    "Seal",
    "Submission",
    "SubmissionFile",
    "TilePosition",
    "Unit",
    "Withdrawal",
]
