"""What one row of a workbook states of an agency, given what is believed of it."""

from dataclasses import replace
from datetime import date

from agencies.actions.lives import FAR, Life
from agencies.exchange import AgencyLine
from agencies.models import RosterFacts, RosterRecord, StatusFacts
from agencies.models.status import NOT_STARTED
from agencies.vietnamese import clean_lines


def state_roster_line(life: Life, line: AgencyLine, facts: RosterFacts, starts: set[date]) -> bool:
    """State what a row of `Cơ quan` says; return whether it says anything new.

    It holds until the next row of the agency, among `starts` or on record; without an
    end of its own it ends where the days on record end. An end that is given is the end
    of the existence, until a later row.
    """
    before = list(life.roster)
    begins, ends = line.valid_from, line.valid_to
    known = {row.valid_from for row in life.roster_before}
    later = sorted(day for day in starts | known if day > begins)
    present = next((row for row in life.roster if row.covers(begins)), None)
    limits = [ends or (present and present.valid_to), *later[:1]]
    until = min((day for day in limits if day), default=None)
    if present is None or RosterFacts(**present.facts()) != facts:
        life.state_roster(begins, until, facts)
    if ends:
        _end_existence(life, ends, next((day for day in later if day >= ends), None))
    return not _say_the_same(before, life.roster)


def _end_existence(life: Life, ends: date, again: date | None) -> None:
    """End an agency on a day; it may exist again from another."""
    last = [row for row in life.roster if row.valid_from < ends][-1]
    if (last.valid_to or FAR) < ends:
        life.state_roster(last.valid_from, ends, RosterFacts(**last.facts()))
    if again is None or ends < again:
        life.state_roster(ends, again, None)


def state_status_line(
    life: Life, valid_from: date, facts: StatusFacts, *, names_record: bool
) -> str:
    """State what a row of `Tình trạng` says; return what it is counted as.

    It holds until the next believed change; in the place of a record that begins on the
    same day it is a correction of that one and ends where that one ended. What an agency began
    with by itself counts as none, unless the row names its record.
    """
    present = life.status_on(valid_from)
    said = StatusFacts(**present.facts())
    tidy = replace(
        said,
        note=clean_lines(said.note),
        scope=clean_lines(said.scope),
        evidence_id=facts.evidence_id,  # a workbook says nothing of documents
    )
    if facts == tidy:
        return "unchanged"
    # A neighbour corrected before may have become one with its own neighbour.
    known = [row.valid_from for row in life.status_before if row.valid_from > valid_from]
    ends = min((day for day in (present.valid_to, *known) if day), default=None)
    life.state_status(valid_from, ends, facts)
    is_correction = present.valid_from == valid_from and (names_record or said != NOT_STARTED)
    return "statuses_corrected" if is_correction else "statuses_added"


def _say_the_same(before: list[RosterRecord], after: list[RosterRecord]) -> bool:
    return len(before) == len(after) and all(
        old.says_the_same_as(new) for old, new in zip(before, after, strict=True)
    )
