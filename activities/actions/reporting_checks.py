"""What is asked of a period and of a report, in the words that a form shows."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from activities.models import ReportingPeriod, SelfAssessment
from agencies.house_style import short_date
from agencies.models import Agency, RosterRecord, Stage, StatusRecord

SATURDAY = 5
MOST_DAYS = 800  # of a period; a year and a late beginning, with room


def next_working_day(day: date) -> date:
    """Return the first day after that is neither Saturday nor Sunday; holidays are not known."""
    day += timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


def check_period(period: ReportingPeriod) -> None:
    """Check the days of a period, and that it overlaps no other.

    Raises:
        ValidationError: by field.
    """
    errors: dict[str, str] = {}
    if period.ends_on <= period.starts_on:
        errors["ends_on"] = _("The period ends before it begins.")
    elif (period.ends_on - period.starts_on).days > MOST_DAYS:
        errors["ends_on"] = _("A period of more than two years is no round; check the days.")
    if period.cut_off < period.starts_on:
        errors["cut_off"] = _("The cut-off day lies before the period.")
    elif period.cut_off > period.ends_on:
        errors["cut_off"] = _("The cut-off day lies after the period.")
    if period.due_on <= period.cut_off:
        errors["due_on"] = _("A report is due after the cut-off day, %(day)s.") % {
            "day": short_date(period.cut_off)
        }
    elif (period.due_on - period.ends_on).days > MOST_DAYS:
        errors["due_on"] = _("This is more than two years after the period; check the day.")
    others = ReportingPeriod.objects.exclude(pk=period.pk)
    if other := others.filter(starts_on__lte=period.ends_on, ends_on__gte=period.starts_on).first():
        errors["starts_on"] = _("The round %(period)s covers some of these days.") % {
            "period": other
        }
    if errors:
        raise ValidationError(dict(errors))


def refuse_unexpected(period: ReportingPeriod, agency: Agency) -> None:
    """Check that an agency is to report in a round, as far as is known now.

    It says of one agency, and why, what `round_rollups.agencies_to_report` says of all.

    Raises:
        ValidationError: it does not exist on the cut-off day, is not counted, or is exempt.
    """
    cut_off = {"day": short_date(period.cut_off)}
    roster = RosterRecord.objects.believed().in_force_on(period.cut_off).filter(agency=agency)
    on_day = roster.first()
    if on_day is None:
        raise ValidationError(
            _("The agency does not exist on %(day)s, the cut-off day; it has nothing to report.")
            % cut_off
        )
    if on_day.group_id is None:
        raise ValidationError(_("The agency is a parent body only; it is not counted."))
    if status_on(agency, period.cut_off).stage == Stage.EXEMPT:
        raise ValidationError(_("The agency is exempt on %(day)s, the cut-off day.") % cut_off)


def status_on(agency: Agency, day: date) -> StatusRecord:
    """Return the status on record of a day, as far as is known now.

    Raises:
        ValidationError: the agency does not exist on the day.
    """
    records = StatusRecord.objects.believed().in_force_on(day).filter(agency=agency)
    record: StatusRecord | None = records.first()
    if record is None:
        raise ValidationError(_("The agency does not exist on %(day)s.") % {"day": short_date(day)})
    return record


def check_report(report: SelfAssessment, today: date) -> None:
    """Check what stands in a report, whether it is complete or not.

    Raises:
        ValidationError: by field.
    """
    errors: dict[str, str] = {}
    for name in ("audit_on", "review_on"):
        if found := _outside_period(getattr(report, name), report.period, today):
            errors[name] = found
    decided, edition = report.decision_date, report.edition
    if decided and decided > today:
        errors["decision_date"] = _(
            "%(day)s lies in the future; a decision is reported once it is signed."
        ) % {"day": short_date(decided)}
    elif decided and edition and decided.year < edition.year:
        errors["decision_date"] = _(
            "%(day)s is before %(edition)s existed; check the date and the edition."
        ) % {"day": short_date(decided), "edition": edition.code}
    elif report.holds_from and decided and report.holds_from < decided:
        errors["holds_from"] = _("It cannot hold before the decision of %(day)s.") % {
            "day": short_date(decided)
        }
    if report.evidence_id and report.no_evidence_reason:
        errors["no_evidence_reason"] = _("A document is attached; no reason is needed.")
    if errors:
        raise ValidationError(dict(errors))


def _outside_period(day: date | None, period: ReportingPeriod, today: date) -> str:
    """Return why a day is none on which something of the period was done, else nothing."""
    if day is None:
        return ""
    if day > today:
        return _("%(day)s lies in the future; report what was done.") % {"day": short_date(day)}
    if day < period.starts_on:
        return _("%(day)s is before the period, which begins on %(first)s.") % {
            "day": short_date(day),
            "first": short_date(period.starts_on),
        }
    if day > period.ends_on:
        return _("%(day)s is after the period, which ends on %(last)s.") % {
            "day": short_date(day),
            "last": short_date(period.ends_on),
        }
    return ""


def check_complete(report: SelfAssessment, today: date) -> None:
    """Check that a report says all that is asked before it is submitted.

    Raises:
        ValidationError: by field; or the period has not begun.
    """
    if today < report.period.starts_on:
        raise ValidationError(
            _("The period begins on %(day)s; nothing can be submitted before.")
            % {"day": short_date(report.period.starts_on)}
        )
    errors = {name: words for name, words in _asked(report).items() if words}
    if errors:
        raise ValidationError(dict(errors))


def _asked(report: SelfAssessment) -> Mapping[str, str]:
    """Return what is missing by field, nothing where it is said."""
    applied = report.stage == Stage.APPLIED
    dated = report.stage in (Stage.BUILDING, Stage.WITHDRAWN)
    has_proof = report.evidence_id is not None or report.no_evidence_reason
    unsaid = {
        "stage": (not report.stage, _("Say where the agency stands.")),
        "edition": (applied and report.edition_id is None, _("Name the edition declared.")),
        "decision_number": (
            applied and not report.decision_number,
            _("Give the number of the declaration."),
        ),
        "decision_date": (
            applied and report.decision_date is None,
            _("Give the date of the declaration."),
        ),
        "holds_from": (
            dated and report.holds_from is None,
            _("Say from which day it holds."),
        ),
        "procedures": (
            applied and report.procedures is None,
            _("Say how many procedures are in scope; 0 where none is."),
        ),
        "no_evidence_reason": (
            not has_proof,
            _("Attach a document, or say why there is none."),
        ),
    }
    return {name: words if is_missing else "" for name, (is_missing, words) in unsaid.items()}


def stands(report: SelfAssessment, record: StatusRecord) -> bool:
    """Say whether a record says already what the report claims.

    What the report does not say is not compared. A declaration is another one where its
    edition, number, date or first day differs; how many procedures are in scope is reported
    anew every year and makes no new declaration.
    """
    if report.stage != record.stage:
        return False
    if report.stage == Stage.BUILDING:
        return report.edition_id in (None, record.working_toward_id)
    number = report.decision_number.casefold()
    same = (
        report.edition_id in (None, record.edition_id)
        and number in ("", record.decision_number.casefold())
        and report.decision_date in (None, record.decision_date)
    )
    return same and (report.stage != Stage.APPLIED or report.valid_from == record.valid_from)
