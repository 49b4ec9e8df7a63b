"""What the product is built of: pinned by hash, each with its reason, asked about."""

import json
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts import audit_dependencies

ROOT = Path(__file__).resolve().parent.parent
CLEAN = {"name": "a", "version": "1", "vulns": []}
SKIPPED = {"name": "b", "skip_reason": "not found"}
KNOWN = {"name": "c", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1"]}]}


@pytest.mark.parametrize("file", audit_dependencies.FILES)
def test_every_requirement_is_pinned_by_hash(file):
    text = (ROOT / file).read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text)
    pinned = [entry for entry in entries if not entry.startswith("#") and entry.strip()]
    assert len(pinned) > 20
    for entry in pinned:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_every_dependency_has_a_line_of_reason():
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    named = [line for line in lines if re.match(r'    "[a-z][^"]*>=[^"]*",', line)]
    assert len(named) > 20
    assert [line for line in named if not re.search(r"# +\S+ \S+", line)] == []


@pytest.mark.parametrize(
    ("answer", "said", "is_clean"),
    [
        ({"dependencies": [CLEAN, SKIPPED]}, "1 of 2 packages audited", True),
        ({"dependencies": [SKIPPED]}, "NOT AUDITED", True),
        (None, "NOT AUDITED", True),
        ({"dependencies": [CLEAN, KNOWN]}, "c 2: CVE-1, mended in 2.1", False),
    ],
)
def test_what_the_audit_says(monkeypatch, answer, said, is_clean):
    output = "" if answer is None else json.dumps(answer)
    done = SimpleNamespace(stdout=output)
    monkeypatch.setattr(subprocess, "run", lambda *given, **named: done)
    lines, clean = audit_dependencies.report()
    assert any(said in line for line in lines)
    assert clean == is_clean
