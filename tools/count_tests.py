#!/usr/bin/env python3
"""Add up the test results under the given folders and print `N passed, N failed[, N skipped]`.

Reads GoogleTest's JSON (one file a program). Steps that failed without a result (a crash, a build) count as failures too.
Fails when anything failed or when nothing was run.
"""
import argparse
import json
import pathlib
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failed-steps", type=int, default=0, help="at least so many failures are counted")
    parser.add_argument("folders", nargs="*")
    options = parser.parse_args()
    passed = failed = skipped = 0
    for folder in options.folders:
        for file in sorted(pathlib.Path(folder).glob("*.json")):
            try:
                suites = json.loads(file.read_text(encoding="utf-8"))["testsuites"]
            except (ValueError, KeyError) as error:  # Half a file: its program died while it wrote.
                print(f"FAILED {file}: {error}")
                failed += 1
                continue
            for suite in suites:
                for test in suite["testsuite"]:
                    if test.get("failures"):
                        failed += 1
                        print(f"FAILED {folder}: {suite['name']}.{test['name']}")
                    elif test.get("result") == "SKIPPED":
                        skipped += 1
                    else:
                        passed += 1
    failed = max(failed, options.failed_steps)
    line = f"{passed} passed, {failed} failed"
    print(line + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
