"""Every URL for an officer and a head of another province than the one all rows are of."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from agencies.models import Province, Role, RosterRecord, User
from tests.test_permissions import PAGES, POSTS, address, admin_pages

pytestmark = pytest.mark.usefixtures("one_of_each")
# What is common to all provinces.
COMMON = {
    "activities:checklist",
    "activities:round-change",
    "activities:round-open",
    "reports:enter-figures",
    "reports:explain-figure",
    "reports:withdraw-publication",
}
# Pages about one row, which is of agencies of the other province.
OF_A_ROW = {
    *(f"activities:{act}" for act in ("attendance-import", "minutes", "paper-report", "report")),
    *(f"activities:finding-{act}" for act in ("add", "cancel", "close", "edit")),
    *(f"activities:{what}" for what in ("plan", "plan-cancel", "plan-edit")),
    *(f"activities:{what}" for what in ("report-document", "report-review")),
    *(f"activities:{what}" for what in ("visit", "visit-cancel", "visit-edit")),
    *(f"agencies:{what}" for what in ("agency-detail", "evidence", "lifetime", "undo-entry")),
    *(f"agencies:{act}-roster" for act in ("change", "correct", "take-out")),
    *(f"agencies:{act}-status" for act in ("record", "correct", "take-out")),
    *(f"agencies:import{part}" for part in ("", "-annotated", "-progress")),
    *(f"reports:consequence{part}" for part in ("", "-import", "-record", "-undo")),
    *(f"reports:reorganisation{part}" for part in ("", "-file")),
    *(f"reports:submission{part}" for part in ("", "-again", "-file", "-number")),
    "reports:dossier",
}
# A guide may name an agency as an example; the demonstration of a template likewise.
NAMES_NOBODY: set[str] = set()


@pytest.fixture
def strangers(small_province):
    """An officer and a head of Gia Lai, while every agency is one of Kon Tum."""
    own = Province.objects.create(code="KT", name="Kon Tum")
    other = Province.objects.create(code="GL", name="Gia Lai")
    RosterRecord.objects.update(province=own)
    return {
        role: User.objects.create_user(role, "Mat-khau-cua-ai", role=role, province=other)
        for role in (Role.OFFICER, Role.HEAD)
    }


def texts(response) -> str:
    """Return all that an answer says, the parts of a packed file as well."""
    content = b"".join(response) if response.streaming else response.content
    if not content.startswith(b"PK"):
        return content.decode()
    with ZipFile(BytesIO(content)) as packed:
        return "".join(packed.read(name).decode(errors="replace") for name in packed.namelist())


def expected(name: str) -> int:
    if name in COMMON or PAGES.get(name) in ({"mai"}, {"hung", "quan"}):
        return 403
    return 404 if name in OF_A_ROW else 200


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD])
@pytest.mark.parametrize("name", PAGES)
def test_nobody_sees_what_is_another_provinces(name, role, client, strangers, small_province):
    client.force_login(strangers[role])
    response = client.get(address(name, small_province))
    allowed = strangers[role].role == Role.OFFICER or "hung" in PAGES[name]
    assert response.status_code == (expected(name) if allowed else 403)
    if response.status_code == 200 and name not in NAMES_NOBODY:
        said = texts(response)
        assert not [code for code in small_province.agencies if code in said]
        assert "Thanh tra" not in said


@pytest.mark.parametrize("name", POSTS)
def test_nobody_sends_what_is_another_provinces(name, client, strangers, small_province):
    client.force_login(strangers[Role.OFFICER])
    status = client.post(address(name, small_province)).status_code
    assert status == 404 if name in OF_A_ROW else status in (200, 302)


def test_an_administrator_with_a_province_reaches_no_administration(client, strangers):
    User.objects.filter(role=Role.HEAD).update(is_active=True)
    client.force_login(strangers[Role.HEAD])
    for url in admin_pages():
        assert client.get(url).status_code in (302, 403)
