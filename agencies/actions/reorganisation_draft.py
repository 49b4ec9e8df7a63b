"""What a reorganisation comes to, stated in memory and checked before anything is written."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.actions.lives import Life, check_gso_codes, check_parents, load_lives
from agencies.actions.reorganisation_checks import (
    is_alone,
    left_below,
    on_record,
    refused_at_sight,
    refused_days,
)
from agencies.actions.status import state_change
from agencies.house_style import moment, short_date
from agencies.models import (
    Agency,
    AgencyGroup,
    FirstStatus,
    Province,
    Reorganisation,
    ReorganisationKind,
    ReorganisationPlan,
    RosterFacts,
    RosterRecord,
    Stage,
    StatusFacts,
    Succession,
    SuccessorPlan,
    edition_asked_about,
)
from agencies.models.status import NOT_STARTED
from agencies.vietnamese import fold

# Why a successor declares anew, as it stands in its record: data in the office's language.
REASONS: dict[str, str] = {
    ReorganisationKind.MERGE: "sáp nhập",
    ReorganisationKind.SPLIT: "chia tách",
    ReorganisationKind.RENAME: "đổi tên",
    ReorganisationKind.MOVE: "chuyển cơ quan cấp trên hoặc nhóm",
    ReorganisationKind.ESTABLISH: "thành lập mới",
}


class AlreadyApplied(ValidationError):
    """All that a plan says is on record already, under the same decree and day: by `event`."""

    def __init__(self, message: str, event: Reorganisation) -> None:
        super().__init__(message)
        self.event = event


@dataclass
class Draft:
    """A plan and the lives that it touches, by code."""

    plan: ReorganisationPlan
    agencies: dict[str, Agency] = field(default_factory=dict)
    groups: dict[str, AgencyGroup] = field(default_factory=dict)
    lives: dict[str, Life] = field(default_factory=dict)
    ends: frozenset[str] = frozenset()
    parts: "Counter[str]" = field(default_factory=Counter)  # into how many bodies each goes

    def __post_init__(self) -> None:
        plan = self.plan
        self.ends = frozenset(plan.ends)
        self.parts = Counter(before for before, _after in plan.pairs)
        bodies = {*plan.predecessors, *(successor.code for successor in plan.successors)}
        codes = bodies | {successor.parent for successor in plan.successors}
        self.agencies = Agency.objects.in_bulk(list(codes), field_name="code")
        self.groups = AgencyGroup.objects.in_bulk(field_name="code")
        loaded = load_lives(agency for code, agency in self.agencies.items() if code in bodies)
        self.lives = {life.agency.code: life for life in loaded.values()}

    def check_plan(self) -> None:
        """Check the plan by itself, and that it is not on record already."""
        _refuse(refused_at_sight(self.plan))
        self._refuse_what_is_on_record()

    def check_bodies(self) -> None:
        """Check the bodies named against the record, before anything is stated."""
        _refuse([*self._unknown(), *self._bodies_before(), *self._bodies_after()])

    def _refuse_what_is_on_record(self) -> None:
        applied = on_record(self.plan)
        if len(applied) == len(set(self.plan.pairs)):
            event = next(iter(applied.values())).reorganisation
            raise AlreadyApplied(
                _("%(decree)s is on record already: %(by)s recorded it, %(moment)s.")
                % {
                    "decree": self.plan.decree_number,
                    "by": event.entry.by,
                    "moment": moment(event.entry.at),
                },
                event,
            )
        _refuse(
            _("%(pair)s is on record already under %(decree)s: %(by)s recorded it, %(moment)s.")
            % {
                "pair": row,
                "decree": self.plan.decree_number,
                "by": row.reorganisation.entry.by,
                "moment": moment(row.reorganisation.entry.at),
            }
            for row in applied.values()
        )

    def _unknown(self) -> list[str]:
        """Return the codes of agencies and groups that are not on record."""
        known = self.agencies.keys() | {successor.code for successor in self.plan.successors}
        return [
            *(
                _("There is no agency %(code)s; it is named as a predecessor.") % {"code": code}
                for code in self.plan.predecessors
                if code not in self.agencies
            ),
            *(
                _("%(agency)s: there is no agency %(code)s to be its parent body.")
                % {"agency": successor.code, "code": successor.parent}
                for successor in self.plan.successors
                if successor.parent and successor.parent not in known
            ),
            *(
                _("%(agency)s: there is no group %(code)s.")
                % {"agency": successor.code, "code": successor.group}
                for successor in self.plan.successors
                if successor.group and successor.group not in self.groups
            ),
            *(
                _("%(agency)s: there is no province %(code)s.")
                % {"agency": successor.code, "code": successor.province}
                for successor in self.plan.successors
                if successor.province and successor.province not in self.provinces
            ),
        ]

    def _bodies_before(self) -> list[str]:
        """Return why predecessors cannot end or go on, on the day."""
        return [
            found
            for code in self.plan.predecessors
            if code in self.lives
            for found in refused_days(
                self.lives[code], self.plan.takes_effect_on, ends=code in self.ends
            )
        ]

    def _bodies_after(self) -> list[str]:
        """Return why successors cannot be what the plan says."""
        found: list[str] = []
        for successor in self.plan.successors:
            life = self.lives.get(successor.code)
            if successor.continues:
                found += self._nothing_new(successor)
            elif life is not None and life.roster:
                found.append(
                    _(
                        "The code %(code)s is taken by %(agency)s. A body that goes on is named "
                        "among its own predecessors; a new one needs a new code."
                    )
                    % {"code": successor.code, "agency": life.named()}
                )
            elif life is None:
                found += _messages(successor.code, Agency(code=successor.code).full_clean)
        return found

    def _nothing_new(self, successor: SuccessorPlan) -> list[str]:
        """Say so where a body would come from itself alone and stay what it is."""
        life = self.lives.get(successor.code)
        day = self.plan.takes_effect_on
        rows = life.roster if life else []
        row = next((row for row in rows if row.covers(day)), None)
        is_split = self.parts[successor.code] > 1
        is_under_new = bool(successor.parent) and successor.parent not in self.agencies
        if life is None or row is None or is_split or is_under_new or not is_alone(successor):
            return []
        if self._facts(successor, life) != RosterFacts(**row.facts()):
            return []
        said = _("%(agency)s would be its own predecessor, and nothing of it would change.")
        return [said % {"agency": life.named()}]

    def state(self) -> None:
        """State in memory what the plan says, and check the rules that span bodies."""
        for successor in self.plan.successors:
            if successor.code not in self.agencies:
                self._add(successor.code)
        first = {successor.code: self._first(successor) for successor in self.plan.successors}
        for code in self.ends:
            self.lives[code].state_roster(self.plan.takes_effect_on, None, None)
        _refuse(
            found
            for successor in self.plan.successors
            for found in _messages(
                successor.code, partial(self._begin, successor, first[successor.code])
            )
        )
        lives = list(self.lives.values())
        ended = {self.lives[code].agency.pk: self.plan.takes_effect_on for code in self.ends}
        _refuse(
            [
                *left_below(lives, ended),
                *self._parents_that_are_not(),
                *_messages("", partial(check_gso_codes, lives)),
                *_messages("", partial(check_parents, lives)),
            ]
        )

    def _add(self, code: str) -> None:
        agency = Agency(code=code)
        agency.save()
        self.agencies[code] = agency
        self.lives[code] = Life(agency)

    def _first(self, successor: SuccessorPlan) -> StatusFacts | None:
        """Return the status that a body begins with, None for the one that it goes on with."""
        if successor.first_status == FirstStatus.CARRIED:
            if successor.carried_from == successor.code:
                return None
            eve = self.plan.takes_effect_on - timedelta(days=1)
            return StatusFacts(**self.lives[successor.carried_from].status_on(eve).facts())
        if successor.first_status == FirstStatus.ANEW:
            return StatusFacts(
                Stage.BUILDING,
                working_toward_id=self.edition_id,
                redeclaration_reason=REASONS[self._kind_of(successor)],
            )
        return None if successor.continues else NOT_STARTED

    @cached_property
    def edition_id(self) -> int:
        """Return the edition that whoever declares anew works toward."""
        return edition_asked_about(self.plan.takes_effect_on).pk

    def _begin(self, successor: SuccessorPlan, first: StatusFacts | None) -> None:
        """State one successor: what it is called from the day on, and its first status."""
        life, day = self.lives[successor.code], self.plan.takes_effect_on
        facts = self._facts(successor, life)
        if not successor.continues:
            life.state_roster(day, None, facts)
            if first is not None and first != NOT_STARTED:
                life.state_status(day, None, first)
            return
        row = life.roster_on(day)
        if RosterFacts(**row.facts()) != facts:
            if row.valid_from == day:
                raise ValidationError(
                    _("A record already begins on %(day)s; correct that one, with a reason.")
                    % {"day": short_date(day)}
                )
            _refuse_what_reverts(life, row, facts)
            life.state_roster(day, row.valid_to, facts)
        if first is not None:
            state_change(life, day, first)

    def _facts(self, successor: SuccessorPlan, life: Life) -> RosterFacts:
        """Return what the roster says of a successor; of one that goes on, empty is as before."""
        group = self.groups.get(successor.group)
        parent = self.agencies.get(successor.parent)
        said: dict[str, Any] = {
            "name": successor.name,
            "group_id": group and group.pk,
            "parent_id": parent and parent.pk,
            "gso_code": successor.gso_code,
            "name_origin": successor.name_origin,
            "province_id": self.provinces.get(successor.province) or self._province(successor),
        }
        if not successor.continues:
            return RosterFacts(**said)
        present = RosterFacts(**life.roster_on(self.plan.takes_effect_on).facts())
        return replace(present, **{name: value for name, value in said.items() if value})

    def _province(self, successor: SuccessorPlan, below: tuple[str, ...] = ()) -> int | None:
        """Return the province of the parent body that the plan names, else of a predecessor.

        `below` are the bodies on the way up to this one: a plan may name a circle, and is
        refused for it elsewhere.
        """
        if (found := self._provinces.get(successor.parent)) is not None:
            return found
        made = {other.code: other for other in self.plan.successors}
        above, way = made.get(successor.parent), (*below, successor.code)
        if above and above.code not in (*successor.predecessors, *way):
            return self.provinces.get(above.province) or self._province(above, way)
        # A body that goes on stays where it is, whatever it takes in.
        codes = [successor.code] if successor.continues else successor.predecessors
        before = (self._provinces.get(code) for code in codes)
        return next((found for found in before if found is not None), None)

    @cached_property
    def _provinces(self) -> dict[str, int]:
        """Return the provinces of the bodies named, by their codes, on the last day before."""
        eve = self.plan.takes_effect_on - timedelta(days=1)
        rows = RosterRecord.objects.believed().in_force_on(eve).filter(province__isnull=False)
        named = rows.filter(agency__code__in=list(self.agencies))
        return dict(named.values_list("agency__code", "province"))

    @cached_property
    def provinces(self) -> dict[str, int]:
        """Return the provinces on record by their codes; asked for where the plan names one."""
        if not any(successor.province for successor in self.plan.successors):
            return {}
        return dict(Province.objects.values_list("code", "pk"))

    def _parents_that_are_not(self) -> list[str]:
        """Return the successors whose parent body does not exist on the day."""
        day = self.plan.takes_effect_on
        wanted = [successor for successor in self.plan.successors if successor.parent]
        others = {s.parent: self.agencies[s.parent] for s in wanted if s.parent not in self.lives}
        above = {life.agency.code: life for life in load_lives(others.values()).values()}
        above |= self.lives
        return [
            _("%(agency)s: its parent body %(parent)s does not exist on %(day)s.")
            % {
                "agency": successor.code,
                "parent": above[successor.parent].named(),
                "day": short_date(day),
            }
            for successor in wanted
            if not any(row.covers(day) for row in above[successor.parent].roster)
        ]

    def _kind_of(self, successor: SuccessorPlan) -> ReorganisationKind:
        """Return what happens to a successor as a whole: the kind of its first pair."""
        return self._kind(next(iter(successor.predecessors), ""), successor)

    def _kind(self, before: str, successor: SuccessorPlan) -> ReorganisationKind:
        if not before:
            return ReorganisationKind.ESTABLISH
        if len(successor.predecessors) > 1:
            return ReorganisationKind.MERGE
        if self.parts[before] > 1:
            return ReorganisationKind.SPLIT
        life = self.lives[before]
        old = next(row for row in life.roster_before if row.covers(self.plan.takes_effect_on))
        new = self._facts(successor, life)
        is_named_anew = fold(old.name) != fold(new.name)
        stays = (old.group_id, old.parent_id, old.province_id) == (
            new.group_id,
            new.parent_id,
            new.province_id,
        )
        return ReorganisationKind.RENAME if is_named_anew or stays else ReorganisationKind.MOVE

    def successions(self, event: Reorganisation) -> list[Succession]:
        """Return the pairs of the plan as rows, each with what it decides."""
        made = {successor.code: successor for successor in self.plan.successors}
        rows = []
        for before, after in self.plan.pairs:
            successor = made.get(after)
            kind = self._kind(before, successor) if successor else ReorganisationKind.DISSOLVE
            decides = successor is not None and (
                successor.first_status != FirstStatus.CARRIED or successor.carried_from == before
            )
            rows.append(
                Succession(
                    reorganisation=event,
                    predecessor=self.agencies.get(before),
                    successor=self.agencies.get(after),
                    kind=kind,
                    first_status=successor.first_status if successor and decides else "",
                )
            )
        return rows


def _refuse_what_reverts(life: Life, row: RosterRecord, facts: RosterFacts) -> None:
    """Refuse what a later record, which knew nothing of the decree, would take back.

    A change holds until the next record. One for another reason repeats the old group or
    parent, so that the decree would silently end on its day.
    """
    changed = {name for name, value in vars(facts).items() if value != row.facts()[name]}
    for later in life.roster:
        if later.valid_from > row.valid_from and any(
            later.facts()[name] != getattr(facts, name) for name in changed
        ):
            raise ValidationError(
                _(
                    "From %(day)s on a later record says otherwise: %(name)s. Correct that one "
                    "first, so that it says what the decree says."
                )
                % {"day": short_date(later.valid_from), "name": later.name}
            )


def _refuse(found: Iterable[str]) -> None:
    if reasons := list(dict.fromkeys(found)):
        raise ValidationError(reasons)


def _messages(agency: str, check: Callable[[], object]) -> list[str]:
    """Return why a check fails, each reason with its agency; nothing where it passes."""
    try:
        check()
    except ValidationError as error:
        return [
            _("%(agency)s: %(reason)s") % {"agency": agency, "reason": said} if agency else said
            for said in error.messages
        ]
    return []
