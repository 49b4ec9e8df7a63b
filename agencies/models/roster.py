"""Which agencies there are: groups, identities, and the names they bore."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agencies.asof import AsOf
from agencies.models.categories import category_against
from agencies.models.duties import binding
from agencies.models.editions import Edition
from agencies.models.history import DatedQuerySet, DatedRecord, Entry, held_on, known_by
from agencies.models.provinces import Province
from agencies.vietnamese import clean_text, fold, sort_key


class AgencyGroup(models.Model):
    """A group that figures are reported by, such as "UBND cấp xã"."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("agency group")
        verbose_name_plural = _("agency groups")
        ordering: ClassVar = ["position", "code"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Return the name in the reader's language, the Vietnamese one where none is given."""
        return (get_language() == "en" and self.name_en) or self.name


def in_provinces(as_of: AsOf, prefix: str = "") -> Q:
    """Return the condition that a roster row, reached by `prefix`, is of the provinces asked for.

    No condition where none are.
    """
    return Q(**{f"{prefix}province__in": as_of.provinces}) if as_of.provinces else Q()


class AgencyQuerySet(models.QuerySet["Agency"]):
    """Agencies, with the roster and the status of a day beside them."""

    def existing(self, as_of: AsOf, known: int | None = None) -> Any:
        """Set beside each agency that exists on the day its group, province and parent.

        Where provinces are asked for, those that were in none of them on the day are left out.
        `known` is the last Entry by the moment, if at hand.
        """
        if known is None:
            known = Entry.objects.last_known_at(as_of.known_at)
        held = known_by(known, "roster_records__") & held_on(as_of.day, "roster_records__")
        found = self.alias(roster=FilteredRelation("roster_records", condition=held))
        if as_of.provinces:
            found = found.filter(in_provinces(as_of, "roster__"))
        return found.filter(roster__isnull=False).annotate(
            group_ref=F("roster__group"),
            province_ref=F("roster__province"),
            parent_ref=F("roster__parent"),
        )

    def keys_in_order(self, as_of: AsOf) -> list[int]:
        """Return the ids of `for_list`, in its order, from the roster alone.

        An agency has a status on every day on which it exists, so the roster tells who is on it.
        """
        found = self.existing(as_of).counted(as_of)
        return list(found.order_by(*self._order()).values_list("pk", flat=True))

    @staticmethod
    def _order() -> tuple[str, ...]:
        return "roster__group__position", "roster__sort_key", "code"

    def standing(self, as_of: AsOf) -> Any:
        """Set beside each agency the little that figures count: group, parent, stage, edition.

        Agencies that do not exist on the day are left out.
        """
        known = Entry.objects.last_known_at(as_of.known_at)
        held = known_by(known, "status_records__") & held_on(as_of.day, "status_records__")
        joined = self.existing(as_of, known).alias(
            standing=FilteredRelation("status_records", condition=held)
        )
        return joined.filter(standing__isnull=False).annotate(
            stage=F("standing__stage"), edition_ref=F("standing__edition")
        )

    def with_status(self, as_of: AsOf) -> Any:
        """Set beside each agency what its roster and status records say on the day.

        As `standing`, with all else; the columns are flat (`name`, `stage`, `edition_year` …),
        so that filters on them join nothing anew.
        """
        found = self.standing(as_of).alias(search_text=F("roster__search_text"))
        return found.annotate(
            name=F("roster__name"),
            sort_key=F("roster__sort_key"),
            gso_code=F("roster__gso_code"),
            edition_year=F("standing__edition__year"),
            edition_code=F("standing__edition__code"),
            since=F("standing__valid_from"),
            decision_number=F("standing__decision_number"),
            decision_date=F("standing__decision_date"),
        )

    def for_list(self, as_of: AsOf, edition: Edition) -> Any:
        """Return the counted agencies of the day with their category, in the list's order."""
        agencies = self.with_status(as_of).counted(as_of)
        return agencies.annotate(
            category=category_against(edition), group_position=F("roster__group__position")
        ).order_by("group_position", "sort_key", "code")

    def counted(self, as_of: AsOf) -> Self:
        """Keep agencies with a group; needs `with_status`.

        Where those with a duty only are asked for, keep of them those for whom it was
        mandatory or ordered by the province on the day, as known at the moment. Encouraged
        and not subject are no duty, and neither is a group or agency without one on record.
        """
        grouped = self.filter(group_ref__isnull=False)
        if not as_of.duty_only:
            return grouped
        return grouped.filter(binding(as_of.day, as_of.known_at, "pk", "group_ref"))


class Agency(models.Model):
    """One body, known for good by an internal code that is never used for another."""

    code = models.CharField(
        _("agency code"),
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(
                r"^\w[\w.\-]*\Z",
                _(
                    "A letter or digit first, then letters, digits, full stops, hyphens and "
                    "underscores only."
                ),
            ),
            RegexValidator(
                r"^(add|bulk|entries)\Z",
                _("This word stands in the addresses of the site; choose another code."),
                inverse_match=True,
                flags=re.IGNORECASE,
            ),
        ],
    )

    objects: ClassVar = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("code"),
                name="agency_code_once_in_any_case",
                violation_error_message=_("An agency already has this code."),
            )
        ]

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class ParentName:
    """What a parent body is called on a day."""

    code: str
    name: str
    sort_key: str


