"""Reports that were sent: what they said, frozen with the files that went out."""

import hashlib
import json
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.asof import AsOf
from agencies.models import Edition, Entry, Province
from reports.models.kept import KeptAsPrinted

HEXADECIMAL = RegexValidator(r"^[0-9a-f]{64}\Z")


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


class Submission(KeptAsPrinted):
    """One report as it was sent; what is said later of it is an `OutgoingNumber`.

    `figures` is the canonical JSON, character by character what `sha256` was taken of: the
    question, the roll-ups, every agency's standing, the words and the house style. `entry` is
    the last act of recording that it knows of. The database refuses changes and deletion too.
    """

    title = models.CharField(_("title"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    as_of_day = models.DateField(_("figures as of"))
    known_at = models.DateTimeField(_("as known at"))
    compared_on = models.DateField(_("compared with"))
    duty_only = models.BooleanField(_("only agencies with a duty"), default=False)
    provinces = models.CharField(
        _("provinces"),
        max_length=5_000,
        blank=True,
        help_text=_("Their codes in order, between commas; empty for all."),
    )
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="+", verbose_name=_("edition asked about")
    )
    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="+", verbose_name=_("last act of recording known")
    )
    schema = models.CharField(_("schema"), max_length=60)
    figures = models.TextField(_("figures"))
    sha256 = models.CharField("SHA-256", max_length=64, validators=[HEXADECIMAL])
    made_with = models.JSONField(_("made with"))
    obstacles = models.TextField(_("what stood in the way"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("frozen at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("sent report")
        verbose_name_plural = _("sent reports")
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="submission_has_a_title"),
            models.CheckConstraint(
                condition=Q(obstacles="") | ~Q(reason=""), name="submission_says_why_in_spite"
            ),
            models.CheckConstraint(
                condition=Q(known_at__lte=F("at")), name="submission_knows_no_future"
            ),
            # A form sent twice freezes once: the same question, knowing the same.
            models.UniqueConstraint(
                fields=[
                    *("title", "by", "as_of_day", "compared_on", "duty_only", "provinces"),
                    *("edition", "entry"),
                ],
                name="submission_frozen_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def as_of(self) -> AsOf:
        """Return the day, the moment and whom it is about."""
        ids = tuple(sorted(row.pk for row in self.asked_provinces))
        return AsOf(self.as_of_day, self.known_at, self.duty_only, ids)

    @cached_property
    def asked_provinces(self) -> tuple[Province, ...]:
        """Return the provinces that it is about, none where it is about all."""
        if not self.provinces:
            return ()
        return tuple(Province.objects.filter(code__in=self.provinces.split(",")))

    @cached_property
    def is_whole(self) -> bool:
        """Say whether the figures are still those that the SHA-256 was taken of."""
        return sha256_of(self.figures.encode()) == self.sha256

    @cached_property
    def said(self) -> dict[str, Any]:
        """Return the figures as values."""
        found: dict[str, Any] = json.loads(self.figures)
        return found


class SubmissionFile(KeptAsPrinted):
    """One file of a sent report, byte by byte; it is served from here and never made anew."""

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="files", verbose_name=_("sent report")
    )
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(_("content type"), max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64, validators=[HEXADECIMAL])
    size = models.PositiveIntegerField(_("size in bytes"))
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("file of a sent report")
        verbose_name_plural = _("files of sent reports")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["submission", "name"], name="submissionfile_one_per_name"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_whole(self) -> bool:
        """Say whether the bytes are still those that the SHA-256 was taken of."""
        return sha256_of(bytes(self.content)) == self.sha256


class OutgoingNumber(KeptAsPrinted):
    """Number and date that the clerk gave a report when it went out; told once, later."""

    submission = models.OneToOneField(
        Submission, models.PROTECT, related_name="outgoing", verbose_name=_("sent report")
    )
    number = models.CharField(_("outgoing number"), max_length=100)
    dated = models.DateField(_("date of the letter"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("outgoing number")
        verbose_name_plural = _("outgoing numbers")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(number=""), name="outgoingnumber_says_something")
        ]

    def __str__(self) -> str:
        return self.number
