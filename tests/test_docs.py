"""What the documents say is true of the tree."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_every_setting_from_the_environment_is_in_the_table():
    source = read("kontum_qms/settings.py") + read("kontum_qms/serve.py")
    settings = set(re.findall(r'(?:env\.\w+|at_least)\(\s*"(\w+)"', source))
    settings -= {"LISTEN_FDS", "LISTEN_PID"}  # said by the service manager, not by the office
    table = set(re.findall(r"^\| `(\w+)`", read("docs/settings.md"), re.MULTILINE))
    assert settings == table


def test_the_version_that_sent_reports_name_is_the_products():
    assert f'\nversion = "{settings.VERSION}"\n' in read("pyproject.toml")


def test_every_command_is_in_the_table():
    commands = {
        path.stem
        for app in ("agencies", "activities", "reports")
        for path in (ROOT / app / "management" / "commands").glob("[a-z]*.py")
    }
    table = set(re.findall(r"^\| `manage\.py (\w+)", read("docs/commands.md"), re.MULTILINE))
    assert commands == table


def test_the_map_names_what_is_there():
    section = read("README.md").split("## The map of the house")[1].split("## Words")[0]
    for row in re.findall(r"^\| (`.+?`) \|", section, re.MULTILINE):
        names = re.findall(r"`([^`]+)`", row)
        folder = names[0].rpartition("/")[0] if not names[0].endswith("/") else ""
        for name in names:
            places = [ROOT / name, ROOT / folder / name, ROOT / names[0].split("/")[0] / name]
            assert any(place.exists() for place in places), name


def test_every_app_and_folder_is_on_the_map():
    section = read("README.md").split("## The map of the house")[1]
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name[0] != "."}
    for folder in folders - {"var", "test-results", "__pycache__"}:
        assert f"`{folder}/" in section, folder


def test_the_words_of_code_are_in_code():
    words = read("README.md").split("## Words")[1]
    source = "".join(
        path.read_text("utf-8")
        for app in ("agencies", "activities")
        for path in (ROOT / app).rglob("*.py")
    )
    for word in re.findall(r"`(\w+)(?:\.\w+)?`", words):
        assert f"class {word}" in source, word


def test_dependencies_carry_a_reason():
    text = read("pyproject.toml").split("[tool.")[0]
    lines = [line for line in text.splitlines() if line.startswith('    "')]
    assert lines
    assert [line for line in lines if "  # " not in line] == []


def test_requirements_are_locked_by_hash_and_name_no_address():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = read(name)
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "index-url" not in text
        for pinned in re.findall(r"^(\S+)(?= \\$)", text, re.MULTILINE):
            assert "==" in pinned
    base, dev = (
        set(re.findall(r"^\S+==\S+", read(name), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert base <= dev


def test_every_test_that_the_security_page_names_is_there():
    named = set(re.findall(r"(?:tests|scripts)/\w+\.py", read("docs/security.md")))
    assert len(named) > 10
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
