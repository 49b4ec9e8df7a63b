"""Compares every sent report and its files with the SHA-256 written down when it was sent."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports.models import Submission, SubmissionFile


class Command(BaseCommand):
    """Reads every stored byte of every sent report again."""

    help = "Check that every sent report and its files are as they were sent."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many reports were checked, or fail with what is wrong."""
        if wrong := list(_altered()):
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
