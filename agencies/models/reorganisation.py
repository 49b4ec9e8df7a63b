"""Reorganisations: decrees that merge, split, rename, move, end or establish agencies."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.evidence import Evidence
from agencies.models.history import Entry
from agencies.models.roster import Agency


class ReorganisationKind(models.TextChoices):
    """What happens between one predecessor and one successor, one of them absent at the ends."""

    MERGE = "merge", _("merged")
    SPLIT = "split", _("split")
    RENAME = "rename", _("renamed")
    MOVE = "move", _("moved to another parent body or group")
    DISSOLVE = "dissolve", _("dissolved")
    ESTABLISH = "establish", _("established")


class FirstStatus(models.TextChoices):
    """The officer's decision on the status that a successor begins with."""

    CARRIED = "carried", _("carried over from a predecessor")
    ANEW = "anew", _("must declare anew")
    NOT_STARTED = "not_started", _("not started")


@dataclass(frozen=True)
class SuccessorPlan:
    """One body after the event, in codes: what it is called, and which bodies it comes from.

    A code among its own predecessors is a body that continues: what is empty stays as it is.
    `first_status` empty is for bodies of which there is nothing to decide: a parent body that
    is never counted, and one that continues and takes in no other. `province` empty is that of
    the first predecessor, of a body that is established that of its parent body.
    """

    code: str
    predecessors: tuple[str, ...] = ()
    name: str = ""
    group: str = ""
    parent: str = ""
    gso_code: str = ""
    name_origin: str = ""
    first_status: str = ""
    carried_from: str = ""
    province: str = ""

    @property
    def continues(self) -> bool:
        """Say whether it is one of the bodies that it comes from."""
        return self.code in self.predecessors


@dataclass(frozen=True)
class ReorganisationPlan:
    """What a decree says of agencies, in codes; nothing of it is on record yet."""

    decree_number: str
    takes_effect_on: date
    successors: tuple[SuccessorPlan, ...] = ()
    dissolved: tuple[str, ...] = ()
    decree_date: date | None = None
    title: str = ""
    notice: str = ""
    document_id: int | None = None

    @property
    def predecessors(self) -> tuple[str, ...]:
        """Return every body that the event finds, each once."""
        named = [code for successor in self.successors for code in successor.predecessors]
        return tuple(dict.fromkeys([*named, *self.dissolved]))

    @property
    def ends(self) -> tuple[str, ...]:
        """Return the bodies that exist no longer after the event."""
        after = {successor.code for successor in self.successors}
        return tuple(code for code in self.predecessors if code not in after)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return (predecessor, successor) as they are kept; "" where there is none."""
        made = [
            (code, successor.code)
            for successor in self.successors
            for code in successor.predecessors or ("",)
        ]
        return (*made, *((code, "") for code in self.dissolved))


class Reorganisation(models.Model):
    """One decree as it was applied: everything it did is written under its one Entry.

    It is never changed; an undoing of its Entry takes back what it did.
    """

    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        related_name="reorganisation",
        verbose_name=_("act of recording"),
    )
    decree_number = models.CharField(_("decree number"), max_length=100)
    takes_effect_on = models.DateField(_("takes effect on"))
    decree_date = models.DateField(_("decree date"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    notice = models.CharField(
        _("notice"),
        max_length=500,
        blank=True,
        help_text=_("Stands on every page about a day from that one on."),
    )
    document = models.ForeignKey(
        Evidence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reorganisations",
        verbose_name=_("document"),
    )

    class Meta:
        verbose_name = _("reorganisation")
        verbose_name_plural = _("reorganisations")
        ordering: ClassVar = ["takes_effect_on", "entry"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(decree_number=""), name="reorganisation_names_its_decree"
            ),
        ]

    def __str__(self) -> str:
        return self.decree_number


def known_reorganisations(entry_id: int, prefix: str = "") -> Q:
    """Return the condition that a reorganisation, reached by `prefix`, stood after an Entry.

    One that was undone by then did not stand any longer.
    """
    still = Q(**{f"{prefix}entry__undone_by__isnull": True}) | Q(
        **{f"{prefix}entry__undone_by__gt": entry_id}
    )
    return Q(**{f"{prefix}entry__lte": entry_id}) & still


class Succession(models.Model):
    """One predecessor and one successor of a reorganisation; a body may be without the other."""

    reorganisation = models.ForeignKey(
        Reorganisation,
        models.PROTECT,
        related_name="successions",
        verbose_name=_("reorganisation"),
    )
    predecessor = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successions",
        verbose_name=_("predecessor"),
    )
    successor = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="origins",
        verbose_name=_("successor"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=ReorganisationKind)
    first_status = models.CharField(
        _("first status of the successor"),
        max_length=20,
        choices=FirstStatus,
        blank=True,
        help_text=_("“Carried over” stands beside the predecessor it comes from."),
    )

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(predecessor__isnull=False) | Q(successor__isnull=False),
                name="succession_names_a_body",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ReorganisationKind.values), name="succession_known_kind"
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="dissolve", successor__isnull=True)
                    | Q(kind="establish", predecessor__isnull=True)
                    | (
                        ~Q(kind__in=["dissolve", "establish"])
                        & Q(predecessor__isnull=False, successor__isnull=False)
                    )
                ),
                name="succession_kind_fits_its_bodies",
            ),
            models.CheckConstraint(
                condition=(
                    Q(first_status="")
                    | (Q(first_status__in=FirstStatus.values) & Q(successor__isnull=False))
                ),
                name="succession_first_status_of_a_successor",
            ),
            models.CheckConstraint(
                condition=~Q(first_status="carried") | Q(predecessor__isnull=False),
                name="succession_carried_from_a_predecessor",
            ),
            models.UniqueConstraint(
                fields=["reorganisation", "predecessor", "successor"],
                name="succession_once_per_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor or '—'} → {self.successor or '—'}"
