"""Judges DICOS files with pydicom: they parse, validate value by value, and their pixels are those of the UFF file.

Usage: dicom_judge.py FILE.uff FOLDER_OF_DICOS_FILES
"""

import pathlib
import sys

import h5py
import numpy as np
import pydicom
from pydicom import config

ROOT = "1.2.840.10008.5.1.4.1.1.501."


def pixels(ds):
    """Returns the samples of a file; pydicom has no arrays of the elements that only DICOS knows."""
    for element, kind in [(0x0011, "<u4"), (0x0013, "<f4")]:
        if (0x7FE0, element) in ds:
            return np.frombuffer(ds[0x7FE0, element].value, kind).reshape(ds.Rows, ds.Columns)
    return ds.pixel_array


def elements(ds):
    """Decodes every element, so that a value against its representation fails."""
    count = 0
    for element in ds.iterall():
        element.value  # noqa: B018 - decoding is the test
        count += 1
    return count


def main():
    uff, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    config.settings.reading_validation_mode = config.RAISE
    files = sorted(folder.glob("*.dcs"))
    assert files, f"no DICOS file in {folder}"
    images = {}
    uids = set()
    decoded = 0
    for path in files:
        ds = pydicom.dcmread(path)
        decoded += elements(ds)
        assert ds.SOPClassUID.startswith(ROOT), path
        assert ds.SOPInstanceUID == ds.file_meta.MediaStorageSOPInstanceUID, path
        assert ds.SOPInstanceUID.is_valid and ds.SOPInstanceUID.startswith("2.25."), path
        assert ds.SOPInstanceUID not in uids, f"{path}: UID used twice"
        uids.add(ds.SOPInstanceUID)
        if ds.SOPClassUID != ROOT + "3":
            images[(ds[0x6100, 0x0024].value - 1, ds[0x6100, 0x0031].value)] = pixels(ds)
    compared = 0
    with h5py.File(uff) as file:
        for view, group in file["views"].items():
            for channel, array in group["channels"].items():
                found = images.pop((int(view), channel))
                assert found.dtype.itemsize == array.dtype.itemsize, (view, channel, found.dtype)
                assert np.array_equal(found, array[...], equal_nan=array.dtype.kind == "f"), (view, channel)
                compared += 1
    assert compared and not images, f"images without a channel: {list(images)}"
    print(f"pydicom agrees: {len(files)} DICOS files, {decoded} elements, {compared} images equal")


if __name__ == "__main__":
    main()
