"""Compares the arrays that `uff extract` wrote with the file as h5py reads it.

Usage: array_judge.py FILE FOLDER
"""

import sys
from pathlib import Path

import h5py
import numpy as np


def main():
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    arrays = sorted(folder.glob("views/**/*.npy"))
    wrong = 0
    with h5py.File(path, "r") as file:
        for array in arrays:
            name = str(array.relative_to(folder).with_suffix(""))
            extracted, stored = np.load(array), file[name][()]
            if extracted.dtype != stored.dtype or not np.array_equal(extracted, stored, equal_nan=stored.dtype.kind == "f"):
                print(f"{path.name}: {name}: NumPy reads another array than h5py")
                wrong += 1
    if not arrays:
        print(f"{path.name}: no array was extracted")
        wrong += 1
    if not wrong:
        print(f"{path.name}: NumPy {np.__version__} agrees with {len(arrays)} extracted arrays")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
