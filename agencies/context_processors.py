"""What every page says of the house around it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from agencies.kept import kept
from agencies.models import Entry
from agencies.models.status import (
    DEMONSTRATION_NOTE,
    MADE_UP_NOTE,
    demonstration_note,
    is_demonstration,
    is_made_up,
)
from agencies.permissions import Act, may
from agencies.questions import QUESTION_FIELDS, Question, QuestionForm
from agencies.remembered import remembered
from agencies.scope import province_of
from agencies.successions import notices


def house(request: HttpRequest) -> dict[str, Any]:
    """Return the office's names, the reader's rights and the question of the page."""
    user = getattr(request, "user", None) or AnonymousUser()
    question = getattr(request, "question", None)
    acts = {f"may_{act}": may(user, act) for act in Act}
    if not acts["may_view"]:
        question = None  # an agency contact is shown no figures, so a page asks nothing
    return {
        **acts,
        "keeps_all": province_of(user) is None,
        "province_name": settings.PROVINCE_NAME,
        "issuer": settings.ISSUER,
        "issuer_parent": settings.ISSUER_PARENT,
        "question": question,
        "navigation": SimpleLazyObject(partial(_navigation, request, question, acts)),
        "shortcuts": SimpleLazyObject(partial(_shortcuts, question)),
        "asof_line": SimpleLazyObject(lambda: question.line) if question else "",
        "asof_bar": SimpleLazyObject(_as_of_bar(request, question)) if question else "",
        "notices": SimpleLazyObject(partial(_notices, question)) if question else "",
        "demonstration_note": SimpleLazyObject(partial(_demonstration_note, question)),
        "is_demonstration": SimpleLazyObject(partial(_is_demonstration, question)),
        "last_entry": SimpleLazyObject(partial(_last_entry, question)) if question else "",
    }


def _is_demonstration(question: Question | None) -> bool:
    if question is None:
        return is_demonstration()
    known = question.data_version.known or 0
    find = partial(is_demonstration, known)
    return remembered(question.data_version, "demonstration", find, known)


def _demonstration_note(question: Question | None) -> str:
    if question is None:
        return demonstration_note()
    is_country = remembered(question.data_version, "made up", is_made_up)
    return str(MADE_UP_NOTE if is_country else DEMONSTRATION_NOTE)


def _navigation(
    request: HttpRequest, question: Question | None, acts: dict[str, bool]
) -> SafeString:
    """Draw the way through the site as the reader's rights allow, the present page marked."""
    match = request.resolver_match
    here = {
        "view": match and match.view_name,
        "app": match and match.app_name,
        "in_reports": bool(match and match.route.startswith("reports/")),
    }

    def draw() -> SafeString:
        return render_to_string("_navigation.html", {"question": question, **here, **acts})

    return kept(question, "navigation", draw, here, acts) if question else draw()


def _shortcuts(question: Question | None) -> SafeString:
    """Draw the list of keyboard shortcuts, which lead to pages asked the same."""

    def draw() -> SafeString:
        return render_to_string("_shortcuts.html", {"question": question})

    return kept(question, "shortcuts", draw) if question else draw()


def _as_of_bar(request: HttpRequest, question: Question) -> Callable[[], SafeString]:
    """Return the way to the bar; pages without it never draw it."""
    others = {name: str(request.GET[name]) for name in request.GET if name not in QUESTION_FIELDS}
    others.pop("page", None)
    return lambda: kept(question, "bar", partial(_drawn_bar, question, others), others)


def _drawn_bar(question: Question, others: dict[str, str]) -> SafeString:
    """Draw the bar: its form, the other parameters of the page, and the permalink's.

    While it is kept the permalink says a moment just after which nothing was recorded.
    """
    has_provinces = question.data_version.has_provinces and not question.is_bound
    form = QuestionForm(initial=question.as_typed()).to_show(has_provinces=has_provinces)
    context = {
        "asof_form": form,
        "other_parameters": list(others.items()),
        "permalink": "&".join(filter(None, (urlencode(others), question.permalink))),
        "question": question,
    }
    return render_to_string("_asof_bar.html", context)


def _notices(question: Question) -> SafeString:
    """Draw what reorganisations that had taken effect by the day make a page say."""

    def draw() -> SafeString:
        told = notices(question.as_of.day, question.data_version.known or 0)
        return render_to_string("_notices.html", {"notices": told})

    return kept(question, "notices", draw, question.as_of.is_still_to_come)


def _last_entry(question: Question) -> SafeString:
    """Say when and by whom was last recorded what the page knows."""

    def draw() -> SafeString:
        entry = (
            Entry.objects.select_related("by").filter(pk=question.data_version.known or 0).first()
        )
        return render_to_string("_last_entry.html", {"entry": entry})

    return kept(question, "last entry", draw, question.data_version.accounts)
