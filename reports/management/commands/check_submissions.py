"""Compares what was told others with the hashes and the seals written down when it was told."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.models import Seal, Submission, SubmissionFile
from reports.repeating import figures_unlike
from reports.seals import broken_seals, last_seal


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
        wrong = [*_altered(), *broken_seals(), *_lost(options["seal"])]
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
        if seal := last_seal():
            told = _(
                "Last seal: %(seal)s. Noted elsewhere, it proves later that nothing is missing."
            )
            self.stdout.write(told % {"seal": seal})


def _lost(noted: str | None) -> Iterator[str]:
    if noted and not Seal.objects.filter(sha256=noted.strip().lower()).exists():
        yield _("No longer in the chain: the seal %(seal)s") % {"seal": noted}


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
