"""Compares every sent report and its files with the SHA-256 written down when it was sent."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.models import Submission, SubmissionFile
from reports.repeating import figures_unlike


class Command(BaseCommand):
    """Reads every stored byte of every sent report again."""

    help = "Check that every sent report and its files are as they were sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read whether the figures are to be produced again as well."""
        parser.add_argument(
            "--again",
            action="store_true",
            help="also produce the figures of every report again and compare them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many reports were checked, or fail with what is wrong."""
        wrong = list(_altered())
        if options["again"]:
            wrong += _no_longer_given()
        if wrong:
            raise CommandError("\n".join(wrong))
        number = Submission.objects.count()
        text = ngettext(
            "%(count)d sent report checked; its figures and files are as they were sent.",
            "%(count)d sent reports checked; their figures and files are as they were sent.",
            number,
        )
        self.stdout.write(text % {"count": number})


def _altered() -> Iterator[str]:
    for submission in Submission.objects.order_by("pk").iterator(chunk_size=20):
        if not submission.is_whole:
            yield _("Altered: the figures of report %(pk)d (%(title)s)") % {
                "pk": submission.pk,
                "title": submission.title,
            }
    for file in SubmissionFile.objects.order_by("pk").iterator(chunk_size=5):
        if not file.is_whole:
            told = {"name": file.name, "pk": file.submission_id}
            yield _("Altered: the file %(name)s of report %(pk)d") % told


def _no_longer_given() -> Iterator[str]:
    for submission in Submission.objects.order_by("pk").iterator(chunk_size=20):
        if submission.is_whole and figures_unlike(submission):
            yield _("No longer what the records give: the figures of report %(pk)d (%(title)s)") % {
                "pk": submission.pk,
                "title": submission.title,
            }
