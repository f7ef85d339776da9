#!/usr/bin/env python3
"""Renders the dual-energy parcel scene of this directory with gVirtualXray.

The attenuation is gVirtualXray's own (xraylib cross sections, triangle meshes, GPU path lengths); nothing of this
project takes part. One tube at 160 kV lights a two-layer detector: the thin front layer sees the soft part of the
spectrum (`low.npy`), the layer behind a copper filter the hard part (`high.npy`).

    pip install gvxr==2.1.0 numpy==2.4.6 xraylib==4.3.0
    python render.py            # headless; EGL with Mesa is enough

writes `delivery/high.npy` and `delivery/low.npy` (uint16 [row, column], row 0 at the top) and `truth.json`; the facts
beside the arrays in `delivery/scan.toml` are kept by hand. Lengths are in millimetres; x runs to the right, z up, the beam along +y (parallel).
"""

import json
from pathlib import Path

import numpy as np
import xraylib
from gvxrPython3 import gvxr

HERE = Path(__file__).parent
DELIVERY = HERE / "delivery"
COLUMNS, ROWS, PITCH = 512, 384, 1.0  # pixels, pixels, mm
DARK, AIR = 400.0, 60000.0  # counts without and with full beam
ELECTRONIC = 2.5  # counts, standard deviation
SEED = 160

# Formula (or mass fractions) and density in g/cm3.
MATERIALS = {
    "cardboard": ("C6H10O5", 0.30),
    "paper": ("C6H10O5", 0.80),
    "water": ("H2O", 1.00),
    "pet": ("C10H8O4", 1.38),
    "polyethylene": ("C2H4", 0.94),
    "pmma": ("C5H8O2", 1.19),
    "abs": ("C15H17N", 1.05),
    "sugar": ("C12H22O11", 0.95),
    "aluminium": ("Al", 2.70),
    "glass": ("Na2CaSi6O14", 2.50),
    "epoxy-glass": ("Si2C6H7O5", 1.85),
    "brass": ({"Cu": 0.63, "Zn": 0.37}, 8.5),
    "copper": ("Cu", 8.96),
    "steel": ({"Fe": 0.98, "Mn": 0.01, "C": 0.01}, 7.85),
    "zinc-manganese": ({"Zn": 0.25, "Mn": 0.35, "O": 0.30, "K": 0.10}, 3.0),
    "lead": ("Pb", 11.35),
}


# ---- Meshes -------------------------------------------------------------------------------------------------------


