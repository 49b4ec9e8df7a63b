"""The record of acts read again: whether every line is still as it was written."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agencies.audited import canonical
from agencies.models import (
    AuditLine,
    Deed,
    Entry,
    EntryKind,
    Reorganisation,
    RosterRecord,
    StatusRecord,
    Succession,
    User,
)
from agencies.vietnamese import fold

LINE = (
    "at",
    "by_id",
    "deed",
    "model",
    "row",
    "words_digest",
    "origin_digest",
    "entry_id",
    "content",
    "previous",
)
WORDS = ("words_salt", "words", "before", "after")
ORIGIN = ("origin_salt", "origin")
# What is hashed of what an act of recording wrote. A field that comes later is a second form
# beside this one: lines written before it cannot speak of it.
ENTRY = ("id", "at", "by_id", "kind", "reason", "undoes_id", "loaded_at")
DATED = ("id", "agency_id", "agency__code", "valid_from", "valid_to")
ROSTER = (*DATED, "name", "group_id", "parent_id", "gso_code", "name_origin")
# The second form: said of the rows that have it, and so of none that was written before it.
ROSTER_LATER = ("province_id",)
STATUS = (
    *DATED,
    "stage",
    "edition_id",
    "working_toward_id",
    "decision_number",
    "decision_date",
    "effective_date",
    "signer",
    "scope",
    "procedures",
    "declaration",
    "redeclaration_reason",
    "note",
    "source",
    "evidence_id",
)
EVENT = (
    "id",
    "decree_number",
    "takes_effect_on",
    "decree_date",
    "title",
    "notice",
    "document_id",
)
SUCCESSION = ("id", "predecessor_id", "successor_id", "kind", "first_status")
DATED_MODELS: dict[str, Any] = {
    "rosterrecord": RosterRecord,
    "statusrecord": StatusRecord,
    "reorganisation": Reorganisation,
    "succession": Succession,
}
Rows = dict[int, dict[str, list[Any]]]
BATCH = 500
LONGEST_SEARCH = 2_000  # characters


def hash_of(line: Any) -> str:
    """Return the SHA-256 of a line with the one before it."""
    said = {name: _plain(getattr(line, name)) for name in LINE}
    return sha256(canonical(said).encode()).hexdigest()


def words_digest_of(line: Any) -> str:
    """Return the salted SHA-256 of what a line says in words, which can be erased."""
    said = canonical({name: getattr(line, name) for name in WORDS})
    return sha256(said.encode()).hexdigest()


def origin_digest_of(line: Any) -> str:
    """Return the salted SHA-256 of where an act came from, which can be erased."""
    said = canonical({name: getattr(line, name) for name in ORIGIN})
    return sha256(said.encode()).hexdigest()


def contents_of(entries: Sequence[Any], models: Mapping[str, Any] | None = None) -> dict[int, str]:
    """Return the SHA-256 of what each act of recording wrote: its rows, and which it superseded.

    `models` are those of a migration, by name; else the present ones.
    """
    pks = {entry.pk for entry in entries}
    written: Rows = defaultdict(lambda: defaultdict(list))
    later = () if models else ROSTER_LATER  # a migration's models do not have it yet
    _add_dated(written, "rosterrecord", _rows(models, "rosterrecord"), ROSTER, pks, later=later)
    _add_dated(written, "statusrecord", _rows(models, "statusrecord"), STATUS, pks)
    if any(entry.kind == EntryKind.REORGANISATION for entry in entries):
        _add_events(written, models, pks)
    texts = {
        entry.pk: canonical({"entry": _values(entry, ENTRY), **written[entry.pk]})
        for entry in entries
    }
    return {pk: sha256(text.encode()).hexdigest() for pk, text in texts.items()}


def _rows(models: Mapping[str, Any] | None, name: str) -> Any:
    found = (models or DATED_MODELS)[name]._base_manager
    return found.order_by("pk")


def _add_dated(
    written: Rows,
    name: str,
    rows: Any,
    fields: Sequence[str],
    pks: set[int],
    *,
    later: Sequence[str] = (),
) -> None:
    """Add the rows of a history that acts recorded, and the numbers of those they superseded."""
    touched = rows.filter(Q(recorded__in=pks) | Q(superseded__in=pks))
    for row in touched.values("recorded_id", "superseded_id", *fields, *later):
        if row["recorded_id"] in pks:
            said = [_plain(row[field]) for field in fields]
            said += [[field, row[field]] for field in later if row[field] is not None]
            written[row["recorded_id"]][name].append(said)
        if row["superseded_id"] in pks:
            written[row["superseded_id"]][f"{name} superseded"].append(row["id"])


def _add_events(written: Rows, models: Mapping[str, Any] | None, pks: set[int]) -> None:
    for row in _rows(models, "reorganisation").filter(entry__in=pks).values("entry_id", *EVENT):
        written[row["entry_id"]]["event"] = [_plain(row[field]) for field in EVENT]
    steps = _rows(models, "succession").filter(reorganisation__entry__in=pks)
    for row in steps.values("reorganisation__entry", *SUCCESSION):
        said = [_plain(row[field]) for field in SUCCESSION]
        written[row["reorganisation__entry"]]["successions"].append(said)


def _values(row: Any, names: Iterable[str]) -> list[Any]:
    return [_plain(getattr(row, name)) for name in names]


def _plain(value: Any) -> Any:
    # Both databases keep microseconds; each gives the moment back in a zone of its own liking.
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def found_by(line: Any) -> str:
    """Return what a line is found by: its words, account and values, without marks."""
    said: list[str] = [line.words, line.entry.reason if line.entry else ""]
    for values in (line.before, line.after):
        said += [str(value) for value in json.loads(values).values() if value is not None]
    return fold(" ".join(said))[:LONGEST_SEARCH]


def last_line() -> str:
    """Return the SHA-256 of the last line, empty before the first."""
    return AuditLine.objects.order_by("-pk").values_list("sha256", flat=True).first() or ""


def is_mark_of(noted: str, rows: "QuerySet[Any]") -> bool:
    """Say whether a SHA-256 that somebody noted is that of one of the rows."""
    mark = noted.strip().lower()
    # Anything else no database can even be asked for: a NUL, half a character.
    return mark.isascii() and mark.isalnum() and rows.filter(sha256=mark).exists()


def lost_line(noted: str | None) -> Iterator[str]:
    """Yield that a line noted outside the database is no longer in the chain."""
    if noted and not is_mark_of(noted, AuditLine.objects.all()):
        said = _("The line %(line)s, noted before, is no longer in the record of acts.")
        yield said % {"line": noted}


def broken_lines() -> Iterator[str]:
    """Yield what is wrong with the record of acts: altered, removed, an act without a line."""
    before, erasures = "", _erasures()
    for lines in _batches():
        contents = contents_of([line.entry for line in lines if line.entry])
        for line in lines:
            told = {"pk": line.pk, "words": line.words or line.get_deed_display()}
            if line.previous != before:
                yield _("A line is missing in the record of acts before line %(pk)d.") % told
            if hash_of(line) != line.sha256:
                yield _("Altered since it was written: line %(pk)d (%(words)s)") % told
            yield from _altered_words(line, told, erasures)
            if line.words_digest == words_digest_of(line) and line.search_text != found_by(line):
                yield _("What line %(pk)d (%(words)s) is found by does not follow from it.") % told
            if line.entry_id and contents[line.entry_id] != line.content:
                yield _(
                    "Altered since it was recorded: what line %(pk)d tells of, act %(entry)d"
                ) % {
                    "pk": line.pk,
                    "entry": line.entry_id,
                }
            before = line.sha256
    for entry in Entry.objects.filter(audit_line=None).order_by("pk"):
        yield _("Without a line in the record of acts: act %(entry)d (%(words)s)") % {
            "entry": entry.pk,
            "words": entry,
        }


@dataclass(frozen=True)
class Erasure:
    """An account's personal data erased: the line that says so, and the lines it took words of."""

    line: int
    account: int
    lines: frozenset[int]

    def took_words(self, line: AuditLine) -> bool:
        """Return whether it made the words of a line empty."""
        return line.pk < self.line and line.pk in self.lines

    def took_origin(self, line: AuditLine) -> bool:
        """Return whether the line is an act of the account, or about it or its names."""
        is_about = (line.model, line.row) == (User._meta.label_lower, str(self.account))
        is_its = line.by_id == self.account or is_about or line.pk in self.lines
        return line.pk < self.line and is_its


