"""A further transition is added in the browser, and every page can be asked about it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import sign_in

pytestmark = pytest.mark.xdist_group("second browser")
NEWER = "TCVN ISO 9001:2026"


def test_a_transition_is_added_by_a_form_and_the_dashboard_answers(clean_page: Page, own_site):
    page = clean_page
    sign_in(page, own_site, "quantri")
    page.goto(f"{own_site}/admin/agencies/edition/add/")
    page.locator("[name=code]").fill(NEWER)
    page.locator("[name=year]").fill("2026")
    page.locator("[name=_save]").click()
    page.goto(f"{own_site}/admin/agencies/transition/add/")
    page.locator("[name=from_edition]").select_option(label="TCVN ISO 9001:2015")
    page.locator("[name=to_edition]").select_option(label=NEWER)
    page.locator("[name=starts_on]").fill("01/10/2026")
    page.locator("[name=deadline]").fill("30/09/2026")
    page.locator("[name=targets-0-due_on]").fill("31/12/2027")
    page.locator("[name=targets-0-percent]").fill("50")
    page.locator("[name=_save]").click()
    expect(page.locator(".errornote")).to_be_visible()  # the deadline is before the start
    page.locator("[name=deadline]").fill("30/09/2029")
    page.locator("[name=_save]").click()
    expect(page.locator(".success")).to_be_visible()

    page.goto(f"{own_site}/?as_of=2026-12-31")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("00/148")
    expect(heading).to_contain_text(NEWER)
    page.locator("main a[href^='/plans/']").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"2015 → {NEWER}")
    expect(page.locator(".chart__plot svg").first).to_be_visible()
    row = page.locator("tr", has_text="31/12/2027").last
    expect(row).to_contain_text("74 (50%)")
    page.goto(f"{own_site}/?as_of=2021-11-15&edition=2015")
    expect(page.get_by_role("heading", level=1)).to_contain_text("106/148")
