"""What is typed in a reporting round. Forms validate and name the action to call."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities import actions
from activities.models import ReportingPeriod, SelfAssessment, Step
from activities.models.reporting import CLAIMED_STAGES
from agencies.document_forms import DocumentForm, token_of
from agencies.models import Agency, Edition, Stage, StatusRecord, User
from agencies.models.status import LONG_TEXT
from agencies.questions import DayField

# What the form asks for at each stage; static/css/reporting.css shows the same fields.
DECLARED = {"edition", "decision_number", "decision_date", "holds_from", "procedures"}
ASKED: dict[str, set[str]] = {
    "": DECLARED,
    Stage.NOT_STARTED: set(),
    Stage.BUILDING: {"edition", "holds_from"},
    Stage.APPLIED: DECLARED,
    Stage.WITHDRAWN: {"edition", "decision_number", "decision_date", "holds_from"},
}
# The same fields of a report and of a form, but for the document.
TEXTS = (
    "decision_number",
    "scope_changes",
    "difficulties",
    "proposals",
    "no_evidence_reason",
)
PLAIN = ("stage", "decision_date", "holds_from", "procedures", "audit_on", "review_on", *TEXTS)


def _lines(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RoundForm(forms.Form):
    """The days of a reporting round; `seen` is the version that the form was drawn from."""

    seen = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=2**62
    )
    starts_on = DayField(label=_("Period from"))
    ends_on = DayField(
        label=_("Period to"), help_text=_("The last day that belongs to the period.")
    )
    cut_off = DayField(
        label=_("Cut-off day"),
        help_text=_("Whoever exists on this day and is not exempt reports."),
    )
    due_on = DayField(
        label=_("Due on"),
        help_text=_("Usually the first working day after the cut-off day; mind public holidays."),
    )
    legal_basis = forms.CharField(
        label=_("Legal basis"),
        max_length=200,
        required=False,
        help_text=_("The letter or plan that asks for the reports, in full."),
    )

    def change(self, period: ReportingPeriod | None, by: User) -> ReportingPeriod:
        """Open the round, or change the one given; errors as the actions."""
        days = dict(self.cleaned_data)
        seen = days.pop("seen") or 0
        facts = actions.PeriodFacts(**days)
        if period is None:
            return actions.open_period(facts=facts, by=by)
        return actions.change_period(period=period, facts=facts, by=by, seen=seen)


class ReportForm(DocumentForm):
    """What an agency reports about one period.

    `seen` is the version of the report that the form was drawn from.
    """

    seen = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31
    )
    stage = forms.ChoiceField(
        label=_("Where the agency stands"),
        choices=[("", _("Choose a stage")), *CLAIMED_STAGES],
        required=False,
    )
    edition = forms.ModelChoiceField(
        Edition.objects.all(),
        label=_("Edition"),
        required=False,
        empty_label=_("No edition"),
        help_text=_("Declared; while it is being built, the one it is built to."),
    )
    decision_number = forms.CharField(
        label=_("Number of the declaration"),
        max_length=100,
        required=False,
        help_text=_("For example 125/QĐ-SNV"),
    )
    decision_date = DayField(label=_("Date of the declaration"), required=False)
    holds_from = DayField(
        label=_("Holds from"),
        required=False,
        help_text=_("For a declaration: its effective date; empty means its date."),
    )
    procedures = forms.IntegerField(
        label=_("Administrative procedures in scope"),
        min_value=0,
        max_value=1_000_000,
        required=False,
    )
    audit_on = DayField(
        label=_("Internal audit on"),
        required=False,
        help_text=_("In this period; empty where there was none."),
    )
    review_on = DayField(
        label=_("Management review on"),
        required=False,
        help_text=_("In this period; empty where there was none."),
    )
    scope_changes = _lines(_("Changes of scope"), _("Procedures added or taken out, and why."))
    difficulties = _lines(_("Difficulties"))
    proposals = _lines(_("Proposals"))
    no_evidence_reason = forms.CharField(
        label=_("Why there is no document"),
        max_length=500,
        required=False,
        help_text=_("A report comes with a document that proves it, or says why there is none."),
    )

    field_order: Sequence[str] = (
        "stage",
        "edition",
        "decision_number",
        "decision_date",
        "holds_from",
        "procedures",
        "audit_on",
        "review_on",
        "scope_changes",
        "difficulties",
        "proposals",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        period: ReportingPeriod,
        agency: Agency,
        report: SelfAssessment | None,
        **kwargs: Any,
    ) -> None:
        self.period, self.agency, self.report = period, agency, report
        super().__init__(data, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Leave out what the stage does not ask for; it is not reported unseen."""
        values = super().clean() or self.cleaned_data
        for name in DECLARED - ASKED[values.get("stage", "")]:
            values[name] = "" if name == "decision_number" else None
        return values

    def facts(self) -> actions.ReportFacts:
        """Return what was typed; a document makes the reason for having none void."""
        values, evidence, edition = (
            self.cleaned_data,
            self.evidence_id(),
            self.cleaned_data["edition"],
        )
        said = {name: values[name] for name in PLAIN}
        if evidence:
            said["no_evidence_reason"] = ""
        return actions.ReportFacts(edition_id=edition and edition.pk, evidence_id=evidence, **said)

    def change(self, by: User) -> SelfAssessment:
        """Save or submit, as the button pressed says; errors as the actions."""
        act = actions.submit_report if self.data.get("act") == "submit" else actions.save_draft
        return act(
            period=self.period,
            agency=self.agency,
            facts=self.facts(),
            by=by,
            seen=self.cleaned_data["seen"] or 0,
        )

    def seen_now(self, version: int) -> None:
        """Draw the form from the present version, with all that was typed."""
        self.data = {name: self.data[name] for name in self.data} | {"seen": str(version)}


