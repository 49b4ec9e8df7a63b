"""Forms that lead to one Entry over several agencies."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies import actions
from agencies.chosen import MOST
from agencies.forms import Change, ChangeForm, StatusForm, reason_field
from agencies.models import Agency, Entry, User


class BulkStatusForm(StatusForm):
    """One status for the agencies chosen."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        help_text=_("May stay empty; it stands beside the act on every agency's page."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, agencies: Iterable[Agency], **kwargs: Any) -> None:
        self.agencies = list(agencies)
        super().__init__(data, agency=Agency(), **kwargs)

    def clean(self) -> dict[str, Any]:
        """Check the facts, and that the agencies are not more than one form takes."""
        if len(self.agencies) > MOST:
            self.add_error(
                None, _("At most %(most)s agencies are recorded at once.") % {"most": MOST}
            )
        return super().clean()

    def plans(self) -> list[actions.PlannedStatus]:
        """Return agency by agency what the valid form would do; errors as `record_statuses`."""
        return actions.plan_statuses(
            agencies=self.agencies,
            valid_from=self.cleaned_data["valid_from"],
            facts=self.facts(),
        )

    def change(self, by: User) -> Change:
        """Record the status of all of them."""
        return partial(
            actions.record_statuses,
            agencies=self.agencies,
            valid_from=self.cleaned_data["valid_from"],
            facts=self.facts(),
            by=by,
            reason=self.cleaned_data["reason"],
            seen=self.cleaned_data["seen"],
        )


class UndoForm(ChangeForm):
    """Why an act of recording is undone."""

    reason = reason_field(_("What was wrong with it; the act and its undoing both stay on record."))

    def __init__(self, data: Any = None, *, entry: Entry, **kwargs: Any) -> None:
        self.entry = entry
        super().__init__(data, agency=Agency(), **kwargs)

    def change(self, by: User) -> Change:
        """Undo the act."""
        return partial(
            actions.undo_entry,
            entry=self.entry,
            by=by,
            reason=self.cleaned_data["reason"],
            seen=self.cleaned_data["seen"],
        )
