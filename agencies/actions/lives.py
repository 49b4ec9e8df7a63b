"""One agency's two believed histories in memory, and the one way to restate them.

Recording, correcting, importing and reorganising all load lives, state what holds
on some days, and save what came of it under one Entry.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.house_style import short_date
from agencies.models import (
    Agency,
    DatedRecord,
    Entry,
    RosterFacts,
    RosterRecord,
    StatusFacts,
    StatusRecord,
)
from agencies.models.history import believed_days
from agencies.models.status import NOT_STARTED
from agencies.scope import refuse_foreign_days

Row = TypeVar("Row", bound=DatedRecord)
FAR = date.max  # stands for "still holds" where days are compared


def restate(rows: Collection[Row], start: date, end: date | None, row: Row | None) -> list[Row]:
    """Return the rows believed once [start, end) is stated to be `row`, None for nothing.

    Rows that the interval overlaps give way; what stands out of it on either side
    is rewritten as rows of the same facts. Neighbours that say the same become one row,
    so that every row begins with a change.
    """
    after: list[Row] = [row] if row is not None else []
    for old in rows:
        if (old.valid_to or FAR) <= start or old.valid_from >= (end or FAR):
            after.append(old)
            continue
        if old.valid_from < start:
            after.append(old.for_days(old.valid_from, start))
        if end is not None and end < (old.valid_to or FAR):
            after.append(old.for_days(end, old.valid_to))
    return _joined(sorted(after, key=lambda kept: kept.valid_from))


def _joined(rows: Iterable[Row]) -> list[Row]:
    """Return rows in their order, with one row for neighbours of the same facts."""
    joined: list[Row] = []
    for row in rows:
        last = joined[-1] if joined else None
        if last and last.valid_to == row.valid_from and last.facts() == row.facts():
            joined[-1] = last.for_days(last.valid_from, row.valid_to)
        else:
            joined.append(row)
    return joined


def _stated(row: Row) -> Row:
    """Return a new row in the one form in which rows are compared and kept.

    Raises:
        ValidationError: it has no day, or its facts do not fit together.
    """
    if row.valid_to is not None and row.valid_to <= row.valid_from:
        raise ValidationError(_("The interval ends before it begins."))
    row.clean()
    return row


@dataclass
class Life:
    """What is believed of one agency, as it is and as it is to be."""

    agency: Agency
    roster: list[RosterRecord] = field(default_factory=list)
    status: list[StatusRecord] = field(default_factory=list)
    roster_before: list[RosterRecord] = field(default_factory=list)
    status_before: list[StatusRecord] = field(default_factory=list)

    def state_roster(self, start: date, end: date | None, facts: RosterFacts | None) -> None:
        """State the roster facts of [start, end), None where the agency does not exist.

        Raises:
            ValidationError: the interval is empty, or the facts do not fit together.
        """
        row = None
        if facts is not None:
            row = _stated(
                RosterRecord(agency=self.agency, valid_from=start, valid_to=end, **vars(facts))
            )
        self.roster = restate(self.roster, start, end, row)
        self._fit_status()

    def state_status(self, start: date, end: date | None, facts: StatusFacts) -> None:
        """State the status facts of [start, end); errors as `state_roster`."""
        row = StatusRecord(agency=self.agency, valid_from=start, valid_to=end, **vars(facts))
        self.status = restate(self.status, start, end, _stated(row))

    def status_on(self, day: date) -> StatusRecord:
        """Return the status record of a day.

        Raises:
            ValidationError: the agency does not exist on the day.
        """
        return self._on(self.status, day)

    def roster_on(self, day: date) -> RosterRecord:
        """Return the roster record of a day; errors as `status_on`."""
        return self._on(self.roster, day)

    def _on(self, rows: list[Row], day: date) -> Row:
        for row in rows:
            if row.covers(day):
                return row
        raise ValidationError(
            _("On %(day)s the agency %(agency)s does not exist; it exists %(life)s.")
            % {"day": short_date(day), "agency": self.agency.code, "life": self.in_words()}
        )

    def named(self) -> str:
        """Return the agency's name on record and its code, for a message about several."""
        rows = self.roster_before or self.roster
        return f"{rows[-1].name} ({self.agency.code})" if rows else self.agency.code

    def in_words(self) -> str:
        """Return the days of existence for a message."""
        spans = [
            _("from %(start)s") % {"start": short_date(start)}
            + (" " + _("until before %(end)s") % {"end": short_date(end)} if end else "")
            for start, end in believed_days(self.roster)
        ]
        return "; ".join(spans) or "—"

    def _fit_status(self) -> None:
        """Make the status rows tile the days of existence again.

        Days that are lost are cut off; days that are gained at the beginning are not
        started, and days that are gained at the end continue the last status.
        """
        days = believed_days(self.roster)
        for start, end in _gaps(days):
            self.status = restate(self.status, start, end, None)
        for start, end in days:
            self._fill(start, end)

    def _fill(self, start: date, end: date | None) -> None:
        """Give every day of [start, end) a status."""
        inside = [row for row in self.status if start <= row.valid_from < (end or FAR)]
        if not inside:
            self.state_status(start, end, NOT_STARTED)
            return
        first, last = inside[0], inside[-1]
        if last.valid_to is not None and last.valid_to < (end or FAR):
            self.state_status(last.valid_to, end, StatusFacts(**last.facts()))
        if start < first.valid_from:
            self.state_status(start, first.valid_from, NOT_STARTED)

    def changed(self) -> bool:
        """Say whether anything is to be written."""
        return any(changes(self.roster_before, self.roster)) or any(
            changes(self.status_before, self.status)
        )

    def check(self) -> None:
        """Check the rules that span rows: no overlap, and the status tiles the existence.

        Raises:
            ValidationError: a rule is broken; nothing may be written.
        """
        for rows in (self.roster, self.status):
            for earlier, later in pairwise(rows):
                if (earlier.valid_to or FAR) > later.valid_from:
                    raise ValidationError(
                        _("Two records of %(agency)s cover %(day)s.")
                        % {"agency": self.agency.code, "day": short_date(later.valid_from)}
                    )
        if believed_days(self.roster) != believed_days(self.status):
            raise ValidationError(
                _("The statuses of %(agency)s do not cover exactly the days on which it exists.")
                % {"agency": self.agency.code}
            )


