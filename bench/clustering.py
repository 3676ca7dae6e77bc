#!/usr/bin/env python3
"""Clusterings of `cpo segment` beside the fastest peers: `clustering.py --binary build/release/cpo [--runs 5]`.

Both work on the same rows in one run, one after the other; the answers are compared first. Ours is `timings_ms.cluster` of the
report, from a matrix in memory to labels or tree, as the peers' calls. Wall time, median; a peer that takes more than a minute
runs once. DBSCAN: PyPI dbscan (Wang, Gu & Shun), labels checked against scikit-learn. Ward: fastcluster.linkage_vector.
HDBSCAN: hdbscan. Gaussian mixture: scikit-learn. Single: quitefastmst (the tree alone). Genie: genieclust. Average: fastcluster.linkage.
"""
import argparse
import csv
import json
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

os.environ.pop("OPENBLAS_CORETYPE", None)  # The peers may use the best code they have.

import dbscan  # noqa: E402
import fastcluster  # noqa: E402
import genieclust  # noqa: E402
import hdbscan  # noqa: E402
import numpy  # noqa: E402
import quitefastmst  # noqa: E402
import sklearn.cluster  # noqa: E402
import sklearn.metrics  # noqa: E402
import sklearn.mixture  # noqa: E402

LONG_SECONDS = 60


def tilted_groups(rows, columns, seed):
    """Eight normal groups, each of its own shape, that overlap."""
    random = numpy.random.default_rng(seed)
    of = random.integers(0, 8, rows)
    points = numpy.empty((rows, columns))
    for group in range(8):
        tilt = random.normal(size=(columns, columns)) / columns ** .5
        points[of == group] = random.normal(size=((of == group).sum(), columns)) @ tilt + random.normal(size=columns)
    return points


def groups(rows, columns, seed):
    """Twenty normal groups of different spread, and a tenth of the rows anywhere between."""
    random = numpy.random.default_rng(seed)
    centres, spreads = random.uniform(-5, 5, (20, columns)), random.uniform(.15, .45, 20)
    of = random.integers(0, 20, rows)
    points = centres[of] + random.normal(size=(rows, columns)) * spreads[of, None]
    anywhere = random.random(rows) < .1
    points[anywhere] = random.uniform(-6, 6, (anywhere.sum(), columns))
    return points


