"""manage.py copy_database: all records into another database, as from SQLite to PostgreSQL."""

from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from reports.backing_up import take_backup
from reports.backups import BadBackup
from reports.copying import at_the_other, compare, is_database


class Command(BaseCommand):
    """Copies everything or nothing, then compares counts and hashes of every table."""

    help = "Copy every record of this installation into the empty database URL, and prove it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read where to copy; the comparison is what the command asks of itself over there."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("url", nargs="?", metavar="URL", help="as in DATABASE_URL")
        which.add_argument(
            "--compare", type=Path, metavar="FILE", help="compare this database with a backup"
        )
        parser.add_argument("--by", help="accepted by every command; a copy names nobody")

    def handle(self, *args: Any, **options: Any) -> None:
        """Copy, or compare."""
        with translation.override(settings.LANGUAGE_CODE):
            try:
                if options["compare"]:
                    self._compare(options["compare"])
                else:
                    self._copy(options["url"])
            except BadBackup as bad:
                raise CommandError(str(bad)) from None
            except (OSError, DatabaseError) as error:
                answer = str(error).split("\n", maxsplit=1)[0]
                raise CommandError(
                    _("Nothing was copied; the system answered: %(error)s") % {"error": answer}
                ) from None

    def _copy(self, url: str) -> None:
        if not is_database(url):
            raise CommandError(
                _("This names no database, as postgres://user:password@host/name does.")
            )
        with TemporaryDirectory(prefix="kontum-qms-") as folder:
            taken = take_backup(Path(folder))
            for step in (("restore", str(taken.path)), self._comparing(taken.path)):
                done = at_the_other(url, *step)
                self.stdout.write(done.stdout, ending="")
                if done.returncode:
                    raise CommandError(done.stderr.removeprefix("CommandError: ").strip())
        self.stdout.write(_("Copied. Set DATABASE_URL to the new database, then restart."))

    def _comparing(self, path: Path) -> tuple[str, ...]:
        return ("copy_database", "--compare", str(path))

    def _compare(self, path: Path) -> None:
        different = []
        for one in compare(path):
            mark = "=" if one.is_same else "≠"
            self.stdout.write(f"{one.table:45} {one.rows_here:>9} {mark} {one.digest_here[:16]}")
            if not one.is_same:
                different.append(one.table)
        if different:
            raise CommandError(
                _("These tables are not the same: %(tables)s") % {"tables": ", ".join(different)}
            )
