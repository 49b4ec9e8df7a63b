"""The record of acts: what leaves a line, what finds a broken one, and who reads it."""

import ast
import json
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from activities.actions import record_training
from activities.models import Training, TrainingTopic
from agencies import actions
from agencies.actions import record_status, rehearsal
from agencies.audit import broken_lines, contents_of, hash_of, last_line
from agencies.audited import values_of
from agencies.audited_admin import AuditedAdmin
from agencies.models import AuditLine, Deed, Duty, Entry, Role, StatusFacts, StatusRecord, User
from agencies.models.audit import LONGEST_WORDS
from agencies.origin import COMMAND, coming_from
from tests.documents import upload
from tests.tampering import alter, remove

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "Mat-khau-cua-Lan"


@pytest.fixture
def recorded(small_province, lan) -> AuditLine:
    """One status that Lan recorded from an address."""
    with coming_from("203.0.113.7"):
        record_status(
            agency=small_province["SO-NN"],
            valid_from=date(2022, 3, 1),
            facts=StatusFacts("exempt"),
            by=lan,
            reason="Miễn áp dụng",
        )
    return last()


def last() -> AuditLine:
    return AuditLine.objects.order_by("-pk")[0]


def deeds(since: int) -> list[str]:
    rows = AuditLine.objects.filter(pk__gt=since).order_by("pk")
    return list(rows.values_list("deed", flat=True))


# The chain


def test_an_act_of_recording_leaves_one_line_without_a_second_copy(recorded, lan):
    entry = Entry.objects.order_by("-pk")[0]
    assert (recorded.entry, recorded.by, recorded.deed) == (entry, lan, Deed.RECORDED)
    assert recorded.origin == "203.0.113.7"
    assert (recorded.words, recorded.before, recorded.after) == ("", "{}", "{}")
    assert recorded.content == contents_of([entry])[entry.pk]
    assert not Entry.objects.filter(audit_line=None).exists()


def test_each_line_holds_the_one_before(recorded):
    lines = list(AuditLine.objects.order_by("pk"))
    assert [line.previous for line in lines] == ["", *(line.sha256 for line in lines[:-1])]
    assert all(hash_of(line) == line.sha256 for line in lines)
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert not list(broken_lines())
    assert last_line() == lines[-1].sha256


def test_a_rehearsal_and_a_refusal_leave_nothing(recorded, small_province, lan):
    facts = StatusFacts("building", working_toward_id=small_province.edition_2015.pk)
    act: Any = {"agency": small_province["SO-NN"], "facts": facts, "by": lan}
    with rehearsal():
        record_status(valid_from=date(2023, 1, 1), **act)
    with pytest.raises(ValidationError):
        record_status(valid_from=date(1900, 1, 1), **act)
    assert last() == recorded


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at", "2020-01-01 00:00:00+00:00"),
        ("origin", "198.51.100.1"),
        ("words", "x"),
        ("before", '{"role":"officer"}'),
        ("deed", "changed"),
        ("content", "0" * 64),
        ("by_id", None),
    ],
)
def test_an_altered_line_is_found(name, value, recorded):
    alter(recorded, **{name: value})
    assert any(f"{recorded.pk}" in said for said in broken_lines())
    with pytest.raises(CommandError):
        call_command("audit_verify")


def test_a_removed_line_is_found(recorded, lan):
    first = AuditLine.objects.order_by("pk")[1]
    remove(first)
    said = list(broken_lines())
    assert len(said) == 2  # the gap, and the act that has no line any more
    assert str(AuditLine.objects.order_by("pk")[1].pk) in said[0]


def test_a_line_made_anew_does_not_fit_the_next(recorded):
    second = AuditLine.objects.order_by("pk")[1]
    second.origin = "198.51.100.1"
    alter(second, origin=second.origin, sha256=hash_of(second))
    assert len(list(broken_lines())) == 1


