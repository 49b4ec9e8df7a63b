"""Putting the next seal on what was just told others."""

from reports.models import Seal
from reports.models.submissions import sha256_of
from reports.seals import Sealed, last_seal, name_of, seal_text


def put_seal(kept: Sealed) -> Seal:
    """Close a report with its files, a number or a publication with its figures.

    Call it inside `write_lock`, after everything of `kept` is written: two at once would seal
    behind the same link.
    """
    previous = last_seal()
    sha256 = sha256_of(seal_text(kept, previous).encode())
    return Seal.objects.create(**{name_of(kept): kept}, previous=previous, sha256=sha256)
