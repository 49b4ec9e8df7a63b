"""The demonstration data gives the published figures, and says what it is."""

from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count
from django.utils import timezone

from agencies import demonstration
from agencies.asof import AsOf
from agencies.models import (
    Duty,
    Edition,
    Entry,
    EntryKind,
    PlannedConversion,
    RosterRecord,
    Stage,
    StatusRecord,
    User,
    transition_to,
)
from agencies.models.status import DEMONSTRATION, is_demonstration
from reports import plans, rollups

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kon_tum")]
ARTICLE = date(2021, 11, 15)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def table():
    edition = Edition.objects.get(year=2015)
    return rollups.by_group(AsOf(ARTICLE, timezone.now()), edition)


def test_the_published_counts_come_out(table):
    found = {
        row.group: (row.counts.fraction, row.counts.older_edition, row.counts.not_started)
        for row in table.rows
    }
    assert found == {
        "CAP_TINH": ("19/20", 1, 0),
        "CAP_HUYEN": ("07/10", 3, 0),
        "CHI_CUC": ("06/16", 9, 1),
        "CAP_XA": ("74/102", 28, 0),
    }
    assert (table.total.converted, table.total.total) == (106, 148)
    assert (table.total.older_edition, table.total.left) == (41, 42)


def test_the_article_reads_the_same_with_the_knowledge_of_its_day(table):
    then = AsOf(ARTICLE, datetime(2021, 11, 15, 8, tzinfo=HANOI))
    assert rollups.by_group(then, Edition.objects.get(year=2015)) == table


def test_who_is_left_follows_the_letter_of_2022():
    edition = Edition.objects.get(year=2015)
    left = rollups.left_by_parent(AsOf(ARTICLE, timezone.now()), edition)
    names = {standing.name for row in left for standing in row.left}
    assert {"Thanh tra tỉnh", "UBND huyện Tu Mơ Rông"} <= names
    communes = {row.name for row in left for s in row.left if s.group == "CAP_XA"}
    assert communes == {
        "UBND huyện Ngọc Hồi",
        "UBND huyện Sa Thầy",
        "UBND huyện Kon Plông",
        "UBND huyện Đắk Glei",
        "UBND thành phố Kon Tum",
    }
    by_name = {row.name: row for row in left}
    assert len(by_name["Sở Nông nghiệp và Phát triển nông thôn"].left) == 6


def test_every_declaration_names_its_decision():
    applied = StatusRecord.objects.filter(stage=Stage.APPLIED)
    assert applied.exists()
    assert not applied.filter(decision_number="").exists()
    assert not applied.filter(decision_date=None).exists()


def test_no_status_begins_after_the_article():
    assert not StatusRecord.objects.filter(valid_from__gt=ARTICLE).exists()


def test_corrections_late_entries_and_a_withdrawal_are_among_it():
    entries = Entry.objects.filter(kind=EntryKind.CORRECTION, at__date__lte=ARTICLE)
    assert entries.count() >= 3
    late = [
        row
        for row in StatusRecord.objects.believed().select_related("recorded")
        if (row.recorded.at.date() - row.valid_from).days > 120 and "muộn" in row.note
    ]
    assert len(late) >= 3
    withdrawn = StatusRecord.objects.believed().filter(
        stage=Stage.WITHDRAWN, valid_to__isnull=False
    )
    again = StatusRecord.objects.believed().filter(
        agency__in=withdrawn.values("agency"), stage=Stage.APPLIED, valid_to=None
    )
    assert again.exists()


def test_entries_are_dated_over_the_years_and_the_time_of_loading_is_kept():
    years = Entry.objects.values("at__year").annotate(Count("pk"))
    assert {row["at__year"] for row in years} == set(range(2010, 2022))
    assert not Entry.objects.filter(loaded_at=None).exists()


def test_names_say_where_they_come_from():
    assert not RosterRecord.objects.exclude(group=None).filter(name_origin="").exists()
    assembled = RosterRecord.objects.filter(name_origin__startswith="Tự lập")
    assert assembled.filter(name="Thanh tra tỉnh").exists()


def test_the_assumed_assignment_bears_its_mark():
    assert is_demonstration()
    began = StatusRecord.objects.exclude(stage=Stage.NOT_STARTED)
    assert set(began.values_list("source", flat=True)) == {DEMONSTRATION}


def test_a_filled_database_is_left_alone():
    with pytest.raises(CommandError, match="trống"):
        call_command("load_demo", stdout=StringIO())
    out = StringIO()
    call_command("load_demo", "--if-empty", stdout=out)
    assert "chuyenvien" in out.getvalue()
    assert not demonstration.is_empty_office()


def test_entries_in_the_past_are_for_the_demonstration_alone():
    from agencies import actions
    from agencies.models import Agency, StatusFacts

    by = User.objects.get(username="chuyenvien")
    agency = Agency.objects.get(code="X031")
    facts = StatusFacts(Stage.BUILDING)
    actions.record_status(agency=agency, valid_from=date(2026, 1, 1), facts=facts, by=by)
    with (
        pytest.raises(ValueError, match="empty"),
        actions.demonstration_entries_at(datetime(2015, 1, 1, tzinfo=HANOI)),
    ):
        actions.record_status(agency=agency, valid_from=date(2026, 2, 1), facts=facts, by=by)


def test_the_assumed_plan_covers_everybody_and_says_that_it_is_assumed():
    as_of, edition = AsOf(ARTICLE, timezone.now()), Edition.objects.get(year=2015)
    transition = transition_to(edition)
    assert transition is not None
    assert set(PlannedConversion.objects.values_list("source", flat=True)) == {DEMONSTRATION}
    assert set(transition.targets.values_list("source", flat=True)) == {DEMONSTRATION}
    assert DEMONSTRATION in transition.legal_basis
    rows = plans.planned_agencies(as_of, transition)
    now = next(p for p in plans.curve(rows, as_of, transition) if p.day == ARTICLE)
    assert (now.planned, now.actual) == (130, 106)
    assert [row.state for row in plans.targets(as_of, transition)] == [
        *("met", "missed", "met", "missed", "to_come")
    ]
    told = plans.forecast(as_of, edition)
    assert (told.left, told.pace) == (42, 43)
    assert (told.earliest, told.latest) == (date(2022, 8, 19), date(2023, 2, 26))


def test_duties_are_dated_and_say_what_is_not_verified(table):
    edition = Edition.objects.get(year=2015)
    asked = AsOf(ARTICLE, timezone.now(), duty_only=True)
    assert rollups.by_group(asked, edition) == table
    communes = rollups.by_group(asked.on(date(2015, 11, 15)), edition).row("CAP_XA")
    assert communes.counts.total == 0  # encouraged is no duty
    assert all("giả định" in note for note in Duty.objects.values_list("note", flat=True))