def test_a_last_line_taken_away_is_found_by_its_act_or_by_a_noted_one(recorded, lan):
    actions.note_export(by=lan, name="x.xlsx")
    noted = last_line()
    out = StringIO()
    call_command("audit_verify", line=noted, stdout=out)
    assert noted in out.getvalue()
    remove(last())
    call_command("audit_verify", stdout=StringIO())
    with pytest.raises(CommandError, match=noted):
        call_command("audit_verify", line=noted)
    remove(recorded)
    with pytest.raises(CommandError):
        call_command("audit_verify")


@pytest.mark.parametrize(
    ("name", "value"), [("decision_number", "1/QĐ"), ("valid_from", "2022-03-02"), ("note", "x")]
)
def test_what_was_recorded_cannot_be_altered_unseen(name, value, recorded):
    row = StatusRecord.objects.get(recorded=recorded.entry, valid_from=date(2022, 3, 1))
    alter(row, **{name: value})
    (said,) = broken_lines()
    assert str(recorded.pk) in said


def test_a_supersession_taken_back_is_found(recorded):
    row = StatusRecord.objects.filter(superseded=recorded.entry)[0]
    alter(row, superseded_id=recorded.entry_id - 1)
    assert len(list(broken_lines())) == 2  # both acts say otherwise


def replace_in_place(line: AuditLine) -> None:
    """Put a row in the place of a line, as SQLite would; PostgreSQL knows no such thing."""
    if connection.vendor == "postgresql":
        AuditLine.objects.bulk_create([line])
    with connection.cursor() as cursor:
        cursor.execute(
            "REPLACE INTO agencies_auditline SELECT * FROM agencies_auditline WHERE id = %s",
            [line.pk],
        )


WRITES: dict[str, Any] = {
    "saved": lambda line: line.save(),
    "deleted": lambda line: line.delete(),
    "updated": lambda line: AuditLine.objects.filter(pk=line.pk).update(words="x"),
    "removed": lambda line: AuditLine.objects.filter(pk=line.pk)._raw_delete("default"),
    "replaced": replace_in_place,
}


@pytest.mark.parametrize("write", WRITES)
def test_no_line_is_written_again(write, recorded):
    before = list(AuditLine.objects.order_by("pk").values())
    with pytest.raises((TypeError, DatabaseError)), transaction.atomic():
        WRITES[write](recorded)
    assert list(AuditLine.objects.order_by("pk").values()) == before


EMPTY = {"words_salt": "", "words": "", "before": "", "after": "", "search_text": ""}


@pytest.mark.parametrize(
    "values",
    [
        {**EMPTY, "words": "x"},
        {**EMPTY, "after": "{}"},
        {**EMPTY, "sha256": "f" * 64},
        {"words_salt": ""},
        {"words": ""},
        {"origin": ""},
        {"origin_salt": "", "origin": "198.51.100.1"},
    ],
)
def test_words_become_empty_whole_or_not_at_all(values, lan):
    with coming_from("203.0.113.7"):
        actions.note_export(by=lan, name="x.xlsx", asked="q=x")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditLine.objects.filter(pk=last().pk).update(**values)


@pytest.mark.parametrize("values", [EMPTY, {"origin_salt": "", "origin": ""}])
def test_words_made_empty_without_an_erasure_are_found(values, recorded, quan):
    actions.forget_person(user=quan, by=quan, used=["quan"])
    AuditLine.objects.filter(pk=recorded.pk).update(**values)
    (said,) = broken_lines()
    assert str(recorded.pk) in said


def test_an_erasure_reaches_no_line_written_after_it(lan, quan):
    actions.forget_person(user=lan, by=quan, used=["lan"])
    assert not list(broken_lines())
    actions.note_act(Deed.SIGNED_IN, by=lan)
    AuditLine.objects.filter(pk=last().pk).update(origin_salt="", origin="")
    assert len(list(broken_lines())) == 1


def test_two_lines_do_not_follow_the_same(recorded):
    twin = AuditLine(at=recorded.at, deed=Deed.ADDED, previous=recorded.previous, sha256="f" * 64)
    with pytest.raises(DatabaseError), transaction.atomic():
        twin.save(force_insert=True)


