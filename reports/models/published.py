"""Figures that were published, kept as they were printed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reports.models.kept import KeptAsPrinted


class Measure(models.TextChoices):
    """What a published figure counts; `Unit` says of what it counts so many."""

    CONVERTED = "converted", _("converted")
    OLDER_EDITION = "older_edition", _("on an earlier edition")
    NOT_CONVERTED = "not_converted", _("not converted")
    NOT_BUILT = "not_built", _("not built")
    TOTAL = "total", _("agencies in all")
    INSPECTED = "inspected", _("inspected")
    TRAINED = "trained", _("trained")


class Unit(models.TextChoices):
    """What is counted one by one; a visit or an attendance is neither agency nor person."""

    AGENCIES = "agencies", _("agencies")
    VISITS = "visits", _("visits")
    ATTENDANCES = "attendances", _("attendances")


class Publication(KeptAsPrinted):
    """One source of published figures: an article, a letter, a report.

    Figures are compared on its as-of day; without one on the day of publication.
    """

    source = models.CharField(_("source"), max_length=200)
    link = models.URLField(_("link"), max_length=500, blank=True)
    as_of_day = models.DateField(_("figures as of"), null=True, blank=True)
    published_on = models.DateField(_("published on"))
    entered_at = models.DateTimeField(_("entered at"))
    loaded_at = models.DateTimeField(
        _("loaded at"),
        null=True,
        blank=True,
        help_text=_("The true time of writing, where demonstration data dates it in the past."),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering: ClassVar = ["published_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(as_of_day__isnull=True) | Q(as_of_day__lte=F("published_on")),
                name="publication_tells_of_its_past",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="publication_has_a_source"),
        ]

    def __str__(self) -> str:
        return self.source


class Withdrawal(KeptAsPrinted):
    """What takes a publication back that was entered by mistake; it stays on record, struck."""

    publication = models.OneToOneField(
        Publication, models.PROTECT, related_name="withdrawal", verbose_name=_("publication")
    )
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("withdrawal of a publication")
        verbose_name_plural = _("withdrawals of publications")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="withdrawal_has_a_reason")
        ]

    def __str__(self) -> str:
        return self.reason


class PublishedFigure(KeptAsPrinted):
    """One figure as it was printed; an empty group means all agencies.

    `count` is None where only a percentage was printed. The database refuses changes too.
    """

    publication = models.ForeignKey(
        Publication, models.PROTECT, related_name="figures", verbose_name=_("publication")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    quote = models.TextField(_("quote"), blank=True)
    group = models.CharField(_("group"), max_length=40, blank=True)
    measure = models.CharField(_("measure"), max_length=20, choices=Measure)
    count = models.PositiveIntegerField(_("count"), null=True, blank=True)
    denominator = models.PositiveIntegerField(_("out of"), null=True, blank=True)
    percent = models.CharField(_("percentage as printed"), max_length=20, blank=True)
    unit = models.CharField(_("unit"), max_length=20, choices=Unit, default=Unit.AGENCIES)
    edition = models.CharField(_("edition stated (year)"), max_length=4, blank=True)

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        ordering: ClassVar = ["publication", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["publication", "position"], name="publishedfigure_one_per_position"
            ),
            models.CheckConstraint(
                condition=Q(count__isnull=False) | ~Q(percent=""),
                name="publishedfigure_says_something",
            ),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | Q(count__isnull=False, denominator__gt=0),
                name="publishedfigure_part_of_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(measure__in=Measure.values), name="publishedfigure_known_measure"
            ),
            models.CheckConstraint(
                condition=Q(unit__in=Unit.values), name="publishedfigure_known_unit"
            ),
        ]

    def __str__(self) -> str:
        return self.quote or f"{self.group} {self.get_measure_display()}"


class Explanation(KeptAsPrinted):
    """What an officer says of a figure that differs; the last one counts, all are kept."""

    figure = models.ForeignKey(
        PublishedFigure, models.PROTECT, related_name="explanations", verbose_name=_("figure")
    )
    text = models.TextField(_("explanation"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("explanation")
        verbose_name_plural = _("explanations")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="explanation_says_something")
        ]

    def __str__(self) -> str:
        return self.text
