#!/usr/bin/env python3
"""Clusterings of `cpo segment` beside scikit-learn's, SciPy's, genieclust's and hdbscan's: `clustering_test.py --binary build/release/cpo [--results DIR]`.

The sets are made here: shapes from sklearn.datasets, ties on grids, equal rows, columns from 1 to 64.
"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import genieclust
import hdbscan
import numpy
from hdbscan.hdbscan_ import _tree_to_labels
from scipy.cluster import hierarchy
from scipy.spatial import distance
from sklearn import cluster, datasets, decomposition, metrics, mixture, preprocessing

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


def sets():
    """Name, rows, radius and least points of each set."""
    for columns in (1, 2, 3, 4, 8, 16, 32, 64):
        for rows in (2, 17, 400, 3000):
            yield f"clouds {rows} x {columns}", clouds(rows, columns, rows + columns), .5 * columns ** .5, 5
    for name, made in (("moons", datasets.make_moons(1500, noise=.06, random_state=1)),
                       ("circles", datasets.make_circles(1500, noise=.04, factor=.5, random_state=1)),
                       ("swiss roll", datasets.make_swiss_roll(1500, noise=.1, random_state=1)),
                       ("iris", datasets.load_iris(return_X_y=True)), ("wine", datasets.load_wine(return_X_y=True)),
                       ("digits", datasets.load_digits(return_X_y=True)),
                       ("breast cancer", datasets.load_breast_cancer(return_X_y=True))):
        rows = made[0][:, numpy.ptp(made[0], axis=0) > 0]
        for share in (.02, .1, .3):
            some = rows[:: max(1, len(rows) // 200)]
            distances = numpy.linalg.norm(some[:, None] - some[None], axis=2)
            yield f"{name} at {share}", rows, float(numpy.quantile(distances[distances > 0], share)), 4
    grid = numpy.array([(x, y) for x in range(20) for y in range(20)], dtype=float)
    for radius in (1, 2, 5 ** .5):
        yield f"grid at {radius}", grid, radius, 5
        yield f"grid of tenths at {radius}", grid * .1, radius * .1, 9
    twice = clouds(300, 3, 5)
    yield "each row three times", numpy.concatenate([twice, twice, twice]), .6, 6
    yield "far from the origin", clouds(500, 4, 6) + 1e9, .9, 5
    yield "small numbers", clouds(500, 4, 7) * 1e-9, .9e-9, 5
    yield "large numbers", clouds(500, 4, 8) * 1e11, .9e11, 5


def cut_of(merges, clusters):
    """Labels when the last merges are undone: SciPy's own cuts are by height, which falls in some linkages."""
    label_of = {row: [row] for row in range(len(merges) + 1)}
    for number, (left, right, *_) in enumerate(merges[:len(merges) + 1 - clusters], len(merges) + 1):
        label_of[number] = label_of.pop(int(left)) + label_of.pop(int(right))
    labels = numpy.empty(len(merges) + 1, dtype=int)
    for label, rows in enumerate(label_of.values()):
        labels[rows] = label
    return labels


