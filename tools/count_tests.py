#!/usr/bin/env python3
"""Sums the results of one run of ctest or more and prints "N passed, N failed" as the last line.

Usage: count_tests.py JUNIT_XML... A test that did not run counts as failed, and so does a file that is not there:
silence is no success. Exits with 1 unless something ran and nothing failed.
"""
import pathlib
import sys
import xml.etree.ElementTree as ET


def count(path):
    """Names of passed and failed tests of one file."""
    if not path.is_file():
        return [], [f"{path} (not written)"]
    passed, failed = [], []
    for case in ET.parse(path).getroot().iter("testcase"):
        (passed if case.get("status") == "run" else failed).append(case.get("name"))
    return passed, failed


def main():
    passed, failed = [], []
    for path in sys.argv[1:]:
        more_passed, more_failed = count(pathlib.Path(path))
        passed += more_passed
        failed += more_failed
    for name in failed:
        print(f"failed: {name}")
    print(f"{len(passed)} passed, {len(failed)} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
