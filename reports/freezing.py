"""Freezing a report: everything that goes out is made and kept while nobody else writes."""

import json
import platform
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies import house_style
from agencies.actions.entries import write_lock
from agencies.asof import AsOf
from agencies.models import Missing, User
from agencies.models.evidence import CONTENT_TYPES
from agencies.questions import Question, ask
from reports import actions, worklist
from reports.canonical import SCHEMA, canonical_figures, contradictions
from reports.models import Submission
from reports.models.submissions import sha256_of
from reports.reconcile import reconcile
from reports.summary import build_summary
from reports.word_report import StillToCome, build_report
from reports.word_template import BadTemplate, shipped_or_own

# What goes out beside the figures: the name, with {day} for the day asked about, and who makes it.
FILES: tuple[tuple[str, Callable[[Question], bytes]], ...] = (
    ("tong-hop-htqlcl-{day}.xlsx", partial(build_summary, is_sent=True)),
    ("bao-cao-htqlcl-{day}.docx", build_report),
)
FIGURES = "so-lieu-{day}.json"
JSON = "application/json"
# Bytes repeat under the same versions of these.
LIBRARIES = ("Django", "XlsxWriter", "python-docx", "docxtpl", "Jinja2", "lxml")


@dataclass(frozen=True)
class Obstacle:
    """Something that stands in the way of sending a report without a word.

    `kind` leads to the page where it is put right: "inside", "published", or what is missing.
    """

    kind: str
    text: str


def obstacles(question: Question, said: dict[str, Any]) -> tuple[Obstacle, ...]:
    """Return what stands in the way of sending a report on the question.

    - Its own figures contradict themselves (`reports.canonical.contradictions`).
    - A figure published about the same day differs from the roster, or from its own source, and
      nobody has attached an explanation to it yet (`reports.reconcile`).
    - Declarations in force that it counts lack their number, their date or their document.
    """
    inside = (Obstacle("inside", text) for text in contradictions(said))
    return (*inside, *_published(question.as_of), *_incomplete(question.as_of))


def _published(as_of: AsOf) -> Iterator[Obstacle]:
    """Yield the unexplained findings of sources about the very day."""
    for report in reconcile(as_of):
        if report.as_of.day != as_of.day:
            continue
        for finding in report.findings:
            if not finding.attached:
                told = {
                    "source": report.publication,
                    "printed": _written(finding.printed),
                    "computed": _written(finding.computed),
                }
                text = _(
                    "“%(source)s” printed %(printed)s against %(computed)s; "
                    "nobody explained it yet."
                )
                yield Obstacle("published", f"{text % told} {finding.explanation}")


def _written(number: int | str | None) -> str:
    return house_style.count(number) if isinstance(number, int) else number or house_style.DASH


def _incomplete(as_of: AsOf) -> Iterator[Obstacle]:
    sorted_rows = worklist.by_missing(worklist.incomplete_declarations(as_of))
    for missing, rows in sorted_rows.items():
        if rows:
            text = ngettext(
                "%(number)s declaration counted here lacks its %(what)s.",
                "%(number)s declarations counted here lack their %(what)s.",
                len(rows),
            )
            said = {"number": house_style.count(len(rows)), "what": Missing(missing).label}
            yield Obstacle(missing.value, text % said)


def produce_files(
    question: Question, makers: Iterable[tuple[str, Callable[[Question], bytes]]] | None = None
) -> dict[str, bytes]:
    """Return the files of a report on the question, made now, by their names.

    Raises:
        BadTemplate: the Word report's template cannot be filled.
        StillToCome: nobody signs a Word report for that day yet.
    """
    day = question.as_of.day
    chosen = FILES if makers is None else makers
    return {name.format(day=day): make(question) for name, make in chosen}


def make_again(question: Question) -> dict[str, bytes]:
    """Return what `produce_files` does, without a file that cannot be made any more."""
    try:
        return produce_files(question)
    except (BadTemplate, StillToCome):
        return produce_files(question, [entry for entry in FILES if entry[1] != build_report])


def figures_name(question: Question) -> str:
    """Return the name of the file of figures."""
    return FIGURES.format(day=question.as_of.day)


def file_names(question: Question) -> list[str]:
    """Return the names of the files that freezing keeps."""
    return [*(name.format(day=question.as_of.day) for name, _make in FILES), figures_name(question)]


def made_with() -> dict[str, str]:
    """Return the versions of the product and of what its files are made with."""
    found = {"kontum-qms": settings.VERSION, "Python": platform.python_version()}
    found |= {name: version(name) for name in LIBRARIES}
    return {**found, "zlib": zlib.ZLIB_RUNTIME_VERSION, "Mẫu báo cáo Word": _template()}


def _template() -> str:
    """Return the beginning of the hash of the Word report's template."""
    try:
        return sha256_of(shipped_or_own())[:16]
    except BadTemplate:
        return house_style.DASH


def content_type_of(name: str) -> str:
    """Return the media type of a file that is kept, by its ending."""
    return {**CONTENT_TYPES, "json": JSON}[PurePath(name).suffix[1:]]


def produce(question: Question) -> actions.Produced:
    """Return everything that a report on the question consists of, made now."""
    figures = canonical_figures(question)
    files = {**produce_files(question), figures_name(question): figures.encode()}
    return actions.Produced(
        as_of=question.as_of,
        edition=question.edition,
        compared_on=question.compared_on,
        entry=question.data_version.known or 0,
        schema=SCHEMA,
        figures=figures,
        files=[(name, content_type_of(name), content) for name, content in files.items()],
        obstacles=[one.text for one in obstacles(question, json.loads(figures))],
        made_with=made_with(),
        provinces=question.province_codes,
    )


def freeze_submission(
    *,
    question: Question,
    title: str,
    note: str = "",
    reason: str = "",
    by: User,
    seen: int | None = None,
) -> Submission:
    """Freeze a report on the question as it is answered now, and keep it as sent.

    Its `known_at` is the question's own moment, written out: for a question about now the
    moment at which it was asked. Nobody records anything while it is made, and whatever is
    recorded afterwards is later than that moment, so the same question has the same answer
    for good. `seen` is the last Entry known to the page on which somebody saw the figures.

    Raises:
        AlreadyFrozen, ValidationError: as `actions.keep_submission`; ValidationError too where
            something was recorded since the figures were seen, or where the Word report's
            template cannot be filled. Nothing is written.
    """
    with write_lock():
        again = settled(question)
        if seen is not None and seen != (again.data_version.known or 0):
            raise ValidationError(
                _(
                    "Something was recorded since this page was drawn. "
                    "Look at the figures below again, then freeze."
                )
            )
        try:
            produced = produce(again)
        except (BadTemplate, StillToCome) as error:
            raise ValidationError(str(error)) from error
        return actions.keep_submission(
            produced=produced, title=title, note=note, reason=reason, by=by
        )


def settled(question: Question) -> Question:
    """Return the same question with everything written out, asked anew."""
    return ask(
        day=question.as_of.day,
        known_at=question.as_of.known_at,
        edition=question.edition,
        compared_on=question.compared_on,
        said=question.parameters(),
        duty_only=question.as_of.duty_only,
        provinces=question.provinces,
        is_bound=question.is_bound,
    )


def question_of(submission: Submission) -> Question:
    """Return the question that a sent report answers, everything written out."""
    asked = ask(
        day=submission.as_of_day,
        known_at=submission.known_at,
        edition=submission.edition,
        compared_on=submission.compared_on,
        duty_only=submission.duty_only,
        provinces=submission.asked_provinces,
    )
    return settled(asked)
