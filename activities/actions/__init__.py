"""Every write about activities, as functions named for what a person does."""

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

__all__ = [
    "PeriodFacts",
    "ReportFacts",
    "StaleReport",
    "accept_report",
    "change_period",
    "open_period",
    "return_report",
    "save_draft",
    "submit_report",
    "yearly_default",
]
