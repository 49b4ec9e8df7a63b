"""Whatever shows figures says of when they are, what they measure, and that they are assumed."""

from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from tests.test_permissions import (  # the fixtures that its pages are about
    PAGES,
    address,
)
from tests.test_word_report import everything, opened

pytestmark = pytest.mark.usefixtures("one_of_each")
MARK = "Dữ liệu minh họa"
ASKED = {"as_of": "2022-06-30"}
LINE = "Số liệu tính đến ngày 30/06/2022, theo dữ liệu ghi nhận đến"
# Pages without figures or standings of agencies, a document, and steps of an import.
BARE = {
    "reports:help",
    "reports:help-page",
    "reports:index",
    "reports:compare-submissions",  # asks which two; its answer: test_submission_pages
    "reports:submission-number",
    "reports:word-template",
    "activities:own-report",  # of a contact, who writes it
    "activities:own-report-of",
    "activities:report-document",
    "agencies:evidence",
    "agencies:import-progress",
    "password_change",
    "password_change_done",
    "reports:audit",  # acts, each with its moment
    "second-factor",
    "second-factor-set-up",
    "sessions",
}
FILES = {
    "reports:summary",
    "reports:agency-list",
    "reports:exchange-file",
    "agencies:import-annotated",
}
# What was sent is of when it was sent, whatever the bar would ask.
SENT = {
    "reports:submissions",
    "reports:submission",
    "reports:submission-again",
}
ELSEWHERE = BARE | FILES | SENT
ELSEWHERE |= {"reports:word-file", "reports:submission-file", "activities:attendance-template"}
# How a page names what its figures count; elsewhere standings stand under their own words.
MEASURES = {
    "reports:dashboard": "đã chuyển đổi, áp dụng",
    "reports:charts": "đã chuyển đổi",
    "reports:compare": "đã chuyển đổi",
    "reports:changes": "đã chuyển đổi",
    "reports:reconciliation": "chuyển đổi",
    "reports:work-list": "chưa chuyển đổi",
    "reports:reorganisation": "đã chuyển đổi",
    "reports:reorganisation-file": "đã chuyển đổi",
}


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ELSEWHERE])
def test_every_page_of_figures_says_of_when_and_that_they_are_assumed(
    name, client, lan, small_province
):
    client.force_login(lan)
    body = client.get(address(name, small_province), ASKED).content.decode()
    head, main = body.split("<main", 1)
    assert LINE in head.split("<head>")[0]  # what stands in the margin of every printed sheet
    assert 'class="asof' in head
    assert MARK in head.split("<head>")[0]
    assert MARK in main, name
    assert MEASURES.get(name, "") in main.lower()


@pytest.mark.parametrize("name", sorted(FILES - {"agencies:import-annotated"}))
def test_every_file_says_so_in_its_head(name, client, lan, small_province):
    client.force_login(lan)
    asked = {**ASKED, "then": "2021-12-31"}
    book = load_workbook(BytesIO(client.get(address(name, small_province), asked).content))
    head = " ".join(
        str(cell)
        for sheet in book.worksheets
        for row in sheet.iter_rows(max_row=12, values_only=True)
        for cell in row
        if cell
    )
    assert MARK in head
    assert "30/06/2022" in head


@pytest.mark.parametrize("name", sorted(SENT))
def test_what_was_sent_says_of_when_it_is_whatever_is_asked_today(
    name, client, lan, small_province
):
    client.force_login(lan)
    body = client.get(address(name, small_province), ASKED).content.decode()
    main = body.split("<main", 1)[1]
    assert LINE not in body
    assert MARK in main
    assert "14/11/2021" in main


def test_the_word_report_says_so(client, lan, small_province):
    client.force_login(lan)
    said = everything(opened(client.get("/reports/word/report.docx", ASKED).content))
    assert MARK in said
    assert "ngày 30 tháng 6 năm 2022" in said


def test_the_change_report_s_file_says_so_too(client, lan, small_province):
    client.force_login(lan)
    content = client.get("/reports/changes/", {**ASKED, "format": "xlsx"}).content
    for sheet in load_workbook(BytesIO(content)).worksheets:
        head = [str(row[0]) for row in sheet.iter_rows(max_row=6, values_only=True)]
        assert any(MARK in text for text in head)
        assert any(LINE in text for text in head)


def test_what_a_command_prints_for_people_says_so(small_province):
    for command in ("rollup", "reconcile"):
        out = StringIO()
        call_command(command, "--as-of", "2022-06-30", stdout=out)
        assert MARK in out.getvalue()
        assert "30/06/2022" in out.getvalue()
    assert "Đã chuyển đổi/tổng số" in printed_by_rollup()


def printed_by_rollup() -> str:
    out = StringIO()
    call_command("rollup", stdout=out)
    return out.getvalue()
