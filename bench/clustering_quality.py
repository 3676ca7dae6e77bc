#!/usr/bin/env python3
"""How well labels are found again: `clustering_quality.py --binary build/release/cpo`.

Adjusted Rand index on the sets of labelled_sets.py, ours beside scikit-learn's and hdbscan's. "k given" methods are told the number
of labels; noise counts as a group of its own for both. Nothing is scaled but three of scikit-learn's own sets.
"""
import argparse
import os
import tempfile

import hdbscan
import numpy
from clustering import Ours
from labelled_sets import sets
from sklearn import cluster, metrics

COUNTS = range(2, 16)


def ours(binary, rows, *options):
    with tempfile.TemporaryDirectory() as folder:
        mine = Ours(binary, folder, rows)
        mine.run(*options)
        return mine.labels()


def best_silhouette(rows):
    """What tools offer as "auto"."""
    some = rows if len(rows) <= 2000 else rows[numpy.random.default_rng(1).choice(len(rows), 2000, replace=False)]
    fits = [cluster.KMeans(count, n_init=4, random_state=1).fit(rows) for count in COUNTS]
    return max(fits, key=lambda fit: metrics.silhouette_score(some, fit.predict(some))).labels_


def methods(binary, rows, count):
    yield "cpo auto", ours(binary, rows)
    yield "cpo k-means, k given", ours(binary, rows, "--algorithm", "kmeans", "--clusters", count)
    yield "cpo Ward, k given", ours(binary, rows, "--algorithm", "hierarchical", "--clusters", count)
    yield "cpo Genie, k given", ours(binary, rows, "--algorithm", "hierarchical", "--linkage", "genie", "--clusters", count)
    yield "cpo HDBSCAN", ours(binary, rows, "--algorithm", "hdbscan")
    yield "cpo DBSCAN", ours(binary, rows, "--algorithm", "dbscan")
    yield "scikit-learn k-means, k given", cluster.KMeans(count, n_init=10, random_state=1).fit_predict(rows)
    yield "scikit-learn k-means, k by silhouette", best_silhouette(rows)
    yield "hdbscan, defaults", hdbscan.HDBSCAN().fit_predict(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, type=os.path.abspath)
    options = parser.parse_args()
    found = {}
    for name, rows, labels in sets():
        scores = []
        for method, grouped in methods(options.binary, numpy.asarray(rows, dtype=float), len(set(labels))):
            scores.append(metrics.adjusted_rand_score(labels, grouped))
            found.setdefault(method, []).append(scores[-1])
        print(f"{name:<20} {' '.join(f'{score:6.2f}' for score in scores)}", flush=True)
    for method, scores in found.items():
        print(f"{method:<40} mean {numpy.mean(scores):.3f}  median {numpy.median(scores):.3f}")


if __name__ == "__main__":
    main()
