#!/usr/bin/env python3
"""k-means and Gaussian mixtures of `cpo segment` beside scikit-learn's, the map, and the memory of all methods: `clustering_test.py --binary build/release/cpo [--results DIR]`."""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy
from sklearn import cluster, datasets, decomposition, metrics, mixture

import clustering_tools
from clustering_tools import clouds, segment


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
            self.assertEqual(report["reasons"], expected["reasons"])  # Nothing of a sample.

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
                subprocess.run([clustering_tools.BINARY, "segment", "--input", f"{folder}/rows.csv", *options], check=True,
                               capture_output=True)

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
            run = subprocess.run([clustering_tools.BINARY, "segment", "--algorithm", "minibatch", "--output", "-", *extra],
                                 input=b"id,a\n1,2\n3,4\n", capture_output=True)
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


class Silhouette(unittest.TestCase):
    def test_it_is_exact_when_asked_and_near_that_otherwise(self):
        points = clouds(21_000, 3, 5)
        how = ["--algorithm", "kmeans", "--clusters", 6]
        labels, report = segment(points, *how, "--exact-silhouette")
        exact = metrics.silhouette_score(points, labels)
        self.assertEqual(report["quality"]["silhouette_rows"], len(points))
        self.assertAlmostEqual(report["quality"]["silhouette"], exact, places=6)
        of_segments = metrics.silhouette_samples(points, labels)
        for one in report["segments"]:
            self.assertAlmostEqual(one["silhouette"], of_segments[labels == one["segment"]].mean(), places=5)
        same, sampled = segment(points, *how)
        self.assertTrue((same == labels).all())
        self.assertLess(sampled["quality"]["silhouette_rows"], len(points))
        self.assertAlmostEqual(sampled["quality"]["silhouette"], exact, delta=.01)

    def test_the_simplified_one_is_that_of_the_centres(self):
        points = clouds(3_000, 4, 6)
        labels, report = segment(points, "--algorithm", "kmeans", "--clusters", 5)
        centres = numpy.array([points[labels == c].mean(axis=0) for c in range(5)])
        distances = numpy.linalg.norm(points[:, None] - centres, axis=2)
        own = distances[numpy.arange(len(points)), labels]
        distances[numpy.arange(len(points)), labels] = numpy.inf
        other = distances.min(axis=1)
        self.assertAlmostEqual(report["quality"]["simplified_silhouette"], ((other - own) / numpy.maximum(other, own)).mean(), places=5)


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
                        command = [clustering_tools.BINARY, "segment", "--input", f"{folder}/rows.csv",
                                   "--output", f"{folder}/labels.csv", "--scale", "none", "--algorithm", *method]
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


