"""The demonstration data of activities: illustrative inspections and training, 2015–2021.

They add up to the 90 visits and 1 067 attendances of the article; which agency was visited or
trained when is made up. Loaded through the actions a person uses, in the order of their days.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache, partial

from activities import actions
from activities.models import (
    Finding,
    Inspection,
    InspectionPlan,
    Training,
    TrainingTopic,
    check_rows,
    checklist_of,
)
from agencies.actions import demonstration_entries_at
from agencies.demonstration import Line, lines, moment
from agencies.models import Agency, Edition, User
from agencies.models.status import DEMONSTRATION

OUTCOMES = {"M": "met", "P": "partly", "N": "not_met"}
Step = tuple[datetime, Callable[[], object]]


def load() -> None:
    """Load inspections and training, after the roster; call it inside the loader's transaction."""
    by = User.objects.get(username="chuyenvien")
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    steps = [*_plans(agencies, by), *_visits(agencies, by), *_findings(by)]
    steps += _courses(agencies, by)
    for at, step in sorted(steps, key=lambda pair: pair[0]):
        with demonstration_entries_at(at):
            step()


def _plans(agencies: dict[str, Agency], by: User) -> Iterable[Step]:
    named: dict[str, list[Line]] = defaultdict(list)
    for line in lines("inspection_plans.csv"):
        named[line["decision_number"]].append(line)
    for number, rows in named.items():
        plan = InspectionPlan(
            year=int(rows[0]["year"]),
            decision_number=number,
            decision_date=date.fromisoformat(rows[0]["decision_date"]),
            note=DEMONSTRATION,
        )
        forms = {agencies[row["agency"]]: row["form"] for row in rows}
        step = partial(actions.record_plan, plan=plan, forms=forms, by=by)
        yield moment(rows[0]["recorded_at"]), step


def _visits(agencies: dict[str, Agency], by: User) -> Iterable[Step]:
    editions = {str(edition.year): edition for edition in Edition.objects.all()}
    checklist = cache(checklist_of)
    for line in lines("inspections.csv"):
        visited_on = date.fromisoformat(line["visited_on"])
        seen = zip(checklist(visited_on.year), line["outcomes"], strict=True)
        visit = Inspection(
            agency=agencies[line["agency"]],
            visited_on=visited_on,
            form=line["form"],
            edition=editions[line["edition"]],
            team="\n".join(line["team"].split("; ")),
            checks=check_rows((text, OUTCOMES[letter], "") for text, letter in seen),
            remarks=line["remarks"],
            rating=line["rating"],
            source=DEMONSTRATION,
        )
        yield moment(line["recorded_at"]), partial(actions.record_visit, visit=visit, by=by)


def _findings(by: User) -> Iterable[Step]:
    for line in lines("findings.csv"):
        yield moment(line["recorded_at"]), partial(_find, line, by)
        if line["closed_on"]:
            yield moment(line["closed_recorded_at"]), partial(_close, line, by)


def _find(line: Line, by: User) -> None:
    visit = Inspection.objects.get(agency__code=line["agency"], visited_on=line["visited_on"])
    finding = Finding(
        inspection=visit,
        text=line["text"],
        recommendation=line["recommendation"],
        deadline=date.fromisoformat(line["deadline"]),
    )
    actions.record_finding(finding=finding, by=by)


def _close(line: Line, by: User) -> None:
    finding = Finding.objects.select_related("inspection").get(
        inspection__agency__code=line["agency"],
        inspection__visited_on=line["visited_on"],
        text=line["text"],
    )
    finding.closed_on = date.fromisoformat(line["closed_on"])
    finding.closing_note = line["closing_note"]
    actions.record_finding(finding=finding, by=by)


def _courses(agencies: dict[str, Agency], by: User) -> Iterable[Step]:
    topics = {topic.name: topic for topic in TrainingTopic.objects.all()}
    attended: dict[str, dict[Agency, int]] = defaultdict(dict)
    for line in lines("attendances.csv"):
        attended[line["course"]][agencies[line["agency"]]] = int(line["number"])
    for line in lines("trainings.csv"):
        course = Training(
            title=line["title"],
            topic=topics[line["topic"]],
            starts_on=date.fromisoformat(line["starts_on"]),
            ends_on=date.fromisoformat(line["ends_on"]),
            place=line["place"],
            source=DEMONSTRATION,
        )
        yield moment(line["recorded_at"]), partial(_hold, course, attended[line["code"]], by)


def _hold(course: Training, numbers: dict[Agency, int], by: User) -> None:
    actions.record_training(training=course, by=by)
    actions.record_attendances(training=course, numbers=numbers, by=by)
