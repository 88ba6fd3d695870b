#!/usr/bin/env python3
"""Checks the rules of the house that compilers do not: who may know whom, what may be said where, and sizes.

    tests/tidy/tidy.py [ROOT]     prints path:line: [check] what, and what to do; exits 1 if there is anything

A rule that must be broken carries its reason on the spot, as a comment "// tidy: <why>": in the first 30 lines of a file
for the file's length; inside a function or up to three lines above it for the function's; for every other check on the
line itself or on the line above.
"""

import os
import re
import sys
from collections import namedtuple

Finding = namedtuple("Finding", "path line check message")

SOURCE_LINES_MAX = 500
HEADER_LINES_MAX = 250
FUNCTION_LINES_MAX = 70
LINE_COLUMNS_MAX = 100
FILE_REASON_WITHIN = 30
FUNCTION_REASON_ABOVE = 3

PRODUCT = ("engine", "projections", "connectors", "apps")
SKIPPED_FOLDERS = {"build", ".git", ".cache", "node_modules", "__pycache__", "target", ".venv"}
PURE_ROOMS = ("projections", "engine/projection", "engine/review", "engine/view")
PURE_PROJECTION_NEIGHBOURS = {"engine/projection", "engine/reference", "engine/event", "engine/base", "proto"}
STORED_ROOMS = ("projections", "engine/log", "engine/state", "engine/review", "engine/reference",
                "engine/projection", "engine/view")
VAGUE_WORDS = {"manager", "helper", "helpers", "util", "utils", "common", "data", "misc"}

# What may be said only in some folders: check, pattern, folders (or files) where it may, what to do instead.
# "where" folders under tests/ are the tests of that room, and the integration tests and baselines of the benchmark.
SAID_ONLY_IN = [
    ("rocksdb", re.compile(r"\brocksdb::|#\s*include\s*<rocksdb/"),
     ("engine/kv", "tests/engine/kv", "tests/bench"),
     "only engine/kv knows RocksDB: use engine/kv/kv_store.h"),
    ("librdkafka", re.compile(r"\brd_kafka_\w|\bRdKafka::|#\s*include\s*<librdkafka/"),
     ("connectors/kafka", "tests/connectors/kafka", "tests/integration", "tests/bench"),
     "only connectors/kafka knows librdkafka"),
    ("sockets", re.compile(r"#\s*include\s*<(?:sys/socket\.h|netinet/|arpa/inet\.h|netdb\.h|sys/un\.h|boost/asio"
                           r"|boost/beast|curl/)|\bboost::(?:asio|beast)\b|\bcurl_easy_"),
     ("connectors/http", "tests/connectors/http", "tests/integration", "tests/support", "tests/bench"),
     "only connectors/http opens sockets"),
    ("threads", re.compile(r"\bstd::j?thread\b(?!::)|\bpthread_create\b|\bstd::async\b|\bboost::thread\b"),
     ("engine/runtime", "apps", "tests"),
     "only engine/runtime and apps start threads: be polled, or be lent an executor"),
    ("wall-clock", re.compile(r"\b(?:system|utc|tai|file)_clock::now\b|\btime\s*\(\s*(?:nullptr|NULL|0|&\w+)\s*\)"
                              r"|\bgettimeofday\b|\bclock_gettime\b|\btimespec_get\b"),
     ("engine/base/clock.cc", "tests"),
     "only engine/base/clock.cc reads the wall clock: take a Clock or an Instant"),
    ("throw", re.compile(r"\bthrow\b(?!\s*;)"),
     ("engine/kv", "connectors", "engine/base/result.cc", "tests"),
     "no exception crosses a room: return a Result"),
]

IMPURE_INCLUDES = re.compile(
    r'#\s*include\s*["<](?:engine/base/clock\.h|engine/base/log\.h|fstream|iostream|filesystem|cstdio|thread|mutex'
    r"|atomic|random|future|condition_variable|ctime|unistd\.h|fcntl\.h)[\">]")

