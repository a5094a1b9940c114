"""Filters as SciPy designs and runs them, for tests/signal/scipy.json: `python made.py > scipy.json`."""

import json

import numpy as np
from scipy import signal

RATE = 30000.0
CASES = [
    ([("highpass", 300.0)], 3),
    ([("lowpass", 6000.0)], 3),
    ([("bandpass", 300.0, 6000.0)], 3),
    ([("bandpass", 500.0, 900.0)], 2),
    ([("highpass", 1.0)], 3),
    ([("lowpass", 300.0)], 4),
    ([("highpass", 11000.0)], 5),
    ([("lowpass", 100.0)], 1),
    ([("bandpass", 5.0, 14000.0)], 5),
    ([("bandpass", 300.0, 6000.0)], 12),
    ([("lowpass", 14000.0)], 12),
    ([("notch", 50.0, 30.0)], 3),
    ([("highpass", 300.0), ("notch", 50.0, 30.0)], 3),
    ([("notch", 60.0, 10.0), ("lowpass", 500.0)], 2),
]


def sections(band, order):
    if band[0] == "notch":
        return signal.tf2sos(*signal.iirnotch(band[1], band[2], fs=RATE))
    edges = band[1] if len(band) == 2 else band[1:]
    return signal.butter(order, edges, band[0], fs=RATE, output="sos")


def made(length):
    """Whole steps that any language makes alike."""
    state, values = 1, []
    for _ in range(length):
        state = (state * 1103515245 + 12345) % 2**31
        values.append(state // 2**16 % 2001 - 1000 + 250)
    return np.array(values, float)


cases = []
for bands, order in CASES:
    sos = np.vstack([sections(band, order) for band in bands])
    length = 400
    values = signal.sosfiltfilt(sos, made(length))
    cases.append({
        "bands": [list(band) for band in bands],
        "order": order,
        "sos": sos.tolist(),
        "zi": signal.sosfilt_zi(sos).tolist(),
        "values": values[::7].tolist(),
    })
print('{"rate_hz": %g, "cases": [' % RATE)
print(",\n".join(json.dumps(case) for case in cases))
print("]}")
