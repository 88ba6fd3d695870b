"""Drives the real binary: every wrong input ends in a message that names what, where and what to do, and in the right
exit code. Usage: cli_test.py BINARY [unittest arguments]"""
import fcntl
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BINARY = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "tenure"
ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
HELPDESK = os.path.join(ROOT, "..", "shared", "data", "helpdesk.csv.gz")

MAPPING = """source: desk
id: id
account: customer
occurred_at: {field: at, format: rfc3339}
events:
  - type: note.added
"""
HEADER = "id,customer,at\n"
ROWS = "1,acme,2024-01-02T10:00:00Z\n2,acme,2024-01-01T10:00:00Z\n3,globex,2024-01-03T10:00:00Z\n"

OK, FAILURE, USAGE, DATA, UNAVAILABLE, CONFIG = 0, 1, 2, 65, 69, 78


class Case(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.mkdtemp(prefix="tenure-cli-")
        self.addCleanup(shutil.rmtree, self.home)
        self.mapping = self.file("mapping.yaml", MAPPING)
        self.data = os.path.join(self.home, "data")

    def file(self, name, content):
        path = os.path.join(self.home, name)
        with open(path, "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
        return path

    def run_tenure(self, *words, code=OK, env=None):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("TENURE_")}
        done = subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=120,
                              env={**clean, **(env or {})})
        self.assertEqual(done.returncode, code, f"{words}\n{done.stdout}\n{done.stderr}")
        return done

    def json(self, *words, code=OK, env=None):
        return json.loads(self.run_tenure(*words, "--json", code=code, env=env).stdout)

    def refused(self, code, *words, says, env=None):
        done = self.run_tenure(*words, code=code, env=env)
        self.assertEqual(done.stdout, "", "data must not be printed")
        for part in says:
            self.assertIn(part, done.stderr)

    def import_file(self, path, **more):
        return self.json("import", path, "--mapping", self.mapping, "--data", self.data, **more)


