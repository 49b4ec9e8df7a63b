"""The small province: one parent body that is never counted and six agencies with a story each.

Every row comes from the actions, entered over the years as an office would have done it.

SO-KHCN    Sở Khoa học và Công nghệ: declared 2008 in 2011 and converted on time, on 01/06/2017.
SO-NN      Sở Nông nghiệp: declared 2008 in 2012 and stays on it. From 10/01/2018 the office
           believed that it had converted on 01/01/2018; the correction came on 15/03/2021.
THANH-TRA  Thanh tra tỉnh: nothing until 01/04/2019, building toward 2015 since.
CC-TDC     Chi cục Tiêu chuẩn, under SO-KHCN: declared 2008 in 2012, withdrew it on
           01/03/2018, declared anew, of 2015, on 01/10/2019.
CC-KL      Chi cục Kiểm lâm, under SO-NN: exempt from 2013 through 2018, building from
           01/01/2019, converted on 01/06/2021.
CC-TL      Chi cục Thủy lợi, under SO-NN: established on 01/07/2018, renamed on 01/01/2020,
           building from 01/03/2020, converted on 01/09/2020, which was entered on 10/02/2022.
UBND-TINH  the parent of the three departments, without a group.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from agencies.actions import (
    add_agency,
    change_roster,
    demonstration_entries_at,
    record_status,
    take_out_status,
)
from agencies.models import (
    Agency,
    AgencyGroup,
    Declaration,
    Edition,
    RosterFacts,
    Stage,
    StatusFacts,
    User,
)
from tests.laid_down import lay_down

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
COUNTED = ("SO-KHCN", "SO-NN", "THANH-TRA", "CC-TDC", "CC-KL", "CC-TL")


def morning(year: int, month: int, day: int) -> datetime:
    """Return nine o'clock of a day in the office."""
    return datetime(year, month, day, 9, tzinfo=HANOI)


@dataclass
class SmallProvince:
    """The agencies by their codes, and what to ask them about."""

    by: User
    groups: dict[str, AgencyGroup]
    edition_2008: Edition
    edition_2015: Edition
    agencies: dict[str, Agency]

    def __getitem__(self, code: str) -> Agency:
        return self.agencies[code]

    def add(
        self, code: str, name: str, valid_from: date, group: str = "", parent: str = ""
    ) -> None:
        """Add an agency that has not started."""
        facts = RosterFacts(
            name=name,
            group_id=self.groups[group].pk if group else None,
            parent_id=self.agencies[parent].pk if parent else None,
        )
        self.agencies[code] = add_agency(code=code, facts=facts, valid_from=valid_from, by=self.by)

    def record(self, code: str, valid_from: date, facts: StatusFacts) -> None:
        """Record that an agency's status changed."""
        record_status(agency=self.agencies[code], valid_from=valid_from, facts=facts, by=self.by)

    def building(self) -> StatusFacts:
        """Return the facts of an agency on its way to 2015."""
        return StatusFacts(Stage.BUILDING, working_toward_id=self.edition_2015.pk)

    def applied(self, edition: Edition, number: str, decided: date, again: str = "") -> StatusFacts:
        """Return the facts of a declaration, a re-declaration where a reason is given."""
        return StatusFacts(
            Stage.APPLIED,
            edition_id=edition.pk,
            decision_number=number,
            decision_date=decided,
            signer="Nguyễn Văn An",
            procedures=42,
            declaration=Declaration.AGAIN if again else Declaration.FIRST,
            redeclaration_reason=again,
        )


def build_small_province(by: User) -> SmallProvince:
    """Write the small province into an office without entries."""
    province = SmallProvince(
        by=by,
        groups={
            "SO": AgencyGroup.objects.create(
                code="SO", name="Cơ quan chuyên môn", name_en="Departments", position=1
            ),
            "CC": AgencyGroup.objects.create(
                code="CC", name="Chi cục trực thuộc Sở", name_en="Sub-departments", position=2
            ),
        },
        edition_2008=Edition.objects.get(year=2008),
        edition_2015=Edition.objects.get(year=2015),
        agencies={},
    )
    _begin(province)
    _before_the_transition(province)
    _after_the_transition(province)
    _second_thoughts(province)
    return province


def _begin(province: SmallProvince) -> None:
    start = date(2010, 1, 1)
    with demonstration_entries_at(morning(2010, 1, 4)):
        province.add("UBND-TINH", "UBND tỉnh Kon Tum", start)
        province.add("SO-KHCN", "Sở Khoa học và Công nghệ", start, "SO", "UBND-TINH")
        province.add("SO-NN", "Sở Nông nghiệp và PTNT", start, "SO", "UBND-TINH")
        province.add("THANH-TRA", "Thanh tra tỉnh", start, "SO", "UBND-TINH")
        province.add("CC-TDC", "Chi cục Tiêu chuẩn Đo lường", start, "CC", "SO-KHCN")
        province.add("CC-KL", "Chi cục Kiểm lâm", start, "CC", "SO-NN")


