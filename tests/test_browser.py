"""The story of the office in a real browser, and every page under the rules of accessibility."""

from time import time
from typing import Any, Literal

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import PASSWORD, sign_in
from tests.documents import PDF

pytestmark = pytest.mark.xdist_group("browser")
PAGES = {
    "sign-in": "/accounts/login/",
    "offline": "/offline/",
    "offline, form sent": "/offline/?sent",
    "dashboard": "/?as_of=2021-11-15",
    "dashboard, today": "/",
    "nothing known": "/?known_at=2009-01-01",
    "charts": "/reports/charts/?as_of=2021-11-15",
    "list": "/agencies/?as_of=2021-11-15",
    "list, printed": "/agencies/?as_of=2021-11-15&group=CAP_HUYEN&print=1",
    "list, nothing found": "/agencies/?q=khong+co",
    "agency": "/agencies/X031/",
    "agency, corrected": "/agencies/CT05/",
    "opened recently": "/agencies/opened/recently/",
    "list, with agencies opened": "/agencies/?as_of=2021-11-15&group=CAP_XA",
    "add": "/agencies/add/",
    "record": "/agencies/X031/status/record/",
    "change roster": "/agencies/X031/roster/change/",
    "lifetime": "/agencies/X031/lifetime/",
    "list, found by decision": "/agencies/?q=166/qd-ubnd",
    "reports": "/reports/?as_of=2021-11-15",
    "activities": "/activities/?as_of=2021-11-15",
    "inspections": "/activities/inspections/?as_of=2021-11-15",
    "plan": "/activities/inspections/plans/1/",
    "add a plan": "/activities/inspections/plans/add/?year=2021",
    "visit": "/activities/inspections/visits/1/",
    "minutes": "/activities/inspections/visits/1/minutes/",
    "add a visit": "/activities/inspections/visits/add/?agency=X031",
    "close a finding": "/activities/inspections/findings/1/close/",
    "training": "/activities/training/?as_of=2021-11-15",
    "course": "/activities/training/1/",
    "calendar": "/calendar/?as_of=2021-11-15",
    "dossier": "/agencies/X031/dossier/?as_of=2021-11-15",
    "compare": "/reports/compare/?as_of=2021-11-15",
    "compare, knowledge": (
        "/reports/compare/?as_of=2020-12-31&then=2020-12-31&then_known_at=2020-12-31"
    ),
    "changes": "/reports/changes/?as_of=2021-11-15&then=2021-09-30&then_known_at=2021-10-01",
    "changes, nobody": "/reports/changes/?as_of=2021-11-15&then=2021-11-15",
    "compare, refused": "/reports/compare/?then=31/02/2021",
    "reconciliation": "/reports/reconciliation/",
    "reconciliation, none": "/reports/reconciliation/?as_of=2020-12-31",
    "word report": "/reports/word/?as_of=2021-11-15",
    "enter figures": "/reports/reconciliation/enter/",
    "withdraw": "/reports/reconciliation/sources/1/withdraw/",
    "sent reports, none": "/reports/submissions/",
    "freeze and send": "/reports/submissions/new/?as_of=2021-11-15",
    "compare reports, none": "/reports/submissions/compare/",
    "open data": "/open/2021-11-15/2021-11-15T10:00:00Z/2015/",
    "plans": "/plans/?as_of=2021-11-15",
    "plans, none": "/plans/?edition=2008",
    "enter plan": "/plans/enter/",
    "nobody has a duty": "/?as_of=2010-06-30&only=duty",
    "reporting rounds": "/activities/rounds/",
    "reporting round": "/activities/rounds/2/?as_of=2021-11-15",
    "reporting round, narrowed": "/activities/rounds/2/?state=missing&group=CAP_XA",
    "open a round": "/activities/rounds/open/",
    "report": "/activities/reports/1/",
    "review a report": "/activities/reports/149/review/",
    "paper report": "/activities/rounds/2/paper/X003/",
    "reminders": "/activities/reminders/",
    "work list": "/to-do/",
    "work list, no document": "/to-do/?missing=evidence&page=2",
    "help": "/help/",
    "help, counting": "/help/counting/",
    "help, recording": "/help/recording/",
    "help, excel": "/help/excel/",
    "help, reorganisations": "/help/reorganisations/",
    "help, sent reports": "/help/submissions/",
    "reorganisations, none": "/reorganisations/",
    "compose": "/reorganisations/compose/",
    "compose, chosen": "/reorganisations/compose/?chosen=X031,X023,X035",
    "excel in and out": "/agencies/exchange/workbook/",
    "help, correcting": "/help/correcting/",
    "help, rounds": "/help/rounds/",
    "list, ticked": "/agencies/?group=CAP_XA&chosen=X031,X023",
    "bulk": "/agencies/bulk/?chosen=X031,X023,X035",
    "bulk, nothing chosen": "/agencies/bulk/",
    "password": "/accounts/password/",
    "second factor": "/accounts/second-factor/",
    "second factor, set up": "/accounts/second-factor/set-up/",
    "sessions": "/accounts/sessions/",
    "link, gone": "/accounts/link/x/",
    "bad question": "/?as_of=31/02/2021",
    "not found": "/agencies/NOPE/",
}