class Hierarchical(unittest.TestCase):
    def test_the_tree_is_that_of_scipy(self):
        compared = 0
        for name, rows in self.different_sets():
            for linkage in ("ward", "average", "complete", "single", "centroid", "median"):
                with self.subTest(f"{linkage}: {name}"):
                    clusters = min(4, len(rows))
                    tree, ours, report = self.tree(rows, linkage, clusters)
                    theirs = hierarchy.linkage(rows, linkage)
                    numpy.testing.assert_allclose(tree[:, 2], theirs[:, 2], rtol=1e-5, atol=1e-6 * theirs[:, 2].max())
                    self.assertTrue(hierarchy.is_valid_linkage(tree))
                    self.assertEqual(metrics.adjusted_rand_score(cut_of(theirs, clusters), ours), 1)
                    if 2 < len(rows) <= 1000:
                        expected = hierarchy.cophenet(theirs, distance.pdist(rows))[0]
                        self.assertAlmostEqual(report["tree"]["cophenetic_correlation"], expected, places=6)
                    compared += 1
        self.assertEqual(compared, 6 * 45)

    def test_genie_is_that_of_its_authors(self):
        compared = 0
        for name, rows in self.different_sets():
            if len(rows) < 7 or rows.shape[1] < 2:  # Which genieclust does not take.
                continue
            for clusters in (2, 7):
                with self.subTest(f"{name}, {clusters}"):
                    ours = self.tree(rows, "genie", clusters)[1]
                    theirs = genieclust.Genie(n_clusters=clusters).fit_predict(rows)
                    self.assertEqual(metrics.adjusted_rand_score(theirs, ours), 1)
                    compared += 1
        self.assertEqual(compared, 2 * 34)

    def test_equal_distances_give_a_tree(self):
        """Any of many unions may come first then: the trees differ from others', and must be trees."""
        for name, rows, _, _ in sets():
            if name.startswith(self.TIED):
                for linkage in ("ward", "average", "complete", "single", "centroid", "median", "genie"):
                    with self.subTest(f"{linkage}: {name}"):
                        self.assertTrue(hierarchy.is_valid_linkage(self.tree(rows, linkage, 4)[0]))

    TIED = ("digits", "grid", "each row", "iris")

    def different_sets(self):
        """Each once, and without equal distances."""
        seen = set()
        for name, rows, _, _ in sets():
            if rows.tobytes() not in seen:
                seen.add(rows.tobytes())
                if name.startswith(self.TIED):
                    rows = rows + numpy.random.default_rng(1).normal(size=rows.shape) * 1e-6
                yield name, rows

    def test_equal_customers_are_not_torn_apart(self):
        rows = numpy.repeat(clouds(3, 2, 1), 10, axis=0)
        with self.assertRaises(subprocess.CalledProcessError) as refused:
            segment(rows, "--algorithm", "hierarchical", "--clusters", 4)
        self.assertIn(b"different rows", refused.exception.stderr)

    @staticmethod
    def tree(rows, linkage, clusters):
        with tempfile.TemporaryDirectory() as folder:
            file = f"{folder}/tree.csv"
            labels, report = segment(rows, "--algorithm", "hierarchical", "--linkage", linkage, "--clusters", clusters,
                                     "--tree", file)
            return numpy.loadtxt(file, delimiter=",", skiprows=1, ndmin=2), labels, report


class Map(unittest.TestCase):
    def test_it_is_the_pca_of_scikit_learn_up_to_sign(self):
        for name, rows in (("iris", datasets.load_iris(return_X_y=True)[0]), ("wine", datasets.load_wine(return_X_y=True)[0]),
                           ("clouds", clouds(3000, 16, 2)), ("two columns", clouds(400, 2, 3))):
            with self.subTest(name):
                ids, ours, report = self.run_on(rows)
                self.assertEqual(ids, [f"r{i}" for i in range(len(rows))])
                peer = decomposition.PCA(2).fit(rows)
                theirs = peer.transform(rows)
                signs = numpy.sign((ours * theirs).sum(axis=0))
                numpy.testing.assert_allclose(ours * signs, theirs, atol=1e-5 * numpy.abs(theirs).max())
                self.assertAlmostEqual(report["quality"]["map_explained"], peer.explained_variance_ratio_.sum(), places=6)

    def test_one_column_lies_on_a_line(self):
        rows = clouds(100, 1, 1)
        ours = self.run_on(rows)[1]
        numpy.testing.assert_allclose(ours[:, 0], rows[:, 0] - rows.mean(), atol=1e-5)
        self.assertEqual(set(ours[:, 1]), {0})

    @staticmethod
    def run_on(rows):
        with tempfile.TemporaryDirectory() as folder:
            report = segment(rows, "--algorithm", "kmeans", "--clusters", 3, "--map", f"{folder}/map.csv")[1]
            with open(f"{folder}/map.csv", newline="", encoding="utf-8") as file:
                lines = list(csv.DictReader(file))
            return [line["id"] for line in lines], numpy.array([[float(line["x"]), float(line["y"])] for line in lines]), report


