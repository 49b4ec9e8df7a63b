"""The chain of seals over what was told others."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.models.kept import KeptAsPrinted
from reports.models.published import Publication
from reports.models.submissions import HEXADECIMAL, OutgoingNumber, Submission

SEALED = ("submission", "outgoing", "publication")


def _exactly_one() -> Q:
    found = Q()
    for name in SEALED:
        others = {f"{other}__isnull": True for other in SEALED if other != name}
        found |= Q(**{f"{name}__isnull": False}, **others)
    return found


class Seal(KeptAsPrinted):
    """One link: the SHA-256 of what it seals together with the seal before it.

    A sent report is sealed with the hashes of its files, a publication with its figures; once
    sealed, the database takes no further file and no further figure. Whoever alters one of them
    has to make every later seal anew, and the last one may be noted outside the database.
    `previous` is empty in the first link; it is unique, so that the chain cannot fork.
    """

    submission = models.OneToOneField(
        Submission,
        models.PROTECT,
        null=True,
        related_name="seal",
        verbose_name=_("sent report"),
    )
    outgoing = models.OneToOneField(
        OutgoingNumber,
        models.PROTECT,
        null=True,
        related_name="seal",
        verbose_name=_("outgoing number"),
    )
    publication = models.OneToOneField(
        Publication, models.PROTECT, null=True, related_name="seal", verbose_name=_("publication")
    )
    previous = models.CharField(_("seal before"), max_length=64, blank=True, unique=True)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True, validators=[HEXADECIMAL])

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=_exactly_one(), name="seal_of_exactly_one"),
        ]

    def __str__(self) -> str:
        return self.sha256
