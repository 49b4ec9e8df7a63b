"""Charts in a real browser: drawn under the policy, in both themes, by mouse and by keys."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import sign_in

pytestmark = pytest.mark.xdist_group("second browser")
CHARTS = "/reports/charts/?as_of=2021-11-15"


def wait_for_charts(page: Page, number: int) -> None:
    expect(page.locator(".chart--drawn")).to_have_count(number, timeout=20_000)


def line_colour(page: Page) -> str:
    line = page.locator("[data-figure=progress-figure] .scatterlayer .js-line").first
    return str(line.evaluate("line => getComputedStyle(line).stroke"))


def test_every_chart_is_drawn_without_a_complaint_and_nothing_moves(clean_page: Page, site):
    page = clean_page
    sign_in(page, site)
    for url, number in [("/?as_of=2021-11-15", 1), (CHARTS, 6)]:
        page.add_init_script(
            "window.shifts = []; new PerformanceObserver(list => shifts.push(...list.getEntries()"
            ".map(one => one.value))).observe({type: 'layout-shift', buffered: true});"
        )
        page.goto(f"{site}{url}")
        wait_for_charts(page, number)
        assert sum(page.evaluate("window.shifts")) < 0.01
    expect(page.locator("[data-figure=categories-figure] .bars .point")).to_have_count(12)


def test_the_page_is_painted_before_the_script_is_asked_for(clean_page: Page, site):
    page = clean_page
    sign_in(page, site)
    page.goto(f"{site}/?as_of=2021-11-15")
    wait_for_charts(page, 1)
    painted, asked = page.evaluate(
        "[performance.getEntriesByName('first-contentful-paint')[0].startTime,"
        " performance.getEntriesByType('resource').find("
        "one => one.name.includes('plotly.min')).startTime]"
    )
    assert painted <= asked


def test_a_change_of_theme_is_followed(clean_page: Page, site):
    page = clean_page
    sign_in(page, site)
    page.emulate_media(color_scheme="light")
    page.goto(f"{site}/?as_of=2021-11-15")
    wait_for_charts(page, 1)
    assert line_colour(page) == "rgb(11, 110, 99)"
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)
    assert line_colour(page) == "rgb(57, 181, 164)"


def test_on_paper_a_chart_is_light(clean_page: Page, site):
    page = clean_page
    sign_in(page, site)
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site}/?as_of=2021-11-15")
    wait_for_charts(page, 1)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert line_colour(page) == "rgb(11, 110, 99)"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert line_colour(page) == "rgb(57, 181, 164)"


def test_a_click_on_a_bar_leads_to_its_agencies(clean_page: Page, site):
    page = clean_page
    sign_in(page, site)
    page.goto(f"{site}{CHARTS}")
    wait_for_charts(page, 6)
    page.locator("[data-figure=quarters-figure]").scroll_into_view_if_needed()
    bar = page.locator("[data-figure=quarters-figure] .bars .point").last.bounding_box()
    assert bar
    page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    row = page.locator("#quarter-2021-4")
    expect(row).to_be_focused()
    assert row.locator("td").last.locator("a").count() == int(row.locator("td").first.inner_text())

    bars = page.locator("[data-figure=categories-figure]")
    bars.scroll_into_view_if_needed()
    area = bars.locator(".trace.bars").nth(1).locator(".point").last.bounding_box()
    assert area
    page.mouse.click(area["x"] + area["width"] / 2, area["y"] + area["height"] / 2)
    page.wait_for_url("**/agencies/**")
    expect(page.get_by_role("status").first).to_contain_text("28")


def test_the_keyboard_goes_from_point_to_point(clean_page: Page, site):
    page = clean_page
    sign_in(page, site)
    page.goto(f"{site}/?as_of=2021-11-15")
    wait_for_charts(page, 1)
    page.locator("[data-figure]").focus()
    speaker = page.locator("p.unseen[role=status]")
    page.keyboard.press("ArrowLeft")
    expect(speaker).to_have_text("15/11/2021: đã chuyển đổi 106")
    page.keyboard.press("ArrowLeft")
    expect(speaker).to_contain_text("30/09/2021")
    page.keyboard.press("ArrowUp")
    expect(speaker).to_contain_text("30/09/2021: chưa chuyển đổi")
    page.keyboard.press("Enter")
    page.wait_for_url("**/agencies/?as_of=2021-09-30&category=older_edition")


@pytest.mark.parametrize(("kind", "begins"), [("PNG", b"\x89PNG"), ("SVG", b"<svg")])
def test_a_chart_is_saved_as_a_picture_that_says_what_it_is(clean_page: Page, site, kind, begins):
    page = clean_page
    sign_in(page, site)
    page.emulate_media(color_scheme="dark")
    page.goto(f"{site}/?as_of=2021-11-15")
    wait_for_charts(page, 1)
    with page.expect_download() as downloading:
        page.get_by_role("button", name=kind).click()
    assert downloading.value.suggested_filename == f"htqlcl-progress.{kind.lower()}"
    content = Path(downloading.value.path()).read_bytes()
    assert content.startswith(begins)
    if kind == "SVG":
        text = re.sub(r"<[^>]+>", " ", content.decode())
        for said in ("106/148", "15/11/2021", "Dữ liệu minh họa"):
            assert said in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_drawn_charts_and_open_tables_break_no_rule(browser, site, scheme, width):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site}{CHARTS}")
    wait_for_charts(page, 6)
    for summary in page.locator(".chart__table summary").all():
        summary.click()
    found = Axe().run(page).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    assert not wide


def test_without_a_script_the_table_is_there(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site}{CHARTS}")
    page.locator(".chart__table summary").first.click()
    expect(page.locator(".chart__table table").first).to_contain_text("31/12/2020")
    context.close()