class Memory(unittest.TestCase):
    METHODS = (["kmeans", "--clusters", "8"], ["kmeans"], ["gmm", "--clusters", "8", "--starts", "1"], ["dbscan", "--eps", "1"],
               ["hdbscan"], ["auto"], ["hierarchical", "--linkage", "ward", "--clusters", "8"],
               ["hierarchical", "--linkage", "single", "--clusters", "8"], ["hierarchical", "--linkage", "genie", "--clusters", "8"],
               ["hierarchical", "--linkage", "average", "--clusters", "8"])
    # A small parent: a child's peak begins with what its parent had.
    PEAK = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); " \
           "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)"

    def test_what_is_predicted_is_what_is_needed_within_a_factor_of_two(self):
        with tempfile.TemporaryDirectory() as folder:
            for rows, columns in ((8_000, 4), (40_000, 4), (25_000, 16)):
                points = clouds(rows, columns, 3)
                numpy.savetxt(f"{folder}/rows.csv", numpy.column_stack([numpy.arange(rows), points]), fmt=["%d"] + columns * ["%.6f"],
                              delimiter=",", header=",".join(["id", *(f"c{j}" for j in range(columns))]), comments="")
                for method in self.METHODS:
                    if "average" in method and rows > 20_000:
                        continue
                    with self.subTest(f"{rows} x {columns} {' '.join(method)}"):
                        command = [BINARY, "segment", "--input", f"{folder}/rows.csv", "--output", f"{folder}/labels.csv",
                                   "--scale", "none", "--algorithm", *method]
                        peak = float(subprocess.run([sys.executable, "-c", self.PEAK, *command], check=True,
                                                    capture_output=True).stdout)
                        predicted = self.refused(command)
                        self.assertLess(peak, 1.1 * predicted)
                        self.assertGreater(peak, predicted / 2)

    def refused(self, command):
        """Bytes that are said to be needed where there is room for the program alone."""
        run = subprocess.run(["bash", "-c", 'ulimit -v 100000 && exec "$@"', "cpo", *command], capture_output=True, text=True)
        self.assertEqual(run.returncode, 1)
        self.assertRegex(run.stderr, "needs about .* of memory, and .*: use ")
        number, unit = run.stderr.split("needs about ")[1].split()[:2]
        return float(number) * {"MB": 1e6, "GB": 1e9}[unit]


