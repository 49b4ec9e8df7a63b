"""What an officer does to the roster: add an agency, rename it, end it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.actions.entries import (
    open_correction,
    open_entry,
    refuse_stale,
    refuse_superseded,
    write_lock,
)
from agencies.actions.lives import FAR, Life, load_lives, save_lives
from agencies.house_style import short_date
from agencies.models import (
    Agency,
    Entry,
    EntryKind,
    RosterFacts,
    RosterRecord,
    StatusFacts,
    StatusRecord,
    User,
)
from agencies.models.history import believed_days
from agencies.models.status import NOT_STARTED
from agencies.vietnamese import clean_text


def add_agency(
    *,
    code: str,
    facts: RosterFacts,
    valid_from: date,
    by: User,
    valid_to: date | None = None,
    first_status: StatusFacts = NOT_STARTED,
    reason: str = "",
) -> Agency:
    """Add an agency that exists from a day on; it begins as not started unless told.

    Raises:
        ValidationError: the code is taken or malformed, or a rule of the roster is broken.
    """
    with write_lock():
        agency = Agency(code=clean_text(code))
        agency.full_clean()
        agency.save()
        life = Life(agency)
        life.state_roster(valid_from, valid_to, facts)
        if first_status != NOT_STARTED:
            life.state_status(valid_from, valid_to, first_status)
        save_lives(open_entry(by=by, kind=EntryKind.RECORD, reason=reason), [life])
    return agency


def change_roster(
    *,
    agency: Agency,
    valid_from: date,
    facts: RosterFacts,
    by: User,
    reason: str = "",
    seen: int | None = None,
) -> Entry:
    """Record another name, group or parent from a day on, until the next believed change.

    Raises:
        ValidationError: the agency does not exist on the day, or a record begins on it.
        StaleForm: somebody else recorded something since the Entry `seen`.
    """
    with write_lock():
        refuse_stale(agency, seen)
        life = load_lives([agency])[agency.pk]
        present = life.roster_on(valid_from)
        if present.valid_from == valid_from:
            raise ValidationError(
                _("A record already begins on %(day)s; correct that one, with a reason.")
                % {"day": short_date(valid_from)}
            )
        entry = open_entry(by=by, kind=EntryKind.RECORD, reason=reason)
        life.state_roster(valid_from, present.valid_to, facts)
        save_lives(entry, [life])
    return entry


def correct_roster(
    *, record: RosterRecord, facts: RosterFacts, reason: str, by: User, seen: int | None = None
) -> Entry:
    """Correct what a roster record says (a spelling, a wrong parent) for all its days.

    Raises:
        ValidationError: no reason, or a rule of the roster is broken.
        StaleForm: as `change_roster`, or the record was superseded meanwhile.
    """
    with write_lock():
        life = _life_of(record, seen)
        entry = open_correction(by=by, reason=reason)
        life.state_roster(record.valid_from, record.valid_to, facts)
        save_lives(entry, [life])
    return entry


def take_out_roster(
    *, record: RosterRecord, reason: str, by: User, seen: int | None = None
) -> Entry:
    """Take out a change of the roster that never happened; the record before is extended.

    Raises:
        ValidationError: no reason, or the agency begins with this record.
        StaleForm: as `correct_roster`.
    """
    with write_lock():
        life = _life_of(record, seen)
        before = next((row for row in life.roster if row.valid_to == record.valid_from), None)
        if before is None:
            raise ValidationError(
                _("The first record of an agency cannot be taken out; correct it instead.")
            )
        entry = open_correction(by=by, reason=reason)
        life.state_roster(before.valid_from, record.valid_to, RosterFacts(**before.facts()))
        save_lives(entry, [life])
    return entry


def change_lifetime(
    *,
    agency: Agency,
    valid_from: date,
    valid_to: date | None,
    reason: str,
    by: User,
    seen: int | None = None,
) -> Entry:
    """State from when until when an agency exists; the first and last records follow.

    Raises:
        ValidationError: no reason, an empty life, a record would be lost with the days, or
            there is no day to begin with.
        StaleForm: as `change_roster`.
    """
    with write_lock():
        refuse_stale(agency, seen)
        life = load_lives([agency])[agency.pk]
        if not life.roster:  # the reorganisation that made it was undone
            life.roster_on(valid_from)
        if valid_to is not None and valid_to <= valid_from:
            raise ValidationError(_("The interval ends before it begins."))
        _refuse_loss(life, valid_from, valid_to)
        entry = open_correction(by=by, reason=reason)
        _stretch_roster(life, valid_from, valid_to)
        save_lives(entry, [life])
    return entry


def _life_of(record: RosterRecord, seen: int | None) -> Life:
    """Return the life of a record that must still be believed."""
    refuse_stale(record.agency, seen)
    refuse_superseded(record)
    return load_lives([record.agency])[record.agency_id]


def _stretch_roster(life: Life, start: date, end: date | None) -> None:
    """Move the first and the last day of a life; days gained say what their neighbour says."""
    days = believed_days(life.roster)
    begins, ends = days[0][0], days[-1][1]
    if start > begins:
        life.state_roster(begins, start, None)
    if end is not None and end < (ends or FAR):
        life.state_roster(end, None, None)
    if ends is not None and ends < (end or FAR):
        life.state_roster(ends, end, RosterFacts(**life.roster[-1].facts()))
    if start < begins:
        life.state_roster(start, begins, RosterFacts(**life.roster[0].facts()))


def _refuse_loss(life: Life, start: date, end: date | None) -> None:
    """Check that no record lies wholly outside [start, end), but for "not started"."""
    rows: list[RosterRecord | StatusRecord] = [*life.roster, *life.status]
    lost = [
        row
        for row in rows
        if ((row.valid_to or FAR) <= start or row.valid_from >= (end or FAR))
        and not (isinstance(row, StatusRecord) and StatusFacts(**row.facts()) == NOT_STARTED)
    ]
    if lost:
        raise ValidationError(
            _("These records lie outside the new days of existence; correct them first: %(rows)s")
            % {"rows": "; ".join(f"{row} ({short_date(row.valid_from)})" for row in lost)}
        )
