"""What the tests of clusterings share: runs of `cpo segment` on made-up rows."""
import csv
import json
import pathlib
import subprocess
import tempfile

import numpy

import json_result

BINARY = None
NOISE = -1


def segment(rows, *options, scale="none", features=None):
    """Labels and report, on the first `features` columns."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        names = [f"c{j}" for j in range(rows.shape[1])]
        with open(folder / "rows.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["id", *names])
            writer.writerows([f"r{i}", *map(repr, row)] for i, row in enumerate(rows.tolist()))
        subprocess.run([BINARY, "segment", "--input", folder / "rows.csv", "--features", ",".join(names[:features]), "--scale", scale,
                        "--output", folder / "labels.csv", "--report", folder / "report.json", *map(str, options)],
                       check=True, capture_output=True)
        with open(folder / "labels.csv", newline="", encoding="utf-8") as file:
            labels = numpy.array([int(line["segment"]) for line in csv.DictReader(file)])
        return labels, json.loads((folder / "report.json").read_text())


def clouds(rows, columns, seed, scatter=0.2):
    """Normal clouds of different spread with uniform points between."""
    random = numpy.random.default_rng(seed)
    centres, spreads = random.uniform(-5, 5, (6, columns)), random.uniform(.1, .5, 6)
    of = random.integers(0, 6, rows)
    points = centres[of] + random.normal(size=(rows, columns)) * spreads[of, None]
    scattered = random.random(rows) < scatter
    points[scattered] = random.uniform(-6, 6, (scattered.sum(), columns))
    return points


def main(name, description):
    """Runs the tests of the program that calls; the exit code."""
    global BINARY
    options, rest = json_result.parse(description)
    BINARY = options.binary
    return json_result.run(name, options, rest)
