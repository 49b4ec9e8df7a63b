"""Keeping documents, and letting go of those that nothing came to name."""

import hashlib
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from agencies.actions.audit import changing, note_gone
from agencies.actions.entries import write_lock
from agencies.actions.files import stored
from agencies.content import clean_name, kind_of
from agencies.models import Evidence, User
from agencies.models.evidence import FOLDER, random_place

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
    with stored(evidence, random_place(evidence, ""), file), write_lock():
        _remove_forgotten(by)
        with changing(evidence, by=by):
            evidence.save()
    return evidence


def remove_strays() -> list[str]:
    """Remove files on record nowhere, a day old or older; return their names.

    A process that is killed between a file and its row leaves such a one. Nothing can come to
    name it any more: the row would have been written by the same request.
    """
    since = timezone.now() - WAITS
    with write_lock():
        named = set(Evidence.objects.values_list("file", flat=True))
        strays = [name for name in kept_files() if name not in named]
        old = [name for name in strays if default_storage.get_modified_time(name) < since]
        for name in old:
            default_storage.delete(name)
    return old


def kept_files() -> list[str]:
    """Return the names of all files in the folder of documents."""
    if not default_storage.exists(FOLDER):
        return []
    return [f"{FOLDER}/{name}" for name in sorted(default_storage.listdir(FOLDER)[1])]


def sha256_of(file: "File[bytes]") -> str:
    """Return the SHA-256 of a file in hexadecimal digits, read in pieces."""
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    return digest.hexdigest()


def _remove_forgotten(by: User) -> None:
    """Remove documents that nothing on record named in time; their files once that is certain."""
    since = timezone.now() - WAITS
    for evidence in Evidence.objects.filter(kept_at__lt=since).unnamed():
        remove = partial(_remove_file, evidence.file.storage, evidence.file.name)
        transaction.on_commit(remove, robust=True)
        note_gone([evidence], by=by)
        evidence.delete()


def _remove_file(storage: Any, name: str | None) -> None:
    if name:
        storage.delete(name)
