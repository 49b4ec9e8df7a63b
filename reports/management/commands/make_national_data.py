"""manage.py make_national_data: a country made up, into an empty database."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from agencies import national
from agencies.demonstration import ACCOUNTS, is_empty_office
from agencies.sign_in import KNOWN_PASSWORD


class Command(BaseCommand):
    """Makes up provinces' agencies and their histories; the same seed gives the same."""

    help = "Make up a country (provinces, agencies, histories, the reform) in an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read how large the country is to be."""
        parser.add_argument(
            "--agencies", type=int, default=15_000, help="how many there are before the reform"
        )
        parser.add_argument(
            "--records", type=int, default=10, help="status records of an agency, on the average"
        )
        parser.add_argument("--seed", type=int, default=1, help="another number, another country")
        parser.add_argument("--by", help="accepted by every command; the data names its own people")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the country, or say why not."""
        agencies, records, seed = (options[name] for name in ("agencies", "records", "seed"))
        with translation.override(settings.LANGUAGE_CODE):
            for value, (least, most) in ((agencies, national.SIZES), (records, national.RECORDS)):
                if not least <= value <= most:
                    told = {"value": value, "least": least, "most": most}
                    raise CommandError(
                        _("%(value)s: at least %(least)s and at most %(most)s.") % told
                    )
            if not is_empty_office():
                raise CommandError(
                    _("The database is not empty; the demonstration data goes into an empty one.")
                )
            self.stdout.write(_("Making the country up …"))
            password = os.environ.get("DEMO_PASSWORD") or KNOWN_PASSWORD
            country = national.load(
                agencies=agencies, records=records, seed=seed, password=password
            )
            self.stdout.write(
                _(
                    "%(provinces)s provinces, %(agencies)s agencies, %(status_records)s status "
                    "records, %(entries)s acts of recording."
                )
                % vars(country)
            )
            self.stdout.write(_("Demonstration accounts:"))
            for username, _role, _name in ACCOUNTS:
                self.stdout.write(f"  {username:<12} {_('password')}: {password}")