class Import(Case):
    def refused_import(self, name, content, *says, code=DATA):
        path = self.file(name, content)
        self.refused(code, "import", path, "--mapping", self.mapping, "--data", self.data, says=[path, *says])
        self.assertFalse(os.path.exists(os.path.join(self.data, "log", "CURRENT"))
                         and self.json("log", "stat", "--data", self.data)["events"] > 0)

    def test_counts_rows_and_says_repeated_the_second_time(self):
        path = self.file("rows.csv", HEADER + ROWS)
        first = self.import_file(path)
        self.assertEqual((first["accepted"], first["accounts"], first["dated"]), (3, 2, True))
        second = self.import_file(path)
        self.assertEqual((second["accepted"], second["repeated"], second["accounts"]), (0, 3, 2))
        self.assertEqual(second["lines"]["repeated"]["first_lines"], [2, 3, 4])

    def test_first_import_is_stamped_with_the_times_of_its_rows_in_order(self):
        self.import_file(self.file("rows.csv", HEADER + ROWS))
        dump = self.run_tenure("log", "dump", "--data", self.data, "--account", "acme").stdout.splitlines()
        self.assertEqual([json.loads(line)["recorded_at"] for line in dump],
                         ["2024-01-01T10:00:00Z", "2024-01-02T10:00:00Z"])

    def test_later_import_is_recorded_now_and_marks_conflicts(self):
        self.import_file(self.file("rows.csv", HEADER + ROWS))
        later = self.import_file(self.file("later.csv", HEADER + "1,acme,2024-05-05T10:00:00Z\n"
                                                                 "9,acme,2024-05-05T10:00:00Z\n"))
        self.assertEqual((later["accepted"], later["conflicts"], later["dated"]), (1, 1, False))
        self.assertEqual(later["lines"]["conflicts"]["first_lines"], [2])

    def test_ndjson_and_gzip(self):
        rows = "".join(json.dumps({"id": str(k), "customer": "acme", "at": "2024-01-01T10:00:00Z"}) + "\n"
                       for k in range(3))
        self.assertEqual(self.import_file(self.file("rows.ndjson.gz", gzip.compress(rows.encode())))["accepted"], 3)

    def test_quotes_line_ends_and_byte_order_mark(self):
        text = "\ufeffid,customer,at,text\r\n1,\"Acme, \"\"Inc\"\"\",2024-01-01T10:00:00Z,\"one\r\ntwo\"\r\n"
        report = self.import_file(self.file("rows.csv", text))
        self.assertEqual((report["rows"], report["accepted"]), (1, 1))
        dump = self.run_tenure("log", "dump", "--data", self.data, "--account", 'Acme, "Inc"').stdout.splitlines()
        self.assertEqual(len(dump), 1)

    def test_rows_that_cannot_be_read_are_kept_with_line_and_reason(self):
        path = self.file("rows.csv", (HEADER + ROWS).encode() + b"4,acme\n5,ac\xffme,2024-01-01T10:00:00Z\n"
                         b"6,acme,yesterday\n7,acme,2999-01-01T10:00:00Z\n")
        report = self.import_file(path)
        self.assertEqual((report["accepted"], report["quarantined"]), (3, 4))
        reasons = {r["line"]: r["reason"] for r in report["reasons"]}
        self.assertIn("2 columns", reasons[5])
        self.assertIn("UTF-8", reasons[6])
        self.assertIn("occurred_at", reasons[7])
        self.assertIn("five minutes", reasons[8])
        listed = self.json("quarantine", "list", "--data", self.data)
        self.assertEqual(listed["total"], 4)
        shown = self.json("quarantine", "show", "1", "--data", self.data)
        self.assertEqual(shown["value"], "4,acme")
        self.assertEqual(self.import_file(path)["repeated"], 7)
        self.refused(FAILURE, "quarantine", "show", "9", "--data", self.data, says=["from 1 to 4"])

    def test_only_bad_rows_is_a_data_error(self):
        path = self.file("rows.csv", HEADER + "1,acme,never\n")
        done = self.run_tenure("import", path, "--mapping", self.mapping, "--data", self.data, code=DATA)
        self.assertIn(path + ":2:", done.stderr)

    def test_wrong_files_are_refused(self):
        self.refused_import("empty.csv", b"", "is empty")
        self.refused_import("blank.csv", b"\n\n", "is empty")
        self.refused_import("cut.csv.gz", gzip.compress((HEADER + ROWS * 500).encode())[:-9], "cut off")
        damaged = bytearray(gzip.compress((HEADER + ROWS * 500).encode()))
        damaged[-5] ^= 0xFF
        self.refused_import("damaged.csv.gz", bytes(damaged), "damaged")
        self.refused_import("long.csv", HEADER + "1,acme," + "x" * (1 << 20) + "\n", ":2:", "longer than 1 MiB")
        self.refused_import("open.csv", HEADER + '1,"acme,2024-01-01T10:00:00Z\n', ":2:", "still open")
        self.refused_import("twice.csv", "id,id\n1,2\n", ":1:", "twice")
        self.refused_import("wide.csv", ",".join(f"c{k}" for k in range(513)) + "\n", ":1:", "513 columns")
        self.refused_import("header.csv", b"id,caf\xe9\n1,2\n", ":1:", "not UTF-8")
        self.refused_import("array.json", b'[{"id": 1}]', "JSON array", "jq")
        self.refused_import("not.ndjson", HEADER + ROWS, "no JSON object")
        self.refused_import("utf16.csv", HEADER.encode("utf-16"), "UTF-16", "iconv")
        self.refused_import("book.csv", b"PK\x03\x04xxxx", "zip")
        self.refused_import("image.csv", b"\x89PNG\r\n\x1a\n\0\0\0", "binary")
        self.refused_import("other.csv", "number,name\n1,acme\n", ":1:", '"at", "customer", "id"', "mapping")
        self.refused(FAILURE, "import", "/nowhere.csv", "--mapping", self.mapping, "--data", self.data,
                     says=["/nowhere.csv", "No such file"])
        self.refused(DATA, "import", self.home, "--mapping", self.mapping, "--data", self.data,
                     says=[self.home, "directory"])

    def test_wrong_mappings_are_refused(self):
        path = self.file("rows.csv", HEADER + ROWS)
        for name, content, says in [("unknown.yaml", MAPPING + "acount: x\n", ["unknown.yaml:7:1", "acount"]),
                                    ("broken.yaml", "events: [\n", ["broken.yaml:"]),
                                    ("empty.yaml", "", ["empty.yaml"])]:
            self.refused(DATA, "import", path, "--mapping", self.file(name, content), "--data", self.data, says=says)
        self.refused(FAILURE, "import", path, "--mapping", "/nowhere.yaml", "--data", self.data, says=["/nowhere.yaml"])

    @unittest.skipUnless(os.path.exists(HELPDESK), "../shared/data/helpdesk.csv.gz is absent")
    def test_help_desk(self):
        self.mapping = os.path.join(ROOT, "deploy", "mappings", "helpdesk.yaml")
        first = self.import_file(HELPDESK)
        self.assertEqual((first["accepted"], first["accounts"], first["quarantined"], first["skipped"]),
                         (21348, 397, 0, 0))
        second = self.import_file(HELPDESK)
        self.assertEqual((second["accepted"], second["repeated"], second["accounts"]), (0, 21348, 397))
        self.assertEqual(self.json("log", "verify", "--data", self.data), {"ok": True})
        stat = self.json("log", "stat", "--data", self.data)
        self.assertEqual((stat["events"], stat["accounts"], stat["shards"]), (21348, 397, 16))