def test_the_migration_gives_every_act_its_line(small_province):
    """An office of the release before has acts and no lines."""
    migration = import_module("agencies.migrations.0013_audit")
    with connection.cursor() as cursor:
        on_postgresql = connection.vendor == "postgresql"
        for name in ("update", "delete", "replacing")[: 2 if on_postgresql else 3]:
            place = " ON agencies_auditline" if on_postgresql else ""
            cursor.execute(f"DROP TRIGGER agencies_auditline_no_{name}{place}")
        cursor.execute("DELETE FROM agencies_auditline")
        if on_postgresql:
            cursor.execute("DROP FUNCTION agencies_audit_is_kept()")
        editor = SimpleNamespace(connection=connection, execute=cursor.execute)
        migration.begin_the_record(apps, editor)
        migration.lay_triggers(apps, editor)
    assert AuditLine.objects.count() == Entry.objects.count() > 10
    assert not list(broken_lines())
    assert last().at == Entry.objects.order_by("-pk")[0].at
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditLine.objects.filter(pk=last().pk).update(words="x")


# What leaves a line


def test_sign_ins_failures_and_ends_are_on_record_with_their_address(client, lan):
    page, start = reverse("login"), 0
    data = {"username": "lan", "password": "khong-phai-mat-khau"}
    client.post(page, data, REMOTE_ADDR="203.0.113.9")
    line = last()
    assert (line.deed, line.by, line.words) == (Deed.SIGN_IN_FAILED, None, "lan")
    assert (line.model, line.row, line.origin) == ("agencies.user", str(lan.pk), "203.0.113.9")
    client.post(page, {"username": "lan", "password": PASSWORD}, REMOTE_ADDR="203.0.113.9")
    client.post(reverse("logout"), REMOTE_ADDR="203.0.113.9")
    assert deeds(start) == [Deed.SIGN_IN_FAILED, Deed.SIGNED_IN, Deed.SIGNED_OUT]
    assert {line.origin for line in AuditLine.objects.all()} == {"203.0.113.9"}


def test_a_lock_is_on_record_once_and_nobody_floods_the_record(client, lan):
    for _attempt in range(12):
        client.post(reverse("login"), {"username": "lan", "password": "sai"})
    assert deeds(0) == [Deed.SIGN_IN_FAILED] * 5 + [Deed.LOCKED_OUT]


@pytest.mark.parametrize("typed", ["Mật khẩu của tôi!", "x" * 60, "a\0b", "p@ss word"])
def test_what_can_be_no_name_is_not_kept_of_a_failed_sign_in(typed, client):
    client.post(reverse("login"), {"username": typed, "password": "Bi-mat-khong-luu"})
    for line in AuditLine.objects.all():
        assert line.words == ""
        assert "Bi-mat" not in json.dumps(values_of(line), default=str)


def test_accounts_and_roles_are_on_record_without_secrets(client, quan, lan):
    client.force_login(quan)
    start = last().pk
    page = reverse("admin:agencies_user_change", args=[lan.pk])
    data = {
        "username": "lan",
        "full_name": "Lan",
        "email": "",
        "role": Role.HEAD,
        "is_active": "on",
    }
    assert client.post(page, data).status_code == 302
    line = last()
    assert (line.deed, line.by, line.words) == (Deed.ROLE, quan, "Lan")
    assert json.loads(line.before) == {"role": "officer"}
    assert json.loads(line.after) == {"role": "head"}
    client.post(page, data)
    assert deeds(start) == [Deed.ROLE]  # what changes nothing is no change
    client.post(reverse("admin:agencies_user_add"), {"username": "moi", "role": Role.OFFICER})
    assert deeds(start) == [Deed.ROLE, Deed.ADDED, Deed.LINK_MADE]
    assert "password" not in AuditLine.objects.filter(deed=Deed.ADDED).get().after


def test_a_link_a_password_and_a_factor_are_on_record_without_secrets(lan, quan):
    start = last().pk if AuditLine.objects.exists() else 0
    _link, token = actions.make_link(user=lan, by=quan)
    actions.use_link(token=token, password="Mot-mat-khau-khac-9")
    assert deeds(start) == [Deed.LINK_MADE, Deed.LINK_USED]
    text = json.dumps(list(AuditLine.objects.values()), default=str)
    lan.refresh_from_db()
    for secret in (token, actions.links.digest_of(token), "Mot-mat-khau", lan.password):
        assert secret not in text


