"""Parts of pages that are drawn once for a question and kept while its answer cannot change."""

from collections.abc import Callable
from hashlib import sha256

from django.core.cache import cache
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from agencies.questions import Question


def kept(
    question: Question, name: str, draw: Callable[[], SafeString], *also: object
) -> SafeString:
    """Return a part of a page from the cache, drawn anew for every version of the data.

    The part may rest on the question, the language and what `also` names; on nothing else
    that differs from reader to reader. What is kept may be dropped at any time.
    """
    asked = (
        question.as_of.day,
        question.as_of.duty_only,
        question.as_of.provinces,
        question.is_bound,
        question.edition.pk,
        question.compared_on,
        sorted(question.said.items()),
    )
    version = question.data_version
    rests_on = (name, get_language(), asked, version.known, version.provinces, version.rest, also)
    key = sha256(repr(rests_on).encode()).hexdigest()
    return SafeString(cache.get_or_set(key, draw, timeout=None))
