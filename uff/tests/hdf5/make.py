#!/usr/bin/env python3
"""Makes the HDF5 files of the tests: every layout, type and filter that a foreign file may use, by h5py 3.16.0.

usage: make.py      (needs h5py; writes beside itself, the same bytes each time)

Sample `[row, column]` of channel `k` is `1000 k + 100 row + column`, everywhere.
"""

import io
import pathlib

import h5py
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
ROWS, COLUMNS = 5, 7


def image(channel=0, columns=COLUMNS):
    """Returns an image by its formula."""
    row, column = np.mgrid[0:ROWS, 0:columns]
    return 1000 * channel + 100 * row + column


def samples(file):
    """Writes arrays in every layout."""
    plain, chunked = file.create_group("plain"), file.create_group("chunked")
    plain["u16be"] = image().astype(">u2")
    plain["u32"] = image().T.astype("<u4")
    plain["planes"] = np.stack([image(0), image(1)]).astype("<f4")
    plain["i16"] = image().astype("<i2")
    plain["negative"] = (image() - 3).astype(">i2")
    compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    compact.set_layout(h5py.h5d.COMPACT)
    compact.set_obj_track_times(False)
    space = h5py.h5s.create_simple((ROWS, COLUMNS))
    h5py.h5d.create(plain.id, b"compact", h5py.h5t.STD_U16BE, space, compact).write(
        h5py.h5s.ALL, h5py.h5s.ALL, image().astype("u2"))
    pair = np.stack([image(0), image(1)])
    write = chunked.create_dataset
    write("rows", data=image().astype("<u2"), chunks=(2, 3), compression="gzip", shuffle=True, fletcher32=True)
    write("columns", data=image().T.astype(">u4"), chunks=(3, 2), compression="gzip", shuffle=True)
    write("planes", data=pair.astype(">f4"), chunks=(2, 2, 3), compression="gzip")
    write("lines", data=pair.transpose(1, 0, 2).astype("<i4"), chunks=(2, 1, 4), fletcher32=True)
    write("pixels", data=pair.transpose(1, 2, 0).astype(">f8"), chunks=(3, 3, 2), compression="lzf", shuffle=True)
    write("szip", data=image().astype("<u2"), chunks=(4, 4), compression="szip")
    write("growing", data=image().astype("u1"), chunks=(4, 4), maxshape=(None, None))
    sparse = write("sparse", (ROWS, COLUMNS), "<u2", chunks=(3, 3), fillvalue=9)
    sparse[0:3, 0:3] = image()[0:3, 0:3]
    # Frame, energy, row, line: frame 0 is dark, frame 1 is air.
    frames = np.stack([np.stack([image(2 * f + e, 3) for e in (0, 1)]) for f in (0, 1)])
    write("frames", data=frames.astype("<u2"), chunks=(1, 2, 3, 2), compression="gzip")
    write("unwritten", (ROWS, COLUMNS), "<u2", chunks=(3, 3))
    outside = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    outside.set_external(b"elsewhere.bin", 0, 2 * ROWS * COLUMNS)
    outside.set_obj_track_times(False)
    h5py.h5d.create(plain.id, b"outside", h5py.h5t.STD_U16LE, space, outside)


def values(file):
    """Writes values of every type."""
    info = file.create_group("info")
    put = info.attrs
    put["fixed"] = np.bytes_("NL-6")
    put["vlen"] = "Åse"
    spaces = h5py.h5t.C_S1.copy()
    spaces.set_size(8)
    spaces.set_strpad(h5py.h5t.STR_SPACEPAD)
    h5py.h5a.create(info.id, b"spaces", spaces, h5py.h5s.create(h5py.h5s.SCALAR)).write(np.array(b"AB 12   ", "S8"), spaces)
    put["latin"] = np.bytes_("Tromsø".encode("latin-1"))
    put["u64"] = np.uint64(2**64 - 1)
    put["i64"] = np.int64(-2**63)
    put["f32"] = np.float32(0.1)
    put["f64be"] = np.array(-1.5e300, ">f8")
    put["flag"] = np.bool_(True)
    put["kV"] = np.array([160, 300], ">i2")
    put["one"] = np.array([42], "<u1")
    put["names"] = np.array(["a", "b", "c"], h5py.string_dtype())
    put["grid"] = np.array([[1, 2], [3, 4]], "<i4")
    put["many"] = np.arange(300, dtype="<u1")
    put["reference"] = info.ref
    put["none"] = h5py.Empty("f4")
    kind = h5py.enum_dtype({"truck": 1, "railcar": 7}, basetype="i1")
    put.create("kind", 7, dtype=kind)
    table = np.dtype([("number", h5py.string_dtype()), ("country", "S2"), ("box", "<i2", (2,))])
    info["plates"] = np.array([("KR 1", b"PL", [1, 2]), ("WX 2", b"SK", [3, 4])], table)
    info["site"] = "Kirkenes"
    info["curve"] = np.linspace(0, 1, 400)
    file["zalias"] = h5py.SoftLink("/info")
    file["info/self"] = file["info"]
    file["zhard"] = file["chunked/planes"]
    file["dangling"] = h5py.SoftLink("/nowhere")
    file["far"] = h5py.ExternalLink("elsewhere.h5", "/data")


def write(name, **options):
    """Writes one file with everything in it."""
    held = io.BytesIO()
    with h5py.File(held, "w", **options) as file:
        samples(file)
        values(file)
    (HERE / name).write_bytes(held.getvalue())


def main():
    """Makes every file."""
    write("old.h5", libver=("earliest", "v108"))
    write("new.h5", libver=("v110", "v110"), userblock_size=512)
    ramp = np.repeat(np.arange(8, dtype="<u2"), 8)
    with h5py.File(io.BytesIO(), "w") as file:
        stored = file.create_dataset("ramp", data=ramp, chunks=(64,), compression="lzf").id.read_direct_chunk((0,))[1]
    (HERE / "ramp.lzf").write_bytes(stored)


if __name__ == "__main__":
    main()
