#!/usr/bin/env python3
"""Builds attenuation.bin, the photon cross sections of the elements 1 to 100 from 10 keV to 20 MeV.

    python3 -m pip install roentgen==2.4.0 xraylib==4.3.0
    python3 generate.py attenuation.bin            # the same bytes on every machine
    python3 generate.py --compare DIR attenuation.bin   # checks the residuals stated in the header

The method stands in METHOD below, which becomes the header of the table. DIR holds NIST XCOM tables NN.txt (Z 1 to
100); they only measure what was built and put nothing into it.
"""

import bisect
import csv
import importlib.resources
import math
import struct
import sys

import xraylib

MAGIC = b"UFFXSEC1"
ELEMENTS = 100
TOTALS_END = 92  # last element of SRD 126
XRAYLIB_LAST = 98  # last element whose cross sections xraylib knows
# Mass per mol of the elements beyond: the isotope that lives longest, of plutonium the one in use.
WEIGHTS = {93: 237.05, 94: 239.05, 95: 243.06, 96: 247.07, 97: 247.07, 98: 251.08, 99: 252.08, 100: 257.10}
LOW_KEV, HIGH_KEV = 10.0, 20_000.0
XRAYLIB_END = 800.0
ELECTRON_KEV = 510.998950
AVOGADRO = 0.602214076  # barn/atom * mol/g -> cm2/g
EDGE_STEPS = (0.004, 0.016)  # relative distances from an edge at which xraylib is asked
OUTLIER, EDGE_OUTLIER = 0.022, 0.1  # deviations of a total, as logarithms
L_EDGES = 25.0  # keV, above the last L edge

METHOD = """\
Photon cross sections of the elements 1 to 100, 10 keV to 20 MeV, cm2/g.
Columns: energy (keV), coherent, incoherent, photoelectric, pair (nuclear and electron field), energy absorption.
Edges are doubled. Interpolate log-log between nodes; pair after division by (1 - 1022 keV / E)^3.

Source of the total and of the energy absorption: J. H. Hubbell and S. M. Seltzer, Tables of X-Ray Mass Attenuation
Coefficients and Mass Energy-Absorption Coefficients, NISTIR 5632, NIST Standard Reference Database 126, as carried by
the package roentgen 2.4.0 (Apache-2.0). The values of NIST are those of the database XCOM: M. J. Berger,
J. H. Hubbell et al., NBSIR 87-3597, NIST Standard Reference Database 8. NIST states its own rights in its databases:
(c) U.S. Secretary of Commerce on behalf of the United States of America, all rights reserved.
Keep this notice with the table.

Source of the split by process: xraylib 4.3.0 (BSD-3-Clause; T. Schoonjans et al., Spectrochim. Acta B 66 (2011) 776)
up to 800 keV; above, coherent falls as E^-2, incoherent is Klein-Nishina with the binding correction of 800 keV fading
as 1/E, photoelectric follows the K-shell formula of Sauter (Ann. Phys. 403 (1931) 454) scaled at 800 keV. Pair is the
parametrisation of the Geant4 Physics Reference Manual (L. Urban), with (E - 1022 keV)^2 below 1.5 MeV.
The four are then fitted to the total at its nodes by least squares, each moving in proportion to the square of its
uncertainty (coherent 3 %, incoherent 0.7 %, photoelectric 4 %, pair 6 %); between nodes the correction is
interpolated. Left out are totals of SRD 126 next to an edge that stand
off their neighbours against the shape of xraylib: by more than 2.2 % between and above L edges (elements 71 to 90), by
more than 10 % on the K edge (thulium, 12.00 for 14.62 cm2/g).

Elements 93 to 100, which SRD 126 leaves out: the same split; the factor that fits it to the total, and the share of
energy absorption, are those of uranium at the energy of the same place between the edges. Up to californium xraylib
gives the cross sections; those of einsteinium and fermium go on along ln Z per atom from curium and californium,
photoelectric at the same place between the edges, which are xraylib's.
Mass per mol: 237.05, 239.05 (plutonium 239), 243.06, 247.07, 247.07, 251.08, 252.08, 257.10.

Residual against XCOM, root mean square (maximum) in % of the total, at the nodes of XCOM away from edges:
"""

# Printed by --compare, which fails where this text is not what it finds.
RESIDUAL = """\
Z 1 to 26: coherent 0.00 (0.01), incoherent 0.15 (0.40), photoelectric 0.01 (0.10), pair 0.14 (0.35), total 0.02 (0.10).
Z 27 to 92: coherent 0.01 (0.09), incoherent 0.13 (0.87), photoelectric 0.24 (1.72), pair 0.17 (0.95), total 0.05 (1.72).
Z 93 to 100: coherent 0.04 (0.13), incoherent 0.11 (0.38), photoelectric 0.64 (1.69), pair 0.46 (1.30), total 0.71 (1.99).
"""


