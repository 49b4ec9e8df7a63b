"""manage.py send_reminders: mails contacts and parent bodies of what is due."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from activities.actions.reminders import MailRefused, send_mail, still_to_send
from activities.reminders import Mail, mails, unreachable
from agencies.asof import AsOf
from agencies.management.accounts import account
from reports.due import due


class Command(BaseCommand):
    """Sends what is due today; for cron or a systemd timer, as often as one likes."""

    help = "Mail agency contacts and parent bodies of what is due; never twice in one day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read whether to send at all, and under whose name."""
        parser.add_argument(
            "--dry-run", action="store_true", help="print what would be sent, send nothing"
        )
        parser.add_argument("--by", help="the account that the reminders are logged under")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send every mail; one that is refused keeps no other back."""
        with translation.override(settings.LANGUAGE_CODE):
            by, as_of = account(options["by"]), AsOf.now()
            reminders = due(as_of)
            left = [still_to_send(mail, as_of.day) for mail in mails(reminders)]
            outbox = [mail for mail in left if mail.reminders]
            if options["dry_run"]:
                self._print(outbox)
            else:
                self._send(outbox, as_of, by)
            if nobody := unreachable(reminders):
                said = _("No mail address, nor of the parent body: %(agencies)s")
                self.stdout.write(said % {"agencies": ", ".join(nobody)})

    def _print(self, outbox: list[Mail]) -> None:
        for mail in outbox:
            self.stdout.write(mail.recipient)
            for reminder in mail.reminders:
                self.stdout.write(f"  {reminder.text}")
        said = _("%(number)d mails would be sent; nothing was.")
        self.stdout.write(said % {"number": len(outbox)})

    def _send(self, outbox: list[Mail], as_of: AsOf, by: Any) -> None:
        refused: list[str] = []
        sent = 0
        for mail in outbox:
            try:
                sent += bool(send_mail(mail=mail, day=as_of.day, by=by))
            except MailRefused as error:
                told = {"recipient": mail.recipient, "reason": error}
                refused.append(_("Not sent to %(recipient)s: %(reason)s") % told)
        self.stdout.write(_("%(number)d mails sent.") % {"number": sent})
        if refused:
            raise CommandError("\n".join(refused))
