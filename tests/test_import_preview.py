"""A workbook brought back: every row marked, the ticked ones imported, all or nothing."""

import unicodedata
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from agencies import actions
from agencies.actions import RowState, StaleForm, undo_entry
from agencies.exchange import BadWorkbook
from agencies.models import AgencyGroup, Entry, RosterRecord, StatusRecord, Upload
from agencies.questions import ask
from reports import rollups
from tests.uploads import bring, find, keep, look, packed, told
from tests.workbooks import XA, agency, write_workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def test_what_nobody_edited_is_the_same(taken, lan):
    preview = look(keep(taken, lan), lan)
    assert told(preview) == []
    assert len(preview.rows) == 2 + RosterRecord.objects.believed().count() + (
        StatusRecord.objects.believed().count()
    )


def test_one_edited_cell_is_one_change_with_old_and_new(taken, lan):
    find(taken["Tình trạng"], "CC-KL", date(2021, 6, 1))["Số TTHC"].value = 50
    upload = keep(taken, lan)
    preview = look(upload, lan)
    assert told(preview) == [("CC-KL", "changed", {"Số TTHC": (42, 50)})]
    result = bring(upload, lan, {preview.of("changed")[0].key})
    assert result.statuses_corrected == 1
    assert (result.entry.kind, result.entry.reason) == ("import", "Sổ tháng 11")
    row = StatusRecord.objects.believed().get(agency__code="CC-KL", valid_from=date(2021, 6, 1))
    assert (row.procedures, row.recorded) == (50, result.entry)


def test_an_edit_of_what_an_agency_began_with_is_a_change(taken, lan):
    find(taken["Tình trạng"], "CC-TL", date(2018, 7, 1))["Ghi chú"].value = "chờ kinh phí"
    upload = keep(taken, lan)
    preview = look(upload, lan)
    [(code, state, differences)] = told(preview)
    assert (code, state, differences["Ghi chú"][1]) == ("CC-TL", "changed", "chờ kinh phí")
    assert bring(upload, lan, {preview.of("changed")[0].key})


def test_a_new_row_is_new_and_names_what_stood_before(taken, lan):
    taken["Tình trạng"].append(["SO-NN", "áp dụng", 2015, "01/03/2022", "9/QĐ", "01/03/2022"])
    upload = keep(taken, lan)
    preview = look(upload, lan)
    [(code, state, differences)] = told(preview)
    assert (code, state) == ("SO-NN", "new")
    assert differences["Phiên bản"] == ("TCVN ISO 9001:2008", "TCVN ISO 9001:2015")
    assert differences["Số quyết định"][1] == "9/QĐ"


def test_a_new_agency_and_its_status_are_new(taken, lan):
    taken["Cơ quan"].append(["CC-MOI", "Chi cục Mới", "CC", "SO-NN", None, "01/02/2022"])
    taken["Tình trạng"].append(["CC-MOI", "đang xây dựng", 2015, "01/03/2022"])
    upload = keep(taken, lan)
    rows = look(upload, lan).of("new")
    assert [(row.sheet, row.name) for row in rows] == [
        ("Cơ quan", "Chi cục Mới"),
        ("Tình trạng", "Chi cục Mới"),
    ]
    with pytest.raises(BadWorkbook, match="CC-MOI"):
        bring(upload, lan, {rows[1].key})  # its agency is not ticked
    assert bring(upload, lan, {row.key for row in rows}).agencies_added == 1


def test_what_a_colleague_recorded_since_makes_a_conflict(taken, lan, small_province):
    taken["Tình trạng"].append(["SO-NN", "hủy công bố", 2008, "01/06/2022"])
    taken["Tình trạng"].append(["THANH-TRA", "hủy công bố", None, "01/06/2022"])
    small_province.record("SO-NN", date(2022, 5, 1), small_province.building())
    last = Entry.objects.order_by("-pk")[0]
    preview = look(keep(taken, lan), lan)
    found = {row.code: row for row in preview.rows if row.state != RowState.SAME}
    assert (found["SO-NN"].state, found["SO-NN"].since) == ("conflict", (last,))
    assert (found["THANH-TRA"].state, found["THANH-TRA"].since) == ("new", ())


