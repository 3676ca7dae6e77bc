#!/usr/bin/env python3
"""Add up the test results under the given folders and print `N passed, N failed[, N skipped]`.

Reads GoogleTest's JSON (one file a program). Fails when a test failed or when nothing was run.
"""
import json
import pathlib
import sys


def main():
    passed = failed = skipped = 0
    for folder in sys.argv[1:]:
        for file in sorted(pathlib.Path(folder).glob("*.json")):
            for suite in json.loads(file.read_text(encoding="utf-8"))["testsuites"]:
                for test in suite["testsuite"]:
                    if test.get("failures"):
                        failed += 1
                        print(f"FAILED {folder}: {suite['name']}.{test['name']}")
                    elif test.get("result") == "SKIPPED":
                        skipped += 1
                    else:
                        passed += 1
    line = f"{passed} passed, {failed} failed"
    print(line + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
