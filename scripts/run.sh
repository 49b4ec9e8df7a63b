#!/bin/sh
# Prepares database and static files, then serves the site until it is told to stop.
set -eu
cd "$(dirname "$0")/.."
host=${HOST:-127.0.0.1}
port=${PORT:-8000}
python=.venv/bin/python

# The server binds with SO_REUSEPORT: a second one would quietly share the
# port with the first. A plain bind beforehand finds that out. And it takes
# addresses only, no name like localhost.
address=$("$python" - "$host" "$port" <<'END'
import errno
import socket
import sys

host, port = sys.argv[1:]
if not (port.isdecimal() and 0 < int(port) < 65536):
    sys.exit(f"PORT is a number from 1 to 65535, not {port!r}.")
try:
    family, *_, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
    socket.create_server(address[:2], family=family).close()
except OSError as error:
    if error.errno == errno.EADDRINUSE:
        sys.exit(f"Port {port} on {host} is in use: stop what listens there or take another, as in make run PORT=8001")
    sys.exit(f"Cannot listen on {host}, port {port}: {error}")
print(address[0])
END
)

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

# Each thread holds a database connection of its own, hence few of them.
"$python" -c '
import os, sys
os.setsid()
os.execv(sys.executable, [sys.executable, "-m", "granian", *sys.argv[1:]])
' --interface wsgi --host "$address" --port "$port" --workers 2 --blocking-threads 4 --no-ws \
	--respawn-failed-workers --workers-kill-timeout 5 --log-level warning kontum_qms.wsgi:application &
server=$!

# A trapped signal ends a wait early; the last one tells how the server ended.
while :; do
	status=0
	wait "$server" || status=$?
	kill -0 "$server" 2>/dev/null || break
done
exit "$status"
