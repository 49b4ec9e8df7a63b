"""The change report as a file: the rows of its page, in the reader's language."""

from dataclasses import replace

from django.utils.translation import gettext as _

from agencies import house_style
from agencies.asof import AsOf
from agencies.models.status import is_demonstration
from agencies.questions import Question
from reports import workbook
from reports.asked import asked_lines
from reports.change_report import ChangeReport


def build_changes(then: Question, question: Question, report: ChangeReport) -> bytes:
    """Return the report on two questions as an .xlsx file."""
    return workbook.write_changes(
        workbook.Changed(
            report=report,
            then=_said(then.as_of),
            known=_said(AsOf(then.as_of.day, question.as_of.known_at)),
            now=_said(question.as_of),
            asked=asked_lines(replace(question, compared_on=then.as_of.day)),
            known_at=question.as_of.known_at,
            demonstration=is_demonstration(question.data_version.known or 0),
        )
    )


def _said(as_of: AsOf) -> str:
    return _("%(day)s, as known at %(moment)s") % {
        "day": house_style.short_date(as_of.day),
        "moment": house_style.moment(as_of.known_at),
    }
