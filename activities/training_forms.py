"""Forms of training: a course, the attendances of one agency, a sheet from Excel."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from activities import actions
from activities.inspection_forms import AgencyField, Doing, RowForm
from activities.models import MOST_ATTENDANCES, Training
from agencies.models import User
from agencies.questions import DayField


class TrainingForm(RowForm, forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable
    """One course."""

    class Meta:
        model = Training
        fields = ("title", "topic", "starts_on", "ends_on", "place", "note")
        field_classes: Mapping[str, Any] = {"starts_on": DayField, "ends_on": DayField}
        widgets: Mapping[str, Any] = {"note": forms.Textarea(attrs={"rows": 2})}
        labels: Mapping[str, Any] = {
            "title": _("Course"),
            "topic": _("Topic"),
            "starts_on": _("First day"),
            "ends_on": _("Last day"),
            "place": _("Place"),
            "note": _("Note"),
        }

    def __init__(self, data: Any = None, *, instance: Training) -> None:
        initial = {"seen": actions.last_version(instance)}
        super().__init__(data, instance=instance, initial=initial)
        topic = self.fields["topic"]
        assert isinstance(topic, forms.ModelChoiceField)
        topic.empty_label = _("Choose a topic")

    def change(self, by: User) -> Doing:
        """Write the course."""
        seen = self.cleaned_data["seen"]
        return partial(actions.record_training, training=self.instance, by=by, seen=seen)


class AttendanceForm(RowForm):
    """How many attendances one agency had on a course."""

    agency = AgencyField(label=_("Agency"))
    number = forms.IntegerField(
        label=_("Attendances"),
        min_value=0,
        max_value=MOST_ATTENDANCES,
        help_text=_("What is on record of the agency is replaced; 0 says that nobody came."),
    )

    def __init__(
        self, data: Any = None, *, training: Training, province: int | None = None
    ) -> None:
        self.training = training
        super().__init__(data, initial={"seen": actions.last_attendance_version()})
        agency = self.fields["agency"]
        assert isinstance(agency, AgencyField)
        agency.name_agencies(province)

    def change(self, by: User) -> Doing:
        """Write the attendances of the agency."""
        said = self.cleaned_data
        return partial(
            actions.record_attendances,
            training=self.training,
            numbers={said["agency"]: said["number"]},
            by=by,
            seen=said["seen"],
        )


class SheetForm(forms.Form):
    """An attendance sheet to look at; nothing of it is written yet."""

    file = forms.FileField(
        label=_("Attendance sheet (.xlsx)"),
        help_text=_("First you see every row; nothing is recorded yet."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"empty": _("The file is empty (0 bytes); choose another one.")},
    )

    def clean_file(self) -> Any:
        """Refuse a file larger than one that is taken in."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > settings.EVIDENCE_MAX_MB * 1024 * 1024:
            said = _g("The file is larger than %(most)s MB; import it in several files.")
            raise forms.ValidationError(said % {"most": settings.EVIDENCE_MAX_MB})
        return file


class TakeForm(RowForm):
    """Which rows of a sheet to take."""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.take = frozenset(data.getlist("take")) if data else frozenset()
