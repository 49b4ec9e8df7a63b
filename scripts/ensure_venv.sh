#!/bin/sh
# ensure_venv.sh requirements.txt|requirements-dev.txt
# Makes .venv and installs the locked requirements, if that is not done yet.
set -eu
cd "$(dirname "$0")/.."
wanted=$1
base_python=${PYTHON:-python3}
python=.venv/bin/python

fail() {
	echo "$*" >&2
	exit 1
}

new_enough() {
	"$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# What must be the same for an installation to be still good. The development
# file holds the base one too, so a venv made for the tests also runs the site.
contents() {
	"$python" -V
	case $1 in
	requirements-dev.txt) cat requirements.txt requirements-dev.txt ;;
	*) cat "$1" ;;
	esac
}

stamp() {
	echo ".venv/installed-$1"
}

if new_enough "$python" && contents "$wanted" | cmp -s - "$(stamp "$wanted")"; then
	exit 0
fi

# A venv cut short while it was made, or left behind by a Python since replaced, is made anew.
if ! new_enough "$python" || ! "$python" -m pip --version >/dev/null 2>&1; then
	command -v "$base_python" >/dev/null ||
		fail "$base_python is not found: install Python 3.11 or newer, or name one: make … PYTHON=/path/to/python3"
	new_enough "$base_python" ||
		fail "Python 3.11 or newer is needed, $base_python is $("$base_python" -V 2>&1): name another: make … PYTHON=/path/to/python3"
	"$base_python" -c 'import ensurepip, venv' 2>/dev/null ||
		fail "Python's venv module is missing: apt install python3-venv"
	echo "Making the virtual environment .venv …" >&2
	"$base_python" -m venv --clear .venv
fi

rm -f .venv/installed-*
echo "Installing $wanted into .venv …" >&2
case $wanted in
# Both at once, so that pip refuses two files that disagree.
requirements-dev.txt) set -- -r requirements.txt -r requirements-dev.txt ;;
*) set -- -r "$wanted" ;;
esac
"$python" -m pip install -qq --no-input --disable-pip-version-check --require-hashes "$@" ||
	fail "Installing $wanted failed; the reason stands above."

contents "$wanted" >"$(stamp "$wanted")"
if [ "$wanted" = requirements-dev.txt ]; then
	contents requirements.txt >"$(stamp requirements.txt)"
fi
