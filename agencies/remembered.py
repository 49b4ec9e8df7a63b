"""Answers that are kept as long as nothing changes on which they could rest."""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar, cast

from django.core.cache import cache

from agencies.models import DataVersion

T = TypeVar("T")


def remembered(version: DataVersion, name: str, find: Callable[[], T], *also: object) -> T:
    """Return what `find` finds, from memory while neither records nor reference data change.

    It may rest on them and on what `also` names, and on nothing else; None is not kept. What
    is kept may be dropped at any time.
    """
    key = sha256(repr((name, also, version.rest)).encode()).hexdigest()
    return cast(T, cache.get_or_set(key, find, timeout=None))
