#!/usr/bin/env python3
"""Makes the deliveries of nine invented vendors, each in a format of its own, with truth and expected digests.

usage: make.py UFF [FOLDER]      (UFF is the binary; needs NumPy, Pillow, lz4 and h5py; writes beside itself by default)

Transmission scans come from the project's simulator (`uff synth`); backscatter is computed here by single scatter in
layers. The formats are written with NumPy, the standard library and h5py, so what the vendor profiles read is compared
with an independent implementation: `expected.json` holds the SHA-256 of every array, row by row, little-endian.

Mass attenuation of the backscatter model: J. H. Hubbell and S. M. Seltzer, NIST Standard Reference Database 126.
"""

import gzip
import hashlib
import io
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

import h5py
import lz4.frame
import numpy as np
from PIL import Image, ImageDraw

HERE = pathlib.Path(__file__).resolve().parent
SCENES = HERE / "scenes"

VAN = """
name = "van"
title = "Delivery van with parcels at 300/160 kV; one holds a metal box in clothing"

[scanner]
high_mev = 0.3
low_mev = 0.16
detector_distance = 900.0

[scanner.image]
rows = 96
columns = 240
length = 4800.0
bottom = 0.0
top = 1920.0

[scanner.detector]
dark = 400.0
dark_spread = 20.0
air_high = 60000.0
air_low = 55000.0
gain_spread = 0.05
module_rows = 16
quanta_high = 60000.0
quanta_low = 45000.0
electronic = 2.0
pulse_jitter = 0.0008
scatter = 0.0
dark_lines = 8
air_lines = 16

[[group]]
at = [200.0, 0.0, 300.0]

[[group.item]]
object = "shell"
what = "side walls of the van"
material = "steel"
shape = { box = [4400.0, 1.6, 1500.0] }
at = [2200.0, 0.0, 0.0]

[[group.item]]
object = "books"
what = "parcel of paper"
material = "paper"
density = 0.8
shape = { box = [600.0, 220.0, 400.0] }
at = [300.0, 20.0, 40.0]

[[group.item]]
object = "water"
what = "parcel of bottles"
material = "water"
shape = { box = [500.0, 180.0, 360.0] }
at = [1200.0, 20.0, 40.0]

[[group.item]]
object = "clothing"
what = "bale of clothing"
material = "polyethylene"
density = 0.2
shape = { box = [900.0, 500.0, 600.0] }
at = [2000.0, 20.0, 40.0]

[[group.item]]
object = "box"
what = "closed aluminium box in the clothing"
material = "aluminium"
shape = { box = [240.0, 40.0, 180.0] }
at = [2300.0, 600.0, 200.0]

[[group.item]]
object = "machine"
what = "steel machine part"
material = "steel"
shape = { box = [260.0, 12.0, 220.0] }
at = [3300.0, 20.0, 60.0]
"""


# ---- Simulation ----

def synth(uff, scene, seed, **changes):
    """Runs the simulator on a scene with changed keys of the scanner; returns arrays by name and the truth."""
    text = VAN if scene == "van" else (SCENES / f"{scene}.toml").read_text()
    for key, value in changes.items():
        changed = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text, count=1)
        if changed == text and f"{key} = {value}" not in text:
            changed = text.replace("[scanner]\n", f"[scanner]\n{key} = {value}\n", 1)
        text = changed
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        (scratch / "scene.toml").write_text(text)
        subprocess.run([uff, "-q", "synth", str(scratch / "scene.toml"), "--into", str(scratch / "out"), "--seed",
                        str(seed), "--vendor", "orsolvik"], check=True, stdout=subprocess.DEVNULL)
        raw = next((scratch / "out").rglob("*.opw")).read_bytes()
        truth = json.loads(next((scratch / "out").rglob("truth.json")).read_text())
    header, = struct.unpack_from("<H", raw, 6)
    width, height = struct.unpack_from("<II", raw, 8)
    dark_lines, air_lines = struct.unpack_from("<II", raw, 20)
    arrays, at = {}, header
    for part, columns in (("", width), ("_dark", dark_lines), ("_air", air_lines)):
        for channel in ("high", "low"):
            count = height * columns
            arrays[channel + part] = np.frombuffer(raw, "<u2", count, at).reshape(height, columns)
            at += 2 * count
    return arrays, truth


