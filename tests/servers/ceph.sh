#!/usr/bin/env bash
# Runs the suites of the archive on Ceph's S3 gateway: one monitor, one OSD in memory, one gateway, all in one folder, on free
# ports of this machine, and ended again. Needs root and Debian's packages radosgw, ceph-mon, ceph-osd, ceph-common.
#
# Usage: tests/servers/ceph.sh; says SKIPPED where a program or a right is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
for program in ceph-mon ceph-osd radosgw radosgw-admin monmaptool ceph; do
    command -v "$program" >/dev/null || { echo "S3 (Ceph) SKIPPED: $program is not installed"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "S3 (Ceph) SKIPPED: its processes need root"; exit 0; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
mon=$(free_port) port=$(free_port)
dir=$(mktemp -d)
pids=()
trap 'kill -9 "${pids[@]}" 2>/dev/null || true; rm -rf "$dir"' EXIT
fsid=$(cat /proc/sys/kernel/random/uuid)
cat >"$dir/ceph.conf" <<CONF
[global]
fsid = $fsid
mon host = v1:127.0.0.1:$mon
ms bind msgr2 = false
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd crush chooseleaf type = 0
osd crush update on start = false
osd class update on start = false
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd objectstore = memstore
memstore device bytes = 4294967296
mon data = $dir/mon
osd data = $dir/osd
rgw data = $dir/rgw
run dir = $dir
log file = $dir/\$name.log
admin socket = $dir/\$name.asok
pid file = $dir/\$name.pid
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$port
CONF
export CEPH_CONF=$dir/ceph.conf
mkdir -p "$dir/mon" "$dir/osd" "$dir/rgw"
{
    monmaptool --create --fsid "$fsid" --addv a "[v1:127.0.0.1:$mon]" "$dir/monmap"
    ceph-mon -i a --mkfs --monmap "$dir/monmap"
} >"$dir/setup.log" 2>&1 || { cat "$dir/setup.log"; exit 1; }
ceph-mon -i a -f >>"$dir/setup.log" 2>&1 &
pids+=($!)
{
    osd=$(cat /proc/sys/kernel/random/uuid)
    timeout 60 ceph osd new "$osd"
    ceph-osd -i 0 --mkfs --osd-uuid "$osd"
    timeout 60 ceph osd crush add osd.0 1 root=default host=h
} >>"$dir/setup.log" 2>&1 || { cat "$dir/setup.log"; exit 1; }
ceph-osd -i 0 -f >>"$dir/setup.log" 2>&1 &
pids+=($!)
radosgw -n client.rgw -f >>"$dir/setup.log" 2>&1 &
pids+=($!)
timeout 120 radosgw-admin -n client.rgw user create --uid uff --display-name uff --access-key test --secret-key test \
    >>"$dir/setup.log" 2>&1 || { tail -50 "$dir/setup.log"; exit 1; }
export AWS_ENDPOINT=http://127.0.0.1:$port AWS_ALLOW_HTTP=true AWS_REGION=default
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
python3 - "$port" <<'PY' || { tail -50 "$dir/setup.log"; exit 1; }
import base64, email.utils, hashlib, hmac, sys, time, urllib.error, urllib.request
for attempt in range(300):
    # Signature of version 2, which is short; what is tested afterwards signs with version 4.
    date = email.utils.formatdate(usegmt=True)
    signed = base64.b64encode(hmac.new(b"test", f"PUT\n\n\n{date}\n/uff".encode(), hashlib.sha1).digest()).decode()
    headers = {"Date": date, "Authorization": f"AWS test:{signed}"}
    try:
        urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/uff", method="PUT", headers=headers)).read()
        break
    except urllib.error.HTTPError as e:
        if e.code < 500 and attempt > 250:
            sys.exit(f"the gateway says {e.code}: {e.read()[:500]}")
        time.sleep(0.2)
    except OSError:
        time.sleep(0.2)
else:
    sys.exit("the gateway does not answer")
PY
export UFF_TEST_STORE=s3://uff
cargo test --locked --workspace --test suites --test archive --test system -- --nocapture the_environment_names kills_
echo "S3 (Ceph $(radosgw --version | awk '{print $3}')): suites of the store, and kills of every kind, agree"
