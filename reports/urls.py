"""The pages of reports."""

from django.urls import path

import agencies.converters  # noqa: F401  # makes <code:…> known
from reports import reconciliation_views, reorganisation_views, views

app_name = "reports"
urlpatterns = [
    path("", views.first_page, name="dashboard"),
    path("to-do/", views.work_list, name="work-list"),
    path("hint/", views.put_hint_away, name="put-hint-away"),
    path("help/", views.help_index, name="help"),
    path("help/<slug:topic>/", views.help_page, name="help-page"),
    path("reports/compare/", views.compare, name="compare"),
    path("reports/changes/", views.change_report, name="changes"),
    path("reports/charts/", views.charts_page, name="charts"),
    path("reports/reconciliation/", reconciliation_views.reconciliation, name="reconciliation"),
    path("reports/reconciliation/enter/", reconciliation_views.enter_figures, name="enter-figures"),
    path(
        "reports/reconciliation/figures/<int:pk>/explain/",
        reconciliation_views.explain,
        name="explain-figure",
    ),
    path("reports/summary.xlsx", views.summary, name="summary"),
    path("reports/agencies.xlsx", views.agency_list, name="agency-list"),
    path("reports/workbook.xlsx", views.exchange_file, name="exchange-file"),
    path("reorganisations/", reorganisation_views.reorganisations, name="reorganisations"),
    path("reorganisations/compose/", reorganisation_views.compose, name="reorganisation-compose"),
    path(
        "reorganisations/files/<int:pk>/",
        reorganisation_views.plan_file,
        name="reorganisation-file",
    ),
    path("reorganisations/<int:pk>/", reorganisation_views.reorganisation, name="reorganisation"),
    path("reports/consequence/bulk/", views.consequence_bulk, name="consequence-bulk"),
    path(
        "reports/consequence/import/<int:pk>/", views.consequence_import, name="consequence-import"
    ),
    path("reports/consequence/undo/<int:pk>/", views.consequence_undo, name="consequence-undo"),
    path("reports/consequence/<slug:act>/", views.consequence, name="consequence-add"),
    path("reports/consequence/<slug:act>/<code:code>/", views.consequence, name="consequence"),
    path(
        "reports/consequence/<slug:act>/<code:code>/<int:pk>/",
        views.consequence,
        name="consequence-record",
    ),
]
