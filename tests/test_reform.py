"""The reform of 1 July 2025 on the demonstration data: figures, pages, search, and its undoing."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from agencies.actions import undo_entry
from agencies.asof import AsOf
from agencies.exchange.reorganisation import read_plan_file
from agencies.models import Edition, Entry, EntryKind, RosterRecord, Succession, User
from agencies.successions import events_of, notices
from reports import rollups
from reports.changes import Kind, what_changed
from tests.test_demonstration import ARTICLE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kon_tum")]
FILE = Path("fixtures/reform_2025.csv")
EVE, DAY = date(2025, 6, 30), date(2025, 7, 1)
NOTICE = "chỉ cập nhật cấp huyện, cấp xã; cấp sở và chi cục chưa cập nhật"


def run(*args, **options):
    out = StringIO()
    call_command("apply_reorganisation", *map(str, args), stdout=out, **options)
    return out.getvalue()


def table(day, known_at=None):
    return rollups.by_group(AsOf(day, known_at or timezone.now()), Edition.objects.get(year=2015))


def fractions(day, known_at=None):
    return [row.counts.fraction for row in table(day, known_at).rows]


@pytest.fixture
def reform():
    """The Entry of the reform."""
    run(FILE, by="chuyenvien")
    return Entry.objects.latest("pk")


def test_only_this_file_and_the_list_of_provinces_have_the_year_in_their_names():
    found = {path for path in Path("fixtures").rglob("*2025*") if path.is_file()}
    assert found == {FILE, Path("fixtures/viet_nam/provinces_2025.csv")}


def test_the_file_says_of_every_commune_and_district_what_became_of_it():
    with FILE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    before = [row["Mã cơ quan trước sắp xếp"].split("; ") for row in rows]
    communes = [code for codes in before for code in codes if code.startswith("X")]
    made = [row for row in rows if row["Mã nhóm"] == "CAP_XA"]
    assert sorted(communes) == [f"X{number:03}" for number in range(1, 103)]
    assert len(made) == 40
    assert {row["Mã cơ quan cấp trên"] for row in made} == {"UBQN"}
    assert {row["Tình trạng đầu"] for row in made} == {"công bố lại", "giữ nguyên"}
    old = dict(RosterRecord.objects.believed().values_list("gso_code", "agency__code"))
    for row in made:  # each new unit bears the GSO code of one that went into it
        assert old[row["Mã ĐVHC"]] in row["Mã cơ quan trước sắp xếp"].split("; ")


def test_figures_before_the_reform_are_unchanged_to_the_last_digit():
    before = {day: table(day) for day in (ARTICLE, EVE)}
    run(FILE)
    assert {day: table(day) for day in before} == before
    assert fractions(EVE) == ["19/20", "07/10", "06/16", "74/102"]


def test_denominators_after_it(reform):
    assert [row.counts.total for row in table(DAY).rows] == [20, 0, 16, 40]
    assert fractions(DAY) == ["19/20", "—", "06/16", "01/40"]
    assert table(DAY).row("CAP_XA").counts.building == 36


def test_it_is_one_act_with_its_decree(reform):
    assert (reform.kind, reform.by.username) == (EntryKind.REORGANISATION, "chuyenvien")
    assert reform.reorganisation.decree_number == "1677/NQ-UBTVQH15"
    assert reform.reorganisation.takes_effect_on == DAY
    kinds = list(Succession.objects.values_list("kind", flat=True))
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "merge": 98,
        "move": 4,
        "dissolve": 10,
        "establish": 1,
    }


def test_every_successor_lists_its_predecessors_and_their_statuses(reform):
    known = reform.pk
    rows = RosterRecord.objects.as_of(AsOf(DAY, timezone.now())).filter(group__code="CAP_XA")
    assert rows.count() == 40
    for record in rows:
        (event,) = events_of(record.agency, known)
        assert event.predecessors
        assert all(body.status and body.name for body in event.predecessors)
    (event,) = events_of(RosterRecord.objects.get(name="UBND phường Đăk Cấm").agency, known)
    said = [(body.code, body.name, str(body.status)) for body in event.predecessors]
    assert said == [
        ("X002", "UBND phường Duy Tân", "áp dụng TCVN ISO 9001:2015"),
        ("X006", "UBND phường Ngô Mây", "áp dụng TCVN ISO 9001:2015"),
        ("X011", "UBND xã Đắk Cấm", "áp dụng TCVN ISO 9001:2015"),
    ]


def test_four_communes_go_on_with_their_status_under_another_body(reform):
    rows = Succession.objects.filter(first_status="carried").select_related("successor")
    codes = {row.successor.code for row in rows if row.successor}
    assert codes == {"X031", "X079", "X082", "X100"}
    assert all(row.predecessor_id == row.successor_id for row in rows)


def test_names_and_parents_are_those_of_the_day(reform):
    edition = Edition.objects.get(year=2015)
    now = timezone.now()
    then, later = (rollups.standings(AsOf(day, now), edition) for day in (EVE, DAY))
    of = [{row.code: (row.name, row.parent_name) for row in rows} for rows in (then, later)]
    assert of[0]["X031"] == ("UBND xã Đắk Long", "UBND huyện Đắk Glei")
    assert of[1]["X031"] == ("UBND xã Đăk Long", "UBND tỉnh Quảng Ngãi")


def test_what_changed_names_each_agency_once(reform):
    now = timezone.now()
    changed = what_changed(AsOf(EVE, now), AsOf(DAY, now), Edition.objects.get(year=2015))
    assert {row.kind: len(row.changes) for row in changed.by_kind} == {
        Kind.ENDED: 108,
        Kind.BEGAN: 36,
        Kind.MOVED: 4,
    }
    assert changed.difference("CAP_XA").total == 40 - 102


def test_undoing_gives_back_every_figure_while_the_reform_stays_known_in_between(reform):
    undo_entry(entry=reform, by=User.objects.get(username="chuyenvien"), reason="chạy thử")
    assert fractions(DAY) == ["19/20", "07/10", "06/16", "74/102"]
    assert fractions(DAY, reform.at) == ["19/20", "—", "06/16", "01/40"]
    assert fractions(DAY, reform.at - timedelta(microseconds=1))[3] == "74/102"
    assert notices(DAY, Entry.objects.latest("pk").pk) == []
    assert len(notices(DAY, reform.pk)) == 1


# Pages


@pytest.fixture
def page(client, reform):
    client.force_login(User.objects.get(username="chuyenvien"))

    def text(address, **query):
        response = client.get(address, {"as_of": DAY.isoformat(), **query})
        assert response.status_code == 200
        return response.content.decode()

    return text


def test_pages_of_a_day_after_it_say_what_is_not_updated(page):
    for address in ("/", "/agencies/", "/reports/charts/"):
        assert NOTICE in page(address)
        assert NOTICE not in page(address, as_of=EVE.isoformat())


def test_a_page_that_knows_nothing_of_it_does_not_say_so(page, reform):
    before = (reform.at - timedelta(seconds=1)).isoformat()
    assert NOTICE not in page("/", known_at=before)


@pytest.mark.parametrize("address", ["summary", "agency-list", "exchange-file"])
def test_files_of_a_day_after_it_say_so_too(address, client, page, reform):
    def heads(day, **question):
        url = reverse(f"reports:{address}")
        content = client.get(url, {"as_of": day.isoformat(), **question}).content
        book = load_workbook(BytesIO(content))
        own = ["Hướng dẫn"] if address == "exchange-file" else book.sheetnames[:8]
        return [
            [" ".join(map(str, row)) for row in book[title].iter_rows(max_row=8, values_only=True)]
            for title in own
        ]

    def say_so(head):
        return [NOTICE in text for text in head].count(True)

    assert {say_so(head) for head in heads(DAY)} == {1}
    for head in heads(DAY):  # below the question that was asked
        asked = next(n for n, text in enumerate(head) if "Số liệu tính đến" in text)
        told = next(n for n, text in enumerate(head) if NOTICE in text)
        assert 0 < told - asked <= 2
    assert {say_so(head) for head in heads(EVE)} == {0}
    before = reform.at - timedelta(seconds=1)
    assert {say_so(head) for head in heads(DAY, known_at=before.isoformat())} == {0}


def test_the_map_shows_no_district_that_has_ended(page):
    assert 'class="tile' not in page("/")
    assert page("/", as_of=EVE.isoformat()).count('class="tile__name"') == 10


def test_the_page_of_a_successor_leads_to_its_predecessors_and_back(page):
    new, old = page("/agencies/X103/"), page("/agencies/X011/")
    assert "UBND xã Đắk Cấm" in new
    assert f'href="{reverse("agencies:agency-detail", args=["X011"])}' in new
    assert "1677/NQ-UBTVQH15" in new
    assert f'href="{reverse("agencies:agency-detail", args=["X103"])}' in old


def test_the_page_of_a_body_that_exists_on_no_day_tells_of_the_undoing(page, reform):
    by = User.objects.get(username="chuyenvien")
    undo_entry(entry=reform, by=by, reason="chạy thử")
    text = page("/agencies/X103/")
    assert "UBND phường Đăk Cấm" in text  # among the acts
    assert "chạy thử" in text


def test_search_finds_the_successor_by_an_old_name_and_says_so(client, page):
    for q in ("phường Duy Tân", "x002"):
        page("/agencies/", q=q)
        response = client.get("/agencies/", {"as_of": DAY.isoformat(), "q": q})
        listed = response.context["table"]
        assert [row.record.code for row in listed.rows] == ["X103"]
        (row,) = listed.rows
        said = str(listed.found_by(row.record))
        assert "UBND phường Duy Tân" in said
        assert "30/06/2025" in said
        (ended,) = response.context["ended"]
        assert (ended.agency.code, ended.valid_to) == ("X002", DAY)


def test_search_says_of_a_district_that_it_is_no_more(client, page):
    page("/agencies/", q="huyện Sa Thầy")
    response = client.get("/agencies/", {"as_of": DAY.isoformat(), "q": "huyện Sa Thầy"})
    assert [row.name for row in response.context["ended"]] == ["UBND huyện Sa Thầy"]
    response = client.get("/agencies/", {"as_of": EVE.isoformat(), "q": "huyện Sa Thầy"})
    assert response.context["ended"] == []


# The command


def test_a_rehearsal_says_the_figures_and_writes_nothing():
    before = Entry.objects.count()
    said = run(FILE, dry_run=True)
    assert "30/06/2025" in said
    assert "74/102 → 01/40" in said
    assert "07/10 → —" in said
    assert "106/148 → 26/76" in said
    assert Entry.objects.count() == before


def test_a_second_run_says_that_it_is_on_record(reform):
    said = run(FILE)
    assert "1677/NQ-UBTVQH15" in said
    assert "Chuyên viên Chi cục" in said
    assert Entry.objects.latest("pk") == reform


def test_a_workbook_of_the_same_columns_does_the_same(tmp_path):
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Sắp xếp"
    sheet.append(["Danh sách sắp xếp đơn vị hành chính"])
    with FILE.open(encoding="utf-8") as file:
        for number, row in enumerate(csv.reader(file)):
            cells: list[Any] = list(row)
            if number:
                cells[1] = DAY  # as Excel keeps a day
            sheet.append(cells)
    book.save(tmp_path / "reform.xlsx")
    run(tmp_path / "reform.xlsx")
    assert fractions(DAY) == ["19/20", "—", "06/16", "01/40"]
    assert "1677/NQ-UBTVQH15" in run(FILE)
    assert Entry.objects.filter(kind=EntryKind.REORGANISATION).count() == 1


def test_a_file_with_semicolons_and_a_mark_at_its_head_is_read(tmp_path):
    copy = tmp_path / "reform.csv"
    with FILE.open(encoding="utf-8") as file, copy.open("w", encoding="utf-8-sig") as out:
        csv.writer(out, delimiter=";").writerows(csv.reader(file))
    assert "74/102 → 01/40" in run(copy, dry_run=True)


def test_an_open_file_is_read_as_its_path():
    with FILE.open("rb") as file:
        assert read_plan_file(file) == read_plan_file(FILE)
    plan = read_plan_file(FILE).plan
    assert len(plan.successors) == 41
    assert plan.dissolved == tuple(f"H{number:02}" for number in range(1, 11))


HEADS = (
    "Số văn bản,Ngày hiệu lực,Mã cơ quan trước sắp xếp,Mã cơ quan,Tên cơ quan,Mã nhóm,"
    "Mã cơ quan cấp trên,Mã ĐVHC,Tình trạng đầu\n"
)
BAD_FILES: dict[str, tuple[Any, str]] = {
    "no headings": ("a,b\n1,2\n", "Mã cơ quan trước sắp xếp"),
    "nothing below": (HEADS, "không nêu cơ quan nào|names no agency"),
    "no decree": (HEADS + ",01/07/2025,H01,,,,,,\n", "Số văn bản"),
    "no day": (HEADS + "1/NQ,hôm nay,H01,,,,,,\n", "hôm nay"),
    "two decrees": (HEADS + "1/NQ,01/07/2025,H01,,,,,,\n2/NQ,,H02,,,,,,\n", "2/NQ"),
    "a word": (HEADS + "1/NQ,01/07/2025,X001,Y1,UBND,CAP_XA,H01,,tùy\n", "tùy"),
    "an empty row": (HEADS + "1/NQ,01/07/2025,,,,,,,\n", "Mã cơ quan"),
    "an unknown code": (HEADS + "1/NQ,01/07/2025,X999,,,,,,\n", "X999"),
    "not UTF-8": (b"\xff\xfe\x00", "UTF-8"),
    "no table": (HEADS + '1/NQ,"01/07', "reform.csv|bảng"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_in_words(tmp_path, name):
    text, said = BAD_FILES[name]
    path = tmp_path / "reform.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    before = Entry.objects.count()
    with pytest.raises(CommandError, match=said):
        run(path)
    assert Entry.objects.count() == before


def test_other_bad_usage_is_refused_in_words(tmp_path):
    with pytest.raises(CommandError, match="none"):
        run(tmp_path / "none.csv")
    with pytest.raises(CommandError, match="ai-do"):
        run(FILE, by="ai-do")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(CommandError, match="folder"):
        run(tmp_path / "folder.csv")
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(CommandError, match="xlsx"):
        run(tmp_path / "old.xls")
