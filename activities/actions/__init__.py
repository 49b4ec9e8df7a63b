"""Every write about activities, as functions named for what a person does."""

from activities.actions.inspections import (
    cancel_finding,
    cancel_plan,
    cancel_visit,
    record_finding,
    record_plan,
    record_visit,
    write_checklist,
)
from activities.actions.keeping import StaleRow, last_version
from activities.actions.training import (
    cancel_training,
    import_attendances,
    keep_sheet,
    last_attendance_version,
    record_attendances,
    record_training,
)

__all__ = [
    "StaleRow",
    "cancel_finding",
    "cancel_plan",
    "cancel_training",
    "cancel_visit",
    "import_attendances",
    "keep_sheet",
    "last_attendance_version",
    "last_version",
    "record_attendances",
    "record_finding",
    "record_plan",
    "record_training",
    "record_visit",
    "write_checklist",
]
