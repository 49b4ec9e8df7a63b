"""manage.py load_demo: Kon Tum's demonstration data, into an empty database."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from activities import reporting_demonstration
from agencies import demonstration
from agencies.models import User
from agencies.models.status import is_demonstration
from agencies.sign_in import KNOWN_PASSWORD
from reports import demonstration as demonstration_with_map


class Command(BaseCommand):
    """Loads the demonstration data and prints its accounts."""

    help = "Load the demonstration data into an empty database and print its accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read whether a filled database is an error."""
        parser.add_argument(
            "--if-empty", action="store_true", help="leave a database that holds something as it is"
        )
        parser.add_argument("--by", help="accepted by every command; the data names its own people")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the data, or say why not."""
        with translation.override(settings.LANGUAGE_CODE):
            password = os.environ.get("DEMO_PASSWORD") or KNOWN_PASSWORD
            if demonstration.is_empty_office():
                self.stdout.write(_("Loading the demonstration data …"))
                demonstration_with_map.load(password)
            elif not options["if_empty"]:
                raise CommandError(
                    _("The database is not empty; the demonstration data goes into an empty one.")
                )
            if is_demonstration():
                self._print_accounts(password)

    def _print_accounts(self, password: str) -> None:
        self.stdout.write(_("Demonstration accounts:"))
        for username, _role, _name in (*demonstration.ACCOUNTS, reporting_demonstration.CONTACT):
            user = User.objects.filter(username=username, is_active=True).first()
            if user is None:
                continue
            shown = password if user.check_password(password) else _("(changed since)")
            role = user.get_role_display()
            self.stdout.write(f"  {username:<12} {_('password')}: {shown}   ({role})")
