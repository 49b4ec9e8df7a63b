"""The words around printed figures: what a number is, which group and edition they name.

Text in, proposals out; nothing is asked of the database.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from agencies.vietnamese import fold
from reports.models import Measure, Unit

QUOTE_LENGTH = 300
# A group or a measure that the text does not tell: an officer chooses.
UNKNOWN_GROUP = "?"
UNKNOWN_MEASURE = ""

SPACES = "\u00a0\u2007\u2009\u202f"  # that do not break a line: they part thousands
NUMBER = rf"[0-9]{{1,3}}(?:[.{SPACES}][0-9]{{3}}){{1,2}}|[0-9]{{1,9}}"
PERCENT = r"[0-9]{1,3}(?:[.,][0-9]{1,4})?\s?%"
# "TCVN IS 9001" occurs in print.
EDITION = re.compile(
    r"(?:TCVN\s*)?(?:IS[O0]?\s*)?9001(?:\s*[:\-–]\s*(?P<year>(?:19|20)[0-9]{2}))?(?![0-9])"
    r"|phiên bản(?: cũ| mới)?(?: năm)? (?P<version>(?:19|20)[0-9]{2})(?![0-9])",
    re.I,
)
SLASHES = str.maketrans(
    {"∕": "/", "⁄": "/", "／": "/", "％": "%"}
    | {chr(ord("０") + digit): str(digit) for digit in range(10)}
)
# A plain space parts thousands where a word follows; "74 102" alone may be two columns.
SPACED = re.compile(r"(?<![0-9.,/])([1-9][0-9]{0,2}) (?=[0-9]{3}(?: [0-9]{3})?\s+[^\W\d_])")
# Words for the same bodies, as they are folded.
SAME = (
    (r"\buy ban nhan dan\b", "ubnd"),
    (r"\b(?:cac )?so ban nganh\b", "co quan chuyen mon cap tinh"),
    (r"\bubnd (?:cac )?(xa|huyen)\b", r"ubnd cap \1"),
    (r"\bxa phuong\b", "cap xa"),
    (r"^(?:cac )?xa\b", "ubnd cap xa"),
    (r"^(?:cac )?huyen\b", "ubnd cap huyen"),
)
IN_ALL = re.compile(r"\b(?:tong|toan tinh|ca tinh|tat ca|cong chung)\b")


@dataclass(frozen=True)
class PrintedFigure:
    """One figure as it stands in a text; an empty group means all agencies.

    UNKNOWN_GROUP and UNKNOWN_MEASURE stand where the text does not tell; neither is kept.
    """

    quote: str
    group: str
    measure: str
    count: int | None
    denominator: int | None = None
    percent: str = ""
    unit: str = Unit.AGENCIES
    edition: str = ""


@dataclass(frozen=True)
class Reading:
    """The rows that a text proposes, and the numbers that were not taken for figures."""

    rows: tuple[PrintedFigure, ...] = ()
    left_out: tuple[str, ...] = ()


def with_plain_digits(text: str) -> str:
    """Return text of the same length, its fractions and thousands written one way."""
    return SPACED.sub(r"\1.", text.translate(SLASHES))


def number(text: str | None) -> int | None:
    """Return the number that digits with parted thousands stand for."""
    return int(re.sub(rf"[.{SPACES}]", "", text)) if text else None


def folded(text: str) -> str:
    """Return the words of a text as they are compared, one word for the same bodies."""
    words = fold(text)
    for pattern, same in SAME:
        words = re.sub(pattern, same, words)
    return words


def named_group(words: str, groups: Mapping[str, str]) -> str:
    """Return the group that folded words name, nothing where none or several."""
    pairs = _pairs(words)
    of_groups = {code: _pairs(folded(name)) - {("co", "quan")} for code, name in groups.items()}
    scores = {
        code: sum(1 / sum(pair in others for others in of_groups.values()) for pair in own & pairs)
        for code, own in of_groups.items()
    }
    best = max(scores.values(), default=0)
    of_best = [code for code, score in scores.items() if score == best]
    return of_best[0] if best and len(of_best) == 1 else ""


def _pairs(words: str) -> set[tuple[str, str]]:
    return set(pairwise(words.split()))


def only_edition(text: str) -> str:
    """Return the year of the edition that a text names, nothing where none or several."""
    found = {match["year"] or match["version"] for match in EDITION.finditer(text)} - {None}
    return found.pop() if len(found) == 1 else ""


def measure_left(words: str) -> str:
    """Return what folded words with "chua" say is not done yet."""
    said = words[words.index("chua") :]
    is_converting, is_building = "chuyen doi" in said, "xay dung" in said
    if is_converting == is_building:
        return UNKNOWN_MEASURE
    return Measure.NOT_CONVERTED if is_converting else Measure.NOT_BUILT


def with_older_editions(rows: Iterable[PrintedFigure], latest: str) -> tuple[PrintedFigure, ...]:
    """Tell agencies on an earlier edition from converted ones: the latest one known is new."""
    kept = list(rows)
    newest = max([latest, *(row.edition for row in kept)])
    return tuple(
        replace(row, measure=Measure.OLDER_EDITION)
        if row.measure == Measure.CONVERTED and row.edition and row.edition < newest
        else row
        for row in kept
    )
