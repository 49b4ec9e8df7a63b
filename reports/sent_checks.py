"""Whether what was told others is still what was told, and what the records give."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from agencies.audit import is_mark_of
from reports.models import Seal, Submission, SubmissionFile
from reports.repeating import figures_unlike
from reports.seals import broken_seals


def altered_reports() -> Iterator[str]:
    """Yield what no longer has the SHA-256 or the seal that it got when it was told."""
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
    yield from broken_seals()


def lost_seal(noted: str | None) -> Iterator[str]:
    """Yield a seal that was noted outside the database and is no longer in the chain."""
    if noted and not is_mark_of(noted, Seal.objects.all()):
        yield _("No longer in the chain: the seal %(seal)s") % {"seal": noted}


def reports_no_longer_given() -> Iterator[str]:
    """Yield the sent reports whose figures the records give otherwise today."""
    for submission in Submission.objects.order_by("pk").iterator(chunk_size=20):
        if submission.is_whole and figures_unlike(submission):
            yield _("No longer what the records give: the figures of report %(pk)d (%(title)s)") % {
                "pk": submission.pk,
                "title": submission.title,
            }
