"""What agencies did, as ordinary rows that keep who edited what."""

from activities.models.inspections import (
    ChecklistItem,
    Finding,
    Inspection,
    InspectionForm,
    InspectionPlan,
    Outcome,
    PlannedInspection,
    Rating,
    check_rows,
    checklist_of,
)
from activities.models.training import MOST_ATTENDANCES, Attendance, Training, TrainingTopic

__all__ = [
    "MOST_ATTENDANCES",
    "Attendance",
    "ChecklistItem",
    "Finding",
    "Inspection",
    "InspectionForm",
    "InspectionPlan",
    "Outcome",
    "PlannedInspection",
    "Rating",
    "Training",
    "TrainingTopic",
    "check_rows",
    "checklist_of",
]
