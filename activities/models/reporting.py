"""Reporting rounds: the period asked about, one report for each agency, and its steps."""

from datetime import date, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from agencies.house_style import short_date
from agencies.models import Agency, Edition, Entry, Evidence, Stage, User
from agencies.models.status import LONG_TEXT

# What a report may say of an agency; who is exempt is the office's decision and reports nothing.
CLAIMED_STAGES = [choice for choice in Stage.choices if choice[0] != Stage.EXEMPT]


class ReportingPeriod(models.Model):
    """One reporting round: the days reported about, and by when the report is due."""

    _history_user: User  # set by the action, read by django-simple-history
    _history_date: datetime  # likewise

    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), help_text=_("The last day that belongs to the period."))
    cut_off = models.DateField(
        _("cut-off day"),
        help_text=_("Whoever exists on this day and is not exempt reports."),
    )
    due_on = models.DateField(_("due on"))
    legal_basis = models.CharField(_("legal basis"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering: ClassVar = ["-starts_on"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="period_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(cut_off__gte=F("starts_on")), name="period_cut_off_not_before_it"
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("cut_off")), name="period_due_after_cut_off"
            ),
            models.UniqueConstraint(fields=["starts_on"], name="period_once_per_start"),
        ]

    def __str__(self) -> str:
        return f"{short_date(self.starts_on)} – {short_date(self.ends_on)}"


class State(models.TextChoices):
    """Where a report is on its way from the agency to the office."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    ACCEPTED = "accepted", _("accepted")


EDITABLE = frozenset({State.DRAFT, State.RETURNED})
STEPS = [choice for choice in State.choices if choice[0] != State.DRAFT]


class SelfAssessment(models.Model):
    """What one agency reports about one period; its steps say where it stands."""

    agency_id: int
    edition_id: int | None
    evidence_id: int | None
    _history_user: User  # set by the action, read by django-simple-history
    _history_date: datetime  # likewise

    period = models.ForeignKey(
        ReportingPeriod,
        models.PROTECT,
        related_name="reports",
        verbose_name=_("reporting period"),
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="self_assessments", verbose_name=_("agency")
    )
    stage = models.CharField(_("stage"), max_length=20, choices=CLAIMED_STAGES, blank=True)
    edition = models.ForeignKey(
        Edition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("edition"),
        help_text=_("Declared; while it is being built, the one it is built to."),
    )
    decision_number = models.CharField(_("decision number"), max_length=100, blank=True)
    decision_date = models.DateField(_("decision date"), null=True, blank=True)
    holds_from = models.DateField(_("holds from"), null=True, blank=True)
    procedures = models.PositiveIntegerField(
        _("administrative procedures in scope"), null=True, blank=True
    )
    audit_on = models.DateField(_("internal audit on"), null=True, blank=True)
    review_on = models.DateField(_("management review on"), null=True, blank=True)
    scope_changes = models.TextField(_("changes of scope"), blank=True, max_length=LONG_TEXT)
    difficulties = models.TextField(_("difficulties"), blank=True, max_length=LONG_TEXT)
    proposals = models.TextField(_("proposals"), blank=True, max_length=LONG_TEXT)
    evidence = models.ForeignKey(
        Evidence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="self_assessments",
        verbose_name=_("document"),
    )
    no_evidence_reason = models.CharField(_("why there is no document"), max_length=500, blank=True)
    begun_at = models.DateTimeField(_("begun at"))
    edited_at = models.DateTimeField(_("last edited at"))
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("edited by")
    )
    version = models.PositiveIntegerField(_("version"), default=0)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("self-assessment report")
        verbose_name_plural = _("self-assessment reports")
        ordering: ClassVar = ["period", "agency"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["period", "agency"], name="report_once_per_period_and_agency"
            ),
            models.CheckConstraint(
                condition=Q(stage="") | Q(stage__in=[stage for stage, _word in CLAIMED_STAGES]),
                name="report_claims_a_known_stage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.period}"

    @property
    def last_step(self) -> "Step | None":
        """Return the newest step, None of a draft that was never submitted."""
        return max(self.steps.all(), key=lambda step: step.pk, default=None)

    @property
    def state(self) -> State:
        """Return where the report stands now."""
        last = self.last_step
        return State(last.kind) if last else State.DRAFT

    @property
    def is_editable(self) -> bool:
        """Say whether its agency may still change it."""
        return self.state in EDITABLE

    @property
    def valid_from(self) -> date | None:
        """Return the day from which the status claimed holds, None where it does not say."""
        return self.holds_from or (self.decision_date if self.stage == Stage.APPLIED else None)


class Step(models.Model):
    """One step of a report: submitted, returned with a remark, or accepted. Never rewritten."""

    entry_id: int | None

    report = models.ForeignKey(
        SelfAssessment, models.PROTECT, related_name="steps", verbose_name=_("report")
    )
    kind = models.CharField(_("step"), max_length=20, choices=STEPS)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    remark = models.TextField(_("remark"), blank=True, max_length=LONG_TEXT)
    received_on = models.DateField(
        _("received on"),
        null=True,
        blank=True,
        help_text=_("Of a submission: the day that decides whether it is on time."),
    )
    is_paper = models.BooleanField(_("on paper"), default=False)
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="accepted_report",
        verbose_name=_("act of recording"),
        help_text=_("Of an acceptance: the act that wrote a status, if any."),
    )

    class Meta:
        verbose_name = _("step of a report")
        verbose_name_plural = _("steps of reports")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind for kind, _word in STEPS]), name="step_known_kind"
            ),
            models.CheckConstraint(
                condition=~Q(kind=State.RETURNED) | ~Q(remark=""), name="step_return_has_remark"
            ),
            models.CheckConstraint(
                condition=Q(kind=State.SUBMITTED, received_on__isnull=False)
                | (~Q(kind=State.SUBMITTED) & Q(received_on__isnull=True, is_paper=False)),
                name="step_submission_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=True) | Q(kind=State.ACCEPTED),
                name="step_acceptance_alone_records",
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(kind=State.ACCEPTED),
                name="step_accepted_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {short_date(self.received_on)}".strip()
