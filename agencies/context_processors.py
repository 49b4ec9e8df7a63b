"""What every page says of the house around it."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from agencies.models import Entry
from agencies.models.status import DEMONSTRATION_NOTE, is_demonstration
from agencies.permissions import Act, may
from agencies.questions import Question, QuestionForm


def house(request: HttpRequest) -> dict[str, Any]:
    """Return the office's names, the reader's rights and the question of the page."""
    user = getattr(request, "user", None) or AnonymousUser()
    question = getattr(request, "question", None)
    return {
        **(_as_of_bar(request, question) if question else {}),
        "province_name": settings.PROVINCE_NAME,
        "issuer": settings.ISSUER,
        "issuer_parent": settings.ISSUER_PARENT,
        "question": question,
        "demonstration_note": DEMONSTRATION_NOTE,
        "is_demonstration": SimpleLazyObject(is_demonstration),
        "last_entry": SimpleLazyObject(_last_entry(request)),
        "may_record": may(user, Act.RECORD),
        "may_administer": may(user, Act.ADMINISTER),
    }


def _as_of_bar(request: HttpRequest, question: Question) -> dict[str, Any]:
    """Return the bar's form, the other parameters of the page, and the permalink's."""
    form = QuestionForm(initial=question.as_typed()).to_show()
    others = {name: str(request.GET[name]) for name in request.GET if name not in form.fields}
    others.pop("page", None)
    return {
        "asof_form": form,
        "other_parameters": list(others.items()),
        "permalink": urlencode({**others, **question.parameters()}),
    }


def _last_entry(request: HttpRequest) -> Any:
    def find() -> Entry | None:
        question = getattr(request, "question", None)
        if question is None:
            return None
        known = Entry.objects.filter(at__lte=question.as_of.known_at)
        return known.select_related("by").order_by("-at").first()

    return find
