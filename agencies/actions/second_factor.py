"""A second factor: set up, asked for, given up, taken away."""

import time
from enum import Enum

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.actions.audit import note_act
from agencies.actions.entries import write_lock
from agencies.actions.sessions import end_sessions
from agencies.models import Deed, FactorReset, User
from agencies.second_factor import is_required, step_of, unused_codes

# Wrong codes of one account in an hour, from wherever. Who tries them knows the password already,
# so this lock keeps out a thief, and an honest bearer only while the password is in wrong hands.
MOST_WRONG, HOUR = 20, 3600
TOTP, RECOVERY = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES


class Answer(Enum):
    """What became of a code."""

    RIGHT = "right"
    RECOVERED = "recovered"
    WRONG = "wrong"
    BLOCKED = "blocked"


@write_lock()
def set_up_factor(*, by: User, hidden: str, code: str) -> list[str]:
    """Begin to ask for a second factor; return the recovery codes, shown this once.

    Raises:
        ValidationError: the code is not the secret's, or there is a factor already.
    """
    User.objects.select_for_update().get(pk=by.pk)
    step = step_of(hidden, code)
    if step is None:
        raise ValidationError(_("This is not the code that the app shows now."))
    if Authenticator.objects.filter(user=by, type=TOTP).exists():
        raise ValidationError(_("Your account has a second factor already."))
    Authenticator.objects.create(user=by, type=TOTP, data={"secret": hidden, "last_step": step})
    note_act(Deed.FACTOR_SET_UP, by=by, about=by)
    return _new_codes(by)


@write_lock()
def take_code(*, user: User, code: str) -> Answer:
    """Take a code of the app or a recovery code; each is taken once, in every process."""
    rows = {row.type: row for row in Authenticator.objects.select_for_update().filter(user=user)}
    totp = rows.get(TOTP)
    if totp is None:
        return Answer.WRONG
    now = int(time.time())
    wrong = [at for at in totp.data.get("wrong", []) if now - HOUR < at]
    if len(wrong) >= MOST_WRONG:
        return Answer.BLOCKED
    answer = Answer.WRONG
    step = step_of(totp.data["secret"], code)
    if step is not None and step > totp.data["last_step"]:
        totp.data["last_step"] = step
        totp.last_used_at = timezone.now()
        answer = Answer.RIGHT
    elif _is_recovery_code(rows.get(RECOVERY), code):
        answer = Answer.RECOVERED
        note_act(Deed.CODE_USED, by=user, about=user)
    totp.data["wrong"] = [*wrong, now] if answer is Answer.WRONG else []
    totp.save()
    return answer


def _is_recovery_code(codes: Authenticator | None, code: str) -> bool:
    try:
        return codes is not None and bool(codes.wrap().validate_code(code))
    except InvalidToken:
        return False


@write_lock()
def renew_codes(*, by: User) -> list[str]:
    """Put new recovery codes in the place of all earlier ones."""
    if not Authenticator.objects.filter(user=by, type=TOTP).exists():
        raise ValidationError(_("Your account has no second factor."))
    note_act(Deed.CODES_RENEWED, by=by, about=by)
    return _new_codes(by)


def _new_codes(user: User) -> list[str]:
    Authenticator.objects.filter(user=user, type=RECOVERY).delete()
    return unused_codes(RecoveryCodes.activate(user).instance)


@write_lock()
def give_up_factor(*, by: User) -> None:
    """Ask for the password alone from now on.

    Raises:
        ValidationError: the account's role needs a second factor.
    """
    if is_required(by):
        raise ValidationError(_("Your role needs a second factor; it cannot be turned off."))
    if Authenticator.objects.filter(user=by).delete()[0]:
        note_act(Deed.FACTOR_GIVEN_UP, by=by, about=by)


@write_lock()
def reset_factor(*, user: User, reason: str, by: User) -> FactorReset:
    """Take somebody's second factor away and end their sessions; they are told at next sign-in.

    Raises:
        ValidationError: there is none, or no reason is given.
    """
    gone, _rows = Authenticator.objects.filter(user=user).delete()
    if not gone:
        raise ValidationError(_("This account has no second factor."))
    told = FactorReset(user=user, by=by, reason=reason.strip())
    told.full_clean()
    told.save()
    end_sessions(user=user)
    note_act(Deed.FACTOR_RESET, by=by, about=user, said={"reason": told.reason})
    return told


def told_resets(*, by: User) -> list[FactorReset]:
    """Return what was taken away and not told yet; from now on it is told."""
    resets = list(FactorReset.objects.filter(user=by, told_at=None).select_related("by"))
    if resets:
        now = timezone.now()
        FactorReset.objects.filter(pk__in=[row.pk for row in resets]).update(told_at=now)
    return resets