def _before_the_transition(province: SmallProvince) -> None:
    old = province.edition_2008
    for code, number, declared, entered in [
        ("SO-KHCN", "11/QĐ-SKHCN", date(2011, 3, 1), morning(2011, 3, 10)),
        ("SO-NN", "60/QĐ-SNN", date(2012, 6, 1), morning(2012, 6, 5)),
        ("CC-TDC", "09/QĐ-TĐC", date(2012, 9, 1), morning(2012, 9, 4)),
    ]:
        with demonstration_entries_at(entered):
            province.record(code, declared, province.applied(old, number, declared))
    with demonstration_entries_at(morning(2013, 1, 15)):
        exempt = StatusFacts(Stage.EXEMPT, note="Không có thủ tục hành chính")
        province.record("CC-KL", date(2013, 1, 1), exempt)


def _after_the_transition(province: SmallProvince) -> None:
    old, new = province.edition_2008, province.edition_2015
    changed = "Chuyển đổi phiên bản"
    with demonstration_entries_at(morning(2017, 6, 8)):
        facts = province.applied(new, "17/QĐ-SKHCN", date(2017, 5, 25), again=changed)
        province.record("SO-KHCN", date(2017, 6, 1), facts)
    with demonstration_entries_at(morning(2018, 1, 10)):  # mistaken, see _second_thoughts
        facts = province.applied(new, "01/KH-SNN", date(2018, 1, 1), again=changed)
        province.record("SO-NN", date(2018, 1, 1), facts)
    with demonstration_entries_at(morning(2018, 3, 5)):
        withdrawn = StatusFacts(Stage.WITHDRAWN, edition_id=old.pk, decision_number="03/QĐ-TĐC")
        province.record("CC-TDC", date(2018, 3, 1), withdrawn)
    with demonstration_entries_at(morning(2018, 7, 2)):
        province.add("CC-TL", "Chi cục Thủy lợi", date(2018, 7, 1), "CC", "SO-NN")
    with demonstration_entries_at(morning(2019, 1, 10)):
        province.record("CC-KL", date(2019, 1, 1), province.building())
    with demonstration_entries_at(morning(2019, 4, 3)):
        province.record("THANH-TRA", date(2019, 4, 1), province.building())
    with demonstration_entries_at(morning(2019, 10, 7)):
        facts = province.applied(new, "30/QĐ-TĐC", date(2019, 9, 30), again="Sau khi hủy công bố")
        province.record("CC-TDC", date(2019, 10, 1), facts)
    with demonstration_entries_at(morning(2020, 1, 6)):
        _rename_waterworks(province)
    with demonstration_entries_at(morning(2020, 3, 9)):
        province.record("CC-TL", date(2020, 3, 1), province.building())


def _rename_waterworks(province: SmallProvince) -> None:
    facts = RosterFacts(
        name="Chi cục Thủy lợi và Phòng, chống thiên tai",
        group_id=province.groups["CC"].pk,
        parent_id=province["SO-NN"].pk,
    )
    change_roster(
        agency=province["CC-TL"], valid_from=date(2020, 1, 1), facts=facts, by=province.by
    )


def _second_thoughts(province: SmallProvince) -> None:
    new = province.edition_2015
    with demonstration_entries_at(morning(2021, 3, 15)):
        mistaken = province["SO-NN"].status_records.believed().get(decision_number="01/KH-SNN")
        take_out_status(
            record=mistaken, reason="01/KH-SNN là kế hoạch, không phải công bố", by=province.by
        )
    with demonstration_entries_at(morning(2021, 6, 7)):
        facts = province.applied(new, "21/QĐ-KL", date(2021, 6, 1))
        province.record("CC-KL", date(2021, 6, 1), facts)
    with demonstration_entries_at(morning(2022, 2, 10)):
        facts = province.applied(new, "20/QĐ-TL", date(2020, 9, 1))
        province.record("CC-TL", date(2020, 9, 1), facts)


@pytest.fixture
def small_province(lan: User) -> SmallProvince:
    """The small province, entered by Lan."""
    # A database that goes on counting (PostgreSQL) gives Lan another number in every test.
    lay_down("small province", lambda: build_small_province(lan), by=lan.pk)
    return SmallProvince(
        by=lan,
        groups={group.code: group for group in AgencyGroup.objects.all()},
        edition_2008=Edition.objects.get(year=2008),
        edition_2015=Edition.objects.get(year=2015),
        agencies={agency.code: agency for agency in Agency.objects.all()},
    )