def test_reference_data_are_on_record_with_before_and_after(client, quan, small_province):
    client.force_login(quan)
    group = small_province.groups["SO"]
    page = reverse("admin:agencies_agencygroup_change", args=[group.pk])
    data = {"code": "SO", "name": "Sở mới", "name_en": group.name_en, "position": group.position}
    assert client.post(page, data).status_code == 302
    line = last()
    assert (line.deed, line.model, line.row) == (
        Deed.CHANGED,
        "agencies.agencygroup",
        str(group.pk),
    )
    assert json.loads(line.before) == {"name": group.name}
    assert json.loads(line.after) == {"name": "Sở mới"}


def test_a_duty_deleted_is_on_record_with_what_it_said(client, quan, small_province):
    group = small_province.groups["SO"]
    duty = Duty.objects.create(
        group=group, kind="mandatory", valid_from=date(2014, 3, 5), legal_source="QĐ 19"
    )
    client.force_login(quan)
    client.post(reverse("admin:agencies_duty_delete", args=[duty.pk]), {"post": "yes"})
    line = last()
    assert line.deed == Deed.DELETED
    assert json.loads(line.before)["valid_from"] == "2014-03-05"
    assert json.loads(line.before)["group"] == f"{group} ({group.pk})"
    client.post(
        reverse("admin:agencies_duty_changelist"),
        {"action": "delete_selected", "_selected_action": [], "post": "yes"},
    )
    assert last() == line


def test_an_ordinary_row_is_on_record_with_what_changed_alone(lan, small_province):
    topic = TrainingTopic.objects.all()[0]
    day = date(2021, 5, 4)
    course = record_training(
        training=Training(title="Lớp", topic=topic, starts_on=day, ends_on=day), by=lan
    )
    added = last()
    assert (added.deed, added.by, added.origin) == (Deed.ADDED, lan, COMMAND)
    assert json.loads(added.after)["topic"] == f"{topic} ({topic.pk})"
    course.title = "Lớp khác"
    record_training(training=course, by=lan)
    assert (json.loads(last().before), json.loads(last().after)) == (
        {"title": "Lớp"},
        {"title": "Lớp khác"},
    )
    start = last().pk
    record_training(training=course, by=lan)
    assert deeds(start) == []


@pytest.mark.parametrize(
    "url",
    [
        "/reports/summary.xlsx",
        "/reports/agencies.xlsx?q=chi",
        "/reports/workbook.xlsx",
        "/reports/word/report.docx",
        "/reports/changes/?then=2020-12-31&format=xlsx",
    ],
)
def test_every_export_is_on_record_with_what_was_asked(url, client, lan, small_province):
    client.force_login(lan)
    start = last().pk
    response = client.get(f"{url}{'&' if '?' in url else '?'}as_of=2021-11-15")
    assert response.status_code == 200
    assert deeds(start) == [Deed.EXPORTED]
    assert last().words in response["Content-Disposition"]
    assert "as_of=2021-11-15" in json.loads(last().after)["asked"]


def test_reading_pages_writes_no_line(client, lan, small_province):
    client.force_login(lan)
    client.get("/")
    start = last().pk
    for url in ("/", "/agencies/", "/agencies/SO-NN/", "/reports/", "/activities/", "/to-do/"):
        assert client.get(url).status_code == 200
    assert deeds(start) == []


def test_words_that_no_database_takes_are_cut_and_cleaned(lan):
    actions.note_export(by=lan, name="a\0b\ud800" + "x" * 400)
    assert len(last().words) == LONGEST_WORDS
    assert last().words.startswith("ab?x")
    assert not list(broken_lines())


# No write is forgotten

