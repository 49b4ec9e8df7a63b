"""The version of the data: what pages that were kept are valid for."""

# ruff: noqa: S608 (the statement is made of the models' own table names)

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import connections, router
from simple_history.models import registered_models

from agencies.models.history import Entry, last_known
from agencies.models.people import User
from agencies.models.provinces import Province


@dataclass(frozen=True)
class DataVersion:
    """What is known at a moment, and the state of everything else that a figure may rest on.

    `known` is the last Entry not after the moment, None before the first. `rest` holds the
    moment of the last Entry of all and the newest change of each table of reference data.
    `accounts` is the newest change of an account (or sign-in): names rest on it, no figure.
    `provinces` says how many provinces are on record.
    """

    known: int | None
    accounts: int | None
    provinces: int
    rest: tuple[object, ...]

    @property
    def has_provinces(self) -> bool:
        """Say whether a province is one of several, so that pages speak of it."""
        return self.provinces > 1


def data_version(known_at: datetime) -> DataVersion:
    """Return the version of what is known at a moment: equal versions, equal figures.

    Dated records change under an Entry only; reference data keep a history of every change,
    whoever makes it. One statement, written out because the ORM takes ten times as long to put
    it together as the database to answer.
    """
    connection = connections[router.db_for_read(Entry)]
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(known_at)
        cursor.execute(_statement(), [moment])
        known, accounts, provinces, *rest = cursor.fetchone()
    return DataVersion(known, accounts, provinces, tuple(rest))


@cache
def _statement() -> str:
    entry = Entry._meta.db_table
    histories = {model: model.history.model._meta.db_table for model in registered_models.values()}
    accounts = histories.pop(User)
    columns = [
        f"({last_known()})",
        f"(SELECT MAX(history_id) FROM {accounts})",
        f"(SELECT COUNT(*) FROM {Province._meta.db_table})",
        f"(SELECT MAX(at) FROM {entry})",
        *(f"(SELECT MAX(history_id) FROM {table})" for table in sorted(histories.values())),
    ]
    return f"SELECT {', '.join(columns)}"
