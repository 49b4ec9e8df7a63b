"""Finding agencies by what people remember: a name of any time, a code, a decision number."""

import re
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, Subquery, Value
from django.db.models.functions import Lower, Replace

from agencies.asof import AsOf
from agencies.models import Entry, RosterRecord, StatusRecord
from agencies.vietnamese import clean_text, fold

# People type the whole phrase from the paper: "Quyết định số 17/QĐ-UBND", "QĐ số 17", "số 17".
PHRASE = re.compile(r"^(quyết định|quyet dinh|qđ|qd)?\s*(số|so)?\s*(?=\d)")


def found_by_text(agencies: Any, text: str, as_of: AsOf) -> Any:
    """Keep the agencies of `Agency.with_status` that a text finds; say by what.

    Found is an agency by its name of the day, its code or its GSO code; by any other name
    that was on record by the moment asked, corrected spellings included; by the number of
    any decision on record by then. The columns `by_name`, `other_name` with its first day
    `other_name_from`, and `by_decision` say which. All in the list's one query.
    """
    words = [Q(search_text__contains=f" {word}") for word in fold(text).split()]
    if not words:
        return agencies.none() if text.strip() else agencies
    known = Entry.objects.last_known_at(as_of.known_at)
    names = _names(words, known)
    found = agencies.annotate(
        by_name=ExpressionWrapper(Q(*words), output_field=BooleanField()),
        other_name=Subquery(names.values("name")[:1]),
        other_name_from=Subquery(names.values("valid_from")[:1]),
        by_decision=Subquery(_decisions(text, known).values("decision_number")[:1]),
    )
    return found.filter(Q(*words) | Q(other_name__isnull=False) | Q(by_decision__isnull=False))


def _names(words: list[Q], known: int) -> Any:
    """Return the roster rows of the outer agency, whenever they held, that have every word."""
    rows = RosterRecord.objects.filter(*words, agency=OuterRef("pk"), recorded__lte=known)
    return rows.order_by("-valid_from", "-pk")


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
    typed = PHRASE.sub("", clean_text(text).lower())
    bare = typed.replace("đ", "d").replace(" ", "")
    return bare if any(character.isdecimal() for character in bare) else ""
