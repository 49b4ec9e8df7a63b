"""The form of a transition's plan: one agency, or as many as a sheet has rows."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agencies import actions
from agencies.models import Agency, Transition, User
from agencies.questions import DayField
from agencies.vietnamese import clean_text

MOST_LINES = 5_000
OUT = "-"


class PlanForm(forms.Form):
    """Agencies' codes with their planned days, typed or pasted from two columns of a sheet."""

    transition = forms.ModelChoiceField(
        label=_("Transition"), queryset=Transition.objects.select_related("from_edition")
    )
    lines = forms.CharField(
        label=_("Agencies and days"),
        widget=forms.Textarea(attrs={"rows": 10}),
        max_length=200_000,
        help_text=_(
            "One line for each agency: its code, then the day, for example “X031 30/06/2021”. "
            "Two columns copied from Excel fit as they are. A hyphen instead of the day takes "
            "the agency out of the plan."
        ),
    )
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("The plan or decision that says so.")
    )

    def clean_source(self) -> str:
        """Return the source in its one form."""
        return clean_text(self.cleaned_data["source"])

    def clean_lines(self) -> dict[str, date | None]:
        """Return the days by the agencies' codes, or say of each line what is wrong with it."""
        written = str(self.cleaned_data["lines"]).splitlines()
        lines = [(number, line) for number, line in enumerate(written, start=1) if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(_("At most %s lines are taken at once.") % MOST_LINES)
        known = {code.casefold(): code for code in Agency.objects.values_list("code", flat=True)}
        days: dict[str, date | None] = {}
        wrong: list[str] = []
        for number, line in lines:
            try:
                code, day = _read(line, known)
                if code in days:
                    raise ValidationError(_("“%s” stands in the list twice.") % code)
                days[code] = day
            except ValidationError as error:
                wrong.append(
                    _("Line %(number)s: %(said)s") % {"number": number, "said": error.messages[0]}
                )
        if wrong:
            raise ValidationError(wrong)
        return days

    def plan(self, by: User) -> int:
        """Write the plan; errors as `plan_conversions`."""
        values: dict[str, Any] = self.cleaned_data
        return actions.plan_conversions(
            transition=values["transition"], days=values["lines"], source=values["source"], by=by
        )


def _read(line: str, known: dict[str, str]) -> tuple[str, date | None]:
    """Return the code and the day of one line."""
    parts = [part for part in re.split(r"[\s;]+", line.strip()) if part]
    if len(parts) != 2:
        raise ValidationError(_("write a code and a day, for example “X031 30/06/2021”."))
    code = known.get(parts[0].casefold())
    if code is None:
        raise ValidationError(_("no agency has the code “%s”.") % parts[0])
    return code, None if parts[1] == OUT else DayField().clean(parts[1])
