"""What the administration pages write, on the record of acts."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest

from agencies import actions
from agencies.audited import values_of

LONGEST_KEY = 18  # digits; no database has a longer number of a row
LONGEST_SEARCH = 200  # characters; a thousand words are more conditions than SQLite takes


class BoundedSearchAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable
    """Searches for the beginning of a text that is longer than any name."""

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Return the rows found, and whether one may stand there twice."""
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH])


class NumberedSelect(AutocompleteSelect):
    """Draws the row chosen, and nothing for what is no number of a row."""

    def format_value(self, value: Any) -> list[str]:
        """Return the values that a row can have; Django looks each up as it is."""
        said = super().format_value(value) or []
        return [one for one in said if one.isascii() and one.isdigit() and len(one) <= LONGEST_KEY]


class AuditedAdmin(BoundedSearchAdmin):
    """Writes a line for every row added, changed or deleted, with what it was before."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the field of another row, chosen from a list or found by its name."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = NumberedSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """Save a row."""
        with actions.changing(obj, by=request.user):
            super().save_model(request, obj, form, change)

    def save_formset(self, request: Any, form: Any, formset: Any, change: Any) -> None:
        """Save the rows that are typed beside another."""
        with actions.write_lock():
            rows = [one.instance for one in formset.initial_forms if one.has_changed()]
            pks = [row.pk for row in rows]
            standing = formset.model._base_manager.in_bulk(pks)
            gone = [standing[one.instance.pk] for one in formset.deleted_forms if one.instance.pk]
            actions.note_gone(gone, by=request.user)
            super().save_formset(request, form, formset, change)
            changed = [
                (row, values_of(standing[row.pk])) for row, _fields in formset.changed_objects
            ]
            changed += [(row, {}) for row in formset.new_objects]
            actions.note_rows(changed, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete a row."""
        self.delete_queryset(request, type(obj)._base_manager.filter(pk=obj.pk))

    def delete_queryset(self, request: Any, queryset: Any) -> None:
        """Delete rows ticked in the list, one by one: each keeps a version of its own."""
        with actions.write_lock():
            for row in queryset:
                actions.note_gone([row], by=request.user)
                row.delete()
