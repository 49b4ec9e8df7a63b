"""Workbooks brought back by their officers, kept from the preview to the import."""

from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from agencies.models.history import Entry

FOLDER = "uploads"  # below MEDIA_ROOT


def random_place(upload: "Upload", name: str) -> str:
    """Return where a workbook is kept: nothing of the name that its sender gave it."""
    return f"{FOLDER}/{uuid4().hex}"


class Upload(models.Model):
    """One workbook, for the officer who sent it alone; removed after a day.

    `since` is the Entry that the workbook was taken at, or the last one when it arrived:
    what was recorded later of an agency is in conflict with the workbook's rows of it.
    `choices` are the words chosen in the place of unknown ones.
    """

    file = models.FileField(_("file"), upload_to=random_place, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kept_at = models.DateTimeField(_("kept at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("by")
    )
    since = models.PositiveBigIntegerField(_("taken at the act of recording"))
    has_stamp = models.BooleanField(_("says when it was taken"))
    choices = models.JSONField(_("words chosen"), default=dict, blank=True)
    imported_at = models.DateTimeField(_("imported at"), null=True)
    entry = models.ForeignKey(
        Entry, models.PROTECT, null=True, related_name="+", verbose_name=_("act of recording")
    )
    result = models.JSONField(_("result"), default=dict, blank=True)

    class Meta:
        verbose_name = _("workbook brought back")
        verbose_name_plural = _("workbooks brought back")
        ordering: ClassVar[list[Any]] = ["pk"]

    def __str__(self) -> str:
        return self.name
