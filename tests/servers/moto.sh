#!/usr/bin/env bash
# Runs the suites of the archive on an S3-compatible store: moto, started on a free port of this machine and ended again.
#
# Usage: tests/servers/moto.sh [python with moto[server]]; says SKIPPED where moto is not installed.
set -euo pipefail
python=$(command -v "${1:-python3}")
case $python in /*) ;; *) python=$PWD/$python ;; esac
cd "$(dirname "$0")/../.."
if ! "$python" -c 'import moto.server' 2>/dev/null; then
    echo "S3 (moto) SKIPPED: moto[server] is not installed"
    exit 0
fi
port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
log=$(mktemp)
"$python" -c 'import sys; from moto.server import main; main(sys.argv[1:])' -H 127.0.0.1 -p "$port" >"$log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT
export AWS_ENDPOINT=http://127.0.0.1:$port AWS_ALLOW_HTTP=true AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
"$python" - "$AWS_ENDPOINT" <<'PY' || { cat "$log"; exit 1; }
import sys, time, urllib.request
for attempt in range(100):
    try:
        urllib.request.urlopen(urllib.request.Request(sys.argv[1] + "/uff", method="PUT")).read()
        break
    except OSError:
        time.sleep(0.2)
else:
    sys.exit("moto does not answer")
PY
export UFF_TEST_STORE=s3://uff
cargo test --locked --workspace --test suites --test system -- --nocapture the_environment_names kills_
tests/servers/postgres.sh
target=${CARGO_TARGET_DIR:-target}/debug/uff samples=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$log" "$samples"' EXIT
for sample in orsolvik-truck parcel-160kv; do
    "$target" convert "samples/$sample" -o "$samples/$sample.uff" --profiles samples/profiles --quiet >"$log"
done
"$python" tests/servers/lock.py "$AWS_ENDPOINT" "$target" "$samples/orsolvik-truck.uff" "$samples/parcel-160kv.uff"
echo "S3 (moto): suites of the store, kills while scans are put, and Object Lock agree"
