"""The demonstration data with what reports add to it: the tile map of the ten districts."""

from django.db import transaction

from agencies import demonstration
from reports import actions


@transaction.atomic
def load(password: str) -> None:
    """Load accounts, roster, histories and the map, all or nothing.

    Raises:
        ValueError: the database already holds something.
    """
    demonstration.load(password)
    actions.place_tiles(lines=demonstration.lines("tiles.csv"))
