"""Forms of inspections: the plan, the visit, its findings, the checklist, a cancellation."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities import actions
from activities.models import (
    Finding,
    Inspection,
    InspectionForm,
    InspectionPlan,
    Outcome,
    Rating,
    check_rows,
    checklist_of,
)
from activities.models.inspections import LONG_TEXT, YEARS
from agencies.document_forms import DocumentForm, token_of
from agencies.forms import reason_field
from agencies.models import Agency, RosterRecord, User
from agencies.questions import DayField
from agencies.vietnamese import clean_lines

Doing = Callable[[], object]
TWO_LINES = forms.Textarea(attrs={"rows": 2})


class RowForm(forms.Form):
    """A form about one row; `seen` is the row's version when the form was drawn."""

    seen = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=2**62
    )

    def seen_now(self, version: int) -> None:
        """Draw the form from the present version, with all that was typed."""
        self.data = {name: self.data[name] for name in self.data} | {"seen": str(version)}

    def adopt(self, drawn_from: "RowForm", now: "RowForm") -> None:
        """Take over what somebody else wrote in fields that were left as they were drawn.

        `drawn_from` and `now` are the form of the version that was seen and of the present one.
        """
        for name in now.fields:
            typed = clean_lines(str(self.data.get(name, "")))
            if name not in ("seen", "reason") and typed == _shown(drawn_from, name):
                self.data = {**self.data, name: _shown(now, name)}


def _shown(form: forms.Form, name: str) -> str:
    """Return the text that a form's field is first drawn with."""
    if name not in form.fields:
        return ""
    field = form[name]
    value = field.field.widget.format_value(field.value())
    one = value[0] if isinstance(value, list) and value else value
    return clean_lines(str(one or ""))


class AgencyField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable
    """An agency, chosen by its last known name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Agency.objects.all(), **kwargs)

    def name_agencies(self, province: int | None = None) -> None:
        """Draw the choices, of one province where told; asked once a form, as there may be many."""
        records = RosterRecord.objects.believed().filter(group__isnull=False)
        if province is not None:
            records = records.filter(province=province)
        named = records.order_by("sort_key", "-valid_from")
        rows = named.values_list("agency", "name", "agency__code")
        choices = {agency: f"{name} ({code})" for agency, name, code in rows}
        self.choices = [("", _("Choose an agency")), *choices.items()]


class VisitForm(RowForm, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable
    """One visit with what was seen of each item of the checklist."""

    agency = AgencyField(label=_("Agency"))
    checklist_year = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Inspection
        fields = ("agency", "visited_on", "form", "edition", "team", "remarks", "rating")
        field_classes: Mapping[str, Any] = {"visited_on": DayField}
        widgets: Mapping[str, Any] = {
            "team": forms.Textarea(attrs={"rows": 3}),
            "remarks": forms.Textarea(attrs={"rows": 3}),
        }
        labels: Mapping[str, Any] = {
            "visited_on": _("Day of the visit"),
            "form": _("Form"),
            "edition": _("Edition inspected against"),
            "team": _("Inspection team"),
            "remarks": _("General remarks"),
            "rating": _("Rating"),
        }
        help_texts: Mapping[str, Any] = {
            "team": _("One person a line, the head of the team first."),
            "rating": _("Empty where the office does not rate."),
        }

    def __init__(
        self, data: Any = None, *, instance: Inspection, province: int | None = None
    ) -> None:
        year = (instance.visited_on or timezone.localdate()).year
        initial = {"seen": actions.last_version(instance), "checklist_year": year}
        super().__init__(data, instance=instance, initial=initial)
        agency = self.fields["agency"]
        assert isinstance(agency, AgencyField)
        agency.name_agencies(province)
        edition, form = self.fields["edition"], self.fields["form"]
        assert isinstance(edition, forms.ModelChoiceField)
        edition.empty_label = _("No edition")
        assert isinstance(form, forms.ChoiceField)
        form.choices = [("", _("Choose a form")), *InspectionForm.choices]
        rating = self.fields["rating"]
        assert isinstance(rating, forms.ChoiceField)
        rating.choices = [("", _("not rated")), *Rating.choices]
        drawn = str(self.data.get("checklist_year", "")) if self.is_bound else ""
        self._ask(checklist_of(int(drawn) if re.fullmatch("[0-9]{4}", drawn) else year))

    def _ask(self, items: list[str]) -> None:
        """Ask for each item: those of a visit on record, else those given."""
        answers = {check["text"]: check for check in self.instance.checks}
        self.items = list(answers) or items
        for place, text in enumerate(self.items):
            check = answers.get(text, {})
            self.fields[f"outcome{place}"] = forms.ChoiceField(
                label=text,
                choices=Outcome.choices,
                required=False,
                initial=check.get("outcome", ""),
            )
            self.fields[f"note{place}"] = forms.CharField(
                label=_("Note"), required=False, max_length=500, initial=check.get("note", "")
            )

    def clean(self) -> dict[str, Any]:
        """Check that the list that was drawn is the one of the visit's year."""
        said = super().clean() or self.cleaned_data
        day = said.get("visited_on")
        if day is None or self.instance.checks or checklist_of(day.year) == self.items:
            return said
        kept = {name: self.data[name] for name in self.data if not name[-1:].isdigit()}
        self.data = {**kept, "checklist_year": str(day.year)}
        self._ask(checklist_of(day.year))
        message = _("Another checklist holds in %(year)s; it stands below now, fill it in.")
        raise ValidationError({"visited_on": message % {"year": day.year}})

    @property
    def facts(self) -> list[Any]:
        """Return the fields that are not of the checklist."""
        return [self[name] for name in self.Meta.fields]

    @property
    def checks(self) -> list[tuple[Any, Any]]:
        """Return the pairs of fields of the checklist: outcome and note."""
        return [(self[f"outcome{n}"], self[f"note{n}"]) for n in range(len(self.items))]

    def change(self, by: User) -> Doing:
        """Write the visit."""
        said = self.cleaned_data
        visit = self.instance
        visit.checks = check_rows(
            (text, said[f"outcome{n}"], said[f"note{n}"]) for n, text in enumerate(self.items)
        )
        return partial(actions.record_visit, visit=visit, by=by, seen=said["seen"])


