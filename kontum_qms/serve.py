"""Serves the site: `python -m kontum_qms.serve`, on any system and under any service manager.

Told to end (SIGTERM) it takes no further connection, finishes the answers it is at for at most
STOP_SECONDS, and ends. Where a service manager hands it a socket (systemd's LISTEN_FDS), that
socket outlives it: who asks between an end and the next start waits, and nobody is turned away.
Told to renew itself (SIGHUP) it replaces its processes one by one.
"""

import errno
import os
import socket
import sys
from typing import Any

import environ
from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

FIRST_HANDED = 3  # sd_listen_fds(3): after standard input, output and error
APPLICATION = "kontum_qms.wsgi:application"
env = environ.Env()


class Told(Exception):
    """What the environment says cannot be served."""


class HandedServer(MPServer):
    """Granian on a socket that somebody else has opened and goes on holding."""

    def __init__(self, handed: int, **options: Any) -> None:
        super().__init__(APPLICATION, **options)
        self.handed = handed

    def _init_shared_socket(self) -> None:
        """Take the socket as it is; Granian itself knows no other way than to open one."""
        holder: Any = SocketHolder
        shared = socket.socket(fileno=self.handed)
        shared.set_inheritable(True)
        held = holder(
            self.handed, shared.family not in (socket.AF_INET, socket.AF_INET6), self.backlog
        )
        vars(self).update(_ssp=None, _sfd=self.handed, _shd=held, _sso=shared)


def handed_socket() -> int | None:
    """Return the socket that the service manager hands to this process, None without one.

    Raises:
        Told: there is more than one.
    """
    if env.int("LISTEN_PID", default=0) != os.getpid():
        return None
    count = env.int("LISTEN_FDS", default=0)
    if count > 1:
        raise Told(f"LISTEN_FDS: one socket can be served, not {count}")
    return FIRST_HANDED if count else None


def address() -> tuple[str, int]:
    """Return where to listen, after a trial: a server that shares its port finds out nothing.

    Raises:
        Told: HOST or PORT are none, or something listens there.
    """
    host, port = env.str("HOST", default="127.0.0.1"), env.str("PORT", default="8000")
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise Told(f"PORT: a number from 1 to 65535, not {port!r}")
    try:
        family, *_, found = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        socket.create_server(found[:2], family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Told(
                f"Port {port} on {host} is in use: stop what listens there, or take another PORT"
            ) from None
        raise Told(f"HOST, PORT: cannot listen on {host}, port {port}: {error}") from None
    return str(found[0]), int(port)


def at_least(name: str, default: int, least: int) -> int:
    """Return a number of the environment.

    Raises:
        Told: it is none, or too small.
    """
    text = env.str(name, default=str(default))
    if not text.isdecimal() or int(text) < least:
        raise Told(f"{name}: a whole number, {least} or more, not {text!r}")
    return int(text)


def server() -> MPServer:
    """Return the server that the environment describes.

    Raises:
        Told: it describes none.
    """
    options: dict[str, Any] = {
        "interface": Interfaces.WSGI,
        "workers": at_least("WORKERS", 2, 1),
        # Each thread holds a database connection of its own, hence few of them.
        "blocking_threads": at_least("THREADS", 4, 1),
        "workers_kill_timeout": at_least("STOP_SECONDS", 30, 1),
        "websockets": False,
        "respawn_failed_workers": True,
        "log_level": LogLevels.warning,
    }
    handed = handed_socket()
    if handed is not None:
        return HandedServer(handed, **options)
    host, port = address()
    return MPServer(APPLICATION, address=host, port=port, **options)


def main() -> None:
    """Serve until told to end; with `--check` only say whether that could be."""
    try:
        serving = server()
    except Told as told:
        sys.exit(str(told))
    if sys.argv[1:] == ["--check"]:
        return
    if sys.argv[1:]:
        sys.exit("usage: python -m kontum_qms.serve [--check], all else from the environment")
    serving.serve()


if __name__ == "__main__":
    main()