def test_the_story_of_the_first_paragraph(clean_page: Page, own_site, tmp_path):
    page = clean_page
    sign_in(page, own_site)
    expect(page.get_by_text("74/102")).to_be_visible()

    page.get_by_role("searchbox").fill("dak long")
    page.get_by_role("searchbox").press("Enter")
    page.get_by_role("link", name="UBND xã Đắk Long", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("UBND xã Đắk Long")
    page.get_by_role("link", name="Ghi nhận tình trạng").click()
    page.get_by_label("Tình trạng").select_option("applied")
    page.get_by_label("Phiên bản", exact=True).select_option(label="TCVN ISO 9001:2015")
    page.get_by_label("Số quyết định").fill("90/QĐ-UBND")
    page.get_by_label("Ngày quyết định").fill("20/11/2021")
    page.get_by_label("Ngày quyết định").blur()
    expect(page.locator("#consequence")).to_contain_text("UBND cấp xã: 74/102 → 75/102")
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    expect(page.get_by_text("Đã ghi nhận.")).to_be_visible()

    page.get_by_role("link", name="Tổng quan").click()
    expect(page.get_by_text("75/102")).to_be_visible()

    page.get_by_text("Thay đổi", exact=True).click()
    page.get_by_label("Số liệu tính đến ngày").fill("15/11/2021")
    page.get_by_role("button", name="Xem số liệu").click()
    expect(page.get_by_text("74/102")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("106/148")

    with page.expect_download() as downloading:
        page.get_by_role("link", name="Tải tổng hợp Excel").click()
    file = tmp_path / "tong-hop.xlsx"
    downloading.value.save_as(file)
    sheet = load_workbook(file, data_only=True)["Tổng hợp"]
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert {"19/20", "07/10", "06/16", "74/102", "106/148"} <= cells


def test_a_second_factor_is_set_up_and_asked_for(clean_page: Page, own_site):
    page = clean_page
    sign_in(page, own_site)
    page.goto(f"{own_site}/accounts/second-factor/set-up/")
    secret = page.locator(".secret").inner_text().replace(" ", "")
    picture = page.locator("img.qr")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")  # the policy's
    page.locator("[name=code]").fill(format_hotp_value(hotp_value(secret, int(time() // 30))))
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main .button").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    assert Axe().run(page).response["violations"] == []

    page.context.clear_cookies()
    page.goto(f"{own_site}/accounts/login/?next=/agencies/")
    page.locator("[name=username]").fill("chuyenvien")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main .button").click()
    expect(page.locator("[name=code]")).to_be_focused()
    assert Axe().run(page).response["violations"] == []
    page.locator("[name=code]").fill(codes[0])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{own_site}/agencies/")


def fill_in_declaration(page: Page) -> None:
    page.get_by_label("Tình trạng").select_option("applied")
    page.get_by_label("Phiên bản", exact=True).select_option(label="TCVN ISO 9001:2015")
    page.get_by_label("Số quyết định").fill("90/QĐ-UBND")
    page.get_by_label("Ngày quyết định").fill("20/11/2021")


def test_three_agencies_are_recorded_and_undone_as_one(clean_page: Page, own_site):
    page = clean_page
    sign_in(page, own_site)
    page.goto(f"{own_site}/agencies/?category=left&group=CAP_XA")
    for place in range(3):
        page.locator("input.tick").nth(place).check()
    page.get_by_role("button", name="Ghi nhận chung").click()
    fill_in_declaration(page)
    page.get_by_label("Ngày quyết định").blur()
    expect(page.locator("#consequence")).to_contain_text("74/102 → 77/102")
    page.get_by_role("button", name="Ghi nhận cho 03 cơ quan").click()
    expect(page.get_by_role("status").first).to_contain_text("03 cơ quan")
    page.goto(f"{own_site}/")
    expect(page.get_by_text("77/102")).to_be_visible()

    page.goto(f"{own_site}/agencies/?q=dak+ang&group=CAP_XA")
    page.get_by_role("link", name="UBND xã Đắk Ang", exact=True).click()
    page.get_by_role("link", name="hoàn tác", exact=True).first.click()
    expect(page.locator("#consequence")).to_contain_text("77/102 → 74/102")
    page.get_by_label("Lý do").fill("Nhầm quyết định")
    page.get_by_role("button", name="Hoàn tác", exact=True).click()
    expect(page.get_by_text("đã hoàn tác, ")).to_be_visible()
    page.goto(f"{own_site}/")
    expect(page.get_by_text("74/102")).to_be_visible()


def test_without_scripts_several_are_recorded_and_undone(browser, own_site):
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    sign_in(page, own_site)
    page.goto(f"{own_site}/agencies/?category=left&group=CAP_XA")
    page.locator("input.tick").first.check()
    page.get_by_role("button", name="Giữ lựa chọn, tìm tiếp").click()
    page.get_by_role("link", name="2", exact=True).click()
    page.locator("input.tick").first.check()
    page.get_by_role("button", name="Ghi nhận chung").click()
    fill_in_declaration(page)
    page.get_by_role("button", name="Xem trước số liệu").click()
    expect(page.locator("#consequence")).to_contain_text("74/102 → 76/102")
    page.get_by_label("Số quyết định").press("Enter")
    page.get_by_role("status").get_by_role("link", name="Hoàn tác").click()
    page.get_by_label("Lý do").fill("Nhầm")
    page.get_by_role("button", name="Hoàn tác", exact=True).click()
    page.goto(f"{own_site}/")
    expect(page.get_by_text("74/102")).to_be_visible()
    context.close()


def test_a_form_keeps_what_was_typed_and_shows_what_is_wrong(clean_page: Page, own_site):
    page = clean_page
    sign_in(page, own_site)
    page.goto(f"{own_site}/agencies/X031/status/record/")
    page.get_by_label("Tình trạng").select_option("applied")
    page.get_by_label("Ngày quyết định").fill("31/02/2021")
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("“31/02/2021” không phải là ngày hợp lệ")
    expect(page.get_by_label("Ngày quyết định")).to_have_value("31/02/2021")
    expect(page.get_by_label("Tình trạng")).to_have_value("applied")


def test_without_scripts_everything_still_works(browser, own_site):
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    sign_in(page, own_site)
    page.goto(f"{own_site}/agencies/X031/status/record/")
    page.get_by_label("Tình trạng").select_option("exempt")
    page.get_by_label("Có hiệu lực từ ngày").fill("01/01/2022")
    page.get_by_label("Ghi chú").fill("Không có thủ tục hành chính")
    page.get_by_role("button", name="Xem trước số liệu").click()
    expect(page.locator("#consequence")).to_contain_text("74/102 → 74/101")
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    expect(page.get_by_text("Đã ghi nhận.")).to_be_visible()
    page.goto(f"{own_site}/")
    expect(page.get_by_text("74/101")).to_be_visible()
    context.close()


def fill_in_with_document(page: Page, site: str) -> None:
    """Type a declaration whose day is wrong, and send it with its document."""
    page.goto(f"{site}/agencies/X031/status/record/")
    fill_in_declaration(page)
    page.get_by_label("Ngày quyết định").fill("31/02/2021")
    document = FilePayload(name="Quyết định 90.pdf", mimeType="text/plain", buffer=PDF)
    page.locator("input[name=document]").set_input_files(document)
    page.locator("form.form .actions .button").first.click()
    expect(page.get_by_role("alert")).to_contain_text("31/02/2021")
    expect(page.locator(".attached")).to_contain_text("Quyết định 90.pdf")
    page.get_by_label("Ngày quyết định").fill("20/11/2021")


def save_document(page: Page, site: str) -> None:
    """Save the declaration's document from the agency's page, and compare it."""
    page.goto(f"{site}/agencies/X031/")
    with page.expect_download() as downloading:
        page.locator(".facts .evidence a").click()
    assert downloading.value.suggested_filename == "Quyết định 90.pdf"
    assert downloading.value.path().read_bytes() == PDF


def test_a_document_stays_with_its_form_until_it_is_recorded(clean_page: Page, own_site):
    page = clean_page
    sign_in(page, own_site)
    fill_in_with_document(page, own_site)
    page.get_by_label("Ngày quyết định").blur()
    expect(page.locator("#consequence")).to_contain_text("UBND cấp xã: 74/102 → 75/102")
    expect(page.locator(".attached")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    expect(page.get_by_text("Đã ghi nhận.")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    save_document(page, own_site)


def test_without_scripts_a_document_goes_through_the_preview(browser, own_site):
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    sign_in(page, own_site)
    fill_in_with_document(page, own_site)
    page.get_by_role("button", name="Xem trước số liệu").click()
    expect(page.locator("#consequence")).to_contain_text("74/102 → 75/102")
    expect(page.locator(".attached")).to_contain_text("Quyết định 90.pdf")
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    expect(page.get_by_text("Đã ghi nhận.")).to_be_visible()
    save_document(page, own_site)
    context.close()


def test_the_language_is_changed_and_stays(clean_page: Page, site):
    page = clean_page
    sign_in(page, site, "lanhdao")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("agencies have converted")
    page.get_by_role("link", name="Agencies", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Agencies")


def test_the_keyboard_reaches_the_content_first(clean_page: Page, site):
    page = clean_page
    sign_in(page, site)
    page.goto(f"{site}/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_shortcuts_work_by_keyboard_alone_and_can_be_turned_off(clean_page: Page, site):
    page = clean_page
    sign_in(page, site, "lanhdao")
    page.goto(f"{site}/")
    dialog, box = page.locator("#shortcuts"), page.get_by_role("searchbox")

    page.keyboard.press("?")
    expect(dialog).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("g c?/")  # in a field keys are text
    expect(box).to_have_value("g c?/")
    expect(dialog).to_be_hidden()
    box.blur()

    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url(f"{site}/agencies/")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url(f"{site}/")

    page.locator("[data-opens=shortcuts]").click()
    dialog.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    page.reload()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()


# Colours follow the scheme and layouts the width: both of each, not each with both.
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((360, "light"), (1440, "dark"))


def broken_rules(page: Page, name: str) -> list[Any]:
    """Return what is wrong with a page in both looks: rules of accessibility, and its width."""
    found: list[Any] = []
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [
            (name, scheme, violation["id"], [node["html"][:200] for node in violation["nodes"][:2]])
            for violation in Axe().run(page).response["violations"]
        ]
        change = page.locator(".asof__change")
        if change.is_visible() and not page.locator(".asof__details[open]").count():
            change.click()
            page.get_by_role("button", name="Xem số liệu").wait_for()
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((name, width, "wider than the window"))
    return found


@pytest.mark.parametrize("part", range(2))
def test_no_page_breaks_a_rule_of_accessibility_or_its_width(browser, site, part):
    context = browser.new_context()
    page = context.new_page()
    found = []
    sign_in(page, site)
    for name, url in list(PAGES.items())[part::2]:
        page.goto(f"{site}{url}")
        found += broken_rules(page, name)
    page.context.clear_cookies()
    sign_in(page, site, "quantri")
    page.goto(f"{site}/audit/")
    found += broken_rules(page, "record of acts")
    context.close()
    assert found == []
