"""manage.py reconcile: published figures beside what the roster gives, as text or JSON."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from agencies import house_style
from agencies.models.status import demonstration_note, is_demonstration
from agencies.questions import Question
from reports.management.questions import add_question_arguments, question_of
from reports.models import PublishedFigure
from reports.reconcile import Finding, SourceReport, reconcile


class Command(BaseCommand):
    """Prints what differs; a finding is an answer, so the exit status stays 0."""

    help = "Compare the published figures with the roster and among themselves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read up to which day sources are looked at, with which knowledge, and the format."""
        add_question_arguments(parser, edition=False)
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print findings and notes on standard output."""
        with translation.override(settings.LANGUAGE_CODE):
            question = question_of(options)
            reports, head = reconcile(question.as_of), head_of(question)
            if options["format"] == "json":
                self.stdout.write(json.dumps(as_json(reports, head), ensure_ascii=False, indent=2))
            else:
                self.stdout.writelines(f"{line}\n" for line in [*head, *as_text(reports)])


def head_of(question: Question) -> list[str]:
    """Return what was asked, and the mark of demonstration data."""
    asked = _("Figures published by %(day)s, as known at %(known_at)s (Vietnam time)") % {
        "day": house_style.short_date(question.as_of.day),
        "known_at": house_style.moment(question.as_of.known_at),
    }
    shown = is_demonstration(question.data_version.known or 0)
    return [asked, *([demonstration_note()] if shown else [])]


def as_json(reports: Sequence[SourceReport], head: Sequence[str] = ()) -> dict[str, Any]:
    """Return findings and notes; an empty group means all agencies.

    Programs rely on these two keys: what heads the answer are notes about no source.
    """
    return {
        "findings": [
            {
                "source": report.publication.source,
                "group": finding.figure.group,
                "measure": finding.measure.value,
                "printed": finding.printed,
                "computed": finding.computed,
                "explanation": explanation(finding),
            }
            for report in reports
            for finding in report.findings
        ],
        "notes": [
            *({"source": "", "group": "", "measure": "", "text": text} for text in head),
            *(
                {
                    "source": report.publication.source,
                    "group": note.figure.group if note.figure else "",
                    "measure": note.figure.measure if note.figure else "",
                    "text": note.text,
                }
                for report in reports
                for note in report.notes
            ),
        ],
    }


def explanation(finding: Finding) -> str:
    """Return what explains a finding, with what an officer attached."""
    if not finding.attached:
        return finding.explanation
    said = _("Explanation of the office: %s") % finding.attached
    return f"{finding.explanation} {said}"


def as_text(reports: Sequence[SourceReport]) -> Iterator[str]:
    """Yield the lines of a plain report."""
    if not reports:
        yield _("No published figure is on record.")
    for report in reports:
        yield report.publication.source
        yield "  " + _(
            "Published on %(published)s; compared with the roster of %(day)s, %(edition)s."
        ) % {
            "published": house_style.short_date(report.publication.published_on),
            "day": house_style.short_date(report.as_of.day),
            "edition": report.edition.code,
        }
        for finding in report.findings:
            said = {"printed": finding.printed, "computed": finding.computed}
            differs = _("printed %(printed)s, computed %(computed)s") % said
            yield f"  ! {named(finding.figure)}: {differs}. {explanation(finding)}"
        if not report.findings and not report.withdrawn:
            yield "  " + _("Nothing differs.")
        yield from (f"  - {note.text}" for note in report.notes)


def named(figure: PublishedFigure) -> str:
    """Return the group and the measure of a figure."""
    return f"{figure.group or _('All agencies')}, {figure.get_measure_display()}"
