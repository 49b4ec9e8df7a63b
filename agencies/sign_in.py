"""Who may sign in with which password."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from agencies.models.status import is_demonstration

# Printed by `make run`, so everybody may know it: see `may_use_known_password`.
KNOWN_PASSWORD = "Minh-hoa-Kon-Tum-2021"  # noqa: S105
LOOPBACK = {"127.0.0.1", "::1"}
LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


class SignInBackend(ModelBackend):
    """Django's sign-in by name and password, but for the password that everybody knows."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return the account, None where name, password or place do not fit."""
        if password == KNOWN_PASSWORD and not may_use_known_password(request):
            return None
        return super().authenticate(request, username, password, **kwargs)


def may_use_known_password(request: HttpRequest | None) -> bool:
    """Say whether this is the demonstration, served to this machine alone.

    The caller must come from this machine and not through a proxy, and the site must
    not answer to any other name.
    """
    if request is None:
        return False
    from_here = request.META.get("REMOTE_ADDR") in LOOPBACK
    # The server names the address it listens on; 0.0.0.0 is open beyond this machine.
    listens_here = request.META.get("SERVER_NAME") in LOOPBACK | LOOPBACK_HOSTS
    forwarded = any("FORWARDED" in name or name == "HTTP_VIA" for name in request.META)
    only_here = set(settings.ALLOWED_HOSTS) <= LOOPBACK_HOSTS
    here = from_here and listens_here and only_here and not settings.PRODUCTION
    return here and not forwarded and is_demonstration()


class NotTheDemonstrationPassword:
    """Refuse the demonstration's password for an account of one's own."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise ValidationError for the password that everybody knows."""
        if password == KNOWN_PASSWORD:
            raise ValidationError(self.get_help_text(), code="demonstration_password")

    def get_help_text(self) -> str:
        """Return the rule as the form prints it."""
        return _("The demonstration's password is known to everybody; choose another.")
