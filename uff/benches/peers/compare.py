#!/usr/bin/env python3
"""Runs the benches of crate `uff` and the same jobs in NumPy and h5py in one run, and prints the ratios.

usage: compare.py [--readme]      (from anywhere; needs NumPy, h5py, tifffile, Pillow and pydicom)

Both sides read the same arrays, written by the codec bench to target/bench-data. Medians are compared. With --readme
the table between the markers `<!-- benchmarks -->` and `<!-- /benchmarks -->` of README.md is replaced.
"""

import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys

import h5py

ROOT = pathlib.Path(__file__).resolve().parents[3]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
DATA = TARGET / "bench-data"

# Row of the table: what, criterion id, job of peers.py, what the peer does.
ROWS = [
    ("Convert a delivery to UFF: read, digests, overviews, compress, write; 1 thread", "codec/convert_1", "write",
     "h5py writes the two arrays (shuffle + gzip 4), 1 thread"),
    ("The same, 2 threads", "codec/convert_2", "write", "the same"),
    ("The same with read-back and comparison of every sample and original byte, 2 threads", "codec/convert_verified_2",
     "write", "the same, nothing compared"),
    ("Open a file: structure and metadata", "codec/open", "open", "h5py opens and asks one shape"),
    ("Read a 256 × 256 region of a closed file", "codec/region", "region", "h5py opens and slices"),
    ("Read both channels whole, 2 threads", "codec/read_2", "read", "h5py reads both arrays"),
    ("Attenuation and look-up inversion to Z and areal density, with uncertainty and class",
     ("material/attenuation of a pair", "material/look-up inversion"), "inversion",
     "NumPy log, index, gather on a 1024² table"),
    ("First look at the material, pixel by pixel from samples to Z, areal density, class, confidence and remarks, 1 thread",
     "material/first look, 1 thread", "inversion", "the same"),
    ("Look-up inversion alone, of attenuations that are there, with second solution, uncertainty and class, 1 thread",
     "material/look-up inversion, 1 thread", "bilinear",
     "NumPy, bilinear of three tables, nearest of second solution, class and confidence"),
    ("The whole way from counts to colours: attenuation, smoothing over 15 pixels, inversion, picture; 1 thread",
     "material/counts to colours, 1 thread", "bilateral", "OpenCV, the bilateral filter over 15 pixels of both channels alone"),
    ("Read a TIFF pair: digests, recognition, every sample", "readers/tiff_read", "tiff_read", "tifffile reads both pages"),
    ("Convert a TIFF pair to UFF, 1 thread", "readers/tiff_convert", "tiff_convert",
     "tifffile reads, h5py writes (shuffle + gzip 4)"),
    ("Read a NumPy pair: digests, recognition, every sample", "readers/npy_read", "npy_read", "NumPy loads both arrays"),
    ("Convert a NumPy pair to UFF, 1 thread", "readers/npy_convert", "npy_convert",
     "NumPy loads, h5py writes (shuffle + gzip 4)"),
    ("Read a PNG pair: digests, recognition, every sample", "readers/png_read", "png_read", "Pillow reads both pictures"),
    ("Convert a PNG pair to UFF, 1 thread", "readers/png_convert", "png_convert",
     "Pillow reads, h5py writes (shuffle + gzip 4)"),
    ("Read a DICOS pair: digests, recognition, every sample", "readers/dicos_read", "dicos_read", "pydicom reads both images"),
    ("Convert a DICOS pair to UFF, 1 thread", "readers/dicos_convert", "dicos_convert",
     "pydicom reads, h5py writes (shuffle + gzip 4)"),
    ("Read pulses of alternating energy by profile: digests, recognition, every sample", "readers/raw_read", "raw_read",
     "NumPy reads, reshapes, transposes"),
    ("Convert them to UFF, 1 thread", "readers/raw_convert", "raw_convert", "NumPy, h5py writes (shuffle + gzip 4)"),
    ("Read packed 12-bit samples by profile: digests, recognition, every sample", "readers/packed_read", "packed_read",
     "NumPy reads, shifts, masks"),
    ("Convert them to UFF, 1 thread", "readers/packed_convert", "packed_convert", "NumPy, h5py writes (shuffle + gzip 4)"),
]

# Decoders set beside a memory copy of the same output, by criterion id.
DECODERS = ["plane", "plane big-endian", "interlaced rows", "interlaced pixels", "interlaced pulses",
            "interlaced pulses big-endian", "packed 10 lsb rows", "packed 12 lsb rows", "packed 14 lsb rows",
            "packed 12 msb rows", "packed 12 lsb pulses", "packed 12 msb pulses", "tiles 64"]