# Patterns over every text file. They are written so that they do not match themselves.
ANYWHERE = [
    ("machine-path", re.compile(r"(?<![\w.$}~])/(?:work|home|root)/[A-Za-z]"),
     "a path of one machine: say it relative to the project"),
    ("registry-host", re.compile(r"\b(?:registry\.npm|registry\.yarn|(?:files\.)?pypi\.org|pythonhosted\.|repo\d*\.maven"
                                 r"|deb\.debian\.|archive\.ubuntu\.|proxy\.golang\.|artifactory)", re.I),
     "the host of a registry: clients are configured outside the project"),
    ("attribution", re.compile(r"co-authored[- ]by|\b(?:generated|written|authored) (?:by|with) (?:an? )?(?:AI\b|LLM|model"
                               r"|agent|assistant)|\bas an AI\b|\blarge language model|\bAI[- ](?:assisted|generated)", re.I),
     "says who or what wrote it: take it out"),
    ("todo", re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b(?!\s*\(#\d+\))"),
     "work left to do without an issue: write the marker followed by (#number), or do it"),
]

REASON = re.compile(r"(?://|#)\s*tidy:\s*\S+")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|\bR"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'", re.S)


def blank(text):
    """Keeps the line breaks only, so that lines and columns stay where they are."""
    return re.sub(r"[^\n]", " ", text)


def without_comments_and_strings(text):
    return TOKEN.sub(lambda m: blank(m.group(0)), text)


def under(path, folders):
    return any(path == folder or path.startswith(folder + "/") for folder in folders)


class Source:
    """A file, with and without its comments."""

    def __init__(self, root, path):
        self.path = path
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
            self.text = file.read()
        self.lines = self.text.split("\n")
        self.is_header = path.endswith(".h")
        self.is_cpp = path.endswith((".cc", ".h"))
        self.code = without_comments_and_strings(self.text) if self.is_cpp else ""
        self.code_lines = self.code.split("\n")

    def excused(self, line, above=1):
        """Whether a reason stands on this line (from 1) or on the `above` lines before it."""
        return any(REASON.search(text) for text in self.lines[max(0, line - 1 - above):line])


def text_files(root):
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in SKIPPED_FOLDERS)
        for name in sorted(files):
            if name in SKIPPED_FOLDERS:  # in a worktree .git is a file
                continue
            full = os.path.join(folder, name)
            if os.path.islink(full):
                continue
            with open(full, "rb") as file:
                if b"\0" in file.read(4096):
                    continue
            yield os.path.relpath(full, root).replace(os.sep, "/")


def list_of(root, folder, name):
    """The words of set(name ...) in name.cmake of a folder."""
    path = os.path.join(root, folder, name + ".cmake")
    if not os.path.isfile(path):
        return []
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"#[^\n]*", "", file.read())
    found = re.search(r"\bset\s*\(\s*" + re.escape(name) + r"\s+(.*?)\)", text, re.S)
    return found.group(1).split() if found else []


def read_rooms(root, paths):
    """Room -> its allowed neighbours, from the tenure_room(...) of each CMakeLists.txt."""
    rooms = {}
    for path in paths:
        if os.path.basename(path) != "CMakeLists.txt" or not under(path, PRODUCT):
            continue
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = re.sub(r"#[^\n]*", "", file.read())
        call = re.search(r"\btenure_room\s*\((.*?)\)", text, re.S)
        if not call:
            continue
        words = []
        for word in call.group(1).split():
            words += list_of(root, os.path.dirname(path), word[2:-1]) if word.startswith("${") else [word]
        neighbours, taking = set(), False
        for word in words:
            if word in ("NEIGHBOURS", "LIBRARIES", "SOURCES"):
                taking = word == "NEIGHBOURS"
            elif taking:
                neighbours.add(word)
        rooms[os.path.dirname(path)] = neighbours
    return rooms


def room_of(path, rooms):
    folder = os.path.dirname(path)
    while folder:
        if folder in rooms:
            return folder
        folder = os.path.dirname(folder)
    return None