def test_rows_of_an_outdated_workbook_do_not_overwrite_a_colleague(taken, lan, small_province):
    small_province.record(
        "THANH-TRA",
        date(2021, 1, 1),
        small_province.applied(small_province.edition_2015, "5/QĐ", date(2021, 1, 1)),
    )
    row = find(taken["Tình trạng"], "THANH-TRA", date(2019, 4, 1))
    row["Ghi chú"].value = "ghi chú mới"
    upload = keep(taken, lan)
    [conflict] = [row for row in look(upload, lan).rows if row.state != RowState.SAME]
    assert conflict.state == RowState.CONFLICT
    result = bring(upload, lan, {conflict.key})
    assert result.statuses_corrected == 1
    later = StatusRecord.objects.believed().get(agency__code="THANH-TRA", valid_to=None)
    assert later.decision_number == "5/QĐ"


def test_a_row_in_error_says_what_is_allowed_and_holds_its_agency_back(taken, lan):
    find(taken["Tình trạng"], "CC-KL", date(2021, 6, 1))["Từ ngày"].value = "31/02/2021"
    taken["Tình trạng"].append(["CC-KL", "hủy công bố", 2015, "01/06/2022"])
    taken["Tình trạng"].append(["SO-NN", "hủy công bố", 2008, "01/06/2022"])
    upload = keep(taken, lan)
    preview = look(upload, lan)
    wrong = preview.of("error")
    assert [row.code for row in wrong] == ["CC-KL", "CC-KL"]
    assert [problem.found for row in wrong for problem in row.problems] == ["31/02/2021", "CC-KL"]
    bring(upload, lan, {row.key for row in preview.rows})
    assert StatusRecord.objects.filter(valid_from=date(2022, 6, 1)).get().agency.code == "SO-NN"


def test_a_colleague_between_look_and_import_stops_it(taken, lan, small_province):
    find(taken["Tình trạng"], "CC-KL", date(2021, 6, 1))["Số TTHC"].value = 50
    upload = keep(taken, lan)
    preview = look(upload, lan)
    key = preview.of("changed")[0].key
    small_province.record("CC-KL", date(2022, 3, 1), small_province.building())
    count = Entry.objects.count()
    with pytest.raises(StaleForm):
        bring(upload, lan, {key}, seen=preview.seen)
    assert Entry.objects.count() == count
    assert [row.state for row in look(upload, lan).rows if row.key == key] == ["conflict"]


def test_a_colleague_elsewhere_stops_nothing(taken, lan, small_province):
    find(taken["Tình trạng"], "CC-KL", date(2021, 6, 1))["Số TTHC"].value = 50
    upload = keep(taken, lan)
    preview = look(upload, lan)
    small_province.record("SO-NN", date(2022, 3, 1), small_province.building())
    assert bring(upload, lan, {preview.of("changed")[0].key}, seen=preview.seen).entry


def test_an_unknown_stage_offers_the_known_ones(taken, lan):
    find(taken["Tình trạng"], "CC-KL", date(2021, 6, 1))["Tình trạng"].value = "Đang áp dụng"
    upload = keep(taken, lan)
    [row] = [row for row in look(upload, lan).of("error") if row.problems[0].choices]
    problem = row.problems[0]
    assert "áp dụng" in problem.choices
    actions.choose_words(upload=upload, chosen={problem.key: "áp dụng"})
    assert told(look(upload, lan)) == []


def test_an_unknown_group_offers_the_known_ones(taken, lan):
    taken["Cơ quan"].append(["CC-MOI", "Chi cục Mới", "Chi cục", None, None, "01/02/2022"])
    upload = keep(taken, lan)
    [row] = look(upload, lan).of("error")
    assert row.problems[0].choices == ("CC", "SO")
    actions.choose_words(upload=upload, chosen={row.problems[0].key: "CC"})
    [row] = look(upload, lan).of("new")
    bring(upload, lan, {row.key})
    assert RosterRecord.objects.filter(agency__code="CC-MOI", group__code="CC").exists()


def test_a_name_with_other_marks_is_asked_about(taken, lan):
    cell = find(taken["Cơ quan"], "CC-KL", date(2010, 1, 1))["Tên cơ quan"]
    cell.value = "Chi cục Kiêm lâm"
    upload = keep(taken, lan)
    [row] = [row for row in look(upload, lan).of("error") if row.problems[0].choices]
    assert row.problems[0].choices == ("Chi cục Kiểm lâm", "Chi cục Kiêm lâm")
    with pytest.raises((BadWorkbook, ValidationError)):
        bring(upload, lan, {row.key})
    actions.choose_words(upload=upload, chosen={row.problems[0].key: "Chi cục Kiểm lâm"})
    assert told(look(upload, lan)) == []
    actions.choose_words(upload=upload, chosen={row.problems[0].key: "Chi cục Kiêm lâm"})
    changed = told(look(upload, lan))
    assert changed == [
        ("CC-KL", "changed", {"Tên cơ quan": ("Chi cục Kiểm lâm", "Chi cục Kiêm lâm")})
    ]


