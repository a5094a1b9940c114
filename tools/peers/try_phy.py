"""phy's trace view, as `phy trace-gui` makes it, over the flat binary file."""
import time

from common import CHANNELS, RATE, SIZE, arguments, since_started, start, tell

path, seconds, picture = arguments()

from importlib.metadata import version

import numpy as np
from phy.cluster.views.trace import TraceView, select_traces
from phy.gui import create_app
from phylib.io.traces import get_ephys_reader
from phylib.utils import Bunch

app = create_app()
reader = get_ephys_reader(path, sample_rate=RATE, n_channels_dat=CHANNELS, dtype=np.int16, offset=0)
TraceView.interval_duration = seconds
view = TraceView(
    traces=lambda interval: Bunch(data=select_traces(reader, interval, sample_rate=RATE)),
    n_channels=reader.n_channels,
    sample_rate=RATE,
    duration=reader.duration,
    enable_threading=False,
)
canvas = view.canvas
canvas.resize(*SIZE)
canvas.show()
until = time.monotonic() + 20
while not canvas.isExposed() and time.monotonic() < until:
    app.processEvents()


def draw(at):
    view.set_interval((at, at + seconds))
    canvas.makeCurrent()
    canvas.paintGL()
    return canvas.grabFramebuffer()


image = draw(start(seconds))
first = since_started()
image.save(picture)
tell('phy', version('phy'), seconds, first, lambda: draw(start(seconds) - seconds / 10))
