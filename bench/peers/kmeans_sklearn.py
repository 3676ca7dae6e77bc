"""scikit-learn on the points of kmeans_bench: python bench/peers/kmeans_sklearn.py [FILE].

FILE is what `kmeans_bench --write-data FILE` wrote; without it, the release build writes one. Prints the median of wall and CPU time and the mean inertia over nine seeds, the same seeds and starts
as kmeans_fit. Compare the inertia first. Threads: as OMP_NUM_THREADS says.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

os.environ.pop("OPENBLAS_CORETYPE", None)  # The peer may use the best code it has.

import numpy
import sklearn
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

COLUMNS = 16


def timed(work):
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, (time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3


def report(name, runs, value):
    wall = statistics.median(run[1] for run in runs)
    cpu = statistics.median(run[2] for run in runs)
    mean = statistics.mean(value(run[0]) for run in runs)
    print(f"{name}: wall {wall:.1f} ms, CPU {cpu:.1f} ms, {mean:.6g}", flush=True)


def main(path):
    warnings.filterwarnings("ignore")
    print(f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}")
    points = numpy.fromfile(path, numpy.float32).reshape(-1, COLUMNS)
    for clusters in (8, 16):
        runs = [
            timed(lambda s=seed: KMeans(clusters, n_init=1, random_state=s).fit(points))
            for seed in range(9)
        ]
        report(f"kmeans k={clusters} starts=1, inertia", runs, lambda model: model.inertia_)
    part = points[:10000]
    labels = KMeans(8, n_init=1, random_state=0).fit(part).labels_
    report("silhouette 10,000 rows", [timed(lambda: silhouette_score(part, labels)) for _ in range(5)],
           float)


def main_with_own_data():
    root = pathlib.Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "points.f32")
        subprocess.run([root / "build/release/bench/kmeans_bench", "--write-data", path], check=True)
        main(path)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        main_with_own_data()
