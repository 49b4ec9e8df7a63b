"""What the files say of plans, inspections, training and reporting, beside the statuses.

Gathers rows of the roll-ups that the pages show, and makes no figure of its own. A part that
has nothing on record for the day and the moment is None or empty, and left out of the files.
"""

from dataclasses import dataclass
from datetime import date

from activities import rollups
from activities.models import ReportingPeriod
from activities.readings import Reading
from activities.rollups import (
    ActivityTotals,
    AttendanceTally,
    Course,
    OverdueOfParent,
    Planned,
    VisitTally,
)
from activities.round_rollups import RoundTable, round_table, rounds_of_day
from agencies.asof import AsOf
from agencies.models import Transition
from agencies.questions import Question
from reports import plans
from reports.plans import (
    Forecast,
    LateParent,
    PlannedAgency,
    PlanPoint,
    TargetRow,
    TargetState,
)

ROUNDS = 2  # the newest and the one before it
# Words of the papers, which are Vietnamese for every reader.
NO_GROUP = "Không thuộc nhóm nào"
NO_PARENT = "Không có cơ quan cấp trên"
ALL_GROUPS = "Tất cả các nhóm"
STATES = {
    TargetState.MET: "đạt",
    TargetState.MISSED: "không đạt",
    TargetState.TO_COME: "chưa đến hạn",
}
EVERYBODY = (
    "Lưu ý: lượt kiểm tra và lượt tham dự tập huấn tính cho mọi cơ quan, không chỉ cơ quan có "
    "trách nhiệm áp dụng."
)


@dataclass(frozen=True)
class PlanSection:
    """A transition's plan against what happened; `now` is the point of the day asked."""

    transition: Transition
    rows: tuple[PlannedAgency, ...]
    points: tuple[PlanPoint, ...]
    now: PlanPoint
    targets: tuple[TargetRow, ...]
    late: tuple[LateParent, ...]
    forecast: Forecast

    @property
    def late_number(self) -> int:
        """Return how many agencies are late."""
        return sum(len(parent.late) for parent in self.late)


@dataclass(frozen=True)
class InspectionSection:
    """The visits up to the day; `planned` and `not_yet` are of the calendar year of the day."""

    totals: ActivityTotals
    this_year: ActivityTotals
    years: tuple[VisitTally, ...]
    groups: tuple[VisitTally, ...]
    forms: tuple[VisitTally, ...]
    planned: int
    not_yet: tuple[Planned, ...]
    overdue: tuple[OverdueOfParent, ...]


@dataclass(frozen=True)
class TrainingSection:
    """The courses begun by the day, with their attendances."""

    totals: ActivityTotals
    this_year: ActivityTotals
    agencies: int
    years: tuple[AttendanceTally, ...]
    groups: tuple[AttendanceTally, ...]
    topics: tuple[AttendanceTally, ...]
    courses: tuple[Course, ...]


@dataclass(frozen=True)
class RoundSection:
    """One reporting round and what had come in by the day."""

    period: ReportingPeriod
    table: RoundTable
    is_due: bool


@dataclass(frozen=True)
class Sections:
    """The parts that have something to say. `duty_only` is as the question had it."""

    day: date
    duty_only: bool
    plan: PlanSection | None
    inspections: InspectionSection | None
    training: TrainingSection | None
    rounds: tuple[RoundSection, ...]


def gather_sections(question: Question) -> Sections:
    """Return the parts of a question, in the language that is active."""
    as_of = question.as_of
    reading = Reading(as_of)
    whole = rollups.activity_totals(reading)
    this_year = rollups.activity_totals(reading, as_of.day.replace(month=1, day=1))
    return Sections(
        day=as_of.day,
        duty_only=as_of.duty_only,
        plan=_plan(question),
        inspections=_inspections(reading, whole, this_year),
        training=_training(reading, whole, this_year),
        rounds=_rounds(as_of),
    )


def _plan(question: Question) -> PlanSection | None:
    """Return the plan of the newest transition to the edition, None where nothing is planned."""
    as_of = question.as_of
    transition = plans.transition_known(as_of, question.edition)
    rows = plans.planned_agencies(as_of, transition) if transition else ()
    if transition is None or not rows:
        return None
    targets = plans.targets(as_of, transition)
    if not (targets or transition.deadline or any(row.planned_on for row in rows)):
        return None
    points = plans.curve(rows, as_of, transition)
    return PlanSection(
        transition=transition,
        rows=rows,
        points=points,
        now=next(point for point in points if point.day == as_of.day),
        targets=targets,
        late=plans.late_by_parent(rows),
        forecast=plans.forecast(as_of, question.edition),
    )


def _inspections(
    reading: Reading, whole: ActivityTotals, this_year: ActivityTotals
) -> InspectionSection | None:
    year = reading.as_of.day.year
    planned = rollups.planned_inspections(reading, year)
    if not whole.visits and not planned:
        return None
    return InspectionSection(
        totals=whole,
        this_year=this_year,
        years=rollups.visits_by_year(reading),
        groups=rollups.visits_by_group(reading),
        forms=rollups.visits_by_form(reading),
        planned=len(planned),
        not_yet=rollups.not_yet_inspected(reading, year),
        overdue=rollups.overdue_findings(reading),
    )


def _training(
    reading: Reading, whole: ActivityTotals, this_year: ActivityTotals
) -> TrainingSection | None:
    if not whole.courses:
        return None
    return TrainingSection(
        totals=whole,
        this_year=this_year,
        agencies=rollups.agencies_trained(reading),
        years=rollups.attendances_by_year(reading),
        groups=rollups.attendances_by_group(reading),
        topics=rollups.attendances_by_topic(reading),
        courses=rollups.courses(reading),
    )


def _rounds(as_of: AsOf) -> tuple[RoundSection, ...]:
    """Return the newest rounds begun by the day, the older one first."""
    return tuple(
        RoundSection(period, round_table(period, as_of), period.due_on < as_of.day)
        for period in reversed(rounds_of_day(as_of)[:ROUNDS])
    )
