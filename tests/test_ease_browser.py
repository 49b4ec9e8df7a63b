"""Everyday ease in a real browser: a lost connection, an ended session, the keyboard alone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import PASSWORD, sign_in

pytestmark = pytest.mark.xdist_group("browser")
RECORD = "/agencies/X031/status/record/"
FOCUSED = """() => {
    const focused = document.activeElement;
    const style = getComputedStyle(focused);
    return [focused.tagName, focused.name || focused.textContent.trim(),
            style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2];
}"""


def wait_for_worker(page: Page) -> None:
    """Wait until the worker answers for the pages that follow."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    assert page.evaluate("Boolean(navigator.serviceWorker.controller)")


# A lost connection


def test_a_lost_connection_is_said_and_no_old_figure_is_shown(page: Page, site):
    sign_in(page, site)
    wait_for_worker(page)
    page.goto(f"{site}/agencies/?as_of=2021-11-15")
    page.context.set_offline(True)
    page.goto(f"{site}/?as_of=2021-11-15")
    expect(page.get_by_role("heading", level=1)).to_have_text("Không kết nối được với hệ thống")
    assert page.locator(".button").evaluate("one => getComputedStyle(one).borderRadius") == "999px"
    assert Axe().run(page).response["violations"] == []
    page.context.set_offline(False)
    page.get_by_role("link", name="Thử lại").click()
    expect(page).to_have_url(f"{site}/?as_of=2021-11-15")
    expect(page.get_by_text("74/102")).to_be_visible()


