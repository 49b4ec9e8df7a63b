"""manage.py report_word: the Word report of a question, into a file."""

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
from reports.word_report import StillToCome, build_report
from reports.word_template import BadTemplate, read_template


class Command(BaseCommand):
    """Writes the report that is signed and sent."""

    help = "Write the Word report to FILE, from the office's template or another one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the file, the question, the template and who signs."""
        parser.add_argument("file", metavar="FILE", type=Path, help="the .docx file to write")
        parser.add_argument(
            "--template", metavar="T", type=Path, help="a .docx with placeholders, for this time"
        )
        parser.add_argument("--deputy", action="store_true", help="a deputy signs for the head")
        add_question_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, all or nothing."""
        with translation.override(settings.LANGUAGE_CODE):
            path: Path = options["file"]
            try:
                template = read_template(options["template"]) if options["template"] else None
                content = build_report(question_of(options), template, deputy=options["deputy"])
            except (BadTemplate, StillToCome) as bad:
                raise CommandError(str(bad)) from None
            try:
                path.write_bytes(content)
            except (OSError, ValueError):  # the latter for a name that no system takes
                told = _("The file “%(path)s” cannot be written: no such folder, or not yours.")
                raise CommandError(told % {"path": path}) from None
            note_export(by=User.objects.system(), name=path.name)
            self.stdout.write(_("Written: %(path)s") % {"path": path})
