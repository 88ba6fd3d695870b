#!/usr/bin/env python3
"""Plants one violation of each rule in a small copy of the project and expects tidy to name it, at its place."""

import os
import shutil
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import limits_named  # noqa: E402
import tidy  # noqa: E402

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
LONG_BODY = "\n".join("  x += 1;" for _ in range(tidy.FUNCTION_LINES_MAX))

# (check that must fire, file, text, line at which it must fire)
PLANTS = [
    ("neighbour", "engine/event/plant_a.cc", '#include "engine/kv/kv_store.h"\n', 1),
    ("neighbour", "engine/kv/plant_b.cc", '#include "engine/log/event_log.h"\n', 1),
    ("neighbour", "projections/usage/plant_c.cc", '#include "projections/activity/activity.h"\n', 1),
    ("neighbour", "engine/log/internal/plant_d.cc", '\n#include "engine/query/queries.h"\n', 2),
    ("neighbour", "engine/kv/plant_e.cc", '#include "tenure/event/v1/event.pb.h"\n', 1),
    ("internal", "engine/log/plant_f.cc", '#include "engine/kv/internal/rocks.h"\n', 1),
    ("internal", "tests/engine/log/plant_g_test.cc", '#include "engine/kv/internal/rocks.h"\n', 1),
    ("internal", "apps/tenure/plant_h.cc", '#include "engine/kv/internal/rocks.h"\n', 1),
    ("rocksdb", "engine/log/plant_i.cc", "int f(rocksdb::DB* db);\n", 1),
    ("rocksdb", "engine/state/plant_j.cc", "#include <rocksdb/db.h>\n", 1),
    ("librdkafka", "engine/runtime/plant_k.cc", "void f() { rd_kafka_poll(nullptr, 0); }\n", 1),
    ("sockets", "engine/query/plant_l.cc", "#include <sys/socket.h>\n", 1),
    ("sockets", "connectors/kafka/plant_m.cc", "boost::asio::io_context context;\n", 1),
    ("threads", "connectors/kafka/plant_n.cc", "std::jthread worker;\n", 1),
    ("threads", "engine/log/plant_o.cc", "void f() { auto x = std::async(g); }\n", 1),
    ("wall-clock", "engine/log/plant_p.cc", "auto t = std::chrono::system_clock::now();\n", 1),
    ("wall-clock", "projections/usage/plant_q.cc", "long t = time(nullptr);\n", 1),
    ("wall-clock", "engine/base/plant_r.cc", "void f() { clock_gettime(0, nullptr); }\n", 1),
    ("throw", "engine/log/plant_s.cc", "void f() { throw 1; }\n", 1),
    ("floating-point", "projections/usage/plant_t.cc", "static double share = 0;\n", 1),
    ("floating-point", "engine/review/plant_u.cc", "\n\nfloat f();\n", 3),
    ("floating-point", "proto/tenure/state/v1/plant.proto", "message A { double x = 1; }\n", 1),
    ("map-field", "proto/tenure/state/v1/plant_map.proto", "message A { map<string, int64> x = 1; }\n", 1),
    ("pure", "projections/usage/plant_v.cc", "#include <fstream>\n", 1),
    ("pure", "engine/review/plant_w.cc", '#include "engine/base/clock.h"\n', 1),
    ("planted-bug", "engine/log/plant_x.h", '#pragma once\n#include "engine/base/planted_bug.h"\n', 2),
    ("sleep", "tests/engine/log/plant_y_test.cc", "void f() { std::this_thread::sleep_for(d); }\n", 1),
    ("file-length", "engine/log/plant_z.cc", "int a;\n" * (tidy.SOURCE_LINES_MAX + 1), tidy.SOURCE_LINES_MAX + 1),
    ("file-length", "engine/log/plant_aa.h", "#pragma once\n" * (tidy.HEADER_LINES_MAX + 1), tidy.HEADER_LINES_MAX + 1),
    ("function-length", "engine/log/plant_ab.cc", "int a;\n\nint f(int x) {\n" + LONG_BODY + "\n}\n", 3),
    ("function-length", "engine/log/plant_ac.cc",
     "namespace n {\nclass C {\n  template <class T>\n  void f(T x) const {\n" + LONG_BODY + "\n  }\n};\n}\n", 3),
    ("line-length", "engine/log/plant_ad.cc", "int a;  // " + "x" * tidy.LINE_COLUMNS_MAX + "\n", 1),
    ("name", "engine/log/log_helper.cc", "int a;\n", 1),
    ("name", "engine/log/plant_ae.cc", "class ShardManager final {};\n", 1),
    ("pragma-once", "engine/log/plant_af.h", "int a;\n", 1),
    ("machine-path", "docs/plant_ag.md", "Look in /" + "home/somebody/tenure.\n", 1),
    ("registry-host", "deploy/plant_ah.yaml", "url: https://registry" + ".npmjs.org/x\n", 1),
    ("attribution", "docs/plant_ai.md", "\nCo-" + "Authored-By: a machine\n", 2),
    ("todo", "engine/log/plant_aj.cc", "// TO" + "DO: think\n", 1),
]

