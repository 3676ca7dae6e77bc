#!/usr/bin/env python3
"""Requests made up from api/openapi.yaml: `schemathesis_test.py --binary build/release/cpo --schemathesis PYTHON [--results DIR]`.

PyPI schemathesis, in the environment of PYTHON, sends valid and broken requests to every operation with an administrator's key, after a campaign has left
something to find. No answer may be a server error, and none may break the document.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

import json_result
import server_test
from api_client import Client, Server
from server_test import DOCUMENT, import_content, import_orders, run_campaign

PYTHON = None
EXAMPLES = "8"
# Not asked: ignored_auth sends a wrong cookie beside the right key, and the key decides; missing_required_header does not
# know 428; positive_data_acceptance cannot know rules over several fields. server_test.py holds all three.
CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
          "response_schema_conformance,negative_data_rejection,unsupported_method,use_after_free")
# openStream never ends; revokeKey would take away the key of the run itself.
EXCLUDED = ("openStream", "revokeKey")


class Schemathesis(unittest.TestCase):
    def test_no_request_breaks_the_server_or_the_document(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server(server_test.BINARY, f"sqlite:{folder}/cpo.db", folder, DOCUMENT).start()
            try:
                admin = server.set_up()
                editor, reviewer = server.person(admin, "editor"), server.person(admin, "reviewer")
                import_orders(editor)
                import_content(editor, reviewer)
                run_campaign(editor)
                key = admin.post("/api/v1/keys", {"name": "schemathesis", "role": "admin"})["secret"]
                command = [PYTHON, "-m", "schemathesis.cli", "run", f"http://127.0.0.1:{server.port}/api/openapi.yaml", "--seed", "20261126", "-n", EXAMPLES,
                           "--continue-on-failure", "--workers", "1", "--checks", CHECKS, "-H", f"Authorization: Bearer {key}"]
                for operation in EXCLUDED:
                    command += ["--exclude-operation-id", operation]
                done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900)
                self.assertEqual(done.returncode, 0, done.stdout[-12000:] + done.stderr[-2000:])
                self.assertEqual(Client(server).get("/healthz")["status"], "alive")
            finally:
                self.assertEqual(server.stop(), 0)


def main():
    global PYTHON
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--schemathesis", required=True, type=lambda path: str(pathlib.Path(path).absolute()))
    mine, others = parser.parse_known_args()
    PYTHON = mine.schemathesis
    sys.argv[1:] = others
    options, rest = json_result.parse(__doc__)
    server_test.BINARY = options.binary
    return json_result.run("Schemathesis", options, rest)


if __name__ == "__main__":
    sys.exit(main())
