"""The question of a command line: the same words and the same reading as an address."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from agencies.questions import DUTY, BadQuestion, Question, read_question


def add_question_arguments(parser: ArgumentParser, *, edition: bool = True) -> None:
    """Add --as-of, --known-at, --province, --by; where figures are asked for --edition, --duty."""
    parser.add_argument("--as-of", metavar="D", help="the day, 2021-11-15 or 15/11/2021")
    parser.add_argument("--known-at", metavar="T", help="the moment of knowledge, ISO 8601")
    if edition:
        parser.add_argument(
            "--edition", metavar="CODE", help="the edition asked about, code or year"
        )
        parser.add_argument(
            "--duty",
            dest="only",
            action="store_const",
            const=DUTY,
            help="count only agencies with a duty: mandatory or by the province's order",
        )
    parser.add_argument(
        "--province",
        metavar="CODE",
        action="append",
        help="only agencies of this province on the day; may be given several times",
    )
    parser.add_argument(
        "--by", metavar="USERNAME", help="accepted by every command; reading needs none"
    )


def question_of(options: dict[str, Any]) -> Question:
    """Return the question of a command's options.

    Raises:
        CommandError: a value cannot be read; the message says which and what is allowed.
    """
    names = ("as_of", "known_at", "edition", "only", "province")
    try:
        return read_question({name: options[name] for name in names if options.get(name)})
    except BadQuestion as bad:
        lines = [
            f"--{name.replace('_', '-')}: {error}"
            for name, errors in bad.form.errors.items()
            for error in errors
        ]
        raise CommandError("\n".join(lines), returncode=2) from None
