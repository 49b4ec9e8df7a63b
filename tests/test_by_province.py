"""Figures of one province, of several, of the country and by province; all worked out by hand."""

import json
from datetime import date
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from agencies.models import Agency
from agencies.questions import BadQuestion, ask, read_question
from reports import rollups, trends
from reports.changes import Kind, what_changed
from reports.conversions import conversions
from reports.provinces import by_province, rows, shown_by_province
from reports.summary import build_summary
from tests.two_provinces import END_2019, END_2020, NOW, TOLD_THEN

pytestmark = pytest.mark.usefixtures("two_provinces")


def counted(country, *codes, day=END_2019, known_at=NOW):
    as_of = country.asked(*codes, day=day, known_at=known_at)
    total = rollups.by_group(as_of, country.edition).total
    assert trends.on_days([day], as_of, country.edition)[day].total == total
    assert len(rollups.standings(as_of, country.edition)) == total.total + total.exempt
    return total.converted, total.total


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ((END_2019, NOW), [(1, 3), (0, 2), (1, 5), (2, 6)]),
        ((END_2020, TOLD_THEN), [(1, 3), (1, 2), (2, 5), (3, 6)]),
        ((END_2020, NOW), [(1, 2), (1, 3), (2, 5), (3, 6)]),
    ],
)
def test_one_province_several_and_the_country(two_provinces, asked, told):
    day, known_at = asked
    scopes = [("KT",), ("GL",), ("KT", "GL"), ()]
    assert [counted(two_provinces, *scope, day=day, known_at=known_at) for scope in scopes] == told


def test_by_province_adds_up_to_the_country(two_provinces):
    as_of = two_provinces.asked(day=END_2020)
    table = by_province(as_of, two_provinces.edition)
    assert [(row.province, row.counts.fraction) for row in table.rows] == [
        ("KT", "01/02"),
        ("GL", "01/03"),
        ("", "01/01"),
    ]
    assert table.total == rollups.by_group(as_of, two_provinces.edition).total
    assert table.rows[1].counts == rollups.Counts(1, 0, 1, 0, 1, 1)
    assert [row["province"] for row in rows(table)] == ["KT", "GL", "", ""]
    assert rows(table)[0]["percent"] == "50.00"


def test_by_province_of_one_has_that_row_alone(two_provinces):
    table = by_province(two_provinces.asked("GL"), two_provinces.edition)
    assert [(row.province, row.counts.fraction) for row in table.rows] == [("GL", "00/02")]
    assert shown_by_province(ask(provinces=[two_provinces.provinces["GL"]])) is None
    assert shown_by_province(ask()) is not None


def test_an_agency_that_moves_is_counted_no_more_where_it_was(two_provinces):
    edition = two_provinces.edition
    of_kt = what_changed(
        two_provinces.asked("KT"), two_provinces.asked("KT", day=END_2020), edition
    )
    assert [(one.latest.code, one.kind) for one in of_kt.changes] == [("BIEN", Kind.ENDED)]
    of_gl = what_changed(
        two_provinces.asked("GL"), two_provinces.asked("GL", day=END_2020), edition
    )
    assert {one.latest.code: one.kind for one in of_gl.changes} == {
        "BIEN": Kind.BEGAN,
        "GL-SO1": Kind.CONVERTED,
    }


def test_conversions_are_those_of_the_province_on_the_day(two_provinces):
    as_of, edition = two_provinces.asked("GL", day=END_2020), two_provinces.edition
    assert [row.code for row in conversions(as_of, edition)] == ["GL-SO1"]


def test_the_parents_to_choose_are_the_scopes(two_provinces):
    from agencies.models import RosterRecord

    names = RosterRecord.objects.parent_names(two_provinces.asked("KT"))
    assert [name.code for name in names.values()] == ["KT-UBND"]


def test_provinces_are_read_repeated_or_between_commas_and_written_repeated():
    class Repeated(dict[str, object]):
        getlist = dict.get

    for said in (["GL", "KT"], "GL,KT", ["GL,KT"]):
        question = read_question(Repeated(province=said))
        assert question.province_codes == ("KT", "GL")
        assert "province=KT&province=GL" in question.permalink
        assert ("province", "KT") in question.pairs
        assert "Kon Tum, Gia Lai" in question.line
    assert question.url("reports:dashboard").endswith("?province=KT&province=GL") or (
        "province=GL&province=KT" in question.url("reports:dashboard")
    )


