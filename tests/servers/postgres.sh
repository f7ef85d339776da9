#!/usr/bin/env bash
# Runs the suites of the archive with its catalogue in PostgreSQL: a server of its own, started on a free port of this machine
# as its own user, never root, and ended again.
#
# Usage: tests/servers/postgres.sh [COMMAND…]; says SKIPPED where PostgreSQL is not installed. Where UFF_TEST_STORE names a store,
# the archives lie there. A command runs in the place of the suites, with the database in UFF_TEST_CATALOG, such as
# tests/servers/postgres.sh cargo bench -p archive --bench catalog
set -euo pipefail
cd "$(dirname "$0")/../.."
programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
if [ -z "$programs" ]; then
    programs=$(dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)")
fi
if [ ! -x "$programs/initdb" ]; then
    echo "PostgreSQL SKIPPED: no server is installed"
    exit 0
fi
as_server() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    id postgres >/dev/null 2>&1 || { echo "PostgreSQL SKIPPED: no user to run it as"; exit 0; }
    as_server() { runuser -u postgres -- "$@"; }
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
data=$(mktemp -d)
[ "$(id -u)" = 0 ] && chown postgres "$data"
chmod 700 "$data"
trap 'cd /; as_server "$programs/pg_ctl" -D "$data/db" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$data"' EXIT
(cd "$data" && as_server "$programs/initdb" -D "$data/db" -A trust --no-sync -E UTF8 --locale C.UTF-8 -U uff >/dev/null)
(cd "$data" && as_server "$programs/pg_ctl" -D "$data/db" -l "$data/log" -w start \
    -o "-p $port -c listen_addresses=127.0.0.1 -k $data -c fsync=off" >/dev/null) || { cat "$data/log"; exit 1; }
export UFF_TEST_CATALOG=postgres://uff@127.0.0.1:$port/postgres
if [ $# -gt 0 ]; then
    "$@"
    exit
fi
cargo test --locked --workspace --test suites --test system -- --nocapture catalogue_that_the_environment_names kills_
echo "PostgreSQL: suites of the catalogue, and kills while scans are put, agree"
