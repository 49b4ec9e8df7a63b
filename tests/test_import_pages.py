"""The page of a workbook's rows: the figures before the import, conflicts, long files."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from agencies import actions
from agencies.actions import RowState
from agencies.models import Entry, Upload
from tests.uploads import find, packed
from tests.workbooks import agency

pytestmark = pytest.mark.django_db
MARCH = date(2022, 3, 1)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def desk(client, lan):
    client.force_login(lan)
    return client


@pytest.fixture
def send(desk):
    """Bring a workbook and return the address of its page."""

    def sent(book):
        return desk.post(reverse("agencies:take-upload"), {"file": packed(book)}).url

    return sent


def figures_of(page):
    """Return the address that says what the ticked rows would do to the figures."""
    return reverse("reports:consequence-import", args=[page.rstrip("/").rsplit("/", 1)[1]])


def form_of(response):
    """Return what the page's form would send as it stands, but for the reason."""
    text = response.content.decode()
    ticked = re.findall(r'name="take" value="(\w+)" checked', text)
    others = re.findall(r'name="others" value="([^"]*)" checked', text)
    [seen] = re.findall(r'name="seen" value="(\d+)"', text)
    return {"take": ticked, "others": others, "seen": seen}


def test_the_figures_are_said_before_the_import(desk, taken, send, small_province):
    declared = ["SO-NN", "áp dụng", 2015, "01/03/2022", "9/QĐ", "01/03/2022"]
    taken["Tình trạng"].append(declared)
    page = send(taken)
    form = form_of(desk.get(page))
    rows = Entry.objects.count()
    with translation.override("vi"):
        fragment = desk.post(figures_of(page), form, headers={"HX-Request": "true"})
        whole = desk.post(figures_of(page), form)
    [today, *_days] = fragment.context["consequences"]
    [row] = today.rows
    assert (row.label, row.then.fraction, row.now.fraction) == (
        small_province.groups["SO"].name,
        "01/03",
        "02/03",
    )
    for response in (fragment, whole):
        assert "01/03 → 02/03" in response.content.decode()
    assert f'value="{form["take"][0]}" checked' in whole.content.decode()
    assert Entry.objects.count() == rows
    assert Upload.objects.get().imported_at is None


def test_figures_that_cannot_be_say_why(desk, taken, send):
    taken["Cơ quan"].append(["CC-MOI", "Chi cục Mới", "CC", "SO-NN", None, "01/02/2022"])
    taken["Tình trạng"].append(["CC-MOI", "đang xây dựng", 2015, "01/03/2022"])
    page = send(taken)
    form = form_of(desk.get(page))
    htmx = {"HX-Request": "true"}
    lonely = desk.post(figures_of(page), {**form, "take": form["take"][1:]}, headers=htmx)
    assert "CC-MOI" in lonely.content.decode()
    nothing = desk.post(figures_of(page), {**form, "take": []}, headers=htmx)
    assert nothing.context["refused"]
    assert desk.post(figures_of(page), {"seen": "x"}, headers=htmx).status_code == 200
    assert desk.get(figures_of(page)).url.startswith(page)


@pytest.fixture
def contested(taken, small_province):
    """A workbook with one change, of an agency that a colleague has touched since."""
    find(taken["Tình trạng"], "CC-KL", date(2021, 6, 1))["Số TTHC"].value = 50
    find(taken["Tình trạng"], "THANH-TRA", date(2019, 4, 1))["Ghi chú"].value = "mới"
    small_province.record("CC-KL", MARCH, small_province.building())
    return taken


def test_a_conflict_says_who_when_and_both_values_and_is_not_ticked(desk, contested, send):
    response = desk.get(send(contested))
    [row] = response.context["preview"].of(RowState.CONFLICT)
    text = response.content.decode()
    [drawn] = [tr for tr in re.findall(r"<tr>.*?</tr>", text) if f'value="{row.key}"' in tr]
    assert "<del>42</del> → <ins>50</ins>" in drawn
    [act] = row.since
    assert str(act.by) in drawn
    assert f"{act.at.astimezone():%d/%m/%Y}" in drawn
    assert act.reason in drawn
    assert f'value="{row.key}" checked' not in text


def test_rows_in_conflict_are_all_listed_and_never_taken_with_others(
    desk, contested, send, monkeypatch
):
    monkeypatch.setattr("agencies.import_tables.LISTED_AT_ONCE", 0)
    response = desk.get(send(contested))
    conflict, changed = (
        response.context["preview"].of(state)[0] for state in ("conflict", "changed")
    )
    form = form_of(response)
    assert form["others"] == [changed.key]
    assert f'name="take" value="{conflict.key}">' in response.content.decode()


