"""What officers see of the file of a reorganisation: brought, looked at, applied once."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from agencies.models import Reorganisation, Upload, User
from tests.test_reorganisation import english, everything  # noqa: F401
from tests.test_reorganisation_pages import fractions, looked_fractions

REFORM = Path(__file__).resolve().parent.parent / "fixtures" / "reform_2025.csv"

pytestmark = pytest.mark.usefixtures("small_province")

HEADINGS = (
    "Số văn bản,Ngày hiệu lực,Mã cơ quan trước sắp xếp,Mã cơ quan,Tên cơ quan,Mã nhóm,"
    "Mã cơ quan cấp trên,Mã ĐVHC,Tình trạng đầu\n"
)
MERGER = "12/NQ-HĐND,01/03/2023,CC-KL; CC-TL,CC-RUNG,Chi cục Rừng và Nước,CC,SO-NN,,công bố lại\n"


def bring(client, text, name="sap-xep.csv"):
    client.cookies["django_language"] = "en"
    file = SimpleUploadedFile(name, text.encode("utf-8-sig"), "text/csv")
    return client.post(reverse("agencies:take-upload"), {"file": file})


def test_a_file_is_looked_at_then_applied_once(client, lan, small_province):
    client.force_login(lan)
    url = bring(client, HEADINGS + MERGER)["Location"]
    page = client.get(url)
    assert looked_fractions(page) == ["01/03", "01/02"]
    assert not Reorganisation.objects.exists()
    sent = {"seen": page.context["form"].initial["seen"]}
    there = client.post(url, sent)["Location"]
    assert there == reverse("reports:reorganisation", args=[Reorganisation.objects.get().pk])
    client.get(there)  # where the first word about it is told
    again = client.post(url, sent, follow=True)
    assert again.redirect_chain == [(there, 302)]
    assert "nothing was written twice" in again.content.decode()
    assert client.get(url)["Location"] == there
    assert fractions(small_province) == ["01/03", "01/02"]


def test_a_file_with_semicolons_under_a_title_is_read(client, lan):
    client.force_login(lan)
    semicolons = (HEADINGS + MERGER.replace("CC-KL; CC-TL", "CC-KL CC-TL")).replace(",", ";")
    url = bring(client, "Phụ lục kèm theo\n" + semicolons)["Location"]
    assert looked_fractions(client.get(url)) == ["01/03", "01/02"]


def test_a_workbook_of_a_reorganisation_is_known_by_its_headings(client, lan, tmp_path):
    client.force_login(lan)
    book = Workbook()
    sheet: Any = book.active
    for line in (HEADINGS + MERGER).splitlines():
        sheet.append(line.split(","))
    book.save(tmp_path / "a.xlsx")
    file = SimpleUploadedFile("Sap xep.xlsx", (tmp_path / "a.xlsx").read_bytes())
    url = client.post(reverse("agencies:take-upload"), {"file": file})["Location"]
    assert looked_fractions(client.get(url)) == ["01/03", "01/02"]


def test_what_cannot_be_read_names_row_and_column_and_what_is_allowed(client, lan):
    client.force_login(lan)
    page = bring(client, HEADINGS + MERGER.replace("công bố lại", "để sau"))
    (said,) = page.context["form"].errors["file"]
    assert "row 2" in said
    assert "để sau" in said
    assert "giữ nguyên" in said
    assert not Upload.objects.exists()


def test_what_is_refused_names_the_rows_of_the_file(client, lan):
    client.force_login(lan)
    unknown = ",,KHONG-CO,CC-X,Chi cục X,CC,SO-NN,,công bố lại\n"
    page = client.get(bring(client, HEADINGS + MERGER + unknown)["Location"])
    assert page.context["refused"] == [
        ("There is no agency KHONG-CO; it is named as a predecessor.", [3])
    ]
    assert "rows of the file: 3" in page.content.decode()
    before = everything()
    seen = page.context["form"].initial["seen"]
    answer = client.post(page.request["PATH_INFO"], {"seen": seen})
    assert answer.status_code == 200
    assert everything() == before


def test_the_second_officer_with_the_same_file_is_told(client, lan, small_province):
    client.force_login(lan)
    binh = User.objects.create_user("binh", "Mat-khau-cua-Binh", role="officer", full_name="Bình")
    other = Client()
    other.force_login(binh)
    mine, theirs = (bring(c, HEADINGS + MERGER)["Location"] for c in (client, other))
    seen = {"seen": other.get(theirs).context["form"].initial["seen"]}
    client.post(mine, seen)
    before = everything()
    page = other.post(theirs, seen)
    assert page.status_code == 409
    assert "12/NQ-HĐND is on record already: Lan recorded it" in page.content.decode()
    assert everything() == before
    assert other.get(mine).status_code == 404  # another's file


def test_a_file_that_somebody_has_overtaken_shows_both_versions(client, lan, small_province):
    client.force_login(lan)
    url = bring(client, HEADINGS + MERGER)["Location"]
    seen = client.get(url).context["form"].initial["seen"]
    small_province.record("CC-KL", date(2022, 5, 1), small_province.building())
    page = client.post(url, {"seen": seen})
    assert page.status_code == 409
    assert "Somebody else was faster" in page.content.decode()
    client.post(url, {"seen": page.context["form"].data["seen"]})
    assert Reorganisation.objects.count() == 1


def test_a_decree_not_of_this_office_is_refused_whole(client, lan):
    client.force_login(lan)
    page = client.get(bring(client, REFORM.read_text("utf-8"))["Location"])
    assert page.status_code == 200
    assert len(page.context["refused"]) > 100
    assert not Reorganisation.objects.exists()


def test_heads_bring_nothing(client, hung):
    client.force_login(hung)
    assert bring(client, HEADINGS + MERGER).status_code == 403
