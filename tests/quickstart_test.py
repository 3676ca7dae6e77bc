#!/usr/bin/env python3
"""Runs docs/quickstart-api.md as it stands: `quickstart_test.py --binary build/release/cpo [--results DIR]`."""
import os
import re
import subprocess
import sys
import unittest

import json_result
from api_client import ROOT

BINARY = None
RETAIL = ROOT.parent / "shared/data/online-retail/online_retail.csv.gz"


def transcript(**variables):
    text = (ROOT / "docs/quickstart-api.md").read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    environment = dict(os.environ, CPO=BINARY, **variables)
    environment.pop("CPO_DATABASE_URL", None)
    return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=ROOT, env=environment,
                          capture_output=True, text=True, timeout=300)


class QuickStart(unittest.TestCase):
    def check(self, done):
        self.assertEqual(done.returncode, 0, done.stdout[-3000:] + done.stderr[-3000:])
        self.assertIn('"is_intact":true', done.stdout)
        self.assertIn("\nrunning\n", done.stdout)

    def test_with_the_demo_orders(self):
        self.check(transcript(FILE="demo/orders.csv", MAP=""))

    @unittest.skipUnless(RETAIL.exists(), "../shared/data is not there")
    def test_with_online_retail(self):
        done = transcript(FILE=str(RETAIL))
        self.check(done)
        for figure in ("4338", "4372", "135080", "18532", "8911407.9"):
            self.assertIn(figure, done.stdout)


def main():
    global BINARY
    options, rest = json_result.parse(__doc__)
    BINARY = options.binary
    return json_result.run("Quickstart", options, rest)


if __name__ == "__main__":
    sys.exit(main())
