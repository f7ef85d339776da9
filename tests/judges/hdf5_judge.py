"""Judges a UFF file with programs that know nothing of this project: h5py, hashlib, h5dump, xmllint.

Usage: hdf5_judge.py SCHEMAS FILE...

For each file: every dataset is read by h5py and by h5dump, each digest is computed again by hashlib and compared with
the list in /integrity; attributes are compared with the arrays; the metadata document goes through xmllint with the
schema of its own version. Prints one line per file and judge; exits 1 when any disagrees.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import h5py
import numpy as np


class Disagreement(Exception):
    """A judge sees something else than the file says of itself."""


def check(condition, message):
    if not condition:
        raise Disagreement(message)


def datasets(file):
    found = {}
    file.visititems(lambda name, item: found.update({"/" + name: item}) if isinstance(item, h5py.Dataset) else None)
    return found


def as_bytes(dataset):
    """The decoded content: row by row, little-endian; text and opaque bytes as they are."""
    value = dataset[()]
    if isinstance(value, bytes):
        return value
    array = np.ascontiguousarray(value)
    if array.dtype.byteorder == ">" or (array.dtype.byteorder == "=" and sys.byteorder == "big"):
        array = array.byteswap()
    return array.tobytes()


def integrity(file):
    """The list of /integrity: entries "digest, two spaces, path"."""
    entries = {}
    for entry in np.asarray(file["integrity"][()]).reshape(-1):
        text = bytes(entry).rstrip(b"\0").decode("utf-8")
        digest, path = text.split("  ", 1)
        check(path not in entries, f"{path} is listed twice")
        entries[path] = digest
    return entries


def judge_h5py(file):
    listed = integrity(file)
    found = datasets(file)
    unlisted = set(found) - set(listed) - {"/integrity"}
    check(not unlisted, f"not listed in /integrity: {sorted(unlisted)}")
    check(not set(listed) - set(found), f"listed but absent: {sorted(set(listed) - set(found))}")
    for path, digest in listed.items():
        computed = hashlib.sha256(as_bytes(found[path])).hexdigest()
        check(computed == digest, f"{path}: h5py and hashlib give {computed}, /integrity says {digest}")
    images = [p for p in found if "/channels/" in p]
    check(images, "no image")
    for path in images:
        attributes = found[path].attrs
        for name, expected in [("CLASS", b"IMAGE"), ("axes", b"row,column"), ("IMAGE_SUBCLASS", b"IMAGE_GRAYSCALE")]:
            value = attributes.get(name)
            value = value.encode() if isinstance(value, str) else bytes(np.asarray(value).tobytes()).rstrip(b"\0")
            check(value == expected, f"{path}@{name} is {value!r}, not {expected!r}")
    return f"{len(listed)} datasets, {len(images)} images"


def dumped(path, name, form):
    """What h5dump writes of a dataset to a file; nothing for an empty one."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "dataset"
        subprocess.run(["h5dump", "-d", name, *form, "-o", out, path], check=True, capture_output=True)
        return out.read_bytes() if out.exists() else b""


def judge_h5dump(path, file):
    listed = integrity(file)
    for name, digest in listed.items():
        if h5py.check_string_dtype(file[name].dtype):
            # h5dump indents the lines of a text anew and writes some bytes as octal numbers, those from 0x80 on as negative
            # ones of 32 bits.
            text = dumped(path, name, ["-y", "-w", "0"]).strip()[1:-1]
            text = re.sub(rb"\\(37777777[0-7]{3}|[0-7]{3})", lambda m: bytes([int(m[1], 8) & 0xff]), text)
            check(text.split() == as_bytes(file[name]).split(), f"{name}: h5dump shows another text")
        else:
            computed = hashlib.sha256(dumped(path, name, ["-b", "LE"])).hexdigest()
            check(computed == digest, f"{name}: h5dump gives {computed}, /integrity says {digest}")
    header = subprocess.run(["h5dump", "-H", path], check=True, capture_output=True, text=True).stdout
    check("H5T_VARIABLE" not in header, "variable-length data, which some readers hang on when damaged")
    return f"{len(listed)} datasets"


def judge_metadata(file, schemas):
    document = as_bytes(file["metadata"]).rstrip(b"\0")
    root = ET.fromstring(document)
    namespace = root.tag[1:].split("}")[0]
    version = namespace.rsplit(":", 1)[-1]
    schema = schemas / f"uff-metadata-{version}.xsd"
    check(schema.exists(), f"no schema for {namespace}")
    scan_id = root.findtext(f"{{{namespace}}}identity/{{{namespace}}}scanId")
    attribute = file.attrs["uff_scan_id"]
    attribute = attribute if isinstance(attribute, str) else bytes(attribute).rstrip(b"\0").decode()
    check(scan_id == attribute, f"scan {scan_id} in the document, {attribute} in the file")
    views = root.findall(f"{{{namespace}}}view")
    for index, view in enumerate(views):
        shape = tuple(int(view.findtext(f"{{{namespace}}}{name}")) for name in ("rows", "columns"))
        for channel in view.findall(f"{{{namespace}}}channel"):
            name = channel.findtext(f"{{{namespace}}}id")
            dataset = file[f"views/{index}/channels/{name}"]
            check(dataset.shape == shape, f"view {index} {name}: {dataset.shape} in the file, {shape} in the document")
            digest = channel.findtext(f"{{{namespace}}}digest")
            check(digest == hashlib.sha256(as_bytes(dataset)).hexdigest(), f"view {index} {name}: digest differs")
    with tempfile.NamedTemporaryFile(suffix=".xml") as copy:
        copy.write(document)
        copy.flush()
        run = subprocess.run(["xmllint", "--noout", "--nonet", "--schema", schema, copy.name], capture_output=True, text=True)
        check(run.returncode == 0, run.stderr)
    return f"version {version}, {len(views)} views"


def main():
    schemas = Path(sys.argv[1])
    failed = False
    for path in map(Path, sys.argv[2:]):
        with h5py.File(path, "r") as file:
            judges = [
                (f"h5py {h5py.__version__}", True, lambda: judge_h5py(file)),
                ("h5dump", shutil.which("h5dump"), lambda: judge_h5dump(path, file)),
                ("xmllint", shutil.which("xmllint"), lambda: judge_metadata(file, schemas)),
            ]
            for name, there, judge in judges:
                if not there:
                    print(f"{path.name}: {name} SKIPPED, not installed")
                    continue
                try:
                    print(f"{path.name}: {name} agrees ({judge()})")
                except (Disagreement, subprocess.CalledProcessError) as e:
                    detail = getattr(e, "stderr", None) or e
                    print(f"{path.name}: {name} DISAGREES: {detail}")
                    failed = True
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
