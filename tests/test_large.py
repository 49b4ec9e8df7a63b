"""The dashboard of many agencies says what that of few would, and names the first alone."""

from dataclasses import replace
from typing import Any

import pytest
from django import forms
from pytest_django.asserts import assertHTMLEqual

from agencies.asof import AsOf
from agencies.filters import DrawnSelect
from agencies.models import Agency, edition_asked_about
from agencies.questions import ask
from reports import cards, large, marks, rollups
from tests.test_rollups import COMPLETED, OLD_TIMES, REPORTED, UNKNOWN

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("as_of", [REPORTED, COMPLETED, OLD_TIMES, UNKNOWN])
@pytest.mark.parametrize("most", [1, 2, 30])
def test_the_first_parents_are_those_of_the_roll_up(small_province, as_of: AsOf, most):
    edition = edition_asked_about(as_of.day)
    every = rollups.left_by_parent(as_of, edition)
    left = large.left_by_parent(as_of, edition, most)
    assert left.first == every[:most]
    assert left.others == len(every[most:])
    counted = sum(row.number for rows in left.by_group.values() for row in rows)
    assert counted == rollups.by_group(as_of, edition).total.left


def test_the_same_of_the_demonstration(kon_tum):
    asked = ask(day=COMPLETED.day)
    every = rollups.left_by_parent(asked.as_of, asked.edition)
    assert len(every) > 5
    left = large.left_by_parent(asked.as_of, asked.edition, 5)
    assert left.first == every[:5]
    assert left.others == len(every) - 5


def test_bars_say_what_marks_say(kon_tum):
    asked = ask(day=COMPLETED.day)
    rows = rollups.standings(asked.as_of, asked.edition)
    counts = rollups.by_group(asked.as_of, asked.edition).total
    assert marks.counts_of(rows) == counts
    assert marks.bars(counts).label == marks.block(rows).label


def left_of(figures: dict[str, Any]) -> dict[str, int]:
    return {card.row.group: sum(p.number for p in card.parents) for card in figures["cards"]}


def test_a_page_of_many_counts_the_same(client, lan, kon_tum, monkeypatch):
    client.force_login(lan)
    asked = ask(day=COMPLETED.day)
    comparison = rollups.compare(asked.compared, asked.as_of, asked.edition)
    few = left_of(cards.of_each(asked, comparison))
    monkeypatch.setattr(large, "MANY", 100)
    monkeypatch.setattr(large, "MOST_ON_A_CARD", 1_000)
    many = left_of(cards.of_many(asked, comparison))
    assert many == few
    page = client.get("/", {"as_of": asked.as_of.day.isoformat()}).content.decode()
    assert comparison.total.now.fraction in page
    assert 'class="tiles' not in page


@pytest.mark.parametrize("as_of", [REPORTED, COMPLETED, OLD_TIMES, UNKNOWN])
@pytest.mark.parametrize("duty_only", [False, True])
def test_the_roster_alone_knows_who_is_listed_and_in_which_order(
    small_province, as_of: AsOf, duty_only
):
    as_of = replace(as_of, duty_only=duty_only)
    listed = Agency.objects.for_list(as_of, edition_asked_about(as_of.day))
    assert Agency.objects.keys_in_order(as_of) == [row.pk for row in listed]


@pytest.mark.parametrize("page", [1, 2, 6])
def test_a_page_of_keys_is_the_page_of_the_query(client, lan, kon_tum, page):
    client.force_login(lan)
    asked = ask(day=COMPLETED.day)
    rows = list(Agency.objects.for_list(asked.as_of, asked.edition))
    there = {"as_of": asked.as_of.day.isoformat(), "page": page}
    table = client.get("/agencies/", there).context["table"]
    assert [row.record.code for row in table.paginated_rows] == [
        row.code for row in rows[25 * (page - 1) : 25 * page]
    ]
    assert table.paginator.count == len(rows)


@pytest.mark.parametrize("value", ["", "b", "<x>"])
def test_a_drawn_list_is_that_of_the_framework(value):
    choices = [("", "Tất cả"), ("a", "Một & hai"), ("b", "<b>"), ("<x>", "'")]
    plain, drawn = (kind(choices=choices) for kind in (forms.Select, DrawnSelect))
    attributes = {"id": "id_parent", "required": True}
    assertHTMLEqual(
        drawn.render("parent", value, attributes), plain.render("parent", value, attributes)
    )
