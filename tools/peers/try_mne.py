"""mne-qt-browser over the flat binary file by way of a BrainVision header, which is written beside it."""
import os

from common import CHANNELS, RATE, SIZE, arguments, since_started, start, tell

path, seconds, picture = arguments()

import mne
import mne_qt_browser
from qtpy.QtWidgets import QApplication

stem = os.path.splitext(path)[0]
channels = '\n'.join(f'Ch{i + 1}=CH{i},,0.1,µV' for i in range(CHANNELS))
with open(stem + '.vhdr', 'w', encoding='utf-8') as file:
    file.write(f'''Brain Vision Data Exchange Header File Version 1.0
[Common Infos]
Codepage=UTF-8
DataFile={os.path.basename(path)}
MarkerFile={os.path.basename(stem)}.vmrk
DataFormat=BINARY
DataOrientation=MULTIPLEXED
NumberOfChannels={CHANNELS}
SamplingInterval={1e6 / RATE!r}
[Binary Infos]
BinaryFormat=INT_16
[Channel Infos]
{channels}
''')
with open(stem + '.vmrk', 'w', encoding='utf-8') as file:
    file.write(f'''Brain Vision Data Exchange Marker File, Version 1.0
[Common Infos]
Codepage=UTF-8
DataFile={os.path.basename(path)}
[Marker Infos]
''')
mne.set_log_level('error')
raw = mne.io.read_raw_brainvision(stem + '.vhdr', preload=False)
plot = dict(n_channels=CHANNELS, precompute=False, scalings=dict(eeg=2e-4), show=True, block=False)
figure = raw.plot(start=start(seconds), duration=min(seconds, raw.times[-1]), **plot)
figure.resize(*SIZE)
app = QApplication.instance()


def draw():
    for _ in range(5):
        app.processEvents()
    return figure.grab()


image = draw()
first = since_started()
image.save(picture)


def step():
    figure.hscroll(-0.1)
    draw()


tell('mne-qt-browser', mne_qt_browser.__version__, seconds, first, step)
