"""What agencies did, as ordinary rows that keep who edited what."""

from activities.models.reminders import SentReminder
from activities.models.reporting import ReportingPeriod, SelfAssessment, State, Step

__all__ = ["ReportingPeriod", "SelfAssessment", "SentReminder", "State", "Step"]
