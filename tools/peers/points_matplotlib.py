"""Points in clusters in Matplotlib, drawn by the processor: what `galvani bench --workload points` shows, for COUNT points (10⁷ without).

Prints a line of JSON: seconds from the arrays in memory to the first full frame, and for the same frame once more."""
import json
import sys
import time

import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

WIDTH, HEIGHT, CLUSTERS = 1920, 1080, 64

count = int(float(sys.argv[1])) if len(sys.argv) > 1 else 10_000_000
random = np.random.default_rng(1)
middle, spread = random.random((CLUSTERS, 2)), 0.002 + 0.03 * random.random((CLUSTERS, 2))
which = random.integers(CLUSTERS, size=count)
x, y = (middle[which] + spread[which] * random.standard_normal((count, 2))).astype(np.float32).T
x, y = np.ascontiguousarray(x), np.ascontiguousarray(y)

started = time.perf_counter()
figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
canvas = FigureCanvasAgg(figure)
axes = figure.add_axes([0.05, 0.05, 0.9, 0.9])
# Pixels are the least of its markers.
axes.plot(x, y, ',')
canvas.draw()
loaded = time.perf_counter()
canvas.draw()
np.asarray(canvas.buffer_rgba()).copy()
drawn = time.perf_counter()
print(json.dumps({
    'peer': f'matplotlib {matplotlib.__version__}',
    'points': count,
    'load_s': loaded - started,
    'full_s': drawn - loaded,
}))
