"""Agencies ticked in the list, carried from page to page in the address."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict

from agencies.models import Agency, User
from agencies.scope import shown_to

MOST = 500  # that one form takes
_CODE = re.compile(r"[\w.\-]{1,30}")


def is_code(text: str) -> bool:
    """Say whether a text may be an agency's code; only such a text is asked for."""
    return _CODE.fullmatch(text) is not None


def chosen_codes(parameters: QueryDict) -> list[str]:
    """Return the codes carried (`chosen`) and ticked (`agency`), without those left out."""
    carried = ",".join(parameters.getlist("chosen")).split(",")
    left_out = set(",".join(parameters.getlist("leave_out")).split(","))
    codes = dict.fromkeys([*carried, *parameters.getlist("agency")])
    return [code for code in codes if is_code(code) and code not in left_out]


def joined(codes: Iterable[str]) -> str:
    """Return codes as one parameter."""
    return ",".join(codes)


@dataclass(frozen=True)
class Ticks:
    """The ticks of one page of the list, and those carried from others."""

    chosen: list[str]
    shown: list[str]

    @property
    def elsewhere(self) -> str:
        """Return the codes ticked that this page does not show."""
        return joined(code for code in self.chosen if code not in self.shown)

    @property
    def all_here(self) -> str:
        """Return the codes ticked once every row of this page is."""
        return joined(dict.fromkeys([*self.chosen, *self.shown]))


def chosen_agencies(codes: list[str], user: User) -> list[Agency]:
    """Return the agencies of codes in their order, without those that the user is not shown."""
    named = Agency.objects.filter(code__in=codes[: MOST + 1])
    found = shown_to(user, named).in_bulk(field_name="code")
    return [found[code] for code in codes if code in found]
