"""Reminders: who is told of what, once; what a failing mail server leaves behind."""

from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from activities.actions import change_period, open_period, record_finding, return_report
from activities.actions.reminders import send_mail, still_to_send
from activities.models import SentReminder
from activities.reminders import Mail, Reminder, findings_due, mails, reports_due, unreachable
from agencies.actions import plan_conversions
from agencies.asof import AsOf
from agencies.models import Edition, Role, Transition, User
from reports.due import conversions_late, due
from tests.rounds import FACTS_2021, at, open_2021, standing_facts, submit_at

FAILS_FOR = "hong@example.com"


class FailingServer(EmailBackend):
    """Takes every mail but those to one address."""

    def send_messages(self, messages):
        if any(FAILS_FOR in message.to for message in messages):
            raise ConnectionRefusedError(111, "Connection refused")
        return super().send_messages(messages)


@pytest.fixture
def period(lan, small_province):
    return open_2021(lan)


@pytest.fixture
def contacts(mai, small_province):
    """CC-TDC has Mai; CC-KL and CC-TL have one each; their parent SO-NN has two, one closed."""
    User.objects.filter(pk=mai.pk).update(email="mai@example.com")
    for name, code, active in [
        ("kl", "CC-KL", True),
        ("tl", "CC-TL", True),
        ("nn", "SO-NN", True),
        ("cu", "SO-NN", False),
    ]:
        agency, email = small_province[code], f"{name}@example.com"
        User.objects.create_user(
            name, role=Role.CONTACT, agency=agency, email=email, is_active=active
        )


def on(year, month, day):
    """A day with all that is known by now, the plans that a test has just entered included."""
    return AsOf(date(year, month, day), timezone.now())


def run(*arguments):
    out = StringIO()
    call_command("send_reminders", *arguments, stdout=out)
    return out.getvalue()


def test_soon_due_overdue_and_returned_are_told_apart(period, lan, mai, small_province):
    def kinds(day):
        return {one.agency: one.subject.rpartition(":")[2] for one in reports_due(day)}

    assert kinds(on(2021, 11, 30)) == {}
    assert set(kinds(on(2021, 12, 1)).values()) == {"due"}
    assert len(kinds(on(2021, 12, 15))) == 6
    assert set(kinds(on(2021, 12, 16)).values()) == {"missing"}
    facts = standing_facts(small_province)
    report = submit_at(at(2021, 12, 10), period, mai.agency, facts, mai)
    assert "CC-TDC" not in kinds(on(2022, 1, 5))
    return_report(report=report, remark="Thiếu", by=lan)
    assert kinds(AsOf.now())["CC-TDC"] == "returned"


def test_a_round_is_chased_until_the_next_one_is_due(period, lan):
    """The next begins before everybody has reported in the last one, and lets nobody off."""
    facts = replace(
        FACTS_2021,
        starts_on=date(2021, 12, 15),
        ends_on=date(2022, 12, 14),
        cut_off=date(2022, 12, 14),
        due_on=date(2022, 12, 31),
    )
    newer = open_period(facts=facts, by=lan)

    def chased(*day):
        return {int(one.subject.split(":")[1]) for one in reports_due(on(*day))}

    assert reports_due(on(2020, 12, 14)) == []
    assert chased(2022, 1, 31) == {period.pk}
    assert chased(2022, 12, 31) == {period.pk, newer.pk}
    assert chased(2023, 1, 1) == {newer.pk}


def test_contacts_and_parent_bodies_are_told_each_in_one_mail(period, contacts):
    told = {one.recipient: [r.agency for r in one.reminders] for one in mails(due(AsOf.now()))}
    assert told == {
        "kl@example.com": ["CC-KL"],
        "mai@example.com": ["CC-TDC"],
        "nn@example.com": ["SO-NN", "CC-KL", "CC-TL"],
        "tl@example.com": ["CC-TL"],
    }
    assert unreachable(due(AsOf.now())) == ["SO-KHCN", "THANH-TRA"]


def test_a_run_sends_and_logs_and_the_next_one_sends_nothing(period, contacts):
    said = run()
    assert len(mail.outbox) == 4
    assert "THANH-TRA" in said
    assert SentReminder.objects.filter(sent_at__isnull=False).count() == 6
    body = next(one.body for one in mail.outbox if one.to == ["nn@example.com"])
    assert body.count("\n- ") == 3
    assert "Chi cục Kiểm lâm" in body
    run()
    assert len(mail.outbox) == 4


