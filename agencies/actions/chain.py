"""Adding lines to the chain of the record of acts; call it inside `write_lock` alone."""

from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from django.utils import timezone

from agencies.audit import contents_of, found_by, hash_of, origin_digest_of, words_digest_of
from agencies.audited import writable
from agencies.models import AuditLine, Entry
from agencies.models.audit import LONGEST_WORDS
from agencies.origin import origin


def add_lines(lines: Sequence[AuditLine]) -> None:
    """Put lines at the end of the chain, all of one moment, which never goes back."""
    if not lines:
        return
    last = AuditLine.objects.order_by("-pk").values_list("sha256", "at").first()
    previous, at = last or ("", timezone.now())
    at = max(at, timezone.now())
    for line in lines:
        line.at, line.origin = at, origin()
        line.words = writable(line.words, LONGEST_WORDS)
        add_digests(line)
        line.search_text = found_by(line)
        line.previous = previous
        previous = line.sha256 = hash_of(line)
    AuditLine.objects.bulk_create(lines, batch_size=200)


def add_digests(line: Any) -> None:
    """Give a line what its chain holds instead of words: digests, with salts that can be erased."""
    line.words_salt, line.origin_salt = token_hex(16), token_hex(16)
    line.words_digest, line.origin_digest = words_digest_of(line), origin_digest_of(line)


def add_entries(entries: Sequence[Entry]) -> None:
    """Put a line for each act of recording, over what it wrote."""
    if not entries:
        return
    contents = contents_of(entries)
    add_lines(
        [
            AuditLine(
                by=entry.by,
                deed=entry.kind,
                entry=entry,
                content=contents[entry.pk],
            )
            for entry in entries
        ]
    )
