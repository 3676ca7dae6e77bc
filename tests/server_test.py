#!/usr/bin/env python3
"""Tests of the server as its users meet it: `server_test.py --binary build/release/cpo [--results DIR]`.

Every answer is held against api/openapi.yaml by PyPI jsonschema (api_client.py). The whole file runs on SQLite and, when
CPO_TEST_POSTGRES names a server, on a database of its own there.
"""
import collections
import hashlib
import http.client
import json
import os
import pathlib
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

import json_result
from api_client import PASSWORD, ROOT, Client, Document, Server

BINARY = None
DOCUMENT = Document()
GOAL = "win back lapsed customers"


def psql(url, statement):
    subprocess.run(["psql", "-q", "-v", "ON_ERROR_STOP=1", url, "-c", statement], check=True, capture_output=True)


class EngineCase(unittest.TestCase):
    """A fresh database and server for each class; subclasses choose the engine."""

    engine = "sqlite"
    settings = ""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        if cls.engine == "postgres":
            cls.postgres = os.environ.get("CPO_TEST_POSTGRES")
            if not cls.postgres:
                raise unittest.SkipTest("CPO_TEST_POSTGRES is not set")
            cls.name = "cpo_" + uuid.uuid4().hex
            psql(cls.postgres, f"CREATE DATABASE {cls.name}")
            cls.addClassCleanup(psql, cls.postgres, f"DROP DATABASE {cls.name} WITH (FORCE)")
            cls.database = cls.postgres.rsplit("/", 1)[0] + "/" + cls.name
        else:
            cls.database = "sqlite:" + str(pathlib.Path(cls.folder.name) / "data/cpo.db")
        cls.server = Server(BINARY, cls.database, cls.folder.name, DOCUMENT, cls.settings).start()
        cls.addClassCleanup(lambda: cls.server.stop())
        cls.admin = cls.server.set_up()


def import_orders(client, **options):
    started = client.post(
        "/api/v1/customers/imports?kind=transactions&mode=replace&file=orders.csv",
        (ROOT / "demo/orders.csv").read_bytes(), content_type="text/csv", **options)
    client.finish_job(started["job"])
    return started


def import_content(editor, reviewer):
    for path in sorted((ROOT / "demo/gift-shop").glob("*/*")):
        media = "application/x-ndjson" if path.suffix == ".jsonl" else "text/markdown"
        editor.post(f"/api/v1/retrieval/documents/imports?name={path.stem}", path.read_bytes(), content_type=media)
    documents = editor.every("/api/v1/retrieval/documents?state=draft")
    reviewer.post("/api/v1/retrieval/documents/approvals",
                  {"documents": [{"id": d["id"], "version": d["version"]} for d in documents]})
    return documents


def run_campaign(client, **content):
    campaign = client.post("/api/v1/campaigns", {"name": "Win back", "goal": GOAL, **content})
    started = client.post(f"/api/v1/campaigns/{campaign['id']}/runs")
    client.finish_job(started["job"])
    return client.get(f"/api/v1/campaigns/{campaign['id']}/runs/{started['run']}")


