"""Makes a DICOS CT file of several slices with pydicom: signed samples in Hounsfield units, groups that frames share.

Usage: dicom_volume.py FILE.dcs
"""

import sys

import numpy as np
from pydicom.dataset import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

CT = "1.2.840.10008.5.1.4.1.1.501.1"
FRAMES, ROWS, COLUMNS = 5, 12, 17


def main():
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CT
    meta.MediaStorageSOPInstanceUID = "2.25.20261126"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = Dataset()
    ds.file_meta = meta
    ds.ImageType = ["ORIGINAL", "INTENSITY", "VOLUME", "NONE"]
    ds.SOPClassUID, ds.SOPInstanceUID = CT, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID = "2.25.20261127"
    ds.Modality, ds.SeriesDescription = "CT", "Parcel"
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.NumberOfFrames, ds.Rows, ds.Columns = FRAMES, ROWS, COLUMNS
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 1
    rescale = Dataset()
    rescale.RescaleSlope, rescale.RescaleIntercept, rescale.RescaleType = 1, -24, "HU"
    measures = Dataset()
    measures.PixelSpacing = [1.25, 1.5]
    shared = Dataset()
    shared.PixelValueTransformationSequence = Sequence([rescale])
    shared.PixelMeasuresSequence = Sequence([measures])
    ds.SharedFunctionalGroupsSequence = Sequence([shared])
    samples = np.arange(FRAMES * ROWS * COLUMNS, dtype="<i2") * 7 - 1000
    ds.PixelData = samples.tobytes()
    ds.save_as(sys.argv[1], enforce_file_format=True)


if __name__ == "__main__":
    main()
