"""spike.py FILE on|off puts one extreme sample into the recording, or takes it out; spike.py differ A.png B.png counts the pixels that
tell two pictures apart."""
import struct
import sys

from common import CHANNELS, RATE, SPIKE_CHANNEL, SPIKE_S, SPIKE_VALUE


def put(path, value):
    at = 2 * (round(SPIKE_S * RATE) * CHANNELS + SPIKE_CHANNEL)
    with open(path, 'r+b') as file:
        file.seek(at)
        file.write(struct.pack('<h', value))


def differ(a, b):
    import numpy as np
    from PIL import Image

    a, b = (np.asarray(Image.open(path).convert('RGB')).astype(int) for path in (a, b))
    if a.shape != b.shape:
        return 'pictures of different sizes'
    changed = np.abs(a - b).max(axis=2) > 24
    if not changed.any():
        return 'not seen'
    columns = np.flatnonzero(changed.any(axis=0))
    return f'seen: {int(changed.sum())} pixels in columns {columns[0]} to {columns[-1]} of {a.shape[1]}'


if __name__ == '__main__':
    if sys.argv[1] == 'differ':
        print(differ(*sys.argv[2:4]))
    else:
        put(sys.argv[1], SPIKE_VALUE if sys.argv[2] == 'on' else 0)
