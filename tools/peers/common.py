"""What the trials of other trace viewers share: the recording, where its one spike is, how long and how much memory it takes."""
import json
import os
import resource
import sys
import time

CHANNELS, RATE, LENGTH = 64, 30_000, 600.0
SIZE = (1280, 800)
SPIKE_S, SPIKE_CHANNEL, SPIKE_VALUE = 333.3, 20, -8000
MEMORY = 14 << 30


def arguments():
    """FILE SECONDS OUT.png; memory is bounded from here on."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    path, seconds, picture = sys.argv[1:4]
    return path, float(seconds), picture


def start(seconds):
    """Where a view of so many seconds starts, with the spike in its middle."""
    return min(max(SPIKE_S - seconds / 2, 0.0), LENGTH - seconds)


def since_started():
    """Seconds since this process was started: what a user waits, imports included."""
    with open('/proc/self/stat') as file:
        ticks = int(file.read().rsplit(')', 1)[1].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf('SC_CLK_TCK')


def peak_mb(process='self'):
    with open(f'/proc/{process}/status') as file:
        line = next(line for line in file if line.startswith('VmHWM'))
    return int(line.split()[1]) // 1024


def tell(peer, version, seconds, first_s, step):
    """One line for `run`, the time of one more picture in it unless all is in view; then the process ends, however the program would like to."""
    told = dict(peer=peer, version=version, seconds=seconds, first_s=round(first_s, 2))
    if seconds < LENGTH:
        begun = time.monotonic()
        step()
        told['step_s'] = round(time.monotonic() - begun, 3)
    print(json.dumps(told | dict(peak_mb=peak_mb())), flush=True)
    os._exit(0)
