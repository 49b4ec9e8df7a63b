"""The tile map is drawn here; published figures and sent reports are looked at."""

from django.contrib import admin
from django.db.models import URLField
from simple_history.admin import SimpleHistoryAdmin

from agencies.admin import ReadOnlyAdmin
from agencies.audited_admin import AuditedAdmin
from reports.models import (
    Explanation,
    Publication,
    PublishedFigure,
    Submission,
    TilePosition,
    Withdrawal,
)


@admin.register(TilePosition)
class TilePositionAdmin(AuditedAdmin, SimpleHistoryAdmin):
    """Places on the tile map; they change a picture, never a figure, and may be deleted."""

    list_display = ("agency", "label", "column", "row")
    list_editable = ("label", "column", "row")
    list_select_related = ("agency",)
    autocomplete_fields = ("agency",)


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    """Sources of published figures; they are entered on the site."""

    list_display = ("source", "as_of_day", "published_on", "by")
    formfield_overrides = {URLField: {"assume_scheme": "https"}}  # noqa: RUF012  # Django's own type


@admin.register(PublishedFigure)
class PublishedFigureAdmin(ReadOnlyAdmin):
    """Figures as they were printed."""

    list_display = ("publication", "group", "measure", "count", "denominator", "percent", "unit")
    list_select_related = ("publication",)


@admin.register(Explanation)
class ExplanationAdmin(ReadOnlyAdmin):
    """What officers said of figures that differ."""

    list_display = ("figure", "text", "by", "at")
    list_select_related = ("figure", "by")


@admin.register(Withdrawal)
class WithdrawalAdmin(ReadOnlyAdmin):
    """Publications that were taken back."""

    list_display = ("publication", "reason", "by", "at")
    list_select_related = ("publication", "by")


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    """Reports as they were sent."""

    list_display = ("title", "as_of_day", "known_at", "at", "by", "sha256")
    list_select_related = ("by",)
