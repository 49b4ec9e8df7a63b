"""The form of the comparison and of the change report: which earlier question is asked."""

from dataclasses import replace
from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.house_style import moment as written_moment
from agencies.house_style import short_date
from agencies.questions import DayField, MomentField, Question, ask


class CompareForm(forms.Form):
    """The left side's day and knowledge; left empty they follow the page's question."""

    then = DayField(label=_("Figures as of"), required=False)
    then_known_at = MomentField(
        label=_("as known at"),
        required=False,
        help_text=_("Empty: the same knowledge as on the right."),
    )

    def question(self, page: Question) -> Question:
        """Return the left side's question; its day is the page's comparison day by default."""
        as_of = page.compared.on(self.cleaned_data["then"] or page.compared_on)
        left = ask(
            day=as_of.day,
            known_at=self.cleaned_data["then_known_at"] or as_of.known_at,
            edition=page.edition,
            compared_on=page.compared_on,
            duty_only=page.as_of.duty_only,
            provinces=page.provinces,
            is_bound=page.is_bound,
        )
        said = left.parameters()
        if not (self.cleaned_data["then_known_at"] or page.said.get("known_at")):
            del said["known_at"]  # all that is on record when the link is followed
        return replace(left, said=said)

    def to_show(self, left: Question) -> "CompareForm":
        """Return the form filled with what is shown; the knowledge only where it was chosen."""
        typed = {"then": short_date(left.as_of.day)}
        if self.cleaned_data["then_known_at"]:
            typed["then_known_at"] = written_moment(left.as_of.known_at)
        return CompareForm(initial=typed, auto_id="left_%s")

    def at(self, page: Question, name: str, **query: str) -> str:
        """Return the address of another page about the same two questions."""
        typed = {field: self.data.get(field, "") for field in self.fields}
        return page.url(name, **typed, **query)

    def told_then(self, page: Question, name: str = "reports:compare") -> str:
        """Return the address that sets what was told on the comparison day beside today's word.

        Nothing where that day is not over yet.
        """
        day = page.compared_on
        if timezone.make_aware(datetime.combine(day, time.max)) > timezone.now():
            return ""
        iso = day.isoformat()
        return page.url(name, as_of=iso, then=iso, then_known_at=iso)
