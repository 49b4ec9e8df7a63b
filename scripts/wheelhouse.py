"""Makes a folder of wheels from which the site installs without a network.

    python -m scripts.wheelhouse [--to wheelhouse] [--windows 3.11]

Everything is checked against the hashes in requirements.txt. `--windows` fetches wheels for
Windows with 64 bits and that version of Python, on any system; otherwise they are for the Python
that runs this.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def command(folder: Path, windows: str) -> list[str]:
    """Return what is asked of pip; for Windows only wheels, as nothing can be built for it here."""
    asked = [sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes", "--no-deps"]
    asked += ["--disable-pip-version-check", "--only-binary", ":all:", "--dest", str(folder)]
    if windows:
        asked += ["--platform", "win_amd64", "--python-version", windows, "--implementation", "cp"]
    return [*asked, "--requirement", str(ROOT / "requirements.txt")]


def main() -> None:
    """Fetch the wheels and say how many there are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--to", type=Path, default=ROOT / "wheelhouse")
    parser.add_argument("--windows", default="", metavar="VERSION", help="as 3.11, 3.12 or 3.13")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    if status := subprocess.run(command(given.to, given.windows), check=False).returncode:
        sys.exit(status)
    wheels = list(given.to.glob("*.whl"))
    size = sum(wheel.stat().st_size for wheel in wheels) / 1_000_000
    sys.stdout.write(f"{len(wheels)} wheels, {size:.0f} MB, in {given.to}\n")


if __name__ == "__main__":
    main()
