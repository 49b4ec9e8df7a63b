"""The record of acts: one line for each, chained, never altered."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models.history import Entry

LONGEST_WORDS = 300


class Deed(models.TextChoices):
    """What was done."""

    SIGNED_IN = "signed_in", _("signed in")
    SIGNED_OUT = "signed_out", _("signed out")
    SIGN_IN_FAILED = "sign_in_failed", _("sign-in failed")
    LOCKED_OUT = "locked_out", _("sign-in locked")
    SESSIONS_ENDED = "sessions_ended", _("sessions ended")
    PASSWORD = "password", _("password changed")  # the word for it
    FACTOR_SET_UP = "factor_set_up", _("second factor set up")
    CODES_RENEWED = "codes_renewed", _("recovery codes renewed")
    CODE_USED = "code_used", _("recovery code used")
    FACTOR_GIVEN_UP = "factor_given_up", _("second factor given up")
    FACTOR_RESET = "factor_reset", _("second factor taken away")
    LINK_MADE = "link_made", _("one-time link made")
    LINK_USED = "link_used", _("one-time link used")
    ROLE = "role", _("role changed")
    ADDED = "added", _("added")
    CHANGED = "changed", _("changed")
    DELETED = "deleted", _("deleted")
    RECORDED = "record", _("status or roster recorded")
    CORRECTED = "correction", _("status or roster corrected")
    IMPORTED = "import", _("workbook imported")
    REORGANISED = "reorganisation", _("reorganisation applied")
    UNDONE = "undo", _("act undone")
    EXPORTED = "exported", _("file exported")
    FROZEN = "frozen", _("report frozen")
    REMINDED = "reminded", _("reminder sent")
    LOADED = "loaded", _("demonstration data loaded")
    BACKED_UP = "backed_up", _("backup taken")
    RESTORED = "restored", _("backup restored")
    ERASED = "erased", _("personal data erased")


class AuditLine(models.Model):
    """One act: who, when, from where, about what, and what it changed from what to what.

    Of dated records the Entry is the record: the line names it and bears the SHA-256 of what was
    written under it, no second copy. `before` and `after` are canonical JSON of the fields that
    changed alone. `previous` is the SHA-256 of the line before, empty in the first; it is unique,
    so that the chain cannot fork. `search_text` follows from the rest and is not hashed.

    What may name a person is not in the chain but salted digests of it: `words_digest` of `words`,
    `before` and `after`, `origin_digest` of `origin`. Erased, these are empty with their salt, and
    the digest, which then tells nothing, stays (docs/adr/0025).
    """

    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    deed = models.CharField(_("act"), max_length=20, choices=Deed)
    model = models.CharField(_("kind of row"), max_length=60, blank=True)
    row = models.CharField(_("number of the row"), max_length=40, blank=True)
    words = models.CharField(_("what it is about"), max_length=LONGEST_WORDS, blank=True)
    origin = models.CharField(_("from where"), max_length=45, blank=True)
    before = models.TextField(_("before"), default="{}")
    after = models.TextField(_("after"), default="{}")
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        related_name="audit_line",
        verbose_name=_("act of recording"),
    )
    content = models.CharField(_("SHA-256 of what was recorded"), max_length=64, blank=True)
    words_salt = models.CharField(max_length=32, blank=True, editable=False)
    words_digest = models.CharField(max_length=64, editable=False)
    origin_salt = models.CharField(max_length=32, blank=True, editable=False)
    origin_digest = models.CharField(max_length=64, editable=False)
    search_text = models.TextField(editable=False)
    previous = models.CharField(_("line before"), max_length=64, blank=True, unique=True)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)

    class Meta:
        verbose_name = _("line of the record of acts")
        verbose_name_plural = _("record of acts")
        ordering: ClassVar[list[Any]] = ["-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at"], name="audit_line_at"),
        ]

    def __str__(self) -> str:
        return f"{self.get_deed_display()}: {self.words}" if self.words else self.get_deed_display()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new line; what is on record is never rewritten."""
        if not self._state.adding:
            raise TypeError("A line of the record of acts is never saved again.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: no line is deleted."""
        raise TypeError("A line of the record of acts is never deleted.")

    @property
    def is_erased(self) -> bool:
        """Whether what the line said in words was erased as personal data."""
        return not self.words_salt
