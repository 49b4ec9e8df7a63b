"""An account's personal data are erased; what it recorded stays."""

import json
import time
from datetime import date

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection

from activities.actions import erase_account
from activities.models import SentReminder
from agencies import actions
from agencies.audit import broken_lines
from agencies.models import AuditLine, Deed, Entry, FactorReset, Role, StatusFacts, User
from agencies.origin import COMMAND, coming_from
from agencies.second_factor import new_secret
from tests.test_second_factor import code_of

OLD_NAME, NAME, LATER_NAME = "nguyen.thi.hoa", "Nguyễn Thị Hòa", "Nguyễn Thị Hòa Bình"
OLD_MAIL, MAIL = "hoa.cu@kontum.example", "hoa@kontum.example"
DEVICE, ADDRESS = "Trình duyệt của Hòa", "203.0.113.77"
TRACES = (OLD_NAME, NAME, LATER_NAME, OLD_MAIL, MAIL, DEVICE, ADDRESS)


@pytest.fixture
def hoa(client, quan, lan, small_province, settings) -> User:
    """Hòa recorded something, was reminded, renamed, locked out and helped: everything once."""
    user = User.objects.create_user(
        OLD_NAME, "Mat-khau-cua-Hoa", role=Role.OFFICER, full_name=NAME, email=OLD_MAIL
    )
    user.full_name, user.email = LATER_NAME, MAIL
    user.save()
    agency = small_province["THANH-TRA"]
    facts = StatusFacts("building")
    actions.record_status(agency=agency, valid_from=date(2022, 5, 4), facts=facts, by=user)
    for mail in (OLD_MAIL, MAIL):
        SentReminder.objects.create(
            subject="x", recipient=mail, day=date(2022, 5, 4), agency=agency, text="Nhắc", by=lan
        )
    client.force_login(user)
    session = client.session.session_key
    actions.note_visit(user=user, session_key=session, address=ADDRESS, device=DEVICE)
    AccessAttempt.objects.create(username=OLD_NAME, ip_address=ADDRESS, failures_since_start=3)
    AccessFailureLog.objects.create(username=OLD_NAME, ip_address=ADDRESS)
    actions.make_link(user=user, by=quan)
    hidden = new_secret()
    actions.set_up_factor(by=user, hidden=hidden, code=code_of(hidden, int(time.time())))
    FactorReset.objects.create(user=user, by=quan, reason=f"{NAME} mất điện thoại")
    LogEntry.objects.create(
        user=quan,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(user.pk),
        object_repr=NAME,
        action_flag=CHANGE,
        change_message=f"{OLD_MAIL} → {MAIL}",
    )
    actions.note_failed_sign_in(username=OLD_NAME, is_locked=True)
    actions.note_act(Deed.REMINDED, by=lan, words=OLD_MAIL, said={"text": [f"Gửi {MAIL}"]})
    with actions.changing(agency, by=user), coming_from(ADDRESS):
        actions.note_act(Deed.SIGNED_IN, by=user)
    return user


def traces() -> dict[str, list[str]]:
    """Return where in the whole database anything of the person is still written."""
    found: dict[str, list[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608
            text = repr(cursor.fetchall())
        if hits := [trace for trace in TRACES if trace in text]:
            found[model._meta.label] = hits
    return found


def test_nothing_of_the_person_is_left_and_the_record_is_whole(hoa, quan, client):
    assert len(traces()) >= 8
    entries = list(Entry.objects.order_by("pk").values_list("pk", "at", "by"))

    name = erase_account(user=hoa, by=quan)

    assert traces() == {}
    assert list(Entry.objects.order_by("pk").values_list("pk", "at", "by")) == entries
    assert Entry.objects.filter(by=hoa.pk).count() == 1
    assert str(User.objects.get(pk=hoa.pk)) == name == f"da-xoa-{hoa.pk}"
    assert not client.login(request=None, username=OLD_NAME, password="Mat-khau-cua-Hoa")
    assert not Session.objects.exists()
    assert SentReminder.objects.count() == 2


def test_the_record_of_acts_stays_whole_and_says_who_erased_what(hoa, quan, lan):
    actions.note_act(Deed.EXPORTED, by=hoa, words="tong-hop.xlsx")
    actions.note_act(Deed.EXPORTED, by=lan, words="khac.xlsx")
    acts = list(AuditLine.objects.order_by("pk").values_list("pk", "at", "by", "deed", "sha256"))

    erase_account(user=hoa, by=quan)

    assert not list(broken_lines())
    lines = list(AuditLine.objects.order_by("pk"))
    left = [(line.pk, line.at, line.by_id, line.deed, line.sha256) for line in lines]
    assert left[: len(acts)] == acts
    (erasure,) = (line for line in lines if line.deed == Deed.ERASED)
    assert (erasure.by, erasure.words, erasure.row) == (quan, f"#{hoa.pk}", str(hoa.pk))
    assert json.loads(erasure.after) == {"lines": [line.pk for line in lines if line.is_erased]}
    kept = {line.words: line.origin for line in lines if line.deed == Deed.EXPORTED}
    assert kept == {"tong-hop.xlsx": "", "khac.xlsx": COMMAND}


def test_the_command_erases_and_refuses(hoa, quan, lan, capsys):
    for username, by in (
        ("khong-co", "quan"),
        ("quan", "quan"),
        ("hệ thống", "quan"),
        (OLD_NAME, "lan"),
    ):
        with pytest.raises(CommandError):
            call_command("erase_account", username, by=by)
    assert LATER_NAME in repr(traces())
    call_command("erase_account", OLD_NAME)
    assert f"da-xoa-{hoa.pk}" in capsys.readouterr().out
    assert traces() == {}


def test_erased_twice_is_erased_once_more(hoa, quan):
    erase_account(user=hoa, by=quan)
    hoa.refresh_from_db()
    erase_account(user=hoa, by=quan)
    assert traces() == {}
    with pytest.raises(ValidationError):
        erase_account(user=quan, by=hoa)


def test_the_last_administrator_is_not_erased(hoa, quan):
    system = User.objects.system()
    with pytest.raises(ValidationError):
        erase_account(user=quan, by=system)
    User.objects.create_user("quan-2", role=Role.ADMINISTRATOR)
    erase_account(user=quan, by=system)
    assert not User.objects.get(pk=quan.pk).is_active