# What the decoders decode, and the group of benches that does.
DECODED = {
    "lorries of 4096 lines, one after another": "decoders",
    "one lorry again and again, the copy in the caches": "decoders again",
    "train of 32 768 lines, into new memory": "decoders long",
}


def criterion_median(identifier):
    """Returns the median of a criterion bench, or the sum of several, in seconds; None when one was not run."""
    if isinstance(identifier, tuple):
        parts = [criterion_median(part) for part in identifier]
        return None if None in parts else sum(parts)
    estimates = TARGET / "criterion" / identifier / "new" / "estimates.json"
    if not estimates.exists():
        return None
    return json.loads(estimates.read_text())["median"]["point_estimate"] / 1e9


def duration(seconds):
    """Formats a duration in ms or µs."""
    return f"{seconds * 1e3:.1f} ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f} µs"


def main():
    """Runs both sides and prints the table."""
    benches = [argument for name in ("codec", "material", "readers", "decoders") for argument in ("--bench", name)]
    subprocess.run(["cargo", "bench", "-p", "uff", *benches], cwd=ROOT, check=True, stdout=sys.stderr,
                   env=os.environ | {"CRITERION_HOME": str(TARGET / "criterion")})
    peers = json.loads(subprocess.run([sys.executable, str(pathlib.Path(__file__).with_name("peers.py")), str(DATA)],
                                      check=True, capture_output=True, text=True).stdout)
    versions = peers["peers"]
    rows, columns = peers["shape"]
    lines = [
        f"Measured on {datetime.date.today().isoformat()} on {os.cpu_count()} cores ({platform.machine()}) by "
        f"`python3 uff/benches/peers/compare.py`: a simulated pair of {columns} lines × {rows} detectors × 16 bit "
        f"({peers['megabytes']:.1f} MB), medians of one run. Peers: h5py {versions['h5py']} (HDF5 {versions['hdf5']}), "
        f"NumPy {versions['numpy']}, OpenCV {versions['opencv']}, tifffile {versions['tifffile']}, Pillow {versions['pillow']}, pydicom "
        f"{versions['pydicom']}, Python {versions['python']}.",
        "",
        "| job | uff | MB/s | peer | ratio | what the peer does |",
        "|---|---|---|---|---|---|",
    ]
    for what, identifier, job, peer in ROWS:
        ours, theirs = criterion_median(identifier), peers[job]["median"]
        if ours is None:
            lines.append(f"| {what} | not run | | {duration(theirs)} | | {peer} |")
            continue
        speed = f"{peers['megabytes'] / ours:.0f}" if job not in ("open", "region") else ""
        lines.append(f"| {what} | {duration(ours)} | {speed} | {duration(theirs)} | **{theirs / ours:.1f} ×** | {peer} |")
    file = TARGET / "bench-output" / "bench.uff"
    with h5py.File(file) as ours:
        stored = sum(channel.id.get_storage_size() for channel in ours["views/0/channels"].values())
    change = 100 * (stored / peers["stored_bytes"] - 1)
    lines += ["", f"Compressed size of the full-size samples against h5py gzip 4: {change:+.1f} %; the whole file with "
              f"overviews, checksums and originals: {file.stat().st_size / 1e6:.1f} MB of {peers['megabytes']:.1f} MB."]
    copies = [criterion_median(f"{group}/copy") for group in DECODED.values()]
    lines += ["", "Decoders of profiles, out of memory to 16-bit samples, as multiples of the time of a memory copy of the same "
              "output: " + "; ".join(f"{what} ({duration(copy)})" for what, copy in zip(DECODED, copies)) + ".", "",
              "| stored as | " + " | ".join(DECODED) + " |", "|---|" + "---|" * len(DECODED)]
    for name in DECODERS:
        ratios = [criterion_median(f"{group}/{name}") / copy for group, copy in zip(DECODED.values(), copies)]
        lines.append(f"| {name} | " + " | ".join(f"{ratio:.1f} ×" for ratio in ratios) + " |")
    table = "\n".join(lines)
    print(table)
    if "--readme" in sys.argv[1:]:
        readme = ROOT / "README.md"
        before, rest = readme.read_text().split("<!-- benchmarks -->\n", 1)
        _, after = rest.split("<!-- /benchmarks -->", 1)
        readme.write_text(f"{before}<!-- benchmarks -->\n{table}\n<!-- /benchmarks -->{after}")


if __name__ == "__main__":
    main()
