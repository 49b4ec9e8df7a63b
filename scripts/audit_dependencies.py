"""Asks whether anything that is pinned has a known vulnerability.

Where the data base of vulnerabilities cannot be reached, that is said aloud and is no failure:
the answer is then open, not good. A vulnerability, or a requirement without a hash, is one.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements.txt", "requirements-dev.txt")
PATIENCE = 120  # seconds for one file


def asked(file: str) -> list[dict[str, Any]] | None:
    """Return what pip-audit says of each package of a file, None where nobody answered."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", file, "--format", "json"]
    command += ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "--timeout", "20"]
    try:
        done = subprocess.run(
            command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
        )
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError, KeyError):
        return None
    return found


def vulnerable(packages: list[dict[str, Any]]) -> list[str]:
    """Return a line for every known vulnerability."""
    return [
        f"{package['name']} {package['version']}: {one['id']}, "
        f"mended in {', '.join(one['fix_versions']) or 'no version yet'}"
        for package in packages
        for one in package.get("vulns", ())
    ]


def report() -> tuple[list[str], bool]:
    """Return what to say of each file, and whether nothing is known to be vulnerable."""
    said: list[str] = []
    found: list[str] = []
    for file in FILES:
        packages = asked(file)
        answered = [one for one in packages or () if "skip_reason" not in one]
        if answered:
            said.append(f"{file}: {len(answered)} of {len(packages or ())} packages audited.")
            found += vulnerable(answered)
        else:
            said.append(f"{file}: NOT AUDITED, the data base of vulnerabilities does not answer.")
    return said + found, not found


if __name__ == "__main__":
    lines, is_clean = report()
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(not is_clean)
