"""Forms of the way of a workbook from the upload to its import."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.actions import Preview
from agencies.forms import reason_field

WORD = "word:"  # before the key of a problem in the name of its choice


class UploadForm(forms.Form):
    """A workbook to look at; nothing of it is written yet."""

    file = forms.FileField(
        label=gettext_lazy("Workbook (.xlsx), or file of a reorganisation (.xlsx, .csv)"),
        help_text=gettext_lazy(
            "First you see every row, or every body of the decree; nothing is recorded yet."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"empty": gettext_lazy("The file is empty (0 bytes); choose another one.")},
    )

    def clean_file(self) -> Any:
        """Refuse a file larger than one that is taken in."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > settings.EVIDENCE_MAX_MB * 1024 * 1024:
            said = _("The file is larger than %(most)s MB; import it in several files.")
            raise forms.ValidationError(said % {"most": settings.EVIDENCE_MAX_MB})
        return file


class ImportForm(forms.Form):
    """Which rows to take, and why."""

    reason = reason_field(
        gettext_lazy("One reason for all rows; it stands beside the act on every agency's page.")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**62)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        ticked = [data.getlist("take"), *map(str.split, data.getlist("others"))] if data else []
        self.take = frozenset(key for keys in ticked for key in keys)

    @property
    def drawn_at(self) -> int:
        """Return the last Entry that the form was drawn from, 0 where it does not say so."""
        return 0 if "seen" in self.errors else int(self.cleaned_data["seen"])


def words_chosen(data: Any, preview: Preview) -> dict[str, str]:
    """Return the words chosen in a form, of those that the preview's problems offer."""
    offered = {problem.key: problem.choices for problem in preview.all_problems if problem.choices}
    return {
        key: word for key, words in offered.items() if (word := data.get(WORD + key, "")) in words
    }
