"""Compares the documents that are kept with what is on record of them."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.actions.evidence import kept_files, remove_strays, sha256_of
from agencies.models import Evidence


class Command(BaseCommand):
    """Reads every file again and compares its SHA-256 with its row."""

    help = "Check that every document's file is there and unaltered, and that no other is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read whether files of no document are removed."""
        parser.add_argument(
            "--remove-strays",
            action="store_true",
            help="first remove files a day old or older that are on record nowhere, as an "
            "upload leaves one that was cut off",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the number of documents that were checked, or fail with what is wrong."""
        if options["remove_strays"]:
            for name in remove_strays():
                self.stdout.write(_("Removed, being on record nowhere: %(file)s") % {"file": name})
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
    for name in kept_files():
        if name not in named:
            yield _("On record nowhere: %(file)s") % {"file": name}
