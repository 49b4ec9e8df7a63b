"""Rows changed past the actions are found: they are not as the record of acts last said."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from activities.actions import erase_account
from activities.models import Inspection
from agencies import actions
from agencies.audited_rows import rows_behind_the_record
from agencies.models import AuditLine, Evidence, Role, User
from tests.tampering import alter, remove

pytestmark = pytest.mark.usefixtures("one_of_each")


def test_what_actions_wrote_is_as_the_record_says(lan, quan):
    user = User(username="moi", role=Role.OFFICER, full_name="Mới")
    with actions.changing(user, by=quan):
        user.set_unusable_password()
        user.save()
    with actions.changing(user, by=quan):
        user.role = Role.HEAD
        user.save()
    assert list(rows_behind_the_record()) == []
    call_command("audit_verify", stdout=StringIO())


def test_a_forged_document_is_found_by_its_sum(lan):
    evidence = Evidence.objects.order_by("pk")[0]
    alter(evidence, sha256="0" * 64, size=7)
    (said,) = rows_behind_the_record()
    assert str(evidence.pk) in said
    assert "sha256, size" in said
    with pytest.raises(CommandError, match="sha256"):
        call_command("audit_verify")


def test_a_role_taken_and_a_visit_rewritten_are_found(quan):
    user = User(username="moi", role=Role.OFFICER)
    with actions.changing(user, by=quan):
        user.save()
    alter(user, role=Role.ADMINISTRATOR)
    visit = Inspection.objects.get()
    alter(visit, team="Ai khác")
    said = list(rows_behind_the_record())
    assert len(said) == 2
    assert any("role" in one and str(user.pk) in one for one in said)
    assert any("team" in one and str(visit.pk) in one for one in said)


def test_a_removed_row_is_found_and_a_deleted_one_is_not(quan):
    users = [User(username=name, role=Role.OFFICER) for name in ("mot", "hai")]
    for user in users:
        with actions.changing(user, by=quan):
            user.save()
    with actions.write_lock():
        actions.note_gone([users[0]], by=quan)
        users[0].history.all().delete()
        User.objects.filter(pk=users[0].pk).delete()
    assert list(rows_behind_the_record()) == []
    number = users[1].pk
    remove(users[1])
    (said,) = rows_behind_the_record()
    assert str(number) in said


def test_an_erased_account_is_no_longer_compared(quan):
    user = User(username="moi", role=Role.OFFICER, full_name="Mới")
    with actions.changing(user, by=quan):
        user.set_unusable_password()
        user.save()
    erase_account(user=user, by=quan)
    assert list(rows_behind_the_record()) == []


def test_a_line_hidden_from_the_filter_is_found():
    line = AuditLine.objects.exclude(search_text="").order_by("pk")[0]
    alter(line, search_text="")
    with pytest.raises(CommandError, match=str(line.pk)):
        call_command("audit_verify")
