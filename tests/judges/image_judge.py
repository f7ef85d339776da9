"""Compares what `uff convert --to` wrote as TIFF, PNG and NumPy with the arrays of the UFF file as h5py reads them.

Usage: image_judge.py FILE FOLDER   FOLDER holds the exports in tiff/, png/ and npy/.

tifffile reads every page of the TIFF and names it, Pillow every page and every PNG, NumPy every array; xmllint is left to
the judge of the metadata document, here it only has to parse.
"""

import sys
import xml.etree.ElementTree
from pathlib import Path

import h5py
import numpy as np
import PIL
import tifffile
from PIL import Image

# Pillow opens these types of one-channel TIFF without converting them.
PILLOW_TYPES = {"uint8", "uint16", "float32"}


def same(a, b):
    """Returns whether two arrays are equal in type, shape and every sample."""
    return a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")


def judge_tiff(path, arrays):
    """Returns what is wrong with the TIFF file."""
    wrong = []
    with tifffile.TiffFile(path) as file:
        names = [page.tags["PageName"].value for page in file.pages]
        for name, page in zip(names, file.pages):
            if name not in arrays or not same(page.asarray(), arrays[name].astype(arrays[name].dtype.newbyteorder("="))):
                wrong.append(f"tifffile reads another page {name}")
        if sorted(names) != sorted(arrays):
            wrong.append(f"pages {names} instead of {sorted(arrays)}")
        description = file.pages[0].description
    root = xml.etree.ElementTree.fromstring(description.encode())
    if not root.tag.startswith("{urn:uff-open:metadata:"):
        wrong.append(f"the description is {root.tag}")
    with Image.open(path) as image:
        for number, name in enumerate(names):
            if str(arrays[name].dtype) not in PILLOW_TYPES:
                continue
            image.seek(number)
            if not same(np.asarray(image), arrays[name]):
                wrong.append(f"Pillow reads another page {name}")
    return wrong


def judge_png(folder, arrays):
    """Returns what is wrong with the PNG files."""
    wrong = []
    expected = {name for name, array in arrays.items() if array.dtype in (np.uint8, np.uint16)}
    found = {path.stem.replace("_", "/"): path for path in sorted(folder.glob("*.png"))}
    if set(found) != expected:
        wrong.append(f"pictures of {sorted(found)} instead of {sorted(expected)}")
    for name, path in found.items():
        with Image.open(path) as image:
            if not same(np.asarray(image).astype(arrays[name].dtype), arrays[name]):
                wrong.append(f"Pillow reads another picture {path.name}")
            if image.text.get("uff-array") != name:
                wrong.append(f"{path.name} does not name its array")
            xml.etree.ElementTree.fromstring(image.text["XML:uff-metadata"])
    return wrong


def judge_npy(folder, arrays):
    """Returns what is wrong with the NumPy files."""
    found = {path.stem.replace("_", "/"): np.load(path) for path in sorted(folder.glob("*.npy"))}
    wrong = [f"NumPy reads another array {name}" for name, array in found.items() if not same(array, arrays[name])]
    if set(found) != set(arrays):
        wrong.append(f"arrays {sorted(found)} instead of {sorted(arrays)}")
    return wrong


def main():
    """Judges the exports of one file."""
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    arrays = {}

    def collect(name, item):
        if isinstance(item, h5py.Dataset) and item.ndim == 2 and "/overviews/" not in name:
            arrays[name] = item[()]

    with h5py.File(path, "r") as file:
        file.visititems(collect)
    wrong = judge_tiff(folder / "tiff" / "scan.tif", arrays) if arrays else ["no array to compare with"]
    wrong += judge_png(folder / "png", arrays) + judge_npy(folder / "npy", arrays)
    for line in wrong:
        print(f"{path.name}: {line}")
    if not wrong:
        print(f"{path.name}: tifffile {tifffile.__version__}, Pillow {PIL.__version__} and NumPy {np.__version__} agree "
              f"with {len(arrays)} exported arrays")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
