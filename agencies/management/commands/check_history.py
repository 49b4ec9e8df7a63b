"""Reads both histories again and says which rule they break."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from agencies.invariants import broken_rules
from agencies.models import Entry


class Command(BaseCommand):
    """Checks every act of recording, past ones included."""

    help = "Check that the roster and status histories keep their rules at every act of recording."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many acts were checked, or fail with what is wrong."""
        if wrong := list(broken_rules()):
            raise CommandError("\n".join(wrong))
        number = Entry.objects.count()
        text = ngettext(
            "%(count)d act of recording checked; the histories keep their rules.",
            "%(count)d acts of recording checked; the histories keep their rules.",
            number,
        )
        self.stdout.write(text % {"count": number})
