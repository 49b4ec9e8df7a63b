"""manage.py restore: a backup into an empty installation, or the proof that it would come back."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from agencies import house_style
from reports.backups import BadBackup
from reports.restoring import FAILURES, Restored, check, restore


class Command(BaseCommand):
    """Restores everything or nothing."""

    help = "Restore FILE into an empty installation; with --check only prove that it would."
    # They ask the database, which may not be there yet; its absence is told below.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the file, and whether it is only to be tried."""
        parser.add_argument("file", metavar="FILE", type=Path, help="what `backup` has written")
        parser.add_argument(
            "--check",
            action="store_true",
            help="restore into a scratch database alone, and say whether all would come back",
        )
        parser.add_argument("--by", help="accepted by every command; a restore names nobody")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore or try it, and print what came back."""
        with translation.override(settings.LANGUAGE_CODE):
            try:
                restored = (check if options["check"] else restore)(options["file"])
            except BadBackup as bad:
                raise CommandError(str(bad)) from None
            except FAILURES as error:
                answer = str(error).split("\n", maxsplit=1)[0]
                raise CommandError(
                    _("Nothing was restored; the system answered: %(error)s") % {"error": answer}
                ) from None
            self._tell(restored, only_checked=options["check"])

    def _tell(self, restored: Restored, *, only_checked: bool) -> None:
        self.stdout.write(_("It would come back:") if only_checked else _("Restored:"))
        manifest = restored.manifest
        self.stdout.write(
            _(
                "tables: %(tables)d, rows: %(rows)d, documents: %(files)d, each as it was "
                "(taken at %(at)s by version %(version)s on %(kind)s)."
            )
            % {
                "rows": manifest.rows,
                "tables": len(manifest.tables),
                "files": len(manifest.files),
                "at": house_style.moment(datetime.fromisoformat(manifest.taken_at)),
                "version": manifest.version,
                "kind": manifest.database.get("kind", ""),
            }
        )
        if restored.was_older:
            self.stdout.write(_("It was of an older version; migrated to this one."))
        if restored.findings:
            text = _("All of it came back as it was, but it was not sound when it was taken:")
            raise CommandError("\n".join([text, *restored.findings]))
        self.stdout.write(_("Histories, sent reports, documents and figures are sound."))