class Minibatch(unittest.TestCase):
    """k-means of a file that is read twice."""

    def test_a_file_that_fits_into_the_sample_gets_the_segments_of_kmeans(self):
        """One step further: the centres are the means of what k-means ended with."""
        for seed in (1, 2, 3):
            rows = clouds(20_000, 5, seed)
            ours, report = segment(rows, "--algorithm", "minibatch", "--clusters", 6, "--seed", seed)
            whole, expected = segment(rows, "--algorithm", "kmeans", "--clusters", 6, "--seed", seed)
            self.assertLess((ours != whole).mean(), 1e-3)
            self.assertLess(report["quality"]["inertia"], expected["quality"]["inertia"] * (1 + 1e-6))
            self.assertEqual(report["quality"]["silhouette"], expected["quality"]["silhouette"])
            self.assertEqual([s["name"] for s in report["segments"]], [s["name"] for s in expected["segments"]])
            self.assertNotIn("reasons", report)

    def test_inertia_of_more_rows_than_the_sample_is_nearly_that_of_all(self):
        """In the order of the groups, which batch after batch would follow."""
        rows = clouds(400_000, 4, 9)
        rows = rows[numpy.argsort(rows[:, 0])]
        ours, report = segment(rows, "--algorithm", "minibatch", "--clusters", 8)
        again = segment(rows, "--algorithm", "minibatch", "--clusters", 8, "--threads", 1)[0]
        self.assertEqual(ours.tolist(), again.tolist())
        means = numpy.array([rows[ours == c].mean(axis=0) for c in range(8)])
        inertia = report["quality"]["inertia"]
        self.assertAlmostEqual(((rows - means[ours]) ** 2).sum() / inertia, 1, places=5)
        self.assertEqual([s["size"] for s in report["segments"]], numpy.bincount(ours).tolist())
        self.assertEqual(report["rows"], len(rows))
        self.assertIn("random sample of 262144", report["reasons"][0])
        best = cluster.KMeans(8, n_init=5, random_state=1).fit(rows).inertia_
        peer = cluster.MiniBatchKMeans(8, n_init=5, random_state=1).fit(rows).inertia_
        self.assertLess(inertia, 1.02 * best)
        self.assertLess(inertia, 1.001 * peer)

    def test_a_saved_run_puts_everybody_where_it_did(self):
        """And a value that is missing at the median of the sample."""
        rows = clouds(300_000, 3, 4)
        with tempfile.TemporaryDirectory() as folder:
            def cpo(*options):
                subprocess.run([BINARY, "segment", "--input", f"{folder}/rows.csv", *options], check=True, capture_output=True)

            numpy.savetxt(f"{folder}/rows.csv", numpy.column_stack([numpy.arange(len(rows)), rows]), fmt=["%d"] + 3 * ["%.6f"],
                          delimiter=",", header="id,a,b,c", comments="")
            cpo("--algorithm", "minibatch", "--clusters", "7", "--output", f"{folder}/made.csv", "--save", f"{folder}/run.json")
            cpo("--apply", f"{folder}/run.json", "--output", f"{folder}/applied.csv")
            self.assertEqual(pathlib.Path(f"{folder}/applied.csv").read_text(), pathlib.Path(f"{folder}/made.csv").read_text())
            run = json.loads(pathlib.Path(f"{folder}/run.json").read_text())
            fills = [column["fill"] for column in run["plan"]["columns"]]
            numpy.testing.assert_allclose(fills, numpy.median(rows, axis=0), atol=.05)
            pathlib.Path(f"{folder}/rows.csv").write_text(f"id,a,b,c\nx,,{fills[1]},1\ny,{fills[0]},,1\n")
            cpo("--apply", f"{folder}/run.json", "--output", f"{folder}/applied.csv")
            x, y = pathlib.Path(f"{folder}/applied.csv").read_text().split()[1:]
            self.assertEqual(x[1:], y[1:])

    def test_two_of_its_segments_are_told_apart(self):
        report = segment(clouds(2000, 4, 3), "--algorithm", "minibatch", "--clusters", 4, "--contrast", "0,3")[1]
        means = [report["segments"][number]["means"] for number in (0, 3)]
        self.assertGreater(len(report["contrast"]["items"]), 0)
        for item in report["contrast"]["items"]:
            self.assertEqual([item["segment_mean"], item["other_mean"]], [mean[item["feature"]] for mean in means])

    def test_what_cannot_be_read_twice_is_refused(self):
        for extra in (["--input", "-"], ["--input", "/dev/stdin"]):
            run = subprocess.run([BINARY, "segment", "--algorithm", "minibatch", "--output", "-", *extra], input=b"id,a\n1,2\n3,4\n",
                                 capture_output=True)
            self.assertEqual(run.returncode, 1)
            self.assertIn(b"twice", run.stderr)


