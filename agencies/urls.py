"""The pages of agencies."""

from django.urls import path

from agencies import views

app_name = "agencies"
urlpatterns = [
    path("", views.agency_list, name="agency-list"),
    path("add/", views.agency_add, name="agency-add"),
    path("<str:code>/", views.agency_detail, name="agency-detail"),
    path(
        "<str:code>/status/record/",
        views.agency_change,
        {"act": "record-status"},
        name="record-status",
    ),
    path(
        "<str:code>/status/<int:pk>/correct/",
        views.agency_change,
        {"act": "correct-status"},
        name="correct-status",
    ),
    path(
        "<str:code>/status/<int:pk>/take-out/",
        views.agency_change,
        {"act": "take-out-status"},
        name="take-out-status",
    ),
    path(
        "<str:code>/roster/change/",
        views.agency_change,
        {"act": "change-roster"},
        name="change-roster",
    ),
    path(
        "<str:code>/roster/<int:pk>/correct/",
        views.agency_change,
        {"act": "correct-roster"},
        name="correct-roster",
    ),
    path(
        "<str:code>/roster/<int:pk>/take-out/",
        views.agency_change,
        {"act": "take-out-roster"},
        name="take-out-roster",
    ),
    path("<str:code>/lifetime/", views.agency_change, {"act": "lifetime"}, name="lifetime"),
]
