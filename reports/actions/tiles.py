"""The tile map, drawn by an office itself."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from agencies.models import Agency
from reports.models import TilePosition


@transaction.atomic
def place_tiles(*, lines: Iterable[Mapping[str, str]]) -> None:
    """Draw the tile map anew from lines of agency, column, row and label.

    Raises:
        Agency.DoesNotExist, ValidationError: a line names nobody, or a place taken or off the map.
    """
    TilePosition.objects.all().delete()
    for line in lines:
        position = TilePosition(
            agency=Agency.objects.get(code=line["agency"]),
            column=int(line["column"]),
            row=int(line["row"]),
            label=line["label"],
        )
        position.full_clean()
        position.save()
