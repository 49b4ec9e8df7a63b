"""Reorganisations: what a decree does to bodies, what is refused, and how it is undone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from agencies.actions import (
    AlreadyApplied,
    StaleForm,
    apply_reorganisation,
    change_lifetime,
    change_roster,
    correct_roster,
    keep_evidence,
    record_status,
    undo_entry,
)
from agencies.asof import AsOf
from agencies.models import (
    Agency,
    Entry,
    EntryKind,
    FirstStatus,
    Reorganisation,
    ReorganisationKind,
    ReorganisationPlan,
    RosterFacts,
    RosterRecord,
    Stage,
    StatusFacts,
    StatusRecord,
    Succession,
    SuccessorPlan,
)
from reports.models import TilePosition
from reports.rollups import by_group
from tests.documents import upload

DAY, LATER = date(2023, 3, 1), date(2023, 9, 1)
EVE = DAY - timedelta(days=1)
DECREE = "12/NQ-HĐND"
ANEW, CARRIED, NOT_STARTED = FirstStatus.ANEW, FirstStatus.CARRIED, FirstStatus.NOT_STARTED
MERGED = SuccessorPlan(
    code="CC-RUNG",
    predecessors=("CC-KL", "CC-TL"),
    name="Chi cục Rừng và Nước",
    group="CC",
    parent="SO-NN",
    first_status=ANEW,
)
RENAMED = SuccessorPlan(code="SO-NN", predecessors=("SO-NN",), name="Sở Nông nghiệp và Môi trường")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def apply(small_province, lan):
    """Return the way to apply a decree to the small province."""

    def applied(*successors, day=DAY, dissolved=(), **facts):
        plan = ReorganisationPlan(DECREE, day, tuple(successors), tuple(dissolved), **facts)
        return apply_reorganisation(plan=plan, by=lan)

    return applied


@pytest.fixture
def refused(apply):
    """Return why a decree is refused; nothing may be written by it."""

    def reasons(*successors, **facts):
        before = everything()
        with pytest.raises(ValidationError) as told:
            apply(*successors, **facts)
        assert everything() == before
        return told.value.messages

    return reasons


def everything():
    """Return all that stands in the tables that an act of recording writes."""
    models = (Entry, Agency, RosterRecord, StatusRecord, Reorganisation, Succession)
    return [list(model.objects.order_by("pk").values()) for model in models]


def standing(code, day=DAY):
    """Return what holds of an agency on a day: name, status, edition; None where it is not."""
    rows = Agency.objects.with_status(AsOf(day, timezone.now())).filter(code=code)
    return next(((row.name, row.stage, row.edition_year) for row in rows), None)


def fractions(province, day, known_at=None):
    table = by_group(AsOf(day, known_at or timezone.now()), province.edition_2015)
    return {row.group: row.counts.fraction for row in table.rows}


def pairs(event):
    rows = event.successions.order_by("pk")
    return [
        (
            row.predecessor and row.predecessor.code,
            row.successor and row.successor.code,
            row.kind,
            row.first_status,
        )
        for row in rows
    ]


def test_a_merger_closes_and_opens_on_its_day_under_one_entry(apply, small_province, lan):
    assert fractions(small_province, DAY) == {"SO": "01/03", "CC": "03/03"}
    event = apply(MERGED, title="Sắp xếp các Chi cục")

    entry = Entry.objects.latest("pk")
    assert (event.entry, entry.kind, entry.by) == (entry, EntryKind.REORGANISATION, lan)
    assert entry.reason == "12/NQ-HĐND: Sắp xếp các Chi cục"
    assert fractions(small_province, EVE) == {"SO": "01/03", "CC": "03/03"}
    assert fractions(small_province, DAY) == {"SO": "01/03", "CC": "01/02"}
    assert [standing(code) for code in ("CC-KL", "CC-TL")] == [None, None]
    assert standing("CC-RUNG") == ("Chi cục Rừng và Nước", "building", None)
    assert standing("CC-RUNG", EVE) is None
    assert pairs(event) == [
        ("CC-KL", "CC-RUNG", "merge", "anew"),
        ("CC-TL", "CC-RUNG", "merge", "anew"),
    ]


def test_who_must_declare_anew_builds_toward_the_edition_in_force_and_says_why(
    apply, small_province
):
    apply(MERGED)
    row = StatusRecord.objects.believed().get(agency__code="CC-RUNG")
    assert (row.stage, row.working_toward) == (Stage.BUILDING, small_province.edition_2015)
    assert row.redeclaration_reason == "sáp nhập"


def test_a_status_is_carried_over_from_the_predecessor_named(apply):
    event = apply(replace(MERGED, first_status=CARRIED, carried_from="CC-TL"))
    row = StatusRecord.objects.believed().get(agency__code="CC-RUNG")
    assert (row.stage, row.decision_number, row.valid_from) == ("applied", "20/QĐ-TL", DAY)
    assert [pair[3] for pair in pairs(event)] == ["", "carried"]


def test_a_split_gives_each_part_its_own_beginning(apply, small_province):
    one = replace(MERGED, code="CC-TL1", predecessors=("CC-TL",), name="Chi cục Thủy lợi")
    other = replace(one, code="CC-TL2", name="Chi cục Phòng, chống thiên tai")
    event = apply(replace(one, first_status=CARRIED, carried_from="CC-TL"), other)
    assert standing("CC-TL") is None
    assert standing("CC-TL1")[1:] == ("applied", 2015)
    assert standing("CC-TL2")[1:] == ("building", None)
    row = StatusRecord.objects.believed().get(agency__code="CC-TL2")
    assert row.redeclaration_reason == "chia tách"
    assert {pair[2] for pair in pairs(event)} == {"split"}
    assert fractions(small_province, DAY)["CC"] == "03/04"


def test_a_part_split_off_leaves_its_body_as_it_was(apply):
    stays = SuccessorPlan("CC-TL", ("CC-TL",), first_status=CARRIED, carried_from="CC-TL")
    part = replace(MERGED, code="CC-TL2", predecessors=("CC-TL",))
    before = standing("CC-TL", EVE)
    apply(stays, part)
    assert standing("CC-TL") == before
    assert RosterRecord.objects.believed().filter(agency__code="CC-TL").count() == 2


def test_a_body_that_takes_in_another_goes_on(apply):
    event = apply(
        SuccessorPlan("CC-KL", ("CC-KL", "CC-TL"), first_status=CARRIED, carried_from="CC-KL")
    )
    assert standing("CC-KL") == ("Chi cục Kiểm lâm", "applied", 2015)
    assert standing("CC-TL") is None
    assert [pair[2:] for pair in pairs(event)] == [("merge", "carried"), ("merge", "")]


def test_a_new_name_keeps_group_parent_and_status(apply):
    event = apply(RENAMED)
    row = RosterRecord.objects.believed().get(agency__code="SO-NN", valid_to=None)
    assert (row.name, row.valid_from, row.group.code) == (RENAMED.name, DAY, "SO")
    assert row.parent.code == "UBND-TINH"
    assert standing("SO-NN", EVE)[0] == "Sở Nông nghiệp và PTNT"
    assert standing("SO-NN")[1:] == ("applied", 2008)
    assert pairs(event) == [("SO-NN", "SO-NN", "rename", "")]


def test_a_move_keeps_the_name(apply):
    event = apply(SuccessorPlan("CC-TDC", ("CC-TDC",), parent="SO-NN"))
    row = RosterRecord.objects.believed().get(agency__code="CC-TDC", valid_to=None)
    assert (row.name, row.parent.code) == ("Chi cục Tiêu chuẩn Đo lường", "SO-NN")
    assert pairs(event)[0][2] == ReorganisationKind.MOVE


def test_bodies_end_and_begin_without_one_another(apply, small_province):
    made = SuccessorPlan("SO-MOI", name="Sở Mới", group="SO", first_status=NOT_STARTED)
    above = SuccessorPlan("UBND-MOI", name="UBND tỉnh Mới")  # never counted: nothing to decide
    event = apply(made, above, dissolved=["THANH-TRA"])
    assert standing("SO-MOI")[1] == "not_started"
    assert standing("THANH-TRA") is None
    assert [pair[2] for pair in pairs(event)] == ["establish", "establish", "dissolve"]
    assert fractions(small_province, DAY)["SO"] == "01/03"


def test_a_gso_code_goes_to_another_body_on_the_day(small_province, lan, apply):
    facts = RosterFacts("Chi cục Kiểm lâm", small_province.groups["CC"].pk, gso_code="23284")
    change_roster(agency=small_province["CC-KL"], valid_from=date(2022, 1, 1), facts=facts, by=lan)
    apply(replace(MERGED, gso_code="23284"))
    held = {
        day: RosterRecord.objects.believed().in_force_on(day).get(gso_code="23284").agency.code
        for day in (EVE, DAY)
    }
    assert held == {EVE: "CC-KL", DAY: "CC-RUNG"}


def test_a_child_moves_with_the_event_that_ends_its_parent(apply):
    apply(
        SuccessorPlan("SO-MOI", ("SO-NN",), "Sở Mới", "SO", "UBND-TINH", first_status=ANEW),
        SuccessorPlan("CC-KL", ("CC-KL",), parent="SO-MOI"),
        SuccessorPlan("CC-TL", ("CC-TL",), parent="SO-MOI"),
    )
    below = RosterRecord.objects.believed().in_force_on(DAY).filter(parent__code="SO-MOI")
    assert {row.agency.code for row in below} == {"CC-KL", "CC-TL"}


def test_a_document_that_a_decree_names_is_kept_for_good(apply, lan):
    document = keep_evidence(file=upload(), by=lan)
    apply(MERGED, document_id=document.pk)
    type(document).objects.update(kept_at=timezone.now() - timedelta(days=9))
    keep_evidence(file=upload(), by=lan)
    document.refresh_from_db()
    assert document.is_named


KL = SuccessorPlan("CC-KL", ("CC-KL",), name="Chi cục Khác")
REFUSALS = [
    pytest.param([replace(MERGED, predecessors=("CC-KL", "CC-XX"))], {}, "no agency CC-XX", id="p"),
    pytest.param([replace(MERGED, parent="SO-XX")], {}, "no agency SO-XX to be", id="parent"),
    pytest.param([replace(MERGED, group="XX")], {}, "no group XX", id="group"),
    pytest.param([replace(MERGED, code="cc-tdc")], {}, "already has this code", id="other case"),
    pytest.param([replace(MERGED, code="CC TDC")], {}, "letters, digits", id="malformed code"),
    pytest.param([replace(MERGED, name="")], {}, "CC-RUNG: An agency needs a name", id="name"),
    pytest.param(
        [replace(MERGED, code="CC-TDC")],
        {},
        r"The code CC-TDC is taken by Chi cục Tiêu chuẩn Đo lường \(CC-TDC\)",
        id="code taken",
    ),
    pytest.param(
        [replace(RENAMED, name="Sở Nông nghiệp và PTNT")],
        {},
        "its own predecessor, and nothing of it would change",
        id="its own predecessor",
    ),
    pytest.param(
        [MERGED],
        {"day": date(2018, 7, 1)},
        r"Chi cục .* \(CC-TL\) does not exist on 30/06/2018, the day before; it exists from 01/07",
        id="before it existed",
    ),
    pytest.param([MERGED, KL], {"dissolved": ["CC-KL"]}, "CC-KL would be closed twice", id="twice"),
    pytest.param([], {"dissolved": ["CC-KL"] * 2}, "CC-KL would be closed", id="twice named"),
    pytest.param([MERGED, MERGED], {}, "CC-RUNG is named as a successor", id="made twice"),
    pytest.param(
        [replace(MERGED, predecessors=("CC-KL", "CC-KL"))],
        {},
        "CC-KL is named more than once among the predecessors",
        id="predecessor twice",
    ),
    pytest.param(
        [
            SuccessorPlan("CC-KL", ("CC-KL", "CC-TL"), first_status=ANEW),
            SuccessorPlan("CC-TL", ("CC-TL", "CC-KL"), first_status=ANEW),
        ],
        {},
        "Each of these would come from the next: CC-TL → CC-KL → CC-TL",
        id="cycle",
    ),
    pytest.param(
        [SuccessorPlan("SO-NN", ("SO-NN",), parent="CC-KL")],
        {},
        "a body above itself",
        id="cycle of parents",
    ),
    pytest.param([replace(MERGED, first_status="")], {}, "no decision on its first", id="decision"),
    pytest.param([replace(MERGED, first_status="x")], {}, "no such first status: x", id="x"),
    pytest.param(
        [replace(MERGED, first_status=NOT_STARTED)], {}, "has predecessors", id="not started"
    ),
    pytest.param(
        [replace(MERGED, first_status=CARRIED, carried_from="CC-TDC")],
        {},
        "carried over from CC-TDC, which is none of its predecessors",
        id="carried from another",
    ),
    pytest.param(
        [replace(MERGED, first_status=CARRIED)], {}, "carried over from —", id="carried from none"
    ),
    pytest.param(
        [replace(MERGED, carried_from="CC-KL")], {}, "is not carried over", id="named in vain"
    ),
    pytest.param(
        [],
        {"dissolved": ["SO-NN"]},
        r"SO-NN\) would exist no longer, but these stand under it; move them as well: "
        r"Chi cục Kiểm lâm \(CC-KL\); Chi cục Thủy lợi và .* \(CC-TL\)",
        id="children",
    ),
    pytest.param(
        [KL, replace(MERGED, predecessors=("CC-TL",), parent="SO-NN")],
        {"dissolved": ["SO-NN"]},
        r"CC-RUNG: its parent body .* \(SO-NN\) does not exist on 01/03/2023",
        id="parent that ends",
    ),
    pytest.param([], {}, "names no agency", id="nothing"),
]


@pytest.mark.parametrize(("successors", "facts", "reason"), REFUSALS)
def test_bad_input_is_refused_with_its_reason(refused, successors, facts, reason):
    with pytest.raises(ValidationError, match=reason):
        raise ValidationError(refused(*successors, **facts))


def test_a_decree_without_number_is_refused(small_province, lan):
    with pytest.raises(ValidationError, match="names its decree"):
        apply_reorganisation(plan=ReorganisationPlan(" ", DAY, (MERGED,)), by=lan)


def test_all_reasons_are_told_at_once(refused):
    said = refused(
        replace(MERGED, predecessors=("CC-XX", "CC-YY")), replace(MERGED, code="CC-B", group="XX")
    )
    assert len(said) == 3
    assert {word for word in ("CC-XX", "CC-YY", "no group XX") if word in " ".join(said)} == {
        "CC-XX",
        "CC-YY",
        "no group XX",
    }


def test_a_body_that_ended_is_not_closed_again(small_province, lan, refused):
    agency = small_province["CC-TL"]
    change_lifetime(
        agency=agency, valid_from=date(2018, 7, 1), valid_to=DAY, reason="giải thể", by=lan
    )
    assert "closed already: its last day on record is 28/02/2023" in refused(MERGED)[0]
    assert "does not exist on 31/08/2023" in refused(MERGED, day=LATER)[0]


def test_no_record_may_stay_open_on_a_closed_agency(small_province, lan, refused):
    withdrawn = StatusFacts(Stage.WITHDRAWN)
    record_status(agency=small_province["CC-TL"], valid_from=LATER, facts=withdrawn, by=lan)
    (said,) = refused(MERGED)
    assert "would stay open on a closed agency" in said
    assert "withdrawn (01/09/2023)" in said


def test_a_record_that_begins_on_the_day_is_corrected_first(small_province, lan, refused):
    facts = RosterFacts("Sở Khác", small_province.groups["SO"].pk)
    change_roster(agency=small_province["SO-NN"], valid_from=DAY, facts=facts, by=lan)
    assert "A record already begins on 01/03/2023" in refused(RENAMED)[0]


def test_a_later_record_does_not_take_a_move_back_in_silence(small_province, lan, refused, apply):
    moved = SuccessorPlan(code="CC-TL", predecessors=("CC-TL",), group="SO")
    groups = small_province.groups
    row = RosterRecord.objects.believed().in_force_on(DAY).get(agency__code="CC-TL")
    renamed = replace(RosterFacts(**row.facts()), name="Chi cục Thủy lợi và Đê điều")
    change_roster(agency=small_province["CC-TL"], valid_from=LATER, facts=renamed, by=lan)
    assert "From 01/09/2023 on a later record says otherwise" in refused(moved)[0]

    later = RosterRecord.objects.believed().in_force_on(LATER).get(agency__code="CC-TL")
    as_decreed = replace(renamed, group_id=groups["SO"].pk)
    correct_roster(record=later, facts=as_decreed, by=lan, reason="theo văn bản chuyển")
    apply(moved)
    for day in (DAY, LATER):
        row = RosterRecord.objects.believed().in_force_on(day).get(agency__code="CC-TL")
        assert row.group == groups["SO"]


def test_the_same_decree_twice_is_refused_with_who_was_first(apply, refused):
    apply(MERGED, RENAMED)
    before = everything()
    with pytest.raises(AlreadyApplied, match="12/NQ-HĐND is on record already: Lan recorded it"):
        apply(MERGED)
    assert everything() == before
    (said,) = refused(MERGED, dissolved=["THANH-TRA"])[:1]
    assert said.startswith("CC-KL → CC-RUNG is on record already")


def test_a_decree_may_come_in_parts(apply):
    apply(MERGED)
    apply(RENAMED)
    assert Reorganisation.objects.filter(decree_number=DECREE).count() == 2


def test_a_page_overtaken_at_one_body_is_stale(small_province, lan):
    seen = Entry.objects.latest("pk").pk
    other = record_status(
        agency=small_province["CC-TL"], valid_from=DAY, facts=StatusFacts("withdrawn"), by=lan
    )
    with pytest.raises(StaleForm) as stale:
        apply_reorganisation(plan=ReorganisationPlan(DECREE, LATER, (MERGED,)), by=lan, seen=seen)
    assert stale.value.entries == [other]


def test_undoing_gives_back_every_figure_and_what_was_known_in_between(apply, small_province, lan):
    days = [EVE, DAY, LATER]
    before = [fractions(small_province, day) for day in days]
    event = apply(MERGED, RENAMED, dissolved=["THANH-TRA"])
    during = [fractions(small_province, day) for day in days]
    undo = undo_entry(entry=event.entry, by=lan, reason="nhầm ngày")

    assert [fractions(small_province, day) for day in days] == before
    assert [fractions(small_province, day, event.entry.at) for day in days] == during
    assert during[1] == {"SO": "01/02", "CC": "01/02"}
    assert undo.undoes == event.entry
    assert Agency.objects.filter(code="CC-RUNG").exists()
    assert standing("CC-RUNG", LATER) is None


def test_what_was_undone_may_be_applied_again(apply, lan):
    event = apply(MERGED)
    undo_entry(entry=event.entry, by=lan, reason="nhầm ngày")
    apply(MERGED, day=LATER)
    assert standing("CC-RUNG", LATER)[1] == "building"
    assert standing("CC-RUNG", DAY) is None


def test_a_body_that_exists_on_no_day_takes_no_record(apply, lan):
    undo_entry(entry=apply(MERGED).entry, by=lan, reason="nhầm")
    agency = Agency.objects.get(code="CC-RUNG")
    with pytest.raises(ValidationError, match="does not exist"):
        record_status(agency=agency, valid_from=DAY, facts=StatusFacts("exempt"), by=lan)
    with pytest.raises(ValidationError, match="does not exist"):
        change_lifetime(agency=agency, valid_from=DAY, valid_to=None, reason="thử", by=lan)


@pytest.mark.parametrize("code", ["CC-RUNG", "CC-KL"])
def test_a_later_record_of_a_body_stands_in_the_way(apply, lan, code):
    event = apply(MERGED)
    agency = Agency.objects.get(code=code)
    if code == "CC-RUNG":
        record_status(agency=agency, valid_from=LATER, facts=StatusFacts("exempt"), by=lan)
    else:
        change_lifetime(
            agency=agency, valid_from=date(2010, 1, 1), valid_to=LATER, reason="sau", by=lan
        )
    with pytest.raises(ValidationError, match=rf"\({code}\): .* builds on it; undo that first"):
        undo_entry(entry=event.entry, by=lan, reason="nhầm")


def test_an_agency_under_a_body_made_stands_in_the_way(apply, small_province, lan):
    event = apply(SuccessorPlan("SO-MOI", (), "Sở Mới", "SO", first_status=NOT_STARTED))
    above = Agency.objects.get(code="SO-MOI")
    facts = RosterFacts("Chi cục Tiêu chuẩn Đo lường", small_province.groups["CC"].pk, above.pk)
    moved = change_roster(agency=small_province["CC-TDC"], valid_from=LATER, facts=facts, by=lan)
    with pytest.raises(ValidationError, match=r"SO-MOI\) would exist no longer.*CC-TDC"):
        undo_entry(entry=event.entry, by=lan, reason="nhầm")
    undo_entry(entry=moved, by=lan, reason="nhầm")
    undo_entry(entry=event.entry, by=lan, reason="nhầm")


def test_whatever_an_app_hangs_on_a_body_made_stands_in_the_way(apply, lan):
    event = apply(MERGED)
    tile = TilePosition.objects.create(agency=Agency.objects.get(code="CC-RUNG"), column=1, row=2)
    with pytest.raises(ValidationError, match=r"place on the tile map “CC-RUNG: 1, 2” refers"):
        undo_entry(entry=event.entry, by=lan, reason="nhầm")
    tile.delete()
    undo_entry(entry=event.entry, by=lan, reason="nhầm")


def test_a_later_decree_that_names_a_body_made_stands_in_the_way(apply, lan):
    event = apply(MERGED)
    stays = SuccessorPlan("CC-RUNG", ("CC-RUNG",), first_status=CARRIED, carried_from="CC-RUNG")
    part = replace(MERGED, code="CC-CON", predecessors=("CC-RUNG",))
    later = apply(stays, part, day=LATER)
    with pytest.raises(ValidationError, match=r"succession “CC-RUNG → CC-CON” refers to it"):
        undo_entry(entry=event.entry, by=lan, reason="nhầm")
    undo_entry(entry=later.entry, by=lan, reason="nhầm")
    undo_entry(entry=event.entry, by=lan, reason="nhầm")


def test_who_corrects_a_status_is_told_who_carried_it_on(client, apply, small_province, lan):
    halves = [
        SuccessorPlan(
            "CC-A",
            ("CC-TDC",),
            "Chi cục A",
            "CC",
            "SO-KHCN",
            first_status=CARRIED,
            carried_from="CC-TDC",
        ),
        SuccessorPlan("CC-B", ("CC-TDC",), "Chi cục B", "CC", "SO-KHCN", first_status=ANEW),
    ]
    apply(*halves)
    client.force_login(lan)
    rows = StatusRecord.objects.believed().filter(agency__code="CC-TDC").order_by("valid_from")

    def told(row):
        url = reverse("agencies:correct-status", args=["CC-TDC", row.pk])
        return [agency.code for agency, _event in client.get(url).context["carried"]]

    assert told(rows.last()) == ["CC-A"]
    assert told(rows.first()) == []
    undo_entry(entry=Entry.objects.latest("pk"), by=lan, reason="nhầm")
    rows = StatusRecord.objects.believed().filter(agency__code="CC-TDC").order_by("valid_from")
    assert told(rows.last()) == []
