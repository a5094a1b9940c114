"""galvani's window: until its log tells of a frame with nothing missing."""
import json
import os
import subprocess
import sys
import time

from common import peak_mb, start

path, seconds, picture = sys.argv[1], float(sys.argv[2]), sys.argv[3]
program = os.environ.get('GALVANI', 'galvani')
log = picture + '.jsonl'
if os.path.exists(log):
    os.remove(log)
command = [program, 'open', path, '--log', log, '--start', str(start(seconds)), '--duration', str(seconds)]
begun = time.monotonic()
window = subprocess.Popen(command)


def whole():
    try:
        with open(log) as file:
            frames = [json.loads(line) for line in file if line.endswith('\n')]
    except FileNotFoundError:
        return False
    return any(frame.get('fidelity', {}).get('kind', 'partial') != 'partial' for frame in frames)


try:
    while not whole():
        assert window.poll() is None, 'it ended'
        time.sleep(0.002)
    first_s = time.monotonic() - begun
    time.sleep(1.0)
    subprocess.run(['import', '-window', 'root', picture], check=True)
    peak = peak_mb(window.pid)
finally:
    window.terminate()
    window.wait()
version = subprocess.run([program, '--version'], capture_output=True, text=True).stdout.split()[-1]
told = dict(peer='galvani', version=version, seconds=seconds, first_s=round(first_s, 2), peak_mb=peak)
print(json.dumps(told))
