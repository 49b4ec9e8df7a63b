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
from agencies.questions import PROVINCE, Question
from reports import figures, provinces, rollups
from reports.management.questions import add_question_arguments, question_of

Table = rollups.GroupTable | provinces.ProvinceTable


def rows_of(table: Table) -> list[dict[str, Any]]:
    """Return a table's rows under names that never change, the last of them for all."""
    if isinstance(table, provinces.ProvinceTable):
        return provinces.rows(table)
    return figures.rows(table)


class Command(BaseCommand):
    """Prints how many agencies of each group, or province, are in each category."""

    help = "Count the agencies of each group by category; with `--by province` of each province."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the question and the format."""
        add_question_arguments(parser)
        parser.add_argument("--format", choices=["table", "json", "csv"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the counts on standard output."""
        with translation.override(settings.LANGUAGE_CODE):
            question = question_of(options)
            find = provinces.by_province if options["by"] == PROVINCE else rollups.by_group
            table = find(question.as_of, question.edition)
            write = {"table": self._as_table, "json": self._as_json, "csv": self._as_csv}
            write[options["format"]](question, table)

    def _as_json(self, question: Question, table: Table) -> None:
        answer = figures.answer_of(question, rows_of(table))
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))

    def _as_csv(self, question: Question, table: Table) -> None:
        rows = rows_of(table)
        writer = csv.DictWriter(self.stdout, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

    def _as_table(self, question: Question, table: Table) -> None:
        self.stdout.write(
            _("Figures as of %(day)s, known at %(known_at)s, edition %(edition)s")
            % {
                "day": house_style.short_date(question.as_of.day),
                "known_at": house_style.moment(question.as_of.known_at),
                "edition": question.edition.code,
            }
        )
        if question.provinces:
            self.stdout.write(question.provinces_line)
        if question.as_of.duty_only:
            self.stdout.write(_("only agencies with a duty are counted"))
        if not Entry.objects.last_known_at(question.as_of.known_at):
            self.stdout.write(_("Nothing was on record yet"))
            return
        if is_demonstration(question.data_version.known or 0):
            self.stdout.write(demonstration_note())
        width = max([len(row.label) for row in table.rows] + [12])
        counted = f"{_('Converted')}/{_('Total').lower()}"
        by_province = isinstance(table, provinces.ProvinceTable)
        heading = _("Province") if by_province else _("Group")
        self.stdout.write(f"{heading:<{width}}  {counted}, %")
        last = _("All provinces") if by_province else _("All agencies")
        for label, counts in [
            *((row.label, row.counts) for row in table.rows),
            (last, table.total),
        ]:
            left = ", ".join(
                f"{category.label} {house_style.count(counts.of(category))}"
                for category in [*Category.left(), Category.EXEMPT]
                if counts.of(category)
            )
            percent = house_style.percent(counts.converted, counts.total)
            self.stdout.write(f"{label:<{width}}  {counts.fraction:>8}  {percent:>8}  {left}")
