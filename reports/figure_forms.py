"""Forms of published figures: a source, the rows read from its text, an explanation."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import AgencyGroup
from agencies.questions import DayField
from reports.actions import PublicationFacts
from reports.figure_words import UNKNOWN_GROUP, UNKNOWN_MEASURE
from reports.models import Measure, Unit
from reports.published import PrintedFigure

MOST_ROWS = 200
EMPTY_ROWS = 3
LONGEST_TEXT = 20_000  # characters
CHOOSE = _("Unclear: choose")


class PublicationForm(forms.Form):
    """Where the figures were published, and the text that they stand in."""

    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_("For example: Báo cáo số 12/BC-SKHCN, or a newspaper and its title"),
    )
    published_on = DayField(label=_("Published on"))
    as_of_day = DayField(
        label=_("Figures as of"),
        required=False,
        help_text=_("Empty where the source names no day; the day of publication then counts."),
    )
    link = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")
    text = forms.CharField(
        label=_("Text with the figures"),
        required=False,
        # A length of the field itself would let browsers cut a paste without a word.
        validators=[MaxLengthValidator(LONGEST_TEXT)],
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=format_lazy(
            _(
                "Paste the sentence or the table as it was printed, then read it: up to {length} "
                "characters and {rows} figures at once."
            ),
            length="20.000",
            rows=MOST_ROWS,
        ),
    )

    def facts(self) -> PublicationFacts:
        """Return what the valid form says of the source."""
        said = self.cleaned_data
        return PublicationFacts(
            said["source"], said["published_on"], said["as_of_day"], said["link"]
        )


class FigureForm(forms.Form):
    """One figure to be confirmed; a row without count and percentage is left out."""

    quote = forms.CharField(required=False, max_length=700, widget=forms.HiddenInput)
    group = forms.ChoiceField(label=_("Group"), required=False)
    measure = forms.ChoiceField(
        label=_("Measure"), choices=[(UNKNOWN_MEASURE, CHOOSE), *Measure.choices], required=False
    )
    count = forms.IntegerField(label=_("Count"), required=False, min_value=0, max_value=10**9)
    denominator = forms.IntegerField(
        label=_("Out of"), required=False, min_value=1, max_value=10**9
    )
    percent = forms.RegexField(
        r"^[0-9]{1,3}([.,][0-9]{1,6})? ?%?$",
        label=_("Percentage as printed"),
        required=False,
        max_length=20,
        error_messages={"invalid": _("Write the percentage as printed, for example 71,62%%.")},
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices)
    edition = forms.RegexField(
        r"^[0-9]{4}$", label=_("Edition stated (year)"), required=False, max_length=4
    )
    leave_out = forms.BooleanField(label=_("Leave out"), required=False)

    def __init__(self, *args: Any, groups: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["group"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All agencies")), *groups, (UNKNOWN_GROUP, CHOOSE)]
        for name, shown in self.fields.items():
            shown.widget.attrs["aria-label"] = f"{shown.label} {(self.prefix or '')[5:]}"
            if name in ("count", "denominator", "percent", "edition"):
                shown.widget.attrs["size"] = 7

    def clean(self) -> dict[str, Any]:
        """Check that a whole has its part, and that group and measure of a figure are chosen."""
        said = super().clean() or self.cleaned_data
        if said.get("denominator") is not None and said.get("count") is None:
            raise ValidationError(_("Say how many out of these."))
        is_figure = said.get("count") is not None or said.get("percent")
        if is_figure and not said.get("leave_out"):
            if said.get("measure") == UNKNOWN_MEASURE:
                self.add_error("measure", _("Choose what is counted, or leave the row out."))
            if said.get("group") == UNKNOWN_GROUP:
                self.add_error("group", _("Choose the group, or leave the row out."))
        return said

    def figure(self) -> PrintedFigure | None:
        """Return the figure of a valid row, None for a row that is left out or empty."""
        said = dict(self.cleaned_data)  # of a row in which nothing at all was sent: empty
        if not said or said.pop("leave_out") or (said["count"] is None and not said["percent"]):
            return None
        return PrintedFigure(**said)


class BaseFigures(forms.BaseFormSet):  # type: ignore[type-arg]  # not subscriptable
    """The rows of one source."""

    def clean(self) -> None:
        """Refuse the same figure entered twice; two that differ are both kept, as printed."""
        first: dict[PrintedFigure, int] = {}
        for number, form in enumerate(self.forms, start=1):
            figure = form.figure() if form.is_valid() else None
            if figure is None:
                continue
            same = first.setdefault(replace(figure, quote=""), number)
            if same != number:
                text = gettext("Row %(number)s says the same as row %(first)s: leave one out.")
                form.add_error(None, text % {"number": number, "first": same})

    def figures(self) -> list[PrintedFigure]:
        """Return the figures of the valid rows."""
        return [figure for form in self.forms if (figure := form.figure())]


FigureRows = forms.formset_factory(
    FigureForm,
    formset=BaseFigures,
    extra=EMPTY_ROWS,
    max_num=MOST_ROWS,
    absolute_max=MOST_ROWS + EMPTY_ROWS,
)


def figure_rows(
    data: Mapping[str, Any] | None = None, figures: Iterable[PrintedFigure] = ()
) -> BaseFigures:
    """Return the rows as they were sent, else the figures with some empty rows below."""
    return _rows(data, [vars(figure) for figure in figures][:MOST_ROWS])


def _rows(data: Mapping[str, Any] | None, initial: list[dict[str, Any]]) -> BaseFigures:
    groups = [(group.code, group.label) for group in AgencyGroup.objects.all()]
    rows = FigureRows(
        data,
        initial=None if data else initial,
        form_kwargs={"groups": groups},
    )
    return cast(BaseFigures, rows)


def more_rows(data: Mapping[str, Any]) -> BaseFigures:
    """Return the rows as they were typed, unchecked, with empty ones below."""
    sent = str(data.get("form-TOTAL_FORMS", ""))
    number = min(int(sent), MOST_ROWS) if sent.isdecimal() and len(sent) < 6 else 0
    names = FigureForm.base_fields
    typed = [{name: data.get(f"form-{row}-{name}", "") for name in names} for row in range(number)]
    return _rows(None, typed)


class ExplanationForm(forms.Form):
    """What an officer says of a figure that differs."""

    text = forms.CharField(
        label=_("Explanation"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The printed figure stays as it is; what was said before is kept."),
    )


class WithdrawalForm(forms.Form):
    """Why a publication is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: the count was mistyped; the source was entered again."),
    )
