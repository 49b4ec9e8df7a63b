"""The Word report of a question: gathers the rows and hands them to the writer."""

from collections.abc import Sequence
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from agencies.models.status import is_demonstration
from agencies.questions import Question
from reports import rollups, trends, word
from reports.asked import asked_lines
from reports.change_report import change_report
from reports.sections import gather_sections
from reports.trends import TrendPoint
from reports.word_template import shipped_or_own

YEARS = 5  # in the table of progress


class StillToCome(ValueError):
    """A report was asked for that nobody can sign yet; the message says so to its reader."""


def build_report(
    question: Question, template: bytes | None = None, *, deputy: bool = False
) -> bytes:
    """Return the report as a .docx file: same database, question and template, same bytes.

    Raises:
        StillToCome: the day lies in the future; nobody signs for it.
        BadTemplate: the template, by default the office's own or the shipped one, cannot be
            filled; the message is in the language that was active.
    """
    if question.as_of.is_still_to_come:
        raise StillToCome(_("The day asked about is still to come; nobody can vouch for it."))
    content = shipped_or_own() if template is None else template
    report = gather(question, deputy=deputy)
    return word.write_report(values_of(report), content, question.as_of.known_at)


def gather(question: Question, *, deputy: bool = False) -> word.Report:
    """Return the rows of the report."""
    as_of, edition = question.as_of, question.edition
    with translation.override("vi"):
        rows = rollups.standings(as_of, edition)
        return word.Report(
            as_of=as_of,
            compared=question.compared,
            asked=asked_lines(question),
            edition=edition.code,
            table=rollups.by_group(as_of, edition),
            standings=rows,
            left=rollups.who_is_left(rollups.parents_of(rows)),
            changes=change_report(question.compared, as_of, edition),
            points=progress_points(question),
            sections=gather_sections(question),
            demonstration=is_demonstration(question.data_version.known or 0),
            deputy=deputy,
        )


def values_of(report: word.Report) -> word.Values:
    """Return the value of every placeholder; the paper is Vietnamese whoever reads the page."""
    with translation.override("vi"):
        return word.values(report)


def progress_points(question: Question) -> Sequence[TrendPoint]:
    """Return the ends of the last years, the comparison day and the day asked, in order.

    Days before the first agency are left out, but for the day asked itself.
    """
    day = question.as_of.day
    ends = [date(day.year - back, 12, 31) for back in range(1, YEARS + 1)]
    days = sorted({*ends, day, *([question.compared_on] if question.compared_on < day else [])})
    tables = trends.on_days(days, question.as_of, question.edition)
    points = [TrendPoint(each, tables[each]) for each in days]
    return tuple(point for point in points if any(point.table.total) or point.day == day)
