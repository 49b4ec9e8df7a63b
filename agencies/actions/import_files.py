"""Keeping a workbook from its preview to its import, and importing what was ticked."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.actions.entries import refuse_stale_of, write_lock
from agencies.actions.files import stored
from agencies.actions.import_plan import tell_nobody
from agencies.actions.import_preview import Preview, key_of, preview_rows
from agencies.actions.imports import ImportResult, import_rows
from agencies.exchange import (
    AGENCY_SHEET,
    GROUP_SHEET,
    STATUS_SHEET,
    BadWorkbook,
    ExchangeFile,
    Problem,
    read_exchange_file,
    shown,
)
from agencies.models import Agency, Edition, Entry, Upload, User
from agencies.models.uploads import random_place

KEPT_FOR = timedelta(days=1)
MOST_ROWS = 20_000  # that one form takes


def keep_upload(*, file: "File[bytes]", by: User) -> Upload:
    """Keep a workbook that can be read; remove those whose day is over.

    Raises:
        BadWorkbook: nothing of it can be read, or it is too long for a form.
    """
    exchange = read_exchange_file(file.file, editions=Edition.objects.all())  # type: ignore[arg-type]
    if exchange.number_of_rows > MOST_ROWS:
        said = _("The file has %(rows)d rows; at most %(most)d are imported here at once.")
        told = said % {"rows": exchange.number_of_rows, "most": MOST_ROWS}
        raise BadWorkbook([Problem(None, None, None, told, "")])
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    stamp = exchange.stamp if exchange.stamp and exchange.stamp.entry <= last else None
    upload = Upload(
        name=shown(file.name, 100) or "?",
        kept_at=timezone.now(),
        by=by,
        since=stamp.entry if stamp else last,
        has_stamp=stamp is not None,
    )
    return store(upload, file)


def store(upload: Upload, file: Any) -> Upload:
    """Store an uploaded file for a day, and remove those whose day is over."""
    file.seek(0)
    with stored(upload, random_place(upload, ""), file), write_lock():
        remove_old()
        upload.save()
    return upload


def remove_old() -> None:
    """Remove workbooks after their day; their files once that is certain."""
    for upload in Upload.objects.filter(kept_at__lt=timezone.now() - KEPT_FOR):
        for name in (str(upload.file.name), f"{upload.file.name}.progress"):
            remove = partial(upload.file.storage.delete, name)
            transaction.on_commit(remove, robust=True)
        upload.delete()


def read_upload(upload: Upload) -> ExchangeFile:
    """Return what a kept workbook says with the words chosen for it."""
    with upload.file.open("rb") as file:
        return read_exchange_file(
            file.file,
            editions=Edition.objects.all(),
            aliases=upload.choices,
        )


def preview_upload(*, upload: Upload, by: User) -> Preview:
    """Return what the rows of a kept workbook would do."""
    return preview_rows(exchange=read_upload(upload), by=by, since=upload.since)


def choose_words(*, upload: Upload, chosen: Mapping[str, str]) -> None:
    """Keep the words chosen in the place of unknown ones; an empty one is not chosen yet."""
    with write_lock():
        upload.refresh_from_db()
        upload.choices |= {key: word for key, word in chosen.items() if word}
        upload.save(update_fields=["choices"])


def import_upload(
    *,
    upload: Upload,
    take: Collection[str],
    by: User,
    reason: str,
    seen: int,
    tell: Callable[[int, int], None] = tell_nobody,
) -> ImportResult:
    """Write the rows ticked (`PreviewRow.key`) of a kept workbook, under one Entry.

    Rows not ticked and rows in error are not written. A workbook is imported once.

    Raises:
        BadWorkbook: the rows ticked do not stand without others; nothing was written.
        StaleForm: somebody recorded something of their agencies after the Entry `seen`.
        ValidationError: no row is ticked, or it is imported already.
    """
    exchange = read_upload(upload)
    if any(problem.row is None for problem in exchange.problems):
        raise BadWorkbook(exchange.problems)
    ticked = only(exchange, take)
    if not ticked.number_of_rows:
        raise ValidationError(_("Tick at least one row."))
    with write_lock():
        upload.refresh_from_db()
        if upload.imported_at is not None:
            raise ValidationError(_("This workbook is imported already."))
        codes = {line.code for line in ticked.agencies} | {s.code for s in ticked.statuses}
        refuse_stale_of(Agency.objects.filter(code__in=codes), seen)
        result = import_rows(exchange=ticked, by=by, reason=reason, tell=tell, asks_for_names=True)
        upload.imported_at, upload.entry = timezone.now(), result.entry
        upload.result = _figures(result)
        upload.save(update_fields=["imported_at", "entry", "result"])
    return result


def only(exchange: ExchangeFile, take: Collection[str]) -> ExchangeFile:
    """Return a workbook of the rows ticked alone, of agencies of which no row is unreadable."""
    keys, spoiled = frozenset(take), exchange.spoiled
    return replace(
        exchange,
        groups=[x for x in exchange.groups if key_of(GROUP_SHEET.title, x.row) in keys],
        agencies=[
            x
            for x in exchange.agencies
            if key_of(AGENCY_SHEET.title, x.row) in keys and x.code not in spoiled
        ],
        statuses=[
            x
            for x in exchange.statuses
            if key_of(STATUS_SHEET.title, x.row) in keys and x.code not in spoiled
        ],
        problems=[],
        spoiled=set(),
        spoiled_groups=set(),
    )


def _figures(result: ImportResult) -> dict[str, Any]:
    return {name: value for name, value in vars(result).items() if name not in ("notices", "entry")}