class Flow(EngineCase):
    """The story of the product, over the API."""

    def test_from_file_to_shipped_message(self):
        admin = self.admin
        editor, reviewer = self.server.person(admin, "editor"), self.server.person(admin, "reviewer")
        imported = import_orders(editor)
        summary = editor.get(f"/api/v1/customers/imports/{imported['import']}")
        customers = editor.every("/api/v1/customers")
        self.assertEqual(summary["customers"], len(customers))
        approved = import_content(editor, reviewer)
        self.assertEqual((len(editor.every("/api/v1/retrieval/documents")), len(approved)), (40, 37))
        run = run_campaign(editor)
        self.assertEqual([stage["state"] for stage in run["stages"]], ["done"] * 3)
        segments = editor.get(f"/api/v1/segmentation/runs/{run['segmentation_run']}/segments")["items"]
        self.assertEqual(sum(segment["size"] for segment in segments), len(customers))
        self.check_map(editor, run["segmentation_run"], segments)
        self.check_contrast(editor, run["segmentation_run"], segments)
        self.assertEqual(len(run["experiments"]) + len(run["skipped"]), len(segments))
        self.ship_one(editor, reviewer, run)
        self.check_overview(editor)
        check = admin.get("/api/v1/audit/verification")
        self.assertTrue(check["is_intact"], check)

    def check_map(self, client, run, segments):
        """The bytes of the map, read as the document lays them out, say what the JSON of the run says."""
        body = client.call("GET", f"/api/v1/segmentation/runs/{run}/map").body
        magic, version, groups, points, x_min, x_max, y_min, y_max, explained = struct.unpack_from("<4sHHI5f", body)
        self.assertEqual((magic, version, groups, len(body)), (b"CPOM", 1, len(segments), 32 + 5 * points))
        quality = client.get(f"/api/v1/segmentation/runs/{run}")["result"]["quality"]
        self.assertAlmostEqual(explained, quality["map_explained"], places=6)
        for at, low, high in ((32, x_min, x_max), (32 + 2 * points, y_min, y_max)):
            steps = struct.unpack_from(f"<{points}H", body, at)
            self.assertEqual((min(steps), max(steps)), (0, 65535))
            # Components have mean 0; a step is off by half of one at most.
            step = (high - low) / 65535
            self.assertAlmostEqual(low + step * sum(steps) / points, 0, delta=step)
        sizes = {segment["segment"]: segment["size"] for segment in segments}
        self.assertEqual(collections.Counter(body[32 + 4 * points:]), sizes)

        # Who the points are: those of a segment's members.
        points = [points - 1, 0, points // 2]
        who = client.get(f"/api/v1/segmentation/runs/{run}/map/customers?points={','.join(map(str, points))}")["items"]
        self.assertEqual([item["point"] for item in who], points)
        for item in who:
            members = client.every(f"/api/v1/segmentation/runs/{run}/segments/{item['segment']}/members")
            self.assertIn(item["id"], [member["id"] for member in members])
        for wrong, status in (("999999", 400), ("1,", 400), ("x", 400), ("1" + ",1" * 20, 400)):
            client.call("GET", f"/api/v1/segmentation/runs/{run}/map/customers?points={wrong}", expect=status)

    def check_contrast(self, client, run, segments):
        """What tells two segments apart is the difference of what is known of each."""
        first, second = segments[:2]
        path = f"/api/v1/segmentation/runs/{run}/segments"
        items = client.get(f"{path}/0/contrasts/1")["items"]
        self.assertTrue(items)
        for item in items:
            name, difference = item["feature"], item["effect_difference"]
            self.assertAlmostEqual(difference, first["effects"][name] - second["effects"][name])
            self.assertEqual((item["segment_mean"], item["other_mean"]), (first["means"][name], second["means"][name]))
        sizes = [abs(item["effect_difference"]) for item in items]
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        back = client.get(f"{path}/1/contrasts/0")["items"]
        self.assertEqual([item["sentence"] for item in items], [item["sentence"] for item in back])
        self.assertEqual(client.get(f"{path}/1/contrasts/1")["items"], [])
        client.call("GET", f"{path}/0/contrasts/{len(segments)}", expect=404)

    def check_overview(self, client):
        """Every number of the overview is that of the list it stands for."""
        overview = client.get("/api/v1/overview")
        self.assertEqual(overview["customers"], len(client.every("/api/v1/customers")))
        lists = {"documents": "/api/v1/retrieval/documents", "variants": "/api/v1/generation/variants",
                 "experiments": "/api/v1/experiments", "jobs": "/api/v1/jobs"}
        for name, path in lists.items():
            counted = collections.Counter(item["state"] for item in client.every(path))
            self.assertEqual({state: n for state, n in overview[name].items() if n}, dict(counted))

    def ship_one(self, editor, reviewer, run):
        experiment = editor.get(f"/api/v1/experiments/{run['experiments'][0]}")
        path = f"/api/v1/experiments/{experiment['id']}"
        self.assertEqual(experiment["state"], "draft")
        self.assertIsNone(editor.get(f"{path}/traffic")["bucket_seconds"])
        refused = editor.call("POST", f"{path}/start", {}, expect=409)
        self.assertIn("approv", refused.json["detail"])
        for arm in experiment["arms"]:
            variant = f"/api/v1/generation/variants/{arm['variant']}"
            version = reviewer.call("GET", variant).version
            reviewer.post(f"/api/v1/safety/variants/{arm['variant']}/reviews", {"decision": "approve"},
                          headers={"If-Match": version})
        editor.post(f"{path}/start", {})
        self.assertEqual(editor.call("POST", f"{path}/ship", {"arm": "control"}, expect=403).status, 403)
        illegal = reviewer.call("POST", f"{path}/ship", {"arm": "control"}, expect=409).json
        self.assertIn("stop", illegal["allowed"])
        self.record_and_read(editor, path, experiment)
        editor.post(f"{path}/stop", {"reason": "enough seen"})
        winner = experiment["arms"][1]["key"]
        reviewer.call("POST", f"{path}/ship", {"arm": winner}, expect=409)
        shipped = reviewer.post(f"{path}/ship", {"arm": winner, "reason": "the shop wants it"})
        self.assertEqual((shipped["state"], shipped["shipped_arm"]), ("shipped", winner))
        back = reviewer.post(f"{path}/rollback", {"reason": "second thoughts"})
        self.assertEqual((back["state"], back["shipped_arm"]), ("stopped", None))

    def record_and_read(self, editor, path, experiment):
        units = [f"u{i}" for i in range(400)]
        first = editor.post(f"{path}/assignments", {"units": units})
        self.assertEqual(first, editor.post(f"{path}/assignments", {"units": units}))
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1))
        events = []
        for item in first["items"]:
            if item["arm"] is None:
                continue
            unit = item["unit"]
            events.append({"id": f"e-{unit}", "kind": "exposure", "unit": unit, "arm": item["arm"], "time": now})
            if int(hashlib.sha256(unit.encode()).hexdigest(), 16) % 10 == 0:
                events.append({"id": f"c-{unit}", "kind": "outcome", "unit": unit, "metric": "conversion", "time": now})
        receipt = editor.post(f"{path}/events", {"events": events})
        self.assertEqual(receipt["accepted"], len(events))
        results = editor.get(f"{path}/results")
        random.Random(1).shuffle(events)
        again = editor.post(f"{path}/events", {"events": events})
        self.assertEqual((again["accepted"], again["repeated"]), (0, len(events)))
        self.assertEqual(results, editor.get(f"{path}/results"))
        conflict = dict(events[0], time="2001-01-01T00:00:00Z")
        refused = editor.call("POST", f"{path}/events", {"events": [conflict]}, expect=409).json
        self.assertEqual(refused["errors"][0]["pointer"], "/events/0")
        self.assertEqual(results["analysis"]["advice"], "keep_going")
        exposed = sum(1 for event in events if event["kind"] == "exposure")
        self.assertEqual(sum(row["units"] for row in results["analysis"]["results"]
                             if row["metric"] == "conversion"), exposed)
        self.check_traffic(editor, path, results)

    def check_traffic(self, client, path, results):
        """The buckets of every arm add up to the units of the results."""
        traffic = client.get(f"{path}/traffic")
        units = {row["arm"]: row["units"] for row in results["analysis"]["results"]}
        self.assertEqual({arm["arm"]: arm["units"] for arm in traffic["arms"]}, units)
        for arm in traffic["arms"]:
            self.assertEqual(sum(bucket["units"] for bucket in arm["buckets"]), arm["units"])
            self.assertEqual(arm["buckets"][-1]["cumulative_units"], arm["units"])
            self.assertEqual([bucket["start"] for bucket in arm["buckets"]],
                             [bucket["start"] for bucket in traffic["arms"][0]["buckets"]])
        self.assertEqual(traffic["bucket_seconds"], 60)
        client.call("GET", f"/api/v1/experiments/{uuid.UUID(int=7)}/traffic", expect=404)