class Ours:
    def __init__(self, binary, folder, rows):
        self.binary, self.folder = binary, pathlib.Path(folder)
        self.names = [f"c{j}" for j in range(rows.shape[1])]
        with open(self.folder / "rows.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["id", *self.names])
            writer.writerows([i, *map(repr, row)] for i, row in enumerate(rows.tolist()))

    def run(self, *options):
        """Milliseconds of the algorithm; labels and tree lie in the folder."""
        subprocess.run([self.binary, "segment", "--input", self.folder / "rows.csv", "--features", ",".join(self.names),
                        "--scale", "none", "--output", self.folder / "labels.csv", "--report", self.folder / "report.json",
                        *map(str, options)], check=True, capture_output=True)
        return json.loads((self.folder / "report.json").read_text())["timings_ms"]["cluster"]

    def labels(self):
        return numpy.loadtxt(self.folder / "labels.csv", delimiter=",", skiprows=1, dtype=int)[:, 1]


def peer_time(work, runs):
    """Median milliseconds, and the answer."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        answer = work()
        times.append((time.perf_counter() - start) * 1e3)
        if times[-1] > LONG_SECONDS * 1e3:
            break
    return statistics.median(times), answer


def row(name, answer, ours, peer):
    middle = statistics.median(ours)
    print(f"{name:<34} {answer:<42} {middle:>9.0f} ms {peer:>9.0f} ms {peer / middle:>7.1f} x", flush=True)


def bench_dbscan(options, columns, radius, points_min):
    rows = groups(100_000, columns, columns)
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(options.binary, folder, rows)
        times = [ours.run("--algorithm", "dbscan", "--eps", radius, "--min-points", points_min) for _ in range(options.runs)]
        labels = ours.labels()
    truth = sklearn.cluster.DBSCAN(eps=radius, min_samples=points_min, n_jobs=-1).fit(rows).labels_
    pairs = set(zip(labels.tolist(), truth.tolist()))
    assert len(pairs) == len(set(labels)) == len(set(truth)), "the labels differ from scikit-learn's"
    peer, _ = peer_time(lambda: dbscan.DBSCAN(rows, eps=radius, min_samples=points_min), options.runs)
    row(f"DBSCAN 100K x {columns}, eps {radius}, {points_min}", "labels as scikit-learn", times, peer)


def bench_hdbscan(options, columns, size_min, points_min):
    rows = groups(100_000, columns, columns)
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(options.binary, folder, rows)
        times = [ours.run("--algorithm", "hdbscan", "--min-size", size_min, "--min-points", points_min)
                 for _ in range(options.runs)]
        labels = ours.labels()
    # Its default, an approximate tree, takes as long here, and its segments agree by .91 only with those of the exact one.
    peer = hdbscan.HDBSCAN(min_cluster_size=size_min, min_samples=points_min, core_dist_n_jobs=-1, approx_min_span_tree=False)
    time_ms, theirs = peer_time(lambda: peer.fit_predict(rows), options.runs)
    agreed = sklearn.metrics.adjusted_rand_score(theirs, labels)
    assert agreed > .99, f"the segments agree by {agreed} only"
    row(f"HDBSCAN 100K x {columns}, {size_min}, {points_min}", f"segments agree by {agreed:.4f}", times, time_ms)


def bench_mixture(options, columns, components, starts):
    """Which maximum one start ends in is luck, so seeds are compared by their median. Of our starts those from the same k-means are one. CPU time of
    a run is printed too: ours with reading the file."""
    rows = tilted_groups(100_000, columns, columns)
    seeds = range(9 if starts == 1 else 3)

    def used(who):
        return resource.getrusage(who).ru_utime

    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(options.binary, folder, rows)
        before, times, likelihoods = used(resource.RUSAGE_CHILDREN), [], []
        for seed in seeds:
            times.append(ours.run("--algorithm", "gmm", "--clusters", components, "--covariance", "full", "--starts", starts, "--seed", seed))
            likelihoods.append(json.loads((ours.folder / "report.json").read_text())["mixture"]["log_likelihood"])
        cpu = (used(resource.RUSAGE_CHILDREN) - before) / len(seeds)
    before, peer_times, theirs = used(resource.RUSAGE_SELF), [], []
    for seed in seeds:
        start = time.perf_counter()
        fitted = sklearn.mixture.GaussianMixture(components, n_init=starts, random_state=seed).fit(rows)
        peer_times.append((time.perf_counter() - start) * 1e3)
        theirs.append(fitted.score(rows))
    peer_cpu = (used(resource.RUSAGE_SELF) - before) / len(seeds)
    more = statistics.median(likelihoods) - statistics.median(theirs)
    assert more > -.01, f"the log likelihood is {-more} lower"
    best = max(likelihoods + theirs)
    found = [sum(each > best - .01 for each in those) for those in (likelihoods, theirs)]
    row(f"mixture 100K x {columns}, {components}, full, {starts}", f"best likelihood in {found[0]} and {found[1]} of {len(seeds)} seeds", times,
        statistics.median(peer_times))
    print(f"    CPU time: {cpu:.1f} s, {peer_cpu:.1f} s")


def bench_tree(options, name, linkage, rows, peer):
    """`peer` gives the heights in ascending order."""
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(options.binary, folder, rows)
        tree_file = pathlib.Path(folder) / "tree.csv"
        times = [ours.run("--algorithm", "hierarchical", "--linkage", linkage, "--clusters", 8, "--tree", tree_file)
                 for _ in range(options.runs)]
        tree = numpy.loadtxt(tree_file, delimiter=",", skiprows=1)
    time_ms, heights = peer_time(lambda: peer(rows), options.runs)
    error = numpy.max(numpy.abs(tree[:, 2] / heights - 1))
    assert error < 1e-5, f"the heights differ by {error}"
    row(f"{linkage} {name}", f"heights differ by {error:.0e} at most", times, time_ms)


def bench_genie(options, name, rows):
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(options.binary, folder, rows)
        times = [ours.run("--algorithm", "hierarchical", "--linkage", "genie", "--clusters", 8) for _ in range(options.runs)]
        labels = ours.labels()
    time_ms, theirs = peer_time(lambda: genieclust.Genie(n_clusters=8).fit_predict(rows), options.runs)
    agreed = sklearn.metrics.adjusted_rand_score(theirs, labels)
    assert agreed == 1, f"the segments agree by {agreed} only"
    row(f"genie {name}", "the same segments", times, time_ms)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, type=os.path.abspath)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    print(f"{'':<34} {'answer':<42} {'cpo':>12} {'peer':>12}   ratio")
    bench_dbscan(options, 4, .15, 10)
    bench_dbscan(options, 8, .35, 16)
    bench_dbscan(options, 8, .5, 16)
    for columns in (4, 8):
        bench_hdbscan(options, columns, 100, 10)
    for starts in (1, 3):
        bench_mixture(options, 16, 8, starts)

    def by_fastcluster(linkage):
        work = fastcluster.linkage_vector if linkage == "ward" else fastcluster.linkage
        return lambda rows: work(rows, linkage)[:, 2]

    def by_quitefastmst(rows):
        return quitefastmst.mst_euclid(rows)[0]

    bench_tree(options, "20K x 16, groups", "ward", groups(20_000, 16, 1), by_fastcluster("ward"))
    cloud = numpy.random.default_rng(1).normal(size=(20_000, 16))
    bench_tree(options, "20K x 16, no groups", "ward", cloud, by_fastcluster("ward"))
    bench_tree(options, "100K x 16, groups", "ward", groups(100_000, 16, 1), by_fastcluster("ward"))
    for columns in (4, 8, 16):
        rows = groups(100_000, columns, columns)
        bench_tree(options, f"100K x {columns}", "single", rows, by_quitefastmst)
        bench_genie(options, f"100K x {columns}", rows)
    bench_tree(options, "20K x 8", "average", groups(20_000, 8, 8), by_fastcluster("average"))
    print(f"Largest run of ours: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