def _gaps(days: list[tuple[date, date | None]]) -> list[tuple[date, date | None]]:
    """Return the intervals that given intervals leave out of all time."""
    gaps: list[tuple[date, date | None]] = []
    start: date | None = date.min
    for begins, ends in days:
        if start is not None and start < begins:
            gaps.append((start, begins))
        start = ends
    if start is not None:
        gaps.append((start, None))
    return gaps


def load_lives(agencies: Iterable[Agency]) -> dict[int, Life]:
    """Return the believed histories of agencies by their ids, in two queries."""
    lives = {agency.pk: Life(agency) for agency in agencies}
    for chunk in _chunks(list(lives)):
        for record in RosterRecord.objects.believed().filter(agency__in=chunk):
            lives[record.agency_id].roster_before.append(record)
        for status in StatusRecord.objects.believed().filter(agency__in=chunk):
            lives[status.agency_id].status_before.append(status)
    for life in lives.values():
        life.roster = sorted(life.roster_before, key=lambda row: row.valid_from)
        life.status = sorted(life.status_before, key=lambda row: row.valid_from)
    return lives


def save_lives(entry: Entry, lives: Collection[Life]) -> None:
    """Check the rules and write what the lives came to, under one Entry.

    Raises:
        ValidationError: nothing would change, a rule is broken, or some of it is another
            province's than the writer's; the caller's transaction is to be undone.
    """
    if not any(life.changed() for life in lives):
        raise ValidationError(_("This is already on record; nothing would change."))
    for life in lives:
        life.check()
        roster, status = (life.roster_before, life.roster), (life.status_before, life.status)
        refuse_foreign_days(entry.by, life.agency.code, roster, status)
    check_gso_codes(lives)
    check_parents(lives)
    _write(entry, RosterRecord, [(life.roster_before, life.roster) for life in lives])
    _write(entry, StatusRecord, [(life.status_before, life.status) for life in lives])


