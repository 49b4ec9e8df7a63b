"""Who may do what: the one table of roles and acts."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


class Role(TextChoices):
    """What a person is to the office."""

    OFFICER = "officer", _("standards officer")
    HEAD = "head", _("department head")
    ADMINISTRATOR = "administrator", _("administrator")
    CONTACT = "contact", _("agency contact")


class Act(StrEnum):
    """What a person can do on the site."""

    VIEW = "view"
    RECORD = "record"
    ADMINISTER = "administer"
    AUDIT = "audit"  # read the record of acts
    REPORT = "report"  # for the own agency alone


class Person(Protocol):
    """Whoever asks: an account with a role, or somebody not signed in, without one."""

    @property
    def is_active(self) -> bool:
        """Say whether the account may sign in."""


ALLOWED: dict[Act, frozenset[str]] = {
    Act.VIEW: frozenset({Role.OFFICER, Role.HEAD, Role.ADMINISTRATOR}),
    Act.RECORD: frozenset({Role.OFFICER}),
    Act.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    Act.AUDIT: frozenset({Role.HEAD, Role.ADMINISTRATOR}),
    Act.REPORT: frozenset({Role.CONTACT}),
}
# What is common to all provinces, and so not for an account that keeps one.
OF_ALL = frozenset({Act.ADMINISTER, Act.AUDIT})


def may(user: Person, act: Act) -> bool:
    """Say whether the person's role allows the act; nobody signed in may do nothing."""
    if act in OF_ALL and getattr(user, "province_id", None) is not None:
        return False
    return user.is_active and getattr(user, "role", "") in ALLOWED[act]


def of_all_provinces(view: Callable[P, R]) -> Callable[P, R]:
    """Keep a view about what is common to all provinces from accounts that keep one."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        request: Any = args[0]
        if getattr(request.user, "province_id", None) is not None:
            raise PermissionDenied
        return view(*args, **kwargs)

    return guarded


def allowed_to(act: Act) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view answer only those whose role allows the act; others get a 403 page."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            request: Any = args[0]
            assert isinstance(request, HttpRequest)
            if not may(request.user, act):
                raise PermissionDenied
            return view(*args, **kwargs)

        return guarded

    return decorate
