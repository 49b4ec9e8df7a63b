"""Words of activities as templates write them."""

from datetime import date

from django import template

from activities.models import InspectionForm, Rating
from agencies import house_style

register = template.Library()


@register.filter
def form_word(value: str) -> str:
    """Return how an agency was inspected, in words."""
    return str(dict(InspectionForm.choices).get(value, value))


@register.filter
def rating_word(value: str) -> str:
    """Return a rating in words, a dash where nobody rated."""
    return str(dict(Rating.choices).get(value, value)) or house_style.DASH


@register.filter
def long_day(day: date) -> str:
    """Return a day as papers write it out."""
    return house_style.long_date(day)
