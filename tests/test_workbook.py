"""The Excel summary of other offices: read back, strange names, nothing to count."""

from datetime import UTC, date, datetime

import pytest

from agencies import actions
from agencies.asof import AsOf
from agencies.models import (
    Agency,
    AgencyGroup,
    Edition,
    Entry,
    RosterFacts,
    RosterRecord,
    StatusRecord,
)
from agencies.questions import ask
from reports import rollups
from reports.summary import build_summary
from tests.test_summary import opened, rows_of

pytestmark = pytest.mark.django_db


def empty_the_database() -> None:
    """Leave nothing but accounts and editions."""
    for model in (StatusRecord, RosterRecord, Agency, Entry, AgencyGroup):
        model._default_manager.all().delete()


def test_the_exchange_sheets_import_back_to_the_same_figures(small_province, tmp_path, lan):
    edition = Edition.objects.get(year=2015)
    asked = AsOf(date(2021, 12, 31), datetime(2026, 1, 1, tzinfo=UTC))
    before = rollups.by_group(asked, edition)
    left = rollups.left_by_parent(asked, edition)
    file = tmp_path / "summary.xlsx"
    file.write_bytes(build_summary(ask(day=asked.day, known_at=asked.known_at)))
    exchanged = rollups.exchange_rows(asked)
    empty_the_database()

    actions.import_file(file=file, by=lan)

    now = AsOf.now().on(asked.day)
    assert rollups.by_group(now, edition) == before
    assert rollups.left_by_parent(now, edition) == left
    again = rollups.exchange_rows(now)
    assert again[:2] == exchanged[:2]
    entries = Entry.objects.count()
    actions.import_file(file=file, by=lan)
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("name", ["=1+1", "+84 1", "-x", "@SUM(A1)"])
def test_text_that_begins_like_a_formula_stays_text(small_province, lan, name):
    group = small_province.groups["CC"]
    facts = RosterFacts(name=name, group_id=group.pk)
    actions.add_agency(code="LIKE", facts=facts, valid_from=date(2020, 1, 1), by=lan)
    book = opened(build_summary(ask()), values=False)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    found = [cell for cell in cells if cell.value == name]
    assert len(found) >= 2
    assert {cell.data_type for cell in found} == {"s"}
    assert all(cell.quotePrefix for cell in found)


def test_a_group_without_agencies_has_its_sheet_and_counts_nothing(small_province):
    AgencyGroup.objects.create(code="KHAC", name="Nhóm: khác/mới? [x]", position=9)
    book = opened(build_summary(ask()))
    assert "Nhóm  khác mới   x" in book.sheetnames
    rows = {row[1]: row[2:] for row in rows_of(book["Tổng hợp"]) if row[1]}
    assert rows["Nhóm: khác/mới? [x]"] == [0] * 8 + ["—", "—"]


def test_groups_whose_names_begin_alike_keep_sheets_of_their_own(small_province):
    for number in range(3):
        AgencyGroup.objects.create(code=f"G{number}", name="Đơn vị " * 8 + str(number))
    AgencyGroup.objects.create(code="SAME", name="Cơ quan")
    titles = opened(build_summary(ask())).sheetnames
    assert len(titles) == len({title.casefold() for title in titles})
    assert all(len(title) <= 31 for title in titles)


def test_an_empty_office_has_a_summary_too(db):
    rows = rows_of(opened(build_summary(ask()))["Tổng hợp"])
    assert [row[2:4] for row in rows if row[1] == "Tổng cộng"] == [[0, 0]]
