"""The one road from an address to a row of activities; another province's are not found there."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from activities.subjects import shown_rows
from agencies.models import User
from agencies.scope import province_of


def find_row(user: User, model: Any, **named: Any) -> Any:
    """Return the row that is named, where the account is shown it.

    Raises:
        Http404: there is none, or it tells of agencies that never were in its province.
    """
    return get_object_or_404(shown_rows(user, model), **named)


def require_shown(user: User, model: Any, pk: int) -> None:
    """Check the same of a row that is read in an older version; errors as `find_row`."""
    if province_of(user) is not None and not shown_rows(user, model).filter(pk=pk).exists():
        raise Http404
