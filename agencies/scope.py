"""Whose agencies an account keeps: the rows that it is shown, and what it may write.

An account without a province keeps all of them, and nothing is asked of the database for it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.models import Agency, DatedRecord, Province, RosterRecord, StatusRecord, User
from agencies.models.history import held_on

NAMED = 10  # agencies that a refusal names


@dataclass(frozen=True)
class Kept:
    """Whose agencies the writer keeps: `own` alone, else all; whether provinces are several."""

    own: int | None = None
    several: bool = False

    @property
    def may_choose(self) -> bool:
        """Say whether a form asks for a province."""
        return self.several and self.own is None


ALL = Kept()


def province_of(user: Any) -> int | None:
    """Return the id of the province that an account keeps, None where it keeps all."""
    found: int | None = getattr(user, "province_id", None)
    return found


def ever_kept(user: Any) -> Any:
    """Return the ids of the agencies that were ever said to be in the account's province."""
    return RosterRecord.objects.filter(province=province_of(user)).values("agency")


def shown_to(user: Any, rows: Any, *agency: str) -> Any:
    """Keep the rows of agencies that were ever in the account's province; all where it has none.

    `agency` are the ways from a row to agencies, one of which is enough; of an agency itself
    none is given.
    """
    if province_of(user) is None:
        return rows
    ways = Q()
    for way in agency or ("pk",):
        ways |= Q(**{f"{way}__in": ever_kept(user)})
    return rows.filter(ways).distinct() if any("__" in way for way in agency) else rows.filter(ways)


def may_touch(user: Any, agency: Agency, *days: date) -> bool:
    """Say whether the account may write about an agency as it was on one of the days."""
    return not foreign(user, [agency], *days)


def foreign(user: Any, agencies: Iterable[Agency], *days: date) -> list[Agency]:
    """Return the agencies that, as believed, were on none of the days in the account's province."""
    named = list(agencies)
    province = province_of(user)
    if province is None or not named:
        return []
    on_a_day = Q()
    for day in days:
        on_a_day |= held_on(day)
    rows = RosterRecord.objects.believed().filter(on_a_day, province=province, agency__in=named)
    own = set(rows.values_list("agency", flat=True))
    return [agency for agency in named if agency.pk not in own]


def refuse_foreign(user: Any, agencies: Iterable[Agency], *days: date) -> None:
    """Check that an account may write about agencies as they were on one of the days.

    Raises:
        ValidationError: some are in another province; they are named.
    """
    if others := foreign(user, agencies, *days):
        raise ValidationError(_not_yours(user, [agency.code for agency in others]))


def refuse_of_several(user: Any) -> None:
    """Check that an account may write what is common to all provinces.

    Raises:
        ValidationError: it keeps one province.
    """
    if province_of(user) is not None:
        said = _("This is common to all provinces; your account keeps %(province)s alone.")
        raise ValidationError(said % {"province": user.province})


def refuse_foreign_days(
    user: User,
    code: str,
    roster: tuple[Collection[RosterRecord], Collection[RosterRecord]],
    status: tuple[Collection[StatusRecord], Collection[StatusRecord]],
) -> None:
    """Check that all days of which an act changes what is believed lie in the account's province.

    `roster` and `status` are the believed rows of one agency before and after the act. A body
    is neither brought into the province so nor sent out of it: that is the whole country's.

    Raises:
        ValidationError: some day was, or would be, another province's.
    """
    province = province_of(user)
    if province is None:
        return
    rows: list[DatedRecord] = [row for pair in (*roster, *status) for row in pair]
    edges = sorted({day for row in rows for day in (row.valid_from, row.valid_to or date.max)})
    for start, _end in pairwise(edges):
        before, after = (_said(part, start) for part in roster)
        if (before, _said(status[0], start)) == (after, _said(status[1], start)):
            continue
        if any(said is not None and said["province_id"] != province for said in (before, after)):
            raise ValidationError(_not_yours(user, [code]))


def _said(rows: Iterable[DatedRecord], day: date) -> dict[str, Any] | None:
    return next((row.facts() for row in rows if row.covers(day)), None)


def _not_yours(user: Any, codes: list[str]) -> str:
    more = " …" if len(codes) > NAMED else ""
    said = _("These agencies are of another province than %(province)s on those days: %(codes)s.")
    named = ", ".join(sorted(codes)[:NAMED]) + more
    own: Province = user.province
    return said % {"province": own, "codes": named}
