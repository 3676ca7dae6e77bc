#!/usr/bin/env python3
"""Add up the test results under the given folders and print `N passed, N failed[, N skipped]`.

Reads the JSON of GoogleTest (one file a program), Vitest and Playwright. What failed is told again with its message, for
the end of a long output is what one sees of it. Steps that failed without a result (a crash, a build) count as failures
too. Fails when anything failed or when nothing was run.
"""
import argparse
import collections
import json
import pathlib
import re
import sys

MESSAGE_LINES = 10  # Of each failure, from its start and from its end.


def of_gtest(report):
    """Yields name, outcome and message, as the other readers do."""
    for suite in report["testsuites"]:
        for test in suite["testsuite"]:
            outcome = "skipped" if test.get("result") == "SKIPPED" else "failed" if test.get("failures") else "passed"
            yield f"{suite['name']}.{test['name']}", outcome, "\n".join(
                failure["failure"] for failure in test.get("failures", []))


def of_vitest(report):
    for file in report["testResults"]:
        if file["status"] == "failed" and not file["assertionResults"]:
            yield file["name"], "failed", file.get("message", "")  # It did not load.
        for test in file["assertionResults"]:
            outcome = test["status"] if test["status"] in ("passed", "failed") else "skipped"
            yield test["fullName"], outcome, "\n".join(test.get("failureMessages", []))


def of_playwright(report):
    """A test that passed at a second try is a failure: we do not try twice."""
    for error in report["errors"]:
        yield "an error outside the tests", "failed", error.get("message", "")

    def walk(suites):
        for suite in suites:
            for spec in suite.get("specs", []):
                for test in spec["tests"]:
                    outcome = {"expected": "passed", "skipped": "skipped"}.get(test["status"], "failed")
                    messages = [error.get("message", "") for run in test["results"] for error in run.get("errors", [])]
                    yield f"{spec['file']}: {spec['title']}", outcome, "\n".join(messages)
            yield from walk(suite.get("suites", []))

    yield from walk(report["suites"])


def results_of(report):
    kind = of_gtest if "testsuites" in report else of_vitest if "testResults" in report else of_playwright
    return list(kind(report))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failed-steps", type=int, default=0, help="at least so many failures are counted")
    parser.add_argument("folders", nargs="*")
    options = parser.parse_args()
    counts = collections.Counter()
    for folder in options.folders:
        for file in sorted(pathlib.Path(folder).glob("*.json")):
            try:
                results = results_of(json.loads(file.read_text(encoding="utf-8")))
            except (ValueError, KeyError) as error:  # Half a file: its program died while it wrote.
                results = [(str(file), "failed", str(error))]
            for name, outcome, message in results:
                counts[outcome] += 1
                if outcome == "failed":
                    print(f"FAILED {folder}: {name}")
                    lines = re.sub(r"\x1b\[[0-9;]*m", "", message).splitlines()  # Without colours.
                    last = lines[max(MESSAGE_LINES, len(lines) - MESSAGE_LINES):]
                    for line in lines[:MESSAGE_LINES] + last:
                        print(f"    {line}")
    failed = max(counts["failed"], options.failed_steps)
    line = f"{counts['passed']} passed, {failed} failed"
    print(line + (f", {counts['skipped']} skipped" if counts["skipped"] else ""))
    return 1 if failed or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
