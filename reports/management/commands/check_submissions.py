"""Compares what was told others with the hashes and the seals written down when it was told."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.models import Submission
from reports.seals import last_seal
from reports.sent_checks import altered_reports, lost_seal, reports_no_longer_given


class Command(BaseCommand):
    """Reads every stored byte of every sent report and every published figure again."""

    help = "Check that sent reports, their files and published figures are as they were kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read whether the figures are to be produced again as well, and which seal was noted."""
        parser.add_argument(
            "--again",
            action="store_true",
            help="also produce the figures of every report again and compare them",
        )
        parser.add_argument(
            "--seal", help="a seal noted outside the database that must still be in the chain"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many reports were checked, or fail with what is wrong."""
        wrong = [*altered_reports(), *lost_seal(options["seal"])]
        if options["again"]:
            wrong += reports_no_longer_given()
        if wrong:
            raise CommandError("\n".join(wrong))
        number = Submission.objects.count()
        text = ngettext(
            "%(count)d sent report checked; its figures and files are as they were sent.",
            "%(count)d sent reports checked; their figures and files are as they were sent.",
            number,
        )
        self.stdout.write(text % {"count": number})
        if seal := last_seal():
            told = _(
                "Last seal: %(seal)s. Noted elsewhere, it proves later that nothing is missing."
            )
            self.stdout.write(told % {"seal": seal})
