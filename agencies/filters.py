"""The filters of the agency list."""

from typing import Any

import django_filters
from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from agencies.asof import AsOf
from agencies.models import Agency, AgencyGroup, Category, Edition, RosterRecord
from agencies.search import found_by_text

LEFT, LEFT_BUILT, IN_TOTAL = "left", "left_built", "in_total"
# Categories that are asked for together.
GATHERED: dict[str, tuple[Category, ...]] = {
    LEFT: Category.left(),
    LEFT_BUILT: tuple(one for one in Category.left() if one != Category.NOT_STARTED),
    IN_TOTAL: (Category.CONVERTED, *Category.left()),
}


class DrawnSelect(forms.Select):
    """A list to choose from that is drawn here: a template a choice takes a second of a country."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the element as Django's own template draws it."""
        given = {str(one) for one in (value if isinstance(value, list | tuple) else [value])}
        chosen = given if value else {""}
        options = format_html_join(
            "\n",
            '  <option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) in chosen else "", label)
                for key, label in self.choices
            ),
        )
        head = flatatt(self.build_attrs({**self.attrs, "name": name}, attrs))
        return format_html("<select{}>\n{}\n</select>", head, options)


class AgencyFilter(django_filters.FilterSet):
    """Narrows `Agency.with_status` by text, group, parent body, category and edition."""

    q = django_filters.CharFilter(label=_("Name, code or decision"), method="matching")
    group = django_filters.ChoiceFilter(
        label=_("Group"), method="in_group", empty_label=_("All groups")
    )
    parent = django_filters.ChoiceFilter(
        label=_("Parent body"),
        method="under",
        empty_label=_("All parent bodies"),
        widget=DrawnSelect,
    )
    category = django_filters.ChoiceFilter(
        label=_("Category"),
        method="in_category",
        empty_label=_("All categories"),
        choices=[
            (LEFT, _("left: not converted or not built")),
            (LEFT_BUILT, _("not converted, without those not built")),
            (IN_TOTAL, _("in the total: all but exempt")),
            *Category.choices,
        ],
    )
    own_edition = django_filters.ChoiceFilter(
        label=_("Edition declared"), field_name="edition_year", empty_label=_("All editions")
    )

    class Meta:
        model = Agency
        fields = ()

    def __init__(self, data: Any, queryset: Any, *, as_of: AsOf, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        self.as_of = as_of
        self.groups = {group.code: group for group in AgencyGroup.objects.all()}
        self.parents = RosterRecord.objects.parent_names(as_of)
        editions = [(edition.year, edition.code) for edition in Edition.objects.all()]
        self.filters["group"].extra["choices"] = [
            (group.code, group.label) for group in self.groups.values()
        ]
        self.filters["parent"].extra["choices"] = [
            (parent.code, parent.name) for parent in self.parents.values()
        ]
        self.filters["own_edition"].extra["choices"] = editions

    @property
    def takes_all(self) -> bool:
        """Say whether no condition is set."""
        return self.form.is_valid() and not any(self.form.cleaned_data.values())

    def said(self) -> list[tuple[str, str]]:
        """Return the conditions that are set, each as its label and its value in words.

        None of a form that cannot be read.
        """
        if not self.form.is_valid():
            return []
        conditions = []
        for name, field in self.form.fields.items():
            value = self.form.cleaned_data.get(name)
            if value:
                words = dict(getattr(field, "choices", ()))
                # A choice from an address is text where the choices are numbers.
                shown = next((word for key, word in words.items() if str(key) == value), value)
                conditions.append((str(field.label), str(shown)))
        return conditions

    def matching(self, queryset: Any, name: str, value: str) -> Any:
        """Keep agencies that the text finds, by a name of any time, a code or a decision."""
        return found_by_text(queryset, value, self.as_of)

    def in_group(self, queryset: Any, name: str, value: str) -> Any:
        """Keep agencies of the group."""
        return queryset.filter(group_ref=self.groups[value].pk)

    def under(self, queryset: Any, name: str, value: str) -> Any:
        """Keep agencies of the parent body."""
        wanted = [pk for pk, parent in self.parents.items() if parent.code == value]
        return queryset.filter(parent_ref__in=wanted)

    def in_category(self, queryset: Any, name: str, value: str) -> Any:
        """Keep agencies of the category, or of those that are asked for together."""
        return queryset.filter(category__in=GATHERED.get(value, [value]))
