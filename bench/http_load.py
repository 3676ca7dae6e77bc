#!/usr/bin/env python3
"""Load on `cpo serve`, and on the FastAPI peer in the same run: `http_load.py --binary CPO --vegeta VEGETA --wrk WRK`.

vegeta sends at a fixed rate whatever the answers do, over up to 1,000 connections, so slow answers are not hidden. First mixed
reads at fixed rates; then one validated JSON POST, which both answer with the same arms, each from a SQLite file: the highest
rate that the service holds with no error and p99 under 100 ms, with the generator on the same cores, and the CPU that one
request costs the service at a low rate and at that highest one, which leaves the generator out. Last a closed loop by wrk, which
takes little of the cores: how many of these POSTs 64 and 1,000 connections get answered, the median of three turns each.
"""
import argparse
import base64
import csv
import hashlib
import io
import json
import os
import pathlib
import re
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import server_test  # noqa: E402
from api_client import Client, Document, Server, free_port  # noqa: E402

CONNECTIONS = 1000
HEALTHY_P99_MS = 100


def attack(vegeta, targets, rate, seconds):
    """Latencies in ms (sorted), share of errors."""
    lines = "".join(json.dumps(target) + "\n" for target in targets)
    results = subprocess.run(
        [vegeta, "attack", "-format=json", f"-rate={rate}/s", f"-duration={seconds}s", f"-connections={CONNECTIONS}",
         f"-max-connections={CONNECTIONS}", "-workers=100", f"-max-workers={CONNECTIONS * 4}", "-timeout=30s", "-http2=false"],
        input=lines.encode(), capture_output=True, check=True).stdout
    encoded = subprocess.run([vegeta, "encode", "-to=csv"], input=results, capture_output=True, check=True).stdout
    rows = list(csv.reader(io.StringIO(encoded.decode())))
    latencies = sorted(int(row[2]) / 1e6 for row in rows)
    return latencies, sum(row[1] != "200" for row in rows) / len(rows)


def percentile(latencies, share):
    return latencies[min(len(latencies) - 1, int(len(latencies) * share))]


def row(name, rate, latencies, errors):
    parts = [f"p{label} {percentile(latencies, share):.2f}" for label, share in (("50", .5), ("95", .95), ("99.9", .999))]
    print(f"{name:<22} {rate:>7}/s  " + "  ".join(parts) + f" ms  errors {errors:.2%}", flush=True)


