"""Holds samples that galvani filtered to scipy.signal.sosfiltfilt, and fails where one is off.

usage: scipy_filters.py PLAIN.npy FILTERED.npy RATE OPTION VALUE ...
"""

import sys

import numpy as np
from scipy import signal


def sections(options, rate):
    """Those of all bands, in the order in which galvani runs them."""
    order = next((int(value) for name, value in options if name == "--filter-order"), 3)
    for wanted in ["--highpass", "--lowpass", "--bandpass", "--notch"]:
        for name, value in options:
            if name != wanted:
                continue
            if name == "--notch":
                hz, _, q = value.partition(":")
                yield signal.tf2sos(*signal.iirnotch(float(hz), float(q or 30), fs=rate))
            else:
                edges = [float(edge) for edge in value.split("-")]
                edges = edges if len(edges) == 2 else edges[0]
                yield signal.butter(order, edges, name.strip("-"), fs=rate, output="sos")


def main():
    plain, ours = (np.load(path).astype(float) for path in sys.argv[1:3])
    options = list(zip(sys.argv[4::2], sys.argv[5::2]))
    theirs = signal.sosfiltfilt(np.vstack(list(sections(options, float(sys.argv[3])))), plain, axis=0)
    if ("--reference", "median") in options and plain.shape[1] > 1:
        theirs -= np.median(theirs, axis=1, keepdims=True)
    peak = np.abs(plain).max()
    off = np.abs(ours - theirs).max() / peak
    print(f"off by {off:.1e} of the largest sample")
    # Of what f32 holds, and of what is far away.
    assert off < 1.2e-6, f"off by {off}"


main()
