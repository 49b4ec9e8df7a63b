"""A reporting round of the small province, for tests of reports."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from activities.actions import PeriodFacts, ReportFacts, open_period, submit_report
from agencies.actions import demonstration_entries_at

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
FACTS_2021 = PeriodFacts(
    date(2020, 12, 15), date(2021, 12, 14), date(2021, 12, 14), date(2021, 12, 15), "12/KH-UBND"
)


def at(year, month, day, hour=9):
    return datetime(year, month, day, hour, tzinfo=HANOI)


def open_2021(by):
    """Open the round of 2021: 15/12/2020 to 14/12/2021, due on 15/12/2021."""
    with demonstration_entries_at(at(2021, 10, 1)):
        return open_period(facts=FACTS_2021, by=by)


def standing_facts(province, **other):
    """Return what CC-TDC reports where it claims what stands on record."""
    said = {
        "stage": "applied",
        "edition_id": province.edition_2015.pk,
        "decision_number": "30/QĐ-TĐC",
        "decision_date": date(2019, 9, 30),
        "holds_from": date(2019, 10, 1),
        "procedures": 42,
        "audit_on": date(2021, 6, 1),
        "review_on": date(2021, 6, 15),
        "no_evidence_reason": "Gửi sau bằng bản giấy",
    }
    return ReportFacts(**{**said, **other})


def not_started_facts():
    return ReportFacts(stage="not_started", no_evidence_reason="Chưa có hệ thống")


def submit_at(moment, period, agency, facts, by, **other):
    """Submit a report as if the day were that of the moment."""
    with demonstration_entries_at(moment):
        return submit_report(period=period, agency=agency, facts=facts, by=by, **other)
