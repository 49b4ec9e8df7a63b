"""manage.py rollup: the counts by group, as a table, JSON or CSV."""

import csv
import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from agencies import house_style
from agencies.models import Category, Entry
from agencies.models.status import demonstration_note, is_demonstration
from agencies.questions import Question
from reports import figures, rollups
from reports.management.questions import add_question_arguments, question_of


class Command(BaseCommand):
    """Prints how many agencies of each group are in each category."""

    help = "Count the agencies of each group by category."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the question and the format."""
        add_question_arguments(parser)
        parser.add_argument("--format", choices=["table", "json", "csv"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the counts on standard output."""
        with translation.override(settings.LANGUAGE_CODE):
            question = question_of(options)
            table = rollups.by_group(question.as_of, question.edition)
            write = {"table": self._as_table, "json": self._as_json, "csv": self._as_csv}
            write[options["format"]](question, table)

    def _as_json(self, question: Question, table: rollups.GroupTable) -> None:
        answer = figures.answer(question, table)
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))

    def _as_csv(self, question: Question, table: rollups.GroupTable) -> None:
        rows = figures.rows(table)
        writer = csv.DictWriter(self.stdout, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

    def _as_table(self, question: Question, table: rollups.GroupTable) -> None:
        self.stdout.write(
            _("Figures as of %(day)s, known at %(known_at)s, edition %(edition)s")
            % {
                "day": house_style.short_date(question.as_of.day),
                "known_at": house_style.moment(question.as_of.known_at),
                "edition": question.edition.code,
            }
        )
        if question.as_of.duty_only:
            self.stdout.write(_("only agencies with a duty are counted"))
        if not Entry.objects.last_known_at(question.as_of.known_at):
            self.stdout.write(_("Nothing was on record yet"))
            return
        if is_demonstration(question.data_version.known or 0):
            self.stdout.write(demonstration_note())
        width = max([len(row.label) for row in table.rows] + [12])
        counted = f"{_('Converted')}/{_('Total').lower()}"
        self.stdout.write(f"{_('Group'):<{width}}  {counted}, %")
        for label, counts in [(row.label, row.counts) for row in table.rows] + [
            (_("All agencies"), table.total)
        ]:
            left = ", ".join(
                f"{category.label} {house_style.count(counts.of(category))}"
                for category in [*Category.left(), Category.EXEMPT]
                if counts.of(category)
            )
            percent = house_style.percent(counts.converted, counts.total)
            self.stdout.write(f"{label:<{width}}  {counts.fraction:>8}  {percent:>8}  {left}")