class RosterQuerySet(DatedQuerySet):
    """Roster records, and the names that follow from them."""

    def parent_names(self, as_of: AsOf) -> dict[int, ParentName]:
        """Return the parent bodies of the day by their ids, in the order of their names.

        Those that somebody of the provinces asked for is under.
        A parent that no longer exists on the day is called by its last known name.
        """
        known = self.known_at(as_of.known_at)
        children = known.in_force_on(as_of.day).filter(in_provinces(as_of))
        parents = children.filter(parent__isnull=False).values("parent")
        names = known.filter(agency__in=parents)._last_names(as_of.day)
        return dict(sorted(names.items(), key=lambda item: item[1].sort_key))

    def in_scope(self, as_of: AsOf, agencies: Iterable[int]) -> set[int]:
        """Return those of some agencies that were, by the day, last in a province asked for.

        All of them where none is asked for, without a query.
        """
        wanted = set(agencies)
        if not as_of.provinces:
            return wanted
        known = self.known_at(as_of.known_at).filter(agency__in=wanted, valid_from__lte=as_of.day)
        last = dict(known.order_by("valid_from").values_list("agency", "province"))
        return {agency for agency, province in last.items() if province in as_of.provinces}

    def parent_name(self, record: "RosterRecord", as_of: AsOf) -> ParentName | None:
        """Return the parent body of one agency's record, as `parent_names` calls it."""
        if record.parent_id is None:
            return None
        names = self.known_at(as_of.known_at).filter(agency=record.parent_id)
        return names._last_names(as_of.day).get(record.parent_id)

    def _last_names(self, day: date) -> dict[int, ParentName]:
        columns = ("agency", "agency__code", "name", "sort_key")
        records = self.filter(valid_from__lte=day).order_by("valid_from")
        return {agency: ParentName(*named) for agency, *named in records.values_list(*columns)}


@dataclass(frozen=True)
class RosterFacts:
    """What the roster says of an agency on a day; `group_id` None is a body never counted.

    `province_id` is None where the office keeps one province alone.
    """

    name: str
    group_id: int | None = None
    parent_id: int | None = None
    gso_code: str = ""
    name_origin: str = ""
    province_id: int | None = None


class RosterRecord(DatedRecord):
    """An agency's name, group, parent and GSO code for a span of days on which it exists."""

    FACTS = ("name", "group_id", "parent_id", "gso_code", "name_origin", "province_id")

    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="roster_records", verbose_name=_("agency")
    )
    name = models.CharField(_("name"), max_length=300)
    group = models.ForeignKey(
        AgencyGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="roster_records",
        verbose_name=_("group"),
    )
    parent = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="child_records",
        verbose_name=_("parent body"),
    )
    province = models.ForeignKey(
        Province,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="roster_records",
        verbose_name=_("province"),
    )
    gso_code = models.CharField(_("GSO code"), max_length=10, blank=True)
    name_origin = models.CharField(_("origin of the name"), max_length=500, blank=True)
    sort_key = models.TextField(editable=False)
    search_text = models.TextField(editable=False)

    objects: ClassVar = RosterQuerySet.as_manager()

    class Meta(DatedRecord.Meta):
        verbose_name = _("roster record")
        verbose_name_plural = _("roster records")
        ordering: ClassVar = ["agency", "valid_from", "pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["agency"],
                condition=Q(superseded__isnull=True, valid_to__isnull=True),
                name="roster_believed_open",
            ),
            models.Index(
                fields=["gso_code"], condition=Q(superseded__isnull=True), name="roster_gso_code"
            ),
            # What a roll-up reads, so that it reads nothing else (docs/bench/physics.md).
            models.Index(
                fields=[
                    *("agency", "valid_from", "valid_to", "recorded", "superseded"),
                    *("group", "parent", "province"),
                ],
                name="roster_as_of",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *DatedRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("agency")),
                name="rosterrecord_not_its_own_parent",
            ),
            models.UniqueConstraint(
                fields=["gso_code", "valid_from"],
                condition=Q(superseded__isnull=True) & ~Q(gso_code=""),
                name="rosterrecord_gso_code_once_per_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Bring the text into its one form and make the keys it is found and sorted by."""
        self.name = clean_text(self.name)
        self.gso_code = clean_text(self.gso_code)
        self.name_origin = clean_text(self.name_origin)
        if not self.name:
            raise ValidationError({"name": _("An agency needs a name.")})
        self.sort_key = sort_key(self.name)
        # "Ia H'Drai" is found as "ia hdrai" and as "ia h drai".
        spellings = dict.fromkeys([fold(self.name), fold(re.sub("['’]", " ", self.name))])
        found_by = [*spellings, fold(self.agency.code), fold(self.gso_code)]
        self.search_text = " " + " ".join(found_by)