def flat(arrays, channel, scale):
    """Returns the transmission of a channel times `scale`, with dark and air lines taken out row by row."""
    dark = arrays[channel + "_dark"].mean(axis=1, keepdims=True)
    air = arrays[channel + "_air"].mean(axis=1, keepdims=True)
    return (arrays[channel] - dark) / (air - dark) * scale


# Mass attenuation in cm²/g at 100 keV (in) and 80 keV (out), electrons per nucleon, density in g/cm³.
MATTER = {
    "steel": (0.3717, 0.5952, 0.4656, 7.85),
    "aluminium": (0.1704, 0.2018, 0.4818, 2.70),
    "water": (0.1707, 0.1837, 0.5551, 1.00),
    "polyethylene": (0.1719, 0.1823, 0.5703, 0.93),
    "paper": (0.1640, 0.1770, 0.5300, 0.70),
}


def backscatter(shape, background, objects, counts, seed):
    """Single scatter of a pencil beam in layers: each layer adds electrons weakened on the way in and out.

    `background` and the `layers` of objects are lists of (material, thickness in cm) from the beam inwards; an object
    replaces the background in its rectangle (row, column, rows, columns).
    """
    def signal(layers):
        weakened, total = 0.0, 0.0
        for material, thickness in layers:
            way_in, way_out, electrons, density = MATTER[material]
            slope = (way_in + way_out) * density
            total += electrons * density * np.exp(-weakened) * (1 - np.exp(-slope * thickness)) / slope
            weakened += slope * thickness
        return total

    image = np.full(shape, signal(background))
    for item in objects:
        row, column, rows, columns = item["rectangle"]
        image[row:row + rows, column:column + columns] = signal(item["layers"])
    rng = np.random.default_rng(seed)
    return rng.poisson(image * counts).astype(np.uint32)


# ---- Writing ----

def pack(samples, bits, msb):
    """Packs an array into bit lines, each ending with its last byte."""
    samples = np.asarray(samples, np.uint16)
    if msb:
        planes = (samples[..., None] >> np.arange(bits - 1, -1, -1)) & 1
    else:
        planes = (samples[..., None] >> np.arange(bits)) & 1
    lines = planes.reshape(samples.shape[0], -1).astype(np.uint8)
    return np.packbits(lines, axis=1, bitorder="big" if msb else "little")


def digest(array, kind):
    """Returns the SHA-256 of an array, row by row, little-endian."""
    return hashlib.sha256(np.ascontiguousarray(array).astype(kind).tobytes()).hexdigest()


class Sample:
    """One folder of samples."""

    def __init__(self, folder, name):
        self.folder = folder / name
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "delivery").mkdir(parents=True)
        self.expected = {}

    def put(self, name, content):
        """Writes a file of the delivery."""
        path = self.folder / "delivery" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)

    def expect(self, plane, array, kind="<u2"):
        """Notes the digest of an array by the words in which the software names it."""
        self.expected[plane] = digest(array, kind)

    def close(self, truth):
        """Writes truth and expected digests."""
        (self.folder / "truth.json").write_text(json.dumps(truth, indent=2, ensure_ascii=False) + "\n")
        (self.folder / "expected.json").write_text(json.dumps(self.expected, indent=2) + "\n")


def rectangles(objects, shape):
    """Returns the truth of a backscatter scene."""
    def item(o):
        row, column, rows, columns = o["rectangle"]
        layers = [{"material": m, "areal_density": round(MATTER[m][3] * t, 3)} for m, t in o["layers"]]
        return {"name": o["name"], "what": o["what"], "layers": layers,
                "rectangle": {"row": row, "column": column, "rows": rows, "columns": columns}}
    return {"model": "single scatter in layers, 100 keV in, 80 keV out", "rows": shape[0], "columns": shape[1],
            "objects": [item(o) for o in objects]}