class FlowOnPostgres(Flow):
    engine = "postgres"


class Content(EngineCase):
    def test_an_expired_document_leaves_search_at_once(self):
        editor, reviewer = self.server.person(self.admin, "editor"), self.server.person(self.admin, "reviewer")
        created = editor.post("/api/v1/retrieval/documents", {
            "title": "Blue kettle", "type": "fact", "text": "The blue kettle boils a litre in two minutes."})
        ask = {"query": "how fast does the blue kettle boil"}
        self.assertEqual(editor.post("/api/v1/retrieval/search", ask)["hits"], [])
        path = f"/api/v1/retrieval/documents/{created['id']}"
        editor.call("PUT", f"{path}/approval", headers={"If-Match": '"1"'}, expect=403)
        version = reviewer.call("PUT", f"{path}/approval", headers={"If-Match": '"1"'}).version
        self.assertEqual(len(editor.post("/api/v1/retrieval/search", ask)["hits"]), 1)
        editor.call("PUT", f"{path}/expiry")
        self.assertEqual(editor.post("/api/v1/retrieval/search", ask)["hits"], [])
        stale = editor.call("PUT", path, created["content"], headers={"If-Match": version}, expect=412)
        self.assertEqual(stale.json["code"], "aborted")

    def test_the_author_cannot_approve_an_own_edit(self):
        reviewer = self.server.person(self.admin, "reviewer")
        created = reviewer.post("/api/v1/retrieval/documents", {
            "title": "Own work", "type": "fact", "text": "We open at nine."})
        refused = reviewer.call("PUT", f"/api/v1/retrieval/documents/{created['id']}/approval",
                                headers={"If-Match": '"1"'}, expect=403)
        self.assertEqual(refused.json["code"], "permission_denied")


