"""Compares FILE.galvani, read with zarr-python, with nodes that are computed here from FILE's samples.

usage: zarr_reads.py FILE DTYPE CHANNELS
"""

import sys
import warnings

import numpy as np
import zarr

LEAF, FANOUT = 64, 8


def leaves(samples):
    """Lowest, highest and gap of samples 64k ..= 64k + 64 of each channel."""
    for first in range(0, len(samples), LEAF):
        part = samples[first : first + LEAF + 1]
        gap = np.isnan(part) if part.dtype.kind == "f" else np.zeros(part.shape, bool)
        if part.dtype.kind == "f":
            lo = np.where(gap, np.inf, part).min(axis=0)
            hi = np.where(gap, -np.inf, part).max(axis=0)
        else:
            lo, hi = part.min(axis=0), part.max(axis=0)
        yield np.stack([lo, hi], axis=-1).astype(part.dtype), gap.any(axis=0)


def main():
    file, dtype, channels = sys.argv[1], np.dtype(sys.argv[2]), int(sys.argv[3])
    # It may be said of what is not Zarr's that it is ignored; nothing here is.
    warnings.simplefilter("error")
    samples = np.fromfile(file, dtype).reshape(-1, channels)
    group = zarr.open_group(file + ".galvani", mode="r")
    told = group.attrs["galvani"]
    assert told["version"] == 2 and told["leaf"] == LEAF and told["fanout"] == FANOUT, told
    assert (told["samples"], told["channels"]) == samples.shape, told
    levels = sorted(int(name) for name, _ in group["level"].arrays())
    assert levels == list(range(len(levels))), levels
    is_float = dtype.kind == "f"
    assert sorted(name for name, _ in group.groups()) == (["gap", "level"] if is_float else ["level"])
    usual = group["usual"][:]
    assert usual.shape == (channels, 2) and usual.dtype == np.float32, usual
    inside = (usual[:, 0] >= np.nanmin(samples, axis=0)) & (usual[:, 0] <= np.nanmax(samples, axis=0))
    assert inside.all() and (usual[:, 1] >= 0).all(), usual
    ranges, gaps = (np.stack(part) for part in zip(*leaves(samples)))
    for level in levels:
        array = group[f"level/{level}"]
        assert array.attrs["samples_per_node"] == LEAF * FANOUT**level
        assert array.dtype == dtype, array.dtype
        np.testing.assert_array_equal(array[:], ranges)
        if is_float:
            np.testing.assert_array_equal(group[f"gap/{level}"][:], gaps)
        starts = range(0, len(ranges), FANOUT)
        above = [ranges[s : s + FANOUT] for s in starts]
        ranges = np.stack([np.stack([a[..., 0].min(0), a[..., 1].max(0)], -1) for a in above])
        gaps = np.stack([gaps[s : s + FANOUT].any(0) for s in starts])
    assert len(array[:]) == 1, "the last level has one node"
    print("equal")


main()
