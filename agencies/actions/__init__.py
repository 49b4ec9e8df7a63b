"""Every write. Views, commands, importers and the demonstration loader call the same actions."""

from agencies.actions.bulk import PlannedStatus, plan_statuses, record_statuses
from agencies.actions.entries import (
    StaleForm,
    demonstration_entries_at,
    moment_after_versions,
    moment_of_writing,
    open_entry,
    rehearsal,
    write_lock,
)
from agencies.actions.evidence import keep_evidence
from agencies.actions.import_files import (
    choose_words,
    import_upload,
    keep_upload,
    preview_upload,
    read_upload,
)
from agencies.actions.import_preview import Preview, PreviewRow, RowState, preview_rows
from agencies.actions.import_progress import Progress, progress_of
from agencies.actions.imports import ImportResult, import_file, import_rows
from agencies.actions.lives import Life, load_lives, save_lives
from agencies.actions.people import put_hint_away
from agencies.actions.plans import plan_conversions
from agencies.actions.reorganisation import apply_reorganisation
from agencies.actions.reorganisation_draft import AlreadyApplied
from agencies.actions.reorganisation_files import (
    apply_plan_file,
    keep_plan_file,
    read_kept_plan,
)
from agencies.actions.roster import (
    add_agency,
    change_lifetime,
    change_roster,
    correct_roster,
    take_out_roster,
)
from agencies.actions.status import (
    correct_status,
    correct_status_record,
    record_status,
    take_out_status,
)
from agencies.actions.undo import Undoing, agencies_of, plan_undo, undo_entry

__all__ = [
    "AlreadyApplied",
    "ImportResult",
    "Life",
    "PlannedStatus",
    "Preview",
    "PreviewRow",
    "Progress",
    "RowState",
    "StaleForm",
    "Undoing",
    "add_agency",
    "agencies_of",
    "apply_plan_file",
    "apply_reorganisation",
    "change_lifetime",
    "change_roster",
    "choose_words",
    "correct_roster",
    "correct_status",
    "correct_status_record",
    "demonstration_entries_at",
    "import_file",
    "import_rows",
    "import_upload",
    "keep_evidence",
    "keep_plan_file",
    "keep_upload",
    "load_lives",
    "moment_after_versions",
    "moment_of_writing",
    "open_entry",
    "plan_conversions",
    "plan_statuses",
    "plan_undo",
    "preview_rows",
    "preview_upload",
    "progress_of",
    "put_hint_away",
    "read_kept_plan",
    "read_upload",
    "record_status",
    "record_statuses",
    "rehearsal",
    "save_lives",
    "take_out_roster",
    "take_out_status",
    "undo_entry",
    "write_lock",
]
