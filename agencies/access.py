"""The one road from an address to a row: nobody finds there what another province keeps."""

from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404

from agencies.models import Agency, Entry, Evidence, Reorganisation, User
from agencies.scope import ever_kept, province_of, shown_to

OF_EVENTS = ("successions__predecessor", "successions__successor")


def find_shown(user: User, rows: Any, *agency: str, **named: Any) -> Any:
    """Return the row that is named, where the account is shown it (`agencies.scope.shown_to`).

    Raises:
        Http404: there is none, or it is of agencies that never were in the account's province.
    """
    return get_object_or_404(shown_to(user, rows, *agency), **named)


def find_agency(user: User, **named: Any) -> Agency:
    """Return an agency; errors as `find_shown`."""
    found: Agency = find_shown(user, Agency.objects.all(), **named)
    return found


def events_shown(user: User) -> Any:
    """Return the reorganisations that a body of the account's province had part in."""
    return shown_to(user, Reorganisation.objects.all(), *OF_EVENTS)


def find_entry(user: User, pk: int) -> Entry:
    """Return an act of recording that wrote about an agency of the province, for 404 else."""
    ways = [
        f"{history}s_{side}__agency"
        for history in ("rosterrecord", "statusrecord")
        for side in ("recorded", "superseded")
    ]
    rows = Entry.objects.select_related("by")
    if province_of(user) is not None:
        reached = Q()
        for way in ways:
            reached |= Q(
                pk__in=Entry.objects.filter(**{f"{way}__in": ever_kept(user)}).values("pk")
            )
        rows = rows.filter(reached)
    found: Entry = get_object_or_404(rows, pk=pk)
    return found


def find_document(user: User, pk: int) -> Evidence:
    """Return a document that the account kept itself, or that a row of its province names."""
    rows = Evidence.objects.all()
    if province_of(user) is not None:
        reached = Q(by=user)
        for relation, ways in _naming().items():
            named = shown_to(user, relation.related_model._base_manager.all(), *ways)
            reached |= Q(pk__in=named.values(relation.field.name))
        rows = rows.filter(reached)
    found: Evidence = get_object_or_404(rows, pk=pk)
    return found


def _naming() -> dict[Any, tuple[str, ...]]:
    """Return the relations by which rows of any app name a document, and their ways to agencies.

    Found through the models themselves, so that agencies need not know activities.
    """
    found: dict[Any, tuple[str, ...]] = {}
    for relation in Evidence._meta.related_objects:
        model: Any = relation.related_model
        if hasattr(model, "history_object"):
            continue
        found[relation] = OF_EVENTS if model is Reorganisation else tuple(_ways(model))
    return {relation: ways for relation, ways in found.items() if ways}


def _ways(model: Any) -> list[str]:
    """Return how a row of a model leads to its agency: at once, or by one row between."""
    near = [field.name for field in model._meta.fields if field.related_model is Agency]
    between = [
        f"{field.name}__{further.name}"
        for field in model._meta.fields
        if field.related_model not in (None, Agency)
        for further in field.related_model._meta.fields
        if further.related_model is Agency and field.related_model is not User
    ]
    return near or between
