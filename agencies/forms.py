"""What an officer types. Forms validate and name the action to call; they do not save."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies import actions
from agencies.document_forms import DocumentForm, token_of
from agencies.house_style import short_date
from agencies.models import (
    Agency,
    AgencyGroup,
    Declaration,
    Edition,
    Entry,
    Province,
    RosterFacts,
    RosterRecord,
    Stage,
    StatusFacts,
    StatusRecord,
    User,
)
from agencies.models.history import believed_days
from agencies.models.status import LONG_TEXT
from agencies.questions import DayField
from agencies.scope import ALL, Kept

Change = Callable[[], Entry | Agency]


class Acting(Protocol):
    """A form that leads to one action; `agencies.views.carry_out` calls it."""

    @property
    def fields(self) -> Any:
        """Return the fields by their names."""

    def add_error(self, field: str | None, error: Any) -> None:
        """Say beside a field why the action was refused."""

    def change(self, by: User) -> Callable[[], object]:
        """Return the action that the valid form leads to, not yet called."""


class ChangeForm(forms.Form):
    """A form that leads to one action on one agency.

    `seen` is the last Entry when the form was drawn; the action refuses a form that
    somebody else has overtaken.
    """

    seen = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=2**62
    )

    def __init__(
        self,
        data: Any = None,
        *,
        agency: Agency,
        record: StatusRecord | RosterRecord | None = None,
        **kwargs: Any,
    ) -> None:
        self.agency, self.record = agency, record
        super().__init__(data, **kwargs)
        if data is None:
            last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first()
            self.initial.setdefault("seen", last or 0)

    def change(self, by: User) -> Change:
        """Return the action that the valid form leads to, not yet called."""
        raise NotImplementedError

    def seen_now(self, last: int, record: StatusRecord | RosterRecord | None) -> None:
        """Draw the form from the present state, with all that was typed."""
        self.data = {name: self.data[name] for name in self.data} | {"seen": str(last)}
        self.record = record


def reason_field(help_text: Any) -> forms.CharField:
    """Return the field for the reason that every correction needs."""
    return forms.CharField(
        label=_("Reason"),
        max_length=1000,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


DECLARED = {
    "edition",
    "decision_number",
    "decision_date",
    "signer",
    "declaration",
    "redeclaration_reason",
    "procedures",
    "scope",
    "working_toward",
    "document",
}
NO_TEXT = {"edition", "decision_date", "procedures", "working_toward", "document"}
# What the form asks for at each stage; static/css/form.css shows the same fields.
ASKED: dict[str, set[str]] = {
    Stage.NOT_STARTED: set(),
    Stage.BUILDING: {"working_toward"},
    Stage.APPLIED: DECLARED,
    Stage.WITHDRAWN: {
        "edition",
        "decision_number",
        "decision_date",
        "signer",
        "working_toward",
        "document",
    },
    Stage.EXEMPT: {"decision_number", "decision_date", "document"},
}


class StatusForm(DocumentForm, ChangeForm):
    """The facts of a status record."""

    field_order = (
        "stage",
        "edition",
        "decision_number",
        "decision_date",
        "valid_from",
        "document",
        "no_document",
    )

    stage = forms.ChoiceField(label=_("Stage"), choices=[("", _("Choose a stage")), *Stage.choices])
    edition = forms.ModelChoiceField(
        Edition.objects.all(),
        label=_("Edition"),
        required=False,
        empty_label=_("No edition"),
        help_text=_("The edition that the declaration names."),
    )
    decision_number = forms.CharField(
        label=_("Decision number"),
        max_length=100,
        required=False,
        help_text=_("For example 125/QĐ-SNV"),
    )
    decision_date = DayField(label=_("Decision date"), required=False)
    valid_from = DayField(
        label=_("Holds from"),
        required=False,
        help_text=_("For a declaration: its effective date; empty means the decision date."),
    )
    signer = forms.CharField(
        label=_("Signer"), max_length=200, required=False, help_text=_("Office held, then name.")
    )
    declaration = forms.ChoiceField(
        label=_("Declaration"),
        choices=[("", _("Not stated")), *Declaration.choices],
        required=False,
    )
    redeclaration_reason = forms.CharField(
        label=_("Reason of the re-declaration"), max_length=300, required=False
    )
    procedures = forms.IntegerField(
        label=_("Administrative procedures in scope"),
        min_value=0,
        max_value=1_000_000,
        required=False,
    )
    scope = forms.CharField(
        label=_("Scope"),
        required=False,
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    working_toward = forms.ModelChoiceField(
        Edition.objects.all(),
        label=_("Working toward"),
        required=False,
        empty_label=_("No edition"),
        help_text=_("The edition in preparation; it never changes a figure."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """Check the facts by the model's own rules, and find the day from which they hold."""
        values = super().clean() or self.cleaned_data
        if self.errors:
            return values
        # What the stage does not ask for is out of sight; it is not recorded unseen.
        for name in DECLARED - ASKED[values["stage"]]:
            values[name] = None if name in NO_TEXT else ""
        if values["stage"] == Stage.EXEMPT and not values["note"].strip():
            self.add_error("note", _("Say why the agency is exempt."))
        given, decided = values.get("valid_from"), values.get("decision_date")
        applied = values["stage"] == Stage.APPLIED
        values["valid_from"] = given or (decided if applied else None)
        if values["valid_from"] is None:
            self.add_error("valid_from", _("Say from which day it holds."))
        self._check_decision_date(values)
        if self.errors:
            return values
        values["effective_date"] = given if applied and given != decided else None
        record = StatusRecord(agency=self.agency, **vars(self.facts()))
        try:
            record.clean()
        except ValidationError as error:
            self.add_error(None, error)
        return values

    def _check_decision_date(self, values: dict[str, Any]) -> None:
        """Refuse a day on which nobody signed; a workbook may bring what an old paper says."""
        decided, edition = values.get("decision_date"), values.get("edition")
        if decided and decided > timezone.localdate():
            self.add_error(
                "decision_date",
                _("%(day)s lies in the future; a decision is recorded once it is signed.")
                % {"day": short_date(decided)},
            )
        elif decided and edition and decided.year < edition.year:
            self.add_error(
                "decision_date",
                _("%(day)s is before %(edition)s existed; check the date and the edition.")
                % {"day": short_date(decided), "edition": edition.code},
            )

    def facts(self) -> StatusFacts:
        """Return what was typed, without when."""
        values = self.cleaned_data
        edition, toward = values["edition"], values["working_toward"]
        texts = ("decision_number", "signer", "scope", "redeclaration_reason", "note")
        return StatusFacts(
            stage=values["stage"],
            edition_id=edition and edition.pk,
            working_toward_id=toward and toward.pk,
            decision_date=values["decision_date"],
            effective_date=values["effective_date"],
            procedures=values["procedures"],
            declaration=values["declaration"],
            evidence_id=self.evidence_id() if "document" in ASKED[values["stage"]] else None,
            **{name: values[name] for name in texts},
        )


