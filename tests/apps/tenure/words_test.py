"""What the commands say where little is wrong, or something outside of them. Usage: words_test.py BINARY [unittest arguments]"""
import hashlib
import json
import os
import re
import sys
import unittest

from cli_test import DATA, HEADER, MAPPING, OK, ROWS, UNAVAILABLE, USAGE, Case

RULES = """profile: small
calendar: {zone: Europe/Berlin, hours: "Mon-Fri 09:00-17:00", holidays: REGION}
health:
  relationship.silence_days: {weight: 100, bands: [{lt: 7, score: 100}, {else: 0}]}
"""


class Words(Case):
    def test_a_file_without_rows_is_said_to_have_none(self):
        path = self.file("rows.csv", HEADER)
        done = self.run_tenure("import", path, "--mapping", self.mapping, "--data", self.data, code=OK)
        self.assertIn(f"{path}: has no rows", done.stderr)
        self.assertEqual(self.import_file(path)["rows"], 0)

    def test_an_import_fails_only_when_no_row_could_be_read(self):
        self.import_file(self.file("rows.csv", HEADER + ROWS))
        never = "8,acme,never\n"
        for rows, code in [(never, DATA), (never + "1,acme,2024-05-05T10:00:00Z\n", OK),
                           (never + "9,acme,2024-05-05T10:00:00Z\n", OK)]:
            self.import_file(self.file("more.csv", HEADER + rows), code=code)

    def test_an_instant_after_the_end_of_the_log_is_answered_as_of_that_end(self):
        self.import_file(self.file("rows.csv", HEADER + ROWS))
        end = "2024-01-03T10:00:00Z"
        for at in [end, "2024-01-03T10:00:01Z", "2999-01-01"]:
            for sense in ["known", "was"]:
                words = ("--data", self.data, "--at", at, "--as", sense)
                done = self.run_tenure("account", "acme", *words, "--json")
                self.assertEqual(json.loads(done.stdout)["freshness"]["as_of"], end)
                digest = self.run_tenure("digest", *words, "--json")
                self.assertEqual(json.loads(digest.stdout)["events"], 3)
                for said in [done.stderr, digest.stderr]:
                    self.assertIn(f"the log ends at {end}; the answer is as of then" if at != end else "", said)
                    self.assertEqual("--at" in said, at != end, said)

    def test_a_dump_of_an_unknown_account_says_so(self):
        self.import_file(self.file("rows.csv", HEADER + ROWS))
        done = self.run_tenure("log", "dump", "--data", self.data, "--account", "nobody")
        self.assertEqual((done.stdout, done.returncode), ("", OK))
        self.assertIn("no event of account 'nobody'", done.stderr)
        self.refused(USAGE, "log", "dump", "--data", self.data, "--stream", "foo",
                     says=['"foo" is no stream', '--shard', "0 to 15", "quarantine"])

    def test_holidays_that_nobody_defined_are_named(self):
        known = self.run_tenure("rules", "check", self.file("known.yaml", RULES.replace("REGION", "DE")))
        self.assertEqual(known.stderr, "")
        path = self.file("unknown.yaml", RULES.replace("REGION", "XX"))
        self.assertRegex(self.run_tenure("rules", "check", path).stderr, r"small: holidays of XX are not built in \(.*DE")
        self.import_file(self.file("rows.csv", HEADER + ROWS))
        self.assertIn("holidays of XX", self.run_tenure("rules", "activate", path, "--data", self.data).stderr)

    def test_a_list_where_a_text_is_due_is_said_to_be_no_single_value(self):
        path = self.file("rows.ndjson", '{"id":"1","customer":["a","b"],"at":"2024-01-01T10:00:00Z"}\n')
        done = self.run_tenure("import", path, "--mapping", self.mapping, "--data", self.data, code=DATA)
        self.assertIn("account: missing in the row, empty, or no single value", done.stderr)

    def test_what_is_not_utf8_is_refused_by_its_place(self):
        rows = self.file("rows.csv", HEADER + ROWS)
        mapping = self.file("latin.yaml", b"# caf\xe9\n" + MAPPING.encode())
        self.refused(DATA, "import", rows, "--mapping", mapping, "--data", self.data, says=["latin.yaml:1:6", "UTF-8"])
        config = self.file("tenure.yaml", b"data:\n  dir: caf\xe9\n")
        self.refused(78, "config", "check", "--config", config, says=["tenure.yaml:2:11", "UTF-8"])

    def test_a_file_that_was_cut_off_is_refused(self):
        rows = self.file("rows.csv", HEADER + ROWS)
        cut = self.file("cut.yaml", MAPPING.replace("source: desk", 'source: "desk'))
        self.refused(DATA, "import", rows, "--mapping", cut, "--data", self.data, says=["cut.yaml:", "quoted text"])
        rules = self.file("rules.yaml", RULES.replace("holidays: REGION}", 'holidays: "DE}'))
        self.refused(DATA, "rules", "check", rules, says=["rules.yaml:", "quoted text"])
        for text, says in [('data: {dir: x}\nkafka:\n  bootstrap: "h:1\nsources:\n  - {topic: crm}\n', "quoted text"),
                           ("data: {dir: [x\n", "list"), ("data: {dir: x}\n---\nworkers: 1\n", "a second document")]:
            config = self.file("tenure.yaml", text)
            self.refused(78, "config", "check", "--config", config, says=["tenure.yaml:", says])

    def test_broken_yaml_is_said_in_words_that_help(self):
        rows = self.file("rows.csv", HEADER + ROWS)
        for broken, place, says in [("a:\n\tb: 1\n", ":2:1: ", "a tab; YAML wants spaces"),
                                    ("a: [1, 2\nb: 3\n", ":2:2: ", "put a comma or its ] first"),
                                    ("a:\n  b: 1\n c: 2\n", ":3:2: ", "indent it like the keys above")]:
            path = self.file("broken.yaml", broken)
            self.refused(78, "config", "check", "--config", path, says=[path + place, says])
            self.refused(DATA, "import", rows, "--mapping", path, "--data", self.data, says=[path + place, says])
            self.refused(DATA, "rules", "check", path, says=[path + place, says])
            os.chmod(path, 0o600)
            self.refused(78, "config", "check", "--set", f"http.tokens={path}", says=[path + place, says])

    def test_who_orders_rules_is_named_without_a_terminal_too(self):
        self.import_file(self.file("rows.csv", HEADER + ROWS))
        path = self.file("rules.yaml", RULES.replace("REGION", "DE"))
        self.run_tenure("rules", "activate", path, "--data", self.data)
        lines = self.run_tenure("log", "dump", "--data", self.data, "--stream", "reference").stdout.splitlines()
        actors = [json.loads(line)["event"].get("actor") for line in lines]
        self.assertTrue(actors[-1], actors)

    def test_wrong_options_of_the_demo_are_wrong_usage(self):
        self.refused(USAGE, "demo", "--listen", "127.0.0.1:http", says=["--listen", "host:port"])
        self.refused(USAGE, "demo", "--kafka", "127.0.0.1:1", says=["--yes"])

    def test_a_broker_that_does_not_answer_is_named(self):
        self.refused(UNAVAILABLE, "demo", "--kafka", "127.0.0.1:1", "--yes", "--data", self.data,
                     says=["no broker answers at 127.0.0.1:1"])


class Damage(Case):
    def test_a_broken_block_is_named_by_its_position(self):
        ids = (hashlib.sha256(str(k).encode()).hexdigest() for k in range(20000))
        rows = "".join(f"{name},acme-{name[:2]},2024-01-02T10:00:00Z\n" for name in ids)
        self.import_file(self.file("rows.csv", HEADER + rows))
        self.run_tenure("log", "verify", "--data", self.data)
        folder = os.path.join(self.data, "log")
        files = [os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".sst")]
        largest = max(files, key=os.path.getsize)
        with open(largest, "r+b") as table:
            table.seek(os.path.getsize(largest) // 3)
            old = table.read(1)
            table.seek(-1, os.SEEK_CUR)
            table.write(bytes([old[0] ^ 0x55]))
        done = self.run_tenure("log", "verify", "--data", self.data, code=DATA)
        self.assertTrue(re.search(r"(block \d+/\d+|last block of shard \d+) cannot be read: .*checksum", done.stderr), done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
