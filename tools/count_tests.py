#!/usr/bin/env python3
"""Sums the results of one run of ctest or more and prints "N passed, N failed" as the last line.

Usage: count_tests.py JUNIT_XML... A test that did not run counts as failed, and so does a file that is not there:
silence is no success. The one exception are tests that ran and said that their data may not be bundled and are not
here: they are listed and counted neither way. Exits with 1 unless something ran and nothing failed.
"""
import pathlib
import sys
import xml.etree.ElementTree as ET


def without_data(case):
    """Whether a test skipped itself; one that could not be started has another message."""
    skipped = case.find("skipped")
    return skipped is not None and skipped.get("message") == "SKIP_REGULAR_EXPRESSION_MATCHED"


def count(path):
    """Names of passed, failed and skipped tests of one file."""
    if not path.is_file():
        return [], [f"{path} (not written)"], []
    passed, failed, skipped = [], [], []
    for case in ET.parse(path).getroot().iter("testcase"):
        names = passed if case.get("status") == "run" else skipped if without_data(case) else failed
        names.append(case.get("name"))
    return passed, failed, skipped


def main():
    passed, failed, skipped = [], [], []
    for path in sys.argv[1:]:
        for names, more in zip((passed, failed, skipped), count(pathlib.Path(path))):
            names += more
    for name in skipped:
        print(f"skipped, its data are not bundled and not here: {name}")
    for name in failed:
        print(f"failed: {name}")
    print(f"{len(passed)} passed, {len(failed)} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
