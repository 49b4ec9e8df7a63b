"""Truth with two dates: what held when, and what the office knew when."""

from collections.abc import Iterable
from copy import copy
from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import connections, models
from django.db.models import F, Q, Subquery
from django.utils.translation import gettext_lazy as _

from agencies import house_style
from agencies.asof import AsOf


class EntryKind(models.TextChoices):
    """Why something was written."""

    RECORD = "record", _("record")
    CORRECTION = "correction", _("correction")
    IMPORT = "import", _("import")
    REORGANISATION = "reorganisation", _("reorganisation")
    UNDO = "undo", _("undo")


def last_known() -> str:
    """Return the statement that finds the last Entry not after its one parameter, a moment."""
    table = Entry._meta.db_table
    return f"SELECT id FROM {table} WHERE at <= %s ORDER BY at DESC LIMIT 1"  # noqa: S608  # the model's own table


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries in the order in which they were made."""

    def last_known_at(self, moment: datetime) -> int:
        """Return the id of the last Entry not after the moment, 0 before the first.

        Written out, because the ORM takes ten times as long to put the statement together as
        the database to answer, and no page is without it.
        """
        connection = connections[self.db]
        with connection.cursor() as cursor:
            cursor.execute(last_known(), [connection.ops.adapt_datetimefield_value(moment)])
            found = cursor.fetchone()
        return found[0] if found else 0


class Entry(models.Model):
    """One act of recording. Rows are ordered by Entry, never by a clock."""

    at = models.DateTimeField(_("recorded at"), unique=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind)
    reason = models.TextField(_("reason"), blank=True)
    undoes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_by",
        verbose_name=_("undoes"),
        help_text=_("The act that this one undoes; none is undone twice."),
    )
    loaded_at = models.DateTimeField(
        _("loaded at"),
        null=True,
        help_text=_("The true time of writing, where demonstration data dates `at` in the past."),
    )

    objects: ClassVar = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("act of recording")
        verbose_name_plural = _("acts of recording")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind=EntryKind.CORRECTION) | ~Q(reason=""),
                name="entry_correction_has_reason",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind=EntryKind.UNDO, undoes__isnull=False)
                    | (~Q(kind=EntryKind.UNDO) & Q(undoes__isnull=True))
                ),
                name="entry_undo_names_what_it_undoes",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EntryKind.UNDO) | ~Q(reason=""), name="entry_undo_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{house_style.moment(self.at)} {self.get_kind_display()}"


def held_on(day: date, prefix: str = "") -> Q:
    """Return the condition that a dated row, reached by `prefix`, covers the day."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    )


def known_by(entry_id: int | Subquery, prefix: str = "") -> Q:
    """Return the condition that a dated row was believed right after an Entry.

    Before the first Entry (0) nothing was known.
    """
    return Q(**{f"{prefix}recorded__lte": entry_id}) & (
        Q(**{f"{prefix}superseded__isnull": True}) | Q(**{f"{prefix}superseded__gt": entry_id})
    )


class DatedQuerySet(models.QuerySet[Any]):
    """Rows of a history, asked by day and by knowledge."""

    def believed(self) -> Self:
        """Return the rows that nothing has superseded."""
        return self.filter(superseded__isnull=True)

    def known_at(self, moment: datetime) -> Self:
        """Return the rows that were believed at the moment."""
        return self.filter(known_by(Entry.objects.last_known_at(moment)))

    def in_force_on(self, day: date) -> Self:
        """Return the rows that cover the day."""
        return self.filter(held_on(day))

    def as_of(self, as_of: AsOf) -> Self:
        """Return what held on the day as far as it was known at the moment."""
        return self.known_at(as_of.known_at).in_force_on(as_of.day)


class DatedRecord(models.Model):
    """One fact about one agency that held from `valid_from` until before `valid_to`.

    Nothing is deleted; the only update a row ever sees is its `superseded`.
    """

    # The names of the fields that say what held; the rest says when and since which Entry.
    FACTS: ClassVar[tuple[str, ...]] = ()

    agency_id: int  # each history has its own foreign key
    recorded_id: int
    superseded_id: int | None

    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until before"), null=True, blank=True)
    recorded = models.ForeignKey(
        Entry, models.PROTECT, related_name="%(class)ss_recorded", verbose_name=_("recorded")
    )
    superseded = models.ForeignKey(
        Entry,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss_superseded",
        verbose_name=_("superseded"),
    )

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="%(class)s_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(superseded__isnull=True) | Q(superseded__gt=F("recorded")),
                name="%(class)s_superseded_after_recorded",
            ),
            models.UniqueConstraint(
                fields=["agency", "valid_from"],
                condition=Q(superseded__isnull=True),
                name="%(class)s_one_believed_per_start",
            ),
            models.UniqueConstraint(
                fields=["agency"],
                condition=Q(superseded__isnull=True, valid_to__isnull=True),
                name="%(class)s_one_believed_and_open",
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; what is on record is never rewritten."""
        if not self._state.adding:
            raise TypeError("A dated record is superseded, never saved again.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: nothing on record is deleted."""
        raise TypeError("A dated record is superseded, never deleted.")

    def covers(self, day: date) -> bool:
        """Say whether the row holds on the day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def believed_after(self, entry_id: int) -> bool:
        """Say of the row in hand what `known_by` says in a query."""
        gone = self.superseded_id is not None and self.superseded_id <= entry_id
        return self.recorded_id <= entry_id and not gone

    def for_days(self, valid_from: date, valid_to: date | None) -> Self:
        """Return an unsaved row of the same facts for the days [valid_from, valid_to)."""
        row = copy(self)
        row._state = copy(self._state)
        row._state.adding = True
        row.pk = None
        row.superseded_id = None
        row.valid_from, row.valid_to = valid_from, valid_to
        return row

    def facts(self) -> dict[str, Any]:
        """Return what held, without when."""
        return {name: getattr(self, name) for name in self.FACTS}

    def says_the_same_as(self, other: Self) -> bool:
        """Say whether both rows state the same facts for the same days."""
        bounds = (self.valid_from, self.valid_to) == (other.valid_from, other.valid_to)
        return bounds and self.facts() == other.facts()


def believed_days(rows: Iterable[DatedRecord]) -> list[tuple[date, date | None]]:
    """Return the days that rows cover, as half-open intervals that do not touch."""
    days: list[tuple[date, date | None]] = []
    for row in sorted(rows, key=lambda row: row.valid_from):
        if days and days[-1][1] == row.valid_from:
            days[-1] = (days[-1][0], row.valid_to)
        else:
            days.append((row.valid_from, row.valid_to))
    return days
