"""Documents kept as proof of what a record says."""

from typing import Any, ClassVar
from uuid import uuid4

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EvidenceKind(models.TextChoices):
    """What a document is, by its content."""

    PDF = "pdf", _("PDF document")
    JPEG = "jpg", _("JPEG picture")
    PNG = "png", _("PNG picture")
    TIFF = "tif", _("TIFF picture")
    WEBP = "webp", _("WebP picture")
    DOCX = "docx", _("Word document")
    DOC = "doc", _("Word 97–2003 document")
    XLSX = "xlsx", _("Excel workbook")
    XLS = "xls", _("Excel 97–2003 workbook")
    PPTX = "pptx", _("PowerPoint presentation")
    ODT = "odt", _("OpenDocument text")
    ODS = "ods", _("OpenDocument spreadsheet")


_OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES: dict[str, str] = {
    EvidenceKind.PDF: "application/pdf",
    EvidenceKind.JPEG: "image/jpeg",
    EvidenceKind.PNG: "image/png",
    EvidenceKind.TIFF: "image/tiff",
    EvidenceKind.WEBP: "image/webp",
    EvidenceKind.DOCX: f"{_OFFICE}.wordprocessingml.document",
    EvidenceKind.DOC: "application/msword",
    EvidenceKind.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    EvidenceKind.XLS: "application/vnd.ms-excel",
    EvidenceKind.PPTX: f"{_OFFICE}.presentationml.presentation",
    EvidenceKind.ODT: "application/vnd.oasis.opendocument.text",
    EvidenceKind.ODS: "application/vnd.oasis.opendocument.spreadsheet",
}
FOLDER = "evidence"  # below MEDIA_ROOT
NAME_LENGTH = 120


def random_place(evidence: "Evidence", name: str) -> str:
    """Return where a new file is kept: nothing of the name that its sender gave it."""
    return f"{FOLDER}/{uuid4().hex}"


def naming() -> list[str]:
    """Return the names of the relations by which records of any app name a document.

    Found through the models' own relations, so that agencies need not know activities.
    """
    return [relation.name for relation in Evidence._meta.related_objects if not relation.hidden]


def is_unnamed() -> Q:
    """Return the condition that nothing on record names a document."""
    return Q(**{f"{name}__isnull": True for name in naming()})


class Evidence(models.Model):
    """One document; neither its file nor what is said of it is ever changed.

    It proves something once a record of any app names it, and then stays for good.
    """

    file = models.FileField(_("file"), upload_to=random_place, unique=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    kind = models.CharField(_("kind"), max_length=10, choices=EvidenceKind)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(
        "SHA-256", max_length=64, validators=[RegexValidator(r"^[0-9a-f]{64}\Z")]
    )
    kept_at = models.DateTimeField(_("kept at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=EvidenceKind.values), name="evidence_known_kind"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; what is kept is never rewritten."""
        if not self._state.adding:
            raise TypeError("Evidence is replaced by other evidence, never saved again.")
        super().save(*args, **kwargs)

    @property
    def content_type(self) -> str:
        """Return the media type that the file is sent under."""
        return CONTENT_TYPES[self.kind]

    @property
    def is_named(self) -> bool:
        """Say whether anything on record names it."""
        return not Evidence.objects.filter(is_unnamed(), pk=self.pk).exists()

    @property
    def short_hash(self) -> str:
        """Return as much of the SHA-256 as people compare by eye."""
        return self.sha256[:12]
