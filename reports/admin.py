"""The tile map is drawn here: one place for each body."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from reports.models import TilePosition


@admin.register(TilePosition)
class TilePositionAdmin(SimpleHistoryAdmin):
    """Places on the tile map; they change a picture, never a figure, and may be deleted."""

    list_display = ("agency", "label", "column", "row")
    list_editable = ("label", "column", "row")
    list_select_related = ("agency",)
    autocomplete_fields = ("agency",)
