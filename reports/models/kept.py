"""Rows that are written once."""

from typing import Any

from django.db import models


class KeptAsPrinted(models.Model):
    """A row that is written once: what was told others stays as it was told."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; what is on record is never rewritten."""
        if not self._state.adding:
            raise TypeError(f"A {type(self).__name__} is never saved again.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: nobody would know any more what was said."""
        raise TypeError(f"A {type(self).__name__} is never deleted.")
