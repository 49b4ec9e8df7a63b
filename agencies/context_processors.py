"""What every page says of the house around it."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from agencies.models import Entry
from agencies.models.status import DEMONSTRATION, is_demonstration
from agencies.permissions import Act, may


def house(request: HttpRequest) -> dict[str, Any]:
    """Return the office's names, the reader's rights and the question of the page."""
    user = getattr(request, "user", None) or AnonymousUser()
    return {
        "province_name": settings.PROVINCE_NAME,
        "issuer": settings.ISSUER,
        "issuer_parent": settings.ISSUER_PARENT,
        "question": getattr(request, "question", None),
        "demonstration_mark": DEMONSTRATION,
        "is_demonstration": SimpleLazyObject(is_demonstration),
        "last_entry": SimpleLazyObject(_last_entry(request)),
        "may_record": may(user, Act.RECORD),
        "may_administer": may(user, Act.ADMINISTER),
    }


def _last_entry(request: HttpRequest) -> Any:
    def find() -> Entry | None:
        question = getattr(request, "question", None)
        if question is None:
            return None
        known = Entry.objects.filter(at__lte=question.as_of.known_at)
        return known.select_related("by").order_by("-at").first()

    return find