def roentgen_table(z):
    """Nodes (keV, total, energy absorption) of an element, edges doubled, as stored in the package."""
    text = (importlib.resources.files("roentgen") / "data" / "elements" / f"z{z:02d}.csv").read_text("utf-8")
    rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    nodes = []
    for energy, total, absorbed in (tuple(float(field) for field in row[:3]) for row in rows if row):
        energy = float(f"{energy * 1e3:.6g}")
        # Molybdenum lists 20 keV three times: its edge at 19.9995 keV rounds to the regular node.
        if [n[0] for n in nodes].count(energy) < 2:
            nodes.append((energy, total, absorbed))
    return nodes


def klein_nishina(kev):
    """Total cross section of a free electron at rest, barn."""
    k = kev / ELECTRON_KEV
    lead = (1 + k) / k**2 * (2 * (1 + k) / (1 + 2 * k) - math.log1p(2 * k) / k)
    return 2 * math.pi * 0.0794078 * (lead + math.log1p(2 * k) / (2 * k) - (1 + 3 * k) / (1 + 2 * k) ** 2)


def sauter(kev):
    """Shape of the K-shell photoelectric cross section at energies far above the edge."""
    gamma = 1 + kev / ELECTRON_KEV
    root = math.sqrt(gamma**2 - 1)
    bracket = 1 - math.log((gamma + root) / (gamma - root)) / (2 * gamma * root)
    return (ELECTRON_KEV / kev) ** 5 * root**3 * (4 / 3 + gamma * (gamma - 2) / (gamma + 1) * bracket)


def pair(z, kev):
    """Pair production in the field of nucleus and electrons, barn per atom."""
    threshold, limit = 2 * ELECTRON_KEV, 1500.0
    if kev <= threshold:
        return 0.0
    x = math.log(max(kev, limit) / ELECTRON_KEV)

    def poly(*c):
        return sum(v * x**i for i, v in enumerate(c))

    f1 = poly(8.7842e2, -1.9625e3, 1.2949e3, -2.0028e2, 1.2575e1, -2.8333e-1)
    f2 = poly(-1.0342e1, 1.7692e1, -8.2381, 1.3063, -9.0815e-2, 2.3586e-3)
    f3 = poly(-4.5263e2, 1.1161e3, -8.6749e2, 2.1773e2, -2.0467e1, 6.5372e-1)
    value = (z + 1) * z * (f1 + f2 * z + f3 / z) * 1e-6
    if kev < limit:
        value *= ((kev - threshold) / (limit - threshold)) ** 2
    return max(value, 0.0)


def weight(z):
    """Mass per mol."""
    return WEIGHTS.get(z, xraylib.AtomicWeight(z))


def edges_of(z):
    """Energies of the K and L edges, ascending, as xraylib knows them."""
    known = []
    for shell in (xraylib.L3_SHELL, xraylib.L2_SHELL, xraylib.L1_SHELL, xraylib.K_SHELL):
        try:
            known.append(xraylib.EdgeEnergy(z, shell))
        except ValueError:
            continue
    return known


def same_place(kev, of, to):
    """Energy at which element `to` stands where element `of` does at `kev`: as far between two edges, by logarithm."""
    a, b = edges_of(of) + [XRAYLIB_END], edges_of(to) + [XRAYLIB_END]
    if kev >= XRAYLIB_END:
        return kev
    i = bisect.bisect_right(a, kev)
    if i == 0 or kev == a[i - 1]:
        return kev * b[0] / a[0] if i == 0 else b[i - 1]
    return b[i - 1] * (b[i] / b[i - 1]) ** (math.log(kev / a[i - 1]) / math.log(a[i] / a[i - 1]))


def onward(z, per_atom):
    """Goes on along ln Z from what `per_atom` gives for two elements that xraylib knows."""
    far, near = XRAYLIB_LAST - 2, XRAYLIB_LAST
    return per_atom(near) * (per_atom(near) / per_atom(far)) ** (math.log(z / near) / math.log(near / far))


def photoelectric(z, kev, side):
    """Photoelectric absorption, cm2/g; side -1 / +1 is just below / above an edge."""
    if z > XRAYLIB_LAST:
        return onward(z, lambda n: photoelectric(n, same_place(kev, z, n), side) * weight(n)) / weight(z)
    gram = xraylib.AtomicWeight(z) / weight(z)
    if not side:
        return xraylib.CS_Photo(z, kev) * gram
    near, far = (xraylib.CS_Photo(z, kev * (1 + side * step)) for step in EDGE_STEPS)
    span = [math.log(1 + side * step) for step in EDGE_STEPS]
    return near * (near / far) ** (span[0] / (span[1] - span[0])) * gram


