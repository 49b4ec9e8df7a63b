"""The app that knows what agencies did: inspections, training, reporting rounds."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    """Plans, inspections, training and reports of agencies; it refers to agencies, never back."""

    name = "activities"
    verbose_name = _("Activities")
