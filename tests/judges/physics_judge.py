"""Compares cross sections and tube beams of `uff materials` with tables and a ray tracer that no one here wrote.

Usage: physics_judge.py UFF

* xraylib (T. Schoonjans et al., Spectrochim. Acta B 66 (2011) 776) up to 800 keV, by process, elements and compounds. Its
  values are those of NIST's evaluation to some hundredths of a percent: this judges tables, interpolation and mixing, not
  the evaluation. Its formula of Klein and Nishina for free electrons judges the incoherent scatter where binding matters
  little.
* FFAST (C. T. Chantler, J. Phys. Chem. Ref. Data 29 (2000) 597) as xraydb has it, another calculation of the
  photoelectric absorption. Up to 200 keV it differs from NIST's by 1 % of the total on average, 4 % in one of a hundred
  values; above, it departs from all others.
* gVirtualXray (F. P. Vidal, P.-F. Villard, Comput. Med. Imaging Graph. 49 (2016) 16) traces rays through a slab on
  OpenGL, given the same spectrum, with the tables of xraylib. Where no EGL is, it is named as SKIPPED. Above 1 MeV it
  returns a transmission of 1 without an error, so only tubes are judged.
"""

import json
import os
import subprocess
import sys

import numpy as np
import xraydb
import xraylib

ENERGIES = [20, 25, 30, 40, 50, 60, 80, 100, 120, 160, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800]
ELEMENTS = range(1, 93)
COMPOUNDS = [
    "H2O", "C2H4", "C5H8O2", "C12H22O11", "C7H5N3O6", "C3H6N6O6", "CH3NO3", "NaCl", "SiO2", "CaCO3", "Al2O3", "Fe2O3",
    "CuSO4", "BaSO4", "CsI", "Gd2O2S", "CdWO4", "PbO", "UO2",
]
# Largest mean, 99th percentile and maximum of the differences.
TOTALS = (0.0005, 0.002, 0.01)
# The same by process, as a share of the total.
PROCESSES = (0.0005, 0.002, 0.01)
FFAST = (0.02, 0.045, 0.07)
KLEIN_NISHINA = (0.006, 0.025, 0.03)
# Largest energy at which FFAST is asked, least energy and largest Z at which electrons count as free, keV.
FFAST_LAST, FREE_FROM, FREE_Z = 200, 200, 30
# Distance from an absorption edge within which interpolations differ.
EDGE = 0.02

# Avogadro's number times a barn in cm².
AVOGADRO_BARN = 0.602214076

TUBES = [80, 120, 160, 225, 320, 450]
# Material for the command and for xraylib, areal densities in g/cm².
SLABS = [
    ("C2H4", [5, 20, 50]), ("H2O", [5, 20, 50]), ("C", [5, 20, 50]), ("Al", [1, 5, 20]), ("NaCl", [2, 10, 25]),
    ("CaCO3", [2, 10, 25]), ("Fe", [0.5, 2, 10]), ("Cu", [0.5, 2, 10]), ("Sn", [0.2, 1, 4]), ("W", [0.2, 1, 4]),
    ("Pb", [0.2, 1, 4]),
]
# Largest difference in α: absolute, and as a share of α.
ALPHA = (0.0005, 0.001)
# Largest difference of gVirtualXray from Beer–Lambert with its own numbers; it calculates in single precision.
TRACED = (0.0002, 0.0004)


def described(uff, name, *options):
    """Returns what the command says of a material."""
    ran = subprocess.run([uff, "materials", name, "--json", "--quiet", *options], capture_output=True, text=True)
    if ran.returncode:
        sys.exit(f"uff materials {name}: status {ran.returncode}\n{ran.stderr}")
    return json.loads(ran.stdout)


def mass_fractions(name):
    """Returns atomic numbers and shares by mass as xraylib reads a formula."""
    parsed = xraylib.CompoundParser(name)
    return list(zip(parsed["Elements"], parsed["massFractions"]))


def near_an_edge(z, kev):
    """Returns whether an absorption edge of the element is near."""
    for shell in (xraylib.K_SHELL, xraylib.L1_SHELL, xraylib.L2_SHELL, xraylib.L3_SHELL):
        try:
            if abs(kev / xraylib.EdgeEnergy(z, shell) - 1) < EDGE:
                return True
        except ValueError:
            pass  # The element has no such edge.
    return False


def judged(what, found, limits, wrong):
    """Tells the differences found, each with material and energy, and adds what exceeds the limits."""
    sizes = np.array([f[0] for f in found])
    size, name, kev = max(found)
    figures = (sizes.mean(), np.quantile(sizes, 0.99), size)
    told = ", ".join(f"{word} {100 * f:.2f} %" for word, f in zip(("mean", "99 of 100 within", "worst"), figures))
    print(f"{what}: {len(found)} values, {told} ({name}, {kev:g} keV)")
    if any(f > limit for f, limit in zip(figures, limits)):
        wrong.append(f"{what}: {told} ({name}, {kev:g} keV); allowed {', '.join(f'{100 * x:g} %' for x in limits)}")