def check_rooms(rooms):
    """The declared neighbours themselves: known, without a circle, and few for projections."""
    for room, neighbours in sorted(rooms.items()):
        place = room + "/CMakeLists.txt"
        for neighbour in sorted(neighbours - set(rooms) - {"proto"}):
            yield Finding(place, 1, "neighbour", f"names {neighbour}, which is no room")
        if room.startswith("projections/"):
            for neighbour in sorted(neighbours - PURE_PROJECTION_NEIGHBOURS):
                yield Finding(place, 1, "neighbour", f"a projection may not know {neighbour}")
    done = set()

    def walk(room, trail):
        if room in trail:
            circle = " -> ".join(trail[trail.index(room):] + [room])
            yield Finding(room + "/CMakeLists.txt", 1, "neighbour", f"rooms in a circle: {circle}")
            return
        if room in done:
            return
        for neighbour in sorted(rooms.get(room, ())):
            yield from walk(neighbour, trail + [room])
        done.add(room)

    for room in sorted(rooms):
        yield from walk(room, [])


def check_includes(source, rooms):
    own = room_of(source.path, rooms)
    tested = None
    if source.path.startswith("tests/"):
        tested = room_of(source.path[len("tests/"):], rooms)
    for number, line in enumerate(source.lines, 1):
        include = INCLUDE.match(line)
        if not include:
            continue
        target = include.group(2)
        if target.startswith("tenure/") and target.endswith(".pb.h"):
            other = "proto"
        else:
            other = room_of(target, rooms)
        if other is None:
            continue
        if own and other not in (own, *rooms[own]) and not source.excused(number):
            yield Finding(source.path, number, "neighbour",
                          f"{own} may not include {target}: {other} is not among its NEIGHBOURS in {own}/CMakeLists.txt")
        if "/internal/" in target and other not in (own, tested) and not source.excused(number):
            yield Finding(source.path, number, "internal", f"{target} is private to {other}: use its door")


