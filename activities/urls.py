"""The pages of activities."""

from django.urls import URLPattern, URLResolver, path

import agencies.converters  # noqa: F401  # makes <code:…> known
from activities import attendance_views, inspection_views, reminder_views, training_views, views
from activities import reporting_views as reporting

app_name = "activities"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.index, name="index"),
    # Inspections
    path("inspections/", inspection_views.inspections, name="inspections"),
    path("inspections/plans/add/", inspection_views.plan_add, name="plan-add"),
    path("inspections/plans/<int:pk>/", inspection_views.plan, name="plan"),
    path("inspections/plans/<int:pk>/edit/", inspection_views.plan_edit, name="plan-edit"),
    path("inspections/plans/<int:pk>/cancel/", inspection_views.plan_cancel, name="plan-cancel"),
    path("inspections/checklist/<int:year>/", inspection_views.checklist, name="checklist"),
    path("inspections/visits/add/", inspection_views.visit_add, name="visit-add"),
    path("inspections/visits/<int:pk>/", inspection_views.visit, name="visit"),
    path("inspections/visits/<int:pk>/edit/", inspection_views.visit_edit, name="visit-edit"),
    path("inspections/visits/<int:pk>/cancel/", inspection_views.visit_cancel, name="visit-cancel"),
    path("inspections/visits/<int:pk>/minutes/", inspection_views.minutes, name="minutes"),
    path("inspections/visits/<int:pk>/findings/", inspection_views.finding_add, name="finding-add"),
    path("inspections/findings/<int:pk>/edit/", inspection_views.finding_edit, name="finding-edit"),
    path(
        "inspections/findings/<int:pk>/close/", inspection_views.finding_close, name="finding-close"
    ),
    path(
        "inspections/findings/<int:pk>/cancel/",
        inspection_views.finding_cancel,
        name="finding-cancel",
    ),
    # Training
    path("training/", training_views.trainings, name="trainings"),
    path("training/add/", training_views.training_add, name="training-add"),
    path("training/<int:pk>/", training_views.training, name="training"),
    path("training/<int:pk>/edit/", training_views.training_edit, name="training-edit"),
    path("training/<int:pk>/cancel/", training_views.training_cancel, name="training-cancel"),
    path("training/<int:pk>/enter/", training_views.attendance_enter, name="attendance-enter"),
    path("training/<int:pk>/sheet.xlsx", attendance_views.template, name="attendance-template"),
    path("training/<int:pk>/sheet/", attendance_views.take_sheet, name="attendance-sheet"),
    path(
        "training/<int:pk>/sheet/<int:upload>/",
        attendance_views.import_sheet,
        name="attendance-import",
    ),
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
