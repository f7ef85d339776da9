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

# What DICOS and UCUM say of each material array: Rescale Type, flavour, unit.
MATERIAL = {
    "zeff": ("Z_EFF", "Z_EFFECTIVE", "1"),
    "areal-density": ("AREAL_DENSITY", "DENSITY", "g/cm2"),
    "class": ("CLASS", "MULTI ENERGY", "1"),
    "confidence": ("CONFIDENCE", "MULTI ENERGY", "1"),
}


def pixels(ds):
    """Returns the samples of a file; pydicom has no arrays of the elements that only DICOS knows."""
    for element, kind in [(0x0011, "<u4"), (0x0013, "<f4")]:
        if (0x7FE0, element) in ds:
            return np.frombuffer(ds[0x7FE0, element].value, kind).reshape(ds.Rows, ds.Columns)
    return ds.pixel_array


def slices(ds):
    """Returns the slices of a stack; the value of each sample is given by the groups that all of them share."""
    (shared,) = ds.SharedFunctionalGroupsSequence
    (rescale,) = shared.PixelValueTransformationSequence
    assert len(ds.PerFrameFunctionalGroupsSequence) == ds.NumberOfFrames
    assert list(ds.ImageType)[2:] == ["VOLUME", "NONE"], ds.ImageType
    stack = pixels(ds).reshape(ds.NumberOfFrames, ds.Rows, ds.Columns)
    return stack, (float(rescale.RescaleSlope), float(rescale.RescaleIntercept))


def elements(ds):
    """Decodes every element, so that a value against its representation fails."""
    count = 0
    for element in ds.iterall():
        element.value  # noqa: B018 - decoding is the test
        count += 1
    return count


def derived(ds, uids):
    """Returns the material quantity of a derived image; its method, sources and unit are stated."""
    quantity = next(name for name, (rescale, _, _) in MATERIAL.items() if rescale == ds.RescaleType)
    _, flavour, unit = MATERIAL[quantity]
    assert list(ds.ImageType) == ["DERIVED", flavour], ds.ImageType
    assert (float(ds.RescaleSlope), float(ds.RescaleIntercept)) == (1.0, 0.0)
    assert ", version " in ds.DerivationDescription
    sources = [source.ReferencedSOPInstanceUID for source in ds.SourceImageSequence]
    assert len(sources) == 2 and set(sources) <= uids, "a source image is not there"
    (mapping,) = ds.RealWorldValueMappingSequence
    (code,) = mapping.MeasurementUnitsCodeSequence
    assert (code.CodingSchemeDesignator, code.CodeValue) == ("UCUM", unit)
    assert (mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept) == (1.0, 0.0)
    return quantity


def main():
    uff, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    config.settings.reading_validation_mode = config.RAISE
    files = sorted(folder.glob("*.dcs"))
    assert files, f"no DICOS file in {folder}"
    images = {}
    arrays = {}
    scales = {}
    uids = set()
    decoded = 0
    # Derived images come after those that they refer to.
    for path in sorted(files, key=lambda path: path.name.startswith("material")):
        ds = pydicom.dcmread(path)
        decoded += elements(ds)
        assert ds.SOPClassUID.startswith(ROOT), path
        assert ds.SOPInstanceUID == ds.file_meta.MediaStorageSOPInstanceUID, path
        assert ds.SOPInstanceUID.is_valid and ds.SOPInstanceUID.startswith("2.25."), path
        assert ds.SOPInstanceUID not in uids, f"{path}: UID used twice"
        uids.add(ds.SOPInstanceUID)
        if "SourceImageSequence" in ds:
            arrays[(ds[0x6100, 0x0024].value - 1, derived(ds, uids))] = pixels(ds)
        elif ds.SOPClassUID == ROOT + "1":
            stack, scales[ds[0x6100, 0x0031].value] = slices(ds)
            for frame, samples in enumerate(stack):
                images[(ds[0x6100, 0x0024].value - 1 + frame, ds[0x6100, 0x0031].value)] = samples
        elif ds.SOPClassUID != ROOT + "3":
            images[(ds[0x6100, 0x0024].value - 1, ds[0x6100, 0x0031].value)] = pixels(ds)
    compared = 0
    with h5py.File(uff) as file:
        for view, group in file["views"].items():
            for channel, array in group["channels"].items():
                found = images.pop((int(view), channel))
                assert found.dtype.itemsize == array.dtype.itemsize, (view, channel, found.dtype)
                assert np.array_equal(found, array[...], equal_nan=array.dtype.kind == "f"), (view, channel)
                if channel in scales:
                    stated = (float(array.attrs.get("scale_factor", 1.0)), float(array.attrs.get("add_offset", 0.0)))
                    assert scales[channel] == stated, (view, channel, scales[channel], stated)
                compared += 1
            for quantity, array in group.get("material", {}).items():
                found = arrays.pop((int(view), quantity))
                assert found.dtype == array.dtype, (view, quantity, found.dtype)
                assert np.array_equal(found, array[...], equal_nan=array.dtype.kind == "f"), (view, quantity)
                compared += 1
    assert compared and not images, f"images without a channel: {list(images)}"
    assert not arrays, f"material arrays that the file lacks: {list(arrays)}"
    print(f"pydicom agrees: {len(files)} DICOS files, {decoded} elements, {compared} images equal")


if __name__ == "__main__":
    main()
