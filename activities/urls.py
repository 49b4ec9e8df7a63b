"""The pages of activities."""

from django.urls import URLPattern, URLResolver, path

import agencies.converters  # noqa: F401  # makes <code:…> known
from activities import reminder_views
from activities import reporting_views as reporting

app_name = "activities"
urlpatterns: list[URLPattern | URLResolver] = [
    # Reporting rounds
    path("rounds/", reporting.rounds, name="rounds"),
    path("rounds/open/", reporting.round_open, name="round-open"),
    path("rounds/<int:pk>/", reporting.round_progress, name="round"),
    path("rounds/<int:pk>/change/", reporting.round_change, name="round-change"),
    path("rounds/<int:pk>/paper/<code:code>/", reporting.paper_report, name="paper-report"),
    path("reports/<int:pk>/", reporting.report, name="report"),
    path("reports/<int:pk>/review/", reporting.report_review, name="report-review"),
    path("reports/<int:pk>/document/", reporting.report_document, name="report-document"),
    path("reminders/", reminder_views.reminders, name="reminders"),
    path("own-report/", reporting.own_report, name="own-report"),
    path("own-report/<int:pk>/", reporting.own_report, name="own-report-of"),
]
