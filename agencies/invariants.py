"""The rules that the two histories keep at every act of recording, past ones included.

Actions keep them one act at a time; this reads everything again, for whoever doubts the database:
after a restore, after a crash, after somebody wrote past the actions.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from agencies.house_style import short_date
from agencies.models import Agency, DatedRecord, Entry, RosterRecord, StatusRecord

FAR = date.max  # stands for "still holds"


@dataclass(frozen=True)
class Span:
    """One row of a history: which days it covers, and between which acts it was believed."""

    agency: int
    start: date
    end: date
    recorded: int
    superseded: int | None

    def believed_after(self, entry: int) -> bool:
        """Say whether the row was believed right after an act of recording."""
        return self.recorded <= entry and (self.superseded is None or self.superseded > entry)


def broken_rules() -> Iterator[str]:
    """Yield what is wrong with the histories, in words; nothing where every rule holds.

    - Acts of recording follow each other in time.
    - Roster records of one agency do not overlap, and its status records cover exactly the days
      on which it exists, none twice.
    - A GSO code belongs to one agency on a day.
    """
    yield from _acts_out_of_order()
    roster, status = _spans(RosterRecord), _spans(StatusRecord)
    codes = dict(Agency.objects.values_list("pk", "code"))
    for agency in sorted(roster.keys() | status.keys()):
        rows = [roster.get(agency, []), status.get(agency, [])]
        for entry in _acts(rows[0] + rows[1]):
            if wrong := _wrong(*(_believed(spans, entry) for spans in rows)):
                yield _("%(agency)s, after the act of recording %(entry)d: %(wrong)s") % {
                    "agency": codes[agency],
                    "entry": entry,
                    "wrong": wrong,
                }
                break
    yield from _codes_of_two(codes)


def _acts_out_of_order() -> Iterator[str]:
    moments = Entry.objects.order_by("pk").values_list("pk", "at")
    for (_earlier, before), (entry, after) in pairwise(moments):
        if after <= before:
            yield _("The act of recording %(entry)d is not later than the one before it.") % {
                "entry": entry
            }


def _spans(model: type[DatedRecord]) -> dict[int, list[Span]]:
    names = ("agency", "valid_from", "valid_to", "recorded", "superseded")
    found: dict[int, list[Span]] = defaultdict(list)
    for agency, start, end, recorded, superseded in model._default_manager.values_list(*names):
        found[agency].append(Span(agency, start, end or FAR, recorded, superseded))
    return found


def _acts(spans: Iterable[Span]) -> list[int]:
    """Return the acts of recording after which something else was believed."""
    touched = {act for span in spans for act in (span.recorded, span.superseded)}
    return sorted(act for act in touched if act is not None)


def _believed(spans: Iterable[Span], entry: int) -> list[Span]:
    return sorted(
        (span for span in spans if span.believed_after(entry)), key=lambda span: span.start
    )


def _wrong(roster: list[Span], status: list[Span]) -> str:
    for spans in (roster, status):
        for earlier, later in pairwise(spans):
            if earlier.end > later.start:
                return _("two records cover %(day)s") % {"day": short_date(later.start)}
    if _days(roster) != _days(status):
        return _("the statuses do not cover exactly the days of existence")
    return ""


def _days(spans: list[Span]) -> list[tuple[date, date]]:
    """Return the days that rows cover, those that touch as one."""
    days: list[tuple[date, date]] = []
    for span in spans:
        if days and days[-1][1] == span.start:
            days[-1] = (days[-1][0], span.end)
        else:
            days.append((span.start, span.end))
    return days


def _codes_of_two(codes: dict[int, str]) -> Iterator[str]:
    by_code: dict[str, list[Span]] = defaultdict(list)
    names = ("gso_code", "agency", "valid_from", "valid_to", "recorded", "superseded")
    rows = RosterRecord.objects.exclude(gso_code="").values_list(*names)
    for gso_code, agency, start, end, recorded, superseded in rows:
        by_code[gso_code].append(Span(agency, start, end or FAR, recorded, superseded))
    for gso_code, spans in sorted(by_code.items()):
        for entry in _acts(spans):
            pairs = pairwise(_believed(spans, entry))
            if twice := [two for one, two in pairs if one.end > two.start]:
                yield _("GSO code %(code)s, after the act of recording %(entry)d: %(wrong)s") % {
                    "code": gso_code,
                    "entry": entry,
                    "wrong": _("two agencies have it on %(day)s, one of them %(agency)s")
                    % {"day": short_date(twice[0].start), "agency": codes[twice[0].agency]},
                }
                break
