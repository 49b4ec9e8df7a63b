#!/bin/sh
# apt_install.sh PACKAGE…
# Installs Debian packages as root on a system with apt; elsewhere, or when
# that fails, prints the reason in one line and exits 1.
set -u

if ! command -v apt-get >/dev/null; then
	echo "apt-get is not found"
	exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "only root can install packages"
	exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
# A list that cannot be fetched anew may still be good enough.
apt-get -o DPkg::Lock::Timeout=300 update >"$log" 2>&1 </dev/null
if ! apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" >>"$log" 2>&1 </dev/null; then
	tail -n 1 "$log"
	exit 1
fi
