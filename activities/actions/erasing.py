"""An account's personal data erased, while what it recorded stays under a number."""

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from activities.models import SentReminder
from agencies.actions import end_sessions, forget_person, write_lock
from agencies.models import FactorReset, OneTimeLink, Role, SignedIn, User
from agencies.models.people import SYSTEM_USERNAME
from agencies.permissions import Act, may


def erase_account(*, user: User, by: User) -> str:
    """Close an account for good and forget who bore it; return the name that it has from now on.

    Entries, reports and documents go on naming the account by its number. What was sent and
    what is in backups is not touched (docs/personal-data.md).

    Raises:
        ValidationError: `by` may not administer, it is their own account, the system's, or that of
            the last administrator.
    """
    if not may(by, Act.ADMINISTER) and by.username != SYSTEM_USERNAME:
        raise ValidationError(_("Only an administrator erases accounts."))
    if user.username == SYSTEM_USERNAME:
        raise ValidationError(_("Commands act under this account; it is nobody's."))
    if user.pk == by.pk:
        raise ValidationError(_("Nobody erases their own account."))
    if is_last_administrator(user):
        raise ValidationError(_("It is the last administrator; name another one first."))
    name = f"da-xoa-{user.pk}"
    with write_lock():
        forget_person(user=user, by=by, used=_ever_borne(user))
        _forget_mail(user, name)
        _forget_sign_ins(user)
        _forget_names(user, name)
    return name


def is_last_administrator(user: User) -> bool:
    """Say whether nobody else could administer the site without the account."""
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    return others.filter(pk=user.pk).exists() and not others.exclude(pk=user.pk).exists()


def _ever_borne(user: User) -> set[str]:
    past = user.history.values_list("username", "full_name", "email")
    return {user.username, user.full_name, user.email}.union(*past)


def _forget_mail(user: User, name: str) -> None:
    """Take the addresses that the account ever had out of the log of reminders."""
    used = {user.email, *user.history.values_list("email", flat=True)} - {""}
    # One word for each address: the same thing went to two of them on one day, maybe.
    for number, address in enumerate(sorted(used), 1):
        erased = f"{name}-{number}@invalid.example"
        SentReminder.objects.filter(recipient=address).update(recipient=erased)


def _forget_sign_ins(user: User) -> None:
    end_sessions(user=user)
    names = {user.username, *user.history.values_list("username", flat=True)}
    typed = Q(username__in=names)
    for attempts in (AccessAttempt, AccessFailureLog, AccessLog):
        attempts.objects.filter(typed).delete()
    for model in (Authenticator, FactorReset, OneTimeLink, SignedIn):
        model._default_manager.filter(user=user).delete()


def _forget_names(user: User, name: str) -> None:
    user.set_unusable_password()
    user.username, user.full_name, user.email, user.is_active = name, "", "", False
    user.save()
    user.history.update(username=name, full_name="", email="")
    kind = ContentType.objects.get_for_model(User)
    acts = LogEntry.objects.filter(content_type=kind, object_id=str(user.pk))
    acts.update(object_repr=name, change_message="")
