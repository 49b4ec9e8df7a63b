"""Reads a workbook of the exchange format into the database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.actions import ImportResult, import_file
from agencies.exchange import BadWorkbook
from agencies.management.accounts import account

PRINTED_PROBLEMS = 200


class Command(BaseCommand):
    """Imports an .xlsx file and prints what it brought."""

    help = "Import groups, agencies and statuses from a workbook: all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, a rehearsal, and the account to act under."""
        parser.add_argument("file", metavar="FILE", help="path of the .xlsx file")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be written")
        parser.add_argument(
            "--by", metavar="USERNAME", help="the account to act under instead of the system's"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file and print what was written."""
        by = account(options["by"])
        try:
            result = import_file(file=options["file"], by=by, dry_run=options["dry_run"])
        except BadWorkbook as bad:
            raise CommandError(_problems_in_words(bad)) from bad
        except DatabaseError as error:
            said = {"error": str(error).split("\n", maxsplit=1)[0]}
            raise CommandError(
                _("Nothing was imported; the database answered: %(error)s") % said
            ) from error
        for line in _result_in_words(result, dry_run=options["dry_run"]):
            self.stdout.write(line)


def _problems_in_words(bad: BadWorkbook) -> str:
    count = len(bad.problems)
    lines = [
        ngettext(
            "Nothing was imported; %(count)d problem was found.",
            "Nothing was imported; %(count)d problems were found.",
            count,
        )
        % {"count": count},
        *map(str, bad.problems[:PRINTED_PROBLEMS]),
    ]
    if count > PRINTED_PROBLEMS:
        lines.append(_("… and %(count)d more.") % {"count": count - PRINTED_PROBLEMS})
    return "\n".join(lines)


def _result_in_words(result: ImportResult, *, dry_run: bool) -> list[str]:
    if not result.changes_anything:
        heading = _("Nothing in the file is new; nothing was written.")
    elif dry_run:
        heading = _("Rehearsal; nothing was written. The import would bring:")
    else:
        heading = _("Imported:")
    counts = [
        (_("groups added"), result.groups_added),
        (_("groups changed"), result.groups_changed),
        (_("agencies added"), result.agencies_added),
        (_("roster rows changed"), result.roster_changed),
        (_("statuses added"), result.statuses_added),
        (_("statuses corrected"), result.statuses_corrected),
        (_("rows unchanged"), result.unchanged),
    ]
    notices = [_("Note: %(notice)s") % {"notice": notice} for notice in result.notices]
    return [heading, *(f"  {label}: {count}" for label, count in counts), *notices]
