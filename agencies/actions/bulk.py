"""One status for several agencies, under one Entry."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agencies.actions.entries import open_entry, refuse_stale_of, write_lock
from agencies.actions.lives import Life, load_lives, save_lives
from agencies.actions.status import state_change
from agencies.models import Agency, Entry, EntryKind, StatusFacts, StatusRecord, User


@dataclass(frozen=True)
class PlannedStatus:
    """What recording would do to one agency: its row of the day before and after, or why not."""

    life: Life
    before: StatusRecord | None
    after: StatusRecord | None
    refused: tuple[str, ...]

    @property
    def refusals(self) -> list[str]:
        """Return why it is refused, each with the agency's name."""
        return [
            _("%(agency)s: %(reason)s") % {"agency": self.life.named(), "reason": reason}
            for reason in self.refused
        ]


def record_statuses(
    *,
    agencies: Iterable[Agency],
    valid_from: date,
    facts: StatusFacts,
    by: User,
    reason: str = "",
    seen: int | None = None,
) -> Entry:
    """Record for several agencies that their status changed on a day, all or none.

    Of each it holds until its next believed change, as `record_status` does of one.

    Raises:
        ValidationError: no agency is named, the facts do not fit together, or some agencies
            refuse it; then every one of them is named with its reason.
        StaleForm: somebody else recorded something of one of them since the Entry `seen`.
    """
    chosen = list(dict.fromkeys(agencies))
    with write_lock():
        refuse_stale_of(chosen, seen)
        plans = plan_statuses(agencies=chosen, valid_from=valid_from, facts=facts)
        if refusals := [said for plan in plans for said in plan.refusals]:
            raise ValidationError(refusals)
        entry = open_entry(by=by, kind=EntryKind.RECORD, reason=reason)
        save_lives(entry, [plan.life for plan in plans])
    return entry


def plan_statuses(
    *, agencies: Iterable[Agency], valid_from: date, facts: StatusFacts
) -> list[PlannedStatus]:
    """Return agency by agency what recording would do, in the order given; writes nothing.

    Raises:
        ValidationError: no agency is named, or the facts do not fit together for any.
    """
    lives = load_lives(agencies)
    if not lives:
        raise ValidationError(_("No agency is chosen."))
    StatusRecord(**vars(facts)).clean()
    return [_planned(life, valid_from, facts) for life in lives.values()]


def _planned(life: Life, valid_from: date, facts: StatusFacts) -> PlannedStatus:
    before: StatusRecord | None = None
    try:
        before = life.status_on(valid_from)
        state_change(life, valid_from, facts)
    except ValidationError as error:
        return PlannedStatus(life, before, None, tuple(error.messages))
    if not life.changed():
        said = _("This is already on record; nothing would change.")
        return PlannedStatus(life, before, None, (said,))
    return PlannedStatus(life, before, life.status_on(valid_from), ())
