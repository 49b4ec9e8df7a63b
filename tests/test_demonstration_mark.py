"""The mark of demonstration data goes by what was on record, as every figure does."""

from datetime import date

import pytest

from agencies import actions
from agencies.models import AgencyGroup, Entry, RosterFacts, Stage, StatusFacts
from agencies.models.status import DEMONSTRATION, is_demonstration
from agencies.questions import ask
from reports.summary import build_summary

pytestmark = pytest.mark.django_db
DAY = date(2021, 11, 15)


def test_statuses_marked_as_assumed_later_mark_no_earlier_file(lan):
    group = AgencyGroup.objects.create(code="SO", name="Sở")
    facts = RosterFacts(name="Sở Một", group_id=group.pk)
    agency = actions.add_agency(code="S1", facts=facts, valid_from=date(2020, 1, 1), by=lan)
    asked = ask(day=DAY)
    before = build_summary(asked)
    assert not is_demonstration()
    assumed = StatusFacts(Stage.EXEMPT, note="giả định", source=DEMONSTRATION)
    actions.record_status(agency=agency, valid_from=date(2022, 3, 1), facts=assumed, by=lan)

    assert is_demonstration()
    assert not is_demonstration(Entry.objects.last_known_at(asked.as_of.known_at))
    assert build_summary(ask(day=DAY, known_at=asked.as_of.known_at)) == before
