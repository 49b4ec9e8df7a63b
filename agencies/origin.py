"""From where an act comes: the address of a request, or a command on the server."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

COMMAND = "command"
_origin: ContextVar[str] = ContextVar("origin", default=COMMAND)


def origin() -> str:
    """Return the address of the request being answered, `COMMAND` where there is none.

    Empty where the server names no address.
    """
    return _origin.get()


@contextmanager
def coming_from(address: str | None) -> Iterator[None]:
    """Let what a block does come from an address."""
    token = _origin.set(address or "")
    try:
        yield
    finally:
        _origin.reset(token)
