"""The pages of reports."""

from django.urls import path

import agencies.converters  # noqa: F401  # makes <code:…> known
from reports import (
    agenda_views,
    audit_views,
    plan_views,
    reconciliation_views,
    reorganisation_views,
    submission_views,
    views,
    word_views,
)

app_name = "reports"
urlpatterns = [
    path("", views.first_page, name="dashboard"),
    path("to-do/", views.work_list, name="work-list"),
    path("hint/", views.put_hint_away, name="put-hint-away"),
    path("help/", views.help_index, name="help"),
    path("help/<slug:topic>/", views.help_page, name="help-page"),
    path("reports/", views.index, name="index"),
    path("calendar/", agenda_views.calendar_page, name="calendar"),
    path("agencies/<code:code>/dossier/", agenda_views.dossier_page, name="dossier"),
    path("audit/", audit_views.record_of_acts, name="audit"),
    path("plans/", plan_views.plans_page, name="plans"),
    path("plans/enter/", plan_views.enter_plan, name="enter-plan"),
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
    path(
        "reports/reconciliation/sources/<int:pk>/withdraw/",
        reconciliation_views.withdraw,
        name="withdraw-publication",
    ),
    path("reports/submissions/", submission_views.submissions, name="submissions"),
    path("reports/submissions/new/", submission_views.new_submission, name="new-submission"),
    path(
        "reports/submissions/compare/",
        submission_views.compare_submissions,
        name="compare-submissions",
    ),
    path("reports/submissions/<int:pk>/", submission_views.submission, name="submission"),
    path(
        "reports/submissions/<int:pk>/number/",
        submission_views.submission_number,
        name="submission-number",
    ),
    path(
        "reports/submissions/<int:pk>/again/",
        submission_views.submission_again,
        name="submission-again",
    ),
    path(
        "reports/submissions/<int:pk>/files/<int:file_pk>/",
        submission_views.submission_file,
        name="submission-file",
    ),
    path("reports/word/", word_views.word_page, name="word-page"),
    path("reports/word/report.docx", word_views.word_file, name="word-file"),
    path("reports/word/template.docx", word_views.word_template, name="word-template"),
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
