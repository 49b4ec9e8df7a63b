"""Random acts on the real office and on the naive one: both believe the same, at every act."""

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone, translation
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from agencies import actions
from agencies.asof import AsOf
from agencies.models import (
    Agency,
    AgencyGroup,
    Edition,
    Entry,
    Evidence,
    RosterFacts,
    RosterRecord,
    Stage,
    StatusFacts,
    StatusRecord,
    User,
)
from reports.rollups import Counts, by_group
from reports.trends import trend
from tests.naive_office import (
    AFTER,
    DAYS,
    FAR_DAY,
    Name,
    Refused,
    cleaned,
    stretch,
)
from tests.naive_reform import ReformingOffice
from tests.random_reforms import DRAWN, SHAPES, heirs_of, plan_of

pytestmark = pytest.mark.django_db

# A server answers each of the many small questions later than a file does.
EXAMPLES = 70 if connection.vendor == "sqlite" else 30

random_acts = settings(
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# What may be said of a status, in words; a "!" marks what the office does not accept.
STATUSES = {
    "not started": (Stage.NOT_STARTED, None, None, ""),
    "building": (Stage.BUILDING, None, None, ""),
    "building toward 2015": (Stage.BUILDING, None, 2015, ""),
    "applied 2008": (Stage.APPLIED, 2008, None, "1/QĐ"),
    "applied 2015": (Stage.APPLIED, 2015, None, "2/QĐ"),
    "applied 2015 again": (Stage.APPLIED, 2015, None, "3/QĐ"),
    "applied 2015 again, with document": (Stage.APPLIED, 2015, None, "3/QĐ"),
    "withdrawn": (Stage.WITHDRAWN, None, None, ""),
    "withdrawn 2008": (Stage.WITHDRAWN, 2008, 2015, ""),
    "exempt": (Stage.EXEMPT, None, None, ""),
    "anew: sáp nhập": (Stage.BUILDING, None, 2015, ""),
    "anew: chia tách": (Stage.BUILDING, None, 2015, ""),
    "anew: đổi tên": (Stage.BUILDING, None, 2015, ""),
    "anew: chuyển cơ quan cấp trên hoặc nhóm": (Stage.BUILDING, None, 2015, ""),
    "anew: thành lập mới": (Stage.BUILDING, None, 2015, ""),
    "applied!": (Stage.APPLIED, None, None, ""),
    "building 2008!": (Stage.BUILDING, 2008, None, ""),
    "exempt toward 2015!": (Stage.EXEMPT, None, 2015, ""),
}
# Against 2015, by hand.
COUNTED_AS = {
    "not started": "not_started",
    "building": "building",
    "building toward 2015": "building",
    "applied 2008": "older_edition",
    "applied 2015": "converted",
    "applied 2015 again": "converted",
    "applied 2015 again, with document": "converted",
    **{what: "building" for what in STATUSES if what.startswith("anew")},
    "withdrawn": "withdrawn",
    "withdrawn 2008": "withdrawn",
    "exempt": "exempt",
}
# How a refusal begins or what it contains, and the naive office's word for it.
REFUSALS = {
    "the day before; it exists": "absent",
    "was closed already": "closed",
    "would stay open on a closed": "open",
    "is taken by": "code taken",
    "would be its own predecessor": "itself",
    "no decision on its first status": "decision",
    "has predecessors: its status": "decision",
    "cannot be carried over from": "decision",
    "the status is not carried over": "decision",
    "would come from the next": "round",
    "is on record already": "on record",
    "but these stand under it": "below",
    "its parent body": "no parent",
    "refers to it; take that back": "in the way",
    "already exists": "code taken",
    "nothing would change": "nothing new",
    "does not exist; it exists": "absent",
    "later record says otherwise": "reverts",
    "A record already begins": "begins",
    "ends before it begins": "empty",
    "A correction needs a reason": "no reason",
    "do not cover exactly the days": "beyond",
    "first record of an agency cannot be taken out": "first",
    "The record before begins": "between",
    "The next record begins": "between",
    "The first record begins with the agency": "between",
    "outside the new days of existence": "lost",
    "the GSO code": "gso",
    "a body above itself": "cycle",
    "name its edition": "facts",
    "Only a declaration has an edition": "facts",
    "is not working toward an edition": "facts",
    "An agency needs a name": "facts",
    "This field cannot be blank": "facts",
    "builds on it; undo that first": "in the way",
    "It was undone already": "undone",
    "is not undone here": "no act to undo",
    "was added by it": "added",
    "An undoing needs a reason": "no reason",
}

Act = tuple[str, dict[str, Any]]

# Strategies. Agencies, days, rows and acts are small numbers, made to fit what there is. The
# odds lean to what is accepted, so that histories grow; refusals come of themselves.
some_agency = st.sampled_from([0, 0, 1, 2])
some_day = st.integers(0, AFTER - 1)
some_end = st.none() | st.integers(1, AFTER - 1)
good_status = st.sampled_from([what for what in STATUSES if not re.search("!|anew", what)])
some_status = st.one_of(good_status, good_status, good_status, st.sampled_from(list(STATUSES)))
some_reason = st.sampled_from(["nhầm"] * 9 + [" "])
some_row = st.integers(0, 6)
some_seen = st.sampled_from([None] * 6 + [0, 0, 1, 3])  # how many acts ago a form was drawn
some_name = st.builds(
    Name,
    name=st.sampled_from(["Một", "Hai", " Hai  ", "Ba", "Ba", ""]),
    group=st.sampled_from(["A", "A", "B", ""]),
    parent=st.sampled_from([None] * 5 + [0, 1, 2]),
    gso=st.sampled_from(["", "", "01", " 01", "02"]),
)


def act(act_name: str, /, **facts: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    return st.tuples(st.just(act_name), st.fixed_dictionaries({"agency": some_agency, **facts}))


def sure(act_name: str, /, start: int, **facts: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    """Return an act on the first agency that is mostly accepted: a history to begin with."""
    certain = {"agency": st.just(0), "start": st.integers(start, start + 1), **facts}
    return st.tuples(st.just(act_name), st.fixed_dictionaries(certain))


def named(name: str) -> st.SearchStrategy[Name]:
    return st.builds(Name, st.just(name), st.sampled_from("AB"), st.none(), st.just(""))


unseen, until = st.none(), st.sampled_from([None, None, AFTER - 1])
beginning = st.tuples(
    sure("add", 1, end=until, name=named("Một"), first=st.just("not started") | good_status),
    sure("record_status", 2, what=good_status, seen=unseen),
    sure("change_roster", 3, name=named("Hai"), seen=unseen),
    sure("add", 1, agency=st.just(1), end=until, name=named("Ba"), first=st.just("not started")),
    st.tuples(
        st.just("record_statuses"),
        st.fixed_dictionaries(
            {
                "agencies": st.just([0, 1]),
                "start": st.integers(4, 5),
                "what": good_status,
                "seen": unseen,
            }
        ),
    ),
)
when, corrected = {"start": some_day, "seen": some_seen}, {"reason": some_reason, "seen": some_seen}
one_act = st.one_of(
    act("add", start=some_day, end=some_end, name=some_name, first=some_status),
    act("record_status", what=some_status, **when),
    act("record_status", what=some_status, **when),
    act("correct_status", start=some_day, end=some_end, what=some_status, **corrected),
    act("correct_status_record", row=some_row, start=some_day, what=some_status, **corrected),
    act("take_out_status", row=some_row, **corrected),
    act("change_roster", name=some_name, **when),
    act("correct_roster", row=some_row, name=some_name, **corrected),
    act("take_out_roster", row=some_row, **corrected),
    act("change_lifetime", start=some_day, end=some_end, **corrected),
)
several = st.tuples(
    st.just("record_statuses"),
    st.fixed_dictionaries(
        {"agencies": st.lists(some_agency, min_size=1, max_size=3), "what": some_status, **when}
    ),
)


def reorganised(**facts: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    told = {
        "shape": st.sampled_from([*SHAPES, "round"]),
        "agencies": st.permutations([0, 1, 2]),
        "again": st.booleans(),
        "name": some_name,
        "first": st.sampled_from(["anew", "anew", "carried", "carried", "", "not_started"]),
        "carried": st.sampled_from([0, 0, 1, 2]),
        "decree": st.sampled_from(["1/NQ", "2/NQ"]),
        **when,
        **facts,
    }
    return st.tuples(st.just("reorganise"), st.fixed_dictionaries(told))


reform = reorganised(  # mostly accepted
    shape=st.sampled_from(SHAPES),
    agencies=st.sampled_from([[0, 1, 2], [1, 0, 2]]),
    name=named("Mới") | some_name,
    first=st.sampled_from(["anew", "carried"]),
    carried=st.sampled_from([0, 1]),
    start=st.sampled_from([6, 7]),
    seen=st.none(),
)
some_undo = st.tuples(  # of the act so many acts ago
    st.just("undo"),
    st.fixed_dictionaries({"entry": st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5]), **corrected}),
)
one_act = st.one_of(one_act, one_act, one_act, several, reorganised(), some_undo, some_undo)
after_reform = st.one_of(one_act, some_undo, some_undo, reform)
histories = st.one_of(
    st.tuples(beginning, st.lists(one_act, min_size=5, max_size=12)),
    st.tuples(
        beginning,
        st.lists(one_act, max_size=2),
        st.tuples(reform),
        st.lists(after_reform, min_size=2, max_size=6),
    ),
).map(lambda parts: [act for part in parts for act in part])


class RealOffice:
    """Carries out the same acts by the actions of the product."""

    def __init__(self) -> None:
        self.by = User.objects.create_user("officer")
        self.groups = {code: AgencyGroup.objects.create(code=code, name=code).pk for code in "AB"}
        self.editions: dict[int | None, int | None] = {None: None}
        self.editions.update(Edition.objects.values_list("year", "pk"))
        self.agencies: dict[int, Agency] = {}
        self.entries: list[Entry] = []
        self.document = Evidence.objects.create(
            file="evidence/1", kind="pdf", size=1, kept_at=timezone.now(), by=self.by
        )

    def carry_out(
        self, act: str, *, agency: int | None = None, row: Any = None, **facts: Any
    ) -> None:
        """Do one act with what its days, words and numbers stand for."""
        told = {
            **({"valid_from": DAYS[facts.pop("start")]} if "start" in facts else {}),
            **({"valid_to": day_of(facts.pop("end"))} if "end" in facts else {}),
            **({"facts": self.status(facts.pop("what"))} if "what" in facts else {}),
            **({"first_status": self.status(facts.pop("first"))} if "first" in facts else {}),
            **({"facts": self.roster(facts.pop("name"))} if "name" in facts else {}),
            **({"seen": self.entry_pk(facts.pop("seen"))} if "seen" in facts else {}),
            **facts,
            "by": self.by,
        }
        if act == "reorganise":
            self.reorganise(**told)
        elif act == "undo":
            told["entry"] = self.entries[told["entry"] - 1]
            actions.undo_entry(**told)
        elif act == "record_statuses":
            told["agencies"] = [self.agencies[one] for one in told["agencies"]]
            actions.record_statuses(**told)
        elif agency is None:
            raise AssertionError(act)
        elif act == "add":
            self.agencies[agency] = actions.add_agency(code=f"CQ-{agency}", **told)
        elif row is not None:
            getattr(actions, act)(record=row, **told)
        else:
            getattr(actions, act)(agency=self.agencies[agency], **told)
        self.entries = list(Entry.objects.order_by("pk"))

    def reorganise(self, **told: Any) -> None:
        seen, by = told.pop("seen"), told.pop("by")
        actions.apply_reorganisation(plan=plan_of(**told), by=by, seen=seen)
        for heir in told["heirs"]:
            self.agencies[heir.agency] = Agency.objects.get(code=f"CQ-{heir.agency}")

    def status(self, what: str) -> StatusFacts:
        stage, edition, toward, number = STATUSES[what]
        return StatusFacts(
            stage,
            self.editions[edition],
            self.editions[toward],
            decision_number=number,
            evidence_id=self.document.pk if "document" in what else None,
            redeclaration_reason=what.removeprefix("anew: ") if "anew" in what else "",
        )

    def roster(self, name: Name) -> RosterFacts:
        parent = self.agencies.get(name.parent) if name.parent is not None else None
        return RosterFacts(
            name=name.name,
            group_id=self.groups.get(name.group),
            parent_id=parent.pk if parent else None,
            gso_code=name.gso,
        )

    def entry_pk(self, seen: int | None) -> int | None:
        """Return the id of the act that was `seen` as the n-th, 0 before the first."""
        return None if seen is None else self.entries[seen - 1].pk if seen else 0

    def row(self, act: str, agency: int, number: int) -> tuple[Any, int | None]:
        """Return a row to act on, and its place among the believed ones, None if superseded.

        Small numbers are believed rows in order, the largest is a superseded one.
        """
        model = RosterRecord if act.endswith("roster") else StatusRecord
        rows = model.objects.filter(agency=self.agencies[agency])
        believed = list(rows.believed().order_by("valid_from"))
        others = list(rows.filter(superseded__isnull=False).order_by("pk"))
        if others and (number == 6 or not believed):
            return others[-1], None
        return believed[number % len(believed)], number % len(believed)


def day_of(end: int | None) -> date | None:
    return None if end is None or end == AFTER else DAYS[end]


class Trial:
    """Both offices, and what is checked after every act."""

    def __init__(self) -> None:
        self.real, self.naive = RealOffice(), ReformingOffice()
        self.rows = raw_rows()

    def carry_out(self, act: str, facts: dict[str, Any]) -> None:
        """Let both offices do one act; they accept and refuse the same for the same reason."""
        told = self.made_possible(act, dict(facts))
        row, place = None, None
        if "row" in told:
            row, place = self.real.row(act, told["agency"], told.pop("row"))
        expected = (
            {"stale"}
            if row is not None and place is None
            else self.expected(act, told if row is None else {**told, "row": place})
        )
        got = self.outcome(act, {**told, "row": row})
        note(f"{act} {told} row {place}: {got or 'accepted'}")
        assert (got in expected) if expected else got is None, (act, told, got, expected)
        self.check(accepted=got is None)

    def made_possible(self, act: str, facts: dict[str, Any]) -> dict[str, Any]:
        """Return the facts with agencies that exist and with acts that were seen."""
        known = len(self.real.agencies)
        if act == "add":
            facts["agency"] = min(facts["agency"] or known, known, 2)
        elif act == "undo":
            facts["entry"] = max(1, len(self.real.entries) - facts["entry"])
        elif act == "reorganise":
            drawn = {name: facts.pop(name) for name in DRAWN}
            facts |= heirs_of(self.naive.now, **drawn)
        elif act == "record_statuses":
            facts["agencies"] = list(dict.fromkeys(one % known for one in facts["agencies"]))
        else:
            facts["agency"] %= known
        if facts.get("seen") is not None:
            facts["seen"] = max(0, len(self.real.entries) - facts["seen"])
        if (name := facts.get("name")) and act != "reorganise" and name.parent is not None:
            facts["name"] = replace(name, parent=name.parent % known if known else None)
        return facts

    def expected(self, act: str, facts: dict[str, Any]) -> set[str]:
        """Return the naive office's reasons to refuse, none where it accepts."""
        said = {
            **facts,
            **({"name": cleaned(facts["name"])} if "name" in facts else {}),
            **({"reason": facts["reason"].strip()} if "reason" in facts else {}),
        }
        try:
            self.naive.carry_out(act, **said)
        except Refused as refused:
            return refused.reasons
        return set()

    def outcome(self, act: str, facts: dict[str, Any]) -> str | None:
        """Return why the real office refuses, None where it accepts."""
        try:
            self.real.carry_out(act, **facts)
        except actions.StaleForm as stale:
            return "stale" if stale.entries else "stale without a word"
        except ValidationError as error:
            return refusal(error)
        return None

    def check(self, *, accepted: bool) -> None:
        """Check what holds after every act, of every act so far."""
        before, self.rows = self.rows, raw_rows()
        entries = list(Entry.objects.order_by("pk"))
        assert len(entries) == len(self.naive.pictures) - 1
        assert all(early.at < late.at for early, late in pairwise(entries))
        if accepted:
            check_only_superseded(before, self.rows, entries[-1].pk)
        else:
            assert self.rows == before
        for entry in entries:
            check_rules(self.rows, entry.pk)

    def check_pictures(self) -> None:
        """Compare what both offices believed of every day after every act."""
        for number, picture in enumerate(self.naive.pictures):
            for as_of, day in self.questions(number):
                for model, said in ((RosterRecord, "roster"), (StatusRecord, "status")):
                    found = {
                        row.agency_id: (row.facts(), row.valid_from, row.valid_to)
                        for row in model.objects.as_of(as_of)
                    }
                    assert found == self.pictured(picture, said, day), (number, as_of)

    def pictured(self, picture: Any, said: str, day: int) -> dict[int, Any]:
        """Return what the naive office believed of a day as rows would say it."""
        rows = {}
        for agency, life in picture.items():
            days = getattr(life, said)
            if day in days:
                there = stretch(days, day)
                facts = getattr(self.real, said)(days[day])
                record = (RosterRecord if said == "roster" else StatusRecord)(**vars(facts))
                rows[self.real.agencies[agency].pk] = (
                    record.facts(),
                    DAYS[there.start],
                    day_of(there.stop),
                )
        return rows

    def moments(self, number: int) -> list[Any]:
        """Return moments at which exactly the first acts up to a number were known."""
        entries = self.real.entries
        just_before_next = (
            [entries[number].at - timedelta(microseconds=1)] if number < len(entries) else []
        )
        return [*just_before_next, *([entries[number - 1].at] if number else [])]

    def questions(self, number: int) -> Iterator[tuple[AsOf, int]]:
        for known_at in self.moments(number)[:1]:
            for place, day in enumerate(DAYS):
                yield AsOf(day, known_at), place
            yield AsOf(FAR_DAY, known_at), AFTER - 1


Raw = dict[type, dict[int, dict[str, Any]]]


def raw_rows() -> Raw:
    """Return everything that stands in the tables of the histories."""
    models: tuple[Any, ...] = (Entry, RosterRecord, StatusRecord)
    return {
        model: {row["id"]: row for row in model.objects.order_by("pk").values()} for model in models
    }


def check_only_superseded(before: Raw, after: Raw, entry: int) -> None:
    """Check that an act deleted nothing and set nothing but `superseded`, to itself, once."""
    assert before[Entry].items() <= after[Entry].items()
    for model in (RosterRecord, StatusRecord):
        for pk, row in before[model].items():
            allowed = [row]
            if row["superseded_id"] is None:
                allowed.append({**row, "superseded_id": entry})
            assert after[model][pk] in allowed
        new = [row for pk, row in after[model].items() if pk not in before[model]]
        assert all((row["recorded_id"], row["superseded_id"]) == (entry, None) for row in new)


def check_rules(rows: Raw, entry: int) -> None:
    """Check the rules as they stood right after an act."""
    roster, status, codes = defaultdict(list), defaultdict(list), defaultdict(list)
    for row in believed_after(rows[RosterRecord], entry):
        days = (row["valid_from"], row["valid_to"] or date.max)
        roster[row["agency_id"]].append(days)
        codes[row["gso_code"]].append(days)
    for row in believed_after(rows[StatusRecord], entry):
        status[row["agency_id"]].append((row["valid_from"], row["valid_to"] or date.max))
    codes.pop("", None)
    for spans in [*roster.values(), *status.values(), *codes.values()]:
        assert all(early[1] <= late[0] for early, late in pairwise(sorted(spans)))
    covered = [
        {pk: days_in(spans) for pk, spans in history.items()} for history in (roster, status)
    ]
    assert covered[0] == covered[1]


def believed_after(rows: dict[int, dict[str, Any]], entry: int) -> list[dict[str, Any]]:
    return [
        row
        for row in rows.values()
        if row["recorded_id"] <= entry < (row["superseded_id"] or entry + 1)
    ]


def days_in(spans: list[tuple[date, date]]) -> set[int]:
    return {
        day.toordinal()
        for day in [*DAYS, FAR_DAY]
        if any(start <= day < end for start, end in spans)
    }


@contextmanager
def trial(acts: list[Act]) -> Iterator[Trial]:
    """Let both offices carry out the acts, and forget them afterwards."""
    with actions.rehearsal(), translation.override("en"):
        both = Trial()
        for name, facts in acts:
            both.carry_out(name, facts)
        yield both


@given(histories)
@settings(random_acts, max_examples=EXAMPLES)
def test_every_day_at_every_act_is_as_in_the_naive_office(acts):
    with trial(acts) as both:
        both.check_pictures()


@given(histories)
@settings(random_acts, max_examples=EXAMPLES // 3)
def test_figures_and_trend_are_those_of_the_naive_office(acts):
    with trial(acts) as both:
        edition = Edition.objects.get(year=2015)
        for number in {len(both.naive.pictures) - 1, len(both.naive.pictures) // 2}:
            known_at = both.moments(number)[-1]
            points = trend(AsOf(FAR_DAY, known_at), edition, since=DAYS[0])
            for point in points:
                assert point.table == by_group(AsOf(point.day, known_at), edition)
                assert counts_of(point.table) == naive_counts(
                    both.naive.pictures[number], point.day
                )


def counts_of(table: Any) -> dict[str, Counts]:
    return {row.group: row.counts for row in table.rows}


def naive_counts(picture: Any, day: date) -> dict[str, Counts]:
    place = max(place for place, start in enumerate(DAYS) if start <= day)
    counts: dict[str, dict[str, int]] = {"A": defaultdict(int), "B": defaultdict(int)}
    for life in picture.values():
        if place in life.roster and (group := life.roster[place].group):
            counts[group][COUNTED_AS[life.status[place]]] += 1
    return {group: Counts(**parts) for group, parts in counts.items()}


@given(histories, some_reason)
@settings(random_acts, max_examples=EXAMPLES // 2)
def test_undoing_brings_back_what_was_believed_before_the_act_alone(acts, reason):
    with trial(acts) as both:
        number = len(both.real.entries)
        earlier = [told(both, place) for place in range(number + 1)]
        try:
            actions.undo_entry(entry=both.real.entries[-1], by=both.real.by, reason=reason)
        except ValidationError as error:
            assert not reason.strip() or refusal(error) in {"added", "no act to undo"}  # noqa: PT017
            assert Entry.objects.count() == number
            return
        both.real.entries = list(Entry.objects.order_by("pk"))
        assert told(both, number + 1) == earlier[number - 1]
        assert [told(both, place) for place in range(number + 1)] == earlier


def refusal(error: ValidationError) -> str:
    message = " ".join(error.messages)
    return next(word for part, word in REFUSALS.items() if part in message)


def told(both: Trial, number: int) -> list[Any]:
    """Return what the office says of every day with the knowledge of its first acts."""
    known_at = both.moments(number)[-1] if number else both.moments(number)[0]
    return [
        sorted((row.agency_id, row.valid_from, str(row.facts())) for row in rows)
        for day in [*DAYS, FAR_DAY]
        for model in (RosterRecord, StatusRecord)
        for rows in [model.objects.as_of(AsOf(day, known_at))]
    ]
