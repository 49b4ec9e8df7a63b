"""Loading the country made up, through actions alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from agencies import actions
from agencies.actions import PastAct, Statement
from agencies.demonstration import ACCOUNTS, is_empty_office
from agencies.demonstration import lines as demonstration_lines
from agencies.models import (
    Agency,
    AgencyGroup,
    Deed,
    Entry,
    EntryKind,
    Province,
    Role,
    RosterFacts,
    RosterRecord,
    Stage,
    StatusRecord,
    Transition,
    User,
)
from agencies.models.status import MADE_UP
from agencies.national import reform
from agencies.national.bodies import Body, bodies
from agencies.national.places import Place, places
from agencies.national.stories import BEGINNING, Editions, Teller, Told

HANOI = ZoneInfo(settings.TIME_ZONE)
LAST = date(2025, 12, 31)  # nothing is recorded later, whatever the day of loading
EVE = reform.DAY - timedelta(days=5)  # the last records before the reform
SIZES, RECORDS = (20, 100_000), (3, 40)


@dataclass(frozen=True)
class Country:
    """What was written."""

    provinces: int
    agencies: int
    entries: int
    status_records: int


@actions.write_lock()
def load(*, agencies: int, records: int, seed: int, password: str) -> Country:
    """Write provinces, accounts, groups, agencies, histories and the reform, all or nothing.

    Raises:
        ValueError: the database already holds something.
    """
    if not is_empty_office():
        raise ValueError("The database is not empty.")
    random = Random(f"{seed}/{agencies}/{records}")  # noqa: S311  # made data, to be repeated
    of = places(agencies)
    by = _people_and_provinces(of, password)
    for line in demonstration_lines("groups.csv"):
        AgencyGroup.objects.create(**line)
    made = bodies(of, agencies, random)
    zeal = {place.key: random.uniform(0.45, 0.95) for place in of}
    teller = Teller(random, _editions(), records, EVE)
    told = [
        (body.place.key, list(teller.story(body.code, zeal[body.place.key])))
        for body in made
        if body.group
    ]
    actions.write_whole_histories(acts=[*_beginnings(made, by), *_acts(told, by, random)])
    _reform(made, random)
    _afterwards(by, Teller(random, _editions(), records, LAST), random)
    User.objects.filter(province__code__in=[p.key for p in of if not p.seat]).update(
        is_active=False
    )
    actions.note_act(Deed.LOADED, by=User.objects.system(), words=MADE_UP)
    return Country(
        len(of), Agency.objects.count(), Entry.objects.count(), StatusRecord.objects.count()
    )


def _people_and_provinces(of: Sequence[Place], password: str) -> dict[str, User]:
    """Write the accounts of the demonstration, and provinces with an officer each; return those."""
    for username, role, full_name in ACCOUNTS:
        User.objects.create_user(username, password, role=role, full_name=full_name)
    kept = User.objects.get(username="chuyenvien").password  # hashing takes long on purpose
    by: dict[str, User] = {}
    for place_in_line, place in enumerate(
        sorted(of, key=lambda place: (not place.seat, place.key))
    ):
        province = Province(
            code=place.key, name=place.name, name_en=place.name_en, position=place_in_line + 1
        )
        province.full_clean()
        province.save()
        by[place.key] = User(
            username=f"tdc.{place.key}",
            password=kept,
            full_name=f"Chuyên viên Chi cục {place.name}",
            role=Role.OFFICER,
            province=province,
        )
        by[place.key].save()
    return by


def _editions() -> Editions:
    newest = Transition.objects.order_by("-starts_on")[0]
    return Editions(newest.from_edition_id, newest.to_edition_id, newest.starts_on)


def _beginnings(made: Sequence[Body], by: dict[str, User]) -> Iterator[PastAct]:
    """Yield the first act of each province: the list of its agencies."""
    groups = {group.code: group.pk for group in AgencyGroup.objects.all()}
    of: dict[str, list[Statement]] = defaultdict(list)
    for body in made:
        facts = RosterFacts(
            name=body.name,
            group_id=groups.get(body.group),
            gso_code=body.gso_code,
            name_origin=MADE_UP,
            province_id=by[body.place.key].province_id,
        )
        of[body.place.key].append(Statement(body.code, BEGINNING, facts, parent=body.parent))
    for number, (key, statements) in enumerate(of.items()):
        at = _moment(BEGINNING + timedelta(days=3), number)
        yield PastAct(at, by[key], EntryKind.IMPORT, statements, MADE_UP)


def _acts(
    told: Iterable[tuple[str, list[Told]]], by: dict[str, User], random: Random
) -> Iterator[PastAct]:
    """Yield what was told as acts: a workbook a week of each province, the rest one by one."""
    weeks: dict[tuple[str, date], list[Statement]] = defaultdict(list)
    singles: list[tuple[str, Told]] = []
    for key, story in told:
        for one in story:
            if one.in_workbook:
                weeks[key, one.on].append(one.statement)
            else:
                singles.append((key, one))
    for (key, friday), statements in weeks.items():
        at = _moment(friday, random.randrange(9 * 3600))
        yield PastAct(at, by[key], EntryKind.IMPORT, statements, MADE_UP)
    for key, one in singles:
        at = _moment(one.on, random.randrange(9 * 3600))
        yield PastAct(at, by[key], one.kind, [one.statement], one.reason)


def _moment(day: date, seconds: int) -> datetime:
    """Return a moment of an office's day."""
    return datetime.combine(day, time(8), HANOI) + timedelta(seconds=seconds)


def _reform(made: Sequence[Body], random: Random) -> None:
    """Apply the decrees, which take bodies between provinces: no officer of one of them may."""
    ministry = User.objects.get(username="chuyenvien")
    for number, plan in enumerate(reform.plans(made, random)):
        with actions.demonstration_entries_at(_moment(reform.DAY, 60 * number)):
            actions.apply_reorganisation(plan=plan, by=ministry)


def _afterwards(by: dict[str, User], teller: Teller, random: Random) -> None:
    """Write that bodies which came of the reform declared anew, as far as they did."""
    new = RosterRecord.objects.believed().filter(
        valid_from=reform.DAY, agency__origins__isnull=False
    )
    building = StatusRecord.objects.believed().filter(valid_from=reform.DAY, stage=Stage.BUILDING)
    rows = new.filter(agency__in=building.values("agency")).order_by("agency__code").distinct()
    told = [
        (key, list(teller.after_reform(code, reform.DAY)))
        for code, key in rows.values_list("agency__code", "province__code")
    ]
    actions.write_whole_histories(acts=_acts(told, by, random))
