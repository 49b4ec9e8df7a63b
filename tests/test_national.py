"""The country made up: reproducible, of the size asked for, and keeping every rule."""

from collections import Counter
from datetime import UTC, date, datetime
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from agencies.asof import AsOf
from agencies.audit import broken_lines
from agencies.invariants import broken_rules
from agencies.models import (
    Agency,
    Entry,
    Province,
    Reorganisation,
    RosterRecord,
    StatusRecord,
    Succession,
    User,
    edition_asked_about,
)
from agencies.models.status import (
    DEMONSTRATION_NOTE,
    MADE_UP_NOTE,
    demonstration_note,
    is_demonstration,
)
from agencies.national.places import lines, places
from agencies.questions import ask
from reports import rollups
from tests.laid_down import lay_down

pytestmark = pytest.mark.django_db
EVE, REFORM = date(2025, 6, 30), date(2025, 7, 1)
AGENCIES, RECORDS = 240, 8  # with one province that takes in another


@pytest.fixture
def country(db):
    """Lay down a small country."""
    lay_down("country", lambda: make(7))


def make(seed: int) -> None:
    call_command("make_national_data", agencies=AGENCIES, records=RECORDS, seed=seed)


def digest() -> str:
    """Return what the histories say, without the moment of loading and the numbers of rows."""
    fields = ("agency__code", "valid_from", "valid_to", "recorded__at", "superseded__at")
    status = StatusRecord.objects.values_list(
        *fields, "stage", "edition__year", "decision_number", "signer", "procedures"
    )
    roster = RosterRecord.objects.values_list(*fields, "name", "group__code", "province__code")
    entries = Entry.objects.values_list("at", "kind", "by__username")
    rows = [sorted(map(repr, rows)) for rows in (status, roster, entries)]
    return sha256(repr(rows).encode()).hexdigest()


def test_provinces_are_those_of_the_decree():
    before, today = list(lines("provinces.csv")), list(lines("provinces_2025.csv"))
    assert (len(before), len(today)) == (63, 34)
    assert {line["into"] for line in before} == {line["code"] for line in today}
    every = places(15_000)
    assert len({place.key for place in every}) == 63
    seats = {place.into: place.name for place in every if place.seat}
    assert seats == {line["code"]: line["name"] for line in today}
    merged = Counter(place.into for place in every)
    assert sum(number == 1 for number in merged.values()) == 11  # eleven stayed as they were


def test_the_histories_keep_every_rule_and_have_their_lines(country):
    assert list(broken_rules()) == []
    assert list(broken_lines()) == []


def test_it_is_of_the_size_asked_for(country):
    as_of = ask(day=EVE).as_of
    table = rollups.by_group(as_of, edition_asked_about(EVE))
    assert table.total.total + table.total.exempt == AGENCIES
    assert StatusRecord.objects.count() == pytest.approx(AGENCIES * RECORDS, rel=0.25)
    assert all(row.counts.total for row in table.rows)
    assert 0 < table.total.converted < table.total.total


def test_the_reform_ends_districts_and_provinces(country):
    roster = RosterRecord.objects.believed()
    before, after = roster.in_force_on(EVE), roster.in_force_on(REFORM)
    assert before.filter(group__code="CAP_HUYEN").exists()
    assert not after.filter(group__code="CAP_HUYEN").exists()
    communes = [rows.filter(group__code="CAP_XA").count() for rows in (before, after)]
    assert communes[1] < communes[0] / 2
    of_before, of_after = ({row.province_id for row in rows} for rows in (before, after))
    assert of_after < of_before
    assert None not in of_before
    today = {line["code"] for line in lines("provinces_2025.csv")}
    assert set(Province.objects.filter(pk__in=of_after).values_list("code", flat=True)) <= today
    assert Reorganisation.objects.count() == len(of_after)
    assert Succession.objects.filter(kind="merge").exists()


def test_figures_of_the_past_depend_on_what_was_known(country):
    """Late entries and corrections make the same day look otherwise from earlier on."""
    day, edition = date(2020, 12, 31), edition_asked_about(EVE)
    then = rollups.by_group(AsOf(day, datetime(2020, 12, 31, 16, tzinfo=UTC)), edition)
    now = rollups.by_group(ask(day=day).as_of, edition)
    assert then.total.total == now.total.total
    assert then.total.converted != now.total.converted
    assert StatusRecord.objects.filter(superseded__kind="correction").exists()


def test_officers_keep_their_province(country):
    officers = User.objects.filter(province__isnull=False)
    assert {user.province_id for user in officers} == set(
        Province.objects.values_list("pk", flat=True)
    )
    ended = officers.filter(is_active=False)
    of_ended = set(ended.values_list("province__code", flat=True))
    assert of_ended == {place.key for place in places(AGENCIES) if not place.seat}


def test_the_same_seed_gives_the_same_country_and_another_another():
    digests = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            make(seed)
            digests.append(digest())
            transaction.set_rollback(True)
    assert digests[0] == digests[1] != digests[2]


def test_it_claims_no_published_figure(country):
    assert is_demonstration()
    assert demonstration_note() == str(MADE_UP_NOTE) != str(DEMONSTRATION_NOTE)


def test_a_filled_office_is_left_alone(small_province):
    agencies = Agency.objects.count()
    with pytest.raises(CommandError):
        call_command("make_national_data", agencies=100)
    assert Agency.objects.count() == agencies


@pytest.mark.parametrize("wrong", [{"agencies": 0}, {"agencies": 10**9}, {"records": 0}])
def test_senseless_sizes_are_refused(wrong):
    with pytest.raises(CommandError, match=str(next(iter(wrong.values())))):
        call_command("make_national_data", **wrong)
    assert not Agency.objects.exists()