class ContentOnPostgres(Content):
    engine = "postgres"


class Access(EngineCase):
    """Every operation × every role, from the document alone."""

    ROLES = ["viewer", "editor", "reviewer", "admin"]

    def sample(self, schema, depth=0):
        """A small value that fits a schema; good enough to get past validation."""
        schema = DOCUMENT.resolve(schema)
        if "enum" in schema:
            return schema["enum"][0]
        if "oneOf" in schema:
            return self.sample(schema["oneOf"][0], depth + 1)
        kind = schema.get("type", "object")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "object":
            names = schema.get("required", []) or list(schema.get("properties", {}))[: schema.get("minProperties", 0)]
            return {name: self.sample(schema["properties"][name], depth + 1) for name in names}
        if kind == "array":
            return [self.sample(schema["items"], depth + 1) for _ in range(schema.get("minItems", 0))]
        if kind in ("integer", "number"):
            return schema.get("minimum", 1) or 1
        if kind == "boolean":
            return True
        formats = {"uuid": str(uuid.UUID(int=7)), "date": "2026-01-01", "date-time": "2026-01-01T00:00:00Z",
                   "email": "nobody@example.org"}
        return formats.get(schema.get("format"), "x" * max(schema.get("minLength", 1), 12))

    def call(self, client, operation, ids=None):
        path, headers = operation["path"], {}
        for parameter in map(DOCUMENT.resolve, operation["parameters"]):
            if parameter["in"] == "path":
                value = (ids or {}).get(parameter["name"], self.sample(parameter["schema"]))
                path = path.replace("{%s}" % parameter["name"], str(value))
            elif parameter["name"] == "If-Match":
                headers["If-Match"] = '"1"'
        body, content_type = None, None
        if content := operation.get("requestBody", {}).get("content"):
            content_type = next(iter(content))
            body = self.sample(content[content_type]["schema"]) if content_type == "application/json" else b"x"
        return client.send(operation["method"], path, body, content_type=content_type, headers=headers, timeout=30).status

    def test_every_operation_holds_its_role(self):
        # They end or change the caller's own session, or never end.
        skipped_when_signed_in = {"signOut", "changePassword", "openStream"}
        clients = {role: self.admin if role == "admin" else self.server.person(self.admin, role) for role in self.ROLES}
        for name, operation in DOCUMENT.operations.items():
            least = operation.get("x-cpo-role")
            with self.subTest(operation=name, caller="nobody"):
                status = self.call(Client(self.server), operation)
                if least is None:
                    # Whoever has no password or token is known no better after these two.
                    self.assertIn(status, (401, 403, 409) if name in ("setUp", "signIn") else (200, 204))
                else:
                    self.assertEqual(status, 401)
            for role in self.ROLES if least and name not in skipped_when_signed_in else []:
                with self.subTest(operation=name, caller=role):
                    status = self.call(clients[role], operation)
                    self.assertLess(status, 500)
                    if self.ROLES.index(role) < self.ROLES.index(least):
                        self.assertEqual(status, 403)
                    else:
                        self.assertNotIn(status, (401, 403))

    def test_another_workspace_sees_and_changes_nothing(self):
        editor, reviewer = self.server.person(self.admin, "editor"), self.server.person(self.admin, "reviewer")
        imported = import_orders(editor)
        document = import_content(editor, reviewer)[0]["id"]
        run = run_campaign(editor)
        variant = editor.get("/api/v1/generation/variants?limit=1")["items"][0]["id"]
        key = self.admin.post("/api/v1/keys", {"name": "k", "role": "viewer"})["key"]["id"]
        ids = {"user": self.admin.get("/api/v1/users")["items"][0]["id"], "key": key, "import": imported["import"],
               "customer": editor.get("/api/v1/customers?limit=1")["items"][0]["id"], "segment": 0, "document": document,
               "variant": variant, "experiment": run["experiments"][0], "campaign": run["campaign"], "job": run["job"]}
        runs = {"segmentation": run["segmentation_run"], "generation": run["generation_run"], "campaigns": run["id"]}
        subprocess.run([BINARY, "user", "add", "eve@example.org", "--role", "admin", "--new-workspace", "Rival",
                        "--database", self.database], input=PASSWORD + "\n", text=True, check=True, capture_output=True)
        rival = Client(self.server)
        rival.sign_in("eve@example.org")
        for name, operation in DOCUMENT.operations.items():
            place = dict(ids, run=runs.get(operation["tags"][0]))
            with self.subTest(operation=name):
                if "{" in operation["path"]:
                    self.assertEqual(self.call(rival, operation, place), 404)
                elif operation["method"] == "GET" and name.startswith("list") and name not in ("listUsers", "listPeople", "listAudit"):
                    self.assertEqual(rival.get(operation["path"])["items"], [])
        self.assertEqual([user["email"] for user in rival.get("/api/v1/users")["items"]], ["eve@example.org"])
        self.assertEqual([person["name"] for person in rival.get("/api/v1/users/people")["items"]], ["eve"])
        self.assertNotIn(run["campaign"], json.dumps(rival.get("/api/v1/audit?limit=200")))
        self.assertEqual(editor.get(f"/api/v1/generation/variants/{variant}")["id"], variant)

    def test_a_change_without_its_xsrf_token_is_refused(self):
        client = self.server.person(self.admin, "editor")
        client.xsrf = None
        client.call("POST", "/api/v1/campaigns", {"name": "x", "goal": "y"}, expect=403)
        client.xsrf = "wrong"
        client.call("POST", "/api/v1/campaigns", {"name": "x", "goal": "y"}, expect=403)
        self.assertEqual(client.get("/api/v1/campaigns")["items"], [])

    def test_a_key_beside_a_wrong_cookie_is_what_counts(self):
        made = self.admin.post("/api/v1/keys", {"name": "beside", "role": "viewer"})
        client = Client(self.server, key=made["secret"])
        client.cookies = {name: "wrong" for name in self.admin.cookies}
        client.get("/api/v1/customers")
        client.call("POST", "/api/v1/campaigns", {"name": "x", "goal": "y"}, expect=403)

    def test_an_edit_without_its_version_is_refused(self):
        path = "/api/v1/campaigns/" + self.admin.post("/api/v1/campaigns", {"name": "x", "goal": "y"})["id"]
        self.admin.call("PUT", path, {"name": "z", "goal": "y"}, expect=428)
        self.admin.call("PUT", path, {"name": "z", "goal": "y"}, headers={"If-Match": '"9"'}, expect=412)
        self.assertEqual(self.admin.call("GET", path).version, '"1"')

    def test_a_key_is_held_to_its_scopes(self):
        made = self.admin.post("/api/v1/keys", {"name": "reader", "role": "editor", "scopes": ["customers"]})
        client = Client(self.server, key=made["secret"])
        client.get("/api/v1/customers")
        client.call("GET", "/api/v1/campaigns", expect=403)
        self.admin.call("DELETE", f"/api/v1/keys/{made['key']['id']}")
        client.call("GET", "/api/v1/customers", expect=401)

    def test_guessing_a_password_is_slowed_down(self):
        self.server.person(self.admin, "viewer")
        client = Client(self.server)
        statuses = [client.send("POST", "/api/v1/auth/session",
                                {"email": "viewer@example.org", "password": "wrong wrong wrong"}).status for _ in range(12)]
        self.assertEqual(statuses[0], 401)
        self.assertEqual(statuses[-1], 429)


