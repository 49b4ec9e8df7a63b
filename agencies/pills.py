"""A category drawn as a shape, a colour and a word, the same everywhere."""

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from agencies.models import Category

PILL = (
    '<span class="pill pill--{0}"><svg viewBox="0 0 10 10" width="11" height="11" '
    'aria-hidden="true"><rect class="mark mark--{0}" x="0.5" y="0.5" width="9" height="9" '
    'fill="url(#p-{0})"/></svg>{1}{2}</span>'
)


def pill(category: str, word: str = "", detail: str = "") -> SafeString:
    """Return the pill of a category, with its own word unless told and perhaps a detail."""
    category = Category(category)
    small = f" <small>{escape(detail)}</small>" if detail else ""
    return mark_safe(PILL.format(category.value, escape(word or category.label), small))
