"""manage.py apply_reorganisation: a decree from a file, with the figures before and after."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import gettext as _

from agencies.actions import AlreadyApplied, apply_reorganisation
from agencies.exchange import BadWorkbook
from agencies.exchange.reorganisation import PlanFile, read_plan_file
from agencies.house_style import count, short_date
from agencies.management.accounts import account
from agencies.models import ReorganisationPlan, User, edition_asked_about
from agencies.models.status import demonstration_note, is_demonstration
from reports.consequences import Consequence, consequences


class Command(BaseCommand):
    """Applies the reorganisation of a file and prints what it does to the figures."""

    help = "Apply a reorganisation from a .csv or .xlsx file: all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, a rehearsal, and the account to act under."""
        parser.add_argument("file", metavar="FILE", help="path of the .csv or .xlsx file")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be written")
        parser.add_argument(
            "--by", metavar="USERNAME", help="the account to act under instead of the system's"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rehearse the reorganisation, print its figures, and apply it."""
        with translation.override(settings.LANGUAGE_CODE):
            by = account(options["by"])
            try:
                told = read_plan_file(options["file"])
                lines = list(self._apply(told, by, dry_run=options["dry_run"]))
            except AlreadyApplied as applied:
                lines = [*applied.messages, _("Nothing was written.")]
            except BadWorkbook as bad:
                raise CommandError(_refusal(map(str, bad.problems))) from bad
            except ValidationError as error:
                raise CommandError(_refusal(error.messages)) from error
            except DatabaseError as error:
                raise CommandError(_refusal([str(error).split("\n", maxsplit=1)[0]])) from error
            for line in lines:
                self.stdout.write(line)

    def _apply(self, told: PlanFile, by: User, *, dry_run: bool) -> Iterator[str]:
        plan = told.plan
        apply = partial(apply_reorganisation, plan=plan, by=by)
        day = plan.takes_effect_on
        days = [day - timedelta(days=1), day]
        figures = consequences(apply, days, edition_asked_about(day))
        if not dry_run:
            apply()
        heading = (
            _("Rehearsal; nothing was written. %(decree)s, %(day)s, would bring:")
            if dry_run
            else _("Applied: %(decree)s, %(day)s.")
        )
        yield heading % {"decree": plan.decree_number, "day": short_date(day)}
        yield from _bodies(plan)
        for consequence in figures:
            yield from _figures(consequence)
        if is_demonstration():
            yield demonstration_note()
        for notice in told.notices:
            yield _("Note: %(notice)s") % {"notice": notice}


def _refusal(reasons: Any) -> str:
    return "\n".join([_("Nothing was written:"), *(f"  {reason}" for reason in reasons)])


def _bodies(plan: ReorganisationPlan) -> Iterator[str]:
    """Yield how many bodies end, go on and begin."""
    goes_on = sum(successor.continues for successor in plan.successors)
    for label, number in (
        (_("agencies that end"), len(plan.ends)),
        (_("agencies that go on"), goes_on),
        (_("agencies that begin"), len(plan.successors) - goes_on),
    ):
        yield f"  {label}: {count(number)}"


def _figures(consequence: Consequence) -> Iterator[str]:
    """Yield the figures of one day before and after, group by group where they differ."""
    said = {"day": short_date(consequence.day), "edition": consequence.edition}
    if not consequence.rows:
        yield _("Figures as of %(day)s, edition %(edition)s: unchanged.") % said
        return
    yield _("Figures as of %(day)s, edition %(edition)s, before and after:") % said
    for row in (*consequence.rows, consequence.total):
        label = row.label or _("All agencies")
        yield f"  {label}: {row.then.fraction} → {row.now.fraction}"
