"""What stands in the head of every file: what was asked, and what its figures do not cover."""

from agencies.questions import Question
from agencies.successions import notices
from reports.workbook import as_of_line


def asked_lines(question: Question) -> tuple[str, ...]:
    """Return the as-of line and, below it, what reorganisations make a page of the day say."""
    as_of = question.as_of
    line = as_of_line(as_of.day, as_of.known_at, question.edition.code, question.compared_on)
    return (line, *notices(as_of.day, question.data_version.known or 0))
