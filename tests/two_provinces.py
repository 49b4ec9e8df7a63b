"""A small country of two provinces, figures by hand.

KT-UBND, GL-UBND  the parents of each province's departments, without a group.
KT-SO1  Kon Tum, department: converted on 01/01/2019.
KT-SO2  Kon Tum, department: declared 2008 in 2012 and stays on it.
BIEN    a commune of Kon Tum, of Gia Lai from 01/07/2020, which was entered on 01/02/2021;
        building toward 2015 since 01/01/2018.
GL-SO1  Gia Lai, department: converted on 01/01/2020.
GL-SO2  Gia Lai, department: exempt from its first day.
GL-XA   Gia Lai, commune: not started.
TW      a body of the Ministry, in no province: converted on 01/01/2018.

Converted of the denominator, against 2015:

                       Kon Tum   Gia Lai   no province   country
31/12/2019               1/3       0/2         1/1         2/6
31/12/2020, told then    1/3       1/2         1/1         3/6
31/12/2020, known now    1/2       1/3         1/1         3/6
"""

from dataclasses import dataclass
from datetime import date

import pytest

from agencies.actions import add_agency, change_roster, demonstration_entries_at, record_status
from agencies.asof import AsOf
from agencies.models import (
    Agency,
    AgencyGroup,
    Edition,
    Province,
    Role,
    RosterFacts,
    Stage,
    StatusFacts,
    User,
)
from tests.laid_down import lay_down
from tests.small_province import morning

END_2019, END_2020 = date(2019, 12, 31), date(2020, 12, 31)
TOLD_THEN, NOW = morning(2021, 1, 4), morning(2022, 1, 4)
START, MOVED = date(2010, 1, 1), date(2020, 7, 1)
NAMES = {
    "KT-UBND": ("UBND tỉnh Kon Tum", "KT", "", ""),
    "GL-UBND": ("UBND tỉnh Gia Lai", "GL", "", ""),
    "KT-SO1": ("Sở Khoa học Kon Tum", "KT", "SO", "KT-UBND"),
    "KT-SO2": ("Sở Tài chính Kon Tum", "KT", "SO", "KT-UBND"),
    "BIEN": ("UBND xã Biên", "KT", "XA", "KT-UBND"),
    "GL-SO1": ("Sở Khoa học Gia Lai", "GL", "SO", "GL-UBND"),
    "GL-SO2": ("Sở Tài chính Gia Lai", "GL", "SO", "GL-UBND"),
    "GL-XA": ("UBND xã Ia", "GL", "XA", "GL-UBND"),
    "TW": ("Cục Tiêu chuẩn", "", "SO", ""),
}


@dataclass
class TwoProvinces:
    """What is on record, by code."""

    by: User
    provinces: dict[str, Province]
    groups: dict[str, AgencyGroup]
    agencies: dict[str, Agency]
    edition: Edition

    def __getitem__(self, code: str) -> Agency:
        return self.agencies[code]

    def asked(self, *codes: str, day: date = END_2019, known_at=NOW) -> AsOf:
        """Return the question about some provinces, the whole country without any."""
        return AsOf(day, known_at, provinces=tuple(sorted(self.provinces[c].pk for c in codes)))

    def facts(self, code: str, **other) -> RosterFacts:
        """Return what the roster first said of an agency, but for what is told."""
        name, province, group, parent = NAMES[code]
        said = {
            "name": name,
            "group_id": self.groups[group].pk if group else None,
            "parent_id": self.agencies[parent].pk if parent else None,
            "province_id": self.provinces[province].pk if province else None,
        }
        return RosterFacts(**{**said, **other})


def build_two_provinces(by: User) -> TwoProvinces:
    """Write the country into an office without entries."""
    country = TwoProvinces(
        by,
        {
            "KT": Province.objects.create(code="KT", name="Kon Tum", position=1),
            "GL": Province.objects.create(code="GL", name="Gia Lai", position=2),
        },
        {
            "SO": AgencyGroup.objects.create(code="SO", name="Cơ quan chuyên môn", position=1),
            "XA": AgencyGroup.objects.create(code="XA", name="UBND cấp xã", position=2),
        },
        {},
        Edition.objects.get(year=2015),
    )
    with demonstration_entries_at(morning(2010, 1, 4)):
        for code in NAMES:
            country.agencies[code] = add_agency(
                code=code, facts=country.facts(code), valid_from=START, by=by
            )
    new, old = country.edition.pk, Edition.objects.get(year=2008).pk
    applied = StatusFacts(Stage.APPLIED, edition_id=new, decision_number="1/QĐ")
    for code, day, facts in [
        ("GL-SO2", START, StatusFacts(Stage.EXEMPT)),
        ("KT-SO2", date(2012, 1, 1), StatusFacts(Stage.APPLIED, edition_id=old)),
        ("BIEN", date(2018, 1, 1), StatusFacts(Stage.BUILDING, working_toward_id=new)),
        ("TW", date(2018, 1, 1), applied),
        ("KT-SO1", date(2019, 1, 1), applied),
        ("GL-SO1", date(2020, 1, 1), applied),
    ]:
        with demonstration_entries_at(morning(day.year, 1, 10)):
            record_status(agency=country[code], valid_from=day, facts=facts, by=by)
    with demonstration_entries_at(morning(2021, 2, 1)):
        moved = country.facts(
            "BIEN", province_id=country.provinces["GL"].pk, parent_id=country["GL-UBND"].pk
        )
        change_roster(agency=country["BIEN"], valid_from=MOVED, facts=moved, by=by)
    return country


@pytest.fixture
def two_provinces(lan: User) -> TwoProvinces:
    """The two provinces, entered by Lan, who keeps the whole country."""
    lay_down("two provinces", lambda: build_two_provinces(lan), by=lan.pk)
    return TwoProvinces(
        lan,
        {row.code: row for row in Province.objects.all()},
        {row.code: row for row in AgencyGroup.objects.all()},
        {row.code: row for row in Agency.objects.all()},
        Edition.objects.get(year=2015),
    )


@pytest.fixture
def binh(two_provinces: TwoProvinces) -> User:
    """Bình is an officer of Kon Tum and of no other province."""
    return User.objects.create_user(
        "binh",
        "Mat-khau-cua-Binh",
        role=Role.OFFICER,
        full_name="Bình",
        province=two_provinces.provinces["KT"],
    )


@pytest.fixture
def giang(two_provinces: TwoProvinces) -> User:
    """Giang is an officer of Gia Lai and of no other province."""
    return User.objects.create_user(
        "giang",
        "Mat-khau-cua-Giang",
        role=Role.OFFICER,
        full_name="Giang",
        province=two_provinces.provinces["GL"],
    )
