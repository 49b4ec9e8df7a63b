"""Every write about activities, as functions named for what a person does."""

from activities.actions.erasing import erase_account
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
from activities.actions.reporting import (
    PeriodFacts,
    ReportFacts,
    StaleReport,
    accept_report,
    change_period,
    open_period,
    return_report,
    save_draft,
    submit_report,
    yearly_default,
)
from activities.actions.training import (
    cancel_training,
    import_attendances,
    keep_sheet,
    last_attendance_version,
    record_attendances,
    record_training,
)

__all__ = [
    "PeriodFacts",
    "ReportFacts",
    "StaleReport",
    "StaleRow",
    "accept_report",
    "cancel_finding",
    "cancel_plan",
    "cancel_training",
    "cancel_visit",
    "change_period",
    "erase_account",
    "import_attendances",
    "keep_sheet",
    "last_attendance_version",
    "last_version",
    "open_period",
    "record_attendances",
    "record_finding",
    "record_plan",
    "record_training",
    "record_visit",
    "return_report",
    "save_draft",
    "submit_report",
    "write_checklist",
    "yearly_default",
]
