"""Keeping documents, and letting go of those that nothing came to name."""

import hashlib
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone

from agencies.actions.entries import write_lock
from agencies.content import clean_name, kind_of
from agencies.models import Evidence, User
from agencies.models.evidence import is_unnamed

# How long a document waits for the record that is to name it; forms hold it half as long.
WAITS = timedelta(days=1)


def keep_evidence(*, file: "File[bytes]", by: User) -> Evidence:
    """Keep a document, before any record names it; remove those that waited in vain.

    The same content kept twice is two documents: each has its own sender and name.

    Raises:
        ValidationError: it is empty, too large, or of a kind that is not kept.
    """
    kind = kind_of(file)
    evidence = Evidence(
        name=clean_name(file.name or "", kind),
        kind=kind,
        size=file.size,
        sha256=sha256_of(file),
        kept_at=timezone.now(),
        by=by,
    )
    evidence.clean_fields(exclude=["file", "by"])
    file.seek(0)
    evidence.file.save("", file, save=False)
    try:
        with write_lock():
            _remove_forgotten()
            evidence.save()
    except BaseException:
        _remove_file(evidence.file.storage, evidence.file.name)
        raise
    return evidence


def sha256_of(file: "File[bytes]") -> str:
    """Return the SHA-256 of a file in hexadecimal digits, read in pieces."""
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    return digest.hexdigest()


def _remove_forgotten() -> None:
    """Remove documents that nothing on record named in time; their files once that is certain."""
    since = timezone.now() - WAITS
    forgotten = Evidence.objects.filter(is_unnamed(), kept_at__lt=since)
    for evidence in forgotten:
        remove = partial(_remove_file, evidence.file.storage, evidence.file.name)
        transaction.on_commit(remove, robust=True)
        evidence.delete()


def _remove_file(storage: Any, name: str | None) -> None:
    if name:
        storage.delete(name)
