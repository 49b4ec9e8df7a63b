"""The Excel summary of a question: gathers the rows and hands them to the writer."""

from django.utils import translation

from agencies.models.status import is_demonstration
from agencies.questions import Question
from reports import rollups, workbook


def build_summary(question: Question) -> bytes:
    """Return the summary as an .xlsx file: same database, same question, same bytes."""
    as_of, edition = question.as_of, question.edition
    with translation.override("vi"):
        rows = rollups.standings(as_of, edition)
        return workbook.write_summary(
            workbook.Summary(
                as_of_line=workbook.as_of_line(
                    as_of.day, as_of.known_at, edition.code, question.compared_on
                ),
                edition=edition.code,
                known_at=as_of.known_at,
                table=rollups.by_group(as_of, edition),
                standings=rows,
                left=rollups.who_is_left(rollups.parents_of(rows)),
                exchange=rollups.exchange_rows(as_of),
                demonstration=is_demonstration(),
            )
        )
