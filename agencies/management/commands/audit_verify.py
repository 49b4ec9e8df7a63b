"""Reads the record of acts again and says what was altered or removed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.audit import broken_lines, last_line, lost_line
from agencies.audited_rows import rows_behind_the_record
from agencies.models import AuditLine


class Command(BaseCommand):
    """Checks every line with the one before it, and what acts of recording wrote."""

    help = "Check that no line of the record of acts, and nothing recorded, was altered or removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read which line was noted."""
        parser.add_argument(
            "--line", help="a line noted outside the database that must still be in the chain"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many lines were checked and the last one, or fail with what is wrong."""
        wrong = [*broken_lines(), *rows_behind_the_record(), *lost_line(options["line"])]
        if wrong:
            raise CommandError("\n".join(wrong))
        number = AuditLine.objects.count()
        text = ngettext(
            "%(count)d line of the record of acts checked; none was altered or removed.",
            "%(count)d lines of the record of acts checked; none was altered or removed.",
            number,
        )
        self.stdout.write(text % {"count": number})
        if line := last_line():
            said = _("Last line: %(line)s. Noted elsewhere, it proves later that none is missing.")
            self.stdout.write(said % {"line": line})
