"""What stands in the head of every file: what was asked, and what its figures do not cover."""

from agencies.questions import Question
from agencies.successions import notices


def asked_lines(question: Question) -> tuple[str, ...]:
    """Return the as-of line and, below it, what reorganisations make a page of the day say."""
    return (question.line, *notices(question.as_of.day, question.data_version.known or 0))
