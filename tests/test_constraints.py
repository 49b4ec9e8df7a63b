"""What the database itself refuses, whoever writes; and what only one writer at a time may do."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from activities.actions import PeriodFacts, open_period
from activities.models import SentReminder
from agencies.actions import (
    AlreadyApplied,
    StaleForm,
    add_agency,
    apply_reorganisation,
    load_lives,
    open_entry,
    record_status,
    save_lives,
    write_lock,
)
from agencies.models import (
    Agency,
    AgencyGroup,
    Duty,
    Edition,
    Entry,
    EntryKind,
    Evidence,
    PlannedConversion,
    Province,
    Reorganisation,
    ReorganisationPlan,
    Role,
    RosterFacts,
    RosterRecord,
    Stage,
    StatusFacts,
    StatusRecord,
    Succession,
    Transition,
    TransitionTarget,
    User,
)
from tests.emptied import write_what_migrations_wrote

DAY = date(2020, 1, 1)
LATER = date(2020, 6, 1)
END = date(2021, 1, 1)
BUILDING = StatusFacts(Stage.BUILDING)


@dataclass
class RawOffice:
    """Writes rows past every action."""

    by: User
    one: Agency
    two: Agency
    first: Entry
    second: Entry
    edition: Edition
    group: AgencyGroup

    def status(self, **facts) -> StatusRecord:
        row = {"agency": self.one, "recorded": self.first, "valid_from": DAY, "stage": "building"}
        return StatusRecord.objects.create(**{**row, **facts})

    def roster(self, **facts) -> RosterRecord:
        row = {"agency": self.one, "recorded": self.first, "valid_from": DAY, "name": "Một"}
        return RosterRecord.objects.create(**{**row, **facts})

    def evidence(self, **facts) -> Evidence:
        row = {"file": "evidence/1", "kind": "pdf", "size": 1, "kept_at": timezone.now()}
        return Evidence.objects.create(**{**row, "by": self.by, **facts})

    def succession(self, **facts) -> Succession:
        event, _made = Reorganisation.objects.get_or_create(
            decree_number="1/NQ", takes_effect_on=DAY, entry=self.second
        )
        row = {"predecessor": self.one, "successor": self.two, "kind": "merge"}
        return Succession.objects.create(reorganisation=event, **{**row, **facts})

    def target(self, **facts) -> TransitionTarget:
        row = {"transition": Transition.objects.get(), "due_on": DAY}
        return TransitionTarget.objects.create(**{**row, **facts})

    def plan(self, **facts) -> PlannedConversion:
        row = {"transition": Transition.objects.get(), "agency": self.one, "planned_on": DAY}
        return PlannedConversion.objects.create(**{**row, **facts})

    def duty(self, **facts) -> Duty:
        row = {"agency": self.one, "kind": "mandatory", "valid_from": DAY}
        return Duty.objects.create(**{**row, **facts})

    def entry(self, **facts) -> Entry:
        return Entry.objects.create(
            **{"at": timezone.now(), "by": self.by, "kind": EntryKind.RECORD, **facts}
        )


@pytest.fixture
def office(lan):
    first, second = (
        Entry.objects.create(at=timezone.now() + timedelta(hours=hour), by=lan, kind="record")
        for hour in (-2, -1)
    )
    one, two = (Agency.objects.create(code=code) for code in ("CQ-1", "CQ-2"))
    group = AgencyGroup.objects.create(code="SO", name="Sở")
    return RawOffice(lan, one, two, first, second, Edition.objects.get(year=2015), group)


Write = Callable[[RawOffice], object]

# One row that each constraint refuses, and only that one.
REFUSED_ROWS: dict[str, Write] = {
    "statusrecord_ends_after_it_begins": lambda office: office.status(valid_to=DAY),
    "statusrecord_superseded_after_recorded": lambda office: office.status(superseded=office.first),
    "statusrecord_known_stage": lambda office: office.status(stage="certified"),
    "statusrecord_working_toward_fits_stage": lambda office: office.status(
        stage=Stage.EXEMPT, working_toward=office.edition
    ),
    "statusrecord_edition_fits_stage": lambda office: office.status(stage=Stage.APPLIED),
    "rosterrecord_ends_after_it_begins": lambda office: office.roster(valid_to=DAY),
    "rosterrecord_superseded_after_recorded": lambda office: office.roster(superseded=office.first),
    "rosterrecord_not_its_own_parent": lambda office: office.roster(parent=office.one),
    "evidence_known_kind": lambda office: office.evidence(kind="exe"),
    "evidence_not_empty": lambda office: office.evidence(size=0),
    "entry_correction_has_reason": lambda office: office.entry(kind=EntryKind.CORRECTION),
    "entry_undo_names_what_it_undoes": lambda office: office.entry(
        kind=EntryKind.UNDO, reason="nhầm"
    ),
    "entry_undo_has_reason": lambda office: office.entry(kind=EntryKind.UNDO, undoes=office.first),
    "reorganisation_names_its_decree": lambda office: Reorganisation.objects.create(
        entry=office.first, decree_number="", takes_effect_on=DAY
    ),
    "succession_names_a_body": lambda office: office.succession(
        predecessor=None, successor=None, kind="dissolve"
    ),
    "succession_known_kind": lambda office: office.succession(kind="sold"),
    "succession_kind_fits_its_bodies": lambda office: office.succession(successor=None),
    "succession_first_status_of_a_successor": lambda office: office.succession(
        successor=None, kind="dissolve", first_status="anew"
    ),
    "succession_carried_from_a_predecessor": lambda office: office.succession(
        predecessor=None, kind="establish", first_status="carried"
    ),
    "transition_between_two_editions": lambda office: Transition.objects.create(
        from_edition=office.edition, to_edition=office.edition, starts_on=DAY
    ),
    "transition_deadline_after_its_start": lambda office: Transition.objects.create(
        from_edition=office.edition,
        to_edition=Edition.objects.get(year=2008),
        starts_on=DAY,
        deadline=DAY,
    ),
    "target_is_a_count_or_a_percent": lambda office: office.target(count=1, percent=2),
    "duty_of_a_group_or_an_agency": lambda office: office.duty(agency=None),
    "duty_ends_after_it_begins": lambda office: office.duty(valid_to=DAY),
    "user_contact_has_an_agency": lambda office: User.objects.create(
        username="mai", role=Role.CONTACT
    ),
    "user_of_a_province_is_officer_or_head": lambda office: User.objects.create(
        username="quan",
        role=Role.ADMINISTRATOR,
        province=Province.objects.create(code="KT", name="Kon Tum"),
    ),
}
# A row that is accepted, and one that is refused beside it.
REFUSED_PAIRS: dict[str, tuple[Write, Write]] = {
    "statusrecord_one_believed_per_start": (
        lambda office: office.status(valid_to=LATER),
        lambda office: office.status(valid_to=END),
    ),
    "statusrecord_one_believed_and_open": (
        lambda office: office.status(),
        lambda office: office.status(valid_from=LATER),
    ),
    "rosterrecord_one_believed_per_start": (
        lambda office: office.roster(valid_to=LATER),
        lambda office: office.roster(valid_to=END),
    ),
    "rosterrecord_one_believed_and_open": (
        lambda office: office.roster(),
        lambda office: office.roster(valid_from=LATER),
    ),
    "rosterrecord_gso_code_once_per_start": (
        lambda office: office.roster(gso_code="23311"),
        lambda office: office.roster(gso_code="23311", agency=office.two),
    ),
    "agency_code_once_in_any_case": (
        lambda office: Agency.objects.create(code="x9"),
        lambda office: Agency.objects.create(code="X9"),
    ),
    "succession_once_per_pair": (
        lambda office: office.succession(),
        lambda office: office.succession(kind="split"),
    ),
    "target_once_per_group_and_day": (
        lambda office: office.target(count=1, group=office.group),
        lambda office: office.target(percent=2, group=office.group),
    ),
    "target_of_all_once_per_day": (
        lambda office: office.target(count=1),
        lambda office: office.target(percent=2),
    ),
    "planned_once_per_transition": (
        lambda office: office.plan(),
        lambda office: office.plan(planned_on=LATER),
    ),
    "transition_once_per_pair": (
        lambda office: None,  # the first migration wrote 2008 → 2015
        lambda office: Transition.objects.create(
            from_edition=Edition.objects.get(year=2008), to_edition=office.edition, starts_on=END
        ),
    ),
}


def refused_by(name: str):
    """Expect the database to refuse; SQLite names check constraints only."""
    named = connection.vendor == "postgresql" or name in REFUSED_ROWS
    return pytest.raises(IntegrityError, match=name if named else "UNIQUE constraint failed")


@pytest.mark.parametrize("name", REFUSED_ROWS)
def test_the_database_refuses_a_row(office, name):
    with refused_by(name), transaction.atomic():
        REFUSED_ROWS[name](office)


@pytest.mark.parametrize("name", REFUSED_PAIRS)
def test_the_database_refuses_a_second_row(office, name):
    accepted, refused = REFUSED_PAIRS[name]
    accepted(office)
    with refused_by(name), transaction.atomic():
        refused(office)


def test_every_constraint_of_agencies_is_shown_to_bite():
    models = [model for model in apps.get_models() if model.__module__.startswith("agencies")]
    names = {constraint.name for model in models for constraint in model._meta.constraints}

    assert names == REFUSED_ROWS.keys() | REFUSED_PAIRS.keys()


@pytest.mark.parametrize("stage", [Stage.NOT_STARTED, Stage.BUILDING, Stage.EXEMPT])
def test_only_a_declaration_has_an_edition(office, stage):
    with refused_by("statusrecord_edition_fits_stage"), transaction.atomic():
        office.status(stage=stage, edition=office.edition)


def test_who_has_not_started_works_toward_nothing(office):
    with refused_by("statusrecord_working_toward_fits_stage"), transaction.atomic():
        office.status(stage=Stage.NOT_STARTED, working_toward=office.edition)


def test_a_withdrawn_declaration_may_keep_its_edition_or_not(office):
    office.status(stage=Stage.WITHDRAWN, edition=office.edition, valid_to=LATER)
    office.status(stage=Stage.WITHDRAWN, valid_from=LATER, working_toward=office.edition)


def test_two_entries_do_not_share_a_moment(office):
    with pytest.raises(IntegrityError), transaction.atomic():
        office.entry(at=office.first.at)


def test_superseded_rows_stand_in_nobodys_way(office):
    office.status(superseded=office.second)
    office.status(superseded=office.second)
    office.roster(superseded=office.second, gso_code="23311")

    assert office.status(recorded=office.second).pk
    assert office.roster(recorded=office.second, gso_code="23311", agency=office.two).pk


def test_empty_gso_codes_are_no_codes(office):
    office.roster()

    assert office.roster(agency=office.two).pk


# Overlaps with different first days: PostgreSQL refuses them itself, SQLite leaves them to
# the actions.


def test_statuses_do_not_overlap(office):
    office.status(valid_to=END)
    if connection.vendor == "postgresql":
        with refused_by("statusrecord_no_overlap"), transaction.atomic():
            office.status(valid_from=LATER)
    else:
        assert_no_life_overlaps(office, "status", office.status)


def test_roster_records_do_not_overlap(office):
    office.roster(valid_to=END)
    if connection.vendor == "postgresql":
        with refused_by("rosterrecord_no_overlap"), transaction.atomic():
            office.roster(valid_from=LATER)
    else:
        assert_no_life_overlaps(office, "roster", office.roster)


def assert_no_life_overlaps(office, history, write) -> None:
    """Check that an action refuses a life into which a second row was smuggled."""
    write(valid_from=LATER)
    life = load_lives([office.one])[office.one.pk]
    assert len(getattr(life, history)) == 2
    with pytest.raises(ValidationError), write_lock():
        save_lives(open_entry(by=office.by, kind=EntryKind.RECORD), [life])


def test_a_gso_code_belongs_to_one_agency_on_a_day(office):
    office.roster(gso_code="23311")
    if connection.vendor == "postgresql":
        with refused_by("rosterrecord_gso_no_overlap"), transaction.atomic():
            office.roster(gso_code="23311", agency=office.two, valid_from=LATER)
    else:
        facts = RosterFacts(name="Ba", gso_code="23311")
        with pytest.raises(ValidationError):
            add_agency(code="CQ-3", facts=facts, valid_from=LATER, by=office.by)


# Rows on record


def test_a_dated_record_is_not_saved_again(office):
    for row in (office.status(), office.roster()):
        row.valid_to = END
        with pytest.raises(TypeError, match="never saved again"):
            row.save()
        row.refresh_from_db()
        assert row.valid_to is None


def test_a_dated_record_is_not_deleted(office):
    for row in (office.status(), office.roster()):
        with pytest.raises(TypeError, match="never deleted"):
            row.delete()
        assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("name", ["by", "first", "one", "edition"])
def test_what_records_name_is_not_deleted(office, name):
    office.status(stage=Stage.APPLIED, edition=office.edition)
    with pytest.raises(IntegrityError), transaction.atomic():
        getattr(office, name).delete()


# One writer at a time


@pytest.fixture
def shared_database(tmp_path):
    """Give threads a database of their own to share.

    SQLite's test database lives in the memory of one connection; threads get a copy of
    it in a file, with the locks and the journal that the product has.
    """
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            path = tmp_path / "office.sqlite3"
            with closing(sqlite3.connect(path)) as target:
                connection.connection.backup(target)
            patch.setitem(connections.settings["default"], "NAME", str(path))
        yield


Work = Callable[[], Any]


def at_once(works: list[Work]) -> list[Any]:
    """Return what the works return, each done in a thread and begun at the same time."""
    barrier = Barrier(len(works))

    def begin(work: Work) -> Any:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=20)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(begin, works))


@pytest.fixture
def commune(transactional_db, django_db_serialized_rollback):
    by = User.objects.create_user("lan")
    group = AgencyGroup.objects.create(code="XA", name="UBND cấp xã")
    facts = RosterFacts(name="UBND xã Đắk Long", group_id=group.pk)
    return add_agency(code="XA-1", facts=facts, valid_from=DAY, by=by)


def test_of_officers_with_the_same_form_exactly_one_is_heard(commune, shared_database):
    by, seen = User.objects.get(username="lan"), Entry.objects.get().pk

    def record(number: int) -> Any:
        day = DAY + timedelta(days=1 + number)
        try:
            record_status(agency=commune, valid_from=day, facts=BUILDING, by=by, seen=seen)
        except StaleForm as stale:
            return len(stale.entries)
        return "recorded"

    outcomes = at_once([partial(record, number) for number in range(6)])

    assert Counter(outcomes) == {"recorded": 1, 1: 5}


@pytest.fixture
def overdue_round(commune):
    """A round whose report three contacts of the commune owe since yesterday week."""
    write_what_migrations_wrote()
    by = User.objects.create_user("hoa", role=Role.OFFICER)
    for name in ("mot", "hai", "ba"):
        email = f"{name}@example.com"
        User.objects.create_user(name, role=Role.CONTACT, agency=commune, email=email)
    last = timezone.localdate() - timedelta(days=9)
    facts = PeriodFacts(last - timedelta(days=364), last, last, last + timedelta(days=1), "1/KH")
    return open_period(facts=facts, by=by)


def test_of_timers_that_run_at_once_each_thing_is_mailed_once(overdue_round, shared_database):
    at_once([partial(call_command, "send_reminders", stdout=StringIO()) for _run in range(4)])

    assert Counter(one.to[0] for one in mail.outbox) == {
        "mot@example.com": 1,
        "hai@example.com": 1,
        "ba@example.com": 1,
    }
    assert at_once([SentReminder.objects.filter(sent_at__isnull=False).count]) == [3]


def test_of_officers_with_the_same_decree_exactly_one_applies_it(commune, shared_database):
    by = User.objects.get(username="lan")
    ends = ReorganisationPlan("1/NQ", DAY + timedelta(days=9), dissolved=("XA-1",))

    def apply(_number: int) -> str:
        try:
            apply_reorganisation(plan=ends, by=by)
        except AlreadyApplied:
            return "told"
        return "applied"

    assert Counter(at_once([partial(apply, number) for number in range(4)])) == {
        "applied": 1,
        "told": 3,
    }


def test_writers_wait_for_each_other_and_lose_nothing(commune, shared_database):
    by = User.objects.get(username="lan")

    def record(number: int) -> None:
        facts = StatusFacts(Stage.BUILDING, note=f"lần {number}")
        day = DAY + timedelta(days=10 * (1 + number))
        record_status(agency=commune, valid_from=day, facts=facts, by=by)

    def believed() -> Any:
        rows = StatusRecord.objects.believed().order_by("valid_from")
        return [(row.valid_from, row.valid_to) for row in rows], Entry.objects.count()

    at_once([partial(record, number) for number in range(6)])
    [(days, entries)] = at_once([believed])

    edges = [DAY + timedelta(days=10 * number) for number in range(7)]
    assert days == list(zip(edges, [*edges[1:], None], strict=True))
    assert entries == 7
