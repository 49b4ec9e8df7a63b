#!/bin/sh
# Makes sure that Playwright runs and finds a Chromium. Prints the browser's
# path, or an empty line where Playwright is to take its own.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python

fail() {
	echo "$*" >&2
	exit 1
}

works() {
	command -v "$1" >/dev/null && "$1" --version >/dev/null 2>&1
}

# The headless shell is the same browser without windows, and opens a page in a third of the time.
# Ubuntu's chromium-browser may be a mere pointer to a snap, hence the trial of each.
on_path() {
	for name in chromium-headless-shell chromium chromium-browser google-chrome; do
		if works "$name"; then
			command -v "$name"
			return
		fi
	done
	return 1
}

playwrights_own() {
	"$python" - >/dev/null 2>&1 <<'END'
from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    playwright.chromium.launch().close()
END
}

if [ -n "${CHROMIUM:-}" ]; then
	works "$CHROMIUM" || fail "CHROMIUM=$CHROMIUM is no browser that runs: correct it, or unset it to have one found."
fi

# The Node that comes inside Playwright is linked to libatomic.
if ! "$python" -m playwright --version >/dev/null 2>&1; then
	reason=$(sh scripts/apt_install.sh libatomic1) ||
		fail "Playwright does not run; its Node needs libatomic (Debian: apt install libatomic1) ($reason)"
	"$python" -m playwright --version >/dev/null 2>&1 ||
		fail "Playwright does not run, though libatomic1 is installed: .venv/bin/python -m playwright --version tells why."
fi

if [ -n "${CHROMIUM:-}" ]; then
	command -v "$CHROMIUM"
	exit
fi
if on_path; then
	exit
fi
if playwrights_own; then
	echo
	exit
fi

echo "Installing Chromium for the browser tests …" >&2
if sh scripts/apt_install.sh chromium-headless-shell libatomic1 >/dev/null && on_path; then
	exit
fi
if reason=$(sh scripts/apt_install.sh chromium libatomic1) && on_path; then
	exit
fi
if "$python" -m playwright install chromium >/dev/null 2>&1 && playwrights_own; then
	echo
	exit
fi
fail "The browser tests need a Chromium: install one (Debian: apt install chromium), or name one in CHROMIUM (here: ${reason:-installed, but it does not run}; Playwright could not fetch its own)"
