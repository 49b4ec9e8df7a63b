"""What people do in a reporting round: open it, fill in, submit, return, accept."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions.reporting_checks import (
    check_complete,
    check_period,
    check_report,
    next_working_day,
    refuse_unexpected,
    stands,
    status_on,
)
from activities.models import ReportingPeriod, SelfAssessment, State, Step
from agencies.actions import (
    changing,
    moment_after_versions,
    moment_of_writing,
    record_status,
    write_lock,
)
from agencies.house_style import moment as written_moment
from agencies.house_style import short_date
from agencies.models import Agency, Entry, Stage, StatusFacts, StatusRecord, User
from agencies.permissions import Act, may
from agencies.scope import refuse_foreign, refuse_of_several
from agencies.vietnamese import clean_lines, clean_text


class StaleReport(Exception):
    """Somebody else saved the report, or took a step with it, since the form was drawn."""

    def __init__(self, report: SelfAssessment) -> None:
        super().__init__(f"version {report.version}")
        self.report = report


@dataclass(frozen=True)
class PeriodFacts:
    """The days of a reporting round; both ends of the period belong to it."""

    starts_on: date
    ends_on: date
    cut_off: date
    due_on: date
    legal_basis: str = ""


def yearly_default(today: date) -> PeriodFacts:
    """Return the next round as offices have it: 15/12 to 14/12, due the working day after.

    It follows the last round on record; the first one is the one that the day lies in.
    """
    last = ReportingPeriod.objects.order_by("-ends_on").first()
    if last is not None:
        starts_on = last.ends_on + timedelta(days=1)
    else:
        begun = today >= date(today.year, 12, 15)
        starts_on = date(today.year if begun else today.year - 1, 12, 15)
    ends_on = _year_later(starts_on) - timedelta(days=1)
    return PeriodFacts(starts_on, ends_on, ends_on, next_working_day(ends_on))


def _year_later(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)


def open_period(*, facts: PeriodFacts, by: User) -> ReportingPeriod:
    """Open a reporting round.

    Raises:
        ValidationError: the days do not fit each other, or another round covers some of them.
    """
    return _save_period(ReportingPeriod(), facts, by)


def change_period(
    *, period: ReportingPeriod, facts: PeriodFacts, by: User, seen: int | None = None
) -> ReportingPeriod:
    """Change the days of a round.

    Raises:
        ValidationError: as `open_period`, or somebody changed it since its version `seen`.
    """
    with write_lock():
        last = period.history.latest()
        if seen is not None and last.pk != seen:
            raise ValidationError(
                _("%(by)s changed the round, %(moment)s; look at it again before you change it.")
                % {"by": last.history_user, "moment": written_moment(last.history_date)}
            )
        return _save_period(period, facts, by)


def _save_period(period: ReportingPeriod, facts: PeriodFacts, by: User) -> ReportingPeriod:
    _refuse_unless_officer(by)
    refuse_of_several(by)
    with write_lock():
        for name, value in vars(facts).items():
            setattr(period, name, value)
        period.legal_basis = clean_text(period.legal_basis)
        check_period(period)
        period.clean_fields()
        period._history_user = by
        period._history_date = moment_after_versions(ReportingPeriod)
        with changing(period, by=by):
            period.save()
    return period


@dataclass(frozen=True)
class ReportFacts:
    """What an agency says in its report; ids, as in `StatusFacts`."""

    stage: str = ""
    edition_id: int | None = None
    decision_number: str = ""
    decision_date: date | None = None
    holds_from: date | None = None
    procedures: int | None = None
    audit_on: date | None = None
    review_on: date | None = None
    scope_changes: str = ""
    difficulties: str = ""
    proposals: str = ""
    evidence_id: int | None = None
    no_evidence_reason: str = ""


LINES = ("scope_changes", "difficulties", "proposals")


def save_draft(
    *,
    period: ReportingPeriod,
    agency: Agency,
    facts: ReportFacts,
    by: User,
    seen: int | None = None,
) -> SelfAssessment:
    """Save what an agency has filled in so far; a draft may be incomplete.

    Raises:
        ValidationError: the agency is not to report, the report was submitted or accepted, it is
            not the writer's own, or a value cannot be true.
        StaleReport: somebody else saved it since the version `seen`.
    """
    with write_lock():
        return _save(period, agency, facts, by, seen)


def submit_report(
    *,
    period: ReportingPeriod,
    agency: Agency,
    facts: ReportFacts,
    by: User,
    seen: int | None = None,
    paper_received_on: date | None = None,
) -> SelfAssessment:
    """Save a report and hand it in; an officer does so for one that came on paper.

    Raises:
        ValidationError: as `save_draft`, or it is incomplete, or the period has not begun.
        StaleReport: as `save_draft`.
    """
    today = timezone.localdate(moment_of_writing())
    with write_lock():
        report = _save(period, agency, facts, by, seen)
        check_complete(report, today)
        is_paper = paper_received_on is not None
        if is_paper:
            _check_paper(report, paper_received_on, today, by)
        elif may(by, Act.RECORD):
            raise ValidationError(_("An officer enters what came on paper: say when it came."))
        _take_step(
            report,
            State.SUBMITTED,
            by,
            received_on=paper_received_on or today,
            is_paper=is_paper,
        )
    return report


def _check_paper(report: SelfAssessment, day: date | None, today: date, by: User) -> None:
    """Check that an officer enters it and the day on which a paper came."""
    _refuse_unless_officer(by)
    if day is None or day > today or day < report.period.starts_on:
        raise ValidationError(
            {
                "received_on": _("A report of this period came between %(first)s and %(today)s.")
                % {"first": short_date(report.period.starts_on), "today": short_date(today)}
            }
        )


def _save(
    period: ReportingPeriod, agency: Agency, facts: ReportFacts, by: User, seen: int | None
) -> SelfAssessment:
    """Write the facts into the one report of an agency and period."""
    moment = moment_of_writing()
    _refuse_unless_own(agency, by, period.cut_off)
    refuse_unexpected(period, agency)
    report = SelfAssessment.objects.filter(period=period, agency=agency).first()
    if report is None:
        report = SelfAssessment(period=period, agency=agency, begun_at=moment)
    else:
        refuse_stale_report(report, seen)
        _refuse_unless_editable(report)
    for name, value in vars(facts).items():
        setattr(report, name, clean_lines(value) if name in LINES else value)
    for name in ("decision_number", "no_evidence_reason"):
        setattr(report, name, clean_text(getattr(report, name)))
    report.version += 1
    report.edited_at, report.edited_by = moment, by
    report.clean_fields(exclude=["period", "agency", "edition", "evidence", "edited_by"])
    check_report(report, timezone.localdate(moment))
    report._history_user, report._history_date = by, moment
    with changing(report, by=by):
        report.save()
    return report


def refuse_stale_report(report: SelfAssessment, seen: int | None) -> None:
    """Check that nobody saved a report since a form was drawn.

    Raises:
        StaleReport: somebody did; `seen` None means the writer saw no form.
    """
    if seen is not None and report.version != seen:
        raise StaleReport(report)


def _refuse_unless_editable(report: SelfAssessment) -> None:
    last = report.last_step
    if last is None or last.kind == State.RETURNED:
        return
    told = {"day": short_date(timezone.localdate(last.at)), "by": last.by}
    if last.kind == State.ACCEPTED:
        raise ValidationError(
            _("The report was accepted on %(day)s by %(by)s; it is no longer edited.") % told
        )
    raise ValidationError(
        _(
            "A report of this period was submitted on %(day)s by %(by)s; "
            "it can be edited once the office returns it."
        )
        % told
    )


def return_report(
    *, report: SelfAssessment, remark: str, by: User, seen: int | None = None
) -> Step:
    """Give a submitted report back to its agency, with what is to be mended.

    Raises:
        ValidationError: nothing is said, or it is not waiting.
        StaleReport: somebody else took a step since.
    """
    _refuse_unless_officer(by)
    if not remark.strip():
        raise ValidationError({"remark": _("Say what the agency is to mend.")})
    with write_lock():
        report = _waiting(report, by, seen)
        return _take_step(report, State.RETURNED, by, remark=remark)


def accept_report(
    *,
    report: SelfAssessment,
    by: User,
    remark: str = "",
    seen: int | None = None,
    seen_entry: int | None = None,
) -> Step:
    """Accept a submitted report; what it claims is recorded as an officer would record it.

    A claim that stands on record already changes no status, and the step names no Entry.

    Raises:
        ValidationError: it is not waiting, the accepter is no officer, or the status claimed
            cannot be recorded; then nothing is written.
        StaleReport: somebody else took a step since the form was drawn.
        StaleForm: somebody recorded something of the agency since the Entry `seen_entry`.
    """
    _refuse_unless_officer(by)
    with write_lock():
        report = _waiting(report, by, seen)
        entry = None
        if claimed_change(report) is not None:
            entry = _record_claim(report, by, seen_entry)
            refuse_contradicted(report)
        return _take_step(report, State.ACCEPTED, by, remark=remark, entry=entry)


def claimed_change(report: SelfAssessment) -> StatusRecord | None:
    """Return the record that the claim would change, None where the claim stands.

    It is the record of the claim's first day, of the cut-off day where the claim has none.

    Raises:
        ValidationError: the agency does not exist on that day, or the claim says no day.
    """
    present = status_on(report.agency, report.valid_from or report.period.cut_off)
    if stands(report, present):
        return None
    if report.valid_from is None:
        raise ValidationError(
            _("On record is “%(record)s” since %(day)s, the report claims “%(claim)s” of no day.")
            % {
                "record": present,
                "day": short_date(present.valid_from),
                "claim": report.get_stage_display(),
            }
        )
    return present


def later_record(report: SelfAssessment) -> StatusRecord | None:
    """Return what is on record on the cut-off day where it is later and other than the claim."""
    record = status_on(report.agency, report.period.cut_off)
    is_later = report.valid_from is not None and record.valid_from > report.valid_from
    return record if is_later and not stands(report, record) else None


def refuse_contradicted(report: SelfAssessment) -> None:
    """Refuse a claim of the past where something else is on record since a later day.

    Raises:
        ValidationError: so it is; recording the claim would leave it standing.
    """
    if later := later_record(report):
        said = _(
            "On record is “%(record)s” since %(day)s, the report claims “%(claim)s” since "
            "%(since)s. Return it, or correct the record first."
        )
        told = {"record": later, "claim": report.get_stage_display()}
        days = {"day": short_date(later.valid_from), "since": short_date(report.valid_from)}
        raise ValidationError(said % {**told, **days})


def claimed_facts(report: SelfAssessment) -> StatusFacts:
    """Return the status that a report claims."""
    building = report.stage == Stage.BUILDING
    declared = report.stage in (Stage.APPLIED, Stage.WITHDRAWN)
    return StatusFacts(
        stage=report.stage,
        edition_id=report.edition_id if declared else None,
        working_toward_id=report.edition_id if building else None,
        decision_number=report.decision_number if declared else "",
        decision_date=report.decision_date if declared else None,
        effective_date=report.holds_from if report.stage == Stage.APPLIED else None,
        procedures=report.procedures if declared else None,
        evidence_id=report.evidence_id if declared else None,
    )


def _record_claim(report: SelfAssessment, by: User, seen_entry: int | None) -> Entry:
    valid_from = report.valid_from
    assert valid_from is not None, "claimed_change refuses a claim of no day"
    reason = _("Self-assessment report of the period %(period)s") % {"period": report.period}
    return record_status(
        agency=report.agency,
        valid_from=valid_from,
        facts=claimed_facts(report),
        by=by,
        reason=reason,
        seen=seen_entry,
    )


def _waiting(report: SelfAssessment, by: User, seen: int | None) -> SelfAssessment:
    """Return the report as it stands, which must wait for the office."""
    report = SelfAssessment.objects.select_related("period", "agency").get(pk=report.pk)
    _refuse_unless_own(report.agency, by, report.period.cut_off)
    refuse_stale_report(report, seen)
    if report.state != State.SUBMITTED:
        raise ValidationError(
            _("The report is not waiting for the office; it is %(state)s.")
            % {"state": report.state.label}
        )
    return report


def _take_step(
    report: SelfAssessment,
    kind: State,
    by: User,
    *,
    remark: str = "",
    received_on: date | None = None,
    is_paper: bool = False,
    entry: Entry | None = None,
) -> Step:
    step = Step(
        report=report,
        kind=kind,
        at=moment_of_writing(),
        by=by,
        remark=clean_lines(remark),
        received_on=received_on,
        is_paper=is_paper,
        entry=entry,
    )
    step.clean_fields(exclude=["report", "by", "entry"])
    with changing(step, by=by):
        step.save()
    return step


def _refuse_unless_officer(by: User) -> None:
    if not may(by, Act.RECORD):
        raise ValidationError(_("Only an officer of the office does this."))


def _refuse_unless_own(agency: Agency, by: User, day: date) -> None:
    if not (may(by, Act.RECORD) or (may(by, Act.REPORT) and by.agency_id == agency.pk)):
        raise ValidationError(_("A contact reports for the own agency only."))
    refuse_foreign(by, [agency], day, timezone.localdate())