@pytest.mark.parametrize("typed", ["XX", "KT,XX", "KT\0", "K" * 70_000])
def test_an_unknown_province_is_refused_in_words(typed):
    with pytest.raises(BadQuestion) as refused:
        read_question({"province": typed})
    assert "KT, GL" in refused.value.form.errors["province"][0]


def test_the_command_takes_provinces_and_counts_by_province(capsys, two_provinces):
    said = {"as_of": "2020-12-31", "known_at": NOW.isoformat(), "format": "json"}
    call_command("rollup", province=["GL"], **said)
    answer = json.loads(capsys.readouterr().out)
    assert answer["provinces"] == ["GL"]
    assert answer["total"]["fraction"] == "01/03"
    call_command("rollup", by="province", **said)
    answer = json.loads(capsys.readouterr().out)
    assert [row["fraction"] for row in answer["rows"]] == ["01/02", "01/03", "01/01"]
    assert answer["total"]["fraction"] == "03/06"
    for layout in ("csv", "table"):
        call_command("rollup", by="province", **{**said, "format": layout})
        assert "Gia Lai" in capsys.readouterr().out
    with pytest.raises(CommandError, match="--province"):
        call_command("rollup", province=["XX"])


def test_the_list_shows_the_scope_alone(client, two_provinces):
    client.force_login(two_provinces.by)
    page = client.get("/agencies/?as_of=2019-12-31&province=KT")
    assert [row.record.code for row in page.context["table"].rows] == ["KT-SO1", "KT-SO2", "BIEN"]
    both = client.get("/agencies/?as_of=2019-12-31&province=KT&province=GL")
    assert len(both.context["table"].rows) == 6
    assert 'name="province" value="GL"' in both.content.decode()
    assert client.get("/agencies/?province=XX").status_code == 400


def test_the_dashboard_has_the_provinces_with_ways_to_their_lists(client, two_provinces):
    client.force_login(two_provinces.by)
    page = client.get("/?as_of=2020-12-31").content.decode()
    assert "01/03" in page
    assert "/agencies/?as_of=2020-12-31&amp;province=GL" in page
    one = client.get("/?as_of=2020-12-31&province=GL").content.decode()
    assert "Gia Lai" in one
    assert "province=KT" not in one


def test_what_is_kept_of_one_scope_is_not_shown_of_another(client, two_provinces):
    client.force_login(two_provinces.by)
    pages = [client.get(f"/?as_of=2020-12-31{scope}") for scope in ("", "&province=KT")] * 2
    assert "3/6" in pages[2].content.decode() or "03/06" in pages[2].content.decode()
    assert "03/06" not in pages[3].content.decode()


def test_with_one_province_nothing_of_it_shows(client, two_provinces):
    from agencies.models import Province, RosterRecord

    RosterRecord.objects.update(province=None)
    Province.objects.filter(code="GL").delete()
    client.force_login(two_provinces.by)
    for address in ("/", "/agencies/", "/agencies/KT-SO1/", "/agencies/add/", "/reports/"):
        page = client.get(address).content.decode()
        assert 'name="province"' not in page, address
        assert "province=" not in page, address
    assert shown_by_province(ask(day=date(2020, 12, 31))) is None
    assert Agency.objects.count() == 9


def test_the_summary_has_the_sheet_where_it_is_of_several(two_provinces):
    said = {"day": END_2020, "known_at": NOW, "edition": two_provinces.edition}
    book = load_workbook(BytesIO(build_summary(ask(**said))))
    sheet = book["Theo tỉnh"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    kon_tum = next(row for row in rows if row[0] == "Kon Tum")
    assert kon_tum[1:7] == [1, 1, 0, 0, 0, 0]
    values = load_workbook(BytesIO(build_summary(ask(**said))), data_only=True)["Theo tỉnh"]
    last = [[cell.value for cell in row] for row in values.iter_rows()][-1]
    assert last[1] == 3
    assert last[7] == 6
    assert last[8] == 0.5
    one = ask(**said, provinces=[two_provinces.provinces["GL"]])
    of_one = load_workbook(BytesIO(build_summary(one)))
    assert "Theo tỉnh" not in of_one.sheetnames
    assert any(
        "tỉnh, thành phố: Gia Lai" in str(text) or "provinces: Gia Lai" in str(text)
        for text in _texts(of_one)
    )
    assert "BIEN" in _texts(of_one)
    assert "KT-SO1" not in [cell.value for cell in of_one["Cơ quan"]["A"]]


def _texts(book):
    return [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