def cpu_seconds(pid):
    """CPU time of a process and its children."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu_seconds(child) for child in children)


def cpu_a_request(vegeta, target, pid, rate):
    """Microseconds of CPU that one request costs the service at this rate."""
    before = cpu_seconds(pid)
    latencies, _ = attack(vegeta, [target], rate, 10)
    return (cpu_seconds(pid) - before) / len(latencies) * 1e6


def highest_rate(vegeta, target, start):
    """The highest rate that stays healthy for 5 s, to 10 %."""
    low, high = 0, start
    while True:
        latencies, errors = attack(vegeta, [target], high, 5)
        if errors or percentile(latencies, .99) > HEALTHY_P99_MS:
            break
        low, high = high, high * 2
    while high - low > max(1, low // 10):
        middle = (low + high) // 2
        latencies, errors = attack(vegeta, [target], middle, 5)
        if errors or percentile(latencies, .99) > HEALTHY_P99_MS:
            high = middle
        else:
            low = middle
    return low


def closed_loop(wrk, made, connections, folder):
    """Requests answered a second when each connection sends the next at once."""
    script = pathlib.Path(folder) / "post.lua"
    headers = "".join(f'wrk.headers["{name}"] = "{values[0]}"\n' for name, values in made["header"].items())
    script.write_text(f'wrk.method = "POST"\n{headers}wrk.body = [==[{base64.b64decode(made["body"]).decode()}]==]\n')
    output = subprocess.run([wrk, "-t1", f"-c{connections}", "-d6s", "-s", str(script), made["url"]],
                            capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in output, output
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])


def target(url, key, path, body=None):
    header = {"Authorization": [f"Bearer {key}"]}
    made = {"method": "POST" if body else "GET", "url": url + path, "header": header}
    if body:
        header["Content-Type"] = ["application/json"]
        made["body"] = base64.b64encode(json.dumps(body).encode()).decode()
    return made


def post(made):
    request = urllib.request.Request(made["url"], base64.b64decode(made["body"]),
                                     {name: values[0] for name, values in made["header"].items()})
    return json.loads(urllib.request.urlopen(request, timeout=10).read())


def prepare(server):
    """A workspace with a running experiment; its key, the paths to read, the experiment."""
    admin = server.set_up()
    editor, reviewer = server.person(admin, "editor"), server.person(admin, "reviewer")
    server_test.import_orders(editor)
    server_test.import_content(editor, reviewer)
    run = server_test.run_campaign(editor)
    experiment = editor.get(f"/api/v1/experiments/{run['experiments'][0]}")
    for arm in experiment["arms"]:
        version = reviewer.call("GET", f"/api/v1/generation/variants/{arm['variant']}").version
        reviewer.post(f"/api/v1/safety/variants/{arm['variant']}/reviews", {"decision": "approve"}, headers={"If-Match": version})
    path = f"/api/v1/experiments/{experiment['id']}"
    editor.post(f"{path}/start", {})
    key = admin.post("/api/v1/keys", {"name": "load", "role": "editor"})["secret"]
    reads = ["/api/v1/customers?limit=20", f"/api/v1/segmentation/runs/{run['segmentation_run']}/segments",
             f"/api/v1/generation/variants?run={run['generation_run']}&limit=20", path, "/api/v1/jobs?limit=20",
             "/api/v1/campaigns", "/api/v1/retrieval/documents?limit=20", "/healthz"]
    return key, reads, editor.get(path)


def prepare_peer(file, key, experiment):
    """The peer's database: the same key and the same experiment."""
    content = {"state": experiment["state"], "seed": experiment["seed"],
               "arms": [{"key": arm["key"], "range": arm["range"]} for arm in experiment["arms"]]}
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE keys (hash TEXT PRIMARY KEY, role TEXT NOT NULL) WITHOUT ROWID")
        database.execute("CREATE TABLE experiments (id TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID")
        database.execute("INSERT INTO keys VALUES (?, 'editor')", (hashlib.sha256(key.encode()).hexdigest(),))
        database.execute("INSERT INTO experiments VALUES (?, ?)", (experiment["id"], json.dumps(content)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--vegeta", required=True)
    parser.add_argument("--wrk", required=True)
    parser.add_argument("--rates", default="500,1000,2000,4000")
    options = parser.parse_args()
    binary, peer_port = str(pathlib.Path(options.binary).resolve()), free_port()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(binary, f"sqlite:{folder}/cpo.db", folder, Document()).start()
        peer = None
        try:
            key, reads, experiment = prepare(server)
            prepare_peer(f"{folder}/peer.db", key, experiment)
            peer = subprocess.Popen([sys.executable, "-m", "uvicorn", "--app-dir", str(ROOT / "bench/peers"),
                                     "fastapi_service:app", "--port", str(peer_port), "--workers", "2", "--log-level",
                                     "critical", "--loop", "uvloop", "--http", "httptools"],
                                    env=dict(os.environ, PEER_DATABASE=f"{folder}/peer.db"))
            url = f"http://127.0.0.1:{server.port}"
            for rate in map(int, options.rates.split(",")):
                row("mixed reads", rate, *attack(options.vegeta, [target(url, key, read) for read in reads], rate, 10))
            units = {"units": [f"u{i}" for i in range(10)]}
            path = f"/experiments/{experiment['id']}/assignments"
            ours = target(url, key, "/api/v1" + path, units)
            theirs = target(f"http://127.0.0.1:{peer_port}", key, path, units)
            time.sleep(3)
            assert [i["arm"] for i in post(ours)["items"]] == [i["arm"] for i in post(theirs)["items"]]
            services = {"cpo": (ours, server.process.pid), "FastAPI": (theirs, peer.pid)}
            rates = {name: highest_rate(options.vegeta, made, 250) for name, (made, _) in services.items()}
            print(f"highest healthy rate of POST assignments: {rates}, ratio {rates['cpo'] / max(1, rates['FastAPI']):.1f}")
            for where, at in (("at 500/s", dict.fromkeys(services, 500)), ("at its highest rate", rates)):
                cost = {name: cpu_a_request(options.vegeta, *service, at[name]) for name, service in services.items()}
                print(f"CPU of one POST in us {where}: {cost['cpo']:.0f} and {cost['FastAPI']:.0f}, "
                      f"ratio {cost['FastAPI'] / cost['cpo']:.1f}", flush=True)
            for connections in (64, 1000):
                turns = [{name: closed_loop(options.wrk, made, connections, folder) for name, (made, _) in services.items()}
                         for _ in range(3)]
                answered = {name: statistics.median(turn[name] for turn in turns) for name in services}
                print(f"closed loop, {connections} connections, answers/s: {answered['cpo']:.0f} and {answered['FastAPI']:.0f}, "
                      f"ratio {answered['cpo'] / answered['FastAPI']:.1f}", flush=True)
        finally:
            server.stop()
            if peer:
                peer.send_signal(signal.SIGTERM)
                peer.wait(20)


if __name__ == "__main__":
    main()
