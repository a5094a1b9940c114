"""ephyviewer's trace viewer over the flat binary file as a memory map."""
import os
import time

from common import CHANNELS, RATE, SIZE, arguments, since_started, start, tell

path, seconds, picture = arguments()
os.environ['PYQTGRAPH_QT_LIB'] = 'PyQt5'

from importlib.metadata import version

import ephyviewer
import numpy as np

app = ephyviewer.mkQApp()
samples = np.memmap(path, '<i2', 'r').reshape(-1, CHANNELS)
source = ephyviewer.InMemoryAnalogSignalSource(samples, RATE, 0.0)
view = ephyviewer.TraceViewer(source=source, name='traces')
drawn = None


def arrived(_, begin, end, *rest):
    global drawn
    drawn = (begin, end)


view.datagrabber.data_ready.connect(arrived)
view.resize(*SIZE)
view.show()
view.params['scale_mode'] = 'same_for_all'
view.params['xratio'] = 0.0
while drawn is None:
    app.processEvents()
# By the first samples, whatever is seen then.
view.auto_scale()
view.params['xsize'] = seconds


def draw(at):
    """Until what has been asked for is there; requests are answered by a thread, in order."""
    global drawn
    drawn = None
    view.seek(at)
    view.refresh()
    while drawn is None or abs(drawn[0] - at) > 1e-6 or abs(drawn[1] - at - seconds) > 1e-6:
        app.processEvents()
        time.sleep(0.002)
    return view.grab()


image = draw(start(seconds))
first = since_started()
image.save(picture)
tell('ephyviewer', version('ephyviewer'), seconds, first, lambda: draw(start(seconds) - seconds / 10))
