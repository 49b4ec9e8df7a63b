"""The hidden stamp of a workbook: which question it answered, and what was known then.

It stands in cells of a hidden sheet and not among the properties of the document, because
LibreOffice and Google Sheets hand sheets on and not every property.
"""

from dataclasses import dataclass
from datetime import date

from django.core import signing

SALT = "agencies.exchange.stamp"
NOTES_SHEET = "Hướng dẫn"
STAMP_SHEET = "Dấu"
STAMP_ROW, STAMP_COLUMN = 1, 1  # as Excel counts them


@dataclass(frozen=True)
class Stamp:
    """The day asked about, and the id of the last Entry that was known."""

    day: date
    entry: int

    def packed(self) -> str:
        """Return the stamp as a signed text: one of another office's is none."""
        return signing.dumps([self.day.isoformat(), self.entry], salt=SALT)


def unpacked(text: str) -> Stamp | None:
    """Return what `Stamp.packed` made, None for any other text."""
    try:
        day, entry = signing.loads(text.strip(), salt=SALT)
    except signing.BadSignature:
        return None
    return Stamp(date.fromisoformat(day), entry)
