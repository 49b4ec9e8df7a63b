"""Joins the apps' pages."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from django.views.i18n import set_language

from kontum_qms.csp_reports import csp_report
from kontum_qms.offline import offline, service_worker


def favicon(request: HttpRequest) -> HttpResponse:
    """Send browsers that ask for the old place to the icon."""
    return redirect(static("icon.svg"), permanent=True)


handler500 = "kontum_qms.unavailable.failed"
urlpatterns = [
    path("", include("reports.urls")),
    path("open/", include("reports.open_urls")),
    path("agencies/", include("agencies.urls")),
    path("activities/", include("activities.urls")),
    path("accounts/", include("kontum_qms.account_urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("offline/", offline, name="offline"),
    path("service-worker.js", service_worker, name="service-worker"),
    path("csp-report/", csp_report, name="csp-report"),
    path("admin/", admin.site.urls),
    path("favicon.ico", login_not_required(favicon), name="favicon"),
]
