"""Every write. Views, commands, importers and the demonstration loader call the same actions."""

from agencies.actions.audit import (
    changing,
    forget_person,
    note_act,
    note_export,
    note_failed_sign_in,
    note_gone,
    note_rows,
)
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
from agencies.actions.links import make_link, open_link, use_link
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
from agencies.actions.second_factor import (
    Answer,
    give_up_factor,
    renew_codes,
    reset_factor,
    set_up_factor,
    take_code,
    told_resets,
)
from agencies.actions.sessions import end_own_sessions, end_session, end_sessions, note_visit
from agencies.actions.status import (
    correct_status,
    correct_status_record,
    record_status,
    take_out_status,
)
from agencies.actions.undo import Undoing, agencies_of, plan_undo, undo_entry
from agencies.actions.whole_histories import PastAct, Statement, write_whole_histories

__all__ = [
    "AlreadyApplied",
    "Answer",
    "ImportResult",
    "Life",
    "PastAct",
    "PlannedStatus",
    "Preview",
    "PreviewRow",
    "Progress",
    "RowState",
    "StaleForm",
    "Statement",
    "Undoing",
    "add_agency",
    "agencies_of",
    "apply_plan_file",
    "apply_reorganisation",
    "change_lifetime",
    "change_roster",
    "changing",
    "choose_words",
    "correct_roster",
    "correct_status",
    "correct_status_record",
    "demonstration_entries_at",
    "end_own_sessions",
    "end_session",
    "end_sessions",
    "forget_person",
    "give_up_factor",
    "import_file",
    "import_rows",
    "import_upload",
    "keep_evidence",
    "keep_plan_file",
    "keep_upload",
    "load_lives",
    "make_link",
    "moment_after_versions",
    "moment_of_writing",
    "note_act",
    "note_export",
    "note_failed_sign_in",
    "note_gone",
    "note_rows",
    "note_visit",
    "open_entry",
    "open_link",
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
    "renew_codes",
    "reset_factor",
    "save_lives",
    "set_up_factor",
    "take_code",
    "take_out_roster",
    "take_out_status",
    "told_resets",
    "undo_entry",
    "use_link",
    "write_lock",
    "write_whole_histories",
]
