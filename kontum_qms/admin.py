"""Django's administration pages under the house's name and rule."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.utils.translation import gettext_lazy as _


class AdminSite(admin.AdminSite):
    """The administration pages; the site's own sign-in page guards them."""

    site_header = _("QMS administration")
    site_title = _("QMS administration")
    index_title = _("Accounts, groups and editions")


class AdminConfig(DjangoAdminConfig):
    """Puts our administration site in the place of Django's."""

    default_site = "kontum_qms.admin.AdminSite"