def test_a_form_sent_without_a_connection_is_still_filled_in_on_going_back(page: Page, own_site):
    sign_in(page, own_site)
    wait_for_worker(page)
    page.goto(f"{own_site}{RECORD}")
    page.get_by_label("Tình trạng").select_option("exempt")
    page.get_by_label("Có hiệu lực từ ngày").fill("01/01/2022")
    page.get_by_label("Ghi chú").fill("Không có\nthủ tục")
    page.context.set_offline(True)
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    expect(page.get_by_text("nội dung đã nhập vẫn còn")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Ghi chú")).to_have_value("Không có\nthủ tục")
    page.context.set_offline(False)
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    expect(page.get_by_text("Đã ghi nhận.")).to_be_visible()


def test_through_the_worker_forms_downloads_and_sign_out_go_on_as_ever(clean_page: Page, site):
    page = clean_page
    sign_in(page, site, "lanhdao")
    wait_for_worker(page)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Tải tổng hợp Excel").click()
    assert downloading.value.failure() is None
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    expect(page).to_have_url(f"{site}/accounts/login/")
    kept = page.evaluate(
        "caches.keys().then(names => caches.open(names[0])).then(one => one.keys())"
        ".then(all => all.map(request => new URL(request.url).pathname))"
    )
    assert len(kept) == 4
    assert all(path == "/offline/" or path.startswith("/static/") for path in kept)


# An ended session


@pytest.mark.parametrize("scripts", [True, False])
def test_a_form_sent_after_the_session_loses_nothing(browser, own_site, scripts):
    context = browser.new_context(java_script_enabled=scripts, locale="en-US")
    page = context.new_page()
    sign_in(page, own_site)
    page.goto(f"{own_site}{RECORD}?as_of=2021-11-15")
    page.get_by_label("Tình trạng").select_option("exempt")
    page.get_by_label("Có hiệu lực từ ngày").fill("01/01/2022")
    context.clear_cookies(name="sessionid")
    page.get_by_label("Ghi chú").fill("Không có\nthủ tục “hành chính” <1>")
    if scripts:
        page.get_by_label("Ghi chú").blur()
        expect(page.locator("#consequence a[target=_blank]")).to_be_visible()
        assert Axe().run(page).response["violations"] == []
    page.locator("main .form .actions button").first.click()
    page.get_by_label("Tên đăng nhập").fill("chuyenvien")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.locator("main button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Ghi chú")).to_have_value("Không có\nthủ tục “hành chính” <1>")
    expect(page).to_have_url(f"{own_site}{RECORD}?as_of=2021-11-15")
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    expect(page.get_by_text("Đã ghi nhận.")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_on_the_way_break_no_rule(browser, site, scheme, width):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    found: list[object] = []

    def look() -> None:
        found.extend(one["id"] for one in Axe().run(page).response["violations"])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    sign_in(page, site)
    page.goto(f"{site}{RECORD}")
    context.clear_cookies(name="sessionid")
    page.get_by_label("Ghi chú").fill("x")
    page.locator("main .form .actions button").first.click()
    look()
    page.get_by_label("Tên đăng nhập").fill("chuyenvien")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    look()
    page.locator("main button").click()
    look()
    page.goto(f"{site}/agencies/X031/")
    page.locator(".recent summary").click()
    expect(page.locator(".recent__list a")).to_have_text("UBND xã Đắk Long")
    look()
    context.close()
    assert found == []


# The keyboard alone


def press_until(page: Page, wanted: str, key: str = "Tab", most: int = 60) -> None:
    """Go on by keys until what is focused bears the words; focus is visible at every step."""
    for _ in range(most):
        page.keyboard.press(key)
        tag, words, visible = page.evaluate(FOCUSED)
        assert visible or tag == "BODY", (tag, words)
        if re.fullmatch(wanted, words):
            return
    pytest.fail(f"{wanted} is not reached")


def test_from_the_dashboard_to_a_status_for_several_by_keys(clean_page: Page, own_site):
    page = clean_page
    sign_in(page, own_site)
    page.goto(f"{own_site}/")
    press_until(page, "Cơ quan")
    page.keyboard.press("Enter")
    page.wait_for_url("**/agencies/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # to the content
    press_until(page, "Ghi nhận chung")
    for _ in range(2):
        press_until(page, "agency")
        page.keyboard.press("Space")
    expect(page.locator("input.tick:checked")).to_have_count(2)
    press_until(page, "Ghi nhận chung", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/agencies/bulk/**")
    press_until(page, "stage")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    press_until(page, "valid_from")
    page.keyboard.type("01/06/2022")
    press_until(page, "Ghi nhận cho 02 cơ quan")
    expect(page.locator("#consequence .preview__list li")).to_have_count(2)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("02 cơ quan")


def test_from_an_agency_to_a_record_and_its_undoing_by_keys(clean_page: Page, own_site):
    page = clean_page
    sign_in(page, own_site)
    page.goto(f"{own_site}/agencies/X031/")
    press_until(page, "Ghi nhận tình trạng")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{RECORD}")
    press_until(page, "stage")
    page.keyboard.press("End")
    press_until(page, "valid_from")
    page.keyboard.type("01/01/2022")
    press_until(page, "note")
    page.keyboard.type("Không có thủ tục")
    press_until(page, "Xem trước số liệu")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/consequence/**")
    expect(page.locator("#consequence")).to_contain_text("74/102 → 74/101")
    press_until(page, "Ghi nhận")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã ghi nhận.")).to_be_visible()
    press_until(page, "hoàn tác")
    page.keyboard.press("Enter")
    page.wait_for_url("**/undo/**")
    press_until(page, "reason")
    page.keyboard.type("Nhầm cơ quan")
    press_until(page, "Hoàn tác")
    page.keyboard.press("Enter")
    expect(page.get_by_text("đã hoàn tác, ")).to_be_visible()


def test_what_opens_is_closed_by_escape_and_gives_the_focus_back(clean_page: Page, site):
    page = clean_page
    sign_in(page, site)
    page.goto(f"{site}/agencies/X031/")
    for opened in (".recent", ".menu", ".asof__details"):
        summary = page.locator(f"{opened} > summary")
        summary.focus()
        page.keyboard.press("Enter")
        expect(page.locator(opened)).to_have_attribute("open", "")
        page.keyboard.press("Tab")
        expect(summary).not_to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(opened)).not_to_have_attribute("open", "")
        expect(summary).to_be_focused()
    page.locator(".menu > summary").click()
    page.locator("h1").click()
    expect(page.locator(".menu")).not_to_have_attribute("open", "")


def test_charts_are_reached_and_left_by_keys(clean_page: Page, site):
    page = clean_page
    sign_in(page, site)
    page.goto(f"{site}/reports/charts/?as_of=2021-11-15")
    expect(page.locator(".chart--drawn")).to_have_count(6, timeout=20_000)
    reached = []
    for _ in range(80):
        page.keyboard.press("Tab")
        figure = page.evaluate("document.activeElement.dataset.figure || ''")
        if figure:
            assert page.evaluate(FOCUSED)[2], figure
            page.keyboard.press("ArrowLeft")
            expect(page.locator("p.unseen[role=status]")).not_to_be_empty()
            page.keyboard.press("Escape")
            reached.append(figure)
    assert len(set(reached[:6])) == len(set(reached)) == 6


def test_nothing_moves_for_who_wants_it_still(browser, site):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site}/reports/charts/?as_of=2021-11-15")
    expect(page.locator(".chart--drawn")).to_have_count(6, timeout=20_000)
    assert page.evaluate("document.getAnimations().length") == 0
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(one => { const style = getComputedStyle(one);"
        " return style.transitionDuration.split(',').some(time => parseFloat(time) > 0)"
        " || style.animationName !== 'none' || style.scrollBehavior === 'smooth'; }).length"
    )
    assert moving == 0
    context.close()
