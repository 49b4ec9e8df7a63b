"""What many tests begin with is built once and copied from then on, or the suite is slow."""

import pytest
from django.db import transaction

from agencies.models import StatusRecord, User
from reports import demonstration
from tests.laid_down import lay_down_demonstration


def laid_down() -> list[dict[str, object]]:
    """Return what the demonstration leaves of statuses, and undo it."""
    with transaction.atomic():
        lay_down_demonstration()
        rows = list(StatusRecord.objects.order_by("pk").values())
        transaction.set_rollback(True)
    return rows


def test_the_demonstration_is_built_once_and_copied_from_then_on(db, monkeypatch):
    first = laid_down()
    monkeypatch.setattr(demonstration, "load", lambda password: pytest.fail("built anew"))
    assert len(first) > 400
    assert laid_down() == first


def test_where_its_places_are_taken_it_is_built_anew(db, monkeypatch):
    laid_down()
    User.objects.create_user("lan", "Mat-khau-cua-Lan")
    built: list[str] = []
    monkeypatch.setattr(demonstration, "load", built.append)
    with transaction.atomic():
        lay_down_demonstration()
    assert built
