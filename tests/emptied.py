"""A database whose tables another test emptied, given back what migrations had written.

Behind tests of the browser the thread has another connection, which does not know what the
tables held, so `serialized_rollback` alone leaves them empty.
"""

from agencies.models import Edition, User
from agencies.models.people import SYSTEM_USERNAME


def write_what_migrations_wrote() -> None:
    """Write the account of commands and the editions where they are missing."""
    User.objects.get_or_create(username=SYSTEM_USERNAME, defaults={"is_active": False})
    for year in (2008, 2015):
        Edition.objects.get_or_create(year=year, defaults={"code": f"TCVN ISO 9001:{year}"})
