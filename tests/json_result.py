"""Runs the unittest cases of the main module and writes their results as tools/count_tests.py reads them."""
import argparse
import json
import os
import sys
import unittest


class JsonResult(unittest.TextTestResult):
    """Keeps one record a test, in the shape of GoogleTest's JSON, for tools/count_tests.py."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.records = []

    def record(self, test, **fields):
        self.records.append({"name": str(test), **fields})

    def addSuccess(self, test):
        super().addSuccess(test)
        self.record(test)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.record(test, failures=[{"failure": self.failures[-1][1]}])

    def addError(self, test, error):
        super().addError(test, error)
        self.record(test, failures=[{"failure": self.errors[-1][1]}])

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.record(subtest, failures=[{"failure": str(error[1])}])

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.record(test, result="SKIPPED")


def parse(description):
    """Options of a test program; the rest of the arguments names tests."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--binary", required=True, type=os.path.abspath)
    parser.add_argument("--results", help="folder for NAME.json")
    return parser.parse_known_args()


def run(name, options, names):
    """Runs the named tests, or all of the main module; the exit code."""
    loader = unittest.defaultTestLoader
    suite = loader.loadTestsFromNames(names, sys.modules["__main__"]) if names else loader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(resultclass=JsonResult, verbosity=2).run(suite)
    if options.results:
        os.makedirs(options.results, exist_ok=True)
        with open(os.path.join(options.results, f"{name.lower()}_test.json"), "w", encoding="utf-8") as file:
            json.dump({"testsuites": [{"name": name, "testsuite": result.records}]}, file)
    return 0 if result.wasSuccessful() else 1
