"""Erases the personal data of somebody who has left."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from activities.actions import erase_account
from agencies.management.accounts import account
from agencies.models import User


class Command(BaseCommand):
    """Leaves an account's number and takes out who bore it."""

    help = "Close an account for good and erase its names, addresses, sessions and factors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask whose, and who does it."""
        parser.add_argument("username")
        parser.add_argument("--by", metavar="USERNAME")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase it, or fail with why not."""
        by = account(options["by"])
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(_("There is no such account."))
        try:
            name = erase_account(user=user, by=by)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(_("Erased. The account is called %(name)s from now on.") % {"name": name})
