"""The examples for servers are what they say: nginx, systemd and the settings know every word."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
# Of the images and of Python, not of this site.
FOREIGN = {"POSTGRES_DB", "POSTGRES_USER", "POSTGRES_PASSWORD", "HOST_NAME", "PYTHONUNBUFFERED"}
NGINX, OPENSSL = shutil.which("nginx") or "", shutil.which("openssl") or ""
SYSTEMD = shutil.which("systemd-analyze") or ""
REQUEST = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]


def known_settings():
    table = (ROOT / "docs" / "settings.md").read_text("utf-8")
    return set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))


@pytest.mark.parametrize(
    ("file", "pattern"),
    [
        ("kontum-qms.env", r"^#?([A-Z_]+)="),
        ("container/compose.yaml", r"^      ([A-Z_]+):"),
        ("container/Dockerfile", r"^(?:ENV|   ) ([A-Z_]+)="),
    ],
)
def test_every_variable_is_a_setting(file, pattern):
    named = set(re.findall(pattern, (DEPLOY / file).read_text("utf-8"), re.MULTILINE))
    assert len(named) > 3
    assert named - FOREIGN <= known_settings()


def test_the_image_holds_what_the_program_is_made_of():
    copied = re.findall(
        r"^COPY (.+) \S+$", (DEPLOY / "container/Dockerfile").read_text(), re.MULTILINE
    )
    names = {name for line in copied for name in line.split()}
    needed = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}
    assert needed - {"tests", "scripts"} <= names
    assert {"manage.py", "requirements.txt", "templates", "static", "fixtures", "locale"} <= names
    assert all((ROOT / name).exists() for name in names)


def test_units_run_commands_that_are_there():
    for unit in (DEPLOY / "systemd").glob("*.service"):
        [command] = re.findall(r"^ExecStart=\S+/python (.+)$", unit.read_text(), re.MULTILINE)
        if command.startswith("-m "):
            assert (ROOT / f"{command[3:].replace('.', '/')}.py").exists()
        else:
            name = command.split()[1]
            assert list(ROOT.glob(f"*/management/commands/{name}.py")), name


def test_the_unit_waits_longer_than_the_server_takes_to_end():
    unit = (DEPLOY / "systemd/kontum-qms.service").read_text()
    table = (ROOT / "docs" / "settings.md").read_text("utf-8")
    seconds = int(re.findall(r"^\| `STOP_SECONDS` \| `(\d+)`", table, re.MULTILINE)[0])
    assert int(re.findall(r"TimeoutStopSec=(\d+)", unit)[0]) > seconds


@pytest.mark.skipif(not SYSTEMD, reason="systemd is not installed")
def test_systemd_knows_every_line(tmp_path):
    for unit in (DEPLOY / "systemd").iterdir():
        # The program lies elsewhere here, and the account is not there.
        text = unit.read_text().replace("/opt/kontum-qms/.venv/bin/python", "/bin/true")
        text = re.sub("^(User|Group|EnvironmentFile)=.*\n", "", text, flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text.replace("/opt/kontum-qms", "/"))
    done = subprocess.run(
        [SYSTEMD, "verify", *sorted(map(str, tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    about_these = [line for line in done.stderr.splitlines() if str(tmp_path) in line]
    assert about_these == []


@pytest.mark.skipif(
    not (NGINX and OPENSSL),
    reason="nginx or openssl is not installed: apt install nginx-light openssl",
)
def test_nginx_knows_every_line(tmp_path):
    subprocess.run(
        [
            OPENSSL,
            *REQUEST,
            "-keyout",
            tmp_path / "privkey.pem",
            "-out",
            tmp_path / "fullchain.pem",
        ],
        check=True,
        capture_output=True,
    )
    for name in ("upstream.conf", "proxy.conf"):
        shutil.copy(DEPLOY / "nginx" / name, tmp_path)
    site = (DEPLOY / "nginx/kontum-qms.conf").read_text()
    site = site.replace("/etc/nginx/kontum-qms", str(tmp_path))
    site = site.replace("/etc/ssl/kontum-qms", str(tmp_path))
    frame = f"pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} http {{ {site} }}"
    (tmp_path / "nginx.conf").write_text(frame)
    done = subprocess.run(
        [NGINX, "-t", "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr
