"""Django's administration pages under the house's name and rule."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class AdminSite(admin.AdminSite):
    """The administration pages; the site's own sign-in page guards them."""

    site_header = _("QMS administration")
    site_title = _("QMS administration")
    index_title = _("Accounts, groups and editions")

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Lead to the site's own sign-in, which counts failures and asks for the second factor."""
        from django.contrib.auth.views import redirect_to_login  # once the apps are there

        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Lead to the site's own page."""
        return redirect("password_change")


class AdminConfig(DjangoAdminConfig):
    """Puts our administration site in the place of Django's."""

    default_site = "kontum_qms.admin.AdminSite"
