"""What an officer does to the status of one agency."""

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
from agencies.models import Agency, Entry, EntryKind, StatusFacts, StatusRecord, User
from agencies.models.status import NOT_STARTED


def record_status(
    *,
    agency: Agency,
    valid_from: date,
    facts: StatusFacts,
    by: User,
    reason: str = "",
    seen: int | None = None,
) -> Entry:
    """Record that the status changed on a day; it holds until the next believed change.

    Raises:
        ValidationError: the agency does not exist on the day, or a record begins on it.
        StaleForm: somebody else recorded something since the Entry `seen`.
    """
    with write_lock():
        refuse_stale(agency, seen)
        life = _life(agency)
        state_change(life, valid_from, facts)
        entry = open_entry(by=by, kind=EntryKind.RECORD, reason=reason)
        save_lives(entry, [life])
    return entry


def correct_status(
    *,
    agency: Agency,
    valid_from: date,
    valid_to: date | None,
    facts: StatusFacts,
    reason: str,
    by: User,
    seen: int | None = None,
) -> Entry:
    """State what really held on [valid_from, valid_to), whatever was believed of it.

    Raises:
        ValidationError: no reason, an empty interval, or days without the agency.
        StaleForm: as `record_status`.
    """
    with write_lock():
        refuse_stale(agency, seen)
        life = _life(agency)
        life.status_on(valid_from)
        if valid_to is not None and valid_to <= valid_from:
            raise ValidationError(_("The interval ends before it begins."))
        entry = open_correction(by=by, reason=reason)
        life.state_status(valid_from, valid_to, facts)
        save_lives(entry, [life])
    return entry


def correct_status_record(
    *,
    record: StatusRecord,
    valid_from: date,
    facts: StatusFacts,
    reason: str,
    by: User,
    seen: int | None = None,
) -> Entry:
    """Correct one record: its facts, its first day, or both; it ends where it ended.

    Where it began too early on record, the status before it is extended.

    Raises:
        ValidationError: no reason, or the day is not between the neighbouring records.
        StaleForm: as `record_status`, or the record was superseded meanwhile.
    """
    with write_lock():
        life = _life_of(record, seen)
        before = _record_before(life, record)
        _check_between_neighbours(record, before, valid_from)
        entry = open_correction(by=by, reason=reason)
        if before is not None and valid_from > record.valid_from:
            facts_before = StatusFacts(**before.facts())
            life.state_status(before.valid_from, valid_from, facts_before)
        life.state_status(valid_from, record.valid_to, facts)
        save_lives(entry, [life])
    return entry


def take_out_status(
    *, record: StatusRecord, reason: str, by: User, seen: int | None = None
) -> Entry:
    """Take out an event that never happened; the status before it is extended.

    Raises:
        ValidationError: no reason, or it is the record that the agency begins with.
        StaleForm: as `correct_status_record`.
    """
    with write_lock():
        life = _life_of(record, seen)
        before = _record_before(life, record)
        if before is None:
            raise ValidationError(
                _("The first record of an agency cannot be taken out; correct it instead.")
            )
        entry = open_correction(by=by, reason=reason)
        facts = StatusFacts(**before.facts())
        life.state_status(before.valid_from, record.valid_to, facts)
        save_lives(entry, [life])
    return entry


def state_change(life: Life, valid_from: date, facts: StatusFacts) -> None:
    """State in memory that the status changed on a day, until the next believed change.

    Raises:
        ValidationError: as `record_status`.
    """
    present = life.status_on(valid_from)
    if present.valid_from == valid_from and StatusFacts(**present.facts()) != NOT_STARTED:
        raise ValidationError(
            _("A record already begins on %(day)s; correct that one, with a reason.")
            % {"day": short_date(valid_from)}
        )
    life.state_status(valid_from, present.valid_to, facts)


def _life(agency: Agency) -> Life:
    return load_lives([agency])[agency.pk]


def _life_of(record: StatusRecord, seen: int | None) -> Life:
    """Return the life of a record that must still be believed."""
    refuse_stale(record.agency, seen)
    refuse_superseded(record)
    return _life(record.agency)


def _record_before(life: Life, record: StatusRecord) -> StatusRecord | None:
    """Return the record that ends where the given one begins, None for the first."""
    return next((row for row in life.status if row.valid_to == record.valid_from), None)


def _check_between_neighbours(
    record: StatusRecord, before: StatusRecord | None, valid_from: date
) -> None:
    earliest = before.valid_from if before else record.valid_from
    if before and valid_from <= earliest:
        raise ValidationError(
            _("The record before begins on %(day)s; this one must begin later.")
            % {"day": short_date(earliest)}
        )
    if before is None and valid_from != record.valid_from:
        raise ValidationError(
            _("The first record begins with the agency, on %(day)s.")
            % {"day": short_date(record.valid_from)}
        )
    if valid_from >= (record.valid_to or FAR):
        raise ValidationError(
            _("The next record begins on %(day)s; this one must begin earlier.")
            % {"day": short_date(record.valid_to)}
        )
