#!/bin/sh
# A PostgreSQL server of its own on a loopback port, with nothing in it; gone when it ends. Yours would be elsewhere.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -n "$bin" ]; then PATH=$bin:$PATH; fi
data=$(mktemp -d /tmp/benchtop-database.XXXXXX)
server=

# PostgreSQL does not run as root.
as_owner() {
	if [ "$(id -u)" = 0 ]; then runuser -u postgres -- env PATH="$PATH" "$@"; else "$@"; fi
}

end() {
	# To be told a second time changes nothing.
	trap '' TERM INT
	# Nothing of it is kept, so it need not take its time.
	kill -QUIT "$(head -n 1 "$data/db/postmaster.pid" 2>/dev/null)" 2>/dev/null || true
	if [ -n "$server" ]; then wait "$server" || true; fi
	rm -rf "$data"
}
trap end EXIT
trap 'exit 0' TERM INT

if [ "$(id -u)" = 0 ]; then chown postgres "$data"; fi
cd /
as_owner initdb -D "$data/db" -U shop --auth=trust --no-sync -E UTF8 >/dev/null
as_owner postgres -D "$data/db" -p "$PORT" -k "$data" -c listen_addresses=127.0.0.1 &
server=$!
wait "$server"
