#!/usr/bin/env python3
"""k-means of `cpo segment`, choosing k, and the silhouette, beside scikit-learn and oneDAL: `kmeans.py --binary build/release/cpo`.

Both work on the same rows in one run, one after the other, two threads each; inertia is compared first. Ours is
`timings_ms.cluster` of the report, from a matrix in memory to labels, as the peers' fit(); of the silhouette it is
`timings_ms.quality` with --exact-silhouette, all other measures included. Wall time, median over seeds or runs.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time
import warnings

os.environ.pop("OPENBLAS_CORETYPE", None)  # The peers may use the best code they have.

import numpy  # noqa: E402
import sklearn.cluster  # noqa: E402
import sklearn.metrics  # noqa: E402
import sklearnex.cluster  # noqa: E402

COLUMNS, GROUPS = 16, 12
COUNTS = range(2, 13)
PEERS = {"scikit-learn": sklearn.cluster.KMeans, "oneDAL": sklearnex.cluster.KMeans}


def points_of(rows):
    """A mixture of twelve overlapping normal groups of different sizes and spreads; low groups are larger."""
    random = numpy.random.default_rng(7)
    centres = 1.5 * random.normal(size=(GROUPS, COLUMNS))
    of = numpy.minimum(random.integers(GROUPS, size=rows), random.integers(GROUPS, size=rows))
    return centres[of] + random.normal(size=(rows, COLUMNS)) * (.7 + .05 * of)[:, None]


class Ours:
    def __init__(self, binary, folder, rows):
        self.binary, self.folder = binary, pathlib.Path(folder)
        names = [f"c{j}" for j in range(COLUMNS)]
        numpy.savetxt(self.folder / "rows.csv", numpy.column_stack([numpy.arange(len(rows)), rows]), delimiter=",",
                      header=",".join(["id", *names]), comments="", fmt=["%d"] + ["%.17g"] * COLUMNS)

    def run(self, *options):
        """The report."""
        subprocess.run([self.binary, "segment", "--input", self.folder / "rows.csv", "--algorithm", "kmeans", "--scale", "none",
                        "--output", self.folder / "labels.csv", "--report", self.folder / "report.json", *map(str, options)],
                       check=True, capture_output=True)
        return json.loads((self.folder / "report.json").read_text())

    def fits(self, clusters, starts, seeds):
        """Milliseconds and inertia by seed."""
        reports = [self.run("--clusters", clusters, "--starts", starts, "--seed", seed) for seed in seeds]
        return [each["timings_ms"]["cluster"] for each in reports], [each["quality"]["inertia"] for each in reports]


def timed(work):
    start = time.perf_counter()
    answer = work()
    return (time.perf_counter() - start) * 1e3, answer


def fits(peer, rows, clusters, starts, seeds):
    runs = [timed(lambda s=seed: peer(clusters, n_init=starts, random_state=s).fit(rows)) for seed in seeds]
    return [run[0] for run in runs], [run[1].inertia_ for run in runs]


def row(name, answer, ours, peer):
    print(f"{name:<44} {answer:<44} {ours:>9.1f} ms {peer:>9.1f} ms {peer / ours:>7.1f} x", flush=True)


def bench_fit(ours, rows, name, clusters, starts, seeds):
    times, inertia = ours.fits(clusters, starts, seeds)
    for peer_name, peer in PEERS.items():
        peer_times, theirs = fits(peer, rows, clusters, starts, seeds)
        ratios = [a / b - 1 for a, b in zip(inertia, theirs)]
        row(f"k-means {name}, k {clusters}, starts {starts}, {peer_name}",
            f"inertia {100 * statistics.median(ratios):+.2f} %, worst seed {100 * max(ratios):+.2f} %",
            statistics.median(times), statistics.median(peer_times))


def loop(peer, rows):
    """A model for each k, and its silhouette on as many rows as ours are judged on."""
    models = [peer(k, n_init=10, random_state=1).fit(rows) for k in COUNTS]
    for model in models:
        sklearn.metrics.silhouette_score(rows, model.labels_, sample_size=4096, random_state=1)
    return models


def bench_count(ours, rows, runs):
    """Of ours the search over k, ten starts for each; of the peers the loop, once."""
    reports = [ours.run("--clusters", "auto", "--starts", 10) for _ in range(runs)]
    inertia = {trial["clusters"]: trial["inertia"] for trial in reports[0]["quality"]["trials"]}
    for peer_name, peer in PEERS.items():
        spent, models = timed(lambda p=peer: loop(p, rows))
        worst = max(inertia[k] / model.inertia_ - 1 for k, model in zip(COUNTS, models))
        row(f"k of 2 to 12, {len(rows)} x {COLUMNS}, {peer_name}", f"inertia, worst k {100 * worst:+.2f} %",
            statistics.median(report["timings_ms"]["cluster"] for report in reports), spent)


def bench_silhouette(ours, rows, runs):
    how = ["--clusters", 8, "--starts", 1]
    exact = [ours.run(*how, "--exact-silhouette") for _ in range(runs)]
    labels = numpy.loadtxt(ours.folder / "labels.csv", delimiter=",", skiprows=1, dtype=int)[:, 1]
    spent, theirs = timed(lambda: sklearn.metrics.silhouette_score(rows, labels))
    difference = abs(exact[0]["quality"]["silhouette"] - theirs)
    assert difference < 1e-5, f"the silhouettes differ by {difference}"
    row(f"silhouette {len(rows)} x {COLUMNS} with all of quality", f"differs by {difference:.0e}",
        statistics.median(report["timings_ms"]["quality"] for report in exact), spent)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, type=os.path.abspath)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    print(f"{'':<44} {'ours against the peer':<44} {'cpo':>12} {'peer':>12}   ratio")
    rows = points_of(100_000)
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(options.binary, folder, rows)
        for clusters in (8, 16):
            bench_fit(ours, rows, "100K x 16", clusters, 1, range(9))
        bench_fit(ours, rows, "100K x 16", 8, 10, range(options.runs))
        bench_count(ours, rows, options.runs)
        bench_silhouette(ours, rows, options.runs)
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(options.binary, folder, rows[:20_000])
        bench_silhouette(ours, rows[:20_000], options.runs)
    rows = points_of(1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(options.binary, folder, rows)
        for clusters in (8, 16):
            bench_fit(ours, rows, "1M x 16", clusters, 1, range(5))


if __name__ == "__main__":
    main()