def ears(polygon):
    """Triangulates a simple polygon given counter-clockwise; returns triples of indices."""
    left, triangles = list(range(len(polygon))), []
    cross = lambda a, b, c: (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    while len(left) > 3:
        for k in range(len(left)):
            i, j, l = left[k - 1], left[k], left[(k + 1) % len(left)]
            a, b, c = polygon[i], polygon[j], polygon[l]
            if cross(a, b, c) <= 1e-9:
                continue
            inside = (p for p in left if p not in (i, j, l))
            if any(min(cross(a, b, polygon[p]), cross(b, c, polygon[p]), cross(c, a, polygon[p])) >= 0 for p in inside):
                continue
            triangles.append((i, j, l))
            left.pop(k)
            break
        else:
            raise ValueError("polygon crosses itself")
    return triangles + [tuple(left)]


def prism(outline, y0, y1):
    """Extrudes a counter-clockwise outline in (x, z) along the beam."""
    n = len(outline)
    vertices = [(x, y, z) for y in (y0, y1) for x, z in outline]
    faces = []
    for a, b, c in ears(outline):
        faces += [(a, b, c), (n + c, n + b, n + a)]
    for i in range(n):
        j = (i + 1) % n
        faces += [(i, n + i, j), (j, n + i, n + j)]
    return vertices, faces


def turned(profile, centre, axis="z", sides=96):
    """Turns a closed profile of (radius, height) points around an axis through `centre`."""
    vertices, faces, n = [], [], len(profile)
    for s in range(sides):
        c, q = np.cos(2 * np.pi * s / sides), np.sin(2 * np.pi * s / sides)
        for r, h in profile:
            d = {"z": (r * c, r * q, h), "x": (h, r * c, r * q), "y": (r * q, h, r * c)}[axis]
            vertices.append(tuple(np.add(centre, d)))
    for s in range(sides):
        t = (s + 1) % sides
        for i in range(n):
            j = (i + 1) % n
            faces += [(s * n + i, t * n + i, s * n + j), (s * n + j, t * n + i, t * n + j)]
    return vertices, faces


def tube(path, radius, y, sides=16):
    """Sweeps a circle along a path of (x, z) points at depth `y`."""
    path = np.array(path, float)
    tangent = np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1)[:, None]
    vertices, faces = [], []
    for (x, z), (tx, tz) in zip(path, tangent):
        for s in range(sides):
            c, q = np.cos(2 * np.pi * s / sides), np.sin(2 * np.pi * s / sides)
            vertices.append((x - radius * c * tz, y + radius * q, z + radius * c * tx))
    for k in range(len(path) - 1):
        for s in range(sides):
            t = (s + 1) % sides
            a, b, c, d = k * sides + s, k * sides + t, (k + 1) * sides + s, (k + 1) * sides + t
            faces += [(a, c, b), (b, c, d)]
    last = (len(path) - 1) * sides
    for s in range(1, sides - 1):
        faces += [(0, s, s + 1), (last, last + s + 1, last + s)]
    return vertices, faces


def rectangle(x, z, width, height, degrees=0.0):
    """Outline of a rectangle around its centre, turned counter-clockwise."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    return [(x + (a * width * c - b * height * s) / 2, z + (a * width * s + b * height * c) / 2) for a, b in corners]


def arc(x, z, radius, start, end, steps=24):
    """Points of an arc, degrees counter-clockwise from +x."""
    return [(x + radius * np.cos(np.radians(t)), z + radius * np.sin(np.radians(t))) for t in np.linspace(start, end, steps)]


def turn(outline, x, z, degrees):
    """Moves an outline drawn around the origin to its place."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return [(x + a * c - b * s, z + a * s + b * c) for a, b in outline]


def box(x, z, width, height, y0, y1):
    return prism(rectangle(x, z, width, height), y0, y1)


def hollow_box(x, z, width, height, y0, y1, wall):
    """Six plates that do not overlap."""
    inner = height - 2 * wall
    return [
        box(x, z, width, height, y0, y0 + wall),
        box(x, z, width, height, y1 - wall, y1),
        box(x, z + (height - wall) / 2, width, wall, y0 + wall, y1 - wall),
        box(x, z - (height - wall) / 2, width, wall, y0 + wall, y1 - wall),
        box(x - (width - wall) / 2, z, wall, inner, y0 + wall, y1 - wall),
        box(x + (width - wall) / 2, z, wall, inner, y0 + wall, y1 - wall),
    ]


def spanner(length, jaw, shaft):
    """Open-ended spanner around the origin, along x."""
    half, r = length / 2, jaw
    gap = [(half + 0.85 * r, -0.52 * r), (half - 0.05 * r, -0.43 * r), (half + 0.1 * r, 0.43 * r), (half + 0.85 * r, 0.52 * r)]
    neck = half - 0.8 * r
    right = [(neck, -shaft), *arc(half, 0, r, -125, -32, 10), *gap, *arc(half, 0, r, 32, 125, 10), (neck, shaft)]
    return right + [(-x, -z) for x, z in right]


# ---- Scene --------------------------------------------------------------------------------------------------------


