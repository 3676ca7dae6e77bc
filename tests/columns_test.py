#!/usr/bin/env python3
"""Customers with more than numbers, and saved runs, over the API: `columns_test.py --binary build/release/cpo [--results DIR]`.

Runs on SQLite and, when CPO_TEST_POSTGRES names a server, on PostgreSQL too.
"""
import csv
import json
import pathlib
import random
import subprocess
import sys
import uuid

import json_result
import server_test
from server_test import EngineCase


def mixed_csv(rows, prefix="c", seed=4):
    """Three groups of customers by numbers, dates, categories, and yes and no, with gaps; and who they are."""
    draw, lines = random.Random(seed), ["id,age,spent,plan,town,member,since,name"]
    for i in range(rows):
        group = i % 3
        cells = [f"{draw.gauss(20 + 15 * group, 4):.1f}" if draw.random() > .1 else "", f"{draw.lognormvariate(2 + group, .4):.2f}",
                 draw.choice(["free", "plus", "pro"][group:] + ["pro"]), f"town {draw.randrange(25)}" if draw.random() > .03 else "NA",
                 "yes" if draw.random() < .2 + .3 * group else "no",
                 f"{draw.randint(1, 28)}/{draw.randint(1, 12)}/{2020 + group}" + (" 8:30" if i % 7 == 0 else "")]
        lines.append(",".join([f"{prefix}{i}", *cells, f"Customer {prefix} {i}"]))
    return "\n".join(lines) + "\n"


