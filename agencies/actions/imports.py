"""Writes what a workbook says: planned in memory against what is believed, saved once."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from agencies.actions.entries import rehearsal, write_lock
from agencies.actions.import_plan import Plan, tell_nobody
from agencies.exchange import (
    BadWorkbook,
    ExchangeFile,
    read_exchange_file,
    shown,
    sorted_problems,
)
from agencies.models import Edition, Entry, User


@dataclass(frozen=True)
class ImportResult:
    """What an import wrote, or would write, in rows of the file but for `agencies_added`."""

    groups_added: int = 0
    groups_changed: int = 0
    agencies_added: int = 0
    roster_changed: int = 0
    statuses_added: int = 0
    statuses_corrected: int = 0
    unchanged: int = 0
    notices: tuple[str, ...] = ()
    entry: Entry | None = None

    @property
    def changes_anything(self) -> bool:
        """Say whether the file says anything that was not on record."""
        return any(
            count
            for name, count in vars(self).items()
            if name not in ("unchanged", "notices", "entry")
        )


def import_file(
    *, file: str | Path | BinaryIO, by: User, reason: str = "", dry_run: bool = False
) -> ImportResult:
    """Read a workbook of the exchange format and write what it says, or rehearse that.

    Raises:
        BadWorkbook: something in the file is wrong; nothing was written.
    """
    name = file if isinstance(file, str | Path) else getattr(file, "name", None) or ""
    exchange = read_exchange_file(file, editions=Edition.objects.all())
    reason = reason or _("Imported from the file %(name)s") % {"name": shown(Path(str(name)).name)}
    return import_rows(exchange=exchange, by=by, reason=reason, dry_run=dry_run)


def import_rows(
    *,
    exchange: ExchangeFile,
    by: User,
    reason: str,
    dry_run: bool = False,
    tell: Callable[[int, int], None] = tell_nobody,
    asks_for_names: bool = False,
) -> ImportResult:
    """Write what was read from a workbook, under one Entry; none where nothing changes.

    A row holds from its day until the next row of the agency, in the file or on record;
    what is on record and not in the file stays. `tell` is told how many rows are taken.

    Raises:
        BadWorkbook: a row was unreadable or contradicts another or the record; nothing
            was written, and the problems of the whole file are told.
    """
    with rehearsal() if dry_run else nullcontext(), write_lock():
        plan = Plan(
            exchange,
            by,
            list(exchange.problems),
            spoiled=set(exchange.spoiled),
            tell=tell,
            asks_for_names=asks_for_names,
        )
        plan.carry_out()
        if plan.problems:
            raise BadWorkbook(sorted_problems(plan.problems))
        tell(exchange.number_of_rows, exchange.number_of_rows)
        entry = plan.write(reason)
    notices = (*exchange.notices, *plan.notices())
    return ImportResult(**plan.counts, notices=notices, entry=None if dry_run else entry)
