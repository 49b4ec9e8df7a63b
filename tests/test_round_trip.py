"""The workbook that goes out to be filled: reopened, converted by LibreOffice, brought back."""

import shutil
import subprocess
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from agencies.actions import import_file
from agencies.exchange import read_exchange_file
from agencies.exchange.stamp import STAMP_SHEET, Stamp, unpacked
from agencies.models import Edition, Entry
from agencies.questions import ask
from reports.round_trip import build_exchange

pytestmark = pytest.mark.django_db


def opened(**how):
    return load_workbook(BytesIO(build_exchange(ask(), **how)))


def codes(sheet):
    return [row[0].value for row in sheet.iter_rows(min_row=2) if row[0].value]


def test_the_workbook_holds_every_agency_and_every_status(small_province):
    book = opened()
    assert book.sheetnames == ["Nhóm", "Cơ quan", "Tình trạng", "Hướng dẫn", "Dấu"]
    assert codes(book["Nhóm"]) == ["SO", "CC"]
    assert sorted(set(codes(book["Cơ quan"]))) == sorted(small_province.agencies)
    assert "Cách điền" in book["Hướng dẫn"]["A1"].value


def test_only_the_agencies_asked_for(small_province, client, lan):
    client.force_login(lan)
    response = client.get(reverse("reports:exchange-file"), {"group": "CC"})
    book = load_workbook(BytesIO(response.content))
    assert set(codes(book["Cơ quan"])) == {"CC-TDC", "CC-KL", "CC-TL"}
    assert set(codes(book["Tình trạng"])) == {"CC-TDC", "CC-KL", "CC-TL"}
    response = client.get(reverse("reports:exchange-file"), {"group": "nhóm lạ"})
    assert codes(load_workbook(BytesIO(response.content))["Cơ quan"]) == []


def test_an_empty_template_offers_the_groups_alone(small_province):
    book = opened(empty=True)
    assert codes(book["Nhóm"]) == ["SO", "CC"]
    assert codes(book["Cơ quan"]) == codes(book["Tình trạng"]) == []


def test_codes_are_locked_and_all_else_is_free(small_province):
    for title in ("Nhóm", "Cơ quan", "Tình trạng"):
        sheet = opened()[title]
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        assert sheet["A2"].protection.locked
        assert not sheet["B2"].protection.locked
        assert not sheet.column_dimensions["A"].protection.locked


def test_stage_edition_and_group_are_chosen_from_lists(small_province):
    book = opened()
    lists = {
        title: {str(rule.sqref).split(":")[0]: rule.formula1 for rule in found}
        for title in ("Cơ quan", "Tình trạng")
        for found in [book[title].data_validations.dataValidation]
    }
    assert lists["Cơ quan"] == {"C2": "'Nhóm'!$A$2:$A$200"}
    assert "đang xây dựng" in lists["Tình trạng"]["B2"]
    assert lists["Tình trạng"]["C2"].startswith('"TCVN ISO 9001:2015,')


def test_the_stamp_says_what_was_known(small_province):
    book = opened()
    assert book[STAMP_SHEET].sheet_state == "hidden"
    known = Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    stamp = unpacked(book[STAMP_SHEET]["A1"].value)
    assert stamp == Stamp(ask().as_of.day, known)
    assert unpacked("bịa") is None
    assert unpacked(Stamp(date(2021, 1, 1), 3).packed() + "x") is None


def read(content: bytes):
    return read_exchange_file(BytesIO(content), editions=Edition.objects.all())


def test_brought_back_as_it_is_it_changes_nothing(small_province, lan):
    content = build_exchange(ask())
    exchange = read(content)
    assert exchange.notices == []
    assert exchange.stamp is not None
    result = import_file(file=BytesIO(content), by=lan)
    assert not result.changes_anything


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_keeps_the_rows_the_lists_and_the_stamp(small_province, tmp_path):
    (tmp_path / "so.xlsx").write_bytes(build_exchange(ask()))
    convert = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/lo"]
    convert += ["--convert-to", "xlsx", "--outdir", tmp_path / "out", tmp_path / "so.xlsx"]
    subprocess.run(convert, check=True, capture_output=True, timeout=120)
    content = (tmp_path / "out" / "so.xlsx").read_bytes()
    before, after = read(build_exchange(ask())), read(content)
    assert after.problems == []
    assert after.stamp == before.stamp
    assert (after.groups, after.agencies) == (before.groups, before.agencies)
    assert after.statuses == before.statuses
    sheet = load_workbook(BytesIO(content))["Tình trạng"]
    assert sheet.protection.sheet
    assert len(sheet.data_validations.dataValidation) >= 3