BY_ENTRY = {
    "agencies.agency",
    "agencies.entry",
    "agencies.reorganisation",
    "agencies.rosterrecord",
    "agencies.statusrecord",
    "agencies.succession",
}
BY_LINES = {
    "activities.attendance",
    "activities.checklistitem",
    "activities.finding",
    "activities.inspection",
    "activities.inspectionplan",
    "activities.plannedinspection",
    "activities.reportingperiod",
    "activities.selfassessment",
    "activities.step",
    "activities.training",
    "activities.trainingtopic",
    "agencies.agencygroup",
    "agencies.duty",
    "agencies.edition",
    "agencies.evidence",
    "agencies.plannedconversion",
    "agencies.province",
    "agencies.secondfactorduty",
    "agencies.transition",
    "agencies.transitiontarget",
    "agencies.user",
    "reports.explanation",
    "reports.outgoingnumber",
    "reports.publication",
    "reports.publishedfigure",
    "reports.submission",
    "reports.tileposition",
    "reports.withdrawal",
}
# Their acts are on record, not their rows.
BY_ACTS = {
    "activities.sentreminder": "reminded",
    "agencies.factorreset": "factor_reset",
    "agencies.onetimelink": "link_made, link_used",
    "mfa.authenticator": "factor_set_up, factor_given_up, factor_reset, codes_renewed, code_used",
    "reports.submissionfile": "frozen, with the SHA-256 of each file",
}
NOT_ON_RECORD = {
    "account.emailaddress": "nothing writes it; the second factor's app brings the table",
    "account.emailconfirmation": "likewise",
    "admin.logentry": "Django's own record of what AuditedAdmin puts on ours",
    "agencies.auditline": "the record itself",
    "agencies.signedin": "last seen; sign-ins and ends are on record",
    "agencies.upload": "a workbook for a day; what is imported of it is an Entry",
    "auth.group": "nothing writes it; rights follow from roles",
    "auth.permission": "written by migrations",
    "axes.accessattempt": "counts of failures, each of which is on record",
    "axes.accessattemptexpiration": "likewise",
    "axes.accessfailurelog": "switched off",
    "axes.accesslog": "switched off",
    "contenttypes.contenttype": "written by migrations",
    "reports.seal": "follows from what it seals",
    "sessions.session": "sign-ins and ends are on record",
}


def test_every_table_is_on_record_or_said_not_to_be():
    every = {
        model._meta.label_lower
        for model in apps.get_models()
        if not model.__name__.startswith("Historical")
    }
    parts = [BY_ENTRY, BY_LINES, set(BY_ACTS), set(NOT_ON_RECORD)]
    assert every == set().union(*parts)
    assert sum(map(len, parts)) == len(every)


# Functions of actions that write rows and leave the line to whoever calls them, or none.
LEAVES_IT = {
    "_agencies": "under acts of the past",
    "_new_entries": "acts of the past, whose lines are written after their rows",
    "_add": "an agency under the Entry of a reorganisation",
    "_claim": "taken back where the mail is refused; the mail is on record",
    "_keep_file": "part of a report that is frozen",
    "_forget_mail": "noted as erased by who asks",
    "_forget_names": "likewise",
    "_forget_sign_ins": "likewise",
    "_keep_source": "noted with its figures",
    "_new_codes": "noted by who asks for them",
    "_remove_file": "a file whose row is noted as gone",
    "_write": "dated records under an Entry",
    "add_lines": "the record itself",
    "apply_plan_file": "which file was applied; the act is an Entry",
    "choose_words": "of a workbook that is looked at",
    "end_sessions": "part of another act",
    "import_upload": "the figures of an import, which is an Entry",
    "load": "agencies that an import brings, under its Entry",
    "note_visit": "last seen",
    "open_entry": "an Entry gets its line when the lock is given back",
    "place_tiles": "of the demonstration, which is on record as a whole",
    "put_seal": "follows from what it seals",
    "remove_strays": "files that no row ever named",
    "remove_old": "workbooks after their day",
    "store": "a workbook for a day",
    "stored": "a file whose row is on record",
}
WRITES_ROWS = {"save", "create", "delete", "bulk_create", "update_or_create"}
NOTES = {"changing", "note_act", "note_rows", "note_gone", "open_entry", "open_undo"}


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (found for found in ast.walk(node) if isinstance(found, ast.Call))


