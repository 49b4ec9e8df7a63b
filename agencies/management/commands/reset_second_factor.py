"""Takes away a second factor where no administrator can: the last one lost theirs."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from agencies import actions
from agencies.management.accounts import account
from agencies.models import User


class Command(BaseCommand):
    """Does what the administration pages do, for whoever runs the server."""

    help = "Take an account's second factor away, end its sessions, tell its bearer why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask whose, why, and who does it."""
        parser.add_argument("username")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--by", metavar="USERNAME")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it away, or fail with why not."""
        by = account(options["by"])
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(_("There is no such account."))
        try:
            actions.reset_factor(user=user, reason=options["reason"], by=by)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(_("The second factor was taken away and the sessions were ended."))
