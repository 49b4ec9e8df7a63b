"""Undoing an import that added agencies: they cease, and the same workbook may come again."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from agencies.actions import RowState, import_file, record_status, undo_entry
from agencies.asof import AsOf
from agencies.exchange import BadWorkbook
from agencies.models import Agency, Entry, RosterRecord, Stage, StatusFacts, StatusRecord
from reports import rollups
from reports.models import TilePosition
from tests.uploads import bring, keep, look
from tests.workbooks import agency, status, write_workbook

DAY, LATER = date(2022, 3, 1), date(2022, 9, 1)
APPLIED = status("M1", "áp dụng", 2015, "01/02/2021", "1/QĐ", "01/02/2021", tthc=5)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def file(tmp_path):
    """Two new bodies, one under the other, and a record of one that is known."""
    below = agency("M2", "Chi cục Mới", group="CC", parent="M1")
    return write_workbook(
        tmp_path / "moi.xlsx",
        agencies=[agency("M1", "Sở Mới", group="SO"), below],
        statuses=[APPLIED, status("THANH-TRA", "hủy công bố", None, "01/03/2022")],
    )


def import_of(file, by) -> Any:
    """Import a file and return the Entry of it."""
    return import_file(file=file, by=by).entry


@pytest.fixture
def imported(small_province, file, lan):
    return import_of(file, lan)


def figures(province, day=LATER, known_at=None):
    as_of = AsOf(day, known_at or Entry.objects.latest("pk").at)
    return rollups.by_group(as_of, province.edition_2015)


def test_undoing_gives_back_every_figure_and_keeps_what_was_known(small_province, file, lan):
    before = figures(small_province)
    entry = import_of(file, lan)
    during = figures(small_province)
    undo = undo_entry(entry=entry, by=lan, reason="nhầm sổ")

    assert during != before
    assert figures(small_province) == before
    assert figures(small_province, known_at=entry.at) == during
    assert undo.undoes == entry
    assert Agency.objects.filter(code__in=["M1", "M2"]).count() == 2
    assert not RosterRecord.objects.believed().filter(agency__code__in=["M1", "M2"]).exists()
    assert not StatusRecord.objects.believed().filter(agency__code__in=["M1", "M2"]).exists()


def test_the_same_file_may_be_imported_again(small_province, imported, file, lan):
    during = figures(small_province)
    undo_entry(entry=imported, by=lan, reason="nhầm sổ")
    again = import_file(file=file, by=lan)
    assert (again.agencies_added, again.roster_changed, again.statuses_added) == (2, 0, 2)
    assert figures(small_province) == during
    again_entry: Any = again.entry
    undo_entry(entry=again_entry, by=lan, reason="lại nhầm")
    with pytest.raises(ValidationError, match="undone already"):
        undo_entry(entry=imported, by=lan, reason="nhầm")


def test_a_body_that_exists_on_no_day_is_none_to_stand_under(imported, tmp_path, lan):
    undo_entry(entry=imported, by=lan, reason="nhầm sổ")
    rows = [agency("M3", "Chi cục Ba", group="CC", parent="M1")]
    with pytest.raises(BadWorkbook, match=r"“M1”.*on record"):
        import_file(file=write_workbook(tmp_path / "b.xlsx", agencies=rows), by=lan)
    with pytest.raises(BadWorkbook, match=r"“M1”.*on record"):
        import_file(file=write_workbook(tmp_path / "c.xlsx", statuses=[APPLIED]), by=lan)


def test_what_hangs_on_a_body_added_stands_in_the_way(small_province, imported, lan):
    m2 = Agency.objects.get(code="M2")
    tile = TilePosition.objects.create(agency=m2, column=1, row=2)
    with pytest.raises(ValidationError, match="place on the tile map “M2: 1, 2” refers"):
        undo_entry(entry=imported, by=lan, reason="nhầm")
    tile.delete()
    later = record_status(agency=m2, valid_from=LATER, facts=StatusFacts(Stage.EXEMPT), by=lan)
    with pytest.raises(ValidationError, match=r"M2\): .* builds on it; undo that first"):
        undo_entry(entry=imported, by=lan, reason="nhầm")
    undo_entry(entry=later, by=lan, reason="nhầm")
    undo_entry(entry=imported, by=lan, reason="nhầm")


def test_a_body_put_under_one_that_was_added_stands_in_the_way(
    small_province, imported, tmp_path, lan
):
    rows = [agency("M4", "Chi cục Bốn", group="CC", parent="M1")]
    later = import_of(write_workbook(tmp_path / "b.xlsx", agencies=rows), lan)
    with pytest.raises(ValidationError, match=r"M1\) would exist no longer.*M4"):
        undo_entry(entry=imported, by=lan, reason="nhầm")
    undo_entry(entry=later, by=lan, reason="nhầm")
    undo_entry(entry=imported, by=lan, reason="nhầm")


def test_a_workbook_brought_again_after_the_undoing_is_new_and_no_conflict(taken, lan):
    taken["Cơ quan"].append(["CC-MOI", "Chi cục Mới", "CC", "SO-NN", None, "01/02/2022"])
    taken["Tình trạng"].append(["SO-NN", "hủy công bố", 2008, "01/06/2022"])
    first = keep(taken, lan)
    keys = {row.key for row in look(first, lan).rows if row.may_be_taken}
    undo_entry(entry=bring(first, lan, keys).entry, by=lan, reason="nhầm sổ")

    again = keep(taken, lan)
    rows = [row for row in look(again, lan).rows if row.state != RowState.SAME]
    assert [(row.code, row.state, row.since) for row in rows] == [
        ("CC-MOI", "new", ()),
        ("SO-NN", "new", ()),
    ]
    assert bring(again, lan, keys).agencies_added == 1
