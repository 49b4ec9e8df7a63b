"""Published figures: kept as they were printed, explained beside."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.actions.audit import changing, note_rows
from agencies.actions.entries import write_lock
from agencies.models import User
from reports.actions.seals import put_seal
from reports.models import Explanation, Publication, PublishedFigure, Withdrawal
from reports.published import PrintedFigure


@dataclass(frozen=True)
class PublicationFacts:
    """What an officer says of a source of published figures."""

    source: str
    published_on: date
    as_of_day: date | None = None
    link: str = ""


def add_published_figures(
    *,
    publication: PublicationFacts,
    figures: Iterable[PrintedFigure],
    by: User,
    demonstration_at: datetime | None = None,
) -> Publication:
    """Keep a source with its figures as they were printed.

    `demonstration_at` dates the entering in the past, for the demonstration data alone; the
    true time is kept beside.

    Raises:
        ValidationError: no figure, or something that cannot be kept; nothing is written.
        ValueError: a past moment is asked for where figures are on record already.
    """
    with write_lock():
        if demonstration_at and Publication.objects.exists():
            raise ValueError("Only the first publication of a demonstration is dated in the past.")
        kept = _keep_source(publication, by, demonstration_at)
        rows = list(figures)
        if not rows:
            raise ValidationError(_("There is no figure to keep."))
        for position, figure in enumerate(rows, start=1):
            row = PublishedFigure(publication=kept, position=position, **asdict(figure))
            row.full_clean()
            row.save()
        note_rows([(kept, {}), *((row, {}) for row in kept.figures.order_by("pk"))], by=by)
        put_seal(kept)
    return kept


def _keep_source(
    facts: PublicationFacts, by: User, demonstration_at: datetime | None
) -> Publication:
    now = timezone.now()
    loaded_at = now if demonstration_at else None
    entered_at = demonstration_at or now
    kept = Publication(**asdict(facts), entered_at=entered_at, loaded_at=loaded_at, by=by)
    _check_days(facts)
    kept.full_clean()
    kept.save()
    return kept


def _check_days(publication: PublicationFacts) -> None:
    if publication.published_on > timezone.localdate():
        raise ValidationError({"published_on": _("The day of publication lies in the future.")})
    if publication.as_of_day and publication.as_of_day > publication.published_on:
        message = _("Figures are as of a day before they are published.")
        raise ValidationError({"as_of_day": message})


@write_lock()
def explain_finding(*, figure: PublishedFigure, text: str, by: User) -> Explanation:
    """Attach an explanation to a figure that differs; the figure stays as it was printed.

    Raises:
        ValidationError: nothing is said.
    """
    explanation = Explanation(figure=figure, text=text.strip(), at=timezone.now(), by=by)
    explanation.full_clean()
    with changing(explanation, by=by):
        explanation.save()
    return explanation


@write_lock()
def withdraw_publication(*, publication: Publication, reason: str, by: User) -> Withdrawal:
    """Take a publication back that was entered by mistake: kept, and compared no more.

    Raises:
        ValidationError: no reason is given, or it was withdrawn before.
    """
    if Withdrawal.objects.filter(publication=publication).exists():
        raise ValidationError(_("This publication was withdrawn already."))
    if not reason.strip():
        raise ValidationError({"reason": _("A withdrawal needs a reason.")})
    withdrawal = Withdrawal(
        publication=publication, reason=reason.strip(), at=timezone.now(), by=by
    )
    withdrawal.full_clean()
    with changing(withdrawal, by=by):
        withdrawal.save()
    return withdrawal
