"""Provinces: whose agencies one office keeps, where a country is kept together."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Province(models.Model):
    """A province or city under the central government, by the code that the country gives it.

    An office that keeps its own province alone has none on record, and nothing asks for one.
    """

    code = models.CharField(
        _("province code"),
        max_length=10,
        unique=True,
        validators=[
            RegexValidator(
                r"^\w[\w.\-]*\Z",
                _(
                    "A letter or digit first, then letters, digits, full stops, hyphens and "
                    "underscores only."
                ),
            )
        ],
    )
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("province")
        verbose_name_plural = _("provinces")
        ordering: ClassVar = ["position", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Return the name in the reader's language, the Vietnamese one where none is given."""
        return (get_language() == "en" and self.name_en) or self.name
