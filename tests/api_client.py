"""Drives `cpo serve` for tests: starts it, signs in, and holds every answer against api/openapi.yaml."""
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.parse

import jsonschema
import referencing
import referencing.jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
PASSWORD = "correct horse battery"


def load_document():
    return yaml.load((ROOT / "api/openapi.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


class Document:
    """api/openapi.yaml with a validator for each response schema."""

    def __init__(self):
        self.root = load_document()
        resource = referencing.Resource(contents=self.root, specification=referencing.jsonschema.DRAFT202012)
        self.registry = referencing.Registry().with_resource("cpo:api", resource)
        self.validators = {}
        self.operations = {}
        for path, item in self.root["paths"].items():
            for method, operation in item.items():
                if method == "parameters":
                    continue
                operation = dict(operation, method=method.upper(), path=path)
                operation["parameters"] = item.get("parameters", []) + operation.get("parameters", [])
                self.operations[operation["operationId"]] = operation

    def resolve(self, value):
        if "$ref" not in value:
            return value
        found = self.root
        for part in value["$ref"][2:].split("/"):
            found = found[part]
        return found

    def find(self, method, path):
        """The operation of a path without prefix and query; fixed paths win over templates."""
        best = None
        for operation in self.operations.values():
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", operation["path"])
            if operation["method"] == method and re.fullmatch(pattern, path):
                if best is None or "{" in best["path"]:
                    best = operation
        return best

    def check(self, operation, status, content_type, body):
        responses = operation["responses"]
        response = self.resolve(responses[str(status)] if str(status) in responses else responses["default"])
        if str(status) not in responses and status < 400:
            raise AssertionError(f"{operation['operationId']}: {status} is not in the document")
        content = response.get("content")
        if not content:
            if body:
                raise AssertionError(f"{operation['operationId']}: {status} has a body: {body[:200]!r}")
            return
        media = content_type.split(";")[0]
        if media not in content:
            raise AssertionError(f"{operation['operationId']}: {status} is {content_type}, expected {list(content)}")
        if not media.endswith("json"):
            return
        schema = json.dumps(content[media]["schema"]).replace('"#/', '"cpo:api#/')
        if schema not in self.validators:
            self.validators[schema] = jsonschema.Draft202012Validator(
                json.loads(schema), registry=self.registry,
                format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
        error = next(iter(self.validators[schema].iter_errors(json.loads(body))), None)
        if error:
            raise AssertionError(f"{operation['operationId']} {status}: {error.json_path}: {error.message}")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def version(self):
        return self.headers["ETag"]


class Client:
    """One caller: nobody, a signed-in person or an API key. Not for several threads."""

    def __init__(self, server, key=None):
        self.server, self.key = server, key
        self.cookies, self.xsrf = {}, None

    def send(self, method, path, body=None, content_type=None, headers=None, timeout=60):
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body, content_type = json.dumps(body).encode(), content_type or "application/json"
        if content_type:
            headers["Content-Type"] = content_type
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.xsrf:
            headers.setdefault("X-XSRF-Token", self.xsrf)
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        operation = self.server.document.find(method, urllib.parse.urlsplit(path).path)
        if operation:
            self.server.document.check(operation, answer.status, answer.headers.get("Content-Type", ""), answer.body)
        return answer

    def call(self, method, path, body=None, expect=(200, 201, 202, 204), **options):
        answer = self.send(method, path, body, **options)
        expected = expect if isinstance(expect, tuple) else (expect,)
        if answer.status not in expected:
            raise AssertionError(f"{method} {path}: {answer.status}, expected {expect}: {answer.body.decode()[:2000]}")
        return answer

    def get(self, path, **options):
        return self.call("GET", path, **options).json

    def post(self, path, body=None, **options):
        answer = self.call("POST", path, body, **options)
        return answer.json if answer.body else None

    def sign_in(self, email, password=PASSWORD):
        session = self.post("/api/v1/auth/session", {"email": email, "password": password})
        self.xsrf = session["xsrf_token"]
        return session

    def every(self, path):
        """All items of a list, page by page."""
        items, mark = [], "&" if "?" in path else "?"
        page = self.get(f"{path}{mark}limit=200")
        items += page["items"]
        while page["next"] is not None:
            page = self.get(f"{path}{mark}limit=200&before={urllib.parse.quote(str(page['next']))}")
            items += page["items"]
        return items

    def wait_for_job(self, job, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            state = self.get(f"/api/v1/jobs/{job}")
            if state["state"] in ("succeeded", "failed", "cancelled"):
                return state
            time.sleep(0.05)
        raise AssertionError(f"job {job} is not over after {seconds} s: {state}")

    def finish_job(self, job, seconds=120):
        state = self.wait_for_job(job, seconds)
        if state["state"] != "succeeded":
            raise AssertionError(f"job {job}: {state}")
        return state


class Server:
    """One `cpo serve` process on a free loopback port."""

    def __init__(self, binary, database, folder, document=None, settings=""):
        self.binary, self.database, self.folder = binary, database, pathlib.Path(folder)
        self.document = document or Document()
        self.settings = settings
        self.process = None
        self.port = None
        self.token = None

    def start(self):
        config = self.folder / "cpo.toml"
        config.write_text("[http]\nport = 0\nrequests_per_second = 100000.0\nrequest_burst = 100000.0\n" + self.settings)
        self.log = open(self.folder / "server.log", "ab")
        environment = dict(os.environ, CPO_DATABASE_URL=self.database)
        self.process = subprocess.Popen([self.binary, "serve", "--config", str(config)], cwd=self.folder,
                                        stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment)
        for line in self.process.stdout:
            if match := re.search(r"https?://[^ /]+:(\d+)", line):
                self.port = int(match.group(1))
            if match := re.search(r"token: (\S+)", line):
                self.token = match.group(1)
            if line.startswith("Ready"):
                break
        else:
            raise AssertionError("the server did not start: " + (self.folder / "server.log").read_text()[-3000:])
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        return self

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return 0
        self.process.send_signal(how)
        code = self.process.wait(60)
        self.process = None
        self.log.close()
        return code

    def kill(self):
        return self.stop(signal.SIGKILL)

    def set_up(self):
        """Makes the first administrator; gives its client."""
        admin = Client(self)
        session = admin.post("/api/v1/auth/setup", {
            "token": self.token, "email": "ada@example.org", "name": "Ada", "password": PASSWORD, "workspace": "Gift shop"})
        admin.xsrf = session["xsrf_token"]
        return admin

    def person(self, admin, role):
        """A signed-in person of that role."""
        email = f"{role}@example.org"
        admin.post("/api/v1/users", {"email": email, "name": role.title(), "role": role, "password": PASSWORD}, expect=(201, 409))
        client = Client(self)
        client.sign_in(email)
        return client


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