def scatter(z, kev):
    """Coherent and incoherent scatter, cm2/g."""
    if z > XRAYLIB_LAST:
        return [onward(z, lambda n: scatter(n, kev)[i] * weight(n)) / weight(z) for i in (0, 1)]
    gram = xraylib.AtomicWeight(z) / weight(z)
    return [xraylib.CS_Rayl(z, kev) * gram, xraylib.CS_Compt(z, kev) * gram]


def processes(z, kev, side):
    """Coherent, incoherent, photoelectric and pair, cm2/g; side -1 / +1 is just below / above an edge."""
    at = min(kev, XRAYLIB_END)
    per_gram = AVOGADRO / weight(z)
    coherent, incoherent = scatter(z, at)
    photo = photoelectric(z, at, side)
    if kev > XRAYLIB_END:
        binding = incoherent / (z * klein_nishina(XRAYLIB_END) * per_gram) - 1
        coherent *= (XRAYLIB_END / kev) ** 2
        incoherent = z * klein_nishina(kev) * per_gram * (1 + binding * XRAYLIB_END / kev)
        photo *= sauter(kev) / sauter(XRAYLIB_END)
    return [coherent, incoherent, photo, pair(z, kev) * per_gram]


UNCERTAINTY = (0.03, 0.007, 0.04, 0.06)


def fit(parts, total):
    """Moves the parts so that they add up to the total."""
    weights = [(u * p) ** 2 for u, p in zip(UNCERTAINTY, parts)]
    rest = total - sum(parts)
    return [max(p + rest * w / sum(weights), 0.0) for p, w in zip(parts, weights)]


def xraylib_edge(z, kev):
    """Edge of xraylib next to an edge of the total: the two lists differ by some eV."""
    near = min(edges_of(z), key=lambda e: abs(e - kev))
    if abs(near / kev - 1) > 0.01:
        raise SystemExit(f"Z {z}: no edge near {kev} keV")
    return near


def common_grid(nodes):
    """Energies of the table between those of the total: one more in every gap, several near the pair threshold."""
    energies = sorted({e for e in nodes if LOW_KEV <= e <= HIGH_KEV})
    extra = [math.sqrt(a * b) for a, b in zip(energies, energies[1:]) if b / a > 1.12]
    return sorted(set(energies) | {float(f"{e:.4g}") for e in extra} | {1022.0, 1060.0, 1150.0, 1375.0, 1750.0})


def measured_ratios(z):
    """Energies of SRD 126 (edges doubled) and, at them, (keV, total / sum of the processes, energy absorption / total)
    without the outliers."""
    nodes = [n for n in roentgen_table(z) if n[0] <= HIGH_KEV]
    energies = [n[0] for n in nodes]
    edges = {e for e in energies if energies.count(e) == 2 and e >= LOW_KEV}
    ratio = []
    for i, (energy, total, absorbed) in enumerate(nodes):
        if energy < 5.0:
            continue
        side = 0
        if energies.count(energy) == 2:  # below or above the edge
            side = -1 if energies[i + 1 : i + 2] == [energy] else 1
        at = xraylib_edge(z, energy) if side and energy >= LOW_KEV else energy
        ratio.append((energy, total / sum(processes(z, at, side)), absorbed / total))
    for i in range(len(ratio) - 2, 0, -1):
        (a, b, c) = ratio[i - 1 : i + 2]
        if a[0] == b[0] and abs(math.log(b[1] / c[1])) > EDGE_OUTLIER:
            ratio[i] = (b[0], c[1], b[2])
        elif a[0] in edges and a[0] < b[0] < min(c[0], L_EDGES):
            if abs(math.log(b[1] / math.sqrt(a[1] * c[1]))) > OUTLIER:
                del ratio[i]
    return energies, ratio


def carried_ratios(z):
    """What `measured_ratios` gives for uranium, moved to the edges of an element beyond it."""
    energies, ratio = measured_ratios(TOTALS_END)
    doubled = {e for e in energies if energies.count(e) == 2 and e >= LOW_KEV}
    at = {e: float(f"{same_place(xraylib_edge(TOTALS_END, e), TOTALS_END, z):.6g}") for e in doubled}
    moved = [(at.get(e) or same_place(e, TOTALS_END, z), total, absorbed) for e, total, absorbed in ratio]
    return sorted(at.get(e, e) for e in energies), moved