def _erasures() -> list[Erasure]:
    lines = AuditLine.objects.filter(deed=Deed.ERASED).order_by("pk")
    return [
        Erasure(line.pk, int(line.row), frozenset(json.loads(line.after)["lines"]))
        for line in lines
        if line.words_digest == words_digest_of(line)
    ]


def _altered_words(
    line: AuditLine, told: Mapping[str, object], erasures: Sequence[Erasure]
) -> Iterator[str]:
    """Yield that words differ from their digest, or were made empty without an erasure."""
    if line.words_salt:
        is_whole = words_digest_of(line) == line.words_digest
    else:
        is_whole = any(erasure.took_words(line) for erasure in erasures)
        is_whole &= not (line.words or line.before or line.after)
    if line.origin_salt:
        is_whole &= origin_digest_of(line) == line.origin_digest
    else:
        is_whole &= any(erasure.took_origin(line) for erasure in erasures) and not line.origin
    if not is_whole:
        yield _("Altered since it was written: the words of line %(pk)d (%(words)s)") % told


def _batches() -> Iterator[list[AuditLine]]:
    last = 0
    while True:
        rows = AuditLine.objects.select_related("entry").filter(pk__gt=last).order_by("pk")
        lines = list(rows[:BATCH])
        if not lines:
            return
        yield lines
        last = lines[-1].pk
