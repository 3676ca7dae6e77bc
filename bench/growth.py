#!/usr/bin/env python3
"""How the time of clusterings grows with rows and with columns, as a picture: `growth.py --binary build/release/cpo --output FILE.svg`.

Twenty normal groups of different spread with a tenth of the rows between them. Time is `timings_ms.cluster` of the report, from a
matrix in memory to labels, on all cores; one run each. A method ends where its next run would take more than a minute, by the
growth of the last one, or where it refuses the number of rows.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

import matplotlib
import numpy

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "cpo"  # The same picture for the same figures.
from matplotlib import pyplot  # noqa: E402

ROWS, COLUMNS = (10_000, 100_000, 1_000_000, 10_000_000), (2, 4, 8, 16, 32, 64)
MIDDLE_ROWS, MIDDLE_COLUMNS = 100_000, 8
LONG_MS = 60_000
METHODS = {
    "k-means, 8 segments": ["--algorithm", "kmeans", "--clusters", 8],
    "k-means, 2 to 12 tried": ["--algorithm", "kmeans"],
    "mixture of 8, diagonal": ["--algorithm", "gmm", "--clusters", 8, "--covariance", "diagonal", "--starts", 1],
    "DBSCAN": ["--algorithm", "dbscan"],
    "HDBSCAN": ["--algorithm", "hdbscan", "--min-size", 100],
    "Ward": ["--algorithm", "hierarchical", "--clusters", 8],
    "Genie": ["--algorithm", "hierarchical", "--linkage", "genie", "--clusters", 8],
}


def write_rows(file, rows, columns):
    """Whole numbers, thousandths of what they stand for: quick to write."""
    random = numpy.random.default_rng(rows + columns)
    centres, spreads = random.uniform(-5, 5, (20, columns)), random.uniform(.15, .45, 20)
    with open(file, "w", encoding="utf-8") as out:
        out.write(",".join(["id", *(f"c{j}" for j in range(columns))]) + "\n")
        for start in range(0, rows, 100_000):
            count = min(100_000, rows - start)
            of = random.integers(0, 20, count)
            points = centres[of] + random.normal(size=(count, columns)) * spreads[of, None]
            anywhere = random.random(count) < .1
            points[anywhere] = random.uniform(-6, 6, (anywhere.sum(), columns))
            table = numpy.column_stack([numpy.arange(start, start + count), (points * 1000).astype(int)])
            out.writelines(",".join(map(str, row)) + "\n" for row in table.tolist())


def cluster_ms(binary, folder, options):
    """Milliseconds; nothing when the method refuses."""
    report = folder / "report.json"
    ran = subprocess.run([binary, "segment", "--input", folder / "rows.csv", "--scale", "none", "--output", folder / "labels.csv",
                          "--report", report, *map(str, options)], capture_output=True, text=True)
    if ran.returncode:
        print("   ", ran.stderr.strip().splitlines()[-1][:160], flush=True)
        return None
    return json.loads(report.read_text())["timings_ms"]["cluster"]


def measure(binary, sizes):
    """{method: [(size, ms)]} of (size, rows, columns)."""
    figures = {name: [] for name in METHODS}
    with tempfile.TemporaryDirectory() as folder:
        for size, rows, columns in sizes:
            write_rows(pathlib.Path(folder) / "rows.csv", rows, columns)
            for name, options in METHODS.items():
                known = figures[name]
                if known and (known[-1] is None or expected(known, size) > LONG_MS):
                    continue
                ms = cluster_ms(binary, pathlib.Path(folder), options)
                known.append(ms and (size, ms))
                print(f"{rows:>9} x {columns:<3} {name:<24} {ms and round(ms, 1)} ms", flush=True)
    return {name: [point for point in points if point] for name, points in figures.items()}


def expected(known, size):
    """Milliseconds if it goes on growing as it did, at least in proportion."""
    power = 1.0
    if len(known) > 1:
        (a, a_ms), (b, b_ms) = known[-2:]
        power = max(1.0, numpy.log(b_ms / a_ms) / numpy.log(b / a))
    return known[-1][1] * (size / known[-1][0]) ** power


def draw(by_rows, by_columns, file):
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.6), sharey=True)
    for axes, figures, title, label in (
            (left, by_rows, f"{MIDDLE_COLUMNS} columns", "rows"), (right, by_columns, f"{MIDDLE_ROWS:,} rows", "columns")):
        for name, points in figures.items():
            axes.loglog(*zip(*points), marker="o", markersize=4, label=name)
        axes.set(title=title, xlabel=label)
        axes.grid(True, which="major", alpha=.4)
    right.set_xticks(COLUMNS, map(str, COLUMNS))
    right.minorticks_off()
    left.set_ylabel("ms, two cores")
    left.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--rows-max", type=int, default=ROWS[-1])
    options = parser.parse_args()
    binary = str(pathlib.Path(options.binary).resolve())
    by_rows = measure(binary, [(rows, rows, MIDDLE_COLUMNS) for rows in ROWS if rows <= options.rows_max])
    by_columns = measure(binary, [(columns, MIDDLE_ROWS, columns) for columns in COLUMNS])
    draw(by_rows, by_columns, options.output)


if __name__ == "__main__":
    main()