class Weights(unittest.TestCase):
    def test_inertia_is_that_of_scikit_learn_or_less(self):
        for rows, columns, clusters in ((400, 2, 4), (5000, 8, 6), (30_000, 4, 8)):
            with self.subTest(f"{rows} x {columns}"):
                points, weights = clouds(rows, columns, rows), numpy.random.default_rng(rows).exponential(size=rows)
                weights[::5] = 0
                labels, report = self.run_on(points, weights, clusters)
                ours = sum(self.spread(points[labels == c], weights[labels == c]) for c in range(clusters))
                self.assertAlmostEqual(report["quality"]["inertia"] / ours, 1, places=3)
                peer = cluster.KMeans(clusters, n_init=10, random_state=1).fit(points, sample_weight=weights)
                self.assertLess(report["quality"]["inertia"], 1.001 * peer.inertia_)
                self.assertEqual(report["features"], [f"c{j}" for j in range(columns)])

    def test_a_whole_weight_is_as_many_rows(self):
        random = numpy.random.default_rng(4)
        points = datasets.make_blobs(12_000, 3, centers=5, random_state=4)[0]
        weights = random.integers(0, 4, len(points))
        labels, report = self.run_on(points, weights, 5)
        repeated, expected = segment(numpy.repeat(points, weights, axis=0), "--algorithm", "kmeans", "--clusters", 5)
        self.assertAlmostEqual(report["quality"]["inertia"] / expected["quality"]["inertia"], 1, places=4)
        self.assertGreater(metrics.adjusted_rand_score(repeated, numpy.repeat(labels, weights)), .999)

    def test_what_is_no_weight_and_no_kmeans_is_refused(self):
        points = clouds(50, 2, 1)
        for weights, algorithm in ((-numpy.ones(50), "kmeans"), (numpy.zeros(50), "kmeans"), (numpy.ones(50), "auto")):
            with self.assertRaises(subprocess.CalledProcessError) as refused:
                self.run_on(points, weights, 2, algorithm)
            self.assertIn(b"weights", refused.exception.stderr)

    @staticmethod
    def spread(points, weights):
        centre = numpy.average(points, axis=0, weights=weights)
        return (weights * ((points - centre) ** 2).sum(axis=1)).sum()

    @staticmethod
    def run_on(points, weights, clusters, algorithm="kmeans"):
        """The weights are the last column; the others are the features."""
        table = numpy.column_stack([points, weights])
        return segment(table, "--algorithm", algorithm, "--clusters", clusters, "--weights", f"c{points.shape[1]}",
                       features=points.shape[1])


class Dbscan(unittest.TestCase):
    def test_labels_are_those_of_scikit_learn(self):
        compared = 0
        for name, rows, radius, points_min in sets():
            with self.subTest(name):
                ours, report = segment(rows, "--algorithm", "dbscan", "--eps", repr(radius), "--min-points", points_min)
                theirs = cluster.DBSCAN(eps=radius, min_samples=points_min).fit(rows)
                pairs = set(zip(ours.tolist(), theirs.labels_.tolist()))
                # The same but for the numbers: each of ours goes with one of theirs, noise with noise.
                self.assertEqual(len(pairs), len(set(ours)))
                self.assertEqual(len(pairs), len(set(theirs.labels_)))
                self.assertTrue(all((a == NOISE) == (b == NOISE) for a, b in pairs))
                self.assertEqual(report["density"]["core_points"], len(theirs.core_sample_indices_))
                self.assertEqual(report["density"]["noise"], (theirs.labels_ == NOISE).sum())
                compared += 1
        self.assertEqual(compared, 63)

    def test_the_radius_it_chooses_finds_the_shapes(self):
        rows, truth = datasets.make_moons(2000, noise=.05, random_state=2)
        ours, report = segment(rows, "--algorithm", "dbscan")
        self.assertTrue(report["density"]["eps_chosen"])
        for moon in (0, 1):
            main = numpy.bincount(ours[(truth == moon) & (ours != NOISE)]).argmax()
            self.assertGreater(((ours == main) & (truth == moon)).sum(), .9 * (truth == moon).sum())
            self.assertEqual(((ours == main) & (truth != moon)).sum(), 0)

    def test_a_segment_beside_noise_is_not_all_customers(self):
        random = numpy.random.default_rng(4)
        rows = numpy.concatenate([random.normal(size=(60, 2)) * .1, random.uniform(-20, 20, (20, 2))])
        report = segment(rows, "--algorithm", "dbscan", "--eps", .5)[1]
        self.assertEqual(len(report["segments"]), 1)
        self.assertNotEqual(report["segments"][0]["name"], "All customers")

    def test_a_wrong_radius_is_told_with_a_better_one(self):
        rows = datasets.make_moons(1000, noise=.05, random_state=3)[0]
        for radius, word in ((.001, "small"), (10, "large")):
            density = segment(rows, "--algorithm", "dbscan", "--eps", radius)[1]["density"]
            self.assertIn(word, density["advice"])
            self.assertEqual(segment(rows, "--algorithm", "dbscan", "--eps", density["suggested_eps"])[1]["density"]["advice"], "")


