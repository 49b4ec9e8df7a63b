"""Requests a second of the production server, against what its workers could do at best."""

import http.client
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 5
PATHS = {"dashboard": "/", "list": "/agencies/", "cheapest page": "/bench/nothing/"}
SESSION = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from agencies.models import User
user = User.objects.get(username="chuyenvien")
store = import_module(settings.SESSION_ENGINE).SessionStore()
store[SESSION_KEY] = str(user.pk)
store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
store[HASH_SESSION_KEY] = user.get_session_auth_hash()
store.save()
print(store.session_key)
"""


def measure(environment: dict[str, str], workers: int) -> list[dict[str, Any]]:
    """Return a row for each path: median alone, and requests a second with two clients a worker."""
    with server(environment, workers) as port:
        cookie = f"sessionid={session(environment)}"
        rows = []
        for name, path in PATHS.items():
            alone = asked(port, path, cookie, SECONDS)
            median = statistics.median(alone)
            number = together(port, path, cookie, 2 * workers)
            rate = number / SECONDS
            rows.append(
                {
                    "page": name,
                    "workers": workers,
                    "median_ms": round(1000 * median, 2),
                    "requests_s": round(rate, 1),
                    "share": round(rate * median / workers, 3),
                }
            )
    return rows


@contextmanager
def server(environment: dict[str, str], workers: int) -> Iterator[int]:
    """Run the production server for a block; yield its port."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--workers"]
    command += [str(workers), "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen([*command, "kontum_qms.wsgi:application"], cwd=ROOT, env=environment)
    try:
        for _attempt in range(150):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def session(environment: dict[str, str]) -> str:
    """Return the key of a session of the officer."""
    code = f"import django; django.setup()\n{SESSION}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    return done.stdout.decode().strip()


def asked(port: int, path: str, cookie: str, seconds: float) -> list[float]:
    """Return the seconds of each request of one client after another, for so long."""
    times: list[float] = []
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    for _request in range(6):  # every worker has kept the page
        one(connection, path, cookie)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        one(connection, path, cookie)
        times.append(time.perf_counter() - start)
    connection.close()
    return times


def one(connection: http.client.HTTPConnection, path: str, cookie: str) -> None:
    """Ask once, as a browser that stays connected does."""
    connection.request("GET", path, headers={"Cookie": cookie, "Host": "localhost"})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")


def together(port: int, path: str, cookie: str, clients: int) -> int:
    """Return how many requests several clients got answered."""
    with get_context("spawn").Pool(clients) as pool:
        found = pool.starmap(asked, [(port, path, cookie, SECONDS)] * clients)
    return sum(map(len, found))
