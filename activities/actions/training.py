"""What an officer does about training: courses, and attendances by agency."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions.keeping import act, refuse_cancelled, refuse_stale_row, require_reason
from activities.models import MOST_ATTENDANCES, Attendance, Training
from activities.training_sheet import read_sheet
from agencies.actions.import_files import store
from agencies.exchange import shown
from agencies.house_style import short_date
from agencies.models import Agency, Entry, RosterRecord, Upload, User


def record_training(*, training: Training, by: User, seen: int | None = None) -> Training:
    """Write a course, a new one or one that is changed.

    Raises:
        ValidationError: it ends before it begins, it is on record already, or an agency that
            attended did not exist on its first day.
        StaleRow: somebody else changed it after the version `seen`.
    """
    with act(Training, by=by) as writing:
        refuse_stale_row(training, seen)
        if training.pk:
            refuse_cancelled([Training.objects.get(pk=training.pk)])
            attending = Agency.objects.filter(attendances__training=training)
            _check_alive(training, dict.fromkeys(attending, 0))
        writing.keep(training)
    return training


def cancel_training(*, training: Training, reason: str, by: User, seen: int | None = None) -> None:
    """Say that a course did not take place; it stays on record and counts no more.

    Raises:
        ValidationError: no reason is given, or it is cancelled already.
        StaleRow: as `record_training`.
    """
    with act(Training, by=by, reason=reason) as writing:
        training.refresh_from_db()
        refuse_stale_row(training, seen)
        refuse_cancelled([training])
        training.cancelled_reason = require_reason(reason)
        writing.keep(training)


def record_attendances(
    *, training: Training, numbers: Mapping[Agency, int], by: User, seen: int | None = None
) -> int:
    """Write how many attendances agencies had on a course; return how many rows changed.

    An agency that is not named keeps what is on record; 0 says that nobody came.

    Raises:
        ValidationError: nobody is named, the course has not begun or is cancelled, an agency
            did not exist on its first day, or a number is out of bounds; nothing is written.
        StaleRow: somebody wrote attendances of these agencies after the version `seen`.
    """
    with act(Attendance, by=by) as writing:
        refuse_cancelled([Training.objects.get(pk=training.pk)])
        _check_numbers(training, numbers)
        rows = Attendance.objects.filter(training=training, agency__in=list(numbers))
        standing = {row.agency_id: row for row in rows}
        for row in standing.values():
            refuse_stale_row(row, seen)
        new, changed = [], []
        for agency, number in numbers.items():
            if agency.pk not in standing:
                new.append(Attendance(training=training, agency=agency, number=number))
            elif standing[agency.pk].number != number:
                standing[agency.pk].number = number
                changed.append(standing[agency.pk])
        writing.keep_all(Attendance, new=new, changed=changed)
    return len(new) + len(changed)


def last_attendance_version() -> int:
    """Return the number of the last version of any attendance."""
    newest = Attendance.history.order_by("-history_id").values_list("history_id", flat=True)
    return int(newest.first() or 0)


def _check_numbers(training: Training, numbers: Mapping[Agency, int]) -> None:
    if not numbers:
        raise ValidationError(_("Name at least one agency."))
    if training.starts_on > timezone.localdate():
        said = _("The course begins on %(day)s; attendances are recorded once it began.")
        raise ValidationError(said % {"day": short_date(training.starts_on)})
    for agency, number in numbers.items():
        if not 0 <= number <= MOST_ATTENDANCES:
            said = _("%(agency)s: %(number)s attendances; 0 to %(most)s are allowed.")
            told = {"agency": agency.code, "number": number, "most": MOST_ATTENDANCES}
            raise ValidationError({"number": said % told})
    _check_alive(training, numbers)


def _check_alive(training: Training, numbers: Mapping[Agency, int]) -> None:
    """Check that the agencies existed on the first day of a course."""
    day = training.starts_on
    on_day = RosterRecord.objects.believed().in_force_on(day)
    alive = set(on_day.values_list("agency", flat=True))
    if missing := sorted(agency.code for agency in numbers if agency.pk not in alive):
        said = _("These agencies did not exist on %(day)s: %(codes)s.")
        raise ValidationError(said % {"day": short_date(day), "codes": ", ".join(missing)})


def import_attendances(
    *, training: Training, numbers: Mapping[str, int], by: User, seen: int | None = None
) -> int:
    """Write the attendances of a sheet by agency codes, as one act; as `record_attendances`."""
    agencies = {agency.code: agency for agency in Agency.objects.filter(code__in=list(numbers))}
    by_agency = {agencies[code]: number for code, number in numbers.items()}
    return record_attendances(training=training, numbers=by_agency, by=by, seen=seen)


def keep_sheet(*, file: Any, training: Training, by: User) -> Upload:
    """Keep an attendance sheet that can be read, for a day and for its officer alone.

    Raises:
        BadWorkbook: nothing of it can be read.
    """
    read_sheet(file.file, training=training)
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    name = shown(file.name, 100) or "?"
    return store(
        Upload(name=name, kept_at=timezone.now(), by=by, since=last, has_stamp=False), file
    )