class Hdbscan(unittest.TestCase):
    def test_the_tree_is_that_of_its_authors_and_so_are_its_clusters(self):
        """Heights first. Many of them are equal, and their order may differ: what is made of the tree is compared on ours."""
        compared = 0
        for name, rows in Hierarchical().different_sets():
            for size, points in ((5, 5), (15, 5), (25, 10)):
                if points >= len(rows):
                    continue
                with self.subTest(f"{name}, {size}, {points}"):
                    labels, report, tree, strengths = self.run_on(rows, "--min-size", size, "--min-points", points)
                    heights = self.peer(rows, size, points).single_linkage_tree_.to_numpy()[:, 2]
                    numpy.testing.assert_allclose(tree[:, 2], heights, rtol=1e-5, atol=1e-12 * heights.max())
                    self.assertTrue(hierarchy.is_valid_linkage(tree))
                    theirs, probabilities, persistences, _, _ = _tree_to_labels(rows, tree, size)
                    self.assertEqual(metrics.adjusted_rand_score(theirs, labels), 1)
                    self.assertEqual((labels == NOISE).tolist(), (theirs == NOISE).tolist())
                    self.assertEqual(report["density"]["noise"], (theirs == NOISE).sum())
                    numpy.testing.assert_allclose(strengths, probabilities, atol=1e-6)
                    for segment in report["segments"]:
                        theirs_of = theirs[labels == segment["segment"]][0]
                        self.assertAlmostEqual(segment["persistence"], persistences[theirs_of], places=9)
                    compared += 1
        self.assertEqual(compared, 111)

    def test_the_clusters_are_those_of_its_authors(self):
        """The first set is that of their own tests."""
        blobs = preprocessing.StandardScaler().fit_transform(datasets.make_blobs(200, random_state=10)[0])
        shapes = [blobs, *(datasets.make_moons(rows, noise=.06, random_state=rows)[0] for rows in (300, 2000)),
                  datasets.make_circles(1500, noise=.04, factor=.5, random_state=1)[0],
                  datasets.make_blobs(5000, n_features=8, centers=12, random_state=3)[0]]
        for rows in shapes:
            for least in (5, 10, 25):
                labels = segment(rows, "--algorithm", "hdbscan", "--min-points", least)[0]
                theirs = hdbscan.HDBSCAN(least, algorithm="generic").fit(rows).labels_
                self.assertGreaterEqual(metrics.adjusted_rand_score(theirs, labels), .99)

    def test_equal_customers_are_one_segment_of_finite_density(self):
        rows = numpy.concatenate([numpy.zeros((40, 2)), numpy.random.default_rng(3).normal(size=(60, 2)) + 20])
        labels, report, _, strengths = self.run_on(rows, "--min-size", 10, "--min-points", 5)
        self.assertEqual(len(set(labels[:40])), 1)
        self.assertNotEqual(labels[0], NOISE)
        self.assertTrue(numpy.isfinite(strengths).all())
        self.assertTrue(all(0 <= segment["persistence"] <= 1 for segment in report["segments"]))

    def test_without_dense_places_it_says_so(self):
        labels, report = segment(numpy.arange(9.).reshape(-1, 1) ** 3, "--algorithm", "hdbscan", "--min-size", 8)
        self.assertEqual(set(labels), {NOISE})
        self.assertIn("kmeans", report["density"]["advice"])

    @staticmethod
    def run_on(rows, *options):
        with tempfile.TemporaryDirectory() as folder:
            files = f"{folder}/tree.csv", f"{folder}/strengths.csv"
            labels, report = segment(rows, "--algorithm", "hdbscan", *options, "--tree", files[0], "--strengths", files[1])
            tree = numpy.loadtxt(files[0], delimiter=",", skiprows=1, ndmin=2)
            with open(files[1], newline="", encoding="utf-8") as file:
                return labels, report, tree, numpy.array([float(line["strength"]) for line in csv.DictReader(file)])

    @staticmethod
    def peer(rows, size, points):
        return hdbscan.HDBSCAN(min_cluster_size=size, min_samples=points, approx_min_span_tree=False,
                               algorithm="boruvka_kdtree").fit(rows)