@pytest.mark.parametrize("button", ["whole", "draw_again", "figures", "no reason"])
def test_a_conflict_that_arises_between_two_looks_loses_its_tick(
    desk, taken, send, small_province, button
):
    find(taken["Tình trạng"], "CC-KL", date(2021, 6, 1))["Số TTHC"].value = 50
    page = send(taken)
    form = form_of(desk.get(page))
    [key] = form["take"]
    small_province.record("CC-KL", MARCH, small_province.building())
    pressed = {} if button == "no reason" else {button: "1"}
    response = desk.post(figures_of(page) if button == "figures" else page, {**form, **pressed})
    assert f'name="take" value="{key}">' in response.content.decode()


def test_a_long_file_lists_its_first_rows_and_takes_the_others_with_one_tick(
    desk, taken, send, monkeypatch
):
    monkeypatch.setattr("agencies.import_tables.LISTED_AT_ONCE", 3)
    for number in range(8):
        taken["Cơ quan"].append(agency(f"B{number}", group="CC"))
    page = send(taken)
    response = desk.get(page)
    form = form_of(response)
    assert (len(form["take"]), [len(keys.split()) for keys in form["others"]]) == (3, [5])
    whole = desk.post(page, {**form, "whole": "1"})
    assert len(form_of(whole)["take"]) == 8
    without = desk.post(page, {**form, "others": [], "whole": "1"})
    assert form_of(without)["take"] == form["take"]
    some = {**form, "take": [*form["take"], form["others"][0].split()[0]], "others": []}
    assert form_of(desk.post(page, some)) | {"seen": 0} == some | {"seen": 0}
    assert Entry.objects.filter(kind="import").count() == 0
    desk.post(page, {**form, "reason": "Sổ"})
    assert Upload.objects.get().result["agencies_added"] == 8


def test_errors_beyond_the_first_are_counted_and_can_be_listed(desk, taken, send, monkeypatch):
    monkeypatch.setattr("agencies.import_tables.LISTED_AT_ONCE", 2)
    for number in range(5):
        taken["Tình trạng"].append([f"LẠ{number}", "áp dụng", 2015, "01/03/2022"])
    page = send(taken)
    assert desk.get(page).content.decode().count("import__wrong") == 2
    whole = desk.get(page, {"whole": "1"}).content.decode()
    assert whole.count("import__wrong") == 5
    assert 'name="others"' not in whole


def test_the_rows_that_say_the_same_are_named_by_their_numbers(desk, taken, send):
    sheet = taken["Cơ quan"]
    last = sheet.max_row
    sheet["B4"].value = "Tên khác hẳn"
    said = dict(desk.get(send(taken)).context["same_rows"])
    assert said["Cơ quan"] == f"2–3, 5–{last}"


@pytest.fixture
def upload(desk, taken, send):
    find(taken["Tình trạng"], "CC-KL", date(2021, 6, 1))["Số TTHC"].value = 50
    send(taken)
    return Upload.objects.get()


def test_the_progress_tells_rows_and_ends(upload):
    assert actions.progress_of(upload) is None
    with actions.Progress(upload) as progress:
        assert actions.progress_of(upload) == (0, 0)
        progress.tell(100, 300)
        with actions.Progress(upload) as second:
            second.tell(1, 2)
        assert actions.progress_of(upload) == (100, 300)
    assert actions.progress_of(upload) is None


def test_what_a_killed_process_told_last_is_no_import_that_runs(upload):
    left = Path(upload.file.path + ".progress")
    left.write_text("100 300".ljust(24), "ascii")
    assert actions.progress_of(upload) is None
    with actions.Progress(upload) as progress:
        progress.tell(5, 10)
        assert actions.progress_of(upload) == (5, 10)
    assert not left.exists()


def test_without_scripts_the_page_of_the_progress_loads_itself_again(desk, upload):
    url = reverse("agencies:import-progress", args=[upload.pk])
    with actions.Progress(upload) as progress:
        progress.tell(100, 300)
        running = desk.get(url)
        assert running["Refresh"] == "1"
        assert 'max="300" value="100"' in running.content.decode()
        fragment = desk.get(url, headers={"HX-Request": "true"})
        assert "Refresh" not in fragment
        assert "<html" not in fragment.content.decode()
    stopped = desk.get(url)
    page = reverse("agencies:import", args=[upload.pk])
    assert stopped["Refresh"] == "3"
    assert page in stopped.content.decode()
    form = {**form_of(desk.get(page)), "reason": "Sổ"}
    assert desk.post(page, form).status_code == 302
    assert desk.get(url).url.startswith(page)
