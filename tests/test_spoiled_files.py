"""Every kind of spoiled file at every door: one clear answer, nothing written, bounded cost."""

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from activities.models import ReportingPeriod, Training
from agencies.exchange import read_exchange_file
from agencies.models import Upload
from tests.answers import put_away
from tests.fingerprint import fingerprint
from tests.hostile import Form, Forms
from tests.spoiled import (
    ATTENDANCES,
    FORMULA,
    KINDS,
    OF_A_DECREE,
    cost_of,
    good,
    readers,
    written,
)
from tests.test_every_method import binh  # noqa: F401
from tests.test_permissions import PAGES, address, people  # noqa: F401
from tests.workbooks import GROUPS

pytestmark = pytest.mark.usefixtures("one_of_each")
SECONDS, MEGABYTES = 15, 150  # docs/limits.md
# Refused by every reader, in these words.
REFUSED = {
    "empty": "không phải là tệp Excel",
    "truncated": "bị hỏng hoặc không đầy đủ",
    "web page": "văn bản thuần",
    "old workbook": "có mật khẩu",
    "encrypted": "có mật khẩu",
    "macro": "macro",
    "picture": "không phải là tệp Excel",
    "zip bomb": "150 MB",
    "entity expansion": "thực thể XML",
    "unknown encoding": "bị hỏng hoặc không đầy đủ",
    "encoding of many bytes": "bị hỏng hoặc không đầy đủ",
    "external entity": "thực thể XML",
}
# A good document is kept as soon as it arrives, whatever else is wrong with its form.
KEPT = {"agencies.Evidence", "agencies.AuditLine"}


Files = dict[str, dict[str, Path]]
HEADINGS = {"import": GROUPS, "attendances": ATTENDANCES, "reorganisation": OF_A_DECREE}


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> Files:
    """One file of every kind for each reader, with its own headings."""
    return {
        reader: written(tmp_path_factory.mktemp(reader), headings)
        for reader, headings in HEADINGS.items()
    }


@pytest.mark.parametrize("reader", ["import", "attendances", "reorganisation"])
def test_every_kind_is_read_within_its_limits_or_refused(reader, files):
    read = readers(Training.objects.get())[reader]
    for kind, path in files[reader].items():
        seconds, megabytes, said = cost_of(read, path)
        assert (seconds < SECONDS, megabytes < MEGABYTES) == (True, True), (kind, seconds)
        if reader != "reorganisation" or said:
            assert REFUSED.get(kind, "") in said, kind
        assert len(said) < 400


def test_every_kind_has_its_line_in_the_documents():
    text = (Path(__file__).parent.parent / "docs" / "limits.md").read_text("utf-8")
    assert [kind for kind in KINDS if f"| {kind} |" not in text] == []
    assert f"{SECONDS} s" in text
    assert f"{MEGABYTES} MB" in text


def _doors(client, url: str) -> list[tuple[Form, str]]:
    """Return the forms of a page that take a file, and what it is called there."""
    response = client.get(url)
    page = "" if response.streaming else response.content.decode("utf-8", "replace")
    put_away(response)
    found = [(form, name) for form in Forms(page).forms for name in form.files]
    for form, _name in found:
        form.action = urljoin(url, form.action)
    return found


# Every page with a form that takes a file; the next test looks for others.
DOORS = [
    "reports:reorganisation-compose",
    "reports:reorganisation-file",
    "activities:finding-close",
    "activities:training",
    "agencies:record-status",
    "agencies:correct-status",
    "agencies:exchange",
]
READERS = {
    "reports:reorganisation-compose": ["reorganisation"],
    "reports:reorganisation-file": ["reorganisation"],
    "agencies:exchange": ["import", "reorganisation"],
    "activities:training": ["attendances"],
}
# Doors that open with another address or for another account than the tables say.
MORE = ["agencies:bulk-status", "activities:paper-report", "activities:own-report"]


def test_no_door_is_forgotten(client, people, small_province):  # noqa: F811
    found = []
    for name, who in PAGES.items():
        client.force_login(people["lan" if "lan" in who else min(who)])
        if _doors(client, address(name, small_province)):
            found.append(name)
    assert found == DOORS


@pytest.mark.parametrize("name", [*DOORS, *MORE])
def test_every_kind_is_answered_at_every_door(name, client, lan, binh, small_province, files):  # noqa: F811
    client.force_login(binh if name == "activities:own-report" else lan)
    doors = _doors(client, _address(name, small_province))
    assert doors
    for reader in READERS.get(name, ["import"]):
        for form, field in doors:
            for kind, path in files[reader].items():
                _bring(client, form, field, kind, path)


def _address(name: str, small_province) -> str:
    if name == "agencies:bulk-status":
        return reverse(name) + "?chosen=SO-NN,THANH-TRA"
    if name == "activities:paper-report":
        return reverse(name, args=[ReportingPeriod.objects.get().pk, "THANH-TRA"])
    return address(name, small_province)


def test_a_workbook_that_is_good_is_taken_by_the_same_way(client, lan, small_province, tmp_path):
    """Else the test above could fail to send anything."""
    client.force_login(lan)
    (form, field), *_others = _doors(client, reverse("agencies:exchange"))
    file = SimpleUploadedFile("so.xlsx", good(tmp_path / "good.xlsx").read_bytes())
    answer = client.post(form.action, {**dict(form.values), field: file})
    assert answer.status_code == 302
    assert Upload.objects.order_by("-pk")[0].name == "so.xlsx"


def _bring(client, form: Form, field: str, kind: str, path: Path) -> None:
    before = fingerprint()
    data: dict[str, Any] = dict(form.values)
    with transaction.atomic():
        data[field] = SimpleUploadedFile("tệp.xlsx", path.read_bytes())
        answer = client.post(form.action, data)
        assert answer.status_code in {200, 302, 400, 409, 413, 422}, (kind, form.action)
        if answer.status_code == 302:
            shown = client.get(answer["Location"])
            assert shown.status_code in {200, 302, 404}, (kind, form.action)
        else:
            after = fingerprint()
            changed = {label for label in after if after[label] != before[label]}
            assert changed <= (KEPT if field == "document" else set()), (kind, form.action)
        transaction.set_rollback(True)


def test_text_that_looks_like_a_formula_stays_text(files):
    """It is read as it is typed; what is written of it: tests/test_workbook.py."""
    file = read_exchange_file(str(files["import"]["formula as text"]), editions=[])
    assert file.groups[0].name == FORMULA
