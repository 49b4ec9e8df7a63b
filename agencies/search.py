"""Finding agencies by what people remember: a name of any time, a code, a decision number."""

import re
from datetime import date
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Lower, Replace

from agencies.asof import AsOf
from agencies.models import Entry, Reorganisation, RosterRecord, StatusRecord, Succession
from agencies.models.history import held_on, known_by
from agencies.models.reorganisation import known_reorganisations
from agencies.models.roster import in_provinces
from agencies.vietnamese import clean_text, fold

MOST_ENDED = 10
# The longest name; of longer texts the databases refuse to compare all words.
LONGEST_SEARCH = RosterRecord._meta.get_field("name").max_length or 0
# People type the whole phrase from the paper: "Quyết định số 17/QĐ-UBND", "QĐ số 17", "số 17".
PHRASE = re.compile(r"^(quyết định|quyet dinh|qđ|qd|nghị quyết|nghi quyet|nq)?\s*(số|so)?\s*(?=\d)")


def found_by_text(agencies: Any, text: str, as_of: AsOf) -> Any:
    """Keep the agencies of `Agency.with_status` that a text finds; say by what.

    Found is an agency by its name of the day, its code or its GSO code; by any other name
    that was on record by the moment asked, corrected spellings included; by the number of
    any decision on record by then; and a body by what a predecessor of it was called until a
    reorganisation. The columns `by_name`, `other_name` with its first day `other_name_from`,
    `by_decision`, and `predecessor` with the day `predecessor_until` on which it was no more
    say which. All in the list's one query.
    """
    words = _words(text)
    if not words:
        return agencies.none() if text.strip() else agencies
    known = Entry.objects.last_known_at(as_of.known_at)
    names, decisions = _names(words, known), _decisions(text, known)
    in_effect = _in_effect(known, as_of.day)
    bodies = _ended(words, known, as_of.day).values("agency")
    successors = in_effect.filter(predecessor__in=bodies)
    later = in_effect.filter(predecessor__in=successors.values("successor"))
    # What finds is asked once for all agencies; its words, only for those found. A database that
    # asks each agency for its predecessors' names takes minutes for a country.
    found = agencies.filter(
        Q(*words)
        | Q(pk__in=names.values("agency"))
        | Q(pk__in=decisions.values("agency"))
        | Q(pk__in=successors.values("successor"))
        | Q(pk__in=later.values("successor"))
    )
    own_names = names.filter(agency=OuterRef("pk")).order_by("-valid_from", "-pk")
    own_decisions = decisions.filter(agency=OuterRef("pk")).order_by("-valid_from", "-pk")
    return found.annotate(
        by_name=ExpressionWrapper(Q(*words), output_field=BooleanField()),
        other_name=Subquery(own_names.values("name")[:1]),
        other_name_from=Subquery(own_names.values("valid_from")[:1]),
        by_decision=Subquery(own_decisions.values("decision_number")[:1]),
        predecessor=_predecessor("name", words, known, as_of.day),
        predecessor_until=_predecessor("valid_to", words, known, as_of.day),
    )


def _words(text: str) -> list[Q]:
    """Return a condition for each word; none for a text that is longer than any name."""
    if len(text) > LONGEST_SEARCH:
        return []
    return [Q(search_text__contains=f" {word}") for word in dict.fromkeys(fold(text).split())]


def _names(words: list[Q], known: int) -> Any:
    """Return the roster rows, whenever they held, that have every word."""
    return RosterRecord.objects.filter(*words, recorded__lte=known)


def _ended(words: list[Q], known: int, day: date) -> Any:
    """Return the roster rows that ended by the day, as far as known, and have every word."""
    return RosterRecord.objects.filter(*words, known_by(known), valid_to__lte=day)


def _in_effect(known: int, day: date) -> Any:
    """Return the successions in effect by the day, as far as known; who goes on is no successor."""
    return Succession.objects.filter(
        known_reorganisations(known, "reorganisation__"),
        reorganisation__takes_effect_on__lte=day,
    ).exclude(predecessor=F("successor"))


def _predecessor(column: str, words: list[Q], known: int, day: date) -> Case:
    """Return a column of the last roster row of the outer agency's predecessors with every word.

    Also of the predecessors' own, as a body may be merged again; of rows that ended on one day,
    the nearer body's.
    """
    near, far = (
        _ended(words, known, day)
        .filter(_leads_on(known, day, steps))
        .order_by("-valid_to", "sort_key", "-pk")
        for steps in (1, 2)
    )
    is_later = Exists(far.filter(valid_to__gt=Subquery(near.values("valid_to")[:1])))
    no_near = ~Exists(near)
    return Case(
        When(is_later | no_near, then=Subquery(far.values(column)[:1])),
        default=Subquery(near.values(column)[:1]),
    )