class FindingForm(RowForm, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable
    """One finding with what is recommended, and by when."""

    class Meta:
        model = Finding
        fields = ("text", "recommendation", "deadline")
        field_classes: Mapping[str, Any] = {"deadline": DayField}
        widgets: Mapping[str, Any] = {"text": TWO_LINES, "recommendation": TWO_LINES}
        labels: Mapping[str, Any] = {
            "text": _("Finding"),
            "recommendation": _("Recommendation"),
            "deadline": _("Deadline"),
        }
        help_texts: Mapping[str, Any] = {
            "deadline": _("Until when it is to be put right; empty where none is set.")
        }

    def __init__(self, data: Any = None, *, instance: Finding) -> None:
        initial = {"seen": actions.last_version(instance)}
        super().__init__(data, instance=instance, initial=initial)

    def change(self, by: User) -> Doing:
        """Write the finding."""
        seen = self.cleaned_data["seen"]
        return partial(actions.record_finding, finding=self.instance, by=by, seen=seen)


class ClosingForm(DocumentForm, RowForm):
    """When and how a finding was put right, and the document that shows it."""

    closed_on = DayField(
        label=_("Closed on"),
        required=False,
        help_text=_("Empty: the finding is open again."),
    )
    closing_note = forms.CharField(
        label=_("How it was put right"), required=False, max_length=LONG_TEXT, widget=TWO_LINES
    )
    field_order = ("closed_on", "closing_note", "document", "no_document")

    def __init__(self, data: Any = None, *, finding: Finding, files: Any = None) -> None:
        self.finding = finding
        initial = {
            "seen": actions.last_version(finding),
            "closed_on": finding.closed_on,
            "closing_note": finding.closing_note,
            "kept": token_of(finding.evidence_id),
        }
        super().__init__(data, files=files, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Check that only a closing has a document."""
        said = super().clean() or self.cleaned_data
        if not said.get("closed_on") and (self.evidence_id() or said.get("document")):
            raise ValidationError(
                {"closed_on": _("A document shows that it is closed; say since when.")}
            )
        return said

    def change(self, by: User) -> Doing:
        """Close the finding, or open it again."""
        said = self.cleaned_data
        self.finding.closed_on = said["closed_on"]
        self.finding.closing_note = said["closing_note"]
        self.finding.evidence_id = self.evidence_id()
        return partial(actions.record_finding, finding=self.finding, by=by, seen=said["seen"])


class CancelForm(RowForm):
    """Why a row does not count: it stays on record, cancelled."""

    reason = reason_field(_("It stays on record with this reason and counts no more."))

    def __init__(self, data: Any = None, *, row: Any, cancel: Callable[..., object]) -> None:
        self.row, self.cancel = row, cancel
        super().__init__(data, initial={"seen": actions.last_version(row)})

    def change(self, by: User) -> Doing:
        """Cancel the row."""
        said = self.cleaned_data
        return partial(self.cancel, reason=said["reason"], by=by, seen=said["seen"])


class ChecklistForm(forms.Form):
    """The items that visits of a year are checked against."""

    items = forms.CharField(
        label=_("Items, one a line"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "They hold for visits of this year and of later years without a list of their own; "
            "visits on record keep the words they were checked against."
        ),
    )

    def __init__(self, data: Any = None, *, year: int, items: list[str]) -> None:
        self.year = year
        super().__init__(data, initial={"items": "\n".join(items)})

    def change(self, by: User) -> Doing:
        """Write the list."""
        items = self.cleaned_data["items"].splitlines()
        return partial(actions.write_checklist, year=self.year, items=items, by=by)


class PlanForm(RowForm, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable
    """A year's plan: its decision, and each agency's form of inspection, none for most."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=1000,
        widget=TWO_LINES,
        help_text=_("Needed where an agency is taken off the plan; it stays on record."),
    )

    class Meta:
        model = InspectionPlan
        fields = ("year", "decision_number", "decision_date", "note")
        field_classes: Mapping[str, Any] = {"decision_date": DayField}
        widgets: Mapping[str, Any] = {"note": TWO_LINES}
        labels: Mapping[str, Any] = {
            "year": _("Year"),
            "decision_number": _("Decision number"),
            "decision_date": _("Decision date"),
            "note": _("Note"),
        }

    def __init__(
        self,
        data: Any = None,
        *,
        instance: InspectionPlan,
        agencies: Sequence[tuple[int, str, str]],
        planned: Mapping[int, str],
    ) -> None:
        initial = {"seen": actions.last_version(instance)}
        super().__init__(data, instance=instance, initial=initial)
        self.agencies, self.names = agencies, dict[str, int]()
        choices = [("", _("not inspected")), *InspectionForm.choices]
        for agency, _group, name in agencies:
            self.names[f"agency{agency}"] = agency
            self.fields[f"agency{agency}"] = forms.ChoiceField(
                label=name, choices=choices, required=False, initial=planned.get(agency, "")
            )
        if instance.pk:
            self.fields["year"].disabled = True
        else:
            del self.fields["reason"]
        groups: dict[str, list[Any]] = {}
        for agency, group, _name in agencies:
            groups.setdefault(group, []).append(self[f"agency{agency}"])
        self.groups = list(groups.items())

    @property
    def facts(self) -> list[Any]:
        """Return the fields that are not of the list of agencies."""
        return [self[name] for name in (*self.Meta.fields, "reason") if name in self.fields]

    def change(self, by: User) -> Doing:
        """Write the plan."""
        said = self.cleaned_data
        chosen = {self.names[name]: said[name] for name in self.names if said.get(name)}
        agencies = Agency.objects.in_bulk(list(chosen))
        return partial(
            actions.record_plan,
            plan=self.instance,
            forms={agencies[pk]: form for pk, form in chosen.items()},
            by=by,
            reason=said.get("reason", ""),
            seen=said["seen"],
        )


class YearForm(forms.Form):
    """Which year is asked about."""

    year = forms.IntegerField(
        label=_("Year"), required=False, min_value=YEARS[0].limit_value, max_value=2200
    )
