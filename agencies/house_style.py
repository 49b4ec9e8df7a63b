"""Figures and dates as Vietnamese offices print them (Decree 30/2020/NĐ-CP and habit)."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.utils import formats, timezone

DASH = "—"


def count(number: int, *, two_digits: bool | None = None) -> str:
    """Return a count: two digits below ten where the office prints so, grouped by thousands.

    `two_digits` is for figures of another time, printed as the office printed then.
    """
    wanted = settings.TWO_DIGIT_FIGURES if two_digits is None else two_digits
    if wanted and 0 <= number < 10:
        return f"{number:02d}"
    if -1000 < number < 1000:
        return str(number)
    # Django's Vietnamese formats name the dot between thousands, but not where it goes.
    return f"{number:,}".replace(",", str(formats.get_format("THOUSAND_SEPARATOR")))


def signed_count(number: int) -> str:
    """Return a difference with its sign; no difference is ±0 without a second digit."""
    if number == 0:
        return "±0"
    return ("+" if number > 0 else "−") + count(abs(number))


def fraction(part: int, total: int) -> str:
    """Return part/total, a dash where the total is 0 (nothing to be counted)."""
    return f"{count(part)}/{count(total)}" if total else DASH


def percent_value(part: int, total: int) -> Decimal | None:
    """Return 100·part/total rounded half up to two decimals, None where the total is 0."""
    if not total:
        return None
    return (Decimal(100 * part) / Decimal(total)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def percent(part: int, total: int) -> str:
    """Return the percentage with the reader's decimal mark, a dash where the total is 0."""
    value = percent_value(part, total)
    return DASH if value is None else f"{formats.number_format(value, 2, use_l10n=True)}%"


def short_date(day: date | None) -> str:
    """Return 05/03/2014, nothing for no date."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}" if day else ""


def last_day(end: date | None) -> str:
    """Return the last day of a span that ends before `end`, an ellipsis while it lasts."""
    return short_date(end - timedelta(days=1)) if end else "…"


def long_date(day: date) -> str:
    """Return "ngày 05 tháng 3 năm 2014": days below 10 and months 1 and 2 take a zero."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def moment(at: datetime) -> str:
    """Return a moment in the office's time zone, 12/11/2021 16:40."""
    return timezone.localtime(at).strftime("%d/%m/%Y %H:%M")
