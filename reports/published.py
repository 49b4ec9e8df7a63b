"""Reads the figures out of a sentence as offices and newspapers print them.

Text in, proposed rows out; nothing is asked of the database. What a row says is a proposal:
an officer confirms or changes it before it is kept.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from agencies.vietnamese import clean_lines, fold
from reports.models import Measure, Unit

NUMBER = r"[0-9]{1,3}(?:\.[0-9]{3}){1,2}|[0-9]{1,9}"
FIGURE = re.compile(
    rf"(?<![0-9.,/])(?:(?P<percent>[0-9]{{1,3}}(?:[.,][0-9]{{1,4}})?\s?%)"
    rf"|(?P<part>{NUMBER})\s?/\s?(?P<whole>{NUMBER})(?![0-9/])"
    rf"|(?P<count>{NUMBER})(?![.,]?[0-9]|/))"
)
# "TCVN IS 9001" occurs in print.
EDITION = re.compile(
    r"(?:TCVN\s*)?(?:IS[O0]?\s*)?9001(?:\s*[:\-–]\s*(?P<year>(?:19|20)[0-9]{2}))?(?![0-9])", re.I
)
# Numbers that count nothing: papers, days, years, other standards.
STRANGERS = re.compile(
    r"[0-9]+/(?:[0-9]{4}/)?[A-ZĐ][\w\-]*"
    r"|[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{4}"
    r"|ngày\s+[0-9]{1,2}(?:\s*/\s*[0-9]{1,2}|\s+tháng\s+[0-9]{1,2})?"
    r"|(?:tháng|quý)\s+[0-9IV]{1,3}(?:\s*/\s*[0-9]{4})?"
    r"|(?:19|20)[0-9]{2}\s?[-–]\s?(?:19|20)[0-9]{2}"
    r"|(?:năm|đến|từ)\s+(?:19|20)[0-9]{2}(?![0-9])"
    r"|(?:ISO(?:/IEC)?|TCVN|(?<!tổng )số|điều|khoản)\s+[0-9]+(?::[0-9]{4})?(?![0-9/])",
    re.I,
)
STOP = re.compile(r"[;()\n]|[.!?](?=\s|$)")
ITEM = re.compile(r"\s*(?:[-+•*–]|\Z)|[^\n]*\t|\w[^\n:]{0,60}:\s")
# Words for the same bodies, as they are folded.
SAME = (
    (r"\buy ban nhan dan\b", "ubnd"),
    (r"\b(?:cac )?so ban nganh\b", "co quan chuyen mon cap tinh"),
    (r"\bubnd (?:cac )?(xa|huyen)\b", r"ubnd cap \1"),
    (r"\bxa phuong\b", "cap xa"),
)
COUNTED = re.compile(r"\b(?:co quan|don vi|ubnd|chi cuc|to chuc|so|xa|phuong|thi tran|huyen)\b")
DONE = re.compile(r"\b(?:ap dung|chuyen doi|xay dung|cong bo|dat|hoan thanh)\b")
IN_ALL = re.compile(r"\b(?:tong|toan tinh|ca tinh|tat ca|cong chung)\b")
INSPECTION = re.compile(r"\b(?:kiem tra|thanh tra|danh gia)\b")
QUOTE_LENGTH = 300


@dataclass(frozen=True)
class PrintedFigure:
    """One figure as it stands in a text; an empty group means all agencies."""

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


@dataclass(frozen=True)
class Place:
    """A number in a text with the words around it; `words` are its own, folded."""

    match: re.Match[str]
    text: str  # the number and the words up to the next number or stop
    before: str
    words: str
    edition: str
    in_brackets: bool
    begins_sentence: bool


def read_figures(text: str, groups: Mapping[str, str]) -> Reading:
    """Return the figures of a text; `groups` are the names of the groups by their codes."""
    rows: list[PrintedFigure] = []
    left_out: list[str] = []
    current = ""
    for place in _places(_unwrapped(clean_lines(text))):
        if IN_ALL.search(fold(place.before)):
            current = ""
        row = _row(place, groups, current)
        if row is None:
            left_out.append(place.match[0])
        elif _is_same_statement(rows, row, place):
            rows[-1] = _joined(rows[-1], row)
        else:
            rows.append(row)
        if row is not None and row.unit == Unit.AGENCIES and not place.in_brackets:
            current = row.group
    return Reading(_with_older_editions(rows), tuple(left_out))


def _unwrapped(text: str) -> str:
    """Join lines that only go on; items, rows of a table and sentences keep their break."""
    first, *others = text.split("\n")
    joined = first
    for line in others:
        begins = ITEM.match(line) or joined.endswith((".", ":", ";", "\n"))
        joined += ("\n" if begins else " ") + line
    return joined


def _places(text: str) -> Iterator[Place]:
    editions = [(match.start(), match) for match in EDITION.finditer(text)]
    bare = STRANGERS.sub(_blank, EDITION.sub(_blank, text))
    found = list(FIGURE.finditer(bare))
    starts = [match.start() for match in found]
    ends = [0, *(match.end() for match in found)]
    for index, match in enumerate(found):
        last = starts[index + 1] if index + 1 < len(found) else len(bare)
        stop = STOP.search(bare, match.end(), last)
        end = stop.start() if stop else last
        before = bare[ends[index] : match.start()]
        said = [e for at, e in editions if match.end() <= at < end and e["year"]]
        yield Place(
            match,
            text[match.start() : end].strip(" ,:–-\t")[:QUOTE_LENGTH],
            before,
            _folded(bare[match.end() : end]),
            said[0]["year"] if said else "",
            bare.rfind("(", 0, match.start()) > bare.rfind(")", 0, match.start()),
            bool(re.search(r"[.!?]\s|\n", before)),
        )


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _folded(text: str) -> str:
    words = fold(text)
    for pattern, same in SAME:
        words = re.sub(pattern, same, words)
    return words


def _row(place: Place, groups: Mapping[str, str], current: str) -> PrintedFigure | None:
    """Return what a number says, None where it counts nothing that is known here."""
    count, whole = _number(place.match["count"] or place.match["part"]), None
    if place.match["part"]:
        whole = _number(place.match["whole"])
        if whole is None or count is None or not 0 < whole >= count:
            return None
    percent = place.match["percent"] or ""
    if re.search(r"\bluot\b", place.words):
        return _of_activities(place, count)
    is_left = re.search(r"\b(?:chua|con)\b", f"{_last_clause(place.before)} {place.words}")
    if not (whole or percent or is_left or COUNTED.search(place.words)):
        return None
    measure = _measure(place, is_part=bool(whole or percent))
    group = _group(place, groups)
    if not group and (place.in_brackets or (is_left and not place.begins_sentence) or percent):
        group = current
    return PrintedFigure(
        place.text, group, measure, count, whole, percent, Unit.AGENCIES, place.edition
    )


def _number(text: str | None) -> int | None:
    return int(text.replace(".", "")) if text else None


def _of_activities(place: Place, count: int | None) -> PrintedFigure | None:
    if count is None or place.match["whole"]:
        return None
    around = f"{place.words} {_last_clause(place.before)}"
    is_visit = INSPECTION.search(place.words) or (
        INSPECTION.search(around) and "can bo" not in place.words
    )
    measure, unit = (
        (Measure.INSPECTED, Unit.VISITS) if is_visit else (Measure.TRAINED, Unit.ATTENDANCES)
    )
    return PrintedFigure(place.text, "", measure, count, unit=unit)


def _last_clause(before: str) -> str:
    return fold(STOP.split(before)[-1])


def _measure(place: Place, *, is_part: bool) -> Measure:
    chua = re.search(r"\bchua\b.*", place.words)
    if chua:
        built = re.search(r"\b(?:chuyen doi|cong bo)\b", chua[0])
        return Measure.NOT_CONVERTED if built else Measure.NOT_BUILT
    if re.search(r"\bcon\b", _last_clause(place.before)) and not is_part and not place.edition:
        return Measure.NOT_CONVERTED
    return (
        Measure.CONVERTED if is_part or place.edition or DONE.search(place.words) else Measure.TOTAL
    )


def _group(place: Place, groups: Mapping[str, str]) -> str:
    """Return the group that the words beside a number name, nothing where none or several."""
    after = place.match.string[place.match.end() :]
    if re.match(r"[^\S\n\t]*[^\W\d_]", after):
        return _named(place.words, groups)
    return _named(_folded(STOP.split(place.before)[-1]), groups)


def _named(words: str, groups: Mapping[str, str]) -> str:
    pairs = _pairs(words)
    of_groups = {code: _pairs(_folded(name)) - {("co", "quan")} for code, name in groups.items()}
    scores = {
        code: sum(1 / sum(pair in others for others in of_groups.values()) for pair in own & pairs)
        for code, own in of_groups.items()
    }
    best = max(scores.values(), default=0)
    of_best = [code for code, score in scores.items() if score == best]
    return of_best[0] if best and len(of_best) == 1 else ""


def _pairs(words: str) -> set[tuple[str, str]]:
    split = words.split()
    return set(pairwise(split))


def _is_same_statement(rows: list[PrintedFigure], row: PrintedFigure, place: Place) -> bool:
    """Say whether a percentage and the counts beside it are one: 106/148 (71,62%)."""
    if not rows or rows[-1].unit != row.unit or re.search(r"[;\n]|[.!?]\s", place.before):
        return False
    if row.percent:
        return rows[-1].denominator is not None and not rows[-1].percent
    return rows[-1].count is None and row.denominator is not None and "(" in place.before


def _joined(first: PrintedFigure, second: PrintedFigure) -> PrintedFigure:
    counted, other = (second, first) if first.count is None else (first, second)
    return replace(
        counted,
        quote=f"{first.quote} ({second.quote})"[:QUOTE_LENGTH],
        percent=first.percent or second.percent,
        group=counted.group or other.group,
        edition=counted.edition or other.edition,
    )


def _with_older_editions(rows: list[PrintedFigure]) -> tuple[PrintedFigure, ...]:
    """Tell agencies on an earlier edition from converted ones: the latest one named is new."""
    latest = max((row.edition for row in rows), default="")
    return tuple(
        replace(row, measure=Measure.OLDER_EDITION)
        if row.measure == Measure.CONVERTED and row.edition and row.edition < latest
        else row
        for row in rows
    )
