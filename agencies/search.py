"""Finding agencies by what people remember: a name of any time, a code, a decision number."""

import re
from datetime import date
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
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
    names, merged = _names(words, known), _predecessors(words, known, as_of.day)
    found = agencies.annotate(
        by_name=ExpressionWrapper(Q(*words), output_field=BooleanField()),
        other_name=Subquery(names.values("name")[:1]),
        other_name_from=Subquery(names.values("valid_from")[:1]),
        by_decision=Subquery(_decisions(text, known).values("decision_number")[:1]),
        predecessor=Subquery(merged.values("name")[:1]),
        predecessor_until=Subquery(merged.values("valid_to")[:1]),
    )
    return found.filter(
        Q(*words)
        | Q(other_name__isnull=False)
        | Q(by_decision__isnull=False)
        | Q(predecessor__isnull=False)
    )


def _words(text: str) -> list[Q]:
    """Return a condition for each word; none for a text that is longer than any name."""
    if len(text) > LONGEST_SEARCH:
        return []
    return [Q(search_text__contains=f" {word}") for word in dict.fromkeys(fold(text).split())]


def _names(words: list[Q], known: int) -> Any:
    """Return the roster rows of the outer agency, whenever they held, that have every word."""
    rows = RosterRecord.objects.filter(*words, agency=OuterRef("pk"), recorded__lte=known)
    return rows.order_by("-valid_from", "-pk")


def _predecessors(words: list[Q], known: int, day: date) -> Any:
    """Return the last roster rows of the outer agency's predecessors that have every word.

    Of events in effect by the day, as they were known; and of the predecessors' own, as a body
    may be merged again. A body that goes on is itself.
    """
    in_effect = Succession.objects.filter(
        known_reorganisations(known, "reorganisation__"),
        reorganisation__takes_effect_on__lte=day,
    ).exclude(predecessor=F("successor"))
    near = in_effect.filter(successor=OuterRef(OuterRef("pk")))
    nearer = in_effect.filter(successor=OuterRef(OuterRef(OuterRef("pk"))))
    far = in_effect.filter(successor__in=nearer.values("predecessor"))
    rows = RosterRecord.objects.filter(
        Q(agency__in=near.values("predecessor")) | Q(agency__in=far.values("predecessor")),
        *words,
        known_by(known),
        valid_to__lte=day,
    )
    return rows.order_by("-valid_to", "sort_key", "-pk")


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
    """Return the status rows of the outer agency whose decision bears the number typed.

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
    rows = StatusRecord.objects.filter(agency=OuterRef("pk"), recorded__lte=known)
    rows = rows.alias(bare_number=bare)
    wanted = Q(bare_number__startswith=number)
    if number.isdecimal():
        wanted = Q(bare_number=number) | Q(bare_number__regex=rf"^{number}[/-]")
    return rows.filter(wanted).order_by("-valid_from", "-pk")


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
