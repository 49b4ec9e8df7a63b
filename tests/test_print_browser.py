"""What comes out of the printer: PDF files of a real Chromium, read again."""

import re
import shutil
import subprocess

import pytest
from playwright.sync_api import Page, expect

from tests.browser import sign_in

pytestmark = pytest.mark.xdist_group("second browser")
AS_OF = "as_of=2021-11-15&known_at=2021-11-15T10:00:00Z"
ISSUER = "CHI CỤC TIÊU CHUẨN ĐO LƯỜNG CHẤT LƯỢNG"


def wait_for_charts(page: Page, number: int) -> None:
    expect(page.locator(".chart--drawn")).to_have_count(number, timeout=20_000)


@pytest.fixture
def printed(clean_page: Page, site, tmp_path):
    """A function that prints a page of the site and returns the text of each sheet."""
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed here; .ci/run installs it")
    sign_in(clean_page, site)

    def sheets(url: str, charts: int = 0) -> list[str]:
        clean_page.goto(f"{site}{url}")
        wait_for_charts(clean_page, charts)
        file = tmp_path / "printed.pdf"
        clean_page.pdf(path=file, prefer_css_page_size=True)
        command = ["pdftotext", "-layout", str(file), "-"]
        text = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()
        return text.split("\f")[:-1]

    return sheets


def assert_framed(sheets: list[str], title: str) -> None:
    """Every sheet says whose it is, of when, and which of how many; later ones of what."""
    for number, sheet in enumerate(sheets, 1):
        assert ISSUER in sheet, number
        assert "15/11/2021" in sheet, number
        assert f" {number}/{len(sheets)}\n" in sheet, number
        assert title in sheet, number


def test_the_printed_list_holds_every_agency_under_repeated_heads(printed):
    sheets = printed(f"/agencies/?{AS_OF}&print=1")
    assert_framed(sheets, "")
    rows = [int(number) for number in re.findall(r"^ {0,6}(\d{1,3}) {2,}\S", "".join(sheets), re.M)]
    assert rows == list(range(1, 149))
    for sheet in sheets:
        assert re.search(r"STT +Cơ quan +Cơ quan cấp trên +Tình trạng +Từ ngày +Quyết định", sheet)
    assert "UBND cấp xã (102)" in sheets[-1]
    assert "TCVN ISO 9001:2008" in sheets[-1]


def test_the_ordinary_list_says_that_it_is_one_page_of_several(printed):
    sheets = printed(f"/agencies/?{AS_OF}&page=2")
    assert re.search(r"\b2\b\D+\b6\b\D+\b26\b\D+\b50\b\D+\b148\b", sheets[0])


def test_the_dashboard_is_two_sheets_with_nothing_to_click(printed):
    sheets = printed(f"/?{AS_OF}", charts=1)
    assert len(sheets) == 2
    assert_framed(sheets, "")
    assert "Tổng quan" in sheets[1]
    for figure in ("106/148", "71,62%", "19/20", "07/10", "06/16", "74/102"):
        assert figure in sheets[0]
    assert "Chi cục Giám định xây dựng" in sheets[1]
    for word in (
        "Việc cần làm",
        "Tải tổng hợp Excel",
        "Thay đổi",
        "Lưu thành ảnh",
        "PNG",
        "Báo cáo",
    ):
        assert word not in "".join(sheets)


def test_a_corrected_agency_is_printed_with_both_versions(printed):
    sheets = printed("/agencies/CT05/?as_of=2021-11-15")
    assert_framed(sheets, "Sở Kế hoạch và Đầu tư")
    text = "".join(sheets)
    assert "131/QĐ-SKHĐT, 06/04/2010" in text
    assert "131/QĐ-SKHĐT, 04/06/2010" in text
    assert "hoàn tác" not in text


def test_closed_tables_of_charts_are_printed_by_ends_of_years(printed):
    sheets = printed(f"/reports/charts/?{AS_OF}", charts=6)
    assert_framed(sheets, "Biểu đồ")
    text = "".join(sheets)
    assert len(re.findall(r"^ *31/12/2015 ", text, re.M)) == 3  # by status, edition, group
    assert not re.search(r"^ *30/06/2015 ", text, re.M)
    assert "Hiện bảng" not in text
    assert re.search(r"^ *II/2017 +01 +Sở Khoa học và Công nghệ", text, re.M)


def test_the_reconciliation_is_printed_with_its_notes_and_nothing_to_click(printed):
    sheets = printed(f"/reports/reconciliation/?{AS_OF}")
    assert_framed(sheets, "")
    text = "".join(sheets)
    assert re.search(r"32\s+41\s+lệch", text)
    assert "Nguồn không nêu ngày tính số liệu" in text
    assert "Ghi giải trình" not in text
    if len(sheets) > 1:
        assert "Dữ liệu minh họa" in sheets[1]  # in the margin


def test_without_scripts_a_chart_is_printed_as_its_table(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site}/?{AS_OF}")
    page.emulate_media(media="print")
    expect(page.locator(".chart__plot")).to_be_hidden()
    expect(page.locator(".chart__table").get_by_text("31/12/2015")).to_be_visible()
    context.close()


@pytest.mark.parametrize(("url", "charts"), [(f"/?{AS_OF}", 1), (f"/agencies/?{AS_OF}&print=1", 0)])
def test_nothing_is_lost_where_backgrounds_are_not_printed(
    clean_page: Page, site, tmp_path, url, charts
):
    if shutil.which("pdftoppm") is None:
        pytest.skip("poppler-utils is not installed here; .ci/run installs it")
    page = clean_page
    page.emulate_media(color_scheme="dark")
    sign_in(page, site)
    page.goto(f"{site}{url}")
    wait_for_charts(page, charts)
    pictures = []
    for background in (True, False):
        file = tmp_path / f"{background}.pdf"
        page.pdf(path=file, prefer_css_page_size=True, print_background=background)
        command = ["pdftoppm", "-r", "40", "-gray", "-f", "1", "-l", "1", str(file)]
        pictures.append(subprocess.run(command, check=True, capture_output=True).stdout)
    with_them, without = pictures
    # Without backgrounds Chromium darkens grey text a little.
    assert max(abs(one - other) for one, other in zip(with_them, without, strict=True)) < 40
    assert without.count(b"\xff") > len(without) / 2  # light, though the theme is dark


def test_on_paper_there_is_no_navigation_and_the_head_stands_instead(clean_page: Page, site):
    page = clean_page
    sign_in(page, site)
    page.goto(f"{site}/?{AS_OF}")
    expect(page.locator(".letterhead")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".letterhead")).to_contain_text("15/11/2021")
    expect(page.locator(".letterhead")).to_contain_text(ISSUER)
    expect(page.get_by_role("navigation", name="Điều hướng chính")).to_be_hidden()
    expect(page.get_by_role("link", name="Tải tổng hợp Excel")).to_be_hidden()
    expect(page.get_by_text("74/102")).to_be_visible()


def test_the_whole_list_is_two_clicks_from_the_printer(clean_page: Page, site):
    page = clean_page
    sign_in(page, site, "lanhdao")
    page.goto(f"{site}/agencies/?{AS_OF}&category=left&page=2")
    page.locator(".list-head__files a").first.click()
    expect(page.locator("tbody tr")).to_have_count(42)
    page.evaluate("window.print = () => { document.title = 'printing'; }")
    page.locator("[data-print]").click()
    expect(page).to_have_title("printing")
