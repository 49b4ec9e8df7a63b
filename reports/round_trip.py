"""The workbook that an office fills and brings back: its rows gathered and written."""

from collections.abc import Collection

from django.utils import translation

from agencies.exchange.stamp import Stamp
from agencies.models import Edition, Entry, Province
from agencies.models.status import is_demonstration
from agencies.questions import Question
from reports import exchange_workbook, rollups
from reports.asked import asked_lines


def province_codes(question: Question) -> list[str]:
    """Return the codes that a row may name, none where no province is on record."""
    if not question.data_version.provinces:
        return []
    return list(question.province_codes or Province.objects.values_list("code", flat=True))


def build_exchange(
    question: Question, *, only: Collection[str] | None = None, empty: bool = False
) -> bytes:
    """Return the workbook of a question: of all agencies, of those with the codes, or of none.

    The groups are in it always, as the agencies' rows choose from them.
    """
    as_of = question.as_of
    groups, agencies, statuses = rollups.exchange_rows(as_of)
    if empty:
        agencies, statuses = (), ()
    elif only is not None:
        codes = frozenset(only)
        agencies = tuple(line for line in agencies if line.code in codes)
        statuses = tuple(line for line in statuses if line.code in codes)
    with translation.override("vi"):
        return exchange_workbook.write_exchange(
            exchange_workbook.ExchangeBook(
                about=asked_lines(question),
                rows=(groups, agencies, statuses),
                editions=[edition.code for edition in Edition.objects.order_by("-year")],
                stamp=Stamp(as_of.day, Entry.objects.last_known_at(as_of.known_at)),
                provinces=province_codes(question),
                demonstration=is_demonstration(question.data_version.known or 0),
            )
        )
