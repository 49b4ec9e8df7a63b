#!/usr/bin/env bash
# with_postgres.sh COMMAND…
# Runs COMMAND with DATABASE_URL naming a PostgreSQL server that is made for it alone and thrown away afterwards.
set -euo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)

fail() {
	echo "$*" >&2
	exit 1
}

if [ $# -eq 0 ]; then
	echo "usage: with_postgres.sh COMMAND…" >&2
	exit 2
fi

# Debian keeps the server's programs off PATH, one folder for each version.
find_programs() {
	local initdb
	initdb=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
	[ -n "$initdb" ] || initdb=$(command -v initdb) || return 1
	dirname "$initdb"
}

if ! programs=$(find_programs); then
	echo "Installing PostgreSQL …" >&2
	reason=$(sh "$scripts/apt_install.sh" postgresql) ||
		fail "PostgreSQL's server programs are missing: apt install postgresql ($reason)"
	programs=$(find_programs) ||
		fail "PostgreSQL's server programs are missing, though Debian's package postgresql is installed."
fi

# PostgreSQL refuses to run as root.
owner=$(id -un)
if [ "$(id -u)" -eq 0 ]; then
	owner=postgres
	id "$owner" >/dev/null 2>&1 || owner=nobody
fi
as_owner() {
	if [ "$(id -un)" = "$owner" ]; then "$@"; else runuser -u "$owner" -- "$@"; fi
}

# Whatever PGHOST, PGSSLMODE and the like say, they speak of another server.
for name in ${!PG@}; do unset "$name"; done

scratch=$(mktemp -d)
child=
finish() {
	trap '' INT TERM HUP
	[ -z "$child" ] || kill -TERM "$child" 2>/dev/null || true
	(cd "$scratch" && as_owner "$programs/pg_ctl" -D data -m immediate -w stop) >/dev/null 2>&1 || true
	rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 143' TERM
trap 'exit 129' HUP
# Ctrl-C has reached COMMAND too, which may have something to say; a second one ends the wait.
trap 'trap "exit 130" INT; [ -z "$child" ] || wait "$child"; exit 130' INT

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
port=$("${PYTHON:-python3}" -c '
import socket
print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')

# From inside the folder: the owner may not be allowed to read the current one.
start() (
	cd "$scratch"
	as_owner "$programs/initdb" -D data -U postgres -E UTF8 --locale=C.UTF-8 \
		--auth-local=trust --auth-host=scram-sha-256 --no-sync || exit
	# Nothing here outlives the run, so nothing is made safe against a crash.
	cat >>data/postgresql.conf <<-END
		listen_addresses = '127.0.0.1'
		port = $port
		unix_socket_directories = '$scratch'
		max_connections = 50
		fsync = off
		synchronous_commit = off
		full_page_writes = off
	END
	as_owner "$programs/pg_ctl" -D data -l server.log -w -t 60 start || {
		cat server.log
		exit 1
	}
	# An ordinary role, as in an office: the site shall need no superuser, not even for btree_gist.
	as_owner "$programs/psql" -X -q -v ON_ERROR_STOP=1 -h "$scratch" -p "$port" -U postgres postgres <<-END
		CREATE ROLE kontum_qms LOGIN CREATEDB PASSWORD '$password';
		CREATE DATABASE kontum_qms OWNER kontum_qms;
	END
)

chown "$owner" "$scratch"
if ! said=$(start 2>&1); then
	fail "$said"$'\n'"The scratch PostgreSQL server did not start; the reason stands above."
fi

# In the background, so that a signal stops the server at once and not only
# when COMMAND ends; there bash would let it ignore Ctrl-C and read nothing.
export SCRATCH_POSTGRES="$(command -v runuser >/dev/null && [ "$(id -un)" != "$owner" ] && echo "runuser -u $owner --") $programs/pg_ctl -D $scratch/data -l $scratch/server.log -w"
export DATABASE_URL="postgres://kontum_qms:$password@127.0.0.1:$port/kontum_qms"
(
	trap - INT TERM HUP
	exec "$@"
) <&0 &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