class PaperReportForm(ReportForm):
    """What an agency reported on paper, entered by an officer."""

    received_on = DayField(
        label=_("Received on"),
        help_text=_("The day on which the paper came; it decides whether the report is on time."),
    )
    field_order: Sequence[str] = ("received_on", *ReportForm.field_order)

    def change(self, by: User) -> SelfAssessment:
        """Hand the report in for the agency; errors as the action."""
        return actions.submit_report(
            period=self.period,
            agency=self.agency,
            facts=self.facts(),
            by=by,
            seen=self.cleaned_data["seen"] or 0,
            paper_received_on=self.cleaned_data["received_on"],
        )


def first_values(report: SelfAssessment | None, standing: StatusRecord | None) -> dict[str, Any]:
    """Return what a report form begins with: the report, else what stands on record."""
    if report is not None:
        values = {name: getattr(report, name) for name in PLAIN}
        values |= {"edition": report.edition_id, "kept": token_of(report.evidence_id)}
        return values | {"seen": report.version}
    if standing is None or standing.stage == Stage.EXEMPT:
        return {"seen": 0}
    building = standing.stage == Stage.BUILDING
    return {
        "seen": 0,
        "stage": standing.stage,
        "edition": standing.working_toward_id if building else standing.edition_id,
        "decision_number": standing.decision_number,
        "decision_date": standing.decision_date,
        "holds_from": None if standing.stage == Stage.NOT_STARTED else standing.valid_from,
        "procedures": standing.procedures,
    }


class ReviewForm(forms.Form):
    """What an officer does with a submitted report."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)
    seen_entry = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**62)
    remark = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed to return a report: what is to be mended. The agency reads it."),
    )

    def change(self, report: SelfAssessment, by: User) -> Step:
        """Accept or return the report, as the button pressed says.

        Raises:
            ValidationError: no button is named; others as the actions.
        """
        said = {"report": report, "by": by, "remark": self.cleaned_data["remark"]}
        seen = self.cleaned_data["seen"]
        if self.data.get("act") == "accept":
            entry = self.cleaned_data["seen_entry"]
            return actions.accept_report(**said, seen=seen, seen_entry=entry)
        if self.data.get("act") == "return":
            return actions.return_report(**said, seen=seen)
        raise ValidationError(_("Accept the report or return it."))
