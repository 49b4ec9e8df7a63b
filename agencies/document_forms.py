"""The field by which a form takes in a document, and keeps it while the form is mended."""

from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.actions.evidence import WAITS
from agencies.content import ENDINGS_SHOWN, kind_of
from agencies.models import Evidence
from agencies.models.evidence import is_unnamed

_SALT = "agencies.document_forms"


def _allowed() -> str:
    return gettext("PDF, picture or Office file without macros, at most %(most)s MB.") % {
        "most": settings.EVIDENCE_MAX_MB
    }


class DocumentForm(forms.Form):
    """A form that may name one document.

    A file that is good is kept as soon as it arrives, by the view, even where the form is
    refused or only looked at first; its id then travels in `kept`, signed. `attached` is
    the document that the form names now.
    """

    document = forms.FileField(
        label=_("Document"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ENDINGS_SHOWN}),
        help_text=lazy(_allowed, str)(),
        error_messages={"empty": _("The file is empty (0 bytes); choose another one.")},
    )
    no_document = forms.BooleanField(label=_("Without this document"), required=False)
    kept = forms.Field(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        told = self.data.get("kept") if self.is_bound else self.initial.get("kept")
        self.attached: Evidence | None = None
        self._attach(find_kept(str(told or "")))

    def _attach(self, evidence: Evidence | None) -> None:
        """Name a document; only a form that names one asks whether to go without."""
        self.attached = evidence
        self.fields["no_document"].widget = (
            forms.CheckboxInput() if evidence else forms.HiddenInput()
        )

    def clean_document(self) -> Any:
        """Refuse a file that would not be kept, with the reason."""
        file = self.cleaned_data["document"]
        if file:
            kind_of(file)
        return file

    def clean_kept(self) -> str:
        """Say where a document is gone that the form came back with."""
        told = str(self.cleaned_data["kept"] or "")
        if told and self.attached is None and not self.files.get("document"):
            self.add_error(
                "document",
                _("The file chosen before is no longer kept; please choose it again."),
            )
        return told

    def upload(self) -> Any:
        """Return the good file that came with the form, None where there is none."""
        if not self.is_bound or "document" in self.errors:
            return None
        return self.cleaned_data.get("document")

    def take_in(self, evidence: Evidence) -> None:
        """Name the document that the upload has become, now and when the form comes back."""
        typed = {name: self.data[name] for name in self.data if name != "no_document"}
        self.data = {**typed, "kept": token_of(evidence.pk)}
        self.cleaned_data["no_document"] = False
        self._attach(evidence)

    def evidence_id(self) -> int | None:
        """Return the id of the document that the valid form names."""
        if self.attached is None or self.cleaned_data.get("no_document"):
            return None
        return self.attached.pk


def token_of(evidence_id: int | None) -> str:
    """Return what stands for a document in a form, nothing for none."""
    return signing.dumps(evidence_id, salt=_SALT) if evidence_id else ""


def find_kept(token: str) -> Evidence | None:
    """Return the document that a form names; None where it is made up or about to be removed.

    What no record names is removed after `WAITS`, and taken for half of that, so that it
    never goes between a form's check and its action.
    """
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    waiting = Q(kept_at__gte=timezone.now() - WAITS / 2)
    return Evidence.objects.filter(waiting | ~is_unnamed(), pk=pk).first()
