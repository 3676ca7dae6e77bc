#!/usr/bin/env python3
"""Tests of the whole program, as a user runs it: `system_test.py --binary build/release/cpo [--results DIR]`.

Whatever can be recomputed is recomputed here with Python's own csv and integer arithmetic, independently of the
C++ code. Tests on the Online Retail data skip, saying so, when ../shared/data is not there.
"""
import csv
import datetime
import gzip
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

import json_result

ROOT = pathlib.Path(__file__).resolve().parent.parent
RETAIL = ROOT.parent / "shared/data/online-retail/online_retail.csv.gz"
RETAIL_MAP = "customer=CustomerID,order=InvoiceNo,time=InvoiceDate,quantity=Quantity,price=UnitPrice"
BINARY = None
FILES = {
    "customers.csv", "segments.csv", "segments.json", "context.jsonl", "variants.jsonl", "verdicts.jsonl",
    "experiments.json", "assignments.csv", "run.json", "report.html",
}


def cpo(*arguments, check=True, **options):
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=300, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"cpo {arguments[0]} exited {done.returncode}: {done.stderr}")
    return done


def objects(path):
    text = path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else json.loads(text)


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def fnv1a(text):
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def growthbook_bucket(seed, unit):
    return (fnv1a(str(fnv1a(seed + unit))) % 10000) / 10000


