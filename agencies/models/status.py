"""The status history: stages and declarations."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.models.categories import Stage
from agencies.models.editions import Edition
from agencies.models.evidence import Evidence
from agencies.models.history import DatedQuerySet, DatedRecord, Entry
from agencies.models.roster import Agency
from agencies.vietnamese import clean_lines, clean_text


class Declaration(models.TextChoices):
    """Whether an agency declares for the first time or again."""

    FIRST = "first", _("first declaration")
    AGAIN = "again", _("re-declaration")


class Missing(models.TextChoices):
    """What a declaration in force may still lack."""

    NUMBER = "number", _("decision number")
    DATE = "date", _("decision date")
    EVIDENCE = "evidence", _("document")


def missing_of(
    decision_number: str, decision_date: date | None, evidence_id: int | None
) -> tuple[Missing, ...]:
    """Return what a declaration with these facts lacks, none where it is complete."""
    lacking = {
        Missing.NUMBER: not decision_number,
        Missing.DATE: decision_date is None,
        Missing.EVIDENCE: evidence_id is None,
    }
    return tuple(missing for missing, is_lacking in lacking.items() if is_lacking)


@dataclass(frozen=True)
class StatusFacts:
    """What a status record says; ids, so that two statements compare without a query."""

    stage: str
    edition_id: int | None = None
    working_toward_id: int | None = None
    decision_number: str = ""
    decision_date: date | None = None
    effective_date: date | None = None
    signer: str = ""
    scope: str = ""
    procedures: int | None = None
    declaration: str = ""
    redeclaration_reason: str = ""
    note: str = ""
    source: str = ""
    evidence_id: int | None = None


NOT_STARTED = StatusFacts(Stage.NOT_STARTED)
LONG_TEXT = 5_000  # characters of a note or a scope; a workbook's cell holds 32 767


class StatusRecord(DatedRecord):
    """An agency's stage, with its declaration, for a span of days."""

    FACTS = tuple(StatusFacts.__dataclass_fields__)

    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="status_records", verbose_name=_("agency")
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage)
    edition = models.ForeignKey(
        Edition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="status_records",
        verbose_name=_("edition"),
    )
    working_toward = models.ForeignKey(
        Edition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("working toward"),
    )
    decision_number = models.CharField(_("decision number"), max_length=100, blank=True)
    decision_date = models.DateField(_("decision date"), null=True, blank=True)
    effective_date = models.DateField(_("effective date"), null=True, blank=True)
    signer = models.CharField(_("signer"), max_length=200, blank=True)
    scope = models.TextField(_("scope"), blank=True, max_length=LONG_TEXT)
    procedures = models.PositiveIntegerField(
        _("administrative procedures in scope"), null=True, blank=True
    )
    declaration = models.CharField(_("declaration"), max_length=10, choices=Declaration, blank=True)
    redeclaration_reason = models.CharField(
        _("reason of the re-declaration"), max_length=300, blank=True
    )
    note = models.TextField(_("note"), blank=True, max_length=LONG_TEXT)
    source = models.CharField(_("source"), max_length=300, blank=True)

    evidence = models.ForeignKey(
        Evidence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="status_records",
        verbose_name=_("document"),
    )

    # Set by agencies.histories: the Entry that first stated these facts.
    first_stated: Entry

    objects: ClassVar = DatedQuerySet.as_manager()

    class Meta(DatedRecord.Meta):
        verbose_name = _("status record")
        verbose_name_plural = _("status records")
        ordering: ClassVar = ["agency", "valid_from", "pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["agency", "stage", "edition"],
                condition=Q(superseded__isnull=True, valid_to__isnull=True),
                name="status_believed_open",
            ),
            models.Index(fields=["source"], name="status_source"),
            # What a roll-up reads, so that it reads nothing else (docs/bench/physics.md).
            models.Index(
                fields=[
                    *("agency", "valid_from", "valid_to", "recorded", "superseded"),
                    *("stage", "edition"),
                ],
                name="status_as_of",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *DatedRecord.Meta.constraints,
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values), name="statusrecord_known_stage"
            ),
            models.CheckConstraint(
                condition=(
                    Q(stage=Stage.APPLIED, edition__isnull=False)
                    | Q(stage=Stage.WITHDRAWN)
                    | (~Q(stage__in=[Stage.APPLIED, Stage.WITHDRAWN]) & Q(edition__isnull=True))
                ),
                name="statusrecord_edition_fits_stage",
            ),
            models.CheckConstraint(
                condition=(
                    Q(working_toward__isnull=True) | ~Q(stage__in=[Stage.NOT_STARTED, Stage.EXEMPT])
                ),
                name="statusrecord_working_toward_fits_stage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.edition or ''}".strip()

    def clean(self) -> None:
        """Bring the text into its one form and say in words what the constraints demand."""
        for name in ("decision_number", "signer", "redeclaration_reason", "source"):
            setattr(self, name, clean_text(getattr(self, name)))
        for name in ("scope", "note"):
            setattr(self, name, clean_lines(getattr(self, name)))
        errors: dict[str, object] = {}
        if self.stage == Stage.APPLIED and self.edition_id is None:
            errors["edition"] = _("“Applied” is a declaration in force: name its edition.")
        if self.stage not in (Stage.APPLIED, Stage.WITHDRAWN) and self.edition_id is not None:
            errors["edition"] = _("Only a declaration has an edition.")
        if self.stage in (Stage.NOT_STARTED, Stage.EXEMPT) and self.working_toward_id is not None:
            errors["working_toward"] = _(
                "Who has not started or is exempt is not working toward an edition."
            )
        if errors:
            raise ValidationError(errors)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Return what a declaration in force lacks; other stages lack nothing."""
        if self.stage != Stage.APPLIED:
            return ()
        return missing_of(self.decision_number, self.decision_date, self.evidence_id)


# The mark that every screen and file made from assumed assignments bears.
DEMONSTRATION = "dữ liệu minh họa"
DEMONSTRATION_NOTE = _(
    "Demonstration data: the assignment to agencies is assumed; "
    "only the totals of 15/11/2021 are as published"
)
# The source of every status of a country that was made up, and what is said of it instead.
MADE_UP = "dữ liệu giả định toàn quốc"
MADE_UP_NOTE = _(
    "Made-up data: agencies, statuses and all figures are assumed; none is that of a province"
)


def is_demonstration(known: int | None = None) -> bool:
    """Say whether any status on record is an assumption made for demonstration.

    With an Entry: whether one was on record right after it. An office that the demonstration
    was loaded into is one at every moment, for its Entries are dated in the past.
    """
    if Entry.objects.filter(loaded_at__isnull=False).exists():
        return True
    assumed = StatusRecord.objects.filter(source=DEMONSTRATION)
    if known is not None:
        assumed = assumed.filter(recorded__lte=known)
    return assumed.exists()


def is_made_up() -> bool:
    """Say whether the demonstration is the country made up, of which no figure is published."""
    return StatusRecord.objects.filter(source=MADE_UP).exists()


def demonstration_note() -> str:
    """Return what pages and files say where `is_demonstration`."""
    return str(MADE_UP_NOTE if is_made_up() else DEMONSTRATION_NOTE)