class Directory(Case):
    def test_what_is_no_directory_of_tenure_is_refused(self):
        self.refused(FAILURE, "log", "stat", "--data", self.data, says=[self.data, "no such directory"])
        os.mkdir(self.data)
        self.refused(FAILURE, "log", "stat", "--data", self.data, says=[self.data, "no log yet"])
        self.file("data/photo.jpg", b"x")
        rows = self.file("rows.csv", HEADER + ROWS)
        for words in [("log", "verify"), ("import", rows, "--mapping", self.mapping)]:
            self.refused(DATA, *words, "--data", self.data, says=[self.data, "not a Tenure directory"])
        self.refused(DATA, "log", "stat", "--data", rows, says=[rows, "not a directory"])
        self.refused(USAGE, "log", "stat", says=["--data"])

    def test_a_served_directory_is_refused_by_process_and_address(self):
        rows = self.file("rows.csv", HEADER + ROWS)
        self.import_file(rows)
        with open(os.path.join(self.data, "log", "LOCK"), "r+b") as lock:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = f"process {os.getpid()} at 127.0.0.1:8321"
            self.file("data/log/served-by", held + "\n")
            for words in [("log", "stat"), ("log", "dump"), ("quarantine", "list"),
                          ("import", rows, "--mapping", self.mapping)]:
                self.refused(UNAVAILABLE, *words, "--data", self.data,
                             says=[self.data, "is being served by " + held])
            self.file("data/log/served-by", "process 1 at 127.0.0.1:8321\n")  # of an earlier server
            self.refused(UNAVAILABLE, "log", "stat", "--data", self.data, says=[f"held by process {os.getpid()}: try"])
        self.assertEqual(self.json("log", "stat", "--data", self.data)["events"], 3)

    def test_an_import_is_named_as_what_holds_the_directory(self):
        self.import_file(self.file("rows.csv", HEADER + ROWS))
        many = "".join(f"m{k},acme,2024-01-02T10:00:00Z\n" for k in range(150000))
        importing = subprocess.Popen([BINARY, "import", self.file("many.csv", HEADER + many), "--mapping", self.mapping,
                                      "--data", self.data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        said = ""
        while importing.poll() is None and "import, process" not in said:
            said = subprocess.run([BINARY, "log", "stat", "--data", self.data], capture_output=True, text=True).stderr
        self.assertIn(f"held by import, process {importing.pid}: try again", said)
        self.assertEqual(importing.wait(timeout=120), OK)

    def test_damage_is_named(self):
        self.import_file(self.file("rows.csv", HEADER + ROWS * 1))
        for name in os.listdir(os.path.join(self.data, "log")):
            if name.startswith("MANIFEST"):
                self.file(os.path.join("data/log", name), b"damaged")
        self.run_tenure("log", "verify", "--data", self.data, code=DATA)
        self.assertFalse(self.json("log", "verify", "--data", self.data, code=DATA)["ok"])

    def test_dump(self):
        self.import_file(self.file("rows.csv", HEADER + ROWS))
        everything = self.run_tenure("log", "dump", "--data", self.data).stdout.splitlines()
        self.assertEqual(sorted(json.loads(line)["event"]["id"] for line in everything), ["1", "2", "3"])
        self.assertEqual(len(self.json("log", "dump", "--data", self.data)), 3)
        self.assertEqual(self.json("log", "dump", "--data", self.data, "--stream", "reference"), [])
        self.refused(USAGE, "log", "dump", "--data", self.data, "--shard", "99", says=["0 to 15"])
        self.refused(USAGE, "log", "dump", "--data", self.data, "--from", "3", says=["--shard"])


class Configuration(Case):
    GOOD = """data: {dir: store, shards: 8}
kafka:
  bootstrap: localhost:9092
  properties: {sasl.password: hunter2, ssl.key.password: hunter3, security.protocol: SASL_SSL}
sources:
  - {topic: desk, format: json, mapping: mapping.yaml, start: 2024-01-01T00:00:00Z}
  - {topic: events, start: latest}
checkpoint: {restart_bound: 500ms}
"""

    def bad(self, text, *says):
        path = self.file("tenure.yaml", text)
        self.refused(CONFIG, "config", "check", "--config", path, says=[path, *says])

    def test_a_good_one_is_checked_and_printed_without_secrets(self):
        path = self.file("tenure.yaml", self.GOOD)
        self.assertTrue(self.json("config", "check", "--config", path)["ok"])
        done = self.run_tenure("config", "print", "--config", path)
        self.assertNotIn("hunter", done.stdout + done.stderr)
        values = self.json("config", "print", "--config", path, "--set", "data.shards=4",
                           env={"TENURE_WORKERS": "3", "TENURE_DATA__SHARDS": "5",
                                "TENURE_PROJECTIONS": '["activity"]',
                                "TENURE_KAFKA__PROPERTIES__SASL_USERNAME": "ann"})
        self.assertEqual(values["data.shards"], {"value": 4, "from": "--set data.shards"})
        self.assertEqual(values["workers"]["value"], 3)
        self.assertIn("TENURE_WORKERS", values["workers"]["from"])
        self.assertEqual(values["projections"]["value"], ["activity"])
        self.assertEqual(values["data.dir"]["value"], os.path.join(self.home, "store"))
        self.assertEqual(values["data.dir"]["from"], path + ":1")
        self.assertEqual(values["clock"], {"value": "wall", "from": "default"})
        self.assertEqual(values["kafka.properties"]["value"],
                         {"sasl.password": "(redacted)", "sasl.username": "ann", "security.protocol": "SASL_SSL",
                          "ssl.key.password": "(redacted)"})
        self.assertEqual(values["sources"]["value"][0]["start"], "2024-01-01T00:00:00Z")

    def test_a_secret_may_come_from_a_file(self):
        secret = self.file("secret", "hunter2\n")
        env = {"TENURE_KAFKA__PROPERTIES__SASL_PASSWORD_FILE": secret}
        self.assertEqual(self.json("config", "print", env=env)["kafka.properties"]["value"],
                         {"sasl.password": "(redacted)"})

    def test_wrong_files_are_refused_with_their_place(self):
        self.bad("data: {dir: x, shard: 8}\n", ":1:16:", '"shard"', 'did you mean "shards"')
        self.bad("worker: 2\n", ":1:1:", 'did you mean "workers"')
        self.bad("workers: 2\nworkers: 3\n", ":2:1:", "twice")
        self.bad("workers: many\n", ":1:10:", "0 to 256", '"many"')
        self.bad("workers: 257\n", ":1:10:", "0 to 256")
        self.bad("workers: -1\n", ":1:10:", "0 to 256")
        self.bad("workers: [1]\n", ":1:10:", "a list")
        self.bad("data: here\n", ":1:7:", "keys and values")
        self.bad("clock: sun\n", ":1:8:", "wall or records")
        self.bad("checkpoint: {max_interval: 3 weeks}\n", ":1:28:", "duration")
        self.bad("limits: {log_cache_bytes: 1KiB}\n", "from 1.0 MiB")
        self.bad("http: {listen: 0.0.0.0:8321}\n", ":1:", "open to the network")
        self.bad("http: {listen: 127.0.0.1}\n", ":1:16:", "host:port")
        self.bad("projections: activity\n", "list")
        self.bad("projections: [activity, activity]\n", ":1:25:", "twice")
        self.bad("projections: [activty]\n", ":1", 'did you mean "activity"')
        self.bad("a: [\n", "not YAML")
        self.bad("", "empty")
        self.bad("[1, 2]\n", "keys and values")
        self.bad("sources: [{topic: a}]\n", "kafka")
        kafka = "kafka: {bootstrap: b:9092}\n"
        self.bad(kafka + "sources: [{format: json}]\n", ":2:11:", "no topic")
        self.bad(kafka + "sources: [{topic: a, format: json}]\n", "needs a mapping")
        self.bad(kafka + "sources: [{topic: a, mapping: m.yaml}]\n", "only for format json")
        self.bad(kafka + "sources: [{topic: a b}]\n", "Kafka topic")
        self.bad(kafka + "sources: [{topic: a, start: soon}]\n", ":2:29:", "earliest, latest")
        self.bad(kafka + "sources: [{topic: a}, {topic: a}]\n", ":2:23:", "two sources")
        self.bad(kafka + "clock: records\nsources: [{topic: a}, {topic: b}]\n", "clock: records")
        self.bad("kafka: {properties: {auto.offset.reset: latest}}\n", ":1:22:", "auto.offset.reset")
        self.bad("kafka: {properties: {group.id: x}}\n", "kafka.group")
        self.bad("kafka: {properties: {linger.mss: 5}}\n", ":1:22:", "linger.mss", "No such configuration property")
        self.bad("kafka: {properties: {fetch.min.bytes: many}}\n", ":1:22:", "fetch.min.bytes", "Invalid value")

    def test_check_says_which_file_it_read(self):
        path = self.file("tenure.yaml", self.GOOD)
        self.assertEqual(self.json("config", "check", "--config", path),
                         {"ok": True, "file": path, "sources": 2, "rules": 0})
        self.assertIn(path, self.run_tenure("config", "check", "--config", path).stdout)
        self.assertIsNone(self.json("config", "check")["file"])
        self.assertIn("no file: defaults", self.run_tenure("config", "check").stdout)

    def test_files_that_it_names_are_checked(self):
        kafka = "kafka: {bootstrap: b:9092}\n"
        path = self.file("tenure.yaml", kafka + "sources: [{topic: a, format: json, mapping: none.yaml}]\n")
        self.refused(CONFIG, "config", "check", "--config", path, says=[os.path.join(self.home, "none.yaml")])
        self.file("none.yaml", "nonsense: 1\n")
        self.refused(CONFIG, "config", "check", "--config", path, says=["none.yaml:1:1"])
        path = self.file("tenure.yaml", "rules: [none.rules]\n")
        self.refused(CONFIG, "config", "check", "--config", path, says=["none.rules"])

    def test_a_dashboard_that_is_not_built_is_refused(self):
        path = self.file("tenure.yaml", "http: {dashboard: dist}\n")
        self.refused(CONFIG, "config", "check", "--config", path, says=["dist", "http.dashboard"])
        os.mkdir(os.path.join(self.home, "dist"))
        self.refused(CONFIG, "config", "check", "--config", path, says=["dist", "index.html", "npm run build"])
        self.file("dist/index.html", "<!doctype html>")
        self.assertTrue(self.json("config", "check", "--config", path)["ok"])

    def test_wrong_variables_flags_and_files_are_refused(self):
        self.refused(CONFIG, "config", "print", says=["TENURE_DATA__SHARD", 'did you mean "data.shards"'],
                     env={"TENURE_DATA__SHARD": "1"})
        self.refused(CONFIG, "config", "print", says=["TENURE_WORKRS", "workers"], env={"TENURE_WORKRS": "1"})
        self.refused(CONFIG, "config", "print", says=["TENURE_WORKERS", "0 to 256"], env={"TENURE_WORKERS": "x"})
        self.run_tenure("config", "print", env={"TENURE_SOMETHING_ELSE": "1"})
        self.refused(CONFIG, "config", "print", "--set", "workers", says=["section.key=value"])
        self.refused(CONFIG, "config", "print", "--set", "wrkers=1", says=["--set wrkers", '"workers"'])
        self.refused(CONFIG, "config", "check", "--config", "/nowhere.yaml", says=["/nowhere.yaml"])
        self.refused(CONFIG, "config", "check", "--config", self.home, says=[self.home, "directory"])

    def test_every_key_is_documented(self):
        with open(os.path.join(ROOT, "docs", "configuration.md"), encoding="utf-8") as page:
            documented = set(re.findall(r"^\| `([a-z_.]+)` \|", page.read(), re.MULTILINE))
        self.assertEqual(documented, set(self.json("config", "print")))


class Tokens(Case):
    def make(self, *words):
        path = os.path.join(self.home, "tokens.yaml")
        return path, self.json("token", "new", "--add-to", path, *words)["token"]

    def test_new_tokens_make_a_file_that_is_taken(self):
        path, token = self.make("--role", "manager", "--name", 'Ana "A." Prado', "--id", "ana")
        self.assertRegex(token, r"^tenure_ana_[0-9a-f]{64}$")
        self.make("--role", "operator", "--name", "ops")
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertIn(hashlib.sha256(token.encode()).hexdigest(), text)
        self.assertNotIn(token, text)
        self.run_tenure("config", "check", "--set", f"http.tokens={path}")

    def test_wrong_token_files_are_refused(self):
        good = "a" * 64
        for text, says in [
                ("tokens: []\n", ["tokens:"]),
                ("tokns: []\n", [":1:1", 'did you mean "tokens"']),
                (f"tokens:\n  - {{id: a, sha256: {good}, role: manager, nam: x}}\n", [":2:", '"nam"', "name"]),
                (f"tokens:\n  - {{id: a, sha256: {good}, role: boss, name: x}}\n", [":2:", '"boss"', "manager"]),
                ("tokens:\n  - {id: a, sha256: secret, role: reader, name: x}\n", [":2:", "64"]),
                (f"tokens:\n  - {{id: a, sha256: {good}, role: reader}}\n", [":2:", "no name"]),
                (f"tokens:\n  - {{id: a, sha256: {good}, role: reader, name: \"x}}\n", [":2:", "quoted text"]),
                (f"tokens:\n  - {{id: a, sha256: {good}, role: reader, name: x}}\n---\ntokens: []\n",
                 ["a second document"]),
                (f"tokens:\n  - {{id: a, sha256: {good}, role: reader, name: x}}\n"
                 f"  - {{id: a, sha256: {'b' * 64}, role: reader, name: y}}\n", [":3:", "twice"]),
                (f"tokens:\n  - {{id: a, sha256: {good}, role: reader, name: x}}\n"
                 f"  - {{id: b, sha256: {good}, role: reader, name: y}}\n", [":3:", "twice"])]:
            path = self.file("tokens.yaml", text)
            os.chmod(path, 0o600)
            self.refused(CONFIG, "config", "check", "--set", f"http.tokens={path}", says=["tokens.yaml", *says])
        os.chmod(path, 0o644)
        self.refused(CONFIG, "config", "check", "--set", f"http.tokens={path}", says=["644", "chmod 600"])

    def test_the_network_needs_tls_and_tokens(self):
        for sets in [[], ["http.tokens=t.yaml"]]:
            words = [word for key in sets for word in ("--set", key)]
            self.refused(CONFIG, "config", "check", "--set", "http.listen=0.0.0.0:8321", *words,
                         says=["0.0.0.0:8321", "http.tokens", "http.tls.certificate", "docs/operations.md"])
        self.refused(CONFIG, "config", "check", "--set", "http.tls.key=k.pem", says=["http.tls.certificate", "together"])
        nested = self.file("tls.yaml", "http:\n  tls: {certificate: c.pem, kye: k.pem}\n")
        self.refused(CONFIG, "config", "check", "--config", nested, says=["tls.yaml:2:", '"kye"', "key"])

    def test_an_audit_that_is_not_there_is_said(self):
        self.refused(FAILURE, "audit", "verify", "--data", self.home, says=["no audit yet"])


class Rules(Case):
    def test_check(self):
        good = self.file("good.yaml", "profile: small\nhealth:\n"
                         "  relationship.silence_days: {weight: 100, bands: [{lt: 7, score: 100}, {else: 0}]}\n")
        self.assertEqual(self.json("rules", "check", good)["profiles"][0]["profile"], "small")
        bad = self.file("bad.yaml", "profile: small\nhealht: {}\n")
        self.refused(DATA, "rules", "check", good, bad, says=["bad.yaml:2:1"])
        self.refused(FAILURE, "rules", "check", "/nowhere.yaml", says=["/nowhere.yaml"])
        self.refused(DATA, "rules", "check", self.home, says=[self.home, "directory"])

    def test_what_is_in_force_already_is_not_activated_again(self):
        self.import_file(self.file("rows.csv", HEADER + ROWS))
        text = ("profile: small\nhealth:\n"
                "  relationship.silence_days: {weight: 100, bands: [{lt: LIMIT, score: 100}, {else: 0}]}\n")
        a = self.file("a.yaml", text.replace("LIMIT", "7"))
        b = self.file("b.yaml", text.replace("LIMIT", "9"))
        for file, repeated in [(a, False), (a, True), (b, False), (a, False), (a, True), (b, False)]:
            self.assertEqual(self.json("rules", "activate", file, "--data", self.data)["repeated"], repeated, file)
        stream = self.json("log", "dump", "--data", self.data, "--stream", "reference")
        self.assertEqual([line["event"]["type"] for line in stream], ["reference.rules_activated"] * 4)
        done = self.run_tenure("rules", "activate", b, "--data", self.data)
        self.assertIn("in force already", done.stdout)
        self.refused(FAILURE, "rules", "activate", "/nowhere.yaml", "--data", self.data, says=["/nowhere.yaml"])


class Usage(Case):
    def test_misspelt_words_get_a_suggestion(self):
        self.refused(USAGE, "imprt", says=['"imprt"', 'did you mean "import"', "tenure --help"])
        self.refused(USAGE, "log", "stats", says=['did you mean "stat"', "tenure log --help"])
        self.refused(USAGE, "log", "stat", "--jsn", says=['did you mean "--json"'])
        self.refused(USAGE, says=["tenure --help"])
        self.refused(USAGE, "import", "x.csv", says=["--mapping"])

    def test_unknown_flags_are_named_before_what_is_missing(self):
        self.refused(USAGE, "--nope", says=['no flag "--nope"', "tenure --help"])
        self.refused(USAGE, "-x", says=['no flag "-x"'])
        self.refused(USAGE, "import", "x.csv", "--maping", "m.yaml", says=['"--maping"', 'did you mean "--mapping"'])
        self.refused(USAGE, "alerts", "list", "--state", "open", "--nope", says=['no flag "--nope"'])

    def test_wrong_values_name_the_flag_the_value_and_what_is_expected(self):
        url = "http://127.0.0.1:1"
        act = ("alerts", "snooze", "acme", "silence", "--data", self.data)
        for words, says in [
                (("account", "a", "--data", self.data, "--at", "yesterday"), ["--at", '"yesterday"', "2026-03-01"]),
                (("account", "a", "--data", self.data, "--at", ""), ["--at", '""', "2026-03-01"]),
                (("account", "a", "--server", url, "--at", "2026-02-30"), ["--at", '"2026-02-30"']),
                (("account", "a", "--data", self.data, "--as", "seen"), ["--as", '"seen"', "known, was"]),
                (("account", "a", "--server", "example.org:80"), ["--server", "example.org:80", "127.0.0.1:PORT"]),
                (("account", "a", "--server", "http://127.0.0.1:70000"), ["--server", "70000", "127.0.0.1:PORT"]),
                (("account", ""), ["ACCOUNT"]),
                (("account", "a\udcff", "--data", self.data), ["word 2", "UTF-8", "a?"]),
                (("alerts", "clear", "a", "r", "--data", self.data, "--reason", "\udcff"), ["word 8", "UTF-8"]),
                (("digest", "--data", self.data, "--at", "2026-13-01T00:00Z"), ["--at", '"2026-13-01T00:00Z"']),
                ((*act, "--until", "soon"), ["--until", '"soon"', "2026-03-01"]),
                (("alerts", "judge", "a", "r", "--server", url, "--verdict", "maybe"),
                 ["--verdict", '"maybe"', "true, false, too late"]),
                (("alerts", "clear", "a", "r", "--server", url), ["--reason"]),
                (("alerts", "ack", "a", "r", "--server", url, "--id", "x" * 129), ["--id", "128"]),
                (("alerts", "assign", "a", "r", "--server", url, "--to", ""), ["--to"]),
                (("alerts", "list", "--server", url, "--state", "open,closed"), ["--state", '"open,closed"', "cleared"]),
                (("alerts", "list", "--data", self.data, "--limit", "0"), ["--limit", '"0"', "1 to 1000"]),
                (("log", "dump", "--data", self.data, "--from", "-3"), ["--from", '"-3"', "1 or more"]),
                (("log", "dump", "--data", self.data, "--from", "abc"), ["--from", '"abc"', "1 or more"]),
                (("quarantine", "show", "0", "--data", self.data), ["SEQUENCE", '"0"', "1 or more"]),
                (("quarantine", "list", "--data", self.data, "--limit", "x"), ["--limit", '"x"', "1 to 10000"]),
                (("import", "x", "--mapping", "m", "--data", self.data, "--shards", "0"), ["--shards", "1 to 1024"]),
                (("source", "try", "--topic", "t", "--format", "xml"), ["--format", '"xml"', "protobuf"]),
                (("source", "try", "--topic", "t", "--brokers", "127.0.0.1:1", "--format", "json"), ["--mapping"]),
                (("publish", "x.csv", "--mapping", "m.yaml", "--topic", "t"), ["--brokers"])]:
            self.refused(USAGE, *words, says=says)

    def test_an_instant_may_leave_out_what_is_zero(self):
        self.import_file(self.file("rows.csv", HEADER + ROWS))
        for at in ["2024-01-02T00:00:00Z", "2024-01-02T00:00Z", "2024-01-02", "2024-01-02T01:00+01:00"]:
            answer = self.json("account", "acme", "--data", self.data, "--at", at)
            self.assertEqual((answer["events"], answer["freshness"]["as_of"]), ("1", "2024-01-02T00:00:00Z"), at)

    def test_an_act_for_the_past_is_a_wrong_flag(self):
        self.import_file(self.file("rows.csv", HEADER + ROWS))
        self.refused(USAGE, "alerts", "snooze", "acme", "silence", "--data", self.data, "--until", "2024-01-01",
                     says=["--until", "not after now"])

    def test_a_directory_and_a_server_are_not_asked_at_once(self):
        url = "http://127.0.0.1:1"
        for words in [("account", "a"), ("alerts", "list"), ("alerts", "ack", "a", "r"), ("rules", "activate", "r.yaml"),
                      ("quarantine", "list"), ("quarantine", "show", "1")]:
            self.refused(USAGE, *words, "--data", self.data, "--server", url, says=["--data", "--server"])

    def test_help_begins_with_what_it_does_and_examples(self):
        for words in [["--help"], ["import", "--help"], ["log", "dump", "--help"]]:
            text = self.run_tenure(*words).stdout
            self.assertLess(text.index("Examples:"), text.index("Usage:"))
        self.assertRegex(self.run_tenure("--version").stdout, r"^tenure \d+\.\d+\.\d+\n$")
        self.assertRegex(self.json("version")["version"], r"^\d+\.\d+\.\d+$")

    def test_no_colours_off_a_terminal(self):
        self.import_file(self.file("rows.csv", HEADER + ROWS))
        done = self.run_tenure("log", "stat", "--data", self.data)
        self.assertNotIn("\x1b", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