class Columns(EngineCase):
    """Customers with more than numbers: the server does with a file what `cpo segment` does."""

    def import_csv(self, text, mode="replace"):
        started = self.admin.post(f"/api/v1/customers/imports?kind=customers&mode={mode}&file=mixed.csv", text.encode(),
                                  content_type="text/csv")
        self.admin.finish_job(started["job"])
        return self.admin.get(f"/api/v1/customers/imports/{started['import']}")

    def run_api(self, **options):
        started = self.admin.post("/api/v1/segmentation/runs", options)
        self.admin.finish_job(started["job"])
        run = self.admin.get(f"/api/v1/segmentation/runs/{started['run']}")
        labels = {}
        for segment in self.admin.get(f"/api/v1/segmentation/runs/{run['id']}/segments")["items"]:
            for member in self.admin.every(f"/api/v1/segmentation/runs/{run['id']}/segments/{segment['segment']}/members"):
                labels[member["id"]] = segment["segment"]
        return run, labels

    def cpo(self, *options):
        done = subprocess.run([server_test.BINARY, "segment", *map(str, options)], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def labels_in(self, path):
        return {id_: int(label) for id_, label in (line.split(",") for line in path.read_text().splitlines()[1:])}

    def run_cpo(self, path, *options):
        output = path.with_suffix(".labels")
        self.cpo("--input", path, "--output", output, *options)
        return self.labels_in(output)

    def test_a_file_gets_the_segments_that_cpo_segment_gives_it(self):
        path = pathlib.Path(self.folder.name) / "mixed.csv"
        path.write_text(mixed_csv(600))
        imported = self.import_csv(path.read_text())
        self.assertIn('Column "name" was not kept', " ".join(imported["summary"]["notices"]))
        for algorithm, scaling in (("auto", "auto"), ("kmeans", "quantile"), ("gmm", "robust"), ("hdbscan", "standard"),
                                   ("kmeans", "none")):
            with self.subTest(algorithm=algorithm, scaling=scaling):
                run, labels = self.run_api(algorithm=algorithm, scaling=scaling)
                # Nothing is made of a line with a gap then, and it is a rejected one.
                how = ["--algorithm", algorithm, "--scale", scaling, *(["--max-rejected", 1] if scaling == "none" else [])]
                expected = self.run_cpo(path, *how)
                self.assertEqual(labels, {id_: label for id_, label in expected.items() if label >= 0})
                plan = json.loads(self.cpo("--input", path, "--explain", "--json", *how))
                kept = [{name: column[name] for name in ("column", "kind", "use", "reason", "missing_share")}
                        for column in plan["columns"] if column["column"] != "name"]
                found = [{name: column[name] for name in kept[0]} for column in run["result"]["columns"]]
                self.assertEqual(found, kept)
                made = [feature["feature"] for column in run["result"]["columns"] for feature in column["features"]]
                self.assertEqual(made, [feature["feature"] for feature in plan["features"]])
                self.assertEqual(run["result"]["scaling"], plan["features"])

    def test_a_customer_shows_values_as_what_they_are(self):
        self.import_csv("id,age,member,since,plan\n" + "".join(f"c{i},{i}.5,yes,2024-02-01,pro\n" for i in range(5)) + "d,,no,,\n")
        customer = self.admin.get("/api/v1/customers/c3")
        self.assertEqual(customer["features"], {"age": 3.5, "member": True, "since": "2024-02-01", "plan": "pro"})
        self.assertEqual(self.admin.get("/api/v1/customers/d")["features"], {"member": False})
        self.import_csv("id,plan\nc3,\n", "merge")
        self.assertNotIn("plan", self.admin.get("/api/v1/customers/c3")["features"])


    def test_a_model_assigns_as_the_command_line_does(self):
        folder = pathlib.Path(self.folder.name)
        self.import_csv(mixed_csv(600))
        new = mixed_csv(300, prefix="n", seed=9)
        (folder / "new.csv").write_text(new)
        for algorithm in ("kmeans", "gmm", "hdbscan", "hierarchical"):
            with self.subTest(algorithm):
                run, _ = self.run_api(algorithm=algorithm)
                path = f"/api/v1/segmentation/runs/{run['id']}"
                self.assertEqual(run["result"]["model"], {"kept": True})
                answer = self.admin.call("GET", f"{path}/model")
                self.assertIn("attachment", answer.headers["Content-Disposition"])
                (folder / "model.json").write_bytes(answer.body)
                expected = self.run_cpo(folder / "new.csv", "--apply", folder / "model.json")
                started = self.import_csv(new, "merge")
                self.assertEqual(started["customers"], 300)
                items = self.admin.post(f"{path}/assignments", {"customer_ids": list(expected)})["items"]
                self.assertEqual([item["id"] for item in items], list(expected))
                self.assertEqual({item["id"]: -1 if item["segment"] is None else item["segment"] for item in items}, expected)
                sent = [{"id": id_, "features": self.admin.get(f"/api/v1/customers/{id_}")["features"]} for id_ in list(expected)[:20]]
                self.assertEqual(self.admin.post(f"{path}/assignments", {"customers": sent})["items"], items[:20])
                names = {segment["segment"]: segment["name"] for segment in self.admin.get(f"{path}/segments")["items"]}
                self.assertEqual([item["name"] for item in items], [names.get(item["segment"]) for item in items])
        for wrong, status in (({}, 400), ({"customers": []}, 400), ({"customer_ids": ["c1"], "customers": sent}, 400),
                              ({"customer_ids": ["c1", "c1"]}, 400), ({"customer_ids": ["nobody"]}, 400)):
            self.admin.call("POST", f"{path}/assignments", wrong, expect=status)
        refused = self.admin.call("POST", f"{path}/assignments", {"customers": [{"id": "a", "features": {"age": "old"}}]}, expect=400)
        self.assertIn("/customers/0/features/age", refused.json["detail"])
        self.admin.call("POST", f"/api/v1/segmentation/runs/{uuid.UUID(int=7)}/assignments", {"customer_ids": ["c1"]}, expect=404)


class ColumnsOnPostgres(Columns):
    engine = "postgres"


def main():
    options, rest = json_result.parse(__doc__)
    server_test.BINARY = options.binary
    return json_result.run("Columns", options, rest)


if __name__ == "__main__":
    sys.exit(main())
