#!/usr/bin/env python3
"""From a CSV to named, explained segments with their map over the API: `segments_over_api.py --binary CPO [--rows 100000]`.

A new server each time, on SQLite and its default settings. Customers of 12 features in eight groups that overlap are
imported, grouped by `auto`, and their segments and map fetched, as a program does that looks at its jobs every 10 ms. Bar of
the whole: 2 s on two cores.
"""
import argparse
import pathlib
import statistics
import sys
import tempfile
import time

import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from api_client import Document, Server  # noqa: E402

NAMES = ["recency_days", "orders", "revenue", "items", "average_order", "tenure_days", "visits", "minutes", "discount_share",
         "returns", "opened_mails", "age"]


def customers(rows):
    """CSV text."""
    random = numpy.random.default_rng(1)
    centres = random.normal(scale=2.5, size=(8, len(NAMES)))
    values = centres[random.integers(8, size=rows)] + random.normal(size=(rows, len(NAMES)))
    lines = (f"c{i}," + ",".join(f"{value:.3f}" for value in line) for i, line in enumerate(values))
    return ("id," + ",".join(NAMES) + "\n" + "\n".join(lines) + "\n").encode()


def finished(caller, job):
    while True:
        state = caller.get(f"/api/v1/jobs/{job}")
        if state["state"] == "succeeded":
            return
        assert state["state"] in ("queued", "running"), state
        time.sleep(.01)


def one_way(binary, csv):
    """Seconds of import, grouping and fetching, and the segments."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(binary, f"sqlite:{folder}/cpo.db", folder, Document()).start()
        try:
            caller = server.set_up()
            times = [time.perf_counter()]
            started = caller.post("/api/v1/customers/imports?kind=customers", csv, content_type="text/csv")
            finished(caller, started["job"])
            times.append(time.perf_counter())
            run = caller.post("/api/v1/segmentation/runs", {})
            finished(caller, run["job"])
            times.append(time.perf_counter())
            path = f"/api/v1/segmentation/runs/{run['run']}"
            segments = caller.get(f"{path}/segments")["items"]
            points = caller.call("GET", f"{path}/map").body
            times.append(time.perf_counter())
        finally:
            server.stop()
    assert len({segment["name"] for segment in segments}) == len(segments) > 1 and len(points) > csv.count(b"\n") * 4
    assert all(segment["drivers"] for segment in segments)
    return numpy.diff(times), segments


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    csv = customers(options.rows)
    runs = [one_way(str(pathlib.Path(options.binary).resolve()), csv) for _ in range(options.runs)]
    parts = numpy.median([times for times, _ in runs], axis=0)
    print(f"{options.rows} customers x {len(NAMES)}, {len(runs[0][1])} segments: import {parts[0]:.2f} s, segments {parts[1]:.2f} s, "
          f"fetched {parts[2]:.3f} s; whole, median of {options.runs}: {statistics.median(sum(times) for times, _ in runs):.2f} s")


if __name__ == "__main__":
    main()