def judge_cross_sections(uff):
    """Compares cross sections; returns what is wrong."""
    functions = {"photoelectric": xraylib.CS_Photo, "incoherent": xraylib.CS_Compt, "coherent": xraylib.CS_Rayl}
    energies = ",".join(f"{e}keV" for e in ENERGIES)
    totals, ffast, free = [], [], []
    parts = {process: [] for process in functions}
    for name in [xraylib.AtomicNumberToSymbol(z) for z in ELEMENTS] + COMPOUNDS:
        elements = mass_fractions(name)
        for at in described(uff, name, "--energy", energies)["attenuation"]:
            kev = at["energy"]
            if any(near_an_edge(z, kev) for z, _ in elements):
                continue
            expected = {p: sum(w * of(z, kev) for z, w in elements) for p, of in functions.items()}
            total = sum(expected.values())
            totals.append((abs(at["total"] / total - 1), name, kev))
            for process, value in expected.items():
                parts[process].append((abs(at[process] - value) / total, name, kev))
            if kev <= FFAST_LAST and name not in COMPOUNDS and name not in ("H", "He"):
                other = float(xraydb.mu_chantler(name, 1e3 * kev, photo=True))
                ffast.append((abs(at["photoelectric"] - other) / total, name, kev))
            if kev >= FREE_FROM and all(z <= FREE_Z for z, _ in elements):
                electrons = sum(w * z / xraylib.AtomicWeight(z) for z, w in elements) * AVOGADRO_BARN
                free.append((abs(at["incoherent"] / (electrons * xraylib.CS_KN(kev)) - 1), name, kev))
    wrong = []
    if len(totals) < 0.9 * len(ENERGIES) * (len(ELEMENTS) + len(COMPOUNDS)):
        wrong.append(f"only {len(totals)} values were compared")
    library = f"xraylib {xraylib.__version__}"
    judged(f"{library}, total", totals, TOTALS, wrong)
    for process, found in parts.items():
        judged(f"{library}, {process} as a share of the total", found, PROCESSES, wrong)
    judged("Klein–Nishina, incoherent", free, KLEIN_NISHINA, wrong)
    judged("FFAST, photoelectric as a share of the total", ffast, FFAST, wrong)
    return wrong


def open_tracer():
    """Returns gVirtualXray with a slab of 1 cm in a parallel beam, or why it cannot be had."""
    try:
        from gvxrPython3 import gvxr

        gvxr.createWindow(-1, 0, "EGL", 4, 5)
        gvxr.useParallelBeam()
        gvxr.setSourcePosition(-100, 0, 0, "mm")
        gvxr.setDetectorPosition(100, 0, 0, "mm")
        gvxr.setDetectorUpVector(0, 0, 1)
        gvxr.setDetectorNumberOfPixels(4, 4)
        gvxr.setDetectorPixelSize(1, 1, "mm")
        gvxr.makeCube("slab", 1, "cm")
        gvxr.addPolygonMeshAsInnerSurface("slab")
        # Without a driver some calls fail only when they draw.
        gvxr.addEnergyBinToSpectrumPerPixelAtSDD(100.0, "keV", 1.0)
        gvxr.setElement("slab", "Fe")
        gvxr.computeXRayImage()
    except (ImportError, RuntimeError) as error:
        return None, next((line.strip() for line in str(error).splitlines() if line.strip()), "no OpenGL")
    return gvxr, ""


def judge_beams(uff):
    """Compares slabs in tube beams; returns what is wrong."""
    gvxr, why = open_tracer()
    if gvxr is None:
        print(f"gVirtualXray SKIPPED: {why}")
        return []
    compared, wrong = [], []
    tubes = ",".join(f"{kv}kV" for kv in TUBES)
    for name, densities in SLABS:
        elements = mass_fractions(name)
        slabs = ",".join(f"{d}g/cm2" for d in densities)
        for beam in described(uff, name, "--beam", tubes, "--thickness", slabs)["beams"]:
            kev = np.array([b["energy"] for b in beam["signal"]])
            share = np.array([b["share"] for b in beam["signal"]])
            # It sums up energies of photons, so that a share in the signal is photons times energy.
            gvxr.resetBeamSpectrum()
            for energy, photons in zip(kev, 1e9 * share / kev):
                gvxr.addEnergyBinToSpectrumPerPixelAtSDD(float(energy), "keV", float(photons))
            mu = np.array([sum(w * xraylib.CS_Total(z, float(e)) for z, w in elements) for e in kev])
            for slab in beam["slabs"]:
                gvxr.setCompound("slab", name)
                # Of a slab of 1 cm the density is the areal density.
                gvxr.setDensity("slab", slab["arealDensity"], "g/cm3")
                image = np.array(gvxr.computeXRayImage())
                traced = -np.log(image[1:3, 1:3].mean() / gvxr.getTotalEnergyWithDetectorResponse())
                summed = -np.log((share * np.exp(-mu * slab["arealDensity"])).sum())
                where = f"{slab['arealDensity']:g} g/cm² of {name}, {beam['energy']:g} kV"
                if abs(traced - summed) > TRACED[0] + TRACED[1] * traced:
                    wrong.append(f"{where}: traced α {traced:.5f}, summed {summed:.5f}: the tracer was misused")
                difference = abs(slab["alpha"] - traced)
                compared.append((difference / traced, where))
                if difference > ALPHA[0] + ALPHA[1] * traced:
                    wrong.append(f"{where}: α {slab['alpha']:.5f}, gVirtualXray {traced:.5f}")
    shares = np.array([c[0] for c in compared])
    print(
        f"gVirtualXray, {len(compared)} slabs in tube beams of {TUBES[0]} to {TUBES[-1]} kV: α differs by "
        f"{100 * shares.mean():.2f} % on average, at most {100 * shares.max():.2f} % ({max(compared)[1]})"
    )
    if len(compared) != len(TUBES) * sum(len(d) for _, d in SLABS):
        wrong.append(f"only {len(compared)} slabs were compared")
    return wrong


def silence_libraries():
    """Keeps what gVirtualXray says of its doings out of the output; Python still prints."""
    for stream, descriptor in (("stdout", 1), ("stderr", 2)):
        setattr(sys, stream, os.fdopen(os.dup(descriptor), "w", buffering=1))
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), descriptor)


def main():
    uff = sys.argv[1]
    silence_libraries()
    wrong = judge_cross_sections(uff) + judge_beams(uff)
    for line in wrong:
        print(f"uff materials: {line}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
