"""The production server and the commands, on the run's own database; and their sudden end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "Mat-khau-chiu-loi-1"
Process = subprocess.Popen[bytes]


def environment(folder: Path, database_url: str) -> dict[str, str]:
    """Return the environment of the site and its commands."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "MEDIA_ROOT": f"{folder}/data/media",
        "STATIC_ROOT": f"{folder}/static",
        "DEMO_PASSWORD": PASSWORD,
        "SECRET_KEY": "only-for-this-run-" + "x" * 40,
        "DJANGO_SETTINGS_MODULE": "scripts.faults.settings",
        "PYTHONPATH": str(ROOT),
    }


class Site:
    """One installation: where it lies, its server, its commands."""

    def __init__(self, folder: Path, *, workers: int = 1) -> None:
        self.folder, self.workers = folder, workers
        self.server: Process | None = None
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.address = f"http://127.0.0.1:{found.getsockname()[1]}"

    @property
    def log(self) -> Path:
        """Return where the server's own words go."""
        return self.folder / "server.log"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
        command += ["--port", self.address.rpartition(":")[2], "--workers", str(self.workers)]
        command += ["--blocking-threads", "4", "--log-level", "warning"]
        self.server = self._popen([*command, "kontum_qms.wsgi:application"], self.log)
        for _attempt in range(1_200):
            assert self.server.poll() is None, f"the server ended: {self.log.read_text()[-2000:]}"
            try:
                urllib.request.urlopen(f"{self.address}/offline/", timeout=30).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("the server did not answer")

    def kill(self) -> None:
        """Kill the server with everything that it started."""
        if self.server is not None:
            kill(self.server)
            self.server = None

    def begin(self, *arguments: str) -> Process:
        """Start a command and do not wait for it."""
        return self._popen([sys.executable, "manage.py", *arguments], self.folder / "command.log")

    def run(self, *arguments: str) -> str:
        """Run a command to its end; fail with what it says where it fails."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    def _popen(self, command: list[str], log: Path) -> Process:
        with log.open("ab") as words:
            return subprocess.Popen(
                command, cwd=ROOT, stdout=words, stderr=words, start_new_session=True
            )


def kill(process: Process) -> None:
    """Send SIGKILL to a process and all that it started, and wait for its end."""
    with suppress(ProcessLookupError):  # it has ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
