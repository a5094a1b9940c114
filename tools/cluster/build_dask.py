#!/usr/bin/env python3
"""Builds the sidecars of many recordings over the workers of a Dask cluster.

    build_dask.py --scheduler tcp://head:8786 --parts 16 /data/*/*.ap.bin
    build_dask.py --local 4 recording.bin -- --raw-channels 64 --rate 30000

Each recording is cut into parts, `galvani build FILE --shard I/N`, which any worker builds in any order; then they are
merged. What a lost worker was about is built again by another, from where it was left. All workers see the recordings
and the sidecars under the same paths, and have `galvani`. What follows `--` is given to each `galvani build`.
"""

import argparse
import json
import subprocess
import sys
import time

from distributed import Client, LocalCluster, as_completed


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--scheduler", metavar="ADDRESS", help="a running cluster's scheduler")
    where.add_argument("--scheduler-file", metavar="FILE", help="what its scheduler has written")
    where.add_argument("--local", metavar="N", type=int, help="N worker processes on this machine")
    parser.add_argument("--parts", metavar="N", type=int, default=16, help="parts of each recording (16)")
    parser.add_argument("--retries", metavar="N", type=int, default=3, help="of a part that fails (3)")
    parser.add_argument("--galvani", metavar="PATH", default="galvani", help="the program, on every worker")
    parser.add_argument("--out", metavar="DIR", help="put the sidecars there and not beside the recordings")
    parser.add_argument("files", metavar="FILE", nargs="+")
    own, build = sys.argv[1:], []
    if "--" in own:
        at = own.index("--")
        own, build = own[:at], own[at + 1 :]
    arguments = parser.parse_args(own)
    if arguments.parts < 1:
        parser.error("--parts: at least 1")
    if arguments.out:
        build = [*build, "--out", arguments.out]
    return arguments, build


def galvani(command):
    """Runs the program; its answer, or an error with its message. Runs on a worker."""
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        message = done.stderr.strip() or f"exit status {done.returncode}"
        raise RuntimeError(f"{' '.join(command)}: {message}")
    return json.loads(done.stdout)


def start(arguments):
    if arguments.local:
        # Processes of one thread: the program brings its own.
        cluster = LocalCluster(n_workers=arguments.local, threads_per_worker=1, dashboard_address=None)
        return Client(cluster)
    return Client(arguments.scheduler, scheduler_file=arguments.scheduler_file)


def main():
    arguments, build = parse()
    client = start(arguments)
    begun = time.monotonic()
    total = len(arguments.files) * arguments.parts
    options = {"pure": False, "retries": arguments.retries}
    parts, left = {}, {}
    for file in arguments.files:
        command = [arguments.galvani, "build", file, *build]
        left[file] = arguments.parts
        for part in range(1, arguments.parts + 1):
            sharded = [*command, "--shard", f"{part}/{arguments.parts}"]
            parts[client.submit(galvani, sharded, **options)] = file
    merges, failed, done = {}, [], 0
    waiting = as_completed(parts)
    for future in waiting:
        file = parts.get(future) or merges[future]
        if future.status != "finished":
            failed.append(f"{file}: {future.exception()}")
            continue
        if future in merges:
            print(f"{file}: {future.result()['sidecar']}", flush=True)
            continue
        done += 1
        left[file] -= 1
        if sys.stderr.isatty():
            print(f"\r{done}/{total} parts, {time.monotonic() - begun:.0f} s", end="", file=sys.stderr)
        if left[file] == 0:
            merge = client.submit(galvani, [arguments.galvani, "build", file, *build, "--merge"], **options)
            merges[merge] = file
            waiting.add(merge)
    client.close()
    for line in failed:
        print(line, file=sys.stderr)
    if failed:
        sys.exit(f"{len(failed)} failed; what is built stays: the same command goes on from there")


if __name__ == "__main__":
    main()