def _leads_on(known: int, day: date, steps: int) -> Q:
    """Return the condition that a row's agency led in so many steps to the outer agency."""
    condition, body = Q(), "agency"
    for _step in range(steps):
        way = f"{body}__successions"
        successor = F(f"{way}__successor")
        condition &= known_reorganisations(known, f"{way}__reorganisation__")
        condition &= Q(**{f"{way}__reorganisation__takes_effect_on__lte": day})
        condition &= Q(**{f"{body}__lt": successor}) | Q(**{f"{body}__gt": successor})
        body = f"{way}__successor"
    return condition & Q(**{body: OuterRef("pk")})


def ended_by_text(text: str, as_of: AsOf) -> list[RosterRecord]:
    """Return the last roster rows of agencies that a text finds and the day does not have.

    Bodies that ended by the day, as far as known, in the order of their names; at most a few.
    """
    words = _words(text)
    if not words:
        return []
    known = Entry.objects.last_known_at(as_of.known_at)
    goes_on = RosterRecord.objects.filter(known_by(known), held_on(as_of.day))
    rows = (
        RosterRecord.objects.filter(*words, known_by(known), valid_to__lte=as_of.day)
        .filter(in_provinces(as_of))
        .exclude(agency__in=goes_on.values("agency"))
        .select_related("agency")
        .order_by("sort_key", "-valid_to")
    )
    found: dict[int, RosterRecord] = {}
    for row in rows[: MOST_ENDED * 2]:
        found.setdefault(row.agency_id, row)
    return list(found.values())[:MOST_ENDED]


def decrees_by_text(text: str, as_of: AsOf) -> list[Reorganisation]:
    """Return the reorganisations, as far as known, whose decree bears the number typed.

    Read like the number of a decision: "24" is the whole number, "24/N" may be cut short.
    """
    needle = decision_needle(text)
    if not needle:
        return []
    known = Entry.objects.last_known_at(as_of.known_at)
    events = Reorganisation.objects.filter(known_reorganisations(known))
    if as_of.provinces:
        theirs = RosterRecord.objects.filter(in_provinces(as_of)).values("agency")
        bodies = Q(successions__predecessor__in=theirs) | Q(successions__successor__in=theirs)
        events = events.filter(bodies).distinct()
    return [event for event in events if _bears(event.decree_number, needle)][:MOST_ENDED]


def _bears(number: str, needle: str) -> bool:
    bare = number.lower().replace("đ", "d").replace(" ", "")
    if needle.isdecimal():
        return re.match(rf"{needle}([/-]|$)", bare) is not None
    return bare.startswith(needle)


def _decisions(text: str, known: int) -> Any:
    """Return the status rows whose decision bears the number typed.

    A number alone is the whole number ("17" finds 17/QĐ-UBND, not 170/QĐ-UBND), one with
    letters may be cut short. Case, spaces and Đ/D make no difference.
    """
    number = decision_needle(text)
    if not number:
        return StatusRecord.objects.none()
    # SQLite lowers ASCII letters alone.
    bare: Replace | Lower = Lower(Replace("decision_number", Value("Đ"), Value("d")))
    for written, read in (("đ", "d"), (" ", "")):
        bare = Replace(bare, Value(written), Value(read))
    rows = StatusRecord.objects.filter(recorded__lte=known).alias(bare_number=bare)
    wanted = Q(bare_number__startswith=number)
    if number.isdecimal():
        ends = Q(bare_number__startswith=f"{number}/") | Q(bare_number__startswith=f"{number}-")
        wanted = Q(bare_number=number) | ends
    return rows.filter(wanted)


def decision_needle(text: str) -> str:
    """Return what is looked for among decision numbers; nothing where no number is typed.

    >>> decision_needle("Quyết định số 17 / QĐ-UBND")
    '17/qd-ubnd'
    """
    if len(text) > LONGEST_SEARCH:
        return ""
    typed = PHRASE.sub("", clean_text(text).lower())
    bare = typed.replace("đ", "d").replace(" ", "")
    return bare if any(character.isdecimal() for character in bare) else ""
