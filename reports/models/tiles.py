"""Where the tile of a body stands on the map."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agencies.models import Agency


class TilePosition(models.Model):
    """The place of one body on the tile map, roughly where it lies in the province.

    Data, not code: an office of another province draws its own map. Without any position
    the tiles stand in an ordinary grid.
    """

    agency = models.OneToOneField(
        Agency, models.PROTECT, related_name="tile_position", verbose_name=_("agency")
    )
    column = models.PositiveSmallIntegerField(_("column, 0 in the west"))
    row = models.PositiveSmallIntegerField(_("row, 0 in the north"))
    label = models.CharField(_("short name on the tile"), max_length=60, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("place on the tile map")
        verbose_name_plural = _("places on the tile map")
        ordering: ClassVar = ["row", "column"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["column", "row"], name="tile_position_taken_once"),
            models.CheckConstraint(
                condition=models.Q(column__lt=24, row__lt=48), name="tile_position_on_the_map"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label or self.agency}: {self.column}, {self.row}"

    def clean(self) -> None:
        """Refuse a place that is not on the map, in words before the database does."""
        said = _("Ensure this value is less than or equal to %(limit_value)s.")
        wrong = {
            name: said % {"limit_value": most}
            for name, most in (("column", 23), ("row", 47))
            if (getattr(self, name) or 0) > most
        }
        if wrong:
            raise ValidationError(wrong)