class GaussianMixture(unittest.TestCase):
    COVARIANCES = (("diagonal", "diag"), ("full", "full"))

    def test_it_fits_as_well_as_scikit_learn(self):
        """Of as many starts. Where groups are plain both find the same segments."""
        compared = 0
        for name, rows, components in self.sets():
            for covariance, their_name in self.COVARIANCES:
                with self.subTest(f"{covariance}: {name}"):
                    labels, report, strengths = self.run_on(
                        rows, "--clusters", components, "--covariance", covariance, "--starts", 10)
                    ours = report["mixture"]
                    theirs = mixture.GaussianMixture(components, covariance_type=their_name, n_init=10, random_state=1).fit(rows)
                    self.assertGreater(ours["log_likelihood"], theirs.score(rows) - 2e-3)
                    if name.startswith("groups"):
                        self.assertGreaterEqual(metrics.adjusted_rand_score(theirs.predict(rows), labels), .95)
                    self.assertEqual((ours["covariance"], ours["components"]), (covariance, components))
                    self.assertGreaterEqual(strengths.min(), 1 / components - 1e-6)
                    self.assertLessEqual(strengths.max(), 1)
                    compared += 1
        self.assertEqual(compared, 2 * 15)

    def test_likelihood_and_criteria_are_what_scikit_learn_says_of_our_segments(self):
        """It goes on from our segments to the same optimum, and judges that."""
        for name, rows, components in self.sets():
            if not name.startswith("groups"):
                continue
            for covariance, their_name in self.COVARIANCES:
                with self.subTest(f"{covariance}: {name}"):
                    labels, report, strengths = self.run_on(rows, "--clusters", components, "--covariance", covariance)
                    members = [rows[labels == c] for c in range(components)]
                    shapes = [numpy.linalg.inv(numpy.cov(m.T) + 1e-6 * numpy.eye(rows.shape[1])) for m in members]
                    theirs = mixture.GaussianMixture(
                        components, covariance_type=their_name, weights_init=[len(m) / len(rows) for m in members],
                        means_init=[m.mean(axis=0) for m in members],
                        precisions_init=shapes if covariance == "full" else [1 / m.var(axis=0) for m in members]).fit(rows)
                    self.assertAlmostEqual(report["mixture"]["log_likelihood"], theirs.score(rows), places=3)
                    for criterion, expected in (("bic", theirs.bic(rows)), ("aic", theirs.aic(rows))):
                        self.assertLess(abs(report["mixture"][criterion] - expected), 2e-3 * len(rows))
                    # The formulas, without what separates two optima.
                    parameters = theirs._n_parameters()
                    fit = -2 * len(rows) * report["mixture"]["log_likelihood"]
                    self.assertAlmostEqual(report["mixture"]["bic"], fit + parameters * numpy.log(len(rows)), places=5)
                    self.assertAlmostEqual(report["mixture"]["aic"], fit + 2 * parameters, places=5)
                    numpy.testing.assert_allclose(strengths, theirs.predict_proba(rows).max(axis=1), atol=.02)

    def test_it_chooses_the_groups_and_the_covariance_that_were_made(self):
        random = numpy.random.default_rng(8)
        for name, tilt in (("diagonal", [[1, 0], [0, .3]]), ("full", [[1, .9], [0, .3]])):
            rows = numpy.concatenate([random.normal(size=(400, 2)) @ tilt + centre for centre in ((0, 0), (6, 1), (2, 7), (8, 8))])
            labels, report = segment(rows, "--algorithm", "gmm")
            self.assertEqual((report["mixture"]["covariance"], report["mixture"]["components"]), (name, 4))
            self.assertGreater(metrics.adjusted_rand_score(numpy.repeat(range(4), 400), labels), .99)
            trials = report["quality"]["trials"]
            self.assertEqual([(trial["clusters"], trial["covariance"]) for trial in trials],
                             [(clusters, covariance) for clusters in range(1, 13) for covariance in ("diagonal", "full")])
            self.assertEqual(min(trial["bic"] for trial in trials), report["mixture"]["bic"])
            self.assertEqual(report["quality"]["criterion"], f"4 components with {name} covariance: the lowest BIC of the 24 "
                                                             "mixtures that were tried.")
            self.assertEqual(len(segment(rows, "--algorithm", "gmm", "--clusters", 4)[1]["quality"]["trials"]), 2)

    def test_no_segment_is_empty(self):
        """Very small numbers beside the regularization are one place to many components."""
        labels, report = segment(clouds(500, 4, 7) * 1e-9, "--algorithm", "gmm", "--clusters", 4)
        self.assertEqual(report["mixture"]["components"], 4)
        self.assertEqual(set(labels), set(range(len(report["segments"]))))
        self.assertLess(len(report["segments"]), 4)
        self.assertTrue(all(segment["size"] > 0 for segment in report["segments"]))

    def test_variances_of_scaled_columns_get_a_thousandth(self):
        """A column of three values has no variance in its three groups but what is added."""
        random = numpy.random.default_rng(9)
        rows = numpy.column_stack([random.normal(size=2000), 4 * random.integers(0, 3, 2000)])
        for scale, added in (("standard", 1e-3), ("none", 1e-6)):
            spread = 1 if scale == "standard" else rows[:, 0].var()
            expected = -.5 * numpy.log(2 * numpy.pi * numpy.e * spread) - .5 * numpy.log(2 * numpy.pi * added) - numpy.log(3)
            report = segment(rows, "--algorithm", "gmm", "--clusters", 3, "--covariance", "full", scale=scale)[1]
            self.assertAlmostEqual(report["mixture"]["log_likelihood"], expected, delta=5e-3)

    def test_options_of_others_are_refused(self):
        for options in (["--algorithm", "kmeans", "--covariance", "full"], ["--algorithm", "gmm", "--covariance", "tied"],
                        ["--algorithm", "gmm", "--min-size", "5"], ["--algorithm", "kmeans", "--strengths", "strengths.csv"]):
            with self.assertRaises(subprocess.CalledProcessError):
                segment(clouds(50, 2, 1), *options)

    @staticmethod
    def sets():
        """Name, rows and the number of groups that are in them."""
        for columns in (1, 2, 4, 8, 16, 32):
            rows = datasets.make_blobs(1500, columns, centers=5, center_box=(-60, 60), random_state=columns)[0]
            yield f"groups x {columns}", rows, 5
            tilt = numpy.random.default_rng(columns).normal(size=(columns, columns))
            yield f"groups, tilted x {columns}", rows @ tilt, 5
        yield "iris", datasets.load_iris(return_X_y=True)[0], 2
        yield "moons", datasets.make_moons(1500, noise=.06, random_state=1)[0], 4
        yield "one cloud", numpy.random.default_rng(2).normal(size=(1500, 3)), 1

    @staticmethod
    def run_on(rows, *options):
        with tempfile.TemporaryDirectory() as folder:
            labels, report = segment(rows, "--algorithm", "gmm", *options, "--strengths", f"{folder}/strengths.csv")
            with open(f"{folder}/strengths.csv", newline="", encoding="utf-8") as file:
                return labels, report, numpy.array([float(line["strength"]) for line in csv.DictReader(file)])


def main():
    global BINARY
    options, rest = json_result.parse(__doc__)
    BINARY = options.binary
    return json_result.run("Clustering", options, rest)


if __name__ == "__main__":
    sys.exit(main())