def brannvik(uff, folder):
    """Gantry at 6/4 MeV: pulses of alternating energy, big-endian, 14 significant bits, headers before each pulse."""
    arrays, truth = synth(uff, "truck", 101, rows=112, columns=400, interlaced="true", module_rows=16, dark_lines=8,
                          air_lines=16)
    sample = Sample(folder, "brannvik-gantry")
    out, pulse = bytearray(), 0
    for part in ("_dark", "_air", ""):
        pair = [arrays[channel + part] >> 2 for channel in ("high", "low")]
        for line in range(pair[0].shape[1]):
            for energy in (0, 1):
                out += struct.pack(">IHH", pulse, 9000 + pulse * 7 % 13, energy)
                out += pair[energy][:, line].astype(">u2").tobytes()
                pulse += 1
    head = struct.pack(">4sHHIHH", b"BRNV", 3, 112, pulse, 8, 16).ljust(64, b"\0")
    sample.put("BG6_000412.bgr", head + bytes(out))
    sample.put("BG6_000412.txt", "\r\n".join([
        "Anlage: Brännvik BG-6 / 0017", "Vorgang: BG6-000412", "Beginn: 03.10.2026 22:41:07", "Ende: 03.10.2026 22:41:52",
        "Zollstelle: SEGOT", "Spur: 2", "Bediener: Öberg", "Kennzeichen: ÄBC 123", "Richtung: Einfuhr",
        "Puls (mm): 42,6", "Zeile (mm): 42,9", ""]).encode("cp1252"))
    for channel in ("high", "low"):
        sample.expect(f"view 0 channel {channel}", arrays[channel] >> 2)
        sample.expect(f"view 0 channel {channel} dark lines", arrays[channel + "_dark"] >> 2)
        sample.expect(f"view 0 channel {channel} air lines", arrays[channel + "_air"] >> 2)
    sample.close(truth)


def tessaline(uff, folder):
    """Portal at 9/6 MeV with two views in one file, lines of the energies in turn, zlib, JSON beside it."""
    sample = Sample(folder, "tessaline-portal")
    out, truths = struct.pack("<4sHH", b"TSL9", 2, 0), []
    for view, source in enumerate(("{ distance = 9500.0, height = 1500.0 }", "{ distance = 6200.0, height = 7400.0 }")):
        arrays, truth = synth(uff, "container", 202 + view, rows=96, columns=320, source=source)
        truths.append(truth)
        planes = [np.clip(flat(arrays, c, 60000), 0, 65535).astype(np.uint16) for c in ("high", "low")]
        stream = zlib.compress(np.stack(planes, axis=1).astype("<u2").tobytes(), 9)
        out += struct.pack("<HHI", 96, 320, len(stream)) + stream
        for channel, plane in zip(("high", "low"), planes):
            sample.expect(f"view {view} channel {channel}", plane)
    sample.put("T9-88231.tsl", out)
    sample.put("T9-88231.json", json.dumps({
        "scanner": {"vendor": "Tessaline", "model": "TL-9D", "serial": "TL9D-0088", "software": "7.1"},
        "scan": {"number": "T9-88231", "started": 1791061200.5, "lane": 4, "direction": "OUT"},
        "air": 60000, "pitch": {"along": 40.3, "upright": 50.0},
        "plates": [{"text": "1-ABC-234", "country": "BE", "score": 0.97}, {"text": "Q-XKM-881", "country": "BE", "score": 0.81}],
        "containers": ["CSQU3054383"], "checks": {"dose_ok": True, "speed": None}}, indent=1).encode())
    (sample.folder / "truth-oblique.json").write_text(json.dumps(truths[1], indent=2, ensure_ascii=False) + "\n")
    sample.close(truths[0])


