"""What is kept of pages is dropped by whatever changes a figure, a word or a place."""

import re
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from simple_history.models import registered_models

from agencies import actions
from agencies.models import (
    AgencyGroup,
    Edition,
    Entry,
    RosterFacts,
    Stage,
    StatusFacts,
    Transition,
    User,
    data_version,
)
from reports.actions import place_tiles

AS_OF = "as_of=2019-06-30"


def page(client, address):
    """Return a page without the tokens of its forms and the minute it was asked in."""
    return re.sub(r'value="\w{64}"|\b\d\d:\d\d\b', "", client.get(address).content.decode())


def record(province):
    building = StatusFacts(Stage.BUILDING)
    actions.record_status(
        agency=province["CC-TL"], valid_from=date(2019, 1, 1), facts=building, by=province.by
    )


def undo(province):
    entry = Entry.objects.latest("pk")
    actions.undo_entry(entry=entry, by=province.by, reason="ghi nhầm")


def add(province):
    actions.add_agency(
        code="MOI",
        valid_from=date(2019, 1, 1),
        facts=RosterFacts("Cơ quan mới", province.groups["SO"].pk),
        by=province.by,
    )


def rename_group(province):
    province.groups["SO"].name = "Sở, ban, ngành"
    province.groups["SO"].save()


def add_group(province):
    AgencyGroup.objects.create(code="MOI", name="Nhóm mới", position=9)


def add_edition(province):
    Edition.objects.create(code="TCVN ISO 9001:2026", year=2026)


def start_transition(province):
    old, new = Edition.objects.order_by("year")[1:3]
    Transition.objects.update_or_create(
        from_edition=old, to_edition=new, defaults={"starts_on": date(2016, 1, 1)}
    )


CHANGES = [record, undo, add, rename_group, add_group, add_edition, start_transition]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_every_change_makes_a_new_version(small_province, change):
    before = data_version(timezone.now())
    change(small_province)
    assert data_version(timezone.now()) != before
    assert data_version(timezone.now()) == data_version(timezone.now())


def test_every_table_of_reference_data_is_in_the_version(db):
    tables = len([model for model in registered_models.values() if model is not User])
    assert tables >= 4
    assert len(data_version(timezone.now()).rest) == 1 + tables


def test_a_sign_in_is_no_new_version(small_province, hung):
    before = data_version(timezone.now())
    hung.last_login = timezone.now()
    hung.save()
    after = data_version(timezone.now())
    assert (after.known, after.rest) == (before.known, before.rest)


def test_a_new_name_shows_at_once_below_the_page(client, small_province):
    client.force_login(small_province.by)
    assert "Nguyễn Thị Lan" not in page(client, "/help/")
    small_province.by.full_name = "Nguyễn Thị Lan"
    small_province.by.save()
    assert "Nguyễn Thị Lan" in page(client, "/help/").split("<footer")[1]


def test_what_was_known_earlier_has_its_own_version(small_province):
    first = Entry.objects.earliest("pk")
    assert data_version(first.at).known == first.pk
    assert data_version(first.at.replace(year=2000)).known is None


def test_the_dashboard_is_kept_until_something_is_recorded(client, small_province):
    client.force_login(small_province.by)
    address = f"/?{AS_OF}"
    first = page(client, address)
    with CaptureQueriesContext(connection) as queries:
        assert page(client, address).split("<main")[1] == first.split("<main")[1]
    assert not [query for query in queries if "statusrecord" in query["sql"]]

    record(small_province)

    assert page(client, address) != first
    kept = page(client, address)
    cache.clear()
    assert page(client, address).split("<main")[1] == kept.split("<main")[1]


@pytest.mark.parametrize(
    "other",
    [
        "as_of=2019-06-29",
        f"{AS_OF}&compared_with=2017-06-30",
        f"{AS_OF}&edition=2008",
        f"{AS_OF}&known_at=2019-01-01",
    ],
)
@pytest.mark.parametrize("path", ["/", "/reports/charts/"])
def test_another_question_has_its_own_page(client, small_province, path, other):
    client.force_login(small_province.by)
    fresh = page(client, f"{path}?{other}").split("<main")[1]
    cache.clear()
    page(client, f"{path}?{AS_OF}")
    assert page(client, f"{path}?{other}").split("<main")[1] == fresh
    assert page(client, f"{path}?{AS_OF}").split("<main")[1] != fresh


def test_another_language_has_its_own_page(client, small_province):
    client.force_login(small_province.by)
    page(client, f"/?{AS_OF}")
    client.post("/language/", {"language": "en"})
    assert "By group" in page(client, f"/?{AS_OF}")


def test_the_bar_keeps_the_other_parameters_of_its_page(client, small_province):
    client.force_login(small_province.by)
    assert 'name="q" value="thanh tra"' in page(client, f"/agencies/?{AS_OF}&q=thanh+tra")
    assert 'name="q" value="chi cục"' in page(client, f"/agencies/?{AS_OF}&q=chi+cục")


def test_places_on_the_map_show_and_go_at_once(client, small_province):
    client.force_login(small_province.by)
    page(client, f"/?{AS_OF}")
    place_tiles(lines=[{"agency": "SO-NN", "column": "0", "row": "0", "label": "Nông nghiệp"}])
    assert "Nông nghiệp</b>" in page(client, f"/?{AS_OF}")
    place_tiles(lines=[])
    assert "Nông nghiệp</b>" not in page(client, f"/?{AS_OF}")


def test_each_reader_is_shown_their_own_way_through_the_site(client, lan, hung, quan):
    ways = {}
    for reader in (lan, hung, quan):
        client.force_login(reader)
        ways[reader] = page(client, f"/reports/charts/?{AS_OF}"), page(client, f"/?{AS_OF}")

    for reader, (charts, overview) in ways.items():
        assert ('href="/to-do/' in overview) == (reader == lan)
        assert ('href="/admin/' in overview) == (reader == quan)
        assert reader.full_name in overview
        assert re.search(r'href="/reports/[^>]+aria-current="page"', charts)
        assert not re.search(r'href="/reports/[^>]+aria-current="page"', overview)
