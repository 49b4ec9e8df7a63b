"""Reads the figures out of a sentence or table as offices and newspapers print them.

Text in, proposed rows out; nothing is asked of the database. What a row says is a proposal:
an officer confirms or changes it before it is kept. What is not understood is not asserted.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from agencies.vietnamese import clean_lines, fold
from reports.figure_tables import read_table
from reports.figure_words import (
    EDITION,
    IN_ALL,
    NUMBER,
    PERCENT,
    QUOTE_LENGTH,
    UNKNOWN_GROUP,
    UNKNOWN_MEASURE,
    PrintedFigure,
    Reading,
    folded,
    measure_left,
    named_group,
    number,
    only_edition,
    with_older_editions,
    with_plain_digits,
)
from reports.models import Measure, Unit

__all__ = ["PrintedFigure", "Reading", "read_figures"]

# A percentage in brackets right behind its counts: 07/10 (đạt 70%).
OWN = rf"(?:\s*\(\s*(?:[^\W\d_]+\s+){{0,3}}(?P<own>{PERCENT})\s*\))?"
OUT_OF = (
    r"(?:\s+(?:cơ quan|đơn vị|chi cục|xã|huyện))?\s?/\s?|\s+trên\s+(?:tổng\s+)?(?:số\s+)?"
    r"|(?:[^\S\n]+[^\W\d_]+){0,10}\s+(?:trên|trong)\s+(?:tổng\s+số|số|tổng)\s+"
)
FIGURE = re.compile(
    rf"(?<![0-9.,/])(?:(?P<percent>{PERCENT})"
    rf"|(?P<part>{NUMBER})(?:{OUT_OF})(?P<whole>{NUMBER})(?![0-9/]){OWN}"
    rf"|(?P<count>{NUMBER})(?![.,]?[0-9]|/)"
    r"|(?P<odd>[0-9][0-9.,/]*[0-9]))",
    re.I,
)
# Numbers that count nothing: papers, days, years, other standards.
STRANGERS = re.compile(
    r"[0-9]+/(?:[0-9]{4}/)?[A-ZĐ][\w\-]*"
    r"|[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{4}"
    r"|ngày\s+[0-9]{1,2}(?:\s*/\s*[0-9]{1,2}|\s+tháng\s+[0-9]{1,2})?"
    r"|[0-9]{1,3}\s+tháng(?:\s+(?:đầu|cuối))?(?:\s+năm)?(?![^\W\d_])"
    r"|(?:tháng|quý)\s+[0-9IV]{1,3}(?:\s*/\s*[0-9]{4})?"
    r"|(?:19|20)[0-9]{2}\s?[-–]\s?(?:19|20)[0-9]{2}"
    r"|(?:năm|đến|từ)\s+(?:19|20)[0-9]{2}(?![0-9])"
    r"|(?:ISO(?:/IEC)?|TCVN|(?<!tổng )(?<!trên )(?<!trong )số|điều|khoản)"
    r"\s+[0-9]+(?::[0-9]{4})?(?![0-9/])",
    re.I,
)
STOP = re.compile(r"[;()\n]|[.!?](?=\s|$)")
# What stands behind the last of these leads to the next number, it says nothing of the one before.
LEADS = re.compile(r".*(?:,|\b(?:và|với|trong đó|nhưng)\b)", re.I | re.S)
ITEM = re.compile(r"\s*(?:[-+•*–]|\Z)|[^\n]*\t|\w[^\n:]{0,60}:\s")
COUNTED = re.compile(
    r"\b(?:cap (?:xa|huyen|tinh)|co quan|don vi|ubnd|chi cuc|to chuc|so|xa|phuong|thi tran|huyen)\b"
)
GENERIC = re.compile(r"^(?:tong so )?(?:co quan|don vi|to chuc)\b")
DONE = re.compile(r"\b(?:ap dung|chuyen doi|xay dung|cong bo|hoan thanh)\b")
# Deeds that no measure here counts; "dang xay dung" is not built yet, nor is it not begun.
OTHERWISE = re.compile(
    r"\b(?:dang|khong|ngung|tam dung|huy|thoi|ke hoach|bao cao|kiem tra|thanh tra|danh gia"
    r"|tap huan|dao tao|dang ky|xep loai|cong bo lai|mo rong|tu cham|gui|nop|tham gia|chung nhan"
    r"|thu tuc|so voi)\b"
)
# A change, a limit or an aim is no count of a day.
NO_COUNT = re.compile(
    r"\b(?:tang|giam|hon|vuot|them|bot|khoang|gan|tren|duoi|it nhat|toi thieu|toi da|so voi|gap)"
    r"(?: them| bot| so voi)?$|\b(?:tang|giam) tu$"
)
AIM = re.compile(r"\b(?:phấn đấu|mục tiêu|chỉ tiêu|dự kiến|sẽ)\b", re.I)
INSPECTION = re.compile(r"\b(?:kiem tra|thanh tra|danh gia)\b")
TRAINING = re.compile(r"\b(?:tap huan|dao tao|boi duong)\b")
ATTENDING = re.compile(r"\b(?:can bo|cong chuc|vien chuc|hoc vien|nguoi|dai bieu)\b")


@dataclass(frozen=True)
class Place:
    """A number in a text with the words around it; `words` and `lead` are its own, folded."""

    match: re.Match[str]
    text: str  # the number and its words, as printed
    labelled: str  # the same with the words that lead to it
    before: str
    words: str
    lead: str
    edition: str
    owns_lead: bool  # a stop or a comma parts the lead from the number before
    in_brackets: bool
    begins_sentence: bool


def read_figures(text: str, groups: Mapping[str, str], latest: str = "") -> Reading:
    """Return the figures of a text; `groups` are the names of the groups by their codes.

    `latest` is the year of the edition asked about: who is on an earlier one is not converted.
    """
    lines = clean_lines(text).split("\n")
    rows: list[PrintedFigure] = []
    left_out: list[str] = []
    for is_tabbed, block in groupby(lines, lambda line: "\t" in line.strip()):
        part = list(block)
        read = read_table([with_plain_digits(one) for one in part], groups) if is_tabbed else None
        if read is None or not read.rows:
            read = _read_sentences(_unwrapped("\n".join(part)), groups)
        rows += read.rows
        left_out += read.left_out
    return Reading(with_older_editions(rows, latest), tuple(left_out))


def _read_sentences(text: str, groups: Mapping[str, str]) -> Reading:
    rows: list[PrintedFigure] = []
    left_out: list[str] = []
    current = UNKNOWN_GROUP
    for place in _places(text):
        if IN_ALL.search(fold(place.before)):
            current = ""
        row = _row(place, groups, current)
        if row is None:
            left_out.append(place.match[0])
        elif _is_same_statement(rows, row, place):
            rows[-1] = _joined(rows[-1], row)
        else:
            rows.append(_unsure(row, rows, place))
        if row is not None and row.unit == Unit.AGENCIES and not place.in_brackets:
            current = row.group
    return Reading(tuple(rows), tuple(left_out))


def _unsure(row: PrintedFigure, rows: list[PrintedFigure], place: Place) -> PrintedFigure:
    """Leave open what is counted where a bare number goes on from one that is no total."""
    goes_on = bool(rows) and not place.begins_sentence and not IN_ALL.search(place.lead)
    if goes_on and row.measure == Measure.TOTAL and rows[-1].measure != Measure.TOTAL:
        return replace(row, measure=UNKNOWN_MEASURE)
    return row


def _unwrapped(text: str) -> str:
    """Join lines that only go on; items, rows of a table and sentences keep their break."""
    first, *others = text.split("\n")
    joined = first
    for line in others:
        begins = ITEM.match(line) or joined.endswith((".", ":", ";", "\n"))
        joined += ("\n" if begins else " ") + line
    return joined


def _places(text: str) -> Iterator[Place]:
    bare = STRANGERS.sub(_blank, EDITION.sub(_blank, with_plain_digits(text)))
    found = list(FIGURE.finditer(bare))
    starts = [*(match.start() for match in found), len(bare)]
    previous = 0
    for match, following in zip(found, starts[1:], strict=True):
        end = _end(bare, match.end(), following)
        yield _place(text, bare, match, previous, end)
        previous = match.end()


def _end(bare: str, start: int, following: int) -> int:
    """Return where the words of a number end: at a stop, or where others lead to the next."""
    stop = STOP.search(bare, start, following)
    if stop:
        return stop.start()
    leads = LEADS.match(bare, start, following) if following < len(bare) else None
    return leads.end() if leads else following


def _place(text: str, bare: str, match: re.Match[str], previous: int, end: int) -> Place:
    before = bare[previous : match.start()]
    clause = STOP.split(before)[-1]
    leads = LEADS.match(clause)
    lead_at = match.start() - len(clause) + (leads.end() if leads else 0)
    is_own_lead = lead_at > previous or previous == 0
    edition = only_edition(text[match.end() : end])
    if not edition and is_own_lead:
        edition = only_edition(text[lead_at : match.start()])
    return Place(
        match,
        _quoted(text[match.start() : end]),
        _quoted(text[lead_at:end]),
        before,
        folded(bare[match.end() : end]),
        folded(bare[lead_at : match.start()]),
        edition,
        is_own_lead,
        bare.rfind("(", 0, match.start()) > bare.rfind(")", 0, match.start()),
        bool(re.search(r"[.!?]\s|\n", before)),
    )


def _quoted(text: str) -> str:
    bare = re.sub(r"[\s,]+(?:và|với|trong đó|nhưng)$", "", text.strip(" ,:–-+•*\t\n"), flags=re.I)
    return bare.strip(" ,:–-\t\n")[:QUOTE_LENGTH]


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _row(place: Place, groups: Mapping[str, str], current: str) -> PrintedFigure | None:
    """Return what a number says, None where it counts nothing that is known here."""
    count, whole = number(place.match["count"] or place.match["part"]), None
    if place.match["odd"] or _is_no_count(place):
        return None
    if place.match["part"]:
        whole = number(place.match["whole"])
        if whole is None or count is None or not 0 < whole >= count:
            return None
    percent = place.match["percent"] or place.match["own"] or ""
    if re.search(r"\bluot\b", place.words):
        return _of_activities(place, count)
    is_left = _is_left(place)
    if not (whole or percent or is_left or COUNTED.match(place.words)):
        return None
    measure = _measure(place, is_part=bool(whole or percent))
    group, quote = _group(place, groups, current, is_left=is_left)
    if (
        group
        and not whole
        and measure == Measure.TOTAL
        and re.match(r"\s*xã\b(?!,)", _after(place))
    ):
        measure = UNKNOWN_MEASURE  # communes in the narrow sense are a part of their group
    return PrintedFigure(quote, group, measure, count, whole, percent, Unit.AGENCIES, place.edition)


def _is_no_count(place: Place) -> bool:
    sentence = re.split(r"[;\n]|[.!?]\s", place.before)[-1]
    return bool(NO_COUNT.search(place.lead) or AIM.search(sentence))


def _is_left(place: Place) -> bool:
    return bool(re.search(r"\b(?:chua|con)\b", f"{place.lead} {place.words}"))


def _of_activities(place: Place, count: int | None) -> PrintedFigure | None:
    if count is None or place.match["whole"]:
        return None
    if INSPECTION.search(place.words):
        measure, unit = Measure.INSPECTED, Unit.VISITS
    elif TRAINING.search(place.words) or ATTENDING.search(place.words):
        measure, unit = Measure.TRAINED, Unit.ATTENDANCES
    elif INSPECTION.search(place.lead) and not TRAINING.search(place.lead):
        measure, unit = Measure.INSPECTED, Unit.VISITS
    elif TRAINING.search(place.lead):
        measure, unit = Measure.TRAINED, Unit.ATTENDANCES
    else:
        return None
    return PrintedFigure(place.labelled, "", measure, count, unit=unit)


def _measure(place: Place, *, is_part: bool) -> str:
    if re.search(r"\bchua\b", place.words):
        return measure_left(place.words)
    if re.search(r"\b(?:phien ban|tieu chuan) cu\b", place.words):
        return Measure.OLDER_EDITION
    if place.owns_lead and re.search(r"\bchua\b", place.lead):
        return measure_left(place.lead)
    if OTHERWISE.search(place.words):
        return UNKNOWN_MEASURE
    return _measure_by_deed(place, is_part=is_part)


def _measure_by_deed(place: Place, *, is_part: bool) -> str:
    """Return what is counted where no word denies it: what was done, what is left, or all."""
    words = place.words.replace("doi tuong ap dung", "")
    is_done = bool(DONE.search(words))
    if re.search(r"\bcon\b", place.lead) and not is_part and not place.edition:
        return UNKNOWN_MEASURE if is_done else Measure.NOT_CONVERTED
    if is_part or place.edition or is_done:
        return Measure.CONVERTED
    leads_from = place.lead if place.owns_lead else ""
    is_deed = re.search(r"\b(?:dat|da)\b", words) or OTHERWISE.search(leads_from)
    return UNKNOWN_MEASURE if is_deed or DONE.search(leads_from) else Measure.TOTAL


def _after(place: Place) -> str:
    return place.match.string[place.match.end() :]


def _group(
    place: Place, groups: Mapping[str, str], current: str, *, is_left: bool
) -> tuple[str, str]:
    """Return the group that the words beside a number name, and the quote that holds them."""
    between = re.search(r"[^\W\d_].*\s(?:trên|trong)\s", place.match[0])
    inside = folded(between[0]) if between else ""
    goes_on = re.match(r"[^\S\n\t]*[^\W\d_]", _after(place))
    if goes_on or inside:
        found = named_group(f"{inside} {place.words}".strip(), groups)
        words = (inside or place.words).strip()
    else:
        clause = folded(STOP.split(place.before)[-1])
        found = named_group(place.lead, groups) or named_group(clause, groups)
        if found:
            return found, place.labelled
        found, words = named_group(place.words, groups), ""
    if found:
        return found, place.text
    is_part = bool(place.match["whole"])  # else the lead may name who counted, not who is counted
    is_labelled = is_part and place.owns_lead and not IN_ALL.search(place.lead)
    if is_labelled and (found := named_group(place.lead, groups)):
        return found, place.labelled
    follows = place.in_brackets or (is_left and not place.begins_sentence)
    is_share = bool(place.match["percent"]) or place.before.rstrip().lower().endswith(
        ("trong đó", "trong đó có")
    )
    if current != UNKNOWN_GROUP and (follows or is_share):
        return current, place.text
    is_all = GENERIC.search(words) or IN_ALL.search(fold(place.before))
    return ("" if is_all else UNKNOWN_GROUP), place.text


def _is_same_statement(rows: list[PrintedFigure], row: PrintedFigure, place: Place) -> bool:
    """Say whether a percentage and the counts beside it are one: 106/148 (71,62%)."""
    if not rows or rows[-1].unit != row.unit or re.search(r"[;\n]|[.!?]\s", place.before):
        return False
    if place.match["percent"]:
        return rows[-1].denominator is not None and not rows[-1].percent
    return rows[-1].count is None and row.denominator is not None and "(" in place.before


def _joined(first: PrintedFigure, second: PrintedFigure) -> PrintedFigure:
    counted, other = (second, first) if first.count is None else (first, second)
    is_named = counted.group not in ("", UNKNOWN_GROUP)
    return replace(
        counted,
        quote=f"{first.quote} ({second.quote})"[:QUOTE_LENGTH],
        percent=first.percent or second.percent,
        group=counted.group if is_named or other.group == UNKNOWN_GROUP else other.group,
        edition=counted.edition or other.edition,
    )
