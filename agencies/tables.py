"""The agency list as a table."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import django_tables2 as tables
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django_tables2.data import TableQuerysetData

from agencies.house_style import DASH, last_day, short_date
from agencies.models import Category
from agencies.models.roster import ParentName
from agencies.pills import pill
from agencies.questions import Question


def found_by(record: Any, day: date) -> str:
    """Say by what a row was found where its name of the day and its code do not show it."""
    if getattr(record, "by_name", True):
        return ""
    if not record.other_name and record.predecessor:
        until = last_day(record.predecessor_until)
        return _("includes %(name)s (until %(day)s)") % {"name": record.predecessor, "day": until}
    if not record.other_name:
        return _("decision %(number)s") % {"number": record.by_decision}
    if record.other_name_from > day:
        return _("later name: %(name)s") % {"name": record.other_name}
    return _("former name: %(name)s") % {"name": record.other_name}


class KeyedRows(TableQuerysetData):
    """All agencies of the list, their keys at hand: a page asks for its own rows alone.

    Sorted otherwise the rows come from the query, as they would without keys.
    """

    def __init__(self, agencies: Any, keys: Sequence[int]) -> None:
        super().__init__(agencies)
        self.keys, self.is_sorted = keys, False

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, place: Any) -> Any:
        if self.is_sorted or not isinstance(place, slice):
            return super().__getitem__(place)
        return list(self.data.filter(pk__in=self.keys[place]))

    def order_by(self, aliases: Any) -> None:
        """Sort the rows by columns."""
        self.is_sorted = self.is_sorted or bool(aliases)
        super().order_by(aliases)


class AgencyTable(tables.Table):
    """One agency a row; needs the names of groups and parents of the day."""

    name = tables.Column(verbose_name=_("Agency"), order_by=("sort_key", "code"))
    group = tables.Column(
        verbose_name=_("Group"), accessor="group_ref", order_by=("group_position", "sort_key")
    )
    parent = tables.Column(verbose_name=_("Parent body"), accessor="parent_ref", orderable=False)
    category = tables.Column(verbose_name=_("Status"), order_by=("category", "sort_key"))
    since = tables.Column(verbose_name=_("Since"), order_by=("since", "sort_key"))
    decision = tables.Column(
        verbose_name=_("Decision"), accessor="decision_number", orderable=False
    )

    class Meta:
        attrs = {"class": "table"}  # noqa: RUF012  # as django-tables2 reads it

    def __init__(
        self,
        data: Any,
        *,
        question: Question,
        groups: dict[int, str],
        parents: dict[int, ParentName],
        ticked: Collection[str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.ticked = ticked  # codes; None where the reader has nothing to tick for
        self.question, self.groups, self.parents = question, groups, parents
        super().__init__(data, empty_text=_("No agency fits; clear a filter."), **kwargs)

    @property
    def body(self) -> SafeString:
        """Draw the rows of the page here: the library inspects every renderer for every cell."""
        heads = [(column.name, escape(column.header)) for column in self.columns]
        return mark_safe("\n".join(self._row(row.record, heads) for row in self.paginated_rows))

    def _row(self, record: Any, heads: Sequence[tuple[str, str]]) -> str:
        cells = zip(heads, self.cells(record), strict=True)
        drawn = (
            f'<td class="{name}" data-label="{label}">{conditional_escape(cell)}</td>'
            for (name, label), cell in cells
        )
        return f"<tr>{''.join(drawn)}</tr>"

    def cells(self, record: Any) -> tuple[str, ...]:
        """Return what stands in a row, in the order of the columns."""
        parent = self.parents.get(record.parent_ref)
        return (
            self.name_of(record),
            self.groups[record.group_ref],
            parent.name if parent else DASH,
            pill(record.category, detail=record.edition_code or ""),
            short_date(record.since),
            decision_of(record),
        )

    def sorted_by(self) -> str:
        """Say what the rows are sorted by; nothing where they stand in the list's own order."""
        return ", ".join(
            (_("%(column)s, descending") if order.is_descending else "%(column)s")
            % {"column": self.columns[order.bare].header}
            for order in self.order_by or ()
        )

    def name_of(self, record: Any) -> SafeString:
        """Link the agency's page."""
        return format_html(
            '{}<a href="{}">{}</a> <span class="code">{}</span>{}',
            self.tick(record.name, record.code),
            self.question.url("agencies:agency-detail", record.code),
            record.name,
            record.code,
            self.found_by(record),
        )

    def tick(self, name: str, code: str) -> SafeString | str:
        """Draw the box that chooses the agency for an act on several."""
        if self.ticked is None:
            return ""
        return format_html(
            '<input type="checkbox" class="tick" name="agency" value="{}" aria-label="{}"{}>',
            code,
            _("Choose %(agency)s") % {"agency": name},
            mark_safe(" checked") if code in self.ticked else "",
        )

    def found_by(self, record: Any) -> SafeString | str:
        """Show by what a row was found where its name and code do not show it."""
        said = found_by(record, self.question.as_of.day)
        return format_html(' <span class="found-by">{}</span>', said) if said else ""


def decision_of(record: Any) -> SafeString | str:
    """Print number and date of a declaration; say where it lacks them."""
    if record.decision_number or record.decision_date:
        number = record.decision_number or _("no number")
        return format_html(
            "{} <span class=quiet>{}</span>", number, short_date(record.decision_date)
        )
    if record.category in (Category.CONVERTED, Category.OLDER_EDITION):
        return format_html("<span class=missing>{}</span>", _("number and date missing"))
    return DASH