def element(z):
    """Rows (keV, coherent, incoherent, photo, pair, absorbed) of an element."""
    energies, ratio = measured_ratios(z) if z <= TOTALS_END else carried_ratios(z)
    edges = {e for e in energies if energies.count(e) == 2 and e >= LOW_KEV}

    def between(energy, side, column):
        # Right of an edge the interval starts at its second node, left of it ends at its first.
        keys = [r[0] for r in ratio]
        hi = bisect.bisect_left(keys, energy) if side <= 0 else bisect.bisect_right(keys, energy)
        hi = min(max(hi, 1), len(keys) - 1)
        (a, b) = ratio[hi - 1], ratio[hi]
        t = math.log(energy / a[0]) / math.log(b[0] / a[0]) if b[0] > a[0] else 0.0
        return a[column] ** (1 - t) * b[column] ** t

    rows = []
    for energy in common_grid(energies):
        for side in (-1, 1) if energy in edges else (0,):
            at = xraylib_edge(z, energy) if side else energy
            parts = processes(z, at, side)
            total = sum(parts) * between(energy, side, 1)
            parts = fit(parts, total)
            rows.append((energy, *parts, sum(parts) * between(energy, side, 2)))
    return rows


def read_xcom(path):
    """Rows (keV, coherent, incoherent, photo, pair) of an XCOM table."""
    rows = []
    with open(path, encoding="ascii") as file:
        for line in file:
            fields = line.split()
            if len(fields) == 8 and fields[0][0].isdigit():
                v = [float(f) for f in fields]
                rows.append((v[0] * 1e3, v[1], v[2], v[3], v[4] + v[5]))
    return rows


def interpolate(rows, energy):
    keys = [r[0] for r in rows]
    hi = min(max(bisect.bisect_left(keys, energy), 1), len(keys) - 1)
    a, b = rows[hi - 1], rows[hi]
    t = math.log(energy / a[0]) / math.log(b[0] / a[0]) if b[0] > a[0] else 0.0
    out = []
    for column in range(1, 5):
        scale = (lambda e: max(1 - 1022 / e, 1e-9) ** 3) if column == 4 else (lambda e: 1.0)
        p, q = a[column] / scale(a[0]), b[column] / scale(b[0])
        p = q if column == 4 and a[0] <= 1022 else p
        out.append((p ** (1 - t) * q**t if p > 0 and q > 0 else 0.0) * scale(energy))
    return out


def residual(table, folder):
    """Text of the residuals per process and group of elements."""
    lines = []
    for label, first, last in (("Z 1 to 26", 1, 26), ("Z 27 to 92", 27, 92), ("Z 93 to 100", 93, 100)):
        sums = [[0.0, 0.0, 0] for _ in range(5)]
        for z in range(first, last + 1):
            edges = {r[0] for r in table[z] if [q[0] for q in table[z]].count(r[0]) == 2}
            for energy, *want in read_xcom(f"{folder}/{z:02d}.txt"):
                near = any(abs(energy / e - 1) < 0.02 for e in edges)
                if not LOW_KEV <= energy <= HIGH_KEV or near:
                    continue
                got = interpolate(table[z], energy)
                diffs = [g - w for g, w in zip(got, want)] + [sum(got) - sum(want)]
                for entry, diff in zip(sums, diffs):
                    part = 100 * abs(diff) / sum(want)
                    entry[0] += part**2
                    entry[1] = max(entry[1], part)
                    entry[2] += 1
        names = ("coherent", "incoherent", "photoelectric", "pair", "total")
        texts = [f"{n} {math.sqrt(s / c):.2f} ({m:.2f})" for n, (s, m, c) in zip(names, sums)]
        lines.append(f"{label}: {', '.join(texts)}.\n")
    return "".join(lines)


def main(arguments):
    table = {z: element(z) for z in range(1, ELEMENTS + 1)}
    if arguments[0] == "--compare":
        found = residual(table, arguments[1])
        sys.stderr.write(found)
        if found != RESIDUAL:
            raise SystemExit("RESIDUAL does not say this")
        arguments = arguments[2:]
    text = (METHOD + RESIDUAL).encode("ascii")
    text += b"\n" * (-len(text) % 4)
    out = bytearray(MAGIC + struct.pack("<I", len(text)) + text + struct.pack("<I", ELEMENTS))
    for z in range(1, ELEMENTS + 1):
        out += struct.pack("<I", len(table[z]))
        for row in table[z]:
            out += struct.pack("<6f", *row)
    with open(arguments[0], "wb") as file:
        file.write(out)


if __name__ == "__main__":
    main(sys.argv[1:])
