"""What is wrong with a backup or with the place that it is to be restored into."""

from django.utils.translation import gettext as _


class BadBackup(Exception):
    """A backup cannot be taken or restored; the text says why, in the reader's language."""


def altered(what: str) -> BadBackup:
    """Say that one part of a backup is not what its list of contents says."""
    return BadBackup(
        _("The backup is damaged: “%(what)s” is not what its list of contents says.")
        % {"what": what}
    )
