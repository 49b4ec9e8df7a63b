"""The demonstration's rounds: one finished, one open, and a contact; no status was changed."""

from datetime import date, datetime

import pytest

from activities.models import ReportingPeriod, State, Step
from activities.round_rollups import RoundCounts, round_table
from agencies.asof import AsOf
from agencies.models import Role, User
from tests.rounds import HANOI

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kon_tum")]


def counted(starts_on, as_of):
    period = ReportingPeriod.objects.get(starts_on=starts_on)
    return round_table(period, as_of).total


def test_one_round_is_finished():
    assert counted(date(2019, 12, 15), AsOf.now()) == RoundCounts(
        expected=148, on_time=143, late=5, accepted=148
    )


def test_one_round_is_open_with_late_returned_and_missing_reports():
    expected = RoundCounts(expected=148, on_time=99, late=12, waiting=25, returned=6, accepted=80)
    article = AsOf(date(2021, 11, 15), datetime(2021, 11, 15, 12, tzinfo=HANOI))
    for as_of in (AsOf.now(), article):
        found = counted(date(2020, 12, 15), as_of)
        assert found == expected
        assert found.missing == 37


def test_no_acceptance_changed_a_status():
    accepted = Step.objects.filter(kind=State.ACCEPTED)
    assert accepted.count() == 148 + 80
    assert not accepted.exclude(entry=None).exists()


def test_the_contact_has_a_returned_report():
    contact = User.objects.get(username="daumoi")
    assert (contact.role, contact.agency and contact.agency.code) == (Role.CONTACT, "X037")
    report = ReportingPeriod.objects.get(starts_on=date(2020, 12, 15)).reports.get(
        agency=contact.agency
    )
    assert report.state == State.RETURNED
