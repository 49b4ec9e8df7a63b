"""A reporting round in a real browser: opened, filled in, returned, mended, accepted, read."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser import PASSWORD
from tests.documents import PDF

pytestmark = pytest.mark.xdist_group("second browser")


def signed_in(browser: Browser, site: str, username: str, width: int = 1280) -> Page:
    """Return a page of somebody who signed in in a browser of their own."""
    context = browser.new_context(locale="en-US", viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.locator(".menu").wait_for()
    return page


def press(page: Page, act: str) -> None:
    """Press one of a form's two buttons; the hidden one is for the keyboard."""
    page.locator(f"form.form .actions button[value={act}]").click()
    page.wait_for_load_state()


def mends_nobodys_rules(page: Page) -> None:
    """Check a page against the rules of accessibility, and its width."""
    assert Axe().run(page).response["violations"] == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_round_from_opening_to_acceptance_with_three_roles(browser, own_site):
    officer = signed_in(browser, own_site, "chuyenvien")
    officer.goto(f"{own_site}/activities/rounds/open/")
    expect(officer.locator("[name=starts_on]")).to_have_value("15/12/2021")
    officer.locator("[name=legal_basis]").fill("Kế hoạch 2022")
    officer.locator("form.form .actions button").click()
    expect(officer.locator(".headline__figure")).to_have_text("00/148")
    round_page = officer.url

    contact = signed_in(browser, own_site, "daumoi", width=360)
    expect(contact.locator("[name=decision_number]")).to_have_value("256/QĐ-UBND")
    contact.locator("[name=difficulties]").fill("Thiếu người")
    press(contact, "save")
    contact.locator("[name=stage]").select_option("applied")
    contact.locator("[name=edition]").select_option(label="TCVN ISO 9001:2015")
    contact.locator("[name=decision_number]").fill("12/QĐ-UBND")
    contact.locator("[name=decision_date]").fill("01/03/2022")
    contact.locator("[name=holds_from]").fill("")
    document = FilePayload(name="Quyết định 12.pdf", mimeType="text/plain", buffer=PDF)
    contact.locator("[name=document]").set_input_files(document)
    mends_nobodys_rules(contact)
    press(contact, "submit")
    expect(contact.locator(".state--submitted")).to_be_visible()
    with contact.expect_download() as downloading:
        contact.locator(".evidence a").click()
    assert downloading.value.path().read_bytes() == PDF

    officer.goto(f"{own_site}/to-do/")
    officer.goto(f"{round_page}?state=submitted")
    officer.locator("a[href*='/review/']").click()
    expect(officer.locator("main")).to_contain_text("12/QĐ-UBND")
    officer.locator("[name=remark]").fill("Đề nghị nêu ngày đánh giá nội bộ")
    press(officer, "return")

    contact.reload()
    expect(contact.locator(".notice--wrong")).to_contain_text("Đề nghị nêu ngày đánh giá nội bộ")
    expect(contact.locator(".attached")).to_contain_text("Quyết định 12.pdf")
    contact.locator("[name=audit_on]").fill("15/06/2022")
    mends_nobodys_rules(contact)
    press(contact, "submit")
    expect(contact.locator(".steps li")).to_have_count(3)
    mends_nobodys_rules(contact)

    officer.goto(f"{round_page}?state=submitted")
    officer.locator("a[href*='/review/']").click()
    press(officer, "accept")
    expect(officer.locator(".state--accepted")).to_be_visible()
    expect(officer.locator(".steps a")).to_have_attribute("href", "/agencies/X037/")

    head = signed_in(browser, own_site, "lanhdao")
    head.goto(f"{own_site}/?as_of=2022-12-01")
    expect(head.get_by_text("75/102")).to_be_visible()
    head.goto(f"{round_page}?state=accepted")
    expect(head.locator(".headline__figure")).to_have_text("01/148")
    for page in (officer, contact, head):
        page.context.close()