def scene():
    """Yields (name, what it is, material, meshes)."""
    yield "carton", "corrugated carton", "cardboard", hollow_box(0, 0, 470, 330, -150, 150, 5)

    floor = -160.0
    shell = [(0, 0), (36, 0), (36, 120), (34, 132), (14, 168), (14, 190), (13, 190), (13, 168), (33, 131), (35, 119), (35, 1), (0, 1)]
    yield "bottle", "PET bottle", "pet", [turned(shell, (-185, 0, floor))]
    yield "water", "water in the bottle", "water", [turned([(0, 1.01), (34.99, 1.01), (34.99, 119), (32.9, 131), (22, 151), (0, 151)], (-185, 0, floor))]
    yield "bottle-cap", "polyethylene cap", "polyethylene", [turned([(0, 190.1), (16, 190.1), (16, 206), (0, 206)], (-185, 0, floor))]

    yield "polyethylene-block", "polyethylene block", "polyethylene", [box(-105, floor + 30, 60, 60, -30, 30)]
    yield "pmma-block", "acrylic block", "pmma", [box(-105, floor + 85, 50, 50, -30, 30)]

    yield "aluminium-box", "aluminium box with lid", "aluminium", hollow_box(10, floor + 45, 120, 90, -40, 40, 3)
    yield "hidden-package", "bag of sugar hidden in the aluminium box", "sugar", [box(22, floor + 34, 64, 56, -26, 26)]

    jar = [(0, 0), (34, 0), (34, 82), (27, 92), (27, 104), (24, 104), (24, 92), (31, 81), (31, 4), (0, 4)]
    yield "glass-jar", "empty glass jar", "glass", [turned(jar, (118, 0, floor))]

    yield "book", "book", "paper", [prism(rectangle(-70, 60, 150, 105, 8), 60, 100)]
    blade = [(0, -9), (70, -9), (88, -3), (98, 8), (0, 9)]
    yield "knife-blade", "steel blade of a knife laid behind the book", "steel", [prism(turn(blade, -90, 66, 28), 110, 113)]
    yield "knife-handle", "plastic handle of the knife", "abs", [prism(turn(rectangle(-46, 0, 92, 22), -90, 66, 28), 104, 119)]

    yield "spanner", "steel spanner", "steel", [prism(turn(spanner(120, 17, 7.5), 70, 20, -24), -20, -12)]

    yield "radio-case", "plastic case of a radio", "abs", hollow_box(135, 85, 130, 84, -30, 30, 2.5)
    yield "radio-board", "printed circuit board", "epoxy-glass", [box(125, 85, 88, 66, 10, 11.6)]
    chips = [(95, 100, 18, 18), (125, 105, 12, 12), (148, 104, 10, 16), (100, 68, 26, 10), (140, 72, 14, 14)]
    yield "radio-parts", "copper parts on the board", "copper", [box(x, z, w, h, 6, 7.2) for x, z, w, h in chips]
    magnet = [(0, 0), (19, 0), (19, 8), (0, 8)]
    yield "loudspeaker", "steel magnet of a loudspeaker", "steel", [turned(magnet, (112, -26, 84), axis="y")]
    for k in range(4):
        z = 58 + 17 * k
        can = [(0, -24), (7, -24), (7, 24), (0, 24)]
        yield f"battery-{k + 1}", "alkaline cell", "zinc-manganese", [turned(can, (165, 18, z), axis="x")]

    t = np.linspace(0, 1, 160)
    coil = np.stack([-200 + 70 * t + 20 * np.cos(9 * np.pi * t), 100 + 22 * np.sin(9 * np.pi * t) + 8 * t], axis=1)
    yield "cable", "copper cable", "copper", [tube(coil, 1.6, -60)]

    for k, (x, z) in enumerate([(190, -152), (202, -151), (196, -141), (213, -152), (207, -141)]):
        ball = [(7 * np.sin(a), -7 * np.cos(a)) for a in np.linspace(0, np.pi, 24)]
        yield f"lead-ball-{k + 1}", "lead fishing weight", "lead", [turned(ball, (x, 20, z + 0.5))]
    ring = [(9, 0), (15, 0), (15, 22), (9, 22)]
    yield "brass-fitting", "brass pipe fitting", "brass", [turned(ring, (190, -40, -110), axis="y")]