def check_said(source):
    for number, code in enumerate(source.code_lines, 1):
        # Includes of strings were blanked with the strings; those that matter here stand in angle brackets.
        for check, pattern, where, instead in SAID_ONLY_IN:
            match = pattern.search(code)
            if match and not under(source.path, where) and not source.excused(number):
                yield Finding(source.path, number, check, f"'{match.group(0).strip()}': {instead}")
        if under(source.path, STORED_ROOMS):
            match = re.search(r"\b(?:float|double)\b", code)
            if match and not source.excused(number):
                yield Finding(source.path, number, "floating-point",
                              f"'{match.group(0)}' near stored or compared values: use thousandths or minor units")
    if under(source.path, PURE_ROOMS):
        for number, line in enumerate(source.lines, 1):
            if IMPURE_INCLUDES.match(line) and not source.excused(number):
                yield Finding(source.path, number, "pure", f"'{line.strip()}': a pure room has no clock and no I/O")
    if source.is_header and under(source.path, PRODUCT):
        for number, line in enumerate(source.lines, 1):
            if '"engine/base/planted_bug.h"' in line and INCLUDE.match(line):
                yield Finding(source.path, number, "planted-bug", "planted bugs stand in .cc files only (docs/adr/0002)")
    if under(source.path, ("tests",)):
        for number, code in enumerate(source.code_lines, 1):
            if re.search(r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\s*\(|(?<![\w.])sleep\s*\(\s*\d", code):
                if not source.excused(number):
                    yield Finding(source.path, number, "sleep", "await a condition; or say why there is none")


def functions(code):
    """Yields (first line, last line) of each function body's definition, by braces: a heuristic that knows no types."""
    # Preprocessor lines, with their continuations, hold braces that belong to nobody.
    code = re.sub(r"(?m)^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: blank(m.group(0)), code)
    start, index, depth_of_function = 0, 0, 0
    while index < len(code):
        char = code[index]
        if char in ";}":
            start = index + 1
        elif char == "{":
            head = code[start:index]
            if is_function_head(head):
                first = code.count("\n", 0, start + len(head) - len(head.lstrip())) + 1
                depth_of_function, end = 1, index + 1
                while end < len(code) and depth_of_function:
                    depth_of_function += {"{": 1, "}": -1}.get(code[end], 0)
                    end += 1
                yield first, code.count("\n", 0, end) + 1
                index, start = end - 1, end
            else:
                start = index + 1
        index += 1


def is_function_head(head):
    head = head.strip()
    while True:
        shorter = re.sub(r"^template\s*<(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*>\s*|^\[\[[^\]]*\]\]\s*", "", head)
        if shorter == head:
            break
        head = shorter
    if not head or head.endswith("=") or "(" not in head:
        return False
    return not re.match(r"(?:typedef\s+|inline\s+)?(?:class|struct|union|enum|namespace|extern|concept)\b", head)


def check_sizes(source):
    count = len(source.lines) - (1 if source.lines and source.lines[-1] == "" else 0)
    limit = HEADER_LINES_MAX if source.is_header else SOURCE_LINES_MAX
    if count > limit and not any(REASON.search(line) for line in source.lines[:FILE_REASON_WITHIN]):
        yield Finding(source.path, limit + 1, "file-length", f"{count} lines, {limit} at most: split it by duty")
    for number, line in enumerate(source.lines, 1):
        if len(line) > LINE_COLUMNS_MAX and not source.excused(number):
            yield Finding(source.path, number, "line-length", f"{len(line)} columns, {LINE_COLUMNS_MAX} at most")
    for first, last in functions(source.code):
        length = last - first + 1
        if length <= FUNCTION_LINES_MAX:
            continue
        if any(REASON.search(line) for line in source.lines[max(0, first - 1 - FUNCTION_REASON_ABOVE):last]):
            continue
        yield Finding(source.path, first, "function-length", f"{length} lines, {FUNCTION_LINES_MAX} at most: split it")


def last_word(name):
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)
    return words[-1].lower() if words else ""


def check_names(source):
    stem = os.path.splitext(os.path.basename(source.path))[0]
    for part in [*os.path.dirname(source.path).split("/"), re.sub(r"_(?:test|fuzz|bench)$", "", stem)]:
        if last_word(part) in VAGUE_WORDS and not source.excused(1):
            yield Finding(source.path, 1, "name", f"'{part}' says nothing: name the duty")
    for number, code in enumerate(source.code_lines, 1):
        for match in re.finditer(r"\b(?:class|struct|union|enum)\s+(?:class\s+)?([A-Z]\w+)", code):
            if last_word(match.group(1)) in VAGUE_WORDS and not source.excused(number):
                yield Finding(source.path, number, "name", f"'{match.group(1)}' says nothing: name the duty")
    if source.is_header and not any(line.strip() == "#pragma once" for line in source.lines):
        yield Finding(source.path, 1, "pragma-once", "a header begins with #pragma once")


def check_proto(source):
    stored = under(source.path, ("proto/tenure/event", "proto/tenure/state"))
    for number, line in enumerate(source.lines, 1):
        code = line.split("//")[0]
        if stored and re.search(r"\b(?:float|double)\s+\w+\s*=", code) and not source.excused(number):
            yield Finding(source.path, number, "floating-point", "no floating point in what is stored")
        if under(source.path, ("proto/tenure/state",)) and re.search(r"\bmap\s*<", code):
            yield Finding(source.path, number, "map-field", "state has no map fields: their byte order is not fixed")


def check_text(source):
    if under(source.path, ("tests/tidy", "LICENSE")):
        return  # this file names what it looks for, and its test plants it
    for number, line in enumerate(source.lines, 1):
        for check, pattern, instead in ANYWHERE:
            match = pattern.search(line)
            if match and not source.excused(number):
                yield Finding(source.path, number, check, f"'{match.group(0)}': {instead}")


def check(root):
    paths = list(text_files(root))
    rooms = read_rooms(root, paths)
    findings = list(check_rooms(rooms))
    if not rooms:
        findings.append(Finding("engine", 1, "neighbour", "no room found: is this the project's root?"))
    for path in paths:
        source = Source(root, path)
        findings += check_text(source)
        if path.endswith(".proto"):
            findings += check_proto(source)
        if source.is_cpp and under(path, (*PRODUCT, "tests")):
            for each in (check_said, check_sizes, check_names):
                findings += each(source)
            findings += check_includes(source, rooms)
    return sorted(findings), len(paths)


def main(arguments):
    root = os.path.abspath(arguments[1] if len(arguments) > 1 else os.path.join(os.path.dirname(__file__), "..", ".."))
    findings, count = check(root)
    for finding in findings:
        print(f"{finding.path}:{finding.line}: [{finding.check}] {finding.message}")
    print(f"tidy: {count} files, {len(findings)} findings", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
