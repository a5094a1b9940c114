"""Compares STORE, read with zarr-python, with the array in FILE.npy.

usage: zarr_equals.py STORE FILE.npy
"""

import sys
import warnings

import numpy as np
import zarr

warnings.simplefilter("error")
array = zarr.open_array(sys.argv[1], mode="r")
np.testing.assert_array_equal(array[:], np.load(sys.argv[2]))
assert array.metadata.dimension_names == ("time", "channel")
assert len(array.attrs["units"]) == array.shape[1] and array.attrs["sampling_frequency"] > 0
print("equal")
