"""Figures, dates and addresses as templates write them."""

from datetime import date, datetime
from typing import Any

from django import template
from django.template import RequestContext
from django.urls import reverse
from django.utils.safestring import SafeString

from agencies import house_style, pills
from agencies.models.categories import category_of

register = template.Library()


@register.filter
def figure(number: int) -> str:
    """Return a count in house style."""
    return house_style.count(number)


@register.filter
def signed(number: int) -> str:
    """Return a difference in house style."""
    return house_style.signed_count(number)


@register.filter
def day(value: date | None) -> str:
    """Return a short date."""
    return house_style.short_date(value)


@register.filter
def last_day(value: date | None) -> str:
    """Return the last day of a span whose end is its first day no longer."""
    return house_style.last_day(value)


@register.filter
def moment(value: datetime) -> str:
    """Return a moment in the office's time zone."""
    return house_style.moment(value)


@register.simple_tag
def percent(part: int, total: int) -> str:
    """Return a percentage in house style."""
    return house_style.percent(part, total)


@register.simple_tag(takes_context=True)
def page(context: RequestContext, name: str, *args: object, **query: str | int | None) -> str:
    """Return the address of a page that is asked the same question as this one."""
    question = context.get("question")
    return question.url(name, *args, **query) if question else reverse(name, args=args)


@register.simple_block_tag
def said_again(content: str) -> str:
    """Keep what stands inside under a name, for a text that a page says in several places."""
    return content


register.simple_tag(pills.pill)


@register.simple_tag
def stage_pill(record: Any, asked_year: int) -> SafeString:
    """Draw the stage of a status record, coloured by its category against the edition asked."""
    year = record.edition.year if record.edition_id else None
    category = category_of(record.stage, year, asked_year)
    word = f"{record.get_stage_display()} {record.edition}" if year else record.get_stage_display()
    return pills.pill(category, word)
