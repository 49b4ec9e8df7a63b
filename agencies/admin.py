"""Groups and editions are edited here; what has two dates is only shown."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from agencies import account_admin  # noqa: F401  # registers the accounts
from agencies.audited_admin import AuditedAdmin, BoundedSearchAdmin
from agencies.models import (
    Agency,
    AgencyGroup,
    Duty,
    Edition,
    Entry,
    PlannedConversion,
    Province,
    Reorganisation,
    RosterRecord,
    StatusRecord,
    Succession,
    Transition,
    TransitionTarget,
)
from agencies.questions import DayField

# Django reads 05/03/2014 as a day in May, and its calendar writes no day as offices do.
DAYS: Any = {
    models.DateField: {
        "form_class": DayField,
        "widget": forms.DateInput(format="%d/%m/%Y", attrs={"placeholder": _("dd/mm/yyyy")}),
    }
}


class ReferenceAdmin(AuditedAdmin, SimpleHistoryAdmin):
    """Reference data: renaming changes labels, never counts; nothing in use is deleted."""

    formfield_overrides = DAYS

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Keep what figures were counted by."""
        return False


@admin.register(AgencyGroup)
class GroupAdmin(ReferenceAdmin):
    """Groups that figures are reported by."""

    list_display = ("code", "name", "name_en", "position")


@admin.register(Province)
class ProvinceAdmin(ReferenceAdmin):
    """Provinces, where one office keeps the agencies of several."""

    list_display = ("code", "name", "name_en", "position")


@admin.register(Edition)
class EditionAdmin(ReferenceAdmin):
    """Editions of the standard."""

    list_display = ("code", "year", "legal_basis")


class TargetForms(BaseInlineFormSet):  # type: ignore[type-arg]  # not subscriptable
    """The targets typed beside a transition, which may itself be about to be written."""

    def clean(self) -> None:
        """Check every day against the transition as it is typed."""
        super().clean()
        for form in self.forms:
            target = form.instance
            if form.cleaned_data and not form.cleaned_data.get("DELETE") and target.due_on:
                try:
                    target.check_day(self.instance)
                except ValidationError as wrong:
                    if "due_on" not in form.errors:
                        form.add_error(None, wrong)


class TargetInline(admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable
    """Targets per group and day; a row is taken out where the plan drops it."""

    model = TransitionTarget
    formset = TargetForms
    formfield_overrides = DAYS
    extra = 3


@admin.register(Transition)
class TransitionAdmin(ReferenceAdmin):
    """Transitions between editions, each with its deadline and its targets."""

    list_display = ("from_edition", "to_edition", "starts_on", "deadline", "legal_basis")
    inlines = (TargetInline,)


@admin.register(Duty)
class DutyAdmin(AuditedAdmin, SimpleHistoryAdmin):
    """Who is bound, from when, by what; what was entered by mistake may be deleted."""

    formfield_overrides = DAYS
    list_display = ("group", "agency", "kind", "valid_from", "valid_to", "legal_source")
    list_display_links = ("group", "agency", "kind")
    list_filter = ("kind", "group")
    list_select_related = ("group", "agency")
    autocomplete_fields = ("agency",)
    search_fields = ("agency__code", "legal_source")


@admin.register(PlannedConversion)
class PlanAdmin(AuditedAdmin, SimpleHistoryAdmin):
    """Planned days; officers enter them on the page of plans."""

    formfield_overrides = DAYS
    list_display = ("transition", "agency", "planned_on", "source")
    list_filter = ("transition",)
    list_select_related = ("transition__from_edition", "transition__to_edition", "agency")
    autocomplete_fields = ("agency",)
    search_fields = ("agency__code", "source")


class ReadOnlyAdmin(BoundedSearchAdmin):
    """What has a history of two dates is changed on the site, by its actions alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


@admin.register(Agency)
class AgencyAdmin(ReadOnlyAdmin):
    """Agencies' codes."""

    search_fields = ("code",)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Acts of recording."""

    list_display = ("at", "by", "kind", "reason", "loaded_at")
    list_select_related = ("by",)


@admin.register(RosterRecord, StatusRecord)
class DatedRecordAdmin(ReadOnlyAdmin):
    """Rows of the two histories."""

    list_display = (
        "agency",
        "__str__",
        "valid_from",
        "valid_to",
        "recorded",
        "superseded",
    )
    search_fields = ("agency__code",)
    list_select_related = ("agency", "recorded", "superseded")


@admin.register(Reorganisation)
class ReorganisationAdmin(ReadOnlyAdmin):
    """Decrees that were applied."""

    list_display = ("decree_number", "takes_effect_on", "title", "entry")
    list_select_related = ("entry",)


@admin.register(Succession)
class SuccessionAdmin(ReadOnlyAdmin):
    """Which body came from which."""

    list_display = ("reorganisation", "predecessor", "successor", "kind", "first_status")
    search_fields = ("predecessor__code", "successor__code")
    list_select_related = ("reorganisation", "predecessor", "successor")