def test_a_workbook_is_imported_once_and_undone_as_one(taken, lan):
    before = rollups.exchange_rows(ask().as_of)
    find(taken["Tình trạng"], "CC-KL", date(2021, 6, 1))["Số TTHC"].value = 50
    taken["Tình trạng"].append(["SO-NN", "hủy công bố", 2008, "01/02/2022"])
    upload = keep(taken, lan)
    keys = {row.key for row in look(upload, lan).rows if row.may_be_taken}
    entry = bring(upload, lan, keys).entry
    with pytest.raises(ValidationError):
        bring(upload, lan, keys)
    undo = undo_entry(entry=entry, by=lan, reason="Nhầm sổ")
    assert (undo.kind, undo.undoes) == ("undo", entry)
    after = rollups.exchange_rows(ask().as_of)
    assert [(s.code, s.valid_from, s.stage, s.procedures) for s in after[2]] == [
        (s.code, s.valid_from, s.stage, s.procedures) for s in before[2]
    ]


def test_a_stamp_of_another_office_counts_from_the_upload(lan, tmp_path):
    file = write_workbook(tmp_path / "a.xlsx", groups=[XA], agencies=[agency("X1")])
    upload = actions.keep_upload(file=SimpleUploadedFile("a.xlsx", file.read_bytes()), by=lan)
    assert (upload.has_stamp, upload.since) == (False, 0)


def test_old_workbooks_are_removed(taken, lan):
    old = keep(taken, lan)
    Upload.objects.filter(pk=old.pk).update(kept_at=timezone.now() - timedelta(hours=25))
    new = keep(taken, lan)
    assert list(Upload.objects.all()) == [new]


@pytest.fixture
def desk(client, lan):
    client.force_login(lan)
    return client


def send(desk, book, name="so.xlsx"):
    return desk.post(reverse("agencies:take-upload"), {"file": packed(book)})


def test_the_way_through_the_pages(desk, taken, lan):
    find(taken["Tình trạng"], "CC-KL", date(2021, 6, 1))["Số TTHC"].value = 50
    page = send(desk, taken).url
    response = desk.get(page)
    assert "<del>42</del> → <ins>50</ins>" in response.content.decode()
    key = response.context["preview"].of("changed")[0].key
    form = {"take": [key], "seen": response.context["form"].initial["seen"], "reason": ""}
    refused = desk.post(page, form)
    assert refused.context["form"].errors["reason"]
    assert f'value="{key}" checked' in refused.content.decode()
    done = desk.post(page, {**form, "reason": "Sổ tháng 11"}, follow=True)
    entry = Entry.objects.order_by("-pk")[0]
    assert (entry.kind, entry.by) == ("import", lan)
    assert reverse("agencies:undo-entry", args=[entry.pk]) in done.content.decode()
    work_list = desk.get(reverse("reports:work-list")).content.decode()
    assert reverse("agencies:undo-entry", args=[entry.pk]) in work_list


def test_an_overtaken_form_comes_back_and_says_so(desk, taken, small_province):
    find(taken["Tình trạng"], "CC-KL", date(2021, 6, 1))["Số TTHC"].value = 50
    page = send(desk, taken).url
    preview = desk.get(page).context["preview"]
    key = preview.of("changed")[0].key
    small_province.record("CC-KL", date(2022, 3, 1), small_province.building())
    form = {"take": [key], "seen": preview.seen, "reason": "Sổ"}
    response = desk.post(page, form)
    assert response.status_code == 409
    assert f'value="{key}">' in response.content.decode()  # no longer ticked
    assert response.context["form"].data["reason"] == "Sổ"
    assert '<li class="import__since">' in response.content.decode()
    seen = response.context["form"].data["seen"]
    assert desk.post(page, {**form, "seen": seen}).status_code == 302


