#!/usr/bin/env bash
# Runs the suites of the archive on Azure Blob Storage as Azurite serves it, started on a free port of this machine and ended again.
#
# Usage: tests/servers/azurite.sh [azurite-blob]; the program comes with `npm install azurite`. Says SKIPPED where it is not.
set -euo pipefail
program=$(command -v "${1:-azurite-blob}" || true)
case $program in /* | "") ;; *) program=$PWD/$program ;; esac
cd "$(dirname "$0")/../.."
if [ -z "$program" ]; then
    echo "Azure (Azurite) SKIPPED: azurite-blob is not installed"
    exit 0
fi
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
data=$(mktemp -d)
"$program" --silent --inMemoryPersistence --disableTelemetry --skipApiVersionCheck \
    --blobHost 127.0.0.1 --blobPort "$port" >"$data/log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$data"' EXIT
# Account and key are those that every Azurite has, printed in its documentation.
export AZURE_STORAGE_USE_EMULATOR=true AZURITE_BLOB_STORAGE_URL=http://127.0.0.1:$port
python3 - "$port" <<'PY' || { cat "$data/log"; exit 1; }
import base64, email.utils, hashlib, hmac, sys, time, urllib.error, urllib.request
account = "devstoreaccount1"
key = base64.b64decode("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==")
for attempt in range(150):
    date = email.utils.formatdate(usegmt=True)
    headers = {"x-ms-date": date, "x-ms-version": "2021-08-06"}
    canonical = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    text = f"PUT\n\n\n\n\n\n\n\n\n\n\n\n{canonical}/{account}/{account}/uff\nrestype:container"
    signed = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
    headers["Authorization"] = f"SharedKey {account}:{signed}"
    url = f"http://127.0.0.1:{sys.argv[1]}/{account}/uff?restype=container"
    try:
        urllib.request.urlopen(urllib.request.Request(url, method="PUT", headers=headers)).read()
        break
    except urllib.error.HTTPError as e:
        sys.exit(f"Azurite says {e.code}: {e.read()[:500]}")
    except OSError:
        time.sleep(0.2)
else:
    sys.exit("Azurite does not answer")
PY
export UFF_TEST_STORE=az://uff
cargo test --locked --workspace --test suites --test archive --test system -- --nocapture the_environment_names kills_at_any_point
echo "Azure (Azurite): suites of the store, and kills while scans are put, agree"
