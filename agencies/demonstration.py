"""The demonstration data: Kon Tum's roster of November 2021 and assumed histories.

Read from small files under fixtures/ and loaded through the actions a person uses.
"""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from agencies import actions
from agencies.models import (
    Agency,
    AgencyGroup,
    Duty,
    Edition,
    Entry,
    Role,
    RosterFacts,
    StatusFacts,
    StatusRecord,
    TransitionTarget,
    User,
    transition_to,
)
from agencies.models.status import DEMONSTRATION

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "kon_tum"
ACCOUNTS = (
    ("chuyenvien", Role.OFFICER, "Chuyên viên Chi cục"),
    ("lanhdao", Role.HEAD, "Lãnh đạo Sở"),
    ("quantri", Role.ADMINISTRATOR, "Quản trị hệ thống"),
)

PLANNED_AT = datetime(2016, 3, 1, 9, tzinfo=ZoneInfo(settings.TIME_ZONE))  # assumed as well
Line = dict[str, str]


def is_empty_office() -> bool:
    """Say whether nobody has recorded or set up anything yet."""
    return not (Entry.objects.exists() or Agency.objects.exists() or AgencyGroup.objects.exists())


@actions.write_lock()
def load(password: str) -> None:
    """Load accounts, groups, agencies and histories, all or nothing.

    Raises:
        ValueError: the database already holds something.
    """
    if not is_empty_office():
        raise ValueError("The database is not empty.")
    for username, role, full_name in ACCOUNTS:
        if not User.objects.filter(username=username).exists():
            User.objects.create_user(username, password, role=role, full_name=full_name)
    for line in lines("groups.csv"):
        AgencyGroup.objects.create(**line)
    _load_agencies(User.objects.get(username="chuyenvien"))
    _load_events()
    _load_duties()
    _load_plan(User.objects.get(username="chuyenvien"))


def lines(name: str) -> Iterator[Line]:
    """Yield the lines of one file of the demonstration data."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _load_agencies(by: User) -> None:
    groups = {group.code: group.pk for group in AgencyGroup.objects.all()}
    ids: dict[str, int] = {}
    for line in lines("agencies.csv"):
        with actions.demonstration_entries_at(moment(line["recorded_at"])):
            agency = actions.add_agency(
                code=line["code"],
                facts=RosterFacts(
                    name=line["name"],
                    group_id=groups.get(line["group"]),
                    parent_id=ids.get(line["parent"]),
                    gso_code=line["gso_code"],
                    name_origin=line["name_origin"],
                ),
                valid_from=date.fromisoformat(line["valid_from"]),
                valid_to=_day(line["valid_to"]),
                by=by,
            )
        ids[agency.code] = agency.pk


def _load_events() -> None:
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    users = {user.username: user for user in User.objects.all()}
    editions = {str(edition.year): edition.pk for edition in Edition.objects.all()}
    for line in lines("events.csv"):
        with actions.demonstration_entries_at(moment(line["recorded_at"])):
            _act(line, agencies[line["agency"]], users[line["recorded_by"]], editions)


def _load_duties() -> None:
    groups = {group.code: group for group in AgencyGroup.objects.all()}
    for line in lines("duties.csv"):
        duty = Duty(
            group=groups[line["group"]],
            kind=line["kind"],
            valid_from=date.fromisoformat(line["valid_from"]),
            valid_to=_day(line["valid_to"]),
            legal_source=line["legal_source"],
            note=line["note"],
        )
        # The office knows the law on the day from which it holds.
        duty._history_date = datetime.combine(duty.valid_from, time(9), PLANNED_AT.tzinfo)
        duty.save()


def _load_plan(by: User) -> None:
    """Load an assumed plan of the newest transition: deadline, targets, each agency's day."""
    groups = {group.code: group for group in AgencyGroup.objects.all()}
    newest = Edition.objects.order_by("-year")[0]
    transition = transition_to(newest)
    assert transition is not None, "migrate alone brings a transition"
    targets = list(lines("targets.csv"))
    transition.deadline = max(date.fromisoformat(line["due_on"]) for line in targets)
    transition.legal_basis += f"; hạn: {DEMONSTRATION}"
    _save_as_known(transition)
    for line in targets:
        target = TransitionTarget(
            transition=transition,
            group=groups.get(line["group"]),
            due_on=date.fromisoformat(line["due_on"]),
            count=int(line["count"]) if line["count"] else None,
            percent=line["percent"] or None,
            source=DEMONSTRATION,
        )
        _save_as_known(target)
    days = {line["agency"]: date.fromisoformat(line["planned_on"]) for line in lines("plan.csv")}
    with actions.demonstration_entries_at(PLANNED_AT):
        actions.plan_conversions(transition=transition, days=days, source=DEMONSTRATION, by=by)


def _save_as_known(row: Any) -> None:
    """Write an ordinary row of the plan, whose version bears the moment of the plan."""
    row._history_date = PLANNED_AT
    row.save()


def _act(line: Line, agency: Agency, by: User, editions: dict[str, int]) -> None:
    """Carry out one line: a record, a correction, or taking out what never happened."""
    if line["act"] == "take_out":
        actions.take_out_status(record=_target(line, agency), reason=line["reason"], by=by)
        return
    valid_from, facts = date.fromisoformat(line["valid_from"]), _facts(line, editions)
    if line["act"] == "correct":
        actions.correct_status_record(
            record=_target(line, agency),
            valid_from=valid_from,
            facts=facts,
            reason=line["reason"],
            by=by,
        )
    else:
        actions.record_status(
            agency=agency, valid_from=valid_from, facts=facts, reason=line["reason"], by=by
        )


def _target(line: Line, agency: Agency) -> StatusRecord:
    """Return the believed record that begins on the line's target day."""
    record: StatusRecord = StatusRecord.objects.believed().get(
        agency=agency, valid_from=date.fromisoformat(line["target"])
    )
    return record


def _facts(line: Line, editions: dict[str, int]) -> StatusFacts:
    return StatusFacts(
        stage=line["stage"],
        edition_id=editions.get(line["edition"]),
        working_toward_id=editions.get(line["working_toward"]),
        decision_number=line["decision_number"],
        decision_date=_day(line["decision_date"]),
        signer=line["signer"],
        procedures=int(line["procedures"]) if line["procedures"] else None,
        declaration=line["declaration"],
        redeclaration_reason=line["redeclaration_reason"],
        note=line["note"],
        source=DEMONSTRATION,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def moment(text: str) -> datetime:
    """Return the office's local time of a line as an aware moment."""
    return timezone.make_aware(datetime.fromisoformat(text))
