"""A day and a moment of knowledge, asked together."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self

from django.utils import timezone


@dataclass(frozen=True)
class AsOf:
    """What held on `day`, as far as the office knew at `known_at` (an aware datetime)."""

    day: date
    known_at: datetime

    def __post_init__(self) -> None:
        if timezone.is_naive(self.known_at):
            raise ValueError("known_at needs an offset from UTC")

    @classmethod
    def now(cls) -> Self:
        """Today in the office's time zone, with all that is known by now."""
        return cls(timezone.localdate(), timezone.now())

    def on(self, day: date) -> "AsOf":
        """Return the question for another day with the same knowledge."""
        return AsOf(day, self.known_at)

    @property
    def is_still_to_come(self) -> bool:
        """Say whether nobody can vouch yet for what held then, or was known then."""
        return self.day > timezone.localdate() or self.known_at > timezone.now()

    @property
    def known_at_utc(self) -> str:
        """Return `known_at` as a permalink writes it: ISO 8601 in UTC with Z."""
        return self.known_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
