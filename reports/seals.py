"""Seals read again: whether what was told others is still what was sealed."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from reports.models import OutgoingNumber, Publication, Seal, Submission
from reports.models.submissions import sha256_of

REPORT = (
    "id",
    "title",
    "note",
    "as_of_day",
    "known_at",
    "compared_on",
    "edition_id",
    "entry_id",
    "schema",
    "sha256",
    "made_with",
    "obstacles",
    "reason",
    "at",
    "by_id",
)
FILE = ("id", "name", "content_type", "sha256", "size")
NUMBER = ("id", "submission_id", "number", "dated", "at", "by_id")
SOURCE = ("id", "source", "link", "as_of_day", "published_on", "entered_at", "loaded_at", "by_id")
FIGURE = (
    "id",
    "position",
    "quote",
    "group",
    "measure",
    "count",
    "denominator",
    "percent",
    "unit",
    "edition",
)
Sealed = Submission | OutgoingNumber | Publication
FIELDS = {"submission": "submission", "outgoingnumber": "outgoing", "publication": "publication"}


def seal_text(kept: Sealed, previous: str) -> str:
    """Return what the SHA-256 of a seal is taken of; `previous` is the seal before it.

    The migration that sealed what was there before seals came here too, with rows as they were
    then: whatever else is to be sealed one day is a second form beside this one.
    """
    return json.dumps(
        {"previous": previous, **_of(kept)}, default=_plain, ensure_ascii=False, sort_keys=True
    )


def name_of(kept: Sealed) -> str:
    """Return the field of a seal that names it."""
    return FIELDS[str(kept._meta.model_name)]


def _of(kept: Any) -> dict[str, Any]:
    match name_of(kept):
        case "submission":
            files = kept.files.defer("content").order_by("pk")
            return {"report": _values(kept, REPORT), "files": [_values(one, FILE) for one in files]}
        case "outgoing":
            return {"number": _values(kept, NUMBER)}
        case _:
            rows = kept.figures.order_by("pk")
            figures = [_values(one, FIGURE) for one in rows]
            return {"source": _values(kept, SOURCE), "figures": figures}


def _values(row: Model, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _plain(value: date | datetime) -> str:
    # Both databases keep microseconds; each gives the moment back in a zone of its own liking.
    return (value.astimezone(UTC) if isinstance(value, datetime) else value).isoformat()


def sealed_by(seal: Seal) -> Sealed:
    """Return what a seal was put on."""
    kept = seal.submission or seal.outgoing or seal.publication
    assert kept is not None, "the database refuses a seal of nothing"
    return kept


def fits(seal: Seal) -> bool:
    """Say whether what was sealed is still as it was."""
    return sha256_of(seal_text(sealed_by(seal), seal.previous).encode()) == seal.sha256


def is_intact(report: Submission) -> bool:
    """Say whether a sent report is as it was sealed: figures, facts, files' hashes, number."""
    parts: list[Sealed] = [report]
    if hasattr(report, "outgoing"):
        parts.append(report.outgoing)
    return report.is_whole and all(hasattr(part, "seal") and fits(part.seal) for part in parts)


def last_seal() -> str:
    """Return the last link of the chain, empty before the first."""
    found = Seal.objects.order_by("-pk").values_list("sha256", flat=True).first()
    return found or ""


def broken_seals() -> Iterator[str]:
    """Yield what is wrong with the chain: a link that does not fit, a link that is missing."""
    before = ""
    rows = Seal.objects.select_related("submission", "outgoing", "publication").order_by("pk")
    for seal in rows.iterator(chunk_size=50):
        if seal.previous != before:
            yield _("A link is missing in the chain of seals before seal %(pk)d.") % {"pk": seal.pk}
        if not fits(seal):
            yield _("Altered since it was sealed: %(what)s") % {"what": _told(sealed_by(seal))}
        before = seal.sha256
    for model in (Submission, OutgoingNumber, Publication):
        for kept in model._default_manager.filter(seal=None).order_by("pk"):
            yield _("Without a seal: %(what)s") % {"what": _told(kept)}


def _told(kept: Sealed) -> str:
    return f"{kept._meta.verbose_name} {kept.pk} ({kept})"
