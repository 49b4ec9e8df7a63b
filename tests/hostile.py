"""Values that nobody means well with, and the forms and queries that they are put into."""

import os
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_plus
from zlib import crc32

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

# `make fuzz N=…` asks for more, and for others each time.
WANTED = os.environ.get("FUZZ_EXAMPLES")
EXAMPLES = int(WANTED or 3)
Values = list[tuple[str, str]]

LONE_SURROGATE = "a\ud800b"
RIGHT_TO_LEFT = "\u202emã quyết định\u202c \u200f\u2067x\u2069"
NFD = unicodedata.normalize("NFD", "Ủy ban nhân dân tỉnh")
DIGITS = "9" * 300
TEXTS = [
    "",
    " ",
    "\u00a0\u200b",
    "\0",
    "a\0b",
    LONE_SURROGATE,
    RIGHT_TO_LEFT,
    NFD,
    DIGITS,
    f"-{DIGITS}",
    "1e999",
    "NaN",
    "Infinity",
    "-1",
    "0",
    "9223372036854775808",
    "٣٤",
    "1.5",
    "1,5",
    "None",
    "true",
    "[]",
    "x" * 70_000,
    "'; DROP TABLE agencies_entry; --",
    '"><script>alert(1)</script>',
    "{{ 7 * 7 }}{% load x %}",
    "%s%n%(x)s{0}",
    "../../../../etc/passwd",
    "\r\nSet-Cookie: x=1",
    "=cmd|' /C calc'!A0",
    "\U0001f600" * 9,
    "\ufdd0\uffff",
    "31/02/2021",
    "00/00/0000",
    "2021-13-45",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59:59.999999+14:00",
    "2021-11-15T25:61:61Z",
    "0000-00-00T00:00:00Z",
    "+010000-01-01",
    "2021-11-15T10:00:00Z2021-11-15T10:00:00Z",
    "01/01/1",
]
hostile = st.sampled_from(TEXTS) | st.text(st.characters(exclude_categories=[]), max_size=30)


def fuzzed(name: str, strategy: Any) -> Callable[[Callable[[Any], None]], None]:
    """Run a function with values of a strategy: the same few in every run, or as many as asked."""

    def run(check: Callable[[Any], None]) -> None:
        wanted = settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        test = wanted(given(strategy)(check))
        (test if WANTED else seed(crc32(name.encode()))(test))()

    return run


def encoded(values: Values) -> str:
    """Return values as a query or a form is sent, whatever they hold, also half a character."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in values)


def _quoted(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))


def queries(names: Sequence[str]) -> "st.SearchStrategy[Values]":
    """Return queries of some of the names, some of them twice, some of nobody's."""
    some = st.sampled_from([*names, "nobody_asked", "\0", "as_of[]"])
    return st.lists(st.tuples(some, hostile), min_size=1, max_size=4)


def changes(values: Values) -> "st.SearchStrategy[Values]":
    """Return a form's values with some of them made hostile, left out or sent twice."""
    places = st.integers(0, max(len(values) - 1, 0))
    edit = st.tuples(places, st.none() | hostile | hostile | hostile, st.booleans())

    def changed(edits: list[tuple[int, str | None, bool]]) -> Values:
        found: list[tuple[str, str] | None] = list(values)
        for place, value, is_twice in edits:
            if place < len(values):
                name = values[place][0]
                found[place] = None if value is None else (name, value)
                if is_twice:
                    found.append((name, value or ""))
        return [pair for pair in found if pair]

    return st.lists(edit, min_size=1, max_size=3).map(changed)


@dataclass
class Form:
    """A form as a page shows it: where it is sent, and its fields as a reader might leave them."""

    method: str
    action: str
    values: Values = field(default_factory=list)
    files: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """Reads the forms of a page, and the names of the parameters of its links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.names: set[str] = set()
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Take a form, and its fields."""
        said = {name: value or "" for name, value in attrs}
        name, values = said.get("name", ""), self.forms[-1].values if self.forms else []
        if tag == "form":
            self.forms.append(Form(said.get("method", "get").lower(), said.get("action", "")))
        elif tag == "a":
            query = said.get("href", "").partition("?")[2]
            self.names |= {part.partition("=")[0] for part in query.split("&") if part}
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and said.get("value"):
            values.append((self._select, said["value"]))
            self._select = ""
        elif tag == "textarea" and name:
            values.append((name, "Nội dung"))
        elif tag == "input" and said.get("type") == "file" and self.forms:
            self.forms[-1].files.append(name)
        elif tag == "input" and name:
            values.append((name, said.get("value") or _typed(said)))
        elif tag == "button" and name:
            values.append((name, said.get("value", "")))
        self.names |= {name} - {""}

    def handle_endtag(self, tag: str) -> None:
        """Leave a list without choices."""
        if tag == "select":
            self._select = ""


def _typed(said: dict[str, str]) -> str:
    """Return what a reader might type into an empty field."""
    return {"number": "1", "email": "a@kontum.example"}.get(said.get("type", ""), "01/03/2022")
