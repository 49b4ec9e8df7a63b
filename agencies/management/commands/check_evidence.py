"""Compares the documents that are kept with what is on record of them."""

from collections.abc import Iterator
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.actions.evidence import sha256_of
from agencies.models import Evidence
from agencies.models.evidence import FOLDER


class Command(BaseCommand):
    """Reads every file again and compares its SHA-256 with its row."""

    help = "Check that every document's file is there and unaltered, and that no other is."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the number of documents that were checked, or fail with what is wrong."""
        documents = list(Evidence.objects.order_by("pk"))
        wrong = [*_wrong_files(documents), *_unnamed_files(documents)]
        if wrong:
            raise CommandError("\n".join(wrong))
        self.stdout.write(
            ngettext(
                "%(count)d document checked; its file is as it was kept.",
                "%(count)d documents checked; their files are as they were kept.",
                len(documents),
            )
            % {"count": len(documents)}
        )


def _wrong_files(documents: list[Evidence]) -> Iterator[str]:
    for document in documents:
        told = {"name": document.name, "file": document.file.name}
        try:
            with document.file.open("rb") as file:
                found = sha256_of(file)
        except OSError:
            yield _("Missing: %(file)s (%(name)s)") % told
            continue
        if found != document.sha256:
            yield _("Altered: %(file)s (%(name)s)") % told


def _unnamed_files(documents: list[Evidence]) -> Iterator[str]:
    named = {document.file.name for document in documents}
    if not default_storage.exists(FOLDER):
        return
    for name in sorted(default_storage.listdir(FOLDER)[1]):
        if f"{FOLDER}/{name}" not in named:
            yield _("On record nowhere: %(file)s") % {"file": f"{FOLDER}/{name}"}
