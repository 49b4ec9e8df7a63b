"""The pages of activities."""

from django.urls import URLPattern, URLResolver, path

from activities import attendance_views, inspection_views, training_views, views

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
]