def halcyr(uff, folder):
    """Occupied-cab portal: the cab at low energies, 12 bits packed, XML in GBK."""
    cargo, truth = synth(uff, "truck", 303, rows=104, columns=360)
    cab, _ = synth(uff, "truck", 304, rows=104, columns=360, high_mev=2.5, low_mev=1.5)
    split = 72
    sample = Sample(folder, "halcyr-portal")
    out = struct.pack(">8sHIHH", b"HALCYR\1\0", 104, 360, split, 32).ljust(32, b"\0")
    for channel in ("high", "low"):
        joined = np.concatenate([flat(cab, channel, 4000)[:, :split], flat(cargo, channel, 4000)[:, split:]], axis=1)
        plane = np.clip(joined, 0, 4095).astype(np.uint16)
        lines = pack(plane, 12, msb=True)
        out += np.pad(lines, ((0, 0), (0, -lines.shape[1] % 4))).tobytes()
        sample.expect(f"view 0 channel {channel}", plane)
    sample.put("HC20260918-0007.img", out)
    xml = """<?xml version="1.0" encoding="GBK"?>
<hc:Passage xmlns:hc="urn:halcyr:passage:1" id="HC20260918-0007">
  <hc:Station code="CNSZX" lane="7">深圳文锦渡</hc:Station>
  <hc:Time begin="2026-09-18T09:12:33+08:00" end="2026-09-18T09:12:58+08:00"/>
  <hc:Vehicle><hc:Plate country="CN">粤B 12345</hc:Plate></hc:Vehicle>
  <hc:Operator>王小明</hc:Operator>
  <hc:Trigger delay="0.42">laser</hc:Trigger>
</hc:Passage>
"""
    sample.put("HC20260918-0007.xml", xml.encode("gbk"))
    sample.close(truth | {"segments": [{"columns": split, "high_mev": 2.5, "low_mev": 1.5},
                                       {"columns": 360 - split, "high_mev": 6.0, "low_mev": 4.0}]})


