"""The pages of agencies."""

from django.urls import path

import agencies.converters  # noqa: F401  # makes <code:…> known
from agencies import entry_views, import_views, views

app_name = "agencies"
urlpatterns = [
    path("", views.agency_list, name="agency-list"),
    path("add/", views.agency_add, name="agency-add"),
    path("bulk/", entry_views.bulk_status, name="bulk-status"),
    path("entries/<int:pk>/undo/", entry_views.undo_entry, name="undo-entry"),
    path("evidence/<int:pk>/", views.evidence, name="evidence"),
    path("exchange/workbook/", import_views.exchange_page, name="exchange"),
    path("exchange/uploads/", import_views.take_upload, name="take-upload"),
    path("exchange/uploads/<int:pk>/", import_views.import_page, name="import"),
    path("exchange/uploads/<int:pk>/progress/", import_views.progress, name="import-progress"),
    path("exchange/uploads/<int:pk>/notes.xlsx", import_views.annotated, name="import-annotated"),
    # Two parts, so that no agency's code is taken.
    path("opened/recently/", views.recently_opened, name="recently-opened"),
    path("<code:code>/", views.agency_detail, name="agency-detail"),
    path(
        "<code:code>/status/record/",
        views.agency_change,
        {"act": "record-status"},
        name="record-status",
    ),
    path(
        "<code:code>/status/<int:pk>/correct/",
        views.agency_change,
        {"act": "correct-status"},
        name="correct-status",
    ),
    path(
        "<code:code>/status/<int:pk>/take-out/",
        views.agency_change,
        {"act": "take-out-status"},
        name="take-out-status",
    ),
    path(
        "<code:code>/roster/change/",
        views.agency_change,
        {"act": "change-roster"},
        name="change-roster",
    ),
    path(
        "<code:code>/roster/<int:pk>/correct/",
        views.agency_change,
        {"act": "correct-roster"},
        name="correct-roster",
    ),
    path(
        "<code:code>/roster/<int:pk>/take-out/",
        views.agency_change,
        {"act": "take-out-roster"},
        name="take-out-roster",
    ),
    path("<code:code>/lifetime/", views.agency_change, {"act": "lifetime"}, name="lifetime"),
]
