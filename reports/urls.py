"""The pages of reports."""

from django.urls import path

import agencies.converters  # noqa: F401  # makes <code:…> known
from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("reports/charts/", views.charts_page, name="charts"),
    path("reports/summary.xlsx", views.summary, name="summary"),
    path("reports/consequence/<slug:act>/", views.consequence, name="consequence-add"),
    path("reports/consequence/<slug:act>/<code:code>/", views.consequence, name="consequence"),
    path(
        "reports/consequence/<slug:act>/<code:code>/<int:pk>/",
        views.consequence,
        name="consequence-record",
    ),
]