def vesper(_uff, folder):
    """Backscatter van: three grey views of 8 bits in tiles, CSV in windows-1251, a photograph."""
    wall = [("steel", 0.09)]
    shape = (80, 220)
    sides = {
        "left": [
            {"name": "bale", "what": "paper behind the wall", "rectangle": (20, 60, 36, 60), "layers": wall + [("paper", 20.0)]},
            {"name": "packet", "what": "organic packet in the door", "rectangle": (44, 150, 10, 14), "layers": wall + [("polyethylene", 6.0)]}],
        "right": [
            {"name": "tank", "what": "water tank behind the wall", "rectangle": (48, 30, 24, 40), "layers": wall + [("water", 30.0)]},
            {"name": "plate", "what": "steel plate", "rectangle": (16, 120, 30, 30), "layers": [("steel", 1.0)]}],
        "top": [
            {"name": "roof box", "what": "plastic in the roof lining", "rectangle": (30, 90, 16, 50), "layers": [("steel", 0.07), ("polyethylene", 4.0)]}],
    }
    sample = Sample(folder, "vesper-van")
    out, truth = struct.pack("<4sHHHH", b"VSP3", 3, *shape, 64), {}
    for view, (side, objects) in enumerate(sides.items()):
        image = np.clip(backscatter(shape, wall, objects, 90, 400 + view), 0, 255).astype(np.uint8)
        padded = np.pad(image, ((0, -shape[0] % 64), (0, -shape[1] % 64)))
        tiles = padded.reshape(padded.shape[0] // 64, 64, -1, 64).swapaxes(1, 2)
        out += np.ascontiguousarray(tiles).tobytes()
        sample.expect(f"view {view} channel scatter", image, "u1")
        truth[side] = rectangles(objects, shape)
    sample.put("VSP_7731.z3", out)
    rows = ["Номер;Начало;Пост;Госномер;Страна;Скорость, км/ч;Примечание",
            "VSP-7731;07.08.2026 15:20:44;Козловичи;1234 AB-7;BY;4,8;повторное сканирование"]
    sample.put("VSP_7731.csv", ("\r\n".join(rows) + "\r\n").encode("cp1251"))
    photo = Image.new("L", (160, 48), 235)
    ImageDraw.Draw(photo).text((20, 16), "1234 AB-7", fill=20)
    held = io.BytesIO()
    photo.save(held, "JPEG", quality=80)
    sample.put("VSP_7731_plate.jpg", held.getvalue())
    sample.close(truth)


def palmar(_uff, folder):
    """Handheld backscatter imager: one strip, 10 bits packed, gzip, fixed-width slip."""
    door = [("steel", 0.08)]
    shape = (60, 300)
    objects = [
        {"name": "packets", "what": "organic packets in a door", "rectangle": (18, 70, 24, 50), "layers": door + [("polyethylene", 5.0)]},
        {"name": "beam", "what": "side impact beam", "rectangle": (30, 150, 8, 120), "layers": [("steel", 0.4)]},
        {"name": "bottle", "what": "bottle of water", "rectangle": (10, 220, 30, 16), "layers": door + [("water", 7.0)]}]
    image = np.clip(backscatter(shape, door, objects, 320, 505), 0, 1023).astype(np.uint16)
    sample = Sample(folder, "palmar-handheld")
    content = struct.pack("<4sHH", b"PLM\1", *shape) + pack(image, 10, msb=False).tobytes()
    sample.put("P0091.pz", gzip.compress(content, 9, mtime=0))
    slip = ["PALMAR HB-120   UNIT 0042      SW 2.11 ",
            "SCAN 000091     20260611 183355  UTC+03",
            "OPERATOR ID     K-118   SITE   BGSVU   ",
            "STRIP  300 x 060     STEP  05.0 x 05.0 mm"]
    sample.put("P0091.prn", ("\n".join(slip) + "\n").encode("ascii"))
    sample.expect("view 0 channel scatter", image)
    sample.close(rectangles(objects, shape))


def quarrel(uff, folder):
    """Van and parcel system at 300 kV with two detector layers: transmission as float, pixel by pixel, LZ4."""
    arrays, truth = synth(uff, "van", 606)
    planes = [np.clip(flat(arrays, c, 1.0), 0, 2).astype("<f4") for c in ("high", "low")]
    sample = Sample(folder, "quarrel-x300")
    stream = lz4.frame.compress(np.stack(planes, axis=2).tobytes(), content_checksum=True, store_size=False)
    sample.put("QX300-5512.qxr", struct.pack("<8sII", b"QXRAW300", 96, 240) + stream)
    sample.put("QX300-5512.ini", ("\r\n".join([
        "[Scan]", "Id=QX300-5512", "Filetime=134389476000000000", "KilovoltsFront=160", "KilovoltsRear=300", "[Place]",
        "Site=Ærøskøbing", "Locode=DKARK", "Lane=1", ""])).encode("utf-16"))
    for channel, plane in zip(("high", "low"), planes):
        sample.expect(f"view 0 channel {channel}", plane, "<f4")
    sample.close(truth)


def longmark(uff, folder):
    """Rail scanner: one very long scan in several files, each line with a header, one energy, a list of wagons."""
    arrays, truth = synth(uff, "container", 707, rows=48, columns=3200, length=41280.0, interlaced="false")
    plane = np.clip(flat(arrays, "high", 4000), 0, 4095).astype(np.uint16)
    sample = Sample(folder, "longmark-rail")
    for part in range(4):
        out = struct.pack(">4sHHII", b"LMRL", part + 1, 4, 800, 48)
        for line in range(800 * part, 800 * (part + 1)):
            out += struct.pack(">I", 1_000_000 + 250 * line) + plane[:, line].astype(">u2").tobytes()
        sample.put(f"RL9-0007-{part + 1:02}.seg", out)
    sample.put("RL9-0007.lst", "\n".join([
        "train|4471", "begin|2026-05-02 04:10:00 +0300", "end|2026-05-02 04:11:55 +0300", "station|UAIZM", "track|2",
        "wagon|52837465", "wagon|61193025", "wagon|94512340", ""]).encode())
    sample.expect("view 0 channel mono", plane)
    sample.close(truth)


def oldfield(uff, folder):
    """Old system that exports pictures of 8 bits as JPEG with a text: not of measurement grade."""
    arrays, truth = synth(uff, "truck", 808, rows=120, columns=420)
    depth = -np.log(np.clip(flat(arrays, "high", 1.0), 1e-3, 1))
    picture = np.clip(255 - depth / 7 * 255, 0, 255).astype(np.uint8)
    held = io.BytesIO()
    Image.fromarray(picture).save(held, "JPEG", quality=92)
    sample = Sample(folder, "oldfield-export")
    sample.put("IMG00231.JPG", held.getvalue())
    sample.put("IMG00231.TXT", "\r\n".join([
        "OLDFIELD CARGOVIEW 1.4 EXPORT", "Scan no.....: 00231", "Date........: 14/03/2019", "Time........: 11:02",
        "Image size..: 420 x 120", "Truck plate.: AB12 CDE", "Operator....: R. Hoare", "Comment.....: café equipment", ""]
    ).encode("latin-1"))
    sample.close(truth)


def nordlys(uff, folder):
    """Container rig of a laboratory at 6/4 MeV: HDF5 with names of its own, both energies in one chunked dataset."""
    arrays, truth = synth(uff, "container", 909, rows=96, columns=300, high_mev=6.0, low_mev=4.0, dark_lines=8,
                          air_lines=16)
    stack = {part: np.stack([arrays[c + part] for c in ("high", "low")]) for part in ("", "_dark", "_air")}
    held = io.BytesIO()
    # Neither times nor anything else of the moment goes into the file.
    with h5py.File(held, "w", libver=("earliest", "v110")) as file:
        file.attrs["creator"] = "Nordlys Lab export 2.3"
        file.attrs["run"] = np.bytes_("NLX-2026-0042")
        scan = file.create_group("scan")
        scan.attrs["started"] = 1791277407.25
        scan.attrs["operator"] = "Åse Nygård"
        scan.attrs["interlock_ok"] = np.bool_(True)
        scan.attrs["pulse_counter"] = np.uint64(2**63 + 42)
        scan["containers"] = np.array([b"CSQU3054383", b"MSKU9070323"], "S11")
        seals = np.dtype([("number", h5py.string_dtype()), ("party", "S8")])
        scan["seals"] = np.array([("NO-448213", b"customs"), ("ML-GX7714", b"carrier")], seals)
        rig = file.create_group("rig")
        rig.attrs["vendor"] = "Nordlys"
        rig.attrs["model"] = np.bytes_("NL-Twin 6/4")
        rig.attrs["endpoint_keV"] = np.array([6000, 4000], ">i4")
        rig.attrs["pitch_mm"] = np.array([50.0, 43.0], "<f4")
        rig["site"] = "Kirkenes"
        rig.create_dataset("raw", data=stack[""].astype("<u2"), chunks=(1, 48, 100), shuffle=True, compression="gzip",
                           compression_opts=9, fletcher32=True)
        rig.create_dataset("reference/dark", data=stack["_dark"].astype(">u2"))
        rig.create_dataset("reference/open_beam", data=stack["_air"].astype(">u2"), chunks=(2, 96, 16), compression="lzf")
        rig["tank_temperature"] = np.linspace(21.0, 21.4, 300, dtype="<f4")
        file["latest"] = h5py.SoftLink("/rig/raw")
    sample = Sample(folder, "nordlys-lab")
    sample.put("NLX-2026-0042.h5", held.getvalue())
    for index, channel in enumerate(("high", "low")):
        sample.expect(f"view 0 channel {channel}", stack[""][index])
        sample.expect(f"view 0 channel {channel} dark lines", stack["_dark"][index])
        sample.expect(f"view 0 channel {channel} air lines", stack["_air"][index])
    sample.close(truth)


def main():
    """Makes every sample."""
    uff = str(pathlib.Path(sys.argv[1]).resolve())
    folder = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else HERE
    for make in (brannvik, tessaline, halcyr, vesper, palmar, quarrel, longmark, oldfield, nordlys):
        make(uff, folder)
        print(make.__name__, file=sys.stderr)


if __name__ == "__main__":
    main()