class Auto(unittest.TestCase):
    COVARIANCES = {"diag": "diagonal", "full": "full"}

    def test_a_mixture_that_it_takes_is_that_of_the_lowest_bic(self):
        """Groups that overlap and differ in spread: scikit-learn's choice of number and covariance, and its segments."""
        random = numpy.random.default_rng(12)
        nested = numpy.concatenate([random.normal(size=(500, 2)) * .4, random.normal(size=(500, 2)) * 4])
        crossed = numpy.concatenate([random.normal(size=(500, 2)) * spread for spread in ((2, .2), (.2, 2))])
        tilt = numpy.array(((1, .8), (0, .4)))
        tilted = numpy.concatenate([random.normal(size=(400, 2)) @ tilt + centre for centre in ((0, 0), (0, 2), (3, 0))])
        for name, rows in (("nested", nested), ("crossed", crossed), ("tilted", tilted)):
            with self.subTest(name):
                labels, report = segment(rows, "--algorithm", "auto")
                fits = [mixture.GaussianMixture(count, covariance_type=covariance, n_init=5, random_state=1).fit(rows)
                        for count in range(1, 7) for covariance in self.COVARIANCES]
                best = min(fits, key=lambda fit: fit.bic(rows))
                self.assertEqual(report["algorithm"], "gmm")
                self.assertEqual((report["mixture"]["components"], report["mixture"]["covariance"]),
                                 (best.n_components, self.COVARIANCES[best.covariance_type]))
                self.assertGreater(metrics.adjusted_rand_score(best.predict(rows), labels), .97)
                chosen, *others = report["candidates"]
                self.assertTrue(chosen["chosen"] and chosen["stability"] >= .75)
                self.assertEqual(others[-1]["algorithm"], "hdbscan")

    def test_groups_that_density_sees_as_one_are_divided_and_rings_are_not(self):
        centres, labels = numpy.zeros((4, 8)), numpy.repeat(range(4), 500)
        centres[0, 0], centres[1, 1], centres[2, 2] = 20, 6, 6
        rows = centres[labels] + numpy.random.default_rng(12).normal(size=(2000, 8))
        found, report = segment(rows, "--algorithm", "auto")
        chosen, dense = report["candidates"]
        self.assertEqual((chosen["algorithm"], chosen["clusters"], dense["algorithm"], dense["clusters"]), ("gmm", 4, "hdbscan", 2))
        self.assertGreater(metrics.adjusted_rand_score(labels, found), .99)
        self.assertIn("divides the groups that lie apart further", " ".join(report["reasons"]))
        rows, labels = datasets.make_circles(1500, factor=.5, noise=.04, random_state=1)
        found, report = segment(rows, "--algorithm", "auto")
        self.assertEqual([candidate["algorithm"] for candidate in report["candidates"]], ["hdbscan", "gmm"])
        self.assertGreater(metrics.adjusted_rand_score(labels, found), .99)

    def test_a_saved_run_with_a_mixture_gives_the_same_segments(self):
        random = numpy.random.default_rng(12)
        rows = numpy.concatenate([random.normal(size=(500, 2)) * .4, random.normal(size=(500, 2)) * 4])
        with tempfile.TemporaryDirectory() as folder:
            labels, report = segment(rows, "--algorithm", "auto", "--save", f"{folder}/run.json", "--strengths",
                                     f"{folder}/strengths.csv")
            strengths = numpy.loadtxt(f"{folder}/strengths.csv", delimiter=",", skiprows=1, usecols=1)
            self.assertEqual(len(strengths), len(rows))
            self.assertTrue((strengths >= .5).all())  # Of two.
            self.assertEqual(report["algorithm"], "gmm")
            numpy.savetxt(f"{folder}/rows.csv", numpy.column_stack([numpy.arange(len(rows)), rows]), fmt=["%d", "%.17g", "%.17g"],
                          delimiter=",", header="id,c0,c1", comments="")
            subprocess.run([clustering_tools.BINARY, "segment", "--apply", f"{folder}/run.json", "--input", f"{folder}/rows.csv", "--output",
                            f"{folder}/labels.csv"], check=True, capture_output=True)
            again = numpy.loadtxt(f"{folder}/labels.csv", delimiter=",", skiprows=1, dtype=int)[:, 1]
        self.assertEqual(labels.tolist(), again.tolist())

    def test_a_number_that_other_customers_do_not_show_gives_way(self):
        for seed, instead in ((15, 4), (19, 5), (39, 4), (51, 4)):  # Skewed customers, in whom no number is clear.
            random = numpy.random.default_rng(seed)
            columns = 3 + seed % 4
            rows = numpy.exp(random.normal(size=(700, columns)) @ random.normal(size=(columns, columns)))
            rows *= numpy.where(random.random((700, 1)) < .3, random.gamma(1, 3, (700, 1)), 1)
            report = segment(rows, "--algorithm", "auto", scale="auto")[1]
            with self.subTest(seed):
                self.assertIn(f"; {instead} have ", " ".join(report["reasons"]))
                self.assertEqual(len(report["segments"]), instead)
                # Judged on other halves than those by which it was chosen.
                self.assertGreater(sum(each["stability"] * each["share"] for each in report["segments"]), .75)

    def test_without_groups_there_is_one_segment(self):
        found = []
        for seed in range(10):
            random = numpy.random.default_rng(seed)
            columns = 2 + seed % 4
            for rows in (random.uniform(size=(300, columns)), random.normal(size=(300, columns)) @ random.normal(size=(columns, columns))):
                found.append(len(segment(rows, "--algorithm", "auto")[1]["segments"]))
        self.assertGreaterEqual(found.count(1), 18, found)


if __name__ == "__main__":
    sys.exit(clustering_tools.main("Clustering", __doc__))
