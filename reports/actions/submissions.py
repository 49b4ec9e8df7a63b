"""Reports that were sent: frozen once, and later given the number that they went out under."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.actions.audit import changing, note_act
from agencies.actions.entries import write_lock
from agencies.asof import AsOf
from agencies.models import Deed, Edition, User
from agencies.scope import province_of
from reports.actions.seals import put_seal
from reports.models import OutgoingNumber, Submission, SubmissionFile
from reports.models.submissions import sha256_of


class AlreadyFrozen(Exception):
    """The same report was frozen before; `submission` is that one."""

    def __init__(self, submission: Submission) -> None:
        super().__init__(str(submission))
        self.submission = submission


@dataclass(frozen=True)
class Produced:
    """Everything that a report on one question consists of.

    `obstacles` are the sentences that say why it should not go out without a reason; `files`
    are names with content type and bytes. `entry` is the last one known, 0 before the first.
    `provinces` are the codes of those of `as_of`, in order.
    """

    as_of: AsOf
    edition: Edition
    compared_on: date
    entry: int
    schema: str
    figures: str
    files: Sequence[tuple[str, str, bytes]]
    obstacles: Sequence[str]
    made_with: Mapping[str, str]
    provinces: Sequence[str] = ()


def keep_submission(
    *, produced: Produced, title: str, note: str = "", reason: str = "", by: User
) -> Submission:
    """Keep a report as it is sent: its figures, its files, what stood in the way, who, when.

    Raises:
        AlreadyFrozen: the same person froze the same under this title, knowing the same.
        ValidationError: something stands in the way and no reason is given, nothing is on
            record, or the day or the moment is still to come; nothing is written.
    """
    with write_lock():
        refuse_other_scope(by, produced.provinces)
        _refuse(produced, reason)
        submission = _submission(produced, title.strip(), note.strip(), reason.strip(), by)
        _refuse_twice(submission)
        submission.full_clean()
        submission.save()
        for name, content_type, content in produced.files:
            _keep_file(submission, name, content_type, content)
        said = {"as_of_day": submission.as_of_day, "reason": submission.reason}
        said |= {name: sha256_of(content) for name, _type, content in produced.files}
        note_act(Deed.FROZEN, by=by, about=submission, said={**said, "sha256": submission.sha256})
        put_seal(submission)
    return submission


def refuse_other_scope(by: User, provinces: Sequence[str]) -> None:
    """Check that who keeps one province sends reports on that one alone.

    Raises:
        ValidationError: it is on others, or on all.
    """
    if province_of(by) is not None and list(provinces) != [by.province.code]:  # type: ignore[union-attr]  # has one
        said = _("Your account keeps %(province)s alone; this report is on others as well.")
        raise ValidationError(said % {"province": by.province})


def refusal(as_of: AsOf, entry: int, agencies: int) -> str:
    """Return why nothing about a day at a moment can be sent at all, nothing where it can.

    `agencies` is how many the figures are about.
    """
    if not entry:
        return _("Nothing was on record at that moment; there is nothing to send.")
    if not agencies:
        return _("As far as known, no agency existed on that day; there is nothing to send.")
    if as_of.is_still_to_come:
        return _("The day asked about is still to come; nobody can vouch for it.")
    return ""


def _refuse(produced: Produced, reason: str) -> None:
    agencies = len(json.loads(produced.figures)["agencies"])
    if why := refusal(produced.as_of, produced.entry, agencies):
        raise ValidationError(why)
    if produced.obstacles and not reason.strip():
        message = _("Say why it is sent in spite of what stands in the way.")
        raise ValidationError({"reason": message})


def _submission(produced: Produced, title: str, note: str, reason: str, by: User) -> Submission:
    return Submission(
        title=title,
        note=note,
        as_of_day=produced.as_of.day,
        known_at=produced.as_of.known_at,
        compared_on=produced.compared_on,
        duty_only=produced.as_of.duty_only,
        provinces=",".join(produced.provinces),
        edition=produced.edition,
        entry_id=produced.entry,
        schema=produced.schema,
        figures=produced.figures,
        sha256=sha256_of(produced.figures.encode()),
        made_with=dict(produced.made_with),
        obstacles="\n".join(produced.obstacles),
        reason=reason,
        at=timezone.now(),
        by=by,
    )


def _refuse_twice(new: Submission) -> None:
    same = ("title", "by", "as_of_day", "compared_on", "duty_only", "provinces", "edition", "entry")
    found = Submission.objects.filter(**{name: getattr(new, name) for name in same}).first()
    if found is not None:
        raise AlreadyFrozen(found)


def _keep_file(submission: Submission, name: str, content_type: str, content: bytes) -> None:
    file = SubmissionFile(
        submission=submission,
        name=name,
        content_type=content_type,
        sha256=sha256_of(content),
        size=len(content),
        content=content,
    )
    file.full_clean()
    file.save()


def record_outgoing_number(
    *, submission: Submission, number: str, dated: date, by: User
) -> OutgoingNumber:
    """Tell under which number and date a report went out; once, and for good.

    Raises:
        ValidationError: it has its number, or the date cannot be.
    """
    if dated > timezone.localdate():
        raise ValidationError({"dated": _("The date lies in the future.")})
    refuse_other_scope(by, list(filter(None, submission.provinces.split(","))))
    if dated < submission.as_of_day:
        raise ValidationError({"dated": _("A letter is not older than the figures in it.")})
    outgoing = OutgoingNumber(
        submission=submission, number=number.strip(), dated=dated, at=timezone.now(), by=by
    )
    with write_lock():
        if OutgoingNumber.objects.filter(submission=submission).exists():
            raise ValidationError(_("This report has its number already; it is never changed."))
        outgoing.full_clean()
        with changing(outgoing, by=by):
            outgoing.save()
        put_seal(outgoing)
    return outgoing
