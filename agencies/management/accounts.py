"""The account that a command acts under."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from agencies.exchange import shown
from agencies.models import User
from agencies.permissions import Act, may


def account(username: str | None) -> User:
    """Return the account of a name, the system's where none is given.

    Whoever runs a command on the server may act under the name of somebody who records or
    administers; an act under any other name would be one that its bearer cannot do.

    Raises:
        CommandError: there is no such account, or its role does not let it write.
    """
    if username is None:
        return User.objects.system()
    said = {"username": shown(username)}
    try:
        user = User.objects.get(username=User.normalize_username(username))
    except (User.DoesNotExist, ValueError):  # ValueError: bytes that are no text
        raise CommandError(_("There is no account “%(username)s”.") % said) from None
    if not (may(user, Act.RECORD) or may(user, Act.ADMINISTER)):
        raise CommandError(
            _("The account “%(username)s” may only look; name an officer or an administrator.")
            % said
        )
    return user
