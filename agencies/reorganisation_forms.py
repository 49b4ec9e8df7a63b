"""The forms of a reorganisation: composed body by body, or confirmed from a file."""

import hashlib
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies import actions
from agencies.composing import CARRIED, MOST_ROWS, NEW, codes_in, read_composition, row_prefix
from agencies.document_forms import DocumentForm
from agencies.forms import Change, ChangeForm
from agencies.models import (
    Agency,
    AgencyGroup,
    FirstStatus,
    Reorganisation,
    ReorganisationPlan,
    RosterRecord,
    SuccessorPlan,
    Upload,
    User,
)
from agencies.questions import DayField


class SuccessorForm(forms.Form):
    """One body after the event: a new one, or a predecessor that goes on."""

    predecessors = forms.CharField(widget=forms.HiddenInput, required=False)
    goes_on = forms.ChoiceField(label=_("Which body it is"), required=False)
    code = forms.CharField(
        label=_("Agency code"),
        max_length=30,
        required=False,
        help_text=_("Of a new body: one that no agency ever had."),
    )
    name = forms.CharField(label=_("Name"), max_length=300, required=False)
    group = forms.ChoiceField(label=_("Group"), required=False)
    parent = forms.CharField(
        label=_("Parent body (code)"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"list": "parents", "autocomplete": "off"}),
        help_text=_("One on record, or one that this event establishes."),
    )
    gso_code = forms.CharField(
        label=_("GSO code"),
        max_length=10,
        required=False,
    )
    name_origin = forms.CharField(label=_("Origin of the name"), max_length=500, required=False)
    first_status = forms.ChoiceField(label=_("First status"), required=False)

    def __init__(self, *args: Any, names: dict[str, str], groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = self["predecessors"].value()
        self.predecessor_codes = codes_in(told)
        of_it = [(code, names.get(code, code)) for code in self.predecessor_codes]
        self.predecessor_names = [name for _code, name in of_it]
        self._choose("goes_on", [(NEW, gettext("a new body")), *of_it])
        self._choose("group", [("", gettext("None: it is not counted")), *groups])
        self._choose("first_status", _decisions(of_it))

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        found = self.fields[name]
        assert isinstance(found, forms.ChoiceField)
        found.choices = choices

    @property
    def goes_on_as(self) -> str:
        """Return the code of the predecessor that it is, "" for a new body."""
        told = str(self["goes_on"].value() or NEW)
        return told if told in self.predecessor_codes else ""

    def clean_goes_on(self) -> str:
        """Return the code of the predecessor that goes on, "" for a new body."""
        told = str(self.cleaned_data["goes_on"])
        return "" if told == NEW else told

    def clean(self) -> dict[str, Any]:
        """Ask for what a new body needs, and for the decision on the first status."""
        values = super().clean() or self.cleaned_data
        goes_on = values.get("goes_on", "")
        if not goes_on and "code" in values:
            if not values["code"]:
                self.add_error("code", gettext("A new body needs a code of its own."))
            else:
                self._check_code(values["code"])
        if not goes_on and not values.get("name") and "name" not in self.errors:
            self.add_error("name", gettext("A new body needs a name."))
        alone = self.predecessor_codes == [goes_on]
        needed = not alone and (self.predecessor_codes or values.get("group"))
        if needed and not values.get("first_status") and "first_status" not in self.errors:
            self.add_error("first_status", gettext("Decide with which status it begins."))
        return values

    def _check_code(self, code: str) -> None:
        try:
            Agency(code=code).clean_fields()
        except ValidationError as error:
            self.add_error("code", error.messages)

    def plan(self) -> SuccessorPlan:
        """Return what the valid form says."""
        said = self.cleaned_data
        first, _colon, carried = said["first_status"].partition(":")
        return SuccessorPlan(
            code=said["goes_on"] or said["code"],
            predecessors=tuple(self.predecessor_codes),
            name=said["name"],
            group=said["group"],
            parent=said["parent"],
            gso_code=said["gso_code"],
            name_origin=said["name_origin"],
            first_status=first,
            carried_from=carried,
        )


def _decisions(predecessors: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what may be decided of the status that a body begins with."""
    choices = [("", gettext("Choose; nothing to decide where only name, parent or group change"))]
    choices.append((FirstStatus.ANEW, gettext("Must declare anew: building")))
    for code, name in predecessors:
        choices.append((f"{CARRIED}{code}", gettext("Carried over from %(name)s") % {"name": name}))
    if not predecessors:
        choices.append((FirstStatus.NOT_STARTED, gettext("Not started")))
    return choices


class AppliedForm(DocumentForm, ChangeForm):
    """A form that leads to one reorganisation; `event` is what it became, or what was there."""

    event: Reorganisation | None = None

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, agency=Agency(), **kwargs)

    def apply(self, by: User) -> Reorganisation:
        """Apply what the valid form says."""
        raise NotImplementedError

    def change(self, by: User) -> Change:
        """Return the action, which keeps its event."""
        return partial(self._kept, by)

    def _kept(self, by: User) -> Any:
        try:
            self.event = self.apply(by)
        except actions.AlreadyApplied as applied:
            self.event = applied.event
            raise
        return self.event.entry


class PlanFileForm(AppliedForm):
    """The confirming of a reorganisation from a file, with its document."""

    def __init__(self, data: Any = None, *, upload: Upload, **kwargs: Any) -> None:
        self.of_file = upload
        super().__init__(data, **kwargs)

    def apply(self, by: User) -> Reorganisation:
        """Apply the file."""
        return actions.apply_plan_file(
            upload=self.of_file,
            by=by,
            seen=self.cleaned_data["seen"],
            document_id=self.evidence_id(),
        )


class ComposeForm(AppliedForm):
    """A decree, the units it is about, and what becomes of them."""

    field_order = (
        "decree_number",
        "takes_effect_on",
        "decree_date",
        "title",
        "notice",
        "document",
        "no_document",
    )

    decree_number = forms.CharField(
        label=_("Decree number"), max_length=100, help_text=_("For example 1677/NQ-UBTVQH15")
    )
    takes_effect_on = DayField(
        label=_("Takes effect on"),
        help_text=_("The first day of the new bodies; units are those of the day before."),
    )
    decree_date = DayField(label=_("Decree date"), required=False)
    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    notice = forms.CharField(
        label=_("Notice"),
        max_length=500,
        required=False,
        help_text=_("Stands on every page about a day from that one on."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    units = forms.CharField(widget=forms.HiddenInput, required=False)
    ends = forms.CharField(widget=forms.HiddenInput, required=False)
    rows = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        typed = self.data if self.is_bound else self.initial
        self.composition = read_composition(typed)
        self.successors = self._successors()

    def _successors(self) -> list[SuccessorForm]:
        """Return the forms of the bodies after the event."""
        composition = self.composition
        codes = [code for row in composition.rows for code in codes_in(row["predecessors"])]
        believed = RosterRecord.objects.believed().filter(agency__code__in=set(codes))
        named = believed.order_by("valid_from").values_list("agency__code", "name")
        names = {code: f"{name} ({code})" for code, name in named}
        groups = [(group.code, group.label) for group in AgencyGroup.objects.all()]
        return [
            SuccessorForm(
                self.data if self.is_bound else None,
                prefix=row_prefix(place),
                initial=row,
                names=names,
                groups=groups,
            )
            for place, row in enumerate(composition.rows)
        ]

    def clean(self) -> dict[str, Any]:
        """Check that something is decided of every unit, and every body by itself."""
        values = super().clean() or self.cleaned_data
        good = [form.is_valid() for form in self.successors]
        if not all(good):
            wrong = [str(place) for place, fine in enumerate(good, start=1) if not fine]
            said = gettext("Agencies after the event to be mended: %(places)s.")
            self.add_error(None, said % {"places": ", ".join(wrong)})
        if str(values.get("rows") or "0") not in map(str, range(MOST_ROWS + 1)):
            said = gettext("At most %(most)d agencies are described here.")
            self.add_error(None, said % {"most": MOST_ROWS})
        used = {code for form in self.successors for code in form.predecessor_codes}
        left = [u for u in self.composition.units if u not in used | {*self.composition.ends}]
        if left:
            said = gettext("Nothing is decided yet of: %(codes)s.")
            self.add_error(None, said % {"codes": ", ".join(left)})
        return values

    def plan(self) -> ReorganisationPlan:
        """Return what the valid form says."""
        said = self.cleaned_data
        return ReorganisationPlan(
            decree_number=said["decree_number"],
            takes_effect_on=said["takes_effect_on"],
            successors=tuple(form.plan() for form in self.successors),
            dissolved=tuple(self.composition.ends),
            decree_date=said["decree_date"],
            title=said["title"],
            notice=said["notice"],
            document_id=self.evidence_id(),
        )

    def digest(self) -> str:
        """Return what stands for the valid form's plan, to tell whether it is the one looked at."""
        return hashlib.sha256(repr(self.plan()).encode()).hexdigest()

    def apply(self, by: User) -> Reorganisation:
        """Apply the decree."""
        return actions.apply_reorganisation(plan=self.plan(), by=by, seen=self.cleaned_data["seen"])
