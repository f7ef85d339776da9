#!/usr/bin/env python3
"""Rate of storing: ready UFF files into the archive, and DICOM files of the same sizes into Orthanc, as both come.

The archive digests, reads back and syncs every file, writes receipt and log entry, and keeps a catalogue, once with the
checksums of all stored chunks looked at before, as a line or a disk may have changed them, and once with the digests of all
decoded arrays; Orthanc syncs its files and keeps an index (its defaults), and looks at no pixel. Four clients each, a fresh
store each time, one after the other in turns; medians.

Usage: archive/benches/peers/orthanc.py [--scans 48] [--rows 800] [--columns 3000] [--rounds 3] [--uff target/release/uff]
Needs Orthanc (Debian: orthanc) and Python with pydicom and NumPy.
"""

import argparse
import http.client
import json
import multiprocessing
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

CLIENTS = 4
CHECKS = ["checksums", "digests"]


def make_scans(uff, folder, count, rows, columns):
    """Simulates lorries of that many rows and columns, each with other noise, and converts them."""
    scene = subprocess.run([uff, "synth", "truck", "--show"], check=True, capture_output=True, text=True).stdout
    scene = re.sub(r"(?m)^rows = \d+$", f"rows = {rows}", scene, count=1)
    scene = re.sub(r"(?m)^columns = \d+$", f"columns = {columns}", scene, count=1)
    (folder / "truck.toml").write_text(scene)
    files = []
    for seed in range(count):
        delivery, file = folder / f"delivery-{seed}", folder / f"{seed}.uff"
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([uff, "synth", folder / "truck.toml", "--seed", str(seed + 1), "--into", delivery], **quiet)
        source = delivery / "delivery" if (delivery / "delivery").is_dir() else delivery
        subprocess.run([uff, "convert", source, "-o", file], **quiet)
        shutil.rmtree(delivery)
        files.append(file)
    return files


def make_dicom(uff_files, folder):
    """Writes DICOM files whose pixels take as many bytes as each UFF file."""
    import numpy
    import pydicom
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, generate_uid

    random = numpy.random.default_rng(1)
    files = []
    for number, uff in enumerate(uff_files):
        columns = 1024
        rows = max(1, uff.stat().st_size // 2 // columns)
        data = Dataset()
        data.file_meta = FileMetaDataset()
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
        data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        data.StudyInstanceUID, data.SeriesInstanceUID = generate_uid(), generate_uid()
        data.PatientID, data.PatientName, data.Modality = f"C{number}", f"C{number}", "DX"
        data.Rows, data.Columns, data.SamplesPerPixel = rows, columns, 1
        data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 0
        data.PhotometricInterpretation = "MONOCHROME2"
        data.PixelData = random.integers(0, 65536, rows * columns, dtype="uint16").tobytes()
        path = folder / f"{number}.dcm"
        pydicom.dcmwrite(path, data, enforce_file_format=True)
        files.append(path)
    return files


def post(arguments):
    port, files = arguments
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for file in files:
        connection.request("POST", "/instances", body=file.read_bytes(), headers={"Content-Type": "application/dicom"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"Orthanc answers {answer.status}: {body[:200]}")


def orthanc_once(program, files, store):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    store.mkdir()
    config = store / "orthanc.json"
    config.write_text(json.dumps({
        "Name": "bench", "StorageDirectory": str(store / "db"), "IndexDirectory": str(store / "db"),
        "HttpPort": port, "DicomServerEnabled": False, "RemoteAccessAllowed": False,
    }))
    server = subprocess.Popen([program, str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port)
                connection.request("GET", "/system")
                system = json.loads(connection.getresponse().read())
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise RuntimeError("Orthanc does not answer")
        shares = [(port, files[client::CLIENTS]) for client in range(CLIENTS)]
        with multiprocessing.Pool(CLIENTS) as pool:
            started = time.monotonic()
            pool.map(post, shares)
            elapsed = time.monotonic() - started
        return elapsed, system["Version"]
    finally:
        server.terminate()
        server.wait()


def archive_once(uff, files, store, check):
    subprocess.run([uff, "archive", "-a", store, "init", "--quiet"], check=True, stdout=subprocess.DEVNULL)
    started = time.monotonic()
    put = [uff, "archive", "-a", store, "put", "--quiet", "--jobs", str(CLIENTS), "--check", check]
    subprocess.run([*put, "--receipts", store / "receipts", *files], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scans", type=int, default=48)
    parser.add_argument("--rows", type=int, default=800)
    parser.add_argument("--columns", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--uff", type=pathlib.Path, default=pathlib.Path("target/release/uff"))
    arguments = parser.parse_args()
    program = shutil.which("Orthanc") or shutil.which("Orthanc", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        sys.exit("Orthanc is not installed")
    uff = arguments.uff.resolve()
    os.environ.setdefault("UFF_PROFILES", str(pathlib.Path("samples/profiles").resolve()))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        scans = make_scans(uff, folder, arguments.scans, arguments.rows, arguments.columns)
        dicom = make_dicom(scans, folder)
        size = sum(file.stat().st_size for file in scans) / len(scans) / 1e6
        rates = {check: [] for check in CHECKS}
        theirs = []
        for turn in range(arguments.rounds):
            # Nothing is removed in between: a file system that looks for what was removed lately is slow for whoever is next.
            elapsed, version = orthanc_once(program, dicom, folder / f"orthanc-{turn}")
            theirs.append(len(scans) / elapsed)
            for check in CHECKS:
                rates[check].append(len(scans) / archive_once(uff, scans, folder / f"{check}-{turn}", check))
        print(f"{len(scans)} scans of {size:.1f} MB, {CLIENTS} clients, medians of {arguments.rounds}")
        theirs = statistics.median(theirs)
        print(f"{f'Orthanc {version}, POST':<40} {theirs:7.1f} scans/s  {theirs * size:7.1f} MB/s")
        for check in CHECKS:
            ours = statistics.median(rates[check])
            name = f"archive put --check {check}, receipts"
            print(f"{name:<40} {ours:7.1f} scans/s  {ours * size:7.1f} MB/s  ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
