"""Stages of a system's life, and the categories that figures count."""

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from agencies.models.editions import Edition


class Stage(models.TextChoices):
    """Where an agency is in the life of a quality management system."""

    NOT_STARTED = "not_started", _("not started")
    BUILDING = "building", _("building")
    APPLIED = "applied", _("applied")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXEMPT = "exempt", _("exempt")


class Category(models.TextChoices):
    """What an agency counts as, against the edition asked about; exclusive and exhaustive."""

    CONVERTED = "converted", _("converted")
    OLDER_EDITION = "older_edition", _("older edition")
    BUILDING = "building", _("building")
    WITHDRAWN = "withdrawn", _("withdrawn")
    NOT_STARTED = "not_started", _("not started")
    EXEMPT = "exempt", _("exempt")

    @classmethod
    def left(cls) -> tuple["Category", ...]:
        """Return the categories of the denominator that are not converted."""
        return (cls.OLDER_EDITION, cls.BUILDING, cls.WITHDRAWN, cls.NOT_STARTED)


def category_of(stage: str, edition_year: int | None, asked_year: int) -> Category:
    """Return the category of a standing against the edition of `asked_year`.

    Converted is a declaration in force of that edition or a newer one; an older one is
    what the office calls "chưa chuyển đổi". Every other stage is its own category.
    """
    if stage != Stage.APPLIED:
        return Category(stage)
    assert edition_year is not None, "a declaration names its edition"
    return Category.CONVERTED if edition_year >= asked_year else Category.OLDER_EDITION


def category_against(edition: Edition) -> Case:
    """Return `category_of` as an expression over the columns of `Agency.with_status`."""
    applied = Q(stage=Stage.APPLIED)
    return Case(
        When(applied & Q(edition_year__gte=edition.year), then=Value(Category.CONVERTED)),
        When(applied, then=Value(Category.OLDER_EDITION)),
        default=F("stage"),
        output_field=models.CharField(max_length=20, choices=Category),
    )
