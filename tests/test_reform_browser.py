"""The reform of 1 July 2025 in a real browser: what pages say of it, and its undoing."""

import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import ROOT, manage, serve, sign_in

pytestmark = pytest.mark.xdist_group("second browser")
AFTER = "as_of=2025-07-01"
PAGES = {
    "dashboard": f"/?{AFTER}",
    "successor": f"/agencies/X103/?{AFTER}",
    "predecessor": f"/agencies/X011/?{AFTER}",
    "found by an old name": f"/agencies/?{AFTER}&q=duy+tan",
    "no longer there": f"/agencies/?{AFTER}&q=huyen+sa+thay",
    "reorganisations": "/reorganisations/",
    "the event": "/reorganisations/1/",
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


FIGURES = ["19/20", "—", "06/16", "01/40"]
ONCE = ["19/20", "07/10", "06/16", "74/102"]
NOTICE = "chỉ cập nhật cấp huyện, cấp xã; cấp sở và chi cục chưa cập nhật"


def figures(page: Page, site: str, asked: str) -> list[str]:
    """Return the total and the groups' figures of a dashboard."""
    page.goto(f"{site}/?{asked}")
    cards = page.locator(".card__figure").all_inner_texts()
    return [page.get_by_role("heading", level=1).inner_text().split()[0], *map(str.strip, cards)]


def bring(page: Page, site: str, file) -> None:
    page.goto(f"{site}/agencies/exchange/workbook/")
    page.locator("input[name=file]").set_input_files(file)
    page.locator("form[enctype] .button").click()
    page.wait_for_url("**/reorganisations/files/*/")


def test_the_reform_is_brought_looked_at_applied_and_undone(clean_page: Page, own_site):
    page = clean_page
    sign_in(page, own_site)
    bring(page, own_site, ROOT / "fixtures" / "reform_2025.csv")
    table = page.locator(".event-figures")
    for fraction in ("19/20", "—", "06/16", "01/40", "26/76"):
        expect(table.get_by_text(fraction, exact=True).last).to_be_visible()
    expect(page.locator(".event-section")).to_have_count(12)  # new, ten districts, dissolved
    page.locator(".event-section summary", has_text="UBND thành phố Kon Tum").click()
    expect(page.locator(".event-section[open]")).to_contain_text("UBND phường Duy Tân")
    assert Axe().run(page).response["violations"] == []
    assert figures(page, own_site, AFTER) == ["106/148", *ONCE]  # nothing is written yet
    page.go_back()
    page.locator("main form .button").click()
    page.wait_for_url("**/reorganisations/1/")
    expect(page.locator("main")).to_contain_text("1677/NQ-UBTVQH15")

    assert figures(page, own_site, AFTER) == ["26/76", *FIGURES]
    expect(page.locator("body")).to_contain_text(NOTICE)
    for before in ("as_of=2025-06-30", "as_of=2021-11-15"):
        assert figures(page, own_site, before) == ["106/148", *ONCE]
        expect(page.locator("body")).not_to_contain_text(NOTICE)

    page.goto(f"{own_site}/reorganisations/1/")
    page.locator(".page-head .button--quiet").click()
    expect(page.locator("#consequence")).to_contain_text("26/76 → 106/148")
    page.locator("textarea[name=reason]").fill("Chạy thử")
    page.get_by_role("button", name="Hoàn tác", exact=True).click()
    page.wait_for_url("**/reorganisations/1/")
    between = page.locator("main .notice a").get_attribute("href") or ""
    for day in (AFTER, "as_of=2025-06-30", "as_of=2021-11-15"):
        assert figures(page, own_site, day) == ["106/148", *ONCE]
    assert figures(page, own_site, between.partition("?")[2]) == ["26/76", *FIGURES]


def test_the_same_decree_applied_twice_at_the_same_moment_is_written_once(browser, own_site):
    """Both forms are drawn, both buttons pressed; one writes, the other leads there."""
    pages = [browser.new_context(locale="en-US").new_page() for _officer in range(2)]
    for page in pages:
        sign_in(page, own_site)
        bring(page, own_site, ROOT / "fixtures" / "reform_2025.csv")
    for page in pages:
        page.evaluate("setTimeout(() => document.querySelector('main form .button').click(), 200)")
    for page in pages:
        page.wait_for_url("**/reorganisations/1/")
    pages[0].goto(f"{own_site}/reorganisations/")
    expect(pages[0].locator(".events tbody tr")).to_have_count(1)


def test_a_merger_is_composed_without_scripts(browser, own_site):
    """The whole way, from the ticks in the list to the page of the event."""
    context = browser.new_context(locale="en-US", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, own_site)
    page.goto(f"{own_site}/agencies/?q=sa+thay&group=CAP_XA")
    page.locator("input.tick").first.check()
    page.locator("button[formaction='/reorganisations/compose/']").click()
    page.locator("input[name=decree_number]").fill("07/NQ-HĐND")
    page.locator("input[name=takes_effect_on]").fill("01/01/2024")
    page.locator("input[name=find]").fill("mo rai")
    page.locator("button[value=find]").click()
    page.locator("input[name=pick]").first.check()
    page.locator("button[value=add]").click()
    page.locator("button[value=merge]").click()
    page.locator("input[name=row0-code]").fill("X900")
    page.locator("input[name=row0-name]").fill("UBND xã Mới")
    page.locator("button[value=look]").last.click()
    expect(page.locator(".successor .errors")).to_have_count(1)
    page.locator("select[name=row0-first_status]").select_option("anew")
    page.locator("button[value=look]").last.click()
    expect(page.locator(".event-figures")).to_contain_text("73/101")
    page.locator("button[value=apply]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("07/NQ-HĐND")
