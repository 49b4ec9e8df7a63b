"""The addresses of the open data, open to everybody where the office switches them on."""

from django.urls import path

from reports import open_views

app_name = "open"
urlpatterns = [
    path("", open_views.page, name="page"),
    path("latest/<str:name>", open_views.latest, name="latest"),
    path("<str:day>/<str:known_at>/<str:edition>/", open_views.page, name="permanent-page"),
    path("<str:day>/<str:known_at>/<str:edition>/<str:name>", open_views.file, name="file"),
    path("<path:rest>", open_views.nothing),
]
