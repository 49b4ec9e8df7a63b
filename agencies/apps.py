"""The app that knows agencies and their two histories."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgenciesConfig(AppConfig):
    """Who exists, under which edition, with which status, when, and who may say so."""

    name = "agencies"
    verbose_name = _("Agencies")

    def ready(self) -> None:
        """Listen to sign-ins for the record of acts."""
        from agencies import sign_in_lines

        sign_in_lines.listen()
