"""Editions of the standard, and the transitions from one to the next."""

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

# Days outside are slips of the keyboard, and curves run from the first to the last.
SANE_DAYS = [MinValueValidator(date(1987, 1, 1)), MaxValueValidator(date(2200, 12, 31))]


class Edition(models.Model):
    """One edition of the standard; its year gives the order of editions."""

    code = models.CharField(_("code"), max_length=50, unique=True)
    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, validators=[MinValueValidator(1987), MaxValueValidator(2200)]
    )
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("edition of the standard")
        verbose_name_plural = _("editions of the standard")
        ordering: ClassVar = ["year"]

    def __str__(self) -> str:
        return self.code


class Transition(models.Model):
    """A move from one edition to another that agencies are asked to make from a day on."""

    from_edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="+", verbose_name=_("from edition")
    )
    to_edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="transitions", verbose_name=_("to edition")
    )
    starts_on = models.DateField(_("in force from"), validators=SANE_DAYS)
    deadline = models.DateField(
        _("deadline"),
        null=True,
        blank=True,
        validators=SANE_DAYS,
        help_text=_("The last day by which agencies are to have converted; may stay empty."),
    )
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        ordering: ClassVar = ["starts_on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["from_edition", "to_edition"], name="transition_once_per_pair"
            ),
            models.CheckConstraint(
                condition=~models.Q(from_edition=models.F("to_edition")),
                name="transition_between_two_editions",
            ),
            models.CheckConstraint(
                condition=models.Q(deadline__isnull=True)
                | models.Q(deadline__gt=models.F("starts_on")),
                name="transition_deadline_after_its_start",
                violation_error_message=_("The deadline must be later than the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_edition} → {self.to_edition}"

    def clean(self) -> None:
        """Check that it leads to a newer edition."""
        chosen = self.from_edition_id and self.to_edition_id
        if chosen and self.to_edition.year <= self.from_edition.year:
            raise ValidationError(
                {"to_edition": _("A transition leads to a newer edition than the one it leaves.")}
            )


def edition_asked_about(day: date) -> Edition:
    """Return the edition that figures of a day are measured against when none is chosen.

    It is the `to` of the newest transition in force on the day. Before the first
    transition it is the newest edition of that year or earlier, else the oldest.

    Raises:
        Edition.DoesNotExist: no edition is on record.
    """
    in_force = Transition.objects.filter(starts_on__lte=day).select_related("to_edition")
    if transition := in_force.order_by("-starts_on", "-pk").first():
        return transition.to_edition
    editions = Edition.objects.order_by("year")
    edition = editions.filter(year__lte=day.year).last() or editions.first()
    if edition is None:
        raise Edition.DoesNotExist
    return edition


def transition_to(edition: Edition) -> Transition | None:
    """Return the newest transition that leads to an edition, None where there is none."""
    found = Transition.objects.filter(to_edition=edition).select_related("from_edition")
    return found.order_by("-starts_on", "-pk").first()
