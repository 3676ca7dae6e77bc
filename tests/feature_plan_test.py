#!/usr/bin/env python3
"""Mixed columns and saved runs of `cpo segment` beside scikit-learn's: `feature_plan_test.py --binary build/release/cpo [--results DIR]`."""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import numpy
from sklearn import compose, impute, pipeline, preprocessing

import json_result

BINARY = None


class FeaturePlan(unittest.TestCase):
    """What becomes of the columns, beside scikit-learn's transformers."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        random = numpy.random.default_rng(6)
        group = numpy.arange(1500) % 3
        self.age = random.normal(numpy.array([30, 45, 60])[group], 5).round(2)
        self.age[random.random(1500) < .1] = numpy.nan
        self.spent = random.lognormal(numpy.array([3, 4, 6])[group], .5).round(2)
        self.country = numpy.where(random.random(1500) < .8, numpy.array(["France", "Italy", "Malta"])[group], "Spain")
        self.member = random.random(1500) < numpy.array([.2, .9, .5])[group]
        self.write(range(1500))

    def write(self, rows, name="mixed.csv", **changed):
        columns = {"age": self.age, "spent": self.spent, "country": self.country, "member": self.member, **changed}
        with open(self.folder / name, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["id", *columns, "mail"])
            for i in rows:
                cells = [values[i] for values in columns.values()]
                cells = ["" if cell != cell else {True: "yes", False: "no"}[bool(cell)] if isinstance(cell, numpy.bool_) else cell
                         for cell in cells]
                writer.writerow([f"r{i}", *cells, f"r{i}@example.org"])
        return self.folder / name

    def cpo(self, *options):
        return subprocess.run([BINARY, "segment", *map(str, options)], capture_output=True, text=True, check=False)

    def run_saved(self, *options):
        done = self.cpo("--input", self.folder / "mixed.csv", "--output", self.folder / "labels.csv", "--save",
                        self.folder / "run.json", "--report", self.folder / "report.json", *options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads((self.folder / "run.json").read_text())

    def applied(self, file):
        done = self.cpo("--input", file, "--output", self.folder / "applied.csv", "--apply", self.folder / "run.json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return (self.folder / "applied.csv").read_text()

    def labels(self, name="labels.csv"):
        with open(self.folder / name, newline="", encoding="utf-8") as file:
            return numpy.array([int(line["segment"]) for line in csv.DictReader(file)])

    def sklearn_points(self, number_scaler):
        """Points as the plan makes them: the median and a flag, a column for each category, a yes as 1."""
        numbers = pipeline.make_pipeline(impute.SimpleImputer(strategy="median"), number_scaler)
        transformer = compose.ColumnTransformer([("numbers", numbers, [0, 1]), ("gap", impute.MissingIndicator(), [0]),
                                                 ("member", number_scaler, [2])], sparse_threshold=0)
        table = numpy.column_stack([self.age, self.spent, self.member.astype(float)])
        encoder = preprocessing.OneHotEncoder(sparse_output=False)
        return transformer.fit_transform(table).astype(float), encoder.fit_transform(self.country[:, None])

    def test_centres_are_means_of_what_scikit_learn_makes_of_the_columns(self):
        for scale, scaler in (("standard", preprocessing.StandardScaler()), ("minmax", preprocessing.MinMaxScaler()),
                              ("quantile", preprocessing.QuantileTransformer(n_quantiles=101, subsample=None))):
            with self.subTest(scale):
                run = self.run_saved("--algorithm", "kmeans", "--clusters", 3, "--scale", scale)
                numbers, countries = self.sklearn_points(scaler)
                if scale == "standard":
                    countries = (countries - countries.mean(0)) / countries.var(0).sum() ** .5
                    numbers[:, 2] -= numbers[:, 2].mean()
                expected = {"age": numbers[:, 0], "spent": numbers[:, 1], "age is missing": numbers[:, 2],
                            "member": numbers[:, 3],
                            **{f"country={name}": countries[:, i] for i, name in enumerate(sorted(set(self.country)))}}
                used = [feature["feature"] for feature in run["plan"]["features"] if feature["used"]]
                self.assertEqual(set(used), set(expected))
                points = numpy.column_stack([expected[name] for name in used])
                centres = numpy.array(run["assignment"]["centres"]) + run["assignment"]["means"]
                labels = self.labels()
                for segment in range(3):
                    numpy.testing.assert_allclose(centres[segment], points[labels == segment].mean(axis=0), atol=2e-6)

    def test_words_are_about_the_columns(self):
        self.run_saved("--algorithm", "kmeans", "--clusters", 3)
        report = json.loads((self.folder / "report.json").read_text())
        sentences = [driver["sentence"] for segment in report["segments"] for driver in segment["drivers"]]
        self.assertTrue(any(sentence.startswith("country is Malta for 8") for sentence in sentences), sentences)
        self.assertTrue(any(sentence.startswith("member is yes for ") for sentence in sentences), sentences)

    def test_two_segments_are_told_apart_by_their_means(self):
        self.run_saved("--algorithm", "kmeans", "--clusters", 3, "--contrast", "2,0")
        report = json.loads((self.folder / "report.json").read_text())
        self.assertEqual(report["parameters"]["contrast"], "2,0")
        two, zero = (report["segments"][number] for number in (2, 0))
        items = report["contrast"]["items"]
        telling = sorted((name for name in two["effects"] if abs(two["effects"][name] - zero["effects"][name]) >= .2),
                         key=lambda name: -abs(two["effects"][name] - zero["effects"][name]))
        one_a_column = {name.split("=")[0]: name for name in reversed(telling)}
        self.assertEqual([item["feature"] for item in items], [name for name in telling if name in one_a_column.values()][:5])
        for item in items:
            self.assertAlmostEqual(item["effect_difference"],
                                   two["effects"][item["feature"]] - zero["effects"][item["feature"]], places=9)
            self.assertEqual((item["segment_mean"], item["other_mean"]),
                             (two["means"][item["feature"]], zero["means"][item["feature"]]))
        words = self.cpo("--input", self.folder / "mixed.csv", "--output", self.folder / "labels.csv", "--clusters", 3,
                         "--contrast", "2,0").stdout
        first = items[0]
        more = two if first["effect_difference"] > 0 else zero
        self.assertIn(f"What tells segment 2 from segment 0:\n  {more['segment']}  {more['name']}: {first['sentence']}\n",
                      words)

    def test_a_contrast_of_segments_that_are_not_there_is_refused(self):
        for pair, code, message in (("1,1", 2, "does not differ from itself"), ("1", 2, "numbers of two segments"),
                                    ("0,1,2", 2, "numbers of two segments"), ("-1,0", 2, "numbers of two segments"),
                                    ("a,b", 2, "numbers of two segments"), ("0,3", 1, "no segment 3; there are 0 to 2")):
            with self.subTest(pair):
                done = self.cpo("--input", self.folder / "mixed.csv", "--output", self.folder / "none.csv", "--clusters", 3,
                                f"--contrast={pair}")
                self.assertEqual(done.returncode, code)
                self.assertIn(message, done.stderr)
                self.assertFalse((self.folder / "none.csv").exists())
        done = self.cpo("--input", self.folder / "mixed.csv", "--explain", "--contrast", "0,1")
        self.assertEqual((done.returncode, "--contrast are of a run" in done.stderr), (2, True))

    def test_the_same_customers_stay_in_their_segments(self):
        for options in (("--algorithm", "kmeans", "--clusters", 5), ("--algorithm", "gmm", "--clusters", 4),
                        ("--algorithm", "kmeans", "--clusters", 4, "--scale", "quantile")):
            with self.subTest(options):
                self.run_saved(*options)
                self.assertEqual(self.applied(self.folder / "mixed.csv"), (self.folder / "labels.csv").read_text())
                # In any order, a part of them, and in batches of which the last is not full.
                self.applied(self.write(range(1400, 200, -1), "part.csv"))
                numpy.testing.assert_array_equal(self.labels("applied.csv"), self.labels()[1400:200:-1])

    def test_the_segment_is_that_of_the_nearest_centre(self):
        run = self.run_saved("--algorithm", "kmeans", "--clusters", 4, "--scale", "standard", "--features", "age,spent")
        spent = numpy.random.default_rng(3).uniform(0, 900, 1500)
        self.applied(self.write(range(1500), "new.csv", spent=spent))
        scale = {feature["feature"]: feature for feature in run["plan"]["features"]}
        age = numpy.where(numpy.isnan(self.age), run["plan"]["columns"][0]["fill"], self.age)
        points = numpy.column_stack([(values - scale[name]["center"]) / scale[name]["scale"] for name, values in
                                     (("age", age), ("age is missing", numpy.isnan(self.age)), ("spent", spent))])
        centres = numpy.array(run["assignment"]["centres"]) + run["assignment"]["means"]
        distances = numpy.linalg.norm(points[:, None] - centres[None], axis=2)
        near = numpy.sort(distances, axis=1)
        clear = near[:, 1] - near[:, 0] > 1e-4
        self.assertGreater(clear.sum(), 1400)
        numpy.testing.assert_array_equal(self.labels("applied.csv")[clear], distances.argmin(axis=1)[clear])

    def test_new_and_missing_values_are_taken_and_missing_columns_are_not(self):
        self.run_saved("--algorithm", "kmeans", "--clusters", 3)
        country = self.country.copy()
        country[:10] = "Atlantis"
        self.applied(self.write(range(1500), "new.csv", country=country, age=numpy.full(1500, numpy.nan)))
        self.assertEqual(len(self.labels("applied.csv")), 1500)
        (self.folder / "lacks.csv").write_text("id,age\na,3\n")
        done = self.cpo("--input", self.folder / "lacks.csv", "--output", "-", "--apply", self.folder / "run.json")
        self.assertEqual(done.returncode, 1)
        self.assertIn('no column "spent"', done.stderr)

    def test_without_a_scale_nothing_is_filled_in(self):
        (self.folder / "mixed.csv").write_text("id,a,b\n" + "".join(f"{i},{i % 7},{i % 11}\n" for i in range(300)))
        self.run_saved("--algorithm", "kmeans", "--clusters", 3, "--scale", "none")
        (self.folder / "new.csv").write_text("id,a,b\n" + "".join(f"{i},{i % 7},{i % 11}\n" for i in range(300)) + "last,,1\n")
        self.assertEqual(self.applied(self.folder / "new.csv"), (self.folder / "labels.csv").read_text())

    def test_what_is_missing_gets_the_median_in_a_minibatch_run_too(self):
        (self.folder / "mixed.csv").write_text("id,a,b\n" + "".join(f"{i},{i % 7},{i % 11}\n" for i in range(300)))
        run = self.run_saved("--algorithm", "minibatch", "--clusters", 3)
        self.assertEqual([column["fill"] for column in run["plan"]["columns"]],
                         [numpy.median(numpy.arange(300) % 7), numpy.median(numpy.arange(300) % 11)])

    def test_explain_says_what_becomes_of_each_column(self):
        done = self.cpo("--input", self.folder / "mixed.csv", "--explain", "--json")
        plan = json.loads(done.stdout)
        uses = {column["column"]: column["use"] for column in plan["columns"]}
        self.assertEqual(uses, {"age": "number", "spent": "number", "country": "categories", "member": "number",
                                "mail": "left_out"})
        words = self.cpo("--input", self.folder / "mixed.csv", "--explain").stdout
        self.assertRegex(words, r"mail +category +left out: it looks like an id")
        self.assertEqual(plan["features"], self.run_saved("--clusters", 2)["plan"]["features"])
        refused = self.cpo("--input", self.folder / "mixed.csv", "--explain", "--features", "mail,age")
        self.assertEqual((refused.returncode, "looks like an id" in refused.stderr), (1, True))

    def test_options_that_contradict_are_refused(self):
        for options in (("--explain", "--apply", "run.json"), ("--apply", "run.json", "--clusters", "3", "--output", "-"),
                        ("--explain", "--save", "run.json"), ("--clusters", "3")):
            self.assertEqual(self.cpo("--input", self.folder / "mixed.csv", *options).returncode, 2)


def main():
    global BINARY
    options, rest = json_result.parse(__doc__)
    BINARY = options.binary
    return json_result.run("FeaturePlan", options, rest)


if __name__ == "__main__":
    sys.exit(main())