def _writers() -> Iterator[tuple[str, str]]:
    """Yield the functions of all actions that write rows and put nothing on record."""
    for room in ("agencies", "activities", "reports"):
        for path in sorted((ROOT / room / "actions").glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    names = {ast.unparse(call.func).rpartition(".")[2] for call in _calls(node)}
                    if names & WRITES_ROWS and not names & NOTES:
                        yield f"{room}/actions/{path.name}", node.name


def test_every_action_that_writes_puts_it_on_record_or_says_why_not():
    assert [found for found in _writers() if found[1] not in LEAVES_IT] == []


def test_every_table_that_the_administration_edits_is_on_record():
    asked: Any = SimpleNamespace(user=User(role=Role.ADMINISTRATOR))
    for model, page in admin.site._registry.items():
        if page.has_add_permission(asked):
            assert isinstance(page, AuditedAdmin), model
            assert model._meta.label_lower in BY_LINES


# Its cost


def test_a_line_costs_few_statements(small_province, lan):
    with CaptureQueriesContext(connection) as queries:
        record_status(
            agency=small_province["SO-NN"],
            valid_from=date(2022, 3, 1),
            facts=StatusFacts("exempt"),
            by=lan,
        )
    own = [q["sql"] for q in queries if "agencies_auditline" in q["sql"]]
    assert len(own) == 2  # the last line, the new one


# The page


@pytest.fixture
def reader(client, quan, recorded) -> Client:
    """Quân, who reads the record."""
    client.force_login(quan)
    return client


def shown(client: Client, query: str = "") -> list[Any]:
    response = client.get(f"/audit/?{query}")
    assert response.status_code == 200
    return list(response.context["lines"])


def test_the_page_tells_newest_first_who_what_and_from_where(reader, lan):
    first, second = shown(reader)[:2]
    assert (first.deed, first.by) == (Deed.SIGNED_IN.label, "Quân")
    assert (second.by, second.words, second.agencies) == ("Lan", "Miễn áp dụng", ("SO-NN",))
    assert second.origin == "203.0.113.7"
    assert b'href="/agencies/SO-NN/"' in reader.get("/audit/").content


def test_it_is_narrowed_by_account_act_day_and_text(reader, lan, quan, recorded):
    every = len(shown(reader))
    assert {line.by for line in shown(reader, f"account={quan.pk}")} == {"Quân"}
    assert {line.deed for line in shown(reader, "act=signed_in")} == {Deed.SIGNED_IN.label}
    assert [line.words for line in shown(reader, "q=mien+ap")] == ["Miễn áp dụng"]
    assert shown(reader, "last=31/12/2000") == []
    assert len(shown(reader, "first=01/01/2001")) == every == 25 or every < 25


@pytest.mark.parametrize(
    "query",
    ["first=31/02/2021", "last=hôm+qua", "account=x", "act=x", "first=02/01/2021&last=01/01/2021"],
)
def test_what_cannot_be_read_is_told_and_shows_nothing(query, reader):
    for more in ("", "&format=xlsx"):
        response = reader.get(f"/audit/?{query}{more}")
        assert response.status_code == 400
        assert response.context["lines"] == []
        assert response.context["form"].errors


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 40])
def test_pages_that_are_not_there_lead_to_one_that_is(page, reader):
    assert shown(reader, f"page={page}")


def test_the_file_holds_the_lines_asked_for_and_is_on_record(reader, quan):
    start = last().pk
    response = reader.get("/audit/?format=xlsx&q=mien")
    sheet: Any = load_workbook(BytesIO(response.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (found,) = [row for row in rows if row[5] and "Miễn áp dụng" in str(row[5])]
    assert found[2] == "Lan"
    assert found[8] == "203.0.113.7"
    assert deeds(start) == [Deed.EXPORTED]
    assert json.loads(last().after)["asked"] == "format=xlsx&q=mien"


def test_its_queries_do_not_grow_with_its_lines(reader, lan, small_province):
    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as found:
            assert reader.get("/audit/").status_code == 200
        return len(found)

    queries()
    few = queries()
    for day in range(1, 12):
        record_status(
            agency=small_province["CC-TL"],
            valid_from=date(2023, 1, day),
            facts=StatusFacts("exempt", note=str(day)),
            by=lan,
        )
        actions.keep_evidence(file=upload(), by=lan)
    assert queries() == few
