"""What was typed into a form when its session had ended: carried through the sign-in.

Nothing of it is stored. The values travel in one hidden, signed field of the sign-in page, for
the account alone that the form was drawn for. After the sign-in the reader's own click sends
them to the form with DRAW_AGAIN, which shows the form as it was typed and records nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core import signing
from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound=Callable[..., HttpResponse])

CARRIED = "typed"  # the field of the sign-in page
DRAW_AGAIN = "draw_again"
TYPED_BY = "typed_by"  # the account that a form was drawn for
LEFT_OUT = {"csrfmiddlewaretoken", DRAW_AGAIN, TYPED_BY, CARRIED}
MOST = 200_000  # characters, names and values together
SALT = "agencies.typed"


def keeps_typed(view: View) -> View:
    """Mark the view of a form: what is typed into it outlives the session.

    Such a view records by `agencies.views.carry_out`, or by its like in another room, alone:
    they obey DRAW_AGAIN.
    """
    view.keeps_typed = True  # type: ignore[attr-defined]
    return view


@dataclass(frozen=True)
class Typed:
    """What was typed, where it was sent, and for whom the form was drawn."""

    address: str
    by: str
    values: list[tuple[str, str]]
    had_files: bool

    def is_by(self, user: Any) -> bool:
        """Say whether the form was drawn for this account."""
        return self.by == str(user.pk)

    def packed(self) -> str:
        """Return all of it as one signed text."""
        parts = (self.address, self.by, self.values, self.had_files)
        return signing.dumps(parts, salt=SALT, compress=True)


def unpacked(text: str) -> Typed | None:
    """Return what `Typed.packed` made, None for any other text."""
    try:
        address, by, values, had_files = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return Typed(address, by, [(name, value) for name, value in values], had_files)


def typed(request: HttpRequest) -> Typed | None:
    """Return what was typed into a form that keeps it, or what the sign-in page carries on.

    None where nothing was typed, where it is more than a form ever holds, or where the page
    keeps nothing. Passwords, tokens and files are never kept.
    """
    if CARRIED in request.POST:
        return unpacked(request.POST[CARRIED])
    match = request.resolver_match
    if request.method != "POST" or match is None or not getattr(match.func, "keeps_typed", False):
        return None
    values = [
        (name, str(value))
        for name, values in request.POST.lists()
        if name not in LEFT_OUT and "password" not in name.lower()
        for value in values
    ]
    if not values or sum(len(name) + len(value) for name, value in values) > MOST:
        return None
    by = request.POST.get(TYPED_BY, "")
    return Typed(request.get_full_path(), by, values, bool(request.FILES))


def is_drawn_again(request: HttpRequest) -> bool:
    """Say whether a form is only to be shown as it was typed."""
    return DRAW_AGAIN in request.POST
