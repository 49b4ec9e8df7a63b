"""What the record of acts is narrowed by."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.house_style import short_date
from agencies.models import AuditLine, Deed, User
from agencies.questions import DayField
from agencies.vietnamese import fold


class AuditForm(forms.Form):
    """Account, act, days and text; whatever is empty narrows nothing."""

    q = forms.CharField(label=_("Words to find"), required=False, max_length=200)
    account = forms.ChoiceField(label=_("Account"), required=False)
    act = forms.ChoiceField(
        label=_("Act"), required=False, choices=[("", _("All acts")), *Deed.choices]
    )
    first = DayField(label=_("From day"), required=False)
    last = DayField(label=_("To day"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        accounts = [(str(user.pk), f"{user} ({user.username})") for user in User.objects.all()]
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All accounts")), *accounts]

    def clean(self) -> dict[str, Any]:
        """Refuse days of which the last comes before the first."""
        said = self.cleaned_data
        first, last = said.get("first"), said.get("last")
        if first and last and last < first:
            raise ValidationError({"last": _("The last day comes before the first.")})
        return said

    def lines(self) -> "QuerySet[AuditLine]":
        """Return the lines that are asked for, newest first; none of what cannot be read."""
        rows = AuditLine.objects.select_related("by", "entry")
        if not self.is_valid():
            return rows.none()
        said = self.cleaned_data
        if said["account"]:
            rows = rows.filter(by=said["account"])
        if said["act"]:
            rows = rows.filter(deed=said["act"])
        if said["first"]:
            rows = rows.filter(at__gte=_midnight(said["first"]))
        if said["last"]:
            rows = rows.filter(at__lt=_midnight(said["last"] + timedelta(days=1)))
        for word in fold(said["q"]).split():
            rows = rows.filter(search_text__contains=word)
        return rows

    def said(self) -> str:
        """Say in words what is asked for."""
        if not self.is_valid():
            return ""
        found = []
        for name, field in self.fields.items():
            value = self.cleaned_data[name]
            if value:
                words = dict(getattr(field, "choices", ()))
                shown = words.get(value) or (value if isinstance(value, str) else short_date(value))
                found.append(f"{field.label}: {shown}")
        return "; ".join(found)


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
