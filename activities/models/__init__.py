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
from activities.models.reminders import SentReminder
from activities.models.reporting import ReportingPeriod, SelfAssessment, State, Step
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
    "ReportingPeriod",
    "SelfAssessment",
    "SentReminder",
    "State",
    "Step",
    "Training",
    "TrainingTopic",
    "check_rows",
    "checklist_of",
]
