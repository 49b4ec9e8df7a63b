"""What pages of a reporting round show: rows narrowed, a report with its steps, an outlook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.actions.reporting import (
    ReportFacts,
    claimed_change,
    claimed_facts,
    later_record,
    refuse_contradicted,
)
from activities.actions.reporting_checks import refuse_unexpected
from activities.models import ReportingPeriod, SelfAssessment, State
from activities.round_rollups import RoundRow, RoundTable, names_on
from agencies.asof import AsOf
from agencies.house_style import DASH, short_date
from agencies.models import Agency, StatusRecord

# How the rows of a round are narrowed; each choice is one count of the page.
STATES: dict[str, Any] = {
    "missing": _("missing"),
    "not-begun": _("not begun"),
    "draft": State.DRAFT.label,
    "received": _("received"),
    "on-time": _("on time"),
    "late": _("late"),
    "submitted": _("waiting for review"),
    "returned": State.RETURNED.label,
    "accepted": State.ACCEPTED.label,
}


def is_in(row: RoundRow, state: str) -> bool:
    """Say whether a row is one of those that a count of the page counts."""
    of_receipt = {
        "missing": row.is_missing,
        "not-begun": row.state is None,
        "received": not row.is_missing,
        "on-time": not row.is_missing and not row.is_late,
        "late": row.is_late,
    }
    return of_receipt.get(state, row.state == state)


@dataclass(frozen=True)
class Narrowed:
    """How the rows of a round were narrowed; nothing where they were not."""

    state: str
    group: str
    parent: str


def chosen_rows(table: RoundTable, asked: Mapping[str, str]) -> tuple[Sequence[RoundRow], Narrowed]:
    """Return the rows that an address asks for; what it does not know narrows nothing."""
    state = asked.get("state", "")
    narrowed = Narrowed(
        state=state if state in STATES else "",
        group=_known(asked.get("group", ""), (row.group for row in table.rows)),
        parent=_known(asked.get("parent", ""), (row.parent for row in table.rows)),
    )
    rows = [
        row
        for row in table.rows
        if (not narrowed.state or is_in(row, narrowed.state))
        and narrowed.group in ("", row.group)
        and narrowed.parent in ("", row.parent)
    ]
    return rows, narrowed


def _known(code: str, codes: Any) -> str:
    return code if code in set(codes) else ""


def round_choices(table: RoundTable) -> dict[str, list[tuple[str, Any]]]:
    """Return what the rows of a round can be narrowed to."""
    groups = [(group.code, group.label) for group in table.groups if group.counts.expected]
    parents = [(parent.code, parent.label) for parent in table.parents if parent.code]
    return {
        "state": list(STATES.items()),
        "group": groups,
        "parent": list(dict.fromkeys(parents)),
    }


def report_context(
    period: ReportingPeriod, agency: Agency, report: SelfAssessment | None
) -> dict[str, Any]:
    """Return what every page about one report shows: the agency's name and the steps."""
    as_of = AsOf.now()
    steps = list(report.steps.select_related("by", "entry__undone_by")) if report else []
    return {
        "period": period,
        "agency": agency,
        "agency_name": names_on(as_of, [agency.pk]).get(agency.pk, agency.code),
        "report": report,
        "steps": steps,
        "state": State(steps[-1].kind) if steps else State.DRAFT,
        "returned": steps[-1] if steps and steps[-1].kind == State.RETURNED else None,
    }


def refused_to_report(period: ReportingPeriod, agency: Agency) -> str:
    """Return why an agency is not to report in a round, nothing where it is."""
    try:
        refuse_unexpected(period, agency)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def standing_of(period: ReportingPeriod, agency: Agency) -> StatusRecord | None:
    """Return what is on record of an agency on the cut-off day, as far as known now."""
    records = StatusRecord.objects.believed().in_force_on(period.cut_off)
    found: StatusRecord | None = records.filter(agency=agency).first()
    return found


@dataclass(frozen=True)
class Mended:
    """One field of a report as it was returned and as it came back."""

    label: str
    then: str
    now: str


def mended(report: SelfAssessment) -> list[Mended]:
    """Return what the agency changed since the report was last returned, none before that."""
    returned = report.steps.filter(kind=State.RETURNED).last()
    if returned is None:
        return []
    labels = {field.name: str(field.verbose_name) for field in report._meta.fields}
    before = report.history.filter(history_date__lte=returned.at).latest().instance
    return [
        Mended(labels[name], then, now)
        for name in MENDABLE
        if (then := _written(before, name)) != (now := _written(report, name))
    ]


MENDABLE = tuple(name.removesuffix("_id") for name in ReportFacts.__dataclass_fields__)


def _written(report: SelfAssessment, name: str) -> str:
    """Return a value as a page shows it, a dash for none."""
    value = report.get_stage_display() if name == "stage" else getattr(report, name)
    if isinstance(value, date):
        return short_date(value)
    return DASH if value in (None, "") else str(value)


@dataclass(frozen=True)
class Outlook:
    """What acceptance would do: nothing, one record, or it would be refused.

    `later` is on record and says otherwise, though the claim stands for its own first day.
    """

    present: StatusRecord | None
    claimed: StatusRecord | None
    refused: str = ""
    later: StatusRecord | None = None


def outlook(report: SelfAssessment) -> Outlook:
    """Return what accepting a report would record, beside what stands on record."""
    standing = standing_of(report.period, report.agency)
    try:
        present = claimed_change(report)
        if present is not None:
            refuse_contradicted(report)
    except ValidationError as error:
        return Outlook(standing, None, " ".join(error.messages))
    if present is None or report.valid_from is None:
        return Outlook(standing, None, later=later_record(report))
    facts = claimed_facts(report)
    claimed = StatusRecord(
        agency=report.agency,
        valid_from=report.valid_from,
        valid_to=present.valid_to,
        **vars(facts),
    )
    if present.valid_from == report.valid_from and present.stage != "not_started":
        refused = _("A record already begins on this day; correct that one first.")
        return Outlook(present, claimed, str(refused))
    return Outlook(present, claimed)
