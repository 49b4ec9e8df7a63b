"""The Excel summary of a question: gathers the rows and hands them to the writer."""

from collections.abc import Sequence
from itertools import dropwhile

from django.urls import reverse
from django.utils import translation

from agencies.models.status import is_demonstration
from agencies.questions import Question
from reports import rollups, trends, workbook
from reports.asked import asked_lines
from reports.change_report import change_report
from reports.provinces import shown_by_province
from reports.reconcile import reconcile
from reports.sections import gather_sections
from reports.trends import TrendPoint


def build_summary(question: Question, *, is_sent: bool = False) -> bytes:
    """Return the summary as an .xlsx file: same database, same question, same bytes.

    The one that `is_sent` says so instead of being a copy that was never issued.
    """
    as_of, edition = question.as_of, question.edition
    with translation.override("vi"):
        rows = rollups.standings(as_of, edition)
        return workbook.write_summary(
            workbook.Summary(
                as_of=as_of,
                compared_on=question.compared_on,
                asked=asked_lines(question),
                edition=edition.code,
                address=f"{reverse('reports:dashboard')}?{question.permalink}",
                table=rollups.by_group(as_of, edition),
                standings=rows,
                left=rollups.who_is_left(rollups.parents_of(rows)),
                points=progress_points(question),
                changes=change_report(question.compared, as_of, edition),
                sections=gather_sections(question),
                sources=reconcile(as_of),
                exchange=rollups.exchange_rows(as_of),
                demonstration=is_demonstration(question.data_version.known or 0),
                is_sent=is_sent,
                provinces=shown_by_province(question),
                has_provinces=question.data_version.provinces > 0,
            )
        )


def progress_points(question: Question) -> Sequence[TrendPoint]:
    """Return the trend at the quarters' ends and on the day, with the comparison day among them.

    It begins with the first quarter that has an agency on record.
    """
    as_of, compared_on = question.as_of, question.compared_on
    days = trends.quarter_ends(as_of.day)
    tables = trends.on_days([*days, compared_on], as_of, question.edition)
    points = [TrendPoint(day, tables[day]) for day in days]
    begun = list(dropwhile(_is_empty, points)) or [points[-1]]
    if compared_on not in {point.day for point in begun}:
        begun.append(TrendPoint(compared_on, tables[compared_on]))
    return sorted(begun, key=lambda point: point.day)


def _is_empty(point: TrendPoint) -> bool:
    return not (point.table.total.total or point.table.total.exempt)