def test_words_are_chosen_on_the_page_and_others_are_not_taken(desk, taken):
    taken["Cơ quan"].append(["CC-MOI", "Chi cục Mới", "Chi cục", None, None, "01/02/2022"])
    page = send(desk, taken).url
    desk.post(page, {"word:group|chi cục": "BỊA"})
    assert Upload.objects.get().choices == {}
    desk.post(page, {"word:group|chi cục": "CC"})
    assert Upload.objects.get().choices == {"group|chi cục": "CC"}
    assert desk.get(page).context["preview"].of("new")


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40])
def test_a_form_that_was_tampered_with_writes_nothing(desk, taken, seen):
    find(taken["Tình trạng"], "CC-KL", date(2021, 6, 1))["Số TTHC"].value = 50
    page = send(desk, taken).url
    key = desk.get(page).context["preview"].of("changed")[0].key
    count = Entry.objects.count()
    response = desk.post(page, {"take": [key, "S99999", "?"], "seen": seen, "reason": "Sổ"})
    assert (response.status_code, Entry.objects.count()) == (200, count)


def test_a_head_takes_the_workbook_and_brings_none_back(client, hung, small_province):
    client.force_login(hung)
    page = client.get(reverse("agencies:exchange")).content.decode()
    assert reverse("reports:exchange-file") in page
    assert reverse("agencies:take-upload") not in page


def test_nobody_opens_anothers_workbook(desk, taken, lan, django_user_model, client):
    page = send(desk, taken).url
    other = django_user_model.objects.create_user("mai", "Mat-khau-cua-Mai", role="officer")
    client.force_login(other)
    assert client.get(page).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        ("a.csv", "\ufeffMã cơ quan;Tình trạng\nX1;áp dụng\n".encode(), ".csv"),
        ("a.xlsx", b"PK\x03\x04 not a zip", ".xlsx"),
        ("a.xlsx", b"", "0 byte"),
    ],
)
def test_other_files_are_refused_with_one_line(desk, name, content, said):
    file = SimpleUploadedFile(name, content)
    response = desk.post(reverse("agencies:take-upload"), {"file": file})
    assert response.status_code == 200
    [error] = response.context["form"].errors["file"]
    assert said in error
    assert Upload.objects.count() == 0


def test_a_kept_file_that_is_gone_is_told(desk, taken):
    page = send(desk, taken).url
    upload = Upload.objects.get()
    upload.file.storage.delete(str(upload.file.name))
    assert desk.get(page).status_code == 404
    assert desk.get(reverse("agencies:import-annotated", args=[upload.pk])).status_code == 404


def test_a_copy_says_the_errors_on_the_cells(desk, taken):
    row = find(taken["Tình trạng"], "CC-KL", date(2021, 6, 1))
    row["Tình trạng"].value = "đang dùng"
    place = row["Tình trạng"].coordinate
    send(desk, taken)
    response = desk.get(reverse("agencies:import-annotated", args=[Upload.objects.get().pk]))
    cell = load_workbook(BytesIO(response.content))["Tình trạng"][place]
    assert "đang dùng" in cell.comment.text
    assert "áp dụng" in cell.comment.text
    assert cell.fill.fgColor.rgb.endswith("F8C9C4")
    again = SimpleUploadedFile("b.xlsx", response.content)
    assert desk.post(reverse("agencies:take-upload"), {"file": again}).status_code == 302
    assert Upload.objects.order_by("-pk")[0].has_stamp


def test_files_that_people_make(lan, tmp_path):
    """Titles above, columns moved, blank rows, NFD, text dates, serials, trailing spaces."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = unicodedata.normalize("NFD", "Cơ quan ")
    sheet["A1"] = "DANH SÁCH CƠ QUAN"
    sheet.merge_cells("A1:G1")
    sheet.append([])
    heads = ["Tên cơ quan", "Mã cơ quan", "Từ ngày", "Mã nhóm", "Mã ĐVHC", "Đến ngày"]
    sheet.append([unicodedata.normalize("NFD", head) for head in heads] + ["Mã cơ quan chủ quản "])
    sheet.append([unicodedata.normalize("NFD", "UBND xã Đắk Hà  "), " X1 ", 40179, "XA "])
    sheet.append([])
    sheet.append(["UBND xã B", "X2", " 01/01/2010 ", "XA"])
    AgencyGroup.objects.create(code="XA", name="Cấp xã")
    upload = keep(book, lan)
    preview = look(upload, lan)
    assert [str(row.state) for row in preview.rows] == ["new", "new"]
    bring(upload, lan, {row.key for row in preview.rows})
    rows = RosterRecord.objects.order_by("agency__code")
    assert [(row.name, row.valid_from) for row in rows] == [
        ("UBND xã Đắk Hà", date(2010, 1, 1)),
        ("UBND xã B", date(2010, 1, 1)),
    ]
