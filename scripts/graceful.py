"""Stops and restarts the site under load, and counts the requests that got no answer.

    .venv/bin/python -m scripts.graceful [--readers 8] [--restarts 5] [--renewals 3]

The server runs as the systemd unit in deploy/ runs it: `python -m kontum_qms.serve` on a socket
that this script holds, as systemd does, behind an nginx with the files of deploy/nginx/. Readers
ask without a pause, each time over a connection of its own. Meanwhile the server is told to renew
itself (SIGHUP), and is ended (SIGTERM) and started again. For comparison the same is done without
nginx, and with a socket of the server's own.
"""

import argparse
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy" / "nginx"
# Becomes the server; what systemd says of a socket names the process that shall have it.
HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.executable, [sys.executable, "-m", "kontum_qms.serve"])
"""
Process = subprocess.Popen[bytes]


@dataclass
class Tally:
    """What became of the requests; seconds that each answer took."""

    path: str
    seconds: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def read(self, port: int) -> None:
        """Ask until it is over; an answer counts when it has arrived whole."""
        while not self.over.is_set():
            began = time.perf_counter()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("GET", self.path, headers={"Connection": "close"})
                answer = connection.getresponse()
                answer.read()
                connection.close()
                if answer.status >= 400:
                    self.lost.append(f"status {answer.status}")
            except (OSError, http.client.HTTPException) as error:
                self.lost.append(f"{type(error).__name__}: {error}")
                time.sleep(0.01)  # where nobody listens, the answer comes at once
            self.seconds.append(time.perf_counter() - began)


@contextmanager
def readers(port: int, count: int, path: str) -> Iterator[Tally]:
    """Let so many readers ask until the block ends."""
    tally = Tally(path)
    threads = [threading.Thread(target=tally.read, args=(port,)) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield tally
    finally:
        tally.over.set()
        for thread in threads:
            thread.join()


@contextmanager
def proxy(site: int) -> Iterator[int]:
    """Run nginx before the site as deploy/nginx/ has it; give its port."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "nginx.conf").write_text(nginx_conf(Path(folder), site, port), "utf-8")
        command = ["nginx", "-p", folder, "-c", "nginx.conf", "-e", f"{folder}/error.log"]
        process = subprocess.Popen([*command, "-g", "daemon off;"])
        try:
            wait_for_port(port)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def nginx_conf(folder: Path, site: int, port: int) -> str:
    """Return a configuration of its own that takes the upstream and the proxy of the example."""
    upstream = (DEPLOY / "upstream.conf").read_text("utf-8").replace(":8000", f":{site}")
    (folder / "upstream.conf").write_text(upstream, "utf-8")
    return f"""
        worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
        events {{ worker_connections 512; }}
        http {{
            access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
            fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
            include {folder}/upstream.conf;
            server {{
                listen 127.0.0.1:{port};
                location / {{ include {DEPLOY}/proxy.conf; }}
            }}
        }}"""


def wait_for_port(port: int) -> None:
    """Wait until somebody listens."""
    for _attempt in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nobody listens at port {port}")


class Service:
    """The site as a service manager runs it."""

    def __init__(self, *, held: bool) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self.socket.getsockname()[1]
        self.held = held
        if not held:
            self.socket.close()
        self.process: Process | None = None

    def start(self) -> None:
        """Start the server; what it serves comes from the environment."""
        if self.held:
            handle = self.socket.fileno()
            command = [sys.executable, "-c", HAND_OVER, str(handle)]
            self.process = subprocess.Popen(
                command, cwd=ROOT, pass_fds=[handle], start_new_session=True
            )
            return
        environment = {**os.environ, "PORT": str(self.port), "HOST": "127.0.0.1"}
        command = [sys.executable, "-m", "kontum_qms.serve"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)

    def wait(self) -> None:
        """Wait until it answers."""
        for _attempt in range(600):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                if self.process is not None and self.process.poll() is not None:
                    raise RuntimeError("the server has ended")
                connection.request("GET", "/healthz/")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.1)
            finally:
                connection.close()
        raise RuntimeError("the server does not answer")

    def stop(self) -> float:
        """End the server; return after how many seconds it had ended."""
        assert self.process is not None
        began = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        return time.perf_counter() - began

    def renew(self) -> None:
        """Tell it to replace its processes one by one."""
        assert self.process is not None
        self.process.send_signal(signal.SIGHUP)

    def close(self) -> None:
        """End everything."""
        if self.process is not None and self.process.poll() is None:
            self.stop()
        self.socket.close()


@dataclass(frozen=True)
class Trial:
    """How the site is run, loaded and disturbed."""

    held: bool
    behind_nginx: bool
    readers: int = 8
    restarts: int = 5
    renewals: int = 3
    path: str = "/accounts/login/"

    @property
    def name(self) -> str:
        """Say who holds the socket, and who stands before it."""
        holder = "held by the service manager" if self.held else "the server's own"
        return f"{holder}, behind nginx" if self.behind_nginx else holder


def measure(trial: Trial) -> Tally:
    """Load the site, renew and restart it; return what became of the requests."""
    service = Service(held=trial.held)
    try:
        service.start()
        service.wait()
        before = proxy(service.port) if trial.behind_nginx else nullcontext(service.port)
        with before as port, readers(port, trial.readers, trial.path) as tally:
            time.sleep(2)
            for _renewal in range(trial.renewals):
                service.renew()
                time.sleep(10)  # each of two processes is given three and a half seconds
            for _restart in range(trial.restarts):
                tally.stops.append(service.stop())
                service.start()
                service.wait()
                time.sleep(1)
    finally:
        service.close()
    return tally


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Measure both ways and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--restarts", type=int, default=5)
    parser.add_argument("--renewals", type=int, default=3)
    parser.add_argument("--path", default="/accounts/login/")
    given = parser.parse_args()
    say("| socket | requests | lost | median ms | longest s | longest stop s |")
    say("|---|---|---|---|---|---|")
    worst = 0
    for held, behind_nginx in ((True, True), (True, False), (False, False)):
        trial = Trial(held, behind_nginx, **vars(given))
        tally = measure(trial)
        median = 1000 * statistics.median(tally.seconds)
        say(
            f"| {trial.name} | {len(tally.seconds)} | {len(tally.lost)} | {median:.0f} "
            f"| {max(tally.seconds):.1f} | {max(tally.stops, default=0):.1f} |"
        )
        for reason in sorted(set(tally.lost)):
            say(f"  {tally.lost.count(reason)} × {reason}")
        worst += len(tally.lost) if behind_nginx else 0
    sys.exit(1 if worst else 0)


if __name__ == "__main__":
    main()
