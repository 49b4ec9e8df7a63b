"""Every URL under every role, and signed out."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from activities import actions as activity_actions
from activities.models import (
    Finding,
    Inspection,
    InspectionPlan,
    ReportingPeriod,
    SelfAssessment,
    Training,
    TrainingTopic,
)
from activities.training_template import sheet_to_fill
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
from reports.actions import (
    Produced,
    PublicationFacts,
    add_published_figures,
    keep_submission,
)
from reports.canonical import canonical_figures
from reports.freezing import settled
from reports.models import Publication, PublishedFigure, Submission, SubmissionFile
from reports.published import PrintedFigure
from reports.round_trip import build_exchange
from tests.documents import upload
from tests.rounds import at, open_2021, standing_facts, submit_at

OPEN = {"login", "favicon", "set_language", "admin:login", "admin:jsi18n"}
OPEN |= {"offline", "service-worker"}
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
def report(lan, letter):
    """One report that was sent."""
    question = settled(ask(day=date(2021, 11, 14)))
    produced = Produced(
        as_of=question.as_of,
        edition=question.edition,
        compared_on=question.compared_on,
        entry=question.data_version.known or 0,
        schema="x",
        figures=canonical_figures(question),
        files=[("x.json", "application/json", b"{}")],
        obstacles=(),
        made_with={"kontum-qms": "0.1.0"},
    )
    keep_submission(produced=produced, title="Báo cáo", by=lan)


@pytest.fixture(autouse=True)
def activity(lan, small_province):
    """One plan, one visit with one finding, one course and an attendance sheet that Lan brought."""
    agency, day = small_province["SO-NN"], date(2021, 5, 4)
    plan = InspectionPlan(year=2021, decision_number="9/QĐ", decision_date=date(2021, 1, 5))
    activity_actions.record_plan(plan=plan, forms={agency: "on_file"}, by=lan)
    visit = Inspection(agency=agency, visited_on=day, form="on_file", team="Lan")
    activity_actions.record_visit(visit=visit, by=lan)
    activity_actions.record_finding(finding=Finding(inspection=visit, text="Thiếu"), by=lan)
    topic = TrainingTopic.objects.all()[0]
    course = Training(title="Lớp", topic=topic, starts_on=day, ends_on=day)
    activity_actions.record_training(training=course, by=lan)
    content = sheet_to_fill("Lớp", [("SO-NN", "Sở Nông nghiệp và PTNT")], timezone.localtime())
    file = SimpleUploadedFile("tham-du.xlsx", content)
    activity_actions.keep_sheet(file=file, training=course, by=lan)


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
