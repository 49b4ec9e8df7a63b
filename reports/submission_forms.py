"""Forms of sent reports: freezing one, giving it its number, choosing two to compare."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies import house_style
from agencies.questions import DayField
from reports.models import Submission


class FreezeForm(forms.Form):
    """What an officer says of a report that goes out."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("As it stands on the letter; it is how the report is found again."),
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example to whom it goes. Kept with the report, not part of it."),
    )
    reason = forms.CharField(
        label=_("Reason for sending it all the same"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the report for good."),
    )

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_reason:
            self.fields["reason"].required = True
            message = _("Say why it is sent in spite of what stands in the way.")
            self.fields["reason"].error_messages["required"] = message
        else:
            del self.fields["reason"]


class NumberForm(forms.Form):
    """Number and date of the letter that a report went out with."""

    number = forms.CharField(
        label=_("Outgoing number"), max_length=100, help_text=_("For example 125/BC-TĐC")
    )
    dated = DayField(label=_("Date of the letter"))


class SubmissionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable
    """One of the sent reports, by title, day and moment of freezing."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Submission.objects.defer("figures", "note", "reason", "obstacles", "made_with")
        super().__init__(rows, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Return what tells a report from others of the same title."""
        return _("%(title)s (figures as of %(day)s, frozen %(moment)s)") % {
            "title": obj.title,
            "day": house_style.short_date(obj.as_of_day),
            "moment": house_style.moment(obj.at),
        }


class PairForm(forms.Form):
    """Two sent reports to be compared."""

    first = SubmissionField(label=_("The earlier report"))
    second = SubmissionField(label=_("The later report"))

    def __init__(self, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            field = self.fields[name]
            assert isinstance(field, SubmissionField)
            field.queryset = rows.defer("figures", "note", "reason", "obstacles", "made_with")
