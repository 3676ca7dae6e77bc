#!/usr/bin/env python3
"""`cpo demo` as people call it: `demo_test.py --binary build/release/cpo [--results DIR]`."""
import json
import pathlib
import signal
import stat
import subprocess
import sys
import tempfile
import unittest
import urllib.request

import json_result

BINARY = None


class Demo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = pathlib.Path(folder.name) / "sample"

    def make(self, *options):
        return subprocess.run([BINARY, "demo", "--data", self.data, "--no-serve", *options], capture_output=True, text=True,
                              timeout=120)

    def test_it_is_made_once_and_private(self):
        first = self.make("--json")
        self.assertEqual(first.returncode, 0, first.stderr)
        summary = json.loads(first.stdout)
        self.assertGreater(summary["customers"], 500)
        self.assertEqual(summary["experiments"], summary["segments"])
        self.assertEqual(sorted(path.name for path in self.data.glob("*") if "-" not in path.name.removeprefix("sign-in")),
                         ["sample.db", "sign-in.txt", "summary.json"])
        self.assertEqual(stat.S_IMODE(self.data.stat().st_mode), 0o700)
        for path in self.data.glob("*"):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)
        (self.data / "sign-in.txt").unlink()  # Whoever does not want the passwords to lie there.
        before = (self.data / "sample.db").stat().st_ino
        again = self.make("--json")
        self.assertEqual((again.returncode, json.loads(again.stdout)), (0, summary))
        self.assertEqual((self.data / "sample.db").stat().st_ino, before)

    def test_what_was_cut_off_is_made_anew(self):
        process = subprocess.Popen([BINARY, "demo", "--data", self.data, "--no-serve"], stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)  # So that it is still making the sample below, however long that takes.
        second = self.make()
        self.assertEqual(second.returncode, 1)
        self.assertIn("another process is making the sample", second.stderr)
        process.kill()  # Not SIGINT, which whoever is started in the background ignores.
        self.assertEqual(process.wait(10), -signal.SIGKILL)
        process.stdout.close()
        self.assertTrue((self.data / "making").exists())
        done = self.make()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("the first is running", done.stdout)
        self.assertFalse((self.data / "making").exists())

    def test_it_serves_and_says_who_may_sign_in(self):
        process = subprocess.Popen([BINARY, "demo", "--data", self.data, "--port", "0"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        lines = []
        while not lines or not lines[-1].startswith("Ctrl+C"):
            lines.append(process.stdout.readline())
            self.assertTrue(lines[-1], lines)
        url = next(word for line in lines for word in line.split() if word.startswith("http://"))
        email, password, role = next(line.split() for line in lines if "ada@example.org" in line)
        request = urllib.request.Request(f"{url}api/v1/auth/session", json.dumps({"email": email, "password": password}).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(json.load(answer)["role"], role)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(30), 0)

    def test_a_folder_that_cannot_be_used_is_said(self):
        self.data.write_text("a file")
        refused = self.make()
        self.assertEqual(refused.returncode, 1)
        self.assertIn("no sample can be made there", refused.stderr)


def main():
    global BINARY
    options, rest = json_result.parse(__doc__)
    BINARY = options.binary
    return json_result.run("Demo", options, rest)


if __name__ == "__main__":
    sys.exit(main())
