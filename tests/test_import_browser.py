"""The round trip as an office makes it: taken, edited, through LibreOffice, brought back."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser import ROOT, environment, served, sign_in, wait_for
from tests.workbooks import agency, write_workbook

pytestmark = pytest.mark.xdist_group("second browser")
IMPORT = "form.form--wide .actions .button:not(.button--quiet)"
COUNT = "select count(*) from agencies_"
ROW = ["X031", "áp dụng", "TCVN ISO 9001:2015", "20/11/2021", "90/QĐ-UBND", "20/11/2021", 40]


def take(page: Page, site: str, target: Path) -> Path:
    page.goto(f"{site}/agencies/exchange/workbook/")
    with page.expect_download() as downloading:
        page.locator("main a[href*='workbook.xlsx']").first.click()
    downloading.value.save_as(target)
    return target


def through_libreoffice(file: Path) -> Path:
    if shutil.which("soffice") is None:
        return file
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{file.parent}/lo"]
    command += ["--convert-to", "xlsx", "--outdir", str(file.parent / "out"), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return file.parent / "out" / file.name


def bring(page: Page, site: str, file: Path) -> None:
    page.goto(f"{site}/agencies/exchange/workbook/")
    page.locator("input[name=file]").set_input_files(file)
    page.locator("form[enctype] .button").click()
    page.wait_for_url("**/agencies/exchange/uploads/*/")


def test_taken_edited_brought_back_imported_and_undone(clean_page: Page, own_site, tmp_path):
    page = clean_page
    sign_in(page, own_site)
    expect(page.get_by_text("74/102")).to_be_visible()
    file = take(page, own_site, tmp_path / "so.xlsx")
    book = load_workbook(file)
    book["Tình trạng"].append(ROW)
    book.save(file)
    bring(page, own_site, through_libreoffice(file))
    expect(page.locator("input[name=take]")).to_have_count(1)
    expect(page.locator(".import")).to_contain_text("90/QĐ-UBND")
    expect(page.locator("#consequence")).to_contain_text("UBND cấp xã: 74/102 → 75/102")
    assert Axe().run(page).response["violations"] == []
    page.locator("textarea[name=reason]").fill("Sổ tháng 11")
    page.locator(IMPORT).click()
    expect(page.locator(".import__result")).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    undo = page.locator("main a[href*='/undo/']").get_attribute("href")
    page.goto(own_site)
    expect(page.get_by_text("75/102")).to_be_visible()
    page.goto(f"{own_site}{undo}")
    page.locator("textarea[name=reason]").fill("Nhầm sổ")
    page.locator("main form .button").first.click()
    page.goto(own_site)
    expect(page.get_by_text("74/102")).to_be_visible()


DIE_WHILE_WRITING = """
import os, signal, sys
import django; django.setup()
from django.core.files import File
from agencies import actions
from agencies.actions import lives
from agencies.models import User
lan = User.objects.get(username="chuyenvien")
with open(sys.argv[1], "rb") as file:
    upload = actions.keep_upload(file=File(file, "so.xlsx"), by=lan)
keys = {row.key for row in actions.preview_upload(upload=upload, by=lan).rows if row.may_be_taken}
write = lives._write
def die(entry, model, histories):
    write(entry, model, histories)
    print("written", len(keys), flush=True)
    if model.__name__ == "StatusRecord":
        os.kill(os.getpid(), signal.SIGKILL)
lives._write = die
with actions.Progress(upload) as progress:
    actions.import_upload(
        upload=upload, take=keys, by=lan, reason="x", seen=10**9, tell=progress.tell
    )
"""


def rows_in(database: Path) -> list[int]:
    tables = ("entry", "agency", "rosterrecord", "statusrecord")
    with sqlite3.connect(database) as connection:
        return [connection.execute(COUNT + table).fetchone()[0] for table in tables]


def test_a_server_killed_while_it_writes_leaves_the_records_as_they_were(loaded_database, tmp_path):
    database = tmp_path / "killed.sqlite3"
    shutil.copy(loaded_database, database)
    before = rows_in(database)
    lines = [agency(f"B{n}", group="CAP_XA") for n in range(400)]
    file = write_workbook(tmp_path / "so.xlsx", agencies=lines)
    run = [sys.executable, "-c", DIE_WHILE_WRITING, str(file)]
    own = {**environment(database), "DJANGO_SETTINGS_MODULE": "kontum_qms.settings"}
    killed = subprocess.run(
        run, check=False, cwd=ROOT, env={**os.environ, **own}, capture_output=True
    )
    assert killed.returncode == -9, killed.stderr[-500:]
    assert killed.stdout.decode().split() == ["written", "400"] * 2
    assert rows_in(database) == before


def workers_of(server: subprocess.Popen[bytes]) -> list[int]:
    """Return the ids of the processes that a server has started."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text("ascii")
    return [int(pid) for pid in children.split()]


def wait_until_rows_are_taken(media: Path) -> None:
    """Wait until an import says that it has taken some rows, and not yet all."""
    for _attempt in range(10_000):
        for file in media.rglob("*.progress"):
            with suppress(ValueError, FileNotFoundError):  # made and not yet filled; taken away
                done, rows = map(int, file.read_text("ascii").split())
                if 0 < done < rows:
                    return
        time.sleep(0.002)
    pytest.fail("no import ran")


def test_a_worker_killed_in_the_midst_of_an_import_leaves_all_as_it_was(
    page: Page, loaded_database, tmp_path
):
    database = tmp_path / "killed.sqlite3"
    shutil.copy(loaded_database, database)
    before = rows_in(database)
    lines = [agency(f"B{n}", group="CAP_XA") for n in range(3_000)]
    file = write_workbook(tmp_path / "so.xlsx", agencies=lines)
    with served(database, "--respawn-failed-workers") as (site, server):
        sign_in(page, site)
        bring(page, site, file)
        rows = page.url
        expect(page.locator("#consequence")).to_contain_text("74/102", timeout=60_000)
        page.locator("textarea[name=reason]").fill("Danh sách mới")
        page.locator(IMPORT).click(no_wait_after=True)
        wait_until_rows_are_taken(database.with_suffix(".media"))
        for worker in workers_of(server):
            os.kill(worker, signal.SIGKILL)
        wait_for(f"{site}/accounts/login/", server)
        assert rows_in(database) == before
        page.goto(f"{rows}progress/")
        page.locator("main .button").click()
        page.wait_for_url(rows)
        page.locator("textarea[name=reason]").fill("Danh sách mới")
        page.locator(IMPORT).click()
        expect(page.locator(".import__result")).to_contain_text("3.000", timeout=60_000)
    assert rows_in(database) == [before[0] + 1, *(count + 3_000 for count in before[1:])]