def test_a_finding_is_told_before_and_after_its_deadline(activities, settings):
    """F2 at CC-TL is due on 30/09/2019; F1 was put right on 01/07/2019; F3 has no deadline."""

    def told(day):
        return [(one.agency, one.parent, one.subject.split(":")[2]) for one in findings_due(day)]

    assert told(on(2019, 9, 15)) == []
    assert told(on(2019, 9, 16)) == [("CC-TL", "SO-NN", "due")]
    assert told(on(2019, 9, 30)) == [("CC-TL", "SO-NN", "due")]
    assert told(on(2019, 10, 1)) == [("CC-TL", "SO-NN", "overdue")]
    assert told(on(2019, 6, 20)) == [("CC-TDC", "SO-KHCN", "overdue")]
    assert told(on(2019, 7, 1)) == []
    text = findings_due(on(2019, 10, 3))[0].text
    assert "Chi cục Thủy lợi" in text
    assert "Chưa có mục tiêu chất lượng" in text
    assert "30/09/2019" in text
    assert "03" in text


def test_a_long_finding_is_told_in_short_and_logged(activities, lan, contacts):
    finding = activities.findings["F2"]
    finding.text = "Chưa ban hành quy trình. " * 60
    record_finding(finding=finding, by=lan)
    run()
    logged = SentReminder.objects.filter(recipient="tl@example.com", subject__startswith="finding")
    assert len(logged.get().text) < 400


def test_late_conversions_are_told_with_their_lateness(small_province, lan, contacts):
    transition = small_province.edition_2015.transitions.get()
    days = {"SO-NN": date(2020, 12, 31), "CC-KL": date(2021, 3, 30), "CC-TL": date(2020, 6, 30)}
    plan_conversions(transition=transition, days=days, source="KH 1", by=lan)
    late = {one.agency: one for one in conversions_late(on(2021, 3, 31))}
    assert {code: one.parent for code, one in late.items()} == {
        "SO-NN": "UBND-TINH",
        "CC-KL": "SO-NN",
    }
    assert "90" in late["SO-NN"].text
    assert "31/12/2020" in late["SO-NN"].text
    told = {one.recipient: [r.agency for r in one.reminders] for one in mails(late.values())}
    assert told == {"kl@example.com": ["CC-KL"], "nn@example.com": ["SO-NN", "CC-KL"]}
    assert conversions_late(on(2020, 12, 31)) == []


def test_who_is_late_is_chased_in_the_newest_transition_that_it_is_late_in(small_province, lan):
    old = small_province.edition_2015.transitions.get()
    plan_conversions(transition=old, days={"SO-NN": date(2020, 12, 31)}, source="KH 1", by=lan)
    newer = Edition.objects.create(code="TCVN ISO 9001:2026", year=2026)
    Transition.objects.create(
        from_edition=old.to_edition,
        to_edition=newer,
        starts_on=date(2025, 1, 1),
        deadline=date(2025, 6, 30),
    )

    def late(day):
        subjects = [one.subject.split(":") for one in due(day)]
        return [(pk, code) for kind, pk, code, *_rest in subjects if kind == "conversion"]

    assert late(on(2024, 12, 31)) == [(str(old.pk), "SO-NN")]
    assert late(on(2025, 6, 30)) == [(str(old.pk), "SO-NN")]
    assert {pk for pk, _code in late(on(2025, 7, 1))} == {str(newer.transitions.get().pk)}
    assert len(late(on(2025, 7, 1))) == 6


def test_the_officers_page_counts_what_is_to_be_pursued_and_leads_there(
    client, period, activities, contacts, small_province, lan, mai
):
    transition = small_province.edition_2015.transitions.get()
    plan_conversions(
        transition=transition, days={"SO-NN": date(2020, 12, 31)}, source="KH 1", by=lan
    )
    facts = standing_facts(small_province)
    submit_at(at(2021, 12, 10), period, mai.agency, facts, mai)
    client.force_login(lan)
    page = client.get(reverse("reports:work-list"))
    assert (len(page.context["waiting"]), page.context["overdue"]) == (1, 1)
    assert page.context["late"] == [(transition.to_edition, 1)]
    assert page.context["rounds"] == [(period, 5)]
    late = "/plans/?edition=TCVN+ISO+9001%3A2015#late"
    missing = f"/activities/rounds/{period.pk}/?state=missing"
    for address in ('"#waiting"', missing, "/activities/inspections/#overdue", late):
        assert address in page.content.decode()
    line = client.get(reverse("reports:work-list"), headers={"HX-Request": "true"})
    assert "<h1" not in line.content.decode()
    for address in ("/to-do/#waiting", missing, "/activities/inspections/#overdue", late):
        assert address in line.content.decode()
    then = client.get(reverse("reports:work-list"), {"as_of": "2019-09-01"})
    assert (then.context["overdue"], then.context["late"]) == (0, [])


