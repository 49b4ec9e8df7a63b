"""What stands on record, counted, and every invariant read again."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.core.management import CommandError, call_command, get_commands
from django.db import connections
from django.utils import timezone, translation

from agencies.asof import AsOf
from agencies.models import (
    Agency,
    Entry,
    Reorganisation,
    RosterRecord,
    StatusRecord,
    Upload,
    edition_asked_about,
)
from agencies.models.evidence import FOLDER
from reports import rollups
from reports.models import OutgoingNumber, Seal, Submission, SubmissionFile

# The record of acts has its command where the tree has it.
CHECKS = ("check_history", "check_submissions", "audit_verify")
COUNTED = {
    "entries": Entry,
    "agencies": Agency,
    "roster": RosterRecord,
    "statuses": StatusRecord,
    "reorganisations": Reorganisation,
    "submissions": Submission,
    "files": SubmissionFile,
    "numbers": OutgoingNumber,
    "seals": Seal,
}
State = dict[str, int]


def fresh_view() -> None:
    """Forget connections and kept answers: the database may have been put back since."""
    connections.close_all()
    for cache in caches.all():
        cache.clear()


def state() -> State:
    """Count what acts change: rows, rows superseded, imports, and the figures of today."""
    fresh_view()
    counts = {name: model._default_manager.count() for name, model in COUNTED.items()}
    for model in (RosterRecord, StatusRecord):
        rows = model._default_manager.filter(superseded__isnull=False)
        counts[f"{model.__name__} superseded"] = rows.count()
    counts["imports"] = Upload.objects.filter(imported_at__isnull=False).count()
    today = timezone.localdate()
    total = rollups.by_group(AsOf(today, timezone.now()), edition_asked_about(today)).total
    figures = {"converted": total.converted, "total": total.total}
    connections.close_all()
    return counts | figures


def difference(before: State, after: State) -> State:
    """Return what changed, by name."""
    return {name: after[name] - before[name] for name in before if after[name] != before[name]}


def broken_invariants() -> Iterator[str]:
    """Yield what the checks of the history, the sent reports and the acts find wrong."""
    fresh_view()
    known = get_commands()
    for name in CHECKS:
        if name in known and (said := complaint(name)):
            yield f"{name}: {said}"
    for line in wrong_documents():
        if not _is_stray(line):
            yield f"check_evidence: {line}"
    connections.close_all()


def complaint(command: str, *arguments: str) -> str:
    """Return what a check finds wrong, nothing where all is well."""
    try:
        with translation.override("en"):
            call_command(command, *arguments, stdout=StringIO())
    except CommandError as wrong:
        return str(wrong)
    return ""


def wrong_documents() -> list[str]:
    """Return what `check_evidence` finds, line by line."""
    return complaint("check_evidence").splitlines()


def _is_stray(line: str) -> bool:
    """Say whether a line names a file of no record: what a killed upload leaves, lost to nobody."""
    return line.startswith("On record nowhere: ")


def strays() -> int:
    """Return how many files killed uploads have left."""
    return sum(map(_is_stray, wrong_documents()))


def strays_that_stay() -> str:
    """Clear away what killed uploads left, as an office does after a day; return what remains."""
    yesterday = time.time() - timedelta(days=2).total_seconds()
    for file in (Path(settings.MEDIA_ROOT) / FOLDER).glob("*"):
        os.utime(file, (yesterday, yesterday))
    fresh_view()
    said = complaint("check_evidence", "--remove-strays")
    connections.close_all()
    return said
