"""A province goes out and comes back: workbook, decree, record of acts, sent reports."""

from datetime import date
from functools import partial
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from openpyxl import load_workbook

from agencies.actions import apply_reorganisation, import_file, record_status
from agencies.audit import broken_lines, contents_of
from agencies.exchange import BadWorkbook
from agencies.exchange.reorganisation import read_plan_file
from agencies.models import (
    Entry,
    Province,
    ReorganisationKind,
    ReorganisationPlan,
    RosterRecord,
    StatusFacts,
    SuccessorPlan,
)
from agencies.questions import ask
from reports.actions import AlreadyFrozen
from reports.freezing import freeze_submission, question_of
from reports.repeating import repeat
from reports.round_trip import build_exchange
from tests.two_provinces import END_2020, MOVED, NOW
from tests.workbooks import write_workbook

pytestmark = pytest.mark.usefixtures("two_provinces")
EFFECT = date(2022, 7, 1)


def province_on(code, day):
    row = RosterRecord.objects.believed().in_force_on(day).get(agency__code=code)
    return row.province.code if row.province else ""


def headings(content):
    sheet = load_workbook(BytesIO(content))["Cơ quan"]
    return [cell.value for cell in sheet[1]]


def test_a_workbook_names_the_province_of_every_row(two_provinces):
    content = build_exchange(ask(day=END_2020))
    sheet = load_workbook(BytesIO(content))["Cơ quan"]
    place = headings(content).index("Mã tỉnh")
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[place] for row in rows if row[0] == "BIEN"] == ["KT", "GL"]
    assert [row[place] for row in rows if row[0] == "TW"] == [None]


def test_without_a_province_on_record_the_column_is_not_written():
    RosterRecord.objects.update(province=None)
    Province.objects.all().delete()
    assert "Mã tỉnh" not in headings(build_exchange(ask(day=END_2020)))


def test_what_goes_out_comes_back(tmp_path, two_provinces, lan):
    """An unchanged workbook changes nothing; a province corrected in it is a correction."""
    content = build_exchange(ask(day=END_2020))
    path = tmp_path / "so.xlsx"
    path.write_bytes(content)
    assert import_file(file=path, by=lan).entry is None
    book = load_workbook(path)
    sheet, place = book["Cơ quan"], headings(content).index("Mã tỉnh") + 1
    row = next(row[0].row for row in sheet.iter_rows() if row[0].value == "TW")
    sheet.cell(row, place).value = "GL"
    book.save(path)
    assert import_file(file=path, by=lan).entry is not None
    assert province_on("TW", END_2020) == "GL"


def test_a_province_that_is_not_on_record_is_refused_at_its_cell(tmp_path, two_provinces, lan):
    path = tmp_path / "so.xlsx"
    path.write_bytes(build_exchange(ask(day=END_2020)))
    book = load_workbook(path)
    sheet = book["Cơ quan"]
    place = [cell.value for cell in sheet[1]].index("Mã tỉnh") + 1
    sheet.cell(2, place).value = "XX"
    book.save(path)
    with pytest.raises(BadWorkbook) as bad:
        import_file(file=path, by=lan)
    (problem,) = bad.value.problems
    assert (problem.sheet, problem.row, problem.column) == ("Cơ quan", 2, "Mã tỉnh")
    assert "GL" in problem.allowed


def test_of_a_column_that_is_absent_nothing_is_said(tmp_path, two_provinces, lan, binh):
    row = ("KT-SO1", "Sở Khoa học", "SO", "KT-UBND", None, date(2021, 1, 1), None)
    import_file(file=write_workbook(tmp_path / "a.xlsx", agencies=[row]), by=lan)
    assert province_on("KT-SO1", date(2021, 1, 1)) == "KT"
    row = ("KT-MOI", "Sở Mới", "SO", "KT-UBND", None, date(2021, 1, 1), None)
    import_file(file=write_workbook(tmp_path / "b.xlsx", agencies=[row]), by=binh)
    assert province_on("KT-MOI", date(2021, 1, 1)) == "KT"


def plan(*successors):
    return ReorganisationPlan("1/NQ", EFFECT, successors)


def test_a_successor_is_of_the_province_of_its_first_predecessor(two_provinces, lan):
    merged = SuccessorPlan(
        "MOI",
        predecessors=("GL-XA", "KT-SO2"),
        name="Cơ quan mới",
        group="SO",
        first_status="anew",
    )
    apply_reorganisation(plan=plan(merged), by=lan)
    assert province_on("MOI", EFFECT) == "GL"


def test_a_body_moves_to_another_province_by_decree(two_provinces, lan, binh):
    moved = SuccessorPlan("KT-SO2", predecessors=("KT-SO2",), province="GL", parent="GL-UBND")
    with pytest.raises(ValidationError, match="KT-SO2"):
        apply_reorganisation(plan=plan(moved), by=binh)
    event = apply_reorganisation(plan=plan(moved), by=lan)
    assert province_on("KT-SO2", EFFECT) == "GL"
    assert province_on("KT-SO2", END_2020) == "KT"
    assert event.successions.get().kind == ReorganisationKind.MOVE


