"""The reform of 1 July 2025 in a real browser: what pages say of it, and its undoing."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import manage, serve, sign_in

pytestmark = pytest.mark.xdist_group("browser")
AFTER = "as_of=2025-07-01"
PAGES = {
    "dashboard": f"/?{AFTER}",
    "successor": f"/agencies/X103/?{AFTER}",
    "predecessor": f"/agencies/X011/?{AFTER}",
    "found by an old name": f"/agencies/?{AFTER}&q=duy+tan",
    "no longer there": f"/agencies/?{AFTER}&q=huyen+sa+thay",
}


@pytest.fixture
def reformed_site(loaded_database, tmp_path):
    """Serve a copy of the demonstration to which the reform was applied."""
    database = tmp_path / "reformed.sqlite3"
    shutil.copy(loaded_database, database)
    manage(database, "apply_reorganisation", "fixtures/reform_2025.csv", "--by", "chuyenvien")
    with serve(database) as address:
        yield address


def test_pages_after_the_reform_are_accessible(clean_page: Page, reformed_site):
    sign_in(clean_page, reformed_site)
    for scheme in ("light", "dark"):
        clean_page.emulate_media(color_scheme=scheme)
        for name, path in PAGES.items():
            clean_page.goto(reformed_site + path)
            found = Axe().run(clean_page)
            assert found.violations_count == 0, (name, scheme, found.generate_report())


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_runs_over_the_edge(clean_page: Page, reformed_site, width):
    sign_in(clean_page, reformed_site)
    clean_page.set_viewport_size({"width": width, "height": 900})
    for name, path in PAGES.items():
        clean_page.goto(reformed_site + path)
        over = clean_page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, name


def test_the_reform_is_undone_on_the_page_of_a_successor(clean_page: Page, reformed_site):
    page = clean_page
    sign_in(page, reformed_site)
    page.goto(f"{reformed_site}/?{AFTER}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("26/76")
    page.goto(f"{reformed_site}/agencies/X103/?{AFTER}")
    page.get_by_role("link", name="UBND xã Đắk Cấm").click()
    page.get_by_role("link", name="UBND phường Đăk Cấm").click()
    page.get_by_role("link", name="hoàn tác", exact=True).click()
    expect(page.locator("#consequence")).to_contain_text("26/76 → 106/148")
    page.get_by_label("Lý do").fill("Chạy thử")
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã hoàn tác")
    page.goto(f"{reformed_site}/?{AFTER}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("106/148")