def changes(before: Collection[Row], after: Collection[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows to supersede and the rows to insert; what says the same stays."""
    new = [row for row in after if row.pk is None]
    kept = {row.pk for row in after if row.pk is not None}
    gone = [row for row in before if row.pk not in kept]
    same = [(old, row) for row in new for old in gone if row.says_the_same_as(old)]
    stays, repeats = {id(old) for old, _row in same}, {id(row) for _old, row in same}
    return (
        [row for row in gone if id(row) not in stays],
        [row for row in new if id(row) not in repeats],
    )


def _write(entry: Entry, model: type[Row], histories: list[tuple[list[Row], list[Row]]]) -> None:
    gone: list[int] = []
    new: list[Row] = []
    for before, after in histories:
        superseded, inserted = changes(before, after)
        gone += [row.pk for row in superseded]
        new += inserted
    # Foreign keys point at rows that are at hand; asking for each again would cost a query.
    skipped = [field.name for field in model._meta.fields if field.remote_field]
    for row in new:
        row.recorded = entry
        row.clean_fields(exclude=[*skipped, "sort_key", "search_text"])
    for chunk in _chunks(gone):
        model._default_manager.filter(pk__in=chunk).update(superseded=entry)
    model._default_manager.bulk_create(new, batch_size=500)


def _chunks(ids: list[int], size: int = 5_000) -> Iterable[list[int]]:
    """Return ids in portions that a database takes as parameters of one query."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def check_gso_codes(lives: Collection[Life]) -> None:
    """Check that a GSO code belongs to one agency on a day.

    Raises:
        ValidationError: two agencies have the same code on some day.
    """
    touched = {life.agency.pk for life in lives}
    rows = [row for life in lives for row in life.roster if row.gso_code]
    codes = {row.gso_code for life in lives for row in changes(life.roster_before, life.roster)[1]}
    codes.discard("")
    if not codes:
        return
    others = RosterRecord.objects.believed().filter(gso_code__in=codes).select_related("agency")
    rows += [row for row in others if row.agency_id not in touched]
    rows.sort(key=lambda row: (row.gso_code, row.valid_from))
    for earlier, later in pairwise(rows):
        overlap = (earlier.valid_to or FAR) > later.valid_from
        if earlier.gso_code == later.gso_code and overlap and earlier.agency != later.agency:
            raise ValidationError(
                _("On %(day)s the GSO code %(code)s belongs to %(first)s and to %(second)s.")
                % {
                    "day": short_date(later.valid_from),
                    "code": later.gso_code,
                    "first": earlier.agency.code,
                    "second": later.agency.code,
                }
            )


def check_parents(lives: Collection[Life]) -> None:
    """Check that no agency is on some day a body above itself.

    Climbs from every rewritten row to the parents of its days, one query a level.

    Raises:
        ValidationError: there is such a cycle.
    """
    touched = {life.agency.pk: life for life in lives}
    climbing = [
        (life.agency, row.parent_id, row.valid_from, row.valid_to or FAR)
        for life in lives
        for row in changes(life.roster_before, life.roster)[1]
        if row.parent_id is not None
    ]
    seen: set[tuple[Any, ...]] = set(climbing)
    while climbing:
        above = _roster_rows({parent for _a, parent, _s, _e in climbing}, touched)
        higher: list[tuple[Agency, int, date, date]] = []
        for agency, parent, start, end in climbing:
            if parent == agency.pk:
                raise ValidationError(
                    _("From %(day)s %(agency)s would be a body above itself.")
                    % {"agency": agency.code, "day": short_date(start)}
                )
            for row in above.get(parent, []):
                begins, ends = max(start, row.valid_from), min(end, row.valid_to or FAR)
                if row.parent_id is None or begins >= ends:
                    continue
                step = (agency, row.parent_id, begins, ends)
                if step not in seen:
                    seen.add(step)
                    higher.append(step)
        climbing = higher


def _roster_rows(ids: set[int], touched: dict[int, Life]) -> dict[int, list[RosterRecord]]:
    """Return the roster rows of agencies: as they are to be, else as they are on record."""
    rows = {pk: touched[pk].roster for pk in ids if pk in touched}
    for row in RosterRecord.objects.believed().filter(agency__in=ids - touched.keys()):
        rows.setdefault(row.agency_id, []).append(row)
    return rows