# ---- Tube and detector --------------------------------------------------------------------------------------------


def layers():
    """Returns bin energies in keV and, per layer, the photons that arrive per bin and the energy each leaves there."""
    energies = np.arange(16.0, 160.0, 2.0)
    through = lambda cs, density, mm: np.exp(-np.array([cs(e) for e in energies]) * density * mm / 10)
    compound = lambda formula: lambda e: xraylib.CS_Total_CP(formula, float(e))
    photons = (160 - energies) / energies  # thick tungsten target (Kramers)
    photons *= through(compound("Al"), 2.70, 3.0) * through(compound("Cu"), 8.96, 0.1)
    absorbed = lambda mm: energies * (1 - through(compound("CsI"), 4.51, mm)) * np.array(
        [xraylib.CS_Energy(55, float(e)) * 0.512 + xraylib.CS_Energy(53, float(e)) * 0.488 for e in energies]
    ) / np.array([xraylib.CS_Total_CP("CsI", float(e)) for e in energies])
    behind = photons * through(compound("CsI"), 4.51, 0.35) * through(compound("Cu"), 8.96, 0.7)
    return energies, {"low": (photons, absorbed(0.35)), "high": (behind, absorbed(4.0))}


def transmission(energies, weights):
    """Renders the scene lit by bins that each carry `weights` of the signal; 1 is air, row 0 at the top."""
    gvxr.resetBeamSpectrum()
    for energy, weight in zip(energies, weights / energies):  # the image sums photons times energy
        gvxr.addEnergyBinToSpectrum(float(energy), "keV", float(weight))
    image = np.array(gvxr.computeXRayImage(), dtype=np.float64)
    return image[::-1] / (weights.sum() / 1000)  # the image is in MeV


def counts(transmitted, photons, rng):
    """Draws the detector's reading: Poisson quanta, electronic noise, dark level, 16 bits."""
    quanta = rng.poisson(transmitted * photons) / photons
    value = DARK + (AIR - DARK) * quanta + rng.normal(0, ELECTRONIC, transmitted.shape)
    return np.clip(np.rint(value), 0, 65535).astype(np.uint16)


# ---- Truth --------------------------------------------------------------------------------------------------------


def areal_density(labels, density):
    """Sums an object's path lengths; g/cm2, row 0 at the top."""
    paths = sum(np.array(gvxr.computePathLength(label), dtype=np.float64) for label in labels)
    return np.maximum(paths[::-1], 0) * density


def bounds(mask):
    """Smallest rectangle that holds the mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return pixels(rows[0], columns[0], rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1)


def pixels(row, column, rows, columns):
    return {"row": int(row), "column": int(column), "rows": int(rows), "columns": int(columns)}


def largest_rectangle(mask):
    """Largest rectangle of set pixels, as [row, column, rows, columns]."""
    best, heights = (0, [0, 0, 0, 0]), np.zeros(mask.shape[1], int)
    for row in range(mask.shape[0]):
        heights = np.where(mask[row], heights + 1, 0)
        stack = []
        for column, height in enumerate([*heights, 0]):
            start = column
            while stack and stack[-1][1] >= height:
                start, tall = stack.pop()
                if tall * (column - start) > best[0]:
                    best = (tall * (column - start), [row - tall + 1, start, tall, column - start])
            stack.append((start, height))
    return [int(v) for v in best[1]]


def mass_fractions(composition):
    if isinstance(composition, dict):
        return {xraylib.SymbolToAtomicNumber(s): f for s, f in composition.items()}
    parsed = xraylib.CompoundParser(composition)
    return dict(zip(parsed["Elements"], parsed["massFractions"]))


def effective_z(parts):
    """Mayneord's effective atomic number of (composition, mass) parts: electron fractions, power 2.94."""
    electrons = [(z, mass * f * z / xraylib.AtomicWeight(z)) for c, mass in parts for z, f in mass_fractions(c).items()]
    return (sum(e * z**2.94 for z, e in electrons) / sum(e for _, e in electrons)) ** (1 / 2.94)


