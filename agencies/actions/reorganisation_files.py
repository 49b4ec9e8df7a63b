"""Keeping the file of a reorganisation from its preview to its being applied."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.actions.entries import write_lock
from agencies.actions.import_files import store
from agencies.actions.reorganisation import apply_reorganisation
from agencies.exchange import shown
from agencies.exchange.reorganisation import PlanFile, read_plan_file
from agencies.models import Entry, Reorganisation, Upload, User


def keep_plan_file(*, file: "File[bytes]", by: User) -> Upload:
    """Keep the file of a reorganisation that can be read; files of old go after their day.

    Raises:
        BadWorkbook: something in it is wrong; all problems are told.
    """
    content: Any = file.file
    called = Path(file.name or "")
    read_plan_file(content, called.name)
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    upload = Upload(
        name=f"{shown(called.stem, 80) or '?'}{called.suffix.lower()[:10]}",
        kept_at=timezone.now(),
        by=by,
        since=last,
        has_stamp=False,
    )
    return store(upload, file)


def read_kept_plan(upload: Upload) -> PlanFile:
    """Return what a kept file says; errors as `keep_plan_file`."""
    with upload.file.open("rb") as file:
        return read_plan_file(file.file, upload.name)


def apply_plan_file(
    *, upload: Upload, by: User, seen: int | None = None, document_id: int | None = None
) -> Reorganisation:
    """Apply the reorganisation of a kept file; a file is applied once.

    Raises:
        ValidationError, StaleForm: as `apply_reorganisation`, or it is applied already.
    """
    plan = replace(read_kept_plan(upload).plan, document_id=document_id)
    with write_lock():
        upload.refresh_from_db()
        if upload.imported_at is not None:
            raise ValidationError(_("This file is applied already."))
        event = apply_reorganisation(plan=plan, by=by, seen=seen)
        upload.imported_at, upload.entry = timezone.now(), event.entry
        upload.save(update_fields=["imported_at", "entry"])
    return event
