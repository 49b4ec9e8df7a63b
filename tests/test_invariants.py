"""Reading the histories again finds what was written past the actions."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from agencies.invariants import broken_rules
from agencies.models import Entry, RosterRecord, StatusRecord


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_what_actions_wrote_keeps_every_rule(small_province, capsys):
    call_command("check_history")
    number = Entry.objects.count()
    assert capsys.readouterr().out == (
        f"{number} acts of recording checked; the histories keep their rules.\n"
    )


def test_a_gap_is_found_at_the_act_after_which_it_is_there(small_province):
    record = StatusRecord.objects.believed().get(decision_number="21/QĐ-KL")
    StatusRecord.objects.filter(pk=record.pk).update(valid_from=date(2021, 6, 2))
    (wrong,) = broken_rules()
    assert wrong == (
        f"CC-KL, after the act of recording {record.recorded_id}: "
        "the statuses do not cover exactly the days of existence"
    )
    with pytest.raises(CommandError, match="CC-KL"):
        call_command("check_history")


def test_rows_that_overlapped_once_are_found_though_nobody_believes_them_now(small_province):
    """SO-NN was believed converted from 2018 until 2021; now it would begin on the day before."""
    mistaken = StatusRecord.objects.get(decision_number="01/KH-SNN", superseded__isnull=False)
    StatusRecord.objects.filter(pk=mistaken.pk).update(valid_from=date(2017, 12, 31))
    assert list(broken_rules()) == [
        f"SO-NN, after the act of recording {mistaken.recorded_id}: two records cover 31/12/2017"
    ]


def test_a_code_of_two_agencies_is_found(small_province):
    for code in ("CC-KL", "CC-TDC"):
        RosterRecord.objects.filter(agency__code=code, superseded__isnull=True).update(
            gso_code="123", superseded=Entry.objects.latest("pk")
        )
    wrong = list(broken_rules())
    assert any("GSO code 123" in line and "01/01/2010" in line for line in wrong)


def test_acts_out_of_order_are_found(small_province):
    first, second = Entry.objects.order_by("pk")[:2]
    Entry.objects.filter(pk=second.pk).update(at=first.at - timedelta(days=1))
    assert list(broken_rules()) == [
        f"The act of recording {second.pk} is not later than the one before it."
    ]
