"""Judges the readers of JPEG-LS and JPEG 2000 with CharLS and OpenJPEG (imagecodecs) and pydicom: seeded noise, gradients and
scans of 8, 12 and 16 bits are written as DICOM files and as payloads of a profile, converted, and compared with the arrays
that h5py reads. Streams that altered their samples must be refused.

Usage: codec_judge.py UFF FOLDER   UFF is the command; FOLDER takes the files.
"""

import pathlib
import subprocess
import sys

import h5py
import imagecodecs
import numpy as np
import pydicom
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

PROJECTION = "1.2.840.10008.5.1.4.1.1.501.2.2"
SYNTAX = "1.2.840.10008.1.2.4."
PROFILE = """
[profile]
name = "codec-judge"
version = "1"
title = "Coded images"

[recognize]
magic = [{{ file = "image", hex = "{magic}" }}]

[[file]]
id = "image"

[[payload]]
id = "plane"
file = "image"
codec = "{codec}"
size = "{size}"

[[view]]
kind = "side"
rows = "{rows}"
columns = "{columns}"

[[view.channel]]
id = "mono"
role = "mono"
quantity = "raw-counts"

[[pixels]]
file = "plane"
channels = ["mono"]
type = "{type}"
order = "rows"
"""


def images():
    """Returns images by name: bits and samples."""
    rng = np.random.default_rng(20261126)
    found = {}
    for bits in (8, 12, 16):
        kind, top = ("uint8" if bits == 8 else "uint16"), (1 << bits) - 1
        row, column = np.mgrid[0:203, 0:311]
        scan = 0.8 * top * np.exp(-(((column - 150) / 90) ** 2) - ((row - 80) / 60) ** 2)
        scan += rng.normal(0, max(1, top / 400), row.shape)
        steps = np.where((row // 40 + column // 70) % 2, top, top // 5)
        found[f"noise-{bits}"] = bits, rng.integers(0, top + 1, (61, 97)).astype(kind)
        found[f"gradient-{bits}"] = bits, ((row + 2 * column) * top // 822).clip(0, top).astype(kind)
        found[f"scan-{bits}"] = bits, scan.clip(0, top).astype(kind)
        found[f"steps-{bits}"] = bits, steps.astype(kind)
    return found


def dicom(path, number, stream, bits, samples):
    """Writes a DICOS projection of one stream."""
    ds = pydicom.Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = UID(SYNTAX + number)
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = UID(PROJECTION)
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = UID("2.25.1")
    ds.Rows, ds.Columns = samples.shape
    ds.SamplesPerPixel, ds.PhotometricInterpretation, ds.PixelRepresentation = 1, "MONOCHROME2", 0
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = samples.itemsize * 8, bits, bits - 1
    ds.PixelData = encapsulate([stream])
    ds["PixelData"].is_undefined_length = True
    ds.save_as(path, enforce_file_format=True)


def convert(uff, *arguments):
    """Runs a conversion; returns its status and what it said."""
    done = subprocess.run([uff, "convert", "--quiet", *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def compare(path, samples):
    """Compares the only array of a UFF file with the samples that were coded."""
    with h5py.File(path) as file:
        channels = [array[...] for view in file["views"].values() for array in view["channels"].values()]
    assert len(channels) == 1, f"{path}: {len(channels)} arrays"
    assert np.array_equal(channels[0], samples) and channels[0].itemsize == samples.itemsize, path


def main():
    uff, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    compared = refused = 0
    for name, (bits, samples) in images().items():
        streams = {
            "jpeg2000": imagecodecs.jpeg2k_encode(
                samples, level=0, reversible=True, codecformat="j2k", bitspersample=bits
            )
        }
        # The buffer that imagecodecs gives CharLS is too small for noise of all bits.
        if not name.startswith("noise"):
            streams["jpeg-ls"] = imagecodecs.jpegls_encode(samples)
        for codec, stream in streams.items():
            for number in ("80", "81") if codec == "jpeg-ls" else ("90", "91"):
                path = folder / f"{name}-{number}.dcm"
                dicom(path, number, stream, bits, samples)
                out = path.with_suffix(".uff")
                status, said = convert(uff, "-o", out, path)
                assert status == 0, f"{path}: {said}"
                compare(out, samples)
                compared += 1
            path = folder / f"{name}.{codec}"
            path.write_bytes(stream)
            profile = folder / f"{name}-{codec}.toml"
            rows, columns = samples.shape
            values = {"codec": codec, "rows": rows, "columns": columns, "size": samples.nbytes}
            profile.write_text(PROFILE.format(magic=stream[:2].hex(), type=f"u{bits + 7 & 24}", **values))
            out = folder / f"{name}-{codec}.uff"
            status, said = convert(uff, "--profile", profile, "-o", out, path)
            assert status == 0, f"{path}: {said}"
            compare(out, samples)
            compared += 1
        if not name.startswith("scan"):
            continue
        for number, stream in {
            "81": imagecodecs.jpegls_encode(samples, level=1),
            "91": imagecodecs.jpeg2k_encode(samples, level=40, reversible=False, codecformat="j2k", bitspersample=bits),
            "90": imagecodecs.jpeg2k_encode(samples, level=40, reversible=True, codecformat="j2k", bitspersample=bits),
        }.items():
            path = folder / f"{name}-altered-{number}.dcm"
            dicom(path, number, stream, bits, samples)
            status, said = convert(uff, "-o", path.with_suffix(".uff"), path)
            assert status != 0 and "not lossless" in said, f"{path}: {status} {said}"
            refused += 1
    assert compared and refused
    print(f"CharLS, OpenJPEG and pydicom agree: {compared} images equal, {refused} altered ones refused")


if __name__ == "__main__":
    main()
