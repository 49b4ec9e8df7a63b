#!/bin/sh
# upgrade.sh BACKUPS [REVISION]
# Upgrades the site in the folder that holds this script: backs up into the folder BACKUPS, checks
# the backup with the new program, installs, migrates, checks. Stops at the first thing that fails
# and says how to go back. With REVISION the program is first taken from git; without it the new
# program is already in place.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python

fail() {
	echo "$*" >&2
	exit 1
}

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
	echo "usage: upgrade.sh BACKUPS [REVISION]" >&2
	exit 2
fi
backups=$1
revision=${2:-}
[ -x "$python" ] || fail "There is no .venv here: this is no installation that could be upgraded."

echo "1. Backup into $backups …"
mkdir -p "$backups"
"$python" manage.py backup "$backups" || fail "No backup, no upgrade: nothing was changed."
newest=$(find "$backups" -maxdepth 1 -name 'kontum-qms-*.zip' | sort | tail -n 1)
[ -n "$newest" ] || fail "The backup is not where it should be ($backups): nothing was changed."

before=
back() {
	echo "The upgrade stopped at: $1." >&2
	[ -z "$before" ] || echo "The former program: git checkout $before, then sh scripts/ensure_venv.sh requirements.txt" >&2
	echo "The former records: manage.py restore $newest, into an empty database (docs/backup.md)." >&2
	exit 1
}

if [ -n "$revision" ]; then
	echo "2. The program $revision …"
	before=$(git rev-parse HEAD)
	git checkout --quiet "$revision" || { before=; back "taking the program (nothing was changed)"; }
else
	echo "2. The program is the one in place."
fi

echo "3. What it needs …"
sh scripts/ensure_venv.sh requirements.txt || back "installing"

echo "4. The backup, read by the new program …"
"$python" manage.py restore "$newest" --check || back "reading the backup (the database is untouched)"

echo "5. The database …"
"$python" manage.py migrate --verbosity 0 || back "migrating"
"$python" manage.py collectstatic --noinput --verbosity 0 || back "collecting static files"

echo "6. What was recorded …"
"$python" manage.py check_history || back "reading the histories"
"$python" manage.py audit_verify || back "reading the record of acts"

echo "Done. Now: systemctl restart kontum-qms (nobody is turned away), and look at /readyz/."
