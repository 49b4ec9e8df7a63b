"""The app that tells others what is on record."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Roll-ups, pages that join rooms, and files."""

    name = "reports"
    verbose_name = _("Reports")
