"""Sending reminders, and keeping what was sent to whom."""

from dataclasses import replace
from datetime import date, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import SentReminder
from activities.reminders import Mail, Reminder, ids_of
from agencies.actions import note_act, write_lock
from agencies.models import Deed, User


class MailRefused(Exception):
    """The mail server did not take a mail; nothing of it is logged as sent."""


def still_to_send(mail: Mail, day: date) -> Mail:
    """Return a mail without what its recipient was told on the days before, or today.

    The same thing is told again after REMIND_EVERY_DAYS days.
    """
    since = day - timedelta(days=settings.REMIND_EVERY_DAYS)
    told = SentReminder.objects.filter(
        recipient=mail.recipient,
        day__gt=since,
        day__lte=day,
        subject__in=[reminder.subject for reminder in mail.reminders],
    )
    known = set(told.values_list("subject", flat=True))
    left = tuple(one for one in mail.reminders if one.subject not in known)
    return replace(mail, reminders=left)


def send_mail(*, mail: Mail, day: date, by: User) -> int:
    """Send one mail and log it; return of how many things it told.

    What another run is telling the same address at this moment is left to that run.

    Raises:
        MailRefused: the mail server did not take it.
    """
    agencies = ids_of(mail)
    claimed: list[SentReminder] = []
    told: list[Reminder] = []
    for reminder in mail.reminders:
        row = SentReminder(
            subject=reminder.subject,
            recipient=mail.recipient,
            day=day,
            agency_id=agencies[reminder.agency],
            text=reminder.text[:600],
            by=by,
        )
        if _claim(row):
            claimed.append(row)
            told.append(reminder)
    if not claimed:
        return 0
    rows = SentReminder.objects.filter(pk__in=[row.pk for row in claimed])
    try:
        message(replace(mail, reminders=tuple(told))).send()
    except BaseException as error:
        rows.delete()
        if isinstance(error, (OSError, SMTPException)):
            raise MailRefused(str(error)) from error
        raise
    with write_lock():
        rows.update(sent_at=timezone.now())
        texts = [row.text for row in claimed]
        note_act(Deed.REMINDED, by=by, words=mail.recipient, said={"text": texts})
    return len(claimed)


def _claim(row: SentReminder) -> bool:
    """Write the row that keeps another run from telling the same; say whether none had."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return False
    return True


def message(mail: Mail) -> EmailMessage:
    """Return the mail as it is sent: the things one by one, and where to go on."""
    lines = [
        _("The office reminds you of the following:"),
        "",
        *(f"- {reminder.text}" for reminder in mail.reminders),
        "",
    ]
    if settings.SITE_URL:
        lines += [_("Sign in: %(address)s") % {"address": settings.SITE_URL}, ""]
    lines.append(settings.ISSUER)
    subject = _("Reminder: quality management system (%(number)d)")
    return EmailMessage(
        subject=subject % {"number": len(mail.reminders)},
        body="\n".join(lines),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.recipient],
    )