class AccessOnPostgres(Access):
    engine = "postgres"


class Stream(EngineCase):
    def read_events(self, client, count, last=None):
        """(id, event, data) of the next events."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in client.cookies.items())}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        connection.request("GET", "/api/v1/stream", headers=headers)
        response = connection.getresponse()
        self.assertEqual(response.status, 200)
        self.assertEqual(response.headers["Content-Type"], "text/event-stream")
        events, event = [], {}
        yield None
        while len(events) < count:
            line = response.readline().decode().rstrip("\n")
            if ": " in line and not line.startswith(":"):
                name, value = line.split(": ", 1)
                event[name] = value
            elif not line and event:
                events.append((int(event["id"]), event["event"], json.loads(event["data"])))
                event = {}
        connection.close()
        yield events

    def test_changes_arrive_in_order_and_go_on_after_a_break(self):
        stream = self.read_events(self.admin, 2)
        next(stream)
        first = self.admin.post("/api/v1/campaigns", {"name": "One", "goal": "greet"})
        self.admin.post("/api/v1/campaigns", {"name": "Two", "goal": "greet"})
        events = next(stream)
        self.assertEqual([event for _, event, _ in events], ["change", "change"])
        self.assertEqual(events[1][0], events[0][0] + 1)
        self.assertEqual(events[0][2]["object"], first["id"])
        again = self.read_events(self.admin, 1, last=events[0][0])
        next(again)
        self.assertEqual(next(again), [events[1]])

    def test_a_listener_from_another_life_is_told_to_read_anew(self):
        stream = self.read_events(self.admin, 1, last=10**9)
        next(stream)
        self.assertEqual(next(stream)[0][1], "resync")


class Hostile(EngineCase):
    """Bytes that no client of ours sends."""

    def raw(self, data):
        import socket
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=20) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
        return answer

    def post(self, body, content_type="application/json"):
        key = self.admin.post("/api/v1/keys", {"name": "k", "role": "admin"})["secret"]
        return Client(self.server, key=key).send("POST", "/api/v1/campaigns", body, content_type=content_type)

    def test_bad_bodies_are_told_where_they_are_wrong(self):
        self.assertEqual(self.post(b"{").status, 400)
        self.assertEqual(self.post(b"[" * 100_000).status, 400)
        self.assertEqual(self.post(b'{"name": "\xff", "goal": "x"}').status, 400)
        self.assertEqual(self.post(b"a=b", "application/x-www-form-urlencoded").status, 415)
        self.assertEqual(self.post(b" " * (2 << 20)).status, 413)
        wrong = self.post({"name": 5, "goal": "x", "surprise": True})
        self.assertEqual(wrong.status, 400)
        self.assertEqual({error["pointer"] for error in wrong.json["errors"]}, {"/name", "/surprise"})

    def test_it_answers_after_garbage(self):
        for data in (b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/9.9\r\n\r\n", b"GET " + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
                     b"POST /api/v1/campaigns HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
                     b"POST /api/v1/campaigns HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):
            self.raw(data)
        self.assertEqual(Client(self.server).get("/healthz")["status"], "alive")


class Lifecycle(unittest.TestCase):
    def test_every_route_is_in_the_document_and_the_reverse(self):
        source = (ROOT / "src/http/routes.cpp").read_text()
        import re
        self.assertEqual(sorted(re.findall(r'\{"(\w+)", \w+\}', source)), sorted(DOCUMENT.operations))

    def test_it_drains_and_starts_again_where_it_was(self):
        with tempfile.TemporaryDirectory() as folder:
            database = f"sqlite:{folder}/cpo.db"
            server = Server(BINARY, database, folder, DOCUMENT).start()
            admin = server.set_up()
            campaign = admin.post("/api/v1/campaigns", {"name": "Kept", "goal": "greet"})
            self.assertEqual(server.stop(), 0)
            self.assertEqual(os.stat(f"{folder}/cpo.db").st_mode & 0o777, 0o600)
            server = Server(BINARY, database, folder, DOCUMENT).start()
            self.assertIsNone(server.token)
            client = Client(server)
            client.sign_in("ada@example.org")
            self.assertEqual(client.get(f"/api/v1/campaigns/{campaign['id']}")["content"]["name"], "Kept")
            self.assertEqual(server.stop(signal.SIGINT), 0)

    def test_a_worker_of_its_own_does_the_jobs_of_a_server_without(self):
        with tempfile.TemporaryDirectory() as folder:
            database = f"sqlite:{folder}/cpo.db"
            server = Server(BINARY, database, folder, DOCUMENT, "[jobs]\nworkers = 0\n").start()
            admin = server.set_up()
            started = admin.post("/api/v1/customers/imports?file=orders.csv", (ROOT / "demo/orders.csv").read_bytes(),
                                 content_type="text/csv")
            time.sleep(0.5)
            self.assertEqual(admin.get(f"/api/v1/jobs/{started['job']}")["state"], "queued")
            worker = subprocess.Popen([BINARY, "worker", "--config", f"{folder}/cpo.toml"], cwd=folder, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL, env=dict(os.environ, CPO_DATABASE_URL=database))
            try:
                admin.finish_job(started["job"])
            finally:
                worker.terminate()
                self.assertEqual(worker.wait(40), 0)
            self.assertEqual(server.stop(), 0)

    def test_wrong_settings_are_listed(self):
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / "cpo.toml"
            config.write_text("[http]\nport = 1.5\nprot = 2\n")
            done = subprocess.run([BINARY, "check-config", "--config", config], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn("line 2", done.stderr)
            self.assertIn("line 3", done.stderr)


def main():
    global BINARY
    options, rest = json_result.parse(__doc__)
    BINARY = options.binary
    return json_result.run("Server", options, rest)


if __name__ == "__main__":
    sys.exit(main())