# What must not be reported: said in a comment or a string, allowed where it stands, or with its reason on the spot.
INNOCENT = {
    "engine/log/innocent_a.cc": '// rocksdb:: is not said here, nor std::thread\nconst char* kText = "rd_kafka_poll";\n',
    "engine/kv/internal/innocent_b.cc": "#include <rocksdb/db.h>\nrocksdb::DB* db;\n",
    "engine/runtime/innocent_c.cc": "std::jthread worker;\nint million = 1'000'000;\n",
    "engine/log/innocent_d.cc":
        "// tidy: a table of every type reads best in one piece\nint f(int x) {\n" + LONG_BODY + "\n}\n",
    "engine/log/innocent_e.cc": "// tidy: generated from the standard's own list\n" + "int a;\n" * 600,
    "engine/log/innocent_f.cc": "int a;  // tidy: the address must stand whole " + "x" * 100 + "\n",
    "engine/state/innocent_g.cc": '#include "engine/kv/kv_store.h"\n#include "engine/state/internal/own.h"\n',
    "tests/engine/kv/innocent_h_test.cc": '#include "engine/kv/internal/rocks.h"\nstd::thread other;\n',
    "engine/log/innocent_i.cc": "std::thread::id owner;\nint manager_count(int data);\n// TO" + "DO(#7): later\n",
    "engine/log/innocent_j.cc": "const int kTable[] = {\n" + "  f(1),\n" * 100 + "};\n",
}


def plant(root, path, text):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
        file.write(text)


class Tidy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.copy = tempfile.mkdtemp(prefix="tenure-tidy-")
        cls.addClassCleanup(shutil.rmtree, cls.copy)
        # The rooms as the project declares them; their sources do not matter here.
        for folder in tidy.PRODUCT:
            for path, _, files in os.walk(os.path.join(ROOT, folder)):
                if "CMakeLists.txt" in files:
                    target = os.path.join(cls.copy, os.path.relpath(path, ROOT))
                    os.makedirs(target, exist_ok=True)
                    shutil.copy(os.path.join(path, "CMakeLists.txt"), target)
        for _, path, text, _ in PLANTS:
            plant(cls.copy, path, text)
        for path, text in INNOCENT.items():
            plant(cls.copy, path, text)
        cls.findings, _ = tidy.check(cls.copy)

    def test_every_planted_violation_is_named_at_its_place(self):
        found = {(f.path, f.line, f.check) for f in self.findings}
        for check, path, _, line in PLANTS:
            with self.subTest(check=check, path=path):
                self.assertIn((path, line, check), found)

    def test_every_check_has_a_plant(self):
        with open(tidy.__file__, encoding="utf-8") as file:
            text = file.read()
        known = {c for c, *_ in tidy.SAID_ONLY_IN} | {c for c, *_ in tidy.ANYWHERE}
        known |= set(tidy.re.findall(r'Finding\([^"]*, "([a-z-]+)",', text))
        self.assertEqual(known, {check for check, *_ in PLANTS})

    def test_what_is_allowed_is_not_reported(self):
        innocent = [f for f in self.findings if f.path in INNOCENT]
        self.assertEqual([], innocent)

    def test_rooms_in_a_circle_are_named(self):
        rooms = {"engine/a": {"engine/b"}, "engine/b": {"engine/a"}, "projections/x": {"engine/runtime"}}
        messages = " ".join(f.message for f in tidy.check_rooms(rooms))
        self.assertIn("engine/a -> engine/b -> engine/a", messages)
        self.assertIn("a projection may not know engine/runtime", messages)


class Limits(unittest.TestCase):
    """A row of docs/limits.md without its test is noticed."""
    def findings(self, *rows):
        page = "| limit | default | test |\n|---|---|---|\n" + "".join(row + "\n" for row in rows)
        return list(limits_named.findings(ROOT, page))

    def test_a_row_without_a_test_is_named_at_its_place(self):
        self.assertEqual([], self.findings("| a | 1 | `LogLimits.ATenantHoldsTheBytesOfItsName` |",
                                           "| b | 2 | scenarios under the law `cold`, `CheckpointWriterTest` |",
                                           "| c | 3 | `Limits.test_a_token_file_holds_its_bytes` |"))
        self.assertIn("docs/limits.md:3: 'a' names no test", self.findings("| a | 1 | – |")[0])
        self.assertIn("docs/limits.md:4: 'b' names no test",
                      self.findings("| a | 1 | `LogLimits` |", "| b | 1 | some_test |")[0])
        self.assertIn("`LogLimits.Gone`", self.findings("| a | 1 | `LogLimits.Gone` |")[0])

    def test_a_page_without_tables_is_no_success(self):
        self.assertEqual(1, len(list(limits_named.findings(ROOT, "| bound | what |\n|---|---|\n| a | b |\n"))))


if __name__ == "__main__":
    unittest.main()
