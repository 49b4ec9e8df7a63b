"""A count then and now, each leading to the agencies behind it."""

from typing import Any

from django import template
from django.template import RequestContext

from agencies import house_style
from agencies.models import Category
from reports.rollups import ComparedRow, Counts

register = template.Library()


@register.inclusion_tag("reports/_both_counts.html", takes_context=True)
def both_counts(context: RequestContext, row: ComparedRow, category: Category) -> dict[str, Any]:
    """Draw one category of one group at both questions; an unchanged count stands once.

    The converted are drawn as their fraction of the total.
    """
    query = {"group": row.group, "category": category.value}
    return {
        "then": _written(row.then, category),
        "now": _written(row.now, category),
        "then_url": context["then"].url("agencies:agency-list", **query),
        "now_url": context["question"].url("agencies:agency-list", **query),
    }


def _written(counts: Counts, category: Category) -> str:
    if category == Category.CONVERTED:
        return counts.fraction
    number = counts.of(category)
    return house_style.count(number) if number else house_style.DASH