class RecordStatusForm(StatusForm):
    """A status that changed on a day."""

    def change(self, by: User) -> Change:
        """Record the status from its day on."""
        return partial(
            actions.record_status,
            agency=self.agency,
            valid_from=self.cleaned_data["valid_from"],
            facts=self.facts(),
            by=by,
            seen=self.cleaned_data["seen"],
        )


class CorrectStatusForm(StatusForm):
    """A record that was wrong: what it should have said."""

    record: StatusRecord
    reason = reason_field(_("Why the record was wrong; it stays visible with the old version."))

    def __init__(self, data: Any = None, *, record: StatusRecord, **kwargs: Any) -> None:
        initial = {**record.facts(), "valid_from": record.valid_from}
        initial["edition"] = initial.pop("edition_id")
        initial["working_toward"] = initial.pop("working_toward_id")
        initial["kept"] = token_of(initial.pop("evidence_id"))
        super().__init__(data, record=record, initial=initial, **kwargs)

    def change(self, by: User) -> Change:
        """Correct the record."""
        return partial(
            actions.correct_status_record,
            record=self.record,
            valid_from=self.cleaned_data["valid_from"],
            facts=self.facts(),
            reason=self.cleaned_data["reason"],
            by=by,
            seen=self.cleaned_data["seen"],
        )


class TakeOutStatusForm(ChangeForm):
    """An event that never happened."""

    record: StatusRecord
    reason = reason_field(_("How it came on record; it stays visible as taken out."))
    take_out: Any = staticmethod(actions.take_out_status)

    def change(self, by: User) -> Change:
        """Take the record out; the one before is extended."""
        return partial(
            self.take_out,
            record=self.record,
            reason=self.cleaned_data["reason"],
            by=by,
            seen=self.cleaned_data["seen"],
        )


class RosterForm(ChangeForm):
    """The facts of a roster record."""

    name = forms.CharField(
        label=_("Agency name"),
        max_length=300,
        help_text=_("The agency, not the territory: “UBND xã Đắk Long”."),
    )
    group = forms.ModelChoiceField(
        AgencyGroup.objects.all(),
        label=_("Group"),
        required=False,
        empty_label=_("No group: a parent body, never counted"),
    )
    parent = forms.ChoiceField(
        label=_("Parent body"),
        required=False,
        help_text=_("Reminders go to it: a sub-department's department, a commune's district."),
    )
    province = forms.ModelChoiceField(
        Province.objects.all(),
        label=_("Province"),
        required=False,
        empty_label=_("No province: a body of the whole country"),
    )
    gso_code = forms.CharField(
        label=_("GSO code"),
        max_length=10,
        required=False,
        help_text=_("The territory's code of the General Statistics Office, where it has one."),
    )
    name_origin = forms.CharField(label=_("Origin of the name"), max_length=500, required=False)

    def __init__(self, data: Any = None, *, kept: Kept = ALL, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.kept = kept
        if not kept.may_choose:
            del self.fields["province"]
        records = RosterRecord.objects.believed().exclude(agency=self.agency.pk)
        records = records.filter(province=kept.own) if kept.own else records
        named = records.order_by("sort_key").values_list("agency", "name", "agency__code")
        choices = {str(agency): f"{name} ({code})" for agency, name, code in named}
        field = self.fields["parent"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("No parent body")), *choices.items()]

    def facts(self) -> RosterFacts:
        """Return what was typed, without when."""
        values = self.cleaned_data
        return RosterFacts(
            name=values["name"],
            group_id=values["group"] and values["group"].pk,
            parent_id=int(values["parent"]) if values["parent"] else None,
            gso_code=values["gso_code"],
            name_origin=values["name_origin"],
            province_id=self._province_id(),
        )

    def _province_id(self) -> int | None:
        """Return the province chosen; where there is no choice, the record's or the writer's."""
        if "province" in self.fields:
            chosen: Province | None = self.cleaned_data["province"]
            return chosen.pk if chosen else None
        if isinstance(self.record, RosterRecord):
            return self.record.province_id
        return self.kept.own