def test_one_run_tells_all_three_kinds_in_one_mail_and_a_second_nothing(
    period, activities, contacts, small_province, lan
):
    transition = small_province.edition_2015.transitions.get()
    plan_conversions(
        transition=transition, days={"SO-NN": date(2020, 12, 31)}, source="KH 1", by=lan
    )
    said = run("--dry-run")
    assert "Chưa có mục tiêu chất lượng" in said
    assert not SentReminder.objects.exists()
    run()
    to_parent = [one for one in mail.outbox if one.to == ["nn@example.com"]]
    assert len(to_parent) == 1
    kinds = SentReminder.objects.filter(recipient="nn@example.com").values_list("subject", "agency")
    assert sorted((subject.split(":")[0]) for subject, _agency in kinds) == [
        "conversion",
        "finding",
        "report",
        "report",
        "report",
    ]
    sent = len(mail.outbox)
    run()
    assert len(mail.outbox) == sent


def test_the_same_thing_is_told_again_after_a_week(period, contacts, settings, lan):
    one = Mail("mai@example.com", (Reminder("report:1:CC-TDC:missing", "CC-TDC", "", "x"),))
    send_mail(mail=one, day=date(2022, 1, 3), by=lan)
    assert still_to_send(one, date(2022, 1, 3)).reminders == ()
    assert still_to_send(one, date(2022, 1, 9)).reminders == ()
    assert still_to_send(one, date(2022, 1, 10)) == one
    other = replace(one, recipient="nn@example.com")
    assert still_to_send(other, date(2022, 1, 3)) == other


def test_a_dry_run_sends_and_logs_nothing(period, contacts):
    said = run("--dry-run")
    assert "nn@example.com" in said
    assert "Chi cục Kiểm lâm" in said
    assert mail.outbox == []
    assert not SentReminder.objects.exists()


def test_two_runs_at_once_tell_a_thing_once(period, contacts, lan):
    """Both runs saw that nothing was sent; the second finds the rows of the first."""
    seen = mails(due(AsOf.now()))
    day = date(2022, 1, 3)
    assert [send_mail(mail=one, day=day, by=lan) for one in seen] == [1, 1, 3, 1]
    assert [send_mail(mail=one, day=day, by=lan) for one in seen] == [0, 0, 0, 0]
    assert len(mail.outbox) == 4


def test_the_database_keeps_one_row_for_a_thing_an_address_and_a_day(period, contacts, lan, mai):
    run()
    row = SentReminder.objects.all()[0]
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_mail_that_is_refused_keeps_no_other_back(period, contacts, settings):
    settings.EMAIL_BACKEND = "tests.test_reminders.FailingServer"
    User.objects.filter(username="kl").update(email=FAILS_FOR)
    with pytest.raises(CommandError) as error:
        run()
    assert FAILS_FOR in str(error.value)
    assert "Connection refused" in str(error.value)
    assert {one.to[0] for one in mail.outbox} == {
        "mai@example.com",
        "nn@example.com",
        "tl@example.com",
    }
    assert not SentReminder.objects.filter(recipient=FAILS_FOR).exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    run()  # once the server is back
    assert SentReminder.objects.filter(recipient=FAILS_FOR, sent_at__isnull=False).count() == 1
    assert len(mail.outbox) == 4


def test_what_broke_off_in_between_is_not_known_to_be_sent(period, contacts, lan, monkeypatch):
    def killed(self):
        raise KeyboardInterrupt

    monkeypatch.setattr("django.core.mail.EmailMessage.send", killed)
    with pytest.raises(KeyboardInterrupt):
        send_mail(mail=mails(due(AsOf.now()))[0], day=date(2022, 1, 3), by=lan)
    assert not SentReminder.objects.exists()


def test_nothing_is_due_without_a_round_or_before_it_is_near(db, lan):
    assert "00" in run() or "0" in run()
    assert mail.outbox == []


def test_a_later_due_day_ends_the_reminders(period, contacts, lan):
    facts = replace(FACTS_2021, due_on=date(2023, 12, 15))
    change_period(period=period, facts=facts, by=lan)
    assert reports_due(on(2022, 1, 3)) == []


def test_by_names_who_may_write(period, contacts, lan, hung):
    run("--by", "lan")
    assert set(SentReminder.objects.values_list("by__username", flat=True)) == {"lan"}
    with pytest.raises(CommandError):
        run("--by", "hung")


def test_the_mail_says_where_to_go_on(period, contacts, settings):
    settings.SITE_URL = "https://htqlcl.example.vn/"
    run()
    assert all("https://htqlcl.example.vn/" in one.body for one in mail.outbox)


def test_the_log_shows_what_was_sent_to_whom(client, period, contacts, lan):
    run()
    client.force_login(lan)
    page = client.get(reverse("activities:reminders"))
    assert len(page.context["reminders"]) == 6
    assert "nn@example.com" in page.content.decode()
