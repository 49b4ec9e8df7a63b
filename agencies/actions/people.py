"""What people settle for themselves."""

from agencies.models import User


def put_hint_away(*, by: User) -> None:
    """Remember that a person has read the hint for their role; another role brings its own."""
    User.objects.filter(pk=by.pk).update(hint_seen=by.role)
