"""manage.py export_workbook: the Excel summary of a question, into a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.actions import note_export
from agencies.models import User
from reports.management.questions import add_question_arguments, question_of
from reports.summary import build_summary


class Command(BaseCommand):
    """Writes the summary that the Department receives."""

    help = "Write the Excel summary to FILE; the sheets at its end import back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the file and the question."""
        parser.add_argument("file", metavar="FILE", type=Path, help="the .xlsx file to write")
        add_question_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, all or nothing."""
        with translation.override(settings.LANGUAGE_CODE):
            path: Path = options["file"]
            content = build_summary(question_of(options))
            try:
                path.write_bytes(content)
            except (OSError, ValueError):  # the latter for a name that no system takes
                told = _("The file “%(path)s” cannot be written: no such folder, or not yours.")
                raise CommandError(told % {"path": path}) from None
            note_export(by=User.objects.system(), name=path.name)
            self.stdout.write(_("Written: %(path)s") % {"path": path})
