"""What can be held of Windows, and of a machine without a network, where neither is at hand."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from agencies.actions import import_progress
from agencies.models import Upload
from scripts import wheelhouse

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ("kontum_qms", "agencies", "activities", "reports")
POSIX_MODULES = {"fcntl", "grp", "pwd", "pty", "resource", "syslog", "termios", "tty"}
POSIX_NAMES = {
    *("fork", "setsid", "killpg", "getuid", "geteuid", "getgid", "chown", "mkfifo", "nice"),
    *("SIGKILL", "SIGHUP", "SIGUSR1", "SIGALRM", "alarm", "O_DIRECTORY", "O_NOFOLLOW", "pread"),
}


def posix_parts(source):
    """Yield what a module takes that only POSIX systems have, and does not do without."""
    tree = ast.parse(source)
    tried = {
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.Try)
        and any(getattr(handler.type, "id", "") == "ImportError" for handler in block.handlers)
        for node in block.body
    }
    for node in ast.walk(tree):
        if node in tried:
            continue
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in POSIX_MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in POSIX_MODULES:
            yield node.module
        elif isinstance(node, ast.Attribute) and node.attr in POSIX_NAMES:
            of = ast.unparse(node.value)
            yield from [f"{of}.{node.attr}"] if of in {"os", "signal"} else []


def test_the_program_takes_nothing_that_only_posix_has():
    found = {
        str(path.relative_to(ROOT)): parts
        for package in PROGRAM
        for path in (ROOT / package).rglob("*.py")
        if (parts := list(posix_parts(path.read_text("utf-8"))))
    }
    assert found == {}


def test_the_search_finds_what_it_looks_for():
    source = "import os, fcntl\nfrom pwd import getpwnam\nos.fork()\nos.environ"
    assert list(posix_parts(source)) == ["fcntl", "pwd", "os.fork"]
    assert list(posix_parts("try:\n    import fcntl\nexcept ImportError:\n    fcntl = None")) == []


def test_an_import_without_locks_tells_nothing_and_goes_on(db, tmp_path, monkeypatch):
    monkeypatch.setattr(import_progress, "fcntl", None)
    monkeypatch.setattr(import_progress, "_place", lambda _upload: tmp_path / "a.progress")
    with import_progress.Progress(Upload()) as progress:
        progress.tell(3, 9)
        assert import_progress.progress_of(Upload()) is None
    assert list(tmp_path.iterdir()) == []


def test_every_file_is_read_and_written_with_its_encoding():
    """Windows takes its own encoding where none is named, and Vietnamese is lost in it."""
    wanting = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in PROGRAM
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"read_text", "write_text"}
        and len(node.args) < (1 if node.func.attr == "read_text" else 2)
        and "encoding" not in {keyword.arg for keyword in node.keywords}
    ]
    assert wanting == []


@pytest.fixture(scope="module")
def pinned():
    return set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE))


def fetch(folder, *options):
    """Make a folder of wheels; without a registry there is nothing to try."""
    command = [sys.executable, "-m", "scripts.wheelhouse", "--to", str(folder), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "Could not fetch" in done.stderr or "Connection" in done.stderr:
        pytest.skip("no registry of packages can be reached from here")
    assert done.returncode == 0, done.stderr[-2000:]
    return {wheel.name.split("-")[0].lower().replace("_", "-") for wheel in folder.glob("*.whl")}


@pytest.mark.parametrize("version", ["3.11", "3.13"])
def test_everything_pinned_is_there_for_windows(tmp_path, pinned, version):
    names = fetch(tmp_path, "--windows", version)
    assert names == {name.lower().replace("_", "-").replace(".", "-") for name in pinned}
    assert list(tmp_path.glob("granian-*win_amd64.whl"))


def test_the_folder_installs_with_no_network(tmp_path, pinned):
    folder = tmp_path / "wheelhouse"
    assert len(fetch(folder)) == len(pinned)
    unreachable = {**os.environ, "PIP_CONFIG_FILE": os.devnull, "https_proxy": "http://127.0.0.1:9"}
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-compile"]
    install += ["--find-links", str(folder), "--require-hashes", "--target", str(tmp_path / "site")]
    install += ["--requirement", str(ROOT / "requirements.txt")]
    subprocess.run(install, check=True, env=unreachable, capture_output=True)
    start = [sys.executable, "-S", "-c", "import django, granian, plotly; print(django.__file__)"]
    done = subprocess.run(
        start,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(str(tmp_path))


def test_a_wheel_that_was_changed_is_refused(tmp_path):
    folder = tmp_path / "wheelhouse"
    fetch(folder)
    [wheel] = folder.glob("tzdata-*.whl")
    wheel.write_bytes(wheel.read_bytes() + b"x")
    install = [sys.executable, "-m", "pip", "install", "--no-index", "--dry-run", "--target"]
    install += [str(tmp_path / "site"), "--find-links", str(folder), "--require-hashes"]
    install += ["--requirement", str(ROOT / "requirements.txt")]
    done = subprocess.run(install, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "tzdata" in done.stderr


def test_what_is_asked_of_pip_takes_wheels_alone():
    asked = wheelhouse.command(Path("folder"), "3.12")
    assert asked[asked.index("--only-binary") + 1] == ":all:"
    assert asked[asked.index("--platform") + 1] == "win_amd64"
