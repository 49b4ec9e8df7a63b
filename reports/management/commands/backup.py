"""manage.py backup: everything that the office holds, in one file."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.actions import note_act
from agencies.models import Deed
from reports.backing_up import Taken, take_backup
from reports.backups import BadBackup


def at_least_one(text: str) -> int:
    """Return how many backups stay; the one just taken is among them."""
    number = int(text)
    if number < 1:
        raise ArgumentTypeError("at least 1")
    return number


class Command(BaseCommand):
    """Takes a backup while the office goes on working."""

    help = "Write one file with every row and every document to DIR, and prove that it is whole."
    # They ask the database, whose absence is told below.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the folder and how many backups stay in it."""
        parser.add_argument("folder", metavar="DIR", type=Path, help="the folder to write it to")
        parser.add_argument(
            "--keep", type=at_least_one, metavar="N", help="let only the newest N stay in DIR"
        )
        parser.add_argument("--by", help="accepted by every command; a backup names nobody")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it and print what is in it; a document that is missing or altered is a failure."""
        with translation.override(settings.LANGUAGE_CODE):
            try:
                taken = take_backup(options["folder"], keep=options["keep"])
            except BadBackup as bad:
                raise CommandError(str(bad)) from None
            except (OSError, DatabaseError) as error:
                raise CommandError(_not_taken(options["folder"], error)) from None
            self._note(taken)
            self._tell(taken)

    def _note(self, taken: Taken) -> None:
        """Put it on record; a database that takes nothing just now keeps no backup back."""
        try:
            note_act(Deed.BACKED_UP, by=None, words=taken.path.name)
        except DatabaseError as error:
            said = _("The backup is not on the record of acts: %(error)s")
            self.stderr.write(said % {"error": str(error).split("\n", maxsplit=1)[0]})

    def _tell(self, taken: Taken) -> None:
        manifest = taken.manifest
        told = {
            "path": taken.path,
            "size": filesizeformat(taken.path.stat().st_size),
            "rows": manifest.rows,
            "tables": len(manifest.tables),
            "files": len(manifest.files),
        }
        self.stdout.write(
            _(
                "Written and read back: %(path)s (%(size)s; tables: %(tables)d, rows: %(rows)d, "
                "documents: %(files)d)"
            )
            % told
        )
        for path in taken.removed:
            self.stdout.write(_("Removed, being older: %(path)s") % {"path": path})
        if not taken.is_whole:
            raise CommandError("\n".join(_wanting(taken)))


def _wanting(taken: Taken) -> list[str]:
    missing, altered = taken.manifest.missing, taken.manifest.altered
    count = len(missing) + len(altered)
    text = ngettext(
        "The backup was written, but %(count)d file is not as the records say; no older backup "
        "was removed.",
        "The backup was written, but %(count)d files are not as the records say; no older backup "
        "was removed.",
        count,
    )
    return [
        text % {"count": count},
        *(_("Missing: %(file)s") % {"file": name} for name in missing),
        *(_("Altered: %(file)s") % {"file": name} for name in altered),
    ]


def _not_taken(folder: Path, error: Exception) -> str:
    answer = str(error).split("\n", maxsplit=1)[0]
    told = {"folder": folder, "error": answer}
    return _("No backup was taken to %(folder)s: %(error)s") % told
