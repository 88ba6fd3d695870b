#!/usr/bin/env python3
"""Every row of docs/limits.md names a test, and the test is there. Usage: limits_named.py ROOT"""

import os
import re
import sys

PAGE = "docs/limits.md"
# `Suite.Test`, `Suite`, `Class.test_name`, or a law of the scenarios and the name of one.
NAME = re.compile(r"`([A-Za-z_]\w*(?:\.\w+)?)`")


def tests_of(root):
    """The names of all tests: "Suite.Test", "Class.test_name", and each suite by itself."""
    names = set()
    for folder, _, files in os.walk(os.path.join(root, "tests")):
        for file in files:
            if not file.endswith(("_test.cc", "_test.py")):
                continue
            with open(os.path.join(folder, file), encoding="utf-8") as source:
                text = source.read()
            if file.endswith(".cc"):
                found = re.findall(r"\b(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)\(\s*(\w+),\s*(\w+)", text)
            else:
                found = []
                for part in re.split(r"^class ", text, flags=re.MULTILINE)[1:]:
                    suite = re.match(r"\w+", part).group(0)
                    found += [(suite, test) for test in re.findall(r"^    def (test_\w+)\(", part, re.MULTILINE)]
            names.update(f"{suite}.{test}" for suite, test in found)
            names.update(suite for suite, _ in found)
    return names


def laws_of(root):
    with open(os.path.join(root, "docs", "scenarios.md"), encoding="utf-8") as page:
        return set(re.findall(r"^\| `(\w+)` \|", page.read(), re.MULTILINE))


def rows_of(text):
    """(line, cells) of each row of a table whose head ends in "test"."""
    counts = False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|"):
            counts = False
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if cells[-1] == "test":
            counts = True
        elif counts and set(cells[-1]) != {"-"}:
            yield number, cells


def findings(root, text):
    tests, laws = tests_of(root), laws_of(root)
    some = False
    for number, cells in rows_of(text):
        some = True
        named = NAME.findall(cells[-1])
        if not named:
            yield f"{PAGE}:{number}: '{cells[0]}' names no test: write one that shows the limit at its bound, and name it here"
        for name in named:
            if name not in tests and name not in laws:
                yield f"{PAGE}:{number}: '{cells[0]}' names `{name}`, and tests/ has no such test: correct the name"
    if not some:
        yield f"{PAGE}:1: no table with a column \"test\" was found: is this the project's root?"


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    with open(os.path.join(root, PAGE), encoding="utf-8") as page:
        wrong = list(findings(root, page.read()))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