def roster_initial(record: RosterRecord | None) -> dict[str, Any]:
    """Return the first values of a roster form from a record."""
    if record is None:
        return {}
    facts = record.facts()
    return {**facts, **{name: facts[f"{name}_id"] for name in ("group", "parent", "province")}}


class ChangeRosterForm(RosterForm):
    """Another name, group or parent from a day on."""

    valid_from = DayField(label=_("Holds from"))
    field_order = ("valid_from",)

    def __init__(self, data: Any = None, *, record: RosterRecord, **kwargs: Any) -> None:
        super().__init__(data, record=record, initial=roster_initial(record), **kwargs)

    def change(self, by: User) -> Change:
        """Record the change from its day on."""
        return partial(
            actions.change_roster,
            agency=self.agency,
            valid_from=self.cleaned_data["valid_from"],
            facts=self.facts(),
            by=by,
            seen=self.cleaned_data["seen"],
        )


class CorrectRosterForm(RosterForm):
    """A roster record that was wrong: a spelling, a parent."""

    record: RosterRecord
    reason = reason_field(_("Why the record was wrong; it stays visible with the old version."))

    def __init__(self, data: Any = None, *, record: RosterRecord, **kwargs: Any) -> None:
        super().__init__(data, record=record, initial=roster_initial(record), **kwargs)

    def change(self, by: User) -> Change:
        """Correct the record for all its days."""
        return partial(
            actions.correct_roster,
            record=self.record,
            facts=self.facts(),
            reason=self.cleaned_data["reason"],
            by=by,
            seen=self.cleaned_data["seen"],
        )


class TakeOutRosterForm(TakeOutStatusForm):
    """A change of the roster that never happened."""

    record: RosterRecord  # type: ignore[assignment]  # the other history, the same question
    take_out = staticmethod(actions.take_out_roster)


class LifetimeForm(ChangeForm):
    """From when until when an agency exists."""

    valid_from = DayField(label=_("Exists from"))
    valid_to = DayField(
        label=_("Until before"),
        required=False,
        help_text=_("The first day on which it no longer exists; empty while it exists."),
    )
    reason = reason_field(_("The decision that establishes or dissolves it, or what was wrong."))

    def __init__(self, data: Any = None, *, agency: Agency, **kwargs: Any) -> None:
        days = believed_days(RosterRecord.objects.believed().filter(agency=agency))
        initial = {"valid_from": days[0][0], "valid_to": days[-1][1]} if days else {}
        super().__init__(data, agency=agency, initial=initial, **kwargs)

    def change(self, by: User) -> Change:
        """State the days of existence."""
        return partial(
            actions.change_lifetime,
            agency=self.agency,
            valid_from=self.cleaned_data["valid_from"],
            valid_to=self.cleaned_data["valid_to"],
            reason=self.cleaned_data["reason"],
            by=by,
            seen=self.cleaned_data["seen"],
        )


class AddAgencyForm(RosterForm):
    """A new agency; it begins as not started."""

    code = forms.CharField(
        label=_("Agency code"),
        max_length=30,
        help_text=_("The office's own code; it is never used for another agency."),
    )
    valid_from = DayField(label=_("Exists from"))
    field_order = ("code", "name", "group", "parent", "province", "gso_code", "valid_from")

    def change(self, by: User) -> Change:
        """Add the agency."""
        return partial(
            actions.add_agency,
            code=self.cleaned_data["code"],
            facts=self.facts(),
            valid_from=self.cleaned_data["valid_from"],
            by=by,
        )


CHANGE_FORMS: dict[str, type[ChangeForm]] = {
    "add": AddAgencyForm,
    "record-status": RecordStatusForm,
    "correct-status": CorrectStatusForm,
    "take-out-status": TakeOutStatusForm,
    "change-roster": ChangeRosterForm,
    "correct-roster": CorrectRosterForm,
    "take-out-roster": TakeOutRosterForm,
    "lifetime": LifetimeForm,
}
