"""Whom to remind of what on a day. Each subject is one function; `reports.due` joins them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from activities.models import ReportingPeriod, State
from activities.rollups import OpenFinding, open_findings
from activities.round_rollups import RoundRow, round_table, rounds_chased
from agencies.asof import AsOf
from agencies.house_style import count, short_date
from agencies.models import Agency, Role, User

SAID_OF_FINDING = 200  # characters; the visit's page holds the rest


@dataclass(frozen=True)
class Reminder:
    """One thing to remind an agency and its parent body of.

    `subject` names the thing, the same on every day: `report:<round>:<agency>:missing`.
    `agency` and `parent` are codes; an empty parent is none.
    """

    subject: str
    agency: str
    parent: str
    text: str


@dataclass(frozen=True)
class Mail:
    """What one address is to be told: one mail, however many things."""

    recipient: str
    reminders: tuple[Reminder, ...]


def reports_due(as_of: AsOf) -> list[Reminder]:
    """Return the reports of the rounds still chased that are due soon, overdue, or returned.

    Soon is REMIND_DAYS_BEFORE days before the due day.
    """
    return [
        Reminder(f"report:{period.pk}:{row.code}:{kind}", row.code, row.parent, text)
        for period in rounds_chased(as_of)
        for row in round_table(period, as_of).rows
        for kind, text in [_said_of(row, period, as_of)]
        if text
    ]


def rounds_pressing(as_of: AsOf) -> list[tuple[ReportingPeriod, int]]:
    """Return the rounds chased that are due soon or past, each with how many reports it lacks."""
    soon = as_of.day + timedelta(days=settings.REMIND_DAYS_BEFORE)
    due = [period for period in rounds_chased(as_of) if period.due_on <= soon]
    missing = ((period, round_table(period, as_of).total.missing) for period in due)
    return [(period, number) for period, number in missing if number]


def _said_of(row: RoundRow, period: ReportingPeriod, as_of: AsOf) -> tuple[str, str]:
    """Return the kind of a reminder and its text, none where there is nothing to remind of."""
    told = {
        "name": row.name,
        "period": period,
        "due": short_date(period.due_on),
        "days": count(abs((as_of.day - period.due_on).days)),
    }
    if row.state == State.RETURNED:
        text = _("%(name)s: the report of %(period)s was returned and is to be mended.")
        return "returned", text % told
    if not row.is_missing:
        return "", ""
    if as_of.day > period.due_on:
        text = _("%(name)s: the report of %(period)s was due on %(due)s, %(days)s days ago.")
        return "missing", text % told
    if as_of.day >= period.due_on - timedelta(days=settings.REMIND_DAYS_BEFORE):
        text = _("%(name)s: the report of %(period)s is due on %(due)s, in %(days)s days.")
        return "due", text % told
    return "", ""


def findings_due(as_of: AsOf) -> list[Reminder]:
    """Return the open findings whose deadline is past, or REMIND_DAYS_BEFORE days ahead at most.

    They are those of `open_findings`; a finding without a deadline is never due. An agency that
    is no more has no parent body on the day: its contacts alone are told.
    """
    soon = as_of.day + timedelta(days=settings.REMIND_DAYS_BEFORE)
    found = [
        (row, row.deadline) for row in open_findings(as_of) if row.deadline and row.deadline <= soon
    ]
    parents = Agency.objects.in_bulk([row.standing.parent for row, _due in found])
    return [
        Reminder(
            f"finding:{row.pk}:{'overdue' if due_on < as_of.day else 'due'}",
            row.standing.code,
            parents[row.standing.parent].code if row.standing.parent else "",
            _said_of_finding(row, due_on, as_of.day),
        )
        for row, due_on in found
    ]


def _said_of_finding(row: OpenFinding, due_on: date, today: date) -> str:
    if due_on < today:
        text = _(
            "%(name)s: what the visit on %(visited)s found (%(finding)s) was to be put right by "
            "%(due)s, %(days)s days ago."
        )
    else:
        text = _(
            "%(name)s: what the visit on %(visited)s found (%(finding)s) is to be put right by "
            "%(due)s, in %(days)s days."
        )
    return text % {
        "name": row.standing.name,
        "visited": short_date(row.visited_on),
        "finding": Truncator(" ".join(row.text.split())).chars(SAID_OF_FINDING),
        "due": short_date(due_on),
        "days": count(abs((today - due_on).days)),
    }


def addresses() -> Mapping[str, tuple[str, ...]]:
    """Return the mail addresses of contacts by their agency's code; closed accounts have none."""
    found: dict[str, list[str]] = defaultdict(list)
    contacts = User.objects.filter(role=Role.CONTACT, is_active=True).exclude(email="")
    for code, email in contacts.order_by("pk").values_list("agency__code", "email"):
        found[code].append(email)
    return {code: tuple(dict.fromkeys(emails)) for code, emails in found.items()}


def mails(reminders: Iterable[Reminder]) -> list[Mail]:
    """Return one mail for each address: of the agency's contacts and of its parent body's."""
    known = addresses()
    told: dict[str, list[Reminder]] = defaultdict(list)
    for reminder in reminders:
        both = (*known.get(reminder.agency, ()), *known.get(reminder.parent, ()))
        for recipient in dict.fromkeys(both):
            told[recipient].append(reminder)
    return [Mail(recipient, tuple(found)) for recipient, found in sorted(told.items())]


def unreachable(reminders: Iterable[Reminder]) -> list[str]:
    """Return the codes of agencies of which nobody can be told: no address, nor of the parent."""
    known = addresses()
    nobody = (
        one.agency for one in reminders if not (known.get(one.agency) or known.get(one.parent))
    )
    return sorted(dict.fromkeys(nobody))


def ids_of(mail: Mail) -> dict[str, int]:
    """Return the ids of the agencies that a mail is about, by code."""
    codes = {reminder.agency for reminder in mail.reminders}
    return dict(Agency.objects.filter(code__in=codes).values_list("code", "pk"))
