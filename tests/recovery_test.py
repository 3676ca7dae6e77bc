#!/usr/bin/env python3
"""What kill -9 leaves behind, and two servers on one store: `recovery_test.py --binary build/release/cpo [--results DIR]`.

Runs on SQLite and, when CPO_TEST_POSTGRES names a server, on PostgreSQL too.
"""
import collections
import random
import sys
import time

import json_result
import server_test
from api_client import Client, Server
from server_test import DOCUMENT, EngineCase, import_content, import_orders, run_campaign

KILLS = 10


def check_run(case, client, campaign, run):
    """A finished run has one experiment a segment and no variant twice."""
    state = client.get(f"/api/v1/campaigns/{campaign}/runs/{run}")
    case.assertEqual(state["state"], "succeeded", state)
    segments = client.get(f"/api/v1/segmentation/runs/{state['segmentation_run']}/segments")["items"]
    members = sum(len(client.every(f"/api/v1/segmentation/runs/{state['segmentation_run']}/segments/{s['segment']}/members"))
                  for s in segments)
    case.assertEqual(members, sum(s["size"] for s in segments))
    experiments = [client.get(f"/api/v1/experiments/{experiment}") for experiment in state["experiments"]]
    covered = sorted([e["segment"] for e in experiments] + [s["segment"] for s in state["skipped"]])
    case.assertEqual(covered, [s["segment"] for s in sorted(segments, key=lambda s: s["segment"])])
    variants = client.every(f"/api/v1/generation/variants?run={state['generation_run']}")
    twice = [key for key, count in collections.Counter((v["segment"], v["strategy"]) for v in variants).items() if count > 1]
    case.assertEqual(twice, [])
    case.assertNotIn("unscreened", {v["state"] for v in variants})
    return state


class KillNine(EngineCase):
    settings = "[jobs]\nworkers = 1\nlease_seconds = 1\n"

    def test_a_killed_campaign_run_is_completed_exactly_once(self):
        editor, reviewer = self.server.person(self.admin, "editor"), self.server.person(self.admin, "reviewer")
        import_orders(editor)
        import_content(editor, reviewer)
        start = time.monotonic()
        run_campaign(editor)
        length = time.monotonic() - start
        campaign = editor.post("/api/v1/campaigns", {"name": "Killed", "goal": server_test.GOAL})["id"]
        moments = random.Random(20261126)
        runs = []
        for number in range(KILLS):
            started = editor.post(f"/api/v1/campaigns/{campaign}/runs", headers={"Idempotency-Key": f"run-{number}"})
            runs.append(started["run"])
            time.sleep(moments.uniform(0, length))
            self.server.kill()
            self.server.start()
            again = editor.post(f"/api/v1/campaigns/{campaign}/runs", headers={"Idempotency-Key": f"run-{number}"})
            self.assertEqual(again, started)
            editor.finish_job(started["job"])
            check_run(self, editor, campaign, started["run"])
        self.assertEqual(sorted(runs), sorted(r["id"] for r in editor.every(f"/api/v1/campaigns/{campaign}/runs")))
        made = [e for run in runs for e in editor.get(f"/api/v1/campaigns/{campaign}/runs/{run}")["experiments"]]
        known = [e["id"] for e in editor.every("/api/v1/experiments")]
        self.assertEqual(len(made), len(set(made)))
        self.assertTrue(set(made) <= set(known))
        first = editor.every("/api/v1/campaigns")[-1]
        before = editor.get(f"/api/v1/campaigns/{first['id']}/runs/{first['latest_run']}")["experiments"]
        self.assertEqual(sorted(known), sorted(made + before))
        admin = Client(self.server)
        admin.sign_in("ada@example.org")
        check = admin.get("/api/v1/audit/verification")
        self.assertTrue(check["is_intact"], check)


class KillNineOnPostgres(KillNine):
    engine = "postgres"


class TwoServers(EngineCase):
    engine = "postgres"
    # A lease that no pause of the machine and no step of its clock outlasts: here each job has one attempt.
    settings = "[jobs]\nworkers = 2\nlease_seconds = 300\n"

    def test_each_job_of_a_shared_store_happens_once(self):
        import tempfile
        editor, reviewer = self.server.person(self.admin, "editor"), self.server.person(self.admin, "reviewer")
        import_orders(editor)
        import_content(editor, reviewer)
        with tempfile.TemporaryDirectory() as folder:
            second = Server(server_test.BINARY, self.database, folder, DOCUMENT, self.settings).start()
            try:
                other = Client(second)
                other.sign_in("editor@example.org")
                campaign = editor.post("/api/v1/campaigns", {"name": "Shared", "goal": server_test.GOAL})["id"]
                started = [client.post(f"/api/v1/campaigns/{campaign}/runs") for client in (editor, other) * 4]
                for run in started:
                    other.finish_job(run["job"])
                states = [check_run(self, editor, campaign, run["run"]) for run in started]
                made = [experiment for state in states for experiment in state["experiments"]]
                self.assertEqual(sorted(made), sorted(e["id"] for e in other.every("/api/v1/experiments")))
                for run in started:
                    job = other.get(f"/api/v1/jobs/{run['job']}")
                    history = self.admin.every(f"/api/v1/audit?object_type=job&object={run['job']}")
                    self.assertEqual(job["attempts"], 1, [(e["at"], e["action"], e["data"]) for e in history])
            finally:
                second.stop()
        check = self.admin.get("/api/v1/audit/verification")
        self.assertTrue(check["is_intact"], check)


def main():
    options, rest = json_result.parse(__doc__)
    server_test.BINARY = options.binary
    return json_result.run("Recovery", options, rest)


if __name__ == "__main__":
    # The base classes that were imported are not tests of this file.
    sys.exit(main())
