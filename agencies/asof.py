"""A day, a moment of knowledge and whom it is about, asked together."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Self

from django.utils import timezone


@dataclass(frozen=True)
class AsOf:
    """What held on `day`, as far as the office knew at `known_at` (an aware datetime).

    `duty_only` asks for those agencies alone that had a duty on the day, `provinces` for those
    of some provinces on the day, by their ids in order; none given is every agency on record.
    """

    day: date
    known_at: datetime
    duty_only: bool = False
    provinces: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if timezone.is_naive(self.known_at):
            raise ValueError("known_at needs an offset from UTC")

    @classmethod
    def now(cls) -> Self:
        """Today in the office's time zone, with all that is known by now."""
        return cls(timezone.localdate(), timezone.now())

    def known_by(self, known_at: datetime) -> "AsOf":
        """Return the question with another moment of knowledge, all else the same."""
        return replace(self, known_at=known_at)

    def on(self, day: date) -> "AsOf":
        """Return the question for another day, all else the same."""
        return replace(self, day=day)

    @property
    def everyone(self) -> "AsOf":
        """Return the question about every agency, with a duty or without."""
        return replace(self, duty_only=False)

    @property
    def is_still_to_come(self) -> bool:
        """Say whether nobody can vouch yet for what held then, or was known then."""
        return self.day > timezone.localdate() or self.known_at > timezone.now()

    @property
    def known_at_utc(self) -> str:
        """Return `known_at` as a permalink writes it: ISO 8601 in UTC with Z."""
        return self.known_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
