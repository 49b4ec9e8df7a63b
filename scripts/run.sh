#!/bin/sh
# Prepares database and static files, then serves the site until it is told to stop.
set -eu
cd "$(dirname "$0")/.."
host=${HOST:-127.0.0.1}
port=${PORT:-8000}
python=.venv/bin/python

# Before anything is prepared: whether it can be served there at all.
export HOST="$host" PORT="$port"
"$python" -m kontum_qms.serve --check

"$python" manage.py migrate --verbosity 0
"$python" manage.py load_demo --if-empty
"$python" manage.py collectstatic --noinput --verbosity 0

case $host in
*:*) url="http://[$host]:$port/" ;;
*) url="http://$host:$port/" ;;
esac
echo "Serving on $url (stop with Ctrl-C)"

# The server may hang when a signal reaches it or a worker of it twice, as
# Ctrl-C does: from the terminal, and once more from above. So it runs in a
# session of its own and hears of every wish to end it here, as one TERM.
server=
stop() {
	trap '' INT TERM HUP
	[ -n "$server" ] || exit 0
	kill -TERM "$server" 2>/dev/null || true
}
trap stop INT TERM HUP

"$python" -c '
import os, sys
os.setsid()
os.execv(sys.executable, [sys.executable, "-m", "kontum_qms.serve"])
' &
server=$!

# A trapped signal ends a wait early; the last one tells how the server ended.
while :; do
	status=0
	wait "$server" || status=$?
	kill -0 "$server" 2>/dev/null || break
done
exit "$status"
