"""Who has a second factor, who must have one, and what its codes are.

The codes are RFC 6238's, by django-allauth's mfa part, which also keeps the rows; its pages are
not served (docs/adr/0023).
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from cryptography.fernet import InvalidToken
from django.core.cache import caches
from django.utils import timezone

from agencies.models import SecondFactorDuty, User

DUTY_KEPT = 60  # seconds that each process goes on by the duty it read
DUTY_KEY = "second-factor-duty"


@dataclass(frozen=True)
class Factor:
    """An account's second factor, as its page shows it."""

    since: datetime
    last_used_at: datetime | None
    codes_left: int


def factor_of(user: User) -> Factor | None:
    """Return the account's second factor, None where it has none."""
    rows = {row.type: row for row in Authenticator.objects.filter(user=user)}
    totp = rows.get(Authenticator.Type.TOTP)
    if totp is None:
        return None
    codes = rows.get(Authenticator.Type.RECOVERY_CODES)
    return Factor(totp.created_at, totp.last_used_at, len(unused_codes(codes)))


def has_factor(user: User) -> bool:
    """Say whether the account signs in with a second factor."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def unused_codes(codes: Authenticator | None) -> list[str]:
    """Return the recovery codes not used yet; none that a lost SECRET_KEY hides."""
    try:
        return list(codes.wrap().get_unused_codes()) if codes else []
    except InvalidToken:
        return []


def is_required(user: User) -> bool:
    """Say whether the account's role must sign in with a second factor today.

    Each process reads the duty once a minute: every page asks.
    """
    roles = caches["accounts"].get(DUTY_KEY)
    if roles is None:
        today = timezone.localdate()
        duties = SecondFactorDuty.objects.filter(required_from__lte=today)
        roles = list(duties.values_list("role", flat=True))
        caches["accounts"].set(DUTY_KEY, roles, DUTY_KEPT)
    return user.role in roles


def new_secret() -> str:
    """Return a new secret, hidden as the database hides it."""
    return str(get_adapter().encrypt(generate_totp_secret()))


def shown_secret(hidden: str) -> str:
    """Return a secret as it is typed into an app: groups of four."""
    secret = get_adapter().decrypt(hidden)
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def app_address(user: User, hidden: str) -> str:
    """Return the address that an app on this very device opens."""
    adapter = get_adapter()
    return str(adapter.build_totp_url(user, adapter.decrypt(hidden)))


def picture(address: str) -> str:
    """Return an address's QR code as the address of an SVG picture, without a further request."""
    drawn = get_adapter().build_totp_svg(address).encode()
    return f"data:image/svg+xml;base64,{b64encode(drawn).decode()}"


def step_of(hidden: str, code: str) -> int | None:
    """Return the step of time that a code is of, None for a code of no present step."""
    try:
        secret = get_adapter().decrypt(hidden)
    except InvalidToken:
        return None
    for step in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return int(step)
    return None
