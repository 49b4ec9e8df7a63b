"""The demonstration's reporting rounds: one finished, one open; assumed like the rest of it.

Every report claims what stands on record on the day it came, so no acceptance changes a status.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.utils import timezone

from activities import actions
from activities.models import ReportingPeriod, SelfAssessment
from agencies.actions import demonstration_entries_at
from agencies.demonstration import Line, lines
from agencies.models import Agency, Role, Stage, StatusRecord, User

# The one contact: of a commune whose report was returned.
CONTACT = ("daumoi", Role.CONTACT, "Đầu mối ISO, UBND xã Đắk Nông")
COMMUNE = "X037"
EMAIL = "daumoi@example.com"  # a name kept for examples; no mail arrives there


def load(password: str) -> None:
    """Load the contact, the rounds and their reports, through the actions people use."""
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    username, role, full_name = CONTACT
    if not User.objects.filter(username=username).exists():
        User.objects.create_user(
            username,
            password,
            role=role,
            full_name=full_name,
            email=EMAIL,
            agency=agencies[COMMUNE],
        )
    people = {user.username: user for user in User.objects.select_related("agency")}
    officer = people["chuyenvien"]
    periods = {line["starts_on"]: _open(line, officer) for line in lines("rounds.csv")}
    records = _records()
    for line in lines("reports.csv"):
        agency = agencies[line["agency"]]
        facts = _facts(line, records[agency.pk])
        report = _hand_in(line, periods[line["round"]], agency, facts, people[line["by"]])
        _review(line, report, officer)


def _open(line: Line, by: User) -> ReportingPeriod:
    days = {
        name: date.fromisoformat(line[name])
        for name in ("starts_on", "ends_on", "cut_off", "due_on")
    }
    facts = actions.PeriodFacts(**days, legal_basis=line["legal_basis"])
    with demonstration_entries_at(_moment(line["opened_at"])):
        return actions.open_period(facts=facts, by=by)


def _records() -> Mapping[int, list[StatusRecord]]:
    records: dict[int, list[StatusRecord]] = defaultdict(list)
    for record in StatusRecord.objects.believed():
        records[record.agency_id].append(record)
    return records


def _facts(line: Line, records: Iterable[StatusRecord]) -> actions.ReportFacts:
    received_on = date.fromisoformat(line["received_on"])
    standing = next(record for record in records if record.covers(received_on))
    return actions.ReportFacts(
        stage=standing.stage,
        edition_id=standing.edition_id,
        decision_number=standing.decision_number,
        decision_date=standing.decision_date,
        holds_from=standing.valid_from if standing.stage != Stage.NOT_STARTED else None,
        procedures=standing.procedures,
        audit_on=_day(line["audit_on"]),
        review_on=_day(line["review_on"]),
        no_evidence_reason=line["no_document"],
        scope_changes=line["scope_changes"],
        difficulties=line["difficulties"],
        proposals=line["proposals"],
    )


def _hand_in(
    line: Line, period: ReportingPeriod, agency: Agency, facts: actions.ReportFacts, by: User
) -> SelfAssessment:
    """Submit a report: the contact's own, everybody else's as a paper that an officer enters."""
    came_on = None if by.role == Role.CONTACT else date.fromisoformat(line["received_on"])
    with demonstration_entries_at(_moment(line["entered_at"])):
        return actions.submit_report(
            period=period, agency=agency, facts=facts, by=by, paper_received_on=came_on
        )


def _review(line: Line, report: SelfAssessment, by: User) -> None:
    if line["returned_at"]:
        with demonstration_entries_at(_moment(line["returned_at"])):
            actions.return_report(report=report, remark=line["remark"], by=by)
    elif line["accepted_at"]:
        with demonstration_entries_at(_moment(line["accepted_at"])):
            actions.accept_report(report=report, by=by)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str) -> datetime:
    """Return the office's local time of a line as an aware moment."""
    return timezone.make_aware(datetime.fromisoformat(text))