class RunCase(unittest.TestCase):
    """One run of `cpo run`, shared by the tests of a subclass."""

    arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.out = pathlib.Path(cls.folder.name) / "out"
        cls.done = cpo("run", *cls.arguments, "--json", "--output", cls.out, cwd=ROOT)
        cls.result = json.loads(cls.done.stdout)
        cls.manifest = objects(cls.out / "run.json")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def check_files(self):
        self.assertEqual({path.name for path in self.out.iterdir()}, FILES)
        checked = subprocess.run([sys.executable, ROOT / "tests/validate_run_output.py", self.out], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def check_segments(self):
        customers, segments = rows(self.out / "customers.csv"), rows(self.out / "segments.csv")
        self.assertEqual([row["id"] for row in customers], [row["id"] for row in segments])
        described = objects(self.out / "segments.json")
        for segment in described:
            members = sum(row["segment"] == str(segment["segment"]) for row in segments)
            self.assertEqual(members, segment["size"])
            self.assertAlmostEqual(segment["share"], members / len(segments), places=9)
        self.assertEqual(len({segment["name"] for segment in described}), len(described))

    def check_nothing_unscreened(self):
        verdicts = {verdict["id"]: verdict for verdict in objects(self.out / "verdicts.jsonl")}
        variants = {variant["id"]: variant for variant in objects(self.out / "variants.jsonl")}
        self.assertEqual(set(verdicts), set(variants))
        for experiment in objects(self.out / "experiments.json"):
            self.assertIn(experiment["control"], [arm["key"] for arm in experiment["arms"]])
            for arm in experiment["arms"]:
                self.assertEqual(verdicts[arm["variant"]]["decision"], "pass")

    def check_claims(self):
        """Every claim names a used document; the claimed words stand at its offsets (code points)."""
        used = {document["id"] for document in self.manifest["content"]["used"]}
        for variant in objects(self.out / "variants.jsonl"):
            for claim in variant["claims"]:
                self.assertIn(claim["document"], used)
                words = variant[claim.get("field", "text")][claim["start"]:claim["end"]]
                self.assertEqual(len(words), claim["end"] - claim["start"])
                self.assertTrue(words.strip())
            for field in ("subject", "text"):
                self.assertIsNone(re.search(r"\{\{|\{%|\[[Yy]our |%%|^Subject:", variant[field]))

    def check_assignments(self):
        """Recomputes every assignment by the GrowthBook rule, from experiments.json alone."""
        experiments = {experiment["key"]: experiment for experiment in objects(self.out / "experiments.json")}
        segment_of = {row["id"]: row["segment"] for row in rows(self.out / "segments.csv")}
        assigned = rows(self.out / "assignments.csv")
        self.assertTrue(assigned)
        for row in assigned:
            experiment = experiments[row["experiment"]]
            self.assertEqual(str(experiment["segment"]), segment_of[row["unit"]])
            bucket = growthbook_bucket(experiment["seed"], row["unit"])
            arms = [arm["key"] for arm, (low, high) in zip(experiment["arms"], experiment["ranges"]) if low <= bucket < high]
            self.assertEqual(row["arm"], arms[0] if arms else "")

    def check_manifest(self):
        for file in self.manifest["files"]:
            digest = hashlib.sha256((self.out / file["name"]).read_bytes()).hexdigest()
            self.assertEqual(digest, file["sha256"], file["name"])

    def check_report(self):
        page = (self.out / "report.html").read_text(encoding="utf-8")
        self.assertNotRegex(page, r"""(src|href)=["']?(https?:)?//""")
        self.assertNotIn("url(http", page)
        for segment in objects(self.out / "segments.json"):
            self.assertIn(segment["name"].replace("&", "&amp;"), page)

    def check_everything(self):
        self.check_files()
        self.check_segments()
        self.check_nothing_unscreened()
        self.check_claims()
        self.check_assignments()
        self.check_manifest()
        self.check_report()

    def check_same_bytes_at(self, threads):
        other = self.out.parent / f"threads-{threads}"
        cpo("run", *self.arguments, "--threads", threads, "--output", other, cwd=ROOT)
        for name in FILES - {"run.json", "report.html", "verdicts.jsonl"}:
            self.assertEqual((self.out / name).read_bytes(), (other / name).read_bytes(), name)
        timed = [[{**verdict, "elapsed_us": 0} for verdict in objects(out / "verdicts.jsonl")] for out in (self.out, other)]
        self.assertEqual(*timed)


class Demo(RunCase):
    arguments = ("--transactions", "demo/orders.csv", "--content", "demo/gift-shop", "--goal", "win back lapsed customers")

    def test_holds_together(self):
        self.check_everything()

    def test_gives_the_same_bytes_at_any_number_of_threads(self):
        self.check_same_bytes_at(1)
        self.check_same_bytes_at(3)

    def test_lists_damaged_lines(self):
        rejected = self.manifest["input"]["rejected"]
        self.assertEqual(len(rejected), 2)
        lines = (ROOT / "demo/orders.csv").read_text(encoding="utf-8").splitlines()
        for line in rejected:
            self.assertIn(line["value"], lines[line["line"] - 1])

    def test_leaves_out_what_must_not_be_used(self):
        reasons = [document["reason"] for document in self.manifest["content"]["set_aside"]]
        self.assertEqual(sum("expired" in reason or "ended" in reason for reason in reasons), 3, reasons)
        self.assertEqual(sum("not approved" in reason for reason in reasons), 2, reasons)
        self.assertEqual(sum("contradicts" in reason for reason in reasons), 1, reasons)
        self.assertEqual(len(self.manifest["content"]["used"]) + len(reasons), 40)

    def test_replaces_an_earlier_run_but_nothing_else(self):
        arguments = ("run", *self.arguments, "--output", self.out)
        self.assertEqual(cpo(*arguments, cwd=ROOT).returncode, 0)
        other = self.out.parent / "mine"
        other.mkdir()
        (other / "letter.txt").write_text("keep me")
        refused = cpo("run", *self.arguments, "--output", other, check=False, cwd=ROOT)
        self.assertEqual(refused.returncode, 1)
        self.assertEqual([path.name for path in other.iterdir()], ["letter.txt"])

    def test_leaves_nothing_behind_when_killed(self):
        for seconds in (0.05, 0.3, 0.8):
            target = self.out.parent / "killed"
            process = subprocess.Popen([BINARY, "run", *self.arguments, "--output", target], cwd=ROOT,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(seconds)
            process.kill()
            process.wait()
            if target.exists():  # finished before the kill: then it is whole
                self.assertEqual({path.name for path in target.iterdir()}, FILES)

    def test_works_on_every_channel(self):
        for channel in ("sms", "push", "web"):
            out = self.out.parent / channel
            cpo("run", *self.arguments, "--channel", channel, "--output", out, cwd=ROOT)
            decisions = [verdict["decision"] for verdict in objects(out / "verdicts.jsonl")]
            self.assertGreater(decisions.count("pass"), len(decisions) / 2, channel)

    def test_the_single_steps_agree_with_the_run(self):
        work = self.out.parent
        cpo("features", "rfm", "--transactions", "demo/orders.csv", "--output", work / "features.csv", cwd=ROOT)
        self.assertEqual((work / "features.csv").read_bytes(), (self.out / "customers.csv").read_bytes())
        cpo("segment", "--input", work / "features.csv", "--output", work / "segments.csv", "--report", work / "report.json")
        self.assertEqual((work / "segments.csv").read_bytes(), (self.out / "segments.csv").read_bytes())
        key = objects(self.out / "experiments.json")[0]["key"]
        with open(work / "units.csv", "w", encoding="utf-8") as file:
            file.write("unit\n" + "".join(f"{row['unit']}\n" for row in rows(self.out / "assignments.csv") if row["experiment"] == key))
        cpo("assign", "--experiment", self.out / "experiments.json", "--key", key, "--units", work / "units.csv", "--output", work / "arms.csv")
        expected = [(row["unit"], row["arm"]) for row in rows(self.out / "assignments.csv") if row["experiment"] == key]
        self.assertEqual([(row["unit"], row["arm"]) for row in rows(work / "arms.csv")], expected)


@unittest.skipUnless(RETAIL.exists(), f"{RETAIL} is not there")
class OnlineRetail(RunCase):
    arguments = ("--transactions", RETAIL, "--map", RETAIL_MAP, "--content", "demo/gift-shop",
                 "--goal", "win back lapsed customers")

    def test_holds_together(self):
        self.check_everything()

    def test_finds_the_facts_of_the_data(self):
        # Facts about the file, computed outside this project (issue 3).
        totals = self.manifest["totals"]
        self.assertEqual(self.manifest["input"]["lines"], 541909)
        self.assertEqual(totals["customers_known"], 4372)
        self.assertEqual(totals["lines_without_customer"], 135080)
        self.assertEqual(totals["customers_with_purchase"], 4338)
        self.assertEqual(totals["purchase_orders"], 18532)
        self.assertEqual(f"{totals['purchase_revenue']:.2f}", "8911407.90")
        self.assertEqual(totals["last_time"], "2011-12-09T12:50:00Z")

    def test_computes_recency_frequency_and_monetary_as_python_does(self):
        last, orders, revenue, newest = {}, {}, {}, None
        with gzip.open(RETAIL, "rt", encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                moment = datetime.datetime.fromisoformat(line["InvoiceDate"])
                newest = moment if newest is None else max(newest, moment)
                customer, quantity, price = line["CustomerID"], int(line["Quantity"]), float(line["UnitPrice"])
                if customer == "NA":
                    continue
                revenue[customer] = revenue.get(customer, 0) + quantity * price
                if quantity > 0 and price > 0 and not line["InvoiceNo"].startswith("C"):
                    last[customer] = max(last.get(customer, moment), moment)
                    orders.setdefault(customer, set()).add(line["InvoiceNo"])
        customers = rows(self.out / "customers.csv")
        self.assertEqual({row["id"] for row in customers}, set(orders))
        for row in customers:
            customer = row["id"]
            self.assertAlmostEqual(float(row["recency_days"]), (newest - last[customer]).total_seconds() / 86400, places=6)
            self.assertEqual(float(row["frequency"]), len(orders[customer]))
            self.assertAlmostEqual(float(row["monetary"]), revenue[customer], places=4)

    def test_gives_the_same_bytes_at_any_number_of_threads(self):
        self.check_same_bytes_at(1)


class BadInput(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.work = pathlib.Path(self.folder.name)
        self.addCleanup(self.folder.cleanup)

    def run_on(self, content, *more):
        file = self.work / "orders.csv"
        file.write_bytes(content)
        done = cpo("run", "--transactions", file, "--content", ROOT / "demo/gift-shop", "--goal", "g", "--output",
                   self.work / "out", *more, check=False)
        self.assertFalse((self.work / "out").exists())
        return done

    def test_names_the_missing_column(self):
        done = self.run_on(b"a,b\n1,2\n", "--map", "customer=Kunde,order=a,time=b,quantity=a,price=b")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Kunde", done.stderr)

    def test_stops_when_too_many_lines_cannot_be_read(self):
        good = b"c1,o1,2026-01-01,1,1.00\n" * 9
        done = self.run_on(b"customer,order,time,quantity,price\n" + good + b"c1,o1,never,1,1.00\n")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"line 11\b")
        self.assertIn("never", done.stderr)

    def test_refuses_an_empty_file_a_folder_and_nothing(self):
        self.assertEqual(self.run_on(b"").returncode, 1)
        for path in (self.work, self.work / "nowhere.csv"):
            done = cpo("run", "--transactions", path, "--content", ROOT / "demo/gift-shop", "--goal", "g", "--output",
                       self.work / "out", check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(str(path), done.stderr)

    def test_refuses_a_truncated_gzip(self):
        whole = gzip.compress((ROOT / "demo/orders.csv").read_bytes())
        done = self.run_on(whole[: len(whole) // 2])
        self.assertEqual(done.returncode, 1)

    def test_usage_errors_exit_with_two(self):
        self.assertEqual(cpo("run", "--nonsense", check=False).returncode, 2)
        self.assertEqual(cpo("fly", check=False).returncode, 2)
        self.assertEqual(cpo(check=False).returncode, 2)


class Help(unittest.TestCase):
    def test_every_verb_has_help_with_an_example(self):
        for verb in ("run", "segment", "search", "generate", "screen", "assign", "analyze", "completion"):
            self.assertIn("Example", cpo(verb, "--help").stdout, verb)
        self.assertIn("Example", cpo("features", "rfm", "--help").stdout)

    def test_completion_scripts_parse(self):
        script = cpo("completion", "bash").stdout
        self.assertIn("transactions", script)
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def main():
    global BINARY
    options, rest = json_result.parse(__doc__)
    BINARY = options.binary
    return json_result.run("System", options, rest)


if __name__ == "__main__":
    sys.exit(main())
