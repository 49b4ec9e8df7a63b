"""Style sheets are written one file for each component, and sent as one file.

`collectstatic` joins them (`kontum_qms.finders.BundleFinder`); nobody has to remember it. While
DEBUG is on, pages name the files one by one, so that a browser's tools show where a rule stands.
Inside a bundle the order is the order of the cascade.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from django import template
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

FOLDER, ENDING = "css", ".bundle.css"
FRAME = ("tokens", "base", "header")
BUNDLES: dict[str, tuple[str, ...]] = {
    # Pages that need nothing: errors, the lost connection.
    "bare": FRAME,
    # The page of the open data.
    "open": (*FRAME, "table", "charts", "open"),
    # The house's own pages.
    "site": (
        *FRAME, "asof", "marks", "cards", "charts", "table", "form", "import", "reorganisation",
        "reporting", "timeline", "compare", "sent", "help", "activities", "accounts", "audit",
    ),
}  # fmt: skip
# Named by pages themselves: another medium; an own sheet that Plotly writes into.
ALONE = ("print", "plotly")

_TOKENS = re.compile(
    r"""(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?P<comment>/\*.*?\*/)|(?P<space>\s+)""",
    re.DOTALL,
)
_REFUSED = ("@import", "@charset", "/*", "*/", '"', "'")

register = template.Library()


def sheets(bundle: str) -> list[str]:
    """Return the static files that make up a bundle: one, or while DEBUG is on each of its own."""
    if settings.DEBUG:
        return [f"{FOLDER}/{name}.css" for name in BUNDLES[bundle]]
    return [f"{FOLDER}/{bundle}{ENDING}"]


@register.simple_tag
def stylesheets(bundle: str, suffix: str = "") -> SafeString:
    """Name a bundle in a page's head; `suffix` stands behind each address."""
    links = ((static(name), suffix) for name in sheets(bundle))
    return format_html_join("\n  ", '<link rel="stylesheet" href="{}{}">', links)


def joined(paths: Iterable[Path]) -> str:
    """Return one style sheet of several, without their comments.

    Raises:
        ImproperlyConfigured: a file would change how those behind it are read.
    """
    return "".join(f"{_slim(path)}\n" for path in paths)


def _slim(path: Path) -> str:
    """Return a style sheet without comments and without space that says nothing."""
    text = path.read_text("utf-8")
    bare = _TOKENS.sub(lambda found: " " if found["space"] else "", text)
    wrong = next((sign for sign in _REFUSED if sign in bare), None)
    if wrong or bare.count("{") != bare.count("}"):
        what = wrong or "braces that do not match"
        raise ImproperlyConfigured(f"{path}: {what} in a style sheet that is joined to others")
    return _TOKENS.sub(lambda found: _kept(found, text), text).strip()


def _kept(found: re.Match[str], text: str) -> str:
    """Return what is left of a string, a comment or a run of spaces."""
    if found["string"]:
        return found[0]
    if found["space"]:
        return "\n" if "\n" in found[0] else " "
    # Between two words a comment parts them; elsewhere it is nothing.
    before = text[: found.start()][-1:]
    return "" if not before or before.isspace() or before in ";{}" else "/**/"
