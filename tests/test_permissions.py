"""Every URL under every role, and signed out."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from activities.models import (
    Finding,
    Inspection,
    InspectionPlan,
    ReportingPeriod,
    SelfAssessment,
    Training,
)
from agencies.models import (
    Evidence,
    Reorganisation,
    RosterRecord,
    StatusRecord,
    Upload,
)
from agencies.permissions import ALLOWED, Act, may
from reports.models import Publication, PublishedFigure, Submission, SubmissionFile

pytestmark = pytest.mark.usefixtures("one_of_each")

OPEN = {"login", "favicon", "set_language", "admin:login", "admin:jsi18n"}
OPEN |= {"offline", "service-worker", "csp-report"}
OPEN |= {"login-code", "choose-password"}  # tests/test_second_factor.py, tests/test_links.py
# Not found by anybody unless the office switches them on: tests/test_open_data.py asks them.
OPEN |= {"open:page", "open:permanent-page", "open:latest", "open:file"}
OFFICER, EVERYBODY = {"lan"}, {"lan", "hung", "quan"}
CONTACT, ANYBODY = {"mai"}, {"lan", "hung", "quan", "mai"}
# What a contact gets in place of a refusal: the own first page; a document is not found.
INSTEAD = {"reports:dashboard": 302, "agencies:evidence": 404}

# name → who may GET it (200); a page missing here fails the test below.
PAGES = {
    "reports:dashboard": EVERYBODY,
    "reports:charts": EVERYBODY,
    "reports:summary": EVERYBODY,
    "reports:agency-list": EVERYBODY,
    "reports:word-page": EVERYBODY,
    "reports:word-file": EVERYBODY,
    "reports:word-template": EVERYBODY,
    "reports:exchange-file": EVERYBODY,
    "reports:compare": EVERYBODY,
    "reports:index": EVERYBODY,
    "reports:changes": EVERYBODY,
    "reports:plans": EVERYBODY,
    "reports:calendar": EVERYBODY,
    "reports:dossier": EVERYBODY,
    "reports:enter-plan": OFFICER,
    "reports:reconciliation": EVERYBODY,
    "reports:enter-figures": OFFICER,
    "reports:explain-figure": OFFICER,
    "reports:withdraw-publication": OFFICER,
    "reports:submissions": EVERYBODY,
    "reports:new-submission": OFFICER,
    "reports:compare-submissions": EVERYBODY,
    "reports:submission": EVERYBODY,
    "reports:submission-number": OFFICER,
    "reports:submission-again": EVERYBODY,
    "reports:submission-file": EVERYBODY,
    "reports:work-list": OFFICER,
    "reports:audit": {"hung", "quan"},
    "reports:help": EVERYBODY,
    "reports:help-page": EVERYBODY,
    "reports:reorganisations": EVERYBODY,
    "reports:reorganisation": EVERYBODY,
    "reports:reorganisation-compose": OFFICER,
    "reports:reorganisation-file": OFFICER,
    "activities:index": EVERYBODY,
    "activities:inspections": EVERYBODY,
    "activities:plan": EVERYBODY,
    "activities:plan-add": OFFICER,
    "activities:plan-edit": OFFICER,
    "activities:plan-cancel": OFFICER,
    "activities:checklist": OFFICER,
    "activities:visit": EVERYBODY,
    "activities:minutes": EVERYBODY,
    "activities:visit-add": OFFICER,
    "activities:visit-edit": OFFICER,
    "activities:visit-cancel": OFFICER,
    "activities:finding-add": OFFICER,
    "activities:finding-edit": OFFICER,
    "activities:finding-close": OFFICER,
    "activities:finding-cancel": OFFICER,
    "activities:trainings": EVERYBODY,
    "activities:training": EVERYBODY,
    "activities:training-add": OFFICER,
    "activities:training-edit": OFFICER,
    "activities:training-cancel": OFFICER,
    "activities:attendance-enter": OFFICER,
    "activities:attendance-template": EVERYBODY,
    "activities:attendance-import": OFFICER,
    "agencies:agency-list": EVERYBODY,
    "agencies:agency-detail": EVERYBODY,
    "agencies:evidence": EVERYBODY,
    "agencies:recently-opened": EVERYBODY,
    "agencies:agency-add": OFFICER,
    "agencies:record-status": OFFICER,
    "agencies:correct-status": OFFICER,
    "agencies:take-out-status": OFFICER,
    "agencies:change-roster": OFFICER,
    "agencies:correct-roster": OFFICER,
    "agencies:take-out-roster": OFFICER,
    "agencies:lifetime": OFFICER,
    "agencies:bulk-status": OFFICER,
    "agencies:undo-entry": OFFICER,
    "agencies:exchange": EVERYBODY,
    "agencies:import": OFFICER,
    "agencies:import-progress": OFFICER,
    "agencies:import-annotated": OFFICER,
    "password_change": ANYBODY,
    "password_change_done": ANYBODY,
    "second-factor": ANYBODY,
    "second-factor-set-up": ANYBODY,
    "sessions": ANYBODY,
    "activities:rounds": EVERYBODY,
    "activities:round-open": OFFICER,
    "activities:round": EVERYBODY,
    "activities:round-change": OFFICER,
    "activities:paper-report": OFFICER,
    "activities:report": ANYBODY,
    "activities:report-review": OFFICER,
    "activities:report-document": ANYBODY,
    "activities:reminders": OFFICER,
    "activities:own-report": CONTACT,
    "activities:own-report-of": CONTACT,
}
# name → who may POST it (not 403).
POSTS = {
    "reports:consequence-add": OFFICER,
    "reports:consequence": OFFICER,
    "reports:consequence-record": OFFICER,
    "reports:consequence-bulk": OFFICER,
    "reports:consequence-undo": OFFICER,
    "reports:consequence-import": OFFICER,
    "reports:put-hint-away": EVERYBODY,
    "agencies:take-upload": OFFICER,
    "activities:attendance-sheet": OFFICER,
    "logout": ANYBODY,
    "second-factor-change": ANYBODY,
    "end-sessions": ANYBODY,
}


def names(patterns=None, namespace="") -> Iterator[str]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield namespace + pattern.name


def rows_of(name):
    """Return what pages about one row of their own are about, None for other pages."""
    if name.startswith("activities:"):
        return reporting_rows(name)
    if name.startswith("agencies:import") or name == "reports:consequence-import":
        return Upload.objects.filter(name="so.xlsx")
    return {
        "agencies:evidence": Evidence.objects.filter(status_records__isnull=False),
        "reports:reorganisation": Reorganisation.objects.all(),
        "reports:explain-figure": PublishedFigure.objects.all(),
        "reports:withdraw-publication": Publication.objects.all(),
        "reports:submission": Submission.objects.all(),
        "reports:submission-number": Submission.objects.all(),
        "reports:submission-again": Submission.objects.all(),
        "reports:reorganisation-file": Upload.objects.filter(name="sap-xep.csv"),
    }.get(name)


def activity_address(name) -> str | None:
    """Return an address of a page of activities about one row, None for other pages."""
    part = name.removeprefix("activities:")
    if part == "paper-report":
        return reverse(name, args=[ReportingPeriod.objects.get().pk, "CC-TDC"])
    kinds: dict[str, Any] = {"plan": InspectionPlan, "visit": Inspection, "minutes": Inspection}
    kinds |= {"finding": Finding, "training": Training, "attendance": Training}
    model = kinds.get(part.partition("-")[0])
    if part == name or model is None or part in ("plan-add", "visit-add", "training-add"):
        return reverse(name, args=[2021]) if part == "checklist" else None
    row = (Inspection if part == "finding-add" else model).objects.get()
    sheet = [Upload.objects.get(name="tham-du.xlsx").pk] if part == "attendance-import" else []
    return reverse(name, args=[row.pk, *sheet])


def reporting_rows(name):
    """Return the round or the report that a page of activities is about."""
    if name in ("activities:round", "activities:round-change", "activities:own-report-of"):
        return ReportingPeriod.objects.all()
    return SelfAssessment.objects.all() if name.startswith("activities:report") else None


def address(name, small_province) -> str:
    """Return an address of the page about some agency of the small province."""
    if url := activity_address(name):
        return url
    status = StatusRecord.objects.believed().order_by("-valid_from")[0]
    roster = RosterRecord.objects.believed().filter(agency=status.agency)[0]
    act, code = "record-status", status.agency.code
    candidates = [
        (),
        (code,),
        (code, roster.pk if "roster" in name else status.pk),
        (act,),
        (act, code),
        ("correct-status", code, status.pk),
    ]
    own = {
        "reports:consequence-add": ["add"],
        "reports:consequence-bulk": [],
        "reports:help-page": ["counting"],
    }
    if name in own:
        return reverse(name, args=own[name])
    if name == "reports:submission-file":
        file = SubmissionFile.objects.all()[0]
        return reverse(name, args=[file.submission_id, file.pk])
    if rows := rows_of(name):
        return reverse(name, args=[rows.get().pk])
    if name in ("agencies:undo-entry", "reports:consequence-undo"):
        return reverse(name, args=[status.recorded_id])
    for args in candidates:
        if name.startswith("reports:consequence") and args[:1] not in (
            (act,),
            ("correct-status",),
        ):
            continue
        try:
            return reverse(name, args=args)
        except Exception:  # noqa: S112  # the next candidate may fit
            continue
    raise AssertionError(f"no address for {name}")


@pytest.fixture
def people(lan, hung, quan, mai):
    return {"lan": lan, "hung": hung, "quan": quan, "mai": mai}


def test_every_page_is_in_a_table():
    ours = {name for name in names() if not name.startswith("admin:")}
    assert ours - OPEN == set(PAGES) | set(POSTS)


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_to_those_whose_role_allows(name, client, people, small_province):
    url = address(name, small_province)
    for username, user in people.items():
        client.force_login(user)
        expected = 200 if username in PAGES[name] else 403
        if username == "mai":
            expected = INSTEAD.get(name, expected)
        response = client.get(url)
        assert response.status_code == expected, username
        if response.streaming:  # a document, whose file is closed at its end
            list(response)


@pytest.mark.parametrize("name", [name for name, who in PAGES.items() if who == OFFICER])
def test_forms_take_nothing_from_those_who_may_not_write(name, client, people, small_province):
    url = address(name, small_province)
    for username in ("hung", "quan", "mai"):
        client.force_login(people[username])
        assert client.post(url, {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("name", POSTS)
def test_posts_are_taken_from_those_whose_role_allows(name, client, people, small_province):
    url = address(name, small_province)
    for username, user in people.items():
        client.force_login(user)
        expected = username in POSTS[name]
        assert (client.post(url).status_code != 403) is expected, username
    client.force_login(people["lan"])
    only_sent = {"logout", "second-factor-change", "end-sessions"}
    assert client.get(url).status_code == (405 if name in only_sent else 302)


@pytest.mark.parametrize("name", [*PAGES, *POSTS])
def test_nobody_signed_out_sees_a_page(name, client, small_province):
    for send in (client.get, client.post):
        response = send(address(name, small_province))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("name", [name for name, who in PAGES.items() if who == OFFICER])
def test_every_form_keeps_what_was_typed_when_the_session_had_ended(name, client, small_province):
    no_form = {"reports:work-list", "agencies:import-progress", "agencies:import-annotated"}
    if name in no_form | {"activities:reminders"}:
        return
    response = client.post(address(name, small_province), {"reason": "Số quyết định gõ nhầm"})
    assert ("reason", "Số quyết định gõ nhầm") in response.context["kept"].values


def admin_pages() -> list[str]:
    return [reverse(name) for name in names() if name.startswith("admin:") and _plain(name)]


def _plain(name: str) -> bool:
    try:
        reverse(name)
    except Exception:  # the page wants an object
        return False
    return name not in OPEN and not name.endswith("logout")


def test_the_administration_is_for_administrators(client, people, small_province):
    pages = admin_pages()
    assert len(pages) > 10
    for url in pages:
        client.logout()
        assert client.get(url).status_code == 302, url
        for username in ("lan", "hung", "mai"):
            client.force_login(people[username])
            assert client.get(url).status_code in (302, 403), (username, url)


def test_what_has_a_history_is_read_only_in_the_administration(client, quan, small_province):
    client.force_login(quan)
    histories = ("agency", "entry", "rosterrecord", "statusrecord", "reorganisation", "succession")
    for model in histories:
        assert client.get(reverse(f"admin:agencies_{model}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:agencies_{model}_add")).status_code == 403
    row = StatusRecord.objects.all()[0]
    page = reverse("admin:agencies_statusrecord_change", args=[row.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"stage": "applied"}).status_code == 403
    assert (
        client.get(reverse("admin:agencies_statusrecord_delete", args=[row.pk])).status_code == 403
    )


def test_reference_data_and_accounts_are_edited_there_and_keep_their_history(client, quan):
    client.force_login(quan)
    page = reverse("admin:agencies_edition_add")
    client.post(page, {"code": "TCVN ISO 9001:2026", "year": "2026", "legal_basis": ""})
    from agencies.models import Edition

    edition = Edition.objects.get(year=2026)
    assert edition.history.get().history_user == quan
    delete = reverse("admin:agencies_edition_delete", args=[edition.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403


def test_an_act_is_allowed_by_role_alone(people):
    users = people.values()
    allowed = {act: {user.username for user in users if may(user, act)} for act in Act}
    assert allowed == {
        Act.VIEW: EVERYBODY,
        Act.RECORD: OFFICER,
        Act.ADMINISTER: {"quan"},
        Act.AUDIT: {"hung", "quan"},
        Act.REPORT: CONTACT,
    }
    assert set(ALLOWED) == set(Act)
    assert not any(may(AnonymousUser(), act) for act in Act)


def test_a_closed_account_may_nothing(lan):
    lan.is_active = False
    assert not any(may(lan, act) for act in Act)
