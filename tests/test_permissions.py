"""Every URL under every role, and signed out."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from activities.models import ReportingPeriod, SelfAssessment
from agencies import actions
from agencies.actions import keep_evidence, record_status
from agencies.models import (
    Evidence,
    Reorganisation,
    ReorganisationPlan,
    RosterRecord,
    StatusFacts,
    StatusRecord,
    SuccessorPlan,
    Upload,
)
from agencies.permissions import ALLOWED, Act, may
from agencies.questions import ask
from reports.actions import PublicationFacts, add_published_figures
from reports.models import PublishedFigure
from reports.published import PrintedFigure
from reports.round_trip import build_exchange
from tests.documents import upload
from tests.rounds import at, open_2021, standing_facts, submit_at

OPEN = {"login", "favicon", "set_language", "admin:login", "admin:jsi18n"}
OPEN |= {"offline", "service-worker"}
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
    "reports:exchange-file": EVERYBODY,
    "reports:compare": EVERYBODY,
    "reports:changes": EVERYBODY,
    "reports:reconciliation": EVERYBODY,
    "reports:enter-figures": OFFICER,
    "reports:explain-figure": OFFICER,
    "reports:work-list": OFFICER,
    "reports:help": EVERYBODY,
    "reports:help-page": EVERYBODY,
    "reports:reorganisations": EVERYBODY,
    "reports:reorganisation": EVERYBODY,
    "reports:reorganisation-compose": OFFICER,
    "reports:reorganisation-file": OFFICER,
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
    "logout": ANYBODY,
}


def names(patterns=None, namespace="") -> Iterator[str]:
    for pattern in patterns or get_resolver().url_patterns:
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
        "reports:reorganisation-file": Upload.objects.filter(name="sap-xep.csv"),
    }.get(name)


def reporting_rows(name):
    """Return the round or the report that a page of activities is about."""
    if name in ("activities:round", "activities:round-change", "activities:own-report-of"):
        return ReportingPeriod.objects.all()
    return SelfAssessment.objects.all() if name.startswith("activities:report") else None


def address(name, small_province) -> str:
    """Return an address of the page about some agency of the small province."""
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
    own = {"reports:consequence-add": "add", "reports:help-page": "counting"}
    if name in own:
        return reverse(name, args=[own[name]])
    if rows := rows_of(name):
        return reverse(name, args=[rows.get().pk])
    if name == "activities:paper-report":
        return reverse(name, args=[ReportingPeriod.objects.get().pk, "CC-TDC"])
    if name == "reports:consequence-bulk":
        return reverse(name)
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


@pytest.fixture(autouse=True)
def document(lan, small_province):
    """One document that a record of the small province names."""
    evidence = keep_evidence(file=upload(), by=lan)
    facts = StatusFacts("exempt", evidence_id=evidence.pk)
    record_status(agency=small_province["SO-NN"], valid_from=date(2022, 3, 1), facts=facts, by=lan)


@pytest.fixture(autouse=True)
def workbook(lan, document):
    """One workbook that Lan brought back."""
    content = build_exchange(ask())
    actions.keep_upload(file=SimpleUploadedFile("so.xlsx", content), by=lan)


@pytest.fixture(autouse=True)
def decree(lan, workbook):
    """One decree on record, and the file of another that Lan brought."""
    renamed = SuccessorPlan(code="SO-NN", predecessors=("SO-NN",), name="Sở Nông nghiệp mới")
    plan = ReorganisationPlan("12/NQ-HĐND", date(2023, 3, 1), (renamed,))
    actions.apply_reorganisation(plan=plan, by=lan)
    text = (
        "Số văn bản,Ngày hiệu lực,Mã cơ quan trước sắp xếp,Mã cơ quan,Tên cơ quan,Mã nhóm,"
        "Mã cơ quan cấp trên,Mã ĐVHC,Tình trạng đầu\n13/NQ-HĐND,01/04/2023,SO-NN,SO-NN,Sở Mới,,,,\n"
    )
    actions.keep_plan_file(file=SimpleUploadedFile("sap-xep.csv", text.encode()), by=lan)


@pytest.fixture(autouse=True)
def letter(lan):
    """One published figure."""
    figure = PrintedFigure("02/05", "", "converted", 2, 5)
    facts = PublicationFacts("Báo cáo", date(2021, 11, 15))
    add_published_figures(publication=facts, figures=[figure], by=lan)


@pytest.fixture(autouse=True)
def own_report(lan, mai, small_province):
    """One report of Mai's agency with a document, handed in."""
    evidence = keep_evidence(file=upload(), by=mai)
    facts = standing_facts(small_province, evidence_id=evidence.pk, no_evidence_reason="")
    submit_at(at(2021, 12, 10), open_2021(lan), mai.agency, facts, mai)


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
    assert client.get(url).status_code == (405 if name == "logout" else 302)


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


def test_an_administrator_makes_an_account_that_can_sign_in(client, quan):
    client.force_login(quan)
    form = {
        "username": "moi",
        "full_name": "Mới",
        "role": "officer",
        "password1": "Mot-mat-khau-rieng-9",
        "password2": "Mot-mat-khau-rieng-9",
    }
    response = client.post(reverse("admin:agencies_user_add"), form)
    assert response.status_code == 302, response.context["errors"]
    client.logout()
    assert client.login(request=None, username="moi", password="Mot-mat-khau-rieng-9")


def test_an_act_is_allowed_by_role_alone(people):
    users = people.values()
    allowed = {act: {user.username for user in users if may(user, act)} for act in Act}
    assert allowed == {
        Act.VIEW: EVERYBODY,
        Act.RECORD: OFFICER,
        Act.ADMINISTER: {"quan"},
        Act.REPORT: CONTACT,
    }
    assert set(ALLOWED) == set(Act)
    assert not any(may(AnonymousUser(), act) for act in Act)


def test_a_closed_account_may_nothing(lan):
    lan.is_active = False
    assert not any(may(lan, act) for act in Act)