def truth(objects, maps):
    """Describes each object: where it is seen, and a core where what lies in the beam is the same all over."""
    present = np.stack([m > 0.01 for m in maps])
    described = []
    for index, item in enumerate(objects):
        here = present[index]
        stacks, counts_ = np.unique(present[:, here], axis=1, return_counts=True)
        common = stacks[:, np.argmax(counts_)]
        flat = np.abs(maps[index] - np.median(maps[index][here])) < 0.15 * np.median(maps[index][here])
        row, column, rows, columns = largest_rectangle((present == common[:, None, None]).all(axis=0) & flat)
        inset = 1 if min(rows, columns) > 4 else 0
        row, column, rows, columns = row + inset, column + inset, rows - 2 * inset, columns - 2 * inset
        window = np.s_[row : row + rows, column : column + columns]
        layers = [
            {"object": objects[k]["name"], "material": objects[k]["material"], "areal_density": round(float(maps[k][window].mean()), 3)}
            for k in np.flatnonzero(common)
        ]
        composition, density = MATERIALS[item["material"]]
        described.append(
            {
                "name": item["name"],
                "what": item["what"],
                "material": item["material"],
                "density": density,
                "z_eff": round(effective_z([(composition, 1.0)]), 2),
                "rectangle": bounds(here),
                "core": {
                    "rectangle": pixels(row, column, rows, columns),
                    "layers": layers,
                    "areal_density": round(sum(l["areal_density"] for l in layers), 3),
                    "z_eff": round(effective_z([(MATERIALS[l["material"]][0], l["areal_density"]) for l in layers]), 2),
                },
            }
        )
    return described


def main():
    gvxr.createOpenGLContext()
    gvxr.useParallelBeam()
    gvxr.setSourcePosition(0.0, -1000.0, 0.0, "mm")
    gvxr.setDetectorPosition(0.0, 500.0, 0.0, "mm")
    gvxr.setDetectorUpVector(0, 0, 1)
    gvxr.setDetectorNumberOfPixels(COLUMNS, ROWS)
    gvxr.setDetectorPixelSize(PITCH, PITCH, "mm")

    objects = []
    for name, what, material, meshes in scene():
        composition, density = MATERIALS[material]
        labels = [f"{name}/{k}" for k in range(len(meshes))]
        for label, (vertices, faces) in zip(labels, meshes):
            gvxr.makeTriangularMesh(label, np.ravel(vertices).tolist(), np.ravel(faces).tolist(), "mm")
            if isinstance(composition, dict):
                gvxr.setMixture(label, list(composition), list(composition.values()))
            else:
                gvxr.setCompound(label, composition)
            gvxr.setDensity(label, density, "g/cm3")
            gvxr.addPolygonMeshAsInnerSurface(label)
        objects.append({"name": name, "what": what, "material": material, "labels": labels})

    rng = np.random.default_rng(SEED)
    energies, spectra = layers()
    for layer, quanta in (("high", 60e3), ("low", 90e3)):
        photons, deposit = spectra[layer]
        weights = photons * deposit
        # The noise of a sum weighted by energy is that of fewer, equal quanta (Swank).
        quanta *= weights.sum() ** 2 / (photons * deposit**2).sum() / photons.sum()
        np.save(DELIVERY / f"{layer}.npy", counts(transmission(energies, weights), quanta, rng))

    maps = [areal_density(item["labels"], MATERIALS[item["material"]][1]) for item in objects]
    document = {
        "scene": "parcel-160kv",
        "title": "Parcel with a bottle, blocks, a radio, tools, a knife and a package hidden in an aluminium box",
        "z_eff": "Mayneord: electron fractions, power 2.94",
        "rows": ROWS,
        "columns": COLUMNS,
        "objects": truth(objects, maps),
    }
    (HERE / "truth.json").write_text(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
