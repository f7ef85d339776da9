#!/usr/bin/env python3
"""Whether an S3 server with Object Lock keeps what the archive has it keep: tries to remove versions behind the archive's back.

Usage: tests/servers/lock.py ENDPOINT UFF SAMPLE.uff SAMPLE.uff; credentials test and test, the first sample shows a lorry, the other
one something else. What is asked of the server here is signed by other code than that of the archive (Signature Version 2).
"""

import base64
import email.utils
import hashlib
import hmac
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

BUCKET = "uff-locked"
RULES = "[[rule]]\nname = 'lorries'\nobject = 'truck'\nmode = 'compliance'\nimage = '10y'\nnames = '2d'\n"


def ask(endpoint, method, resource, query="", headers=None):
    """Sends a signed request; returns the status and what the server said."""
    headers = dict(headers or {})
    date = email.utils.formatdate(usegmt=True)
    amz = "".join(f"{name}:{value}\n" for name, value in sorted(headers.items()))
    text = f"{method}\n\n\n{date}\n{amz}{resource}" + (f"?{query}" if query else "")
    signed = base64.b64encode(hmac.new(b"test", text.encode(), hashlib.sha1).digest()).decode()
    headers |= {"Date": date, "Authorization": f"AWS test:{signed}"}
    name, _, value = query.partition("=")
    asked = (f"?{name}" + (f"={urllib.parse.quote(value)}" if value else "")) if query else ""
    request = urllib.request.Request(endpoint + resource + asked, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()


def main(endpoint, uff, lorry, other):
    status, said = ask(endpoint, "PUT", f"/{BUCKET}", headers={"x-amz-bucket-object-lock-enabled": "true"})
    assert status == 200, said
    folder = pathlib.Path(tempfile.mkdtemp())
    place = ["-a", f"s3://{BUCKET}/worm", "--catalog", str(folder / "c.sqlite"), "--custody-key", str(folder / "key")]
    (folder / "policy.toml").write_text(RULES)

    def archive(*arguments):
        run = [uff, "archive", *arguments, *place, "--actor", "anna", "--json"]
        done = subprocess.run(run, capture_output=True, text=True)
        assert done.returncode == 0, f"{run}: {done.returncode}\n{done.stdout}{done.stderr}"
        return [json.loads(line) for line in done.stdout.splitlines()]

    def versions(scan):
        """Returns paths and versions of the content of a scan."""
        status, said = ask(endpoint, "GET", f"/{BUCKET}", "versions")
        assert status == 200, said
        found = []
        for version in ElementTree.fromstring(said).findall("{*}Version"):
            key, number = (version.find("{*}" + name).text for name in ("Key", "VersionId"))
            if scan in key and "/content/" in key:
                found.append((key, number))
        assert found, f"no content of {scan}"
        return found

    def try_to_remove(scan):
        """Tries to remove every version of the content of a scan; tells how many the server keeps."""
        found = versions(scan)
        answers = [ask(endpoint, "DELETE", f"/{BUCKET}/{urllib.parse.quote(key)}", f"versionId={number}") for key, number in found]
        assert all(status in (204, 403) for status, _ in answers), answers
        return sum(status == 403 for status, _ in answers), len(found)

    seen = archive("init")[0]["store"]
    assert seen["objectLock"] == "possible" and seen["keepsVersions"], seen
    lorry = archive("put", lorry)[0]["scan"]["scanId"]
    archive("retention", str(folder / "policy.toml"))
    expired = archive("expire")[0]
    assert expired["locked"] == [lorry], expired
    assert "locked" not in archive("expire")[0], "it is locked already"
    other = archive("put", other)[0]["scan"]["scanId"]
    hold = archive("hold", other, "--holder", "Court", "--reason", "Case 1")[0]
    for scan in (lorry, other):
        kept, count = try_to_remove(scan)
        assert kept == count, f"{scan}: {kept} of {count} versions kept"
        print(f"  {scan}: the server keeps all {count} versions of content")
    archive("release", other, hold["hold"])
    kept, count = try_to_remove(other)
    assert kept == 0, f"{other}: {kept} of {count} versions kept after the hold ended"
    print(f"  {other}: none of {count} after the hold ended")
    archive("verify", lorry)


if __name__ == "__main__":
    main(*sys.argv[1:])
