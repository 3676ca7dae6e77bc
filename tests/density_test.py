#!/usr/bin/env python3
"""Hierarchies, DBSCAN and HDBSCAN of `cpo segment` beside SciPy's, genieclust's, scikit-learn's and hdbscan's: `density_test.py --binary build/release/cpo [--results DIR]`.

The sets are made here: shapes from sklearn.datasets, ties on grids, equal rows, columns from 1 to 64.
"""
import csv
import os
import subprocess
import sys
import tempfile
import unittest

# NumPy sorts equal numbers in another order with AVX-512, and hdbscan its edges: a customer as near to one segment as to another
# would be in the other one on such machines.
os.environ["NPY_DISABLE_CPU_FEATURES"] = "X86_V4"

import genieclust  # noqa: E402
import hdbscan  # noqa: E402
import numpy  # noqa: E402
from hdbscan.hdbscan_ import _tree_to_labels  # noqa: E402
from scipy.cluster import hierarchy  # noqa: E402
from scipy.spatial import distance  # noqa: E402
from sklearn import cluster, datasets, metrics, preprocessing  # noqa: E402

import clustering_tools  # noqa: E402
from clustering_tools import NOISE, clouds, segment  # noqa: E402


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

    def test_a_cut_by_height_is_that_of_scipy(self):
        rows = clouds(400, 3, 8)
        for linkage in ("ward", "average", "complete", "single", "centroid", "median"):
            theirs = hierarchy.linkage(rows, linkage)
            for segments in (1, 3, 12):
                # Between two heights, or above all.
                high = numpy.append(hierarchy.maxdists(theirs), theirs[:, 2].max() * 1.1)
                height = (numpy.sort(high)[-segments - 1] + numpy.sort(high)[-segments]) / 2
                with self.subTest(f"{linkage}, {height}"):
                    labels, report = segment(rows, "--algorithm", "hierarchical", "--linkage", linkage, "--cut-height", height)
                    expected = hierarchy.fcluster(theirs, height, "distance")
                    self.assertEqual(metrics.adjusted_rand_score(expected, labels), 1)
                    self.assertEqual(len(report["segments"]), expected.max())
                    self.assertEqual(report["parameters"]["cut_height"], height)
        for wrong in (["--algorithm", "kmeans", "--cut-height", 1], ["--algorithm", "hierarchical", "--clusters", 3, "--cut-height", 1],
                      ["--algorithm", "hierarchical", "--cut-height", 1e-9], ["--algorithm", "hierarchical", "--cut-height", 0]):
            with self.assertRaises(subprocess.CalledProcessError) as refused:
                segment(rows, *wrong)
            self.assertIn(b"eight", refused.exception.stderr)

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

    def test_its_stability_is_what_scikit_learn_finds_on_other_halves(self):
        """Dense groups that overlap a little: some of them run together on half of the customers."""
        random = numpy.random.default_rng(7)
        centres = random.uniform(-4, 4, (12, 2))
        rows = numpy.concatenate([random.normal(centre, .45, (800, 2)) for centre in centres])
        ours, report = segment(rows, "--algorithm", "dbscan", "--eps", .16, "--min-points", 20)
        found = [[] for _ in report["segments"]]
        for _ in range(20):
            half = random.permutation(len(rows))[:len(rows) // 2]
            again = cluster.DBSCAN(eps=.16, min_samples=10).fit_predict(rows[half])
            for number, values in enumerate(found):
                here = ours[half] == number
                if here.any():
                    values.append(max((((again == one) & here).sum() / ((again == one) | here).sum() for one in set(again) - {NOISE}), default=0))
        self.assertGreater(len(found), 5)
        for each, values in zip(report["segments"], found):
            self.assertAlmostEqual(each["stability"], numpy.mean(values), delta=.03 + 3 * numpy.std(values) / 5 ** .5)

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


if __name__ == "__main__":
    sys.exit(clustering_tools.main("Density", __doc__))
