#!/usr/bin/env python3
"""The same jobs as `uff/benches`, done with NumPy, h5py and other libraries, one thread.

usage: peers.py DIR   DIR holds high.npy and low.npy (uint16, rows x columns), as the benches write them, and the same
                      pair in other formats below readers/.

Prints one JSON object: versions, and per job the best and the median of the timed runs in seconds.
"""

import json
import os
import platform
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import cv2
import h5py
import numpy as np
import PIL
import pydicom
import tifffile
from PIL import Image

RUNS = 7
cv2.setNumThreads(1)


def timed(job, setup=lambda: None):
    """Runs a job RUNS times and returns its best and median wall time."""
    times = []
    for _ in range(RUNS):
        state = setup()
        start = time.perf_counter()
        job() if state is None else job(state)
        times.append(time.perf_counter() - start)
    times.sort()
    return {"best": times[0], "median": times[len(times) // 2]}


def write(path, arrays):
    """Writes each array chunked 256 x 256 with shuffle and gzip 4, as plain h5py would."""
    with h5py.File(path, "w", libver=("earliest", "v110")) as file:
        for name, array in arrays.items():
            file.create_dataset(name, data=array, chunks=(256, 256), shuffle=True, compression="gzip", compression_opts=4)


def stored_size(path):
    """Returns the bytes of the compressed chunks of every dataset."""
    with h5py.File(path) as file:
        return sum(dataset.id.get_storage_size() for dataset in file.values())


def read_tiff(folder):
    """Reads every page of the TIFF file by its name."""
    with tifffile.TiffFile(os.path.join(folder, "scan.tif")) as file:
        return {page.tags["PageName"].value.replace("/", "_"): page.asarray() for page in file.pages}


def read_npy(folder):
    """Reads every NumPy file."""
    return {name: np.load(os.path.join(folder, name)) for name in sorted(os.listdir(folder)) if name.endswith(".npy")}


def read_png(folder):
    """Reads every PNG file with Pillow."""
    return {name: np.asarray(Image.open(os.path.join(folder, name))) for name in sorted(os.listdir(folder))}


def read_dicos(folder):
    """Reads every image of the DICOM files."""
    files = {name: pydicom.dcmread(os.path.join(folder, name)) for name in sorted(os.listdir(folder))}
    return {name: file.pixel_array for name, file in files.items() if "PixelData" in file}


def read_raw(folder, rows, columns):
    """Reads pulses of alternating energy behind a head of 16 bytes."""
    pulses = np.fromfile(os.path.join(folder, "scan.bin"), "<u2", offset=16).reshape(columns, 2, rows)
    return {name: np.ascontiguousarray(pulses[:, i].T) for i, name in enumerate(("high", "low"))}


def read_packed(folder, rows, columns):
    """Reads two planes of 12 bits, least significant first, behind a head of 16 bytes."""
    triples = np.fromfile(os.path.join(folder, "scan.bin"), np.uint8, offset=16).reshape(2, -1, 3).astype(np.uint16)
    samples = np.empty((2, triples.shape[1], 2), np.uint16)
    samples[..., 0] = triples[..., 0] | (triples[..., 1] & 15) << 8
    samples[..., 1] = triples[..., 1] >> 4 | triples[..., 2] << 4
    return dict(zip(("high", "low"), samples.reshape(2, rows, columns)))


def readers(rows, columns):
    """What reads the files of a format, as uff/benches/readers.rs writes them."""
    return {"tiff": read_tiff, "npy": read_npy, "png": read_png, "dicos": read_dicos,
            "raw": lambda folder: read_raw(folder, rows, columns),
            "packed": lambda folder: read_packed(folder, rows, columns)}


def naive_inversion(high, low, air, table):
    """Log, index, gather: the straightforward NumPy material look-up on 1024 x 1024 nearest entries."""
    alpha_high = -np.log(np.maximum(high, 1) / air)
    alpha_low = -np.log(np.maximum(low, 1) / air)
    i = np.clip(alpha_high * (1023 / 8), 0, 1023).astype(np.int32)
    j = np.clip((alpha_low - alpha_high) * (1023 / 1.5) + 256, 0, 1023).astype(np.int32)
    return table[0][i, j], table[1][i, j]


def bilinear_inversion(alpha_high, alpha_low, tables, classes):
    """Bilinear look-up of Z, areal density and steepness, with the second solution and the class of the nearest entry."""
    u = np.clip(alpha_high * (1023 / 8), 0, 1022.999)
    v = np.clip((alpha_low - alpha_high) * (1023 / 1.5) + 256, 0, 1022.999)
    i, j = u.astype(np.int32), v.astype(np.int32)
    down, across = u - i, v - j
    found = []
    for table in tables:
        upper = table[i, j] + across * (table[i, j + 1] - table[i, j])
        lower = table[i + 1, j] + across * (table[i + 1, j + 1] - table[i + 1, j])
        found.append(upper + down * (lower - upper))
    z, density, steepness = found
    nearest = (i + (down >= 0.5), j + (across >= 0.5))
    return z, density * alpha_high, steepness, classes[0][nearest], classes[1][nearest], classes[2][nearest]


def main():
    """Times the jobs and prints the figures."""
    directory = sys.argv[1]
    arrays = {name: np.load(os.path.join(directory, f"{name}.npy")) for name in ("high", "low")}
    rows, columns = arrays["high"].shape
    megabytes = sum(a.nbytes for a in arrays.values()) / 1e6
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "peer.h5")
        result = {
            "peers": {"python": platform.python_version(), "numpy": np.__version__, "h5py": h5py.__version__,
                      "hdf5": h5py.version.hdf5_version, "tifffile": tifffile.__version__,
                      "opencv": cv2.__version__,
                      "pillow": PIL.__version__, "pydicom": pydicom.__version__},
            "shape": [rows, columns],
            "megabytes": megabytes,
            "write": timed(lambda: write(path, arrays)),
        }
        result["stored_bytes"] = stored_size(path)

        def open_and_slice():
            with h5py.File(path) as file:
                return file["high"][rows // 2: rows // 2 + 256, columns // 2: columns // 2 + 256]

        def open_only():
            with h5py.File(path) as file:
                return file["high"].shape

        def read_all():
            with h5py.File(path) as file:
                return [file[name][...] for name in arrays]

        result["open"] = timed(open_only)
        result["region"] = timed(open_and_slice)
        result["read"] = timed(read_all)
        for name, reader in readers(rows, columns).items():
            folder = os.path.join(os.path.dirname(os.path.abspath(directory)), "bench-readers", name)
            result[f"{name}_read"] = timed(lambda: reader(folder))
            result[f"{name}_convert"] = timed(lambda: write(path, reader(folder)))
    table = (np.zeros((1024, 1024), np.uint8), np.zeros((1024, 1024), np.float32))
    result["inversion"] = timed(lambda: naive_inversion(arrays["high"], arrays["low"], 60000.0, table))
    alphas = [-np.log(np.maximum(arrays[name], 1) / np.float32(60000.0)) for name in ("high", "low")]
    result["bilateral"] = timed(lambda: [cv2.bilateralFilter(alpha, 15, 0.05, 7.0) for alpha in alphas])
    tables = [np.zeros((1024, 1024), np.float32) for _ in range(3)]
    classes = (np.zeros((1024, 1024), np.float32), np.zeros((1024, 1024), np.uint8), np.zeros((1024, 1024), np.uint8))
    result["bilinear"] = timed(lambda: bilinear_inversion(*alphas, tables, classes))
    json.dump(result, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