def test_a_body_that_is_established_is_of_its_parents_province(two_provinces, lan):
    new = SuccessorPlan(
        "MOI", name="Sở mới", group="SO", parent="GL-UBND", first_status="not_started"
    )
    apply_reorganisation(plan=plan(new), by=lan)
    assert province_on("MOI", EFFECT) == "GL"


def test_a_decree_that_names_no_province_on_record_is_refused(two_provinces, lan):
    moved = SuccessorPlan("KT-SO2", predecessors=("KT-SO2",), province="XX")
    with pytest.raises(ValidationError, match="XX"):
        apply_reorganisation(plan=plan(moved), by=lan)


def test_the_file_of_a_decree_may_name_provinces(tmp_path, two_provinces):
    file = tmp_path / "a.csv"
    file.write_text(
        "Số văn bản,Ngày hiệu lực,Mã cơ quan trước sắp xếp,Mã cơ quan,Tên cơ quan,Mã nhóm,"
        "Mã cơ quan cấp trên,Mã ĐVHC,Tình trạng đầu,Mã tỉnh\n"
        "1/NQ,01/07/2022,KT-SO2,KT-SO2,,,,,,GL\n",
        "utf-8",
    )
    assert read_plan_file(file).plan.successors[0].province == "GL"


def test_the_record_of_acts_holds_the_province_where_there_is_one(two_provinces, lan):
    assert list(broken_lines()) == []
    entry = Entry.objects.get(rosterrecords_recorded__valid_from=MOVED)
    before = contents_of([entry])[entry.pk]
    RosterRecord.objects.filter(recorded=entry).update(province=two_provinces.provinces["KT"])
    assert contents_of([entry])[entry.pk] != before
    assert any(str(entry.pk) in said for said in broken_lines())


def test_a_row_without_a_province_is_hashed_as_before_there_were_any(two_provinces, monkeypatch):
    entry = Entry.objects.filter(rosterrecords_recorded__agency__code="TW").get()
    RosterRecord.objects.update(province=None)
    now = contents_of([entry])[entry.pk]
    monkeypatch.setattr("agencies.audit.ROSTER_LATER", ())
    assert contents_of([entry])[entry.pk] == now


def test_a_sent_report_is_of_its_scope_for_good(two_provinces, lan, binh):
    kon_tum = two_provinces.provinces["KT"]
    said = {"title": "Báo cáo", "reason": "x", "by": lan}
    whole = freeze_submission(question=ask(day=END_2020), **said)
    part = freeze_submission(question=ask(day=END_2020, provinces=[kon_tum]), **said)
    assert (whole.provinces, part.provinces) == ("", "KT")
    assert part.said["asked"]["provinces"] == ["KT"]
    assert part.said["total"]["fraction"] == "01/02"
    assert question_of(part).province_codes == ("KT",)
    record_status(
        agency=two_provinces["KT-SO2"],
        valid_from=date(2020, 1, 1),
        facts=StatusFacts("building"),
        by=lan,
    )
    for one in (whole, part):
        again = repeat(one)
        assert not again.unlike
        assert all(file.is_same for file in again.files)
    with pytest.raises(AlreadyFrozen):
        freeze_submission(question=question_of(part), **said)


def test_an_officer_of_a_province_sends_reports_on_it_alone(client, two_provinces, lan, binh):
    kon_tum, gia_lai = (two_provinces.provinces[code] for code in ("KT", "GL"))
    freeze = partial(freeze_submission, title="Báo cáo", reason="x")
    for asked in ([], [gia_lai], [kon_tum, gia_lai]):
        with pytest.raises(ValidationError, match="Kon Tum"):
            freeze(question=ask(day=END_2020, provinces=asked), by=binh)
    own = freeze(question=ask(day=END_2020, provinces=[kon_tum]), by=binh)
    whole = freeze(question=ask(day=END_2020), by=lan)
    client.force_login(binh)
    assert client.get(f"/reports/submissions/{own.pk}/").status_code == 200
    assert client.get(f"/reports/submissions/{whole.pk}/").status_code == 404


def test_open_data_answers_for_a_province(client, settings, two_provinces):
    settings.OPEN_DATA = "names"
    place = f"/open/2020-12-31/{NOW:%Y-%m-%d}T02:00:00Z/2015"
    whole = client.get(f"{place}/rollup.json").json()
    part = client.get(f"{place}/rollup.json?province=GL").json()
    assert (whole["total"]["fraction"], part["total"]["fraction"]) == ("03/06", "01/03")
    assert part["provinces"] == ["GL"]
    assert "provinces" not in whole
    assert b",provinces\r\n" in client.get(f"{place}/rollup.csv?province=GL").content
    assert client.get(f"{place}/rollup.json?province=XX").status_code == 404
    fields = client.get(f"{place}/datapackage.json?province=GL").json()["resources"][0]["schema"]
    assert fields["fields"][-1]["name"] == "provinces"
    assert "?province=GL" in client.get(f"{place}/?province=GL").content.decode()
    latest = client.get("/open/latest/rollup.csv?province=GL")
    assert latest["Location"].endswith("rollup.csv?province=GL")
