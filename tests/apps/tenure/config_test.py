"""What a configuration names, and how its values are written. Usage: config_test.py BINARY [unittest arguments]"""
import http.server
import os
import sys
import threading
import unittest

from cli_test import CONFIG, DATA, FAILURE, HEADER, UNAVAILABLE, USAGE, Case

KAFKA = "kafka: {bootstrap: b:9092}\n"


class Configured(Case):
    def bad(self, text, place, *says, command=("config", "check")):
        path = self.file("tenure.yaml", text)
        self.refused(CONFIG, *command, "--config", path, says=[path + place, *says])


class NamedFiles(Configured):
    def missing(self, text, place, kind, name):
        named = os.path.join(self.home, name)
        self.bad(text, place, f'{kind} "{named}" cannot be opened: no such file; check the name')

    def test_what_is_not_there_is_said_with_the_place_that_names_it(self):
        self.missing(KAFKA + "sources: [{topic: a, format: json, mapping: none.yaml}]\n", ":2:45: ", "mapping", "none.yaml")
        self.file("good.yaml", "profile: small\nhealth:\n"
                  "  relationship.silence_days: {weight: 100, bands: [{lt: 7, score: 100}, {else: 0}]}\n")
        self.missing("rules:\n  - good.yaml\n  - no/ne.yaml\n", ":3:5: ", "profile", "no/ne.yaml")
        self.missing("http:\n  tokens: none.yaml\n", ":2:11: ", "token file", "none.yaml")
        self.missing("http:\n  tls:\n    certificate: c.pem\n    key: k.pem\n", ":3:18: ", "certificate", "c.pem")
        self.file("c.pem", "no certificate")
        self.missing("http:\n  tls:\n    certificate: c.pem\n    key: k.pem\n", ":4:10: ", "key", "k.pem")
        self.bad("kafka:\n  properties:\n    ssl.ca.location: /nowhere.pem\n", ":3:22: ",
                 'ssl.ca.location "/nowhere.pem" cannot be opened')
        self.bad("http:\n  dashboard: dist\n", ":2:14: ", os.path.join(self.home, "dist"))
        self.bad("projections:\n  - activty\n", ":2:5: ", 'did you mean "activity"')

    def test_what_cannot_be_read_is_said_with_its_place_and_why(self):
        os.mkdir(os.path.join(self.home, "folder"))
        self.bad("rules: [folder]\n", ":1:9: ", "is a directory; name a file in it")
        self.bad("http:\n  tokens: folder\n", ":2:11: ", "is a directory")
        self.file("long.yaml", b"#" * ((1 << 20) + 1))
        self.bad("rules: [long.yaml]\n", ":1:9: ", "at most 1.0 MiB", "is it the right file?")
        self.bad("rules: [/dev/zero]\n", ":1:9: ", "has more, at most 1.0 MiB")
        os.symlink("loop.yaml", os.path.join(self.home, "loop.yaml"))
        self.bad("rules: [loop.yaml]\n", ":1:9: ", "cannot be opened: Too many levels")
        key = self.file("k.pem", "no key")
        os.chmod(key, 0o600)
        self.file("c.pem", "no certificate")
        self.bad("http:\n  tls: {certificate: c.pem, key: k.pem}\n", ":2:22: ", "no PEM certificate")

    @unittest.skipIf(os.getuid() == 0, "root may read everything")
    def test_what_nobody_may_read_is_said(self):
        os.chmod(self.file("shut.yaml", "profile: x\n"), 0)
        self.bad("rules: [shut.yaml]\n", ":1:9: ", "permission denied; let the user of this process read it")

    def test_flags_and_variables_are_places_too(self):
        self.refused(CONFIG, "config", "check", "--set", "http.tokens=/nowhere.yaml",
                     says=['--set http.tokens: token file "/nowhere.yaml" cannot be opened'])
        self.refused(CONFIG, "config", "check", env={"TENURE_RULES": "[/nowhere.yaml]"},
                     says=['environment variable TENURE_RULES: profile "/nowhere.yaml" cannot be opened'])

    def test_the_server_refuses_before_it_makes_its_directory(self):
        for text, place in [("rules: [none.yaml]\n", ":1:9: "), ("http: {tokens: none.yaml}\n", ":1:16: ")]:
            self.bad(text, place, "none.yaml", command=("serve", "--data", self.data))
            self.assertFalse(os.path.exists(self.data))


class Values(Configured):
    def test_brokers_are_hosts_with_ports(self):
        for good in ["b:9092", "broker-1.example.org:9092,broker-2.example.org:1", "10.0.0.1:65535", "[::1]:9092",
                     "[2001:db8::1]:9092,b_1:9092", "\" a:1, b:2 \""]:
            path = self.file("tenure.yaml", f"kafka: {{bootstrap: {good if good[0] == chr(34) else chr(34) + good + chr(34)}}}\n")
            self.assertTrue(self.json("config", "check", "--config", path)["ok"], good)
        self.assertEqual(self.json("config", "print", "--set", "kafka.bootstrap= a:1, b:2 ")["kafka.bootstrap"]["value"],
                         "a:1,b:2")
        for wrong in ["nonsense here:99999999", "b", "b:", ":9092", "b:0", "b:65536", "b:-1", "b:9092,", ",b:9092", "b:9092,,c:1",
                      "b :9092", "b: 9092", "b c:9092", "::1:9092", "[::1:9092", "[b]:9092", "SSL://b:9092", "b/x:9092",
                      "b:9092 c:9092", "b:90x", "b:9092\u00e9", "x" * 254 + ":1"]:
            self.bad(f'kafka:\n  bootstrap: "{wrong}"\n', ":2:14: ", "expected host:port such as broker-1:9092",
                     "1 to 65535", "(kafka.bootstrap)")

    def test_flags_that_name_brokers_and_addresses_are_checked_alike(self):
        for words in [("source", "try", "--topic", "t", "--brokers"), ("demo", "--yes", "--kafka"),
                      ("publish", "x.csv", "--mapping", "m.yaml", "--topic", "t", "--brokers")]:
            self.refused(USAGE, *words, "nonsense here:99999999", says=[words[-1], "expected host:port"])
        for wrong in ["a b:80", ":80", "127.0.0.1:65536", "::1:80"]:
            self.bad(f'http:\n  listen: "{wrong}"\n', ":2:11: ", "expected host:port such as 127.0.0.1:8321", "0 to 65535")
        self.run_tenure("config", "check", "--set", "http.listen=[::1]:0")

    def test_names_and_paths_hold_no_control_characters(self):
        for text, place in [('data:\n  dir: "a\\0b"\n', ":2:8: "), ('data:\n  dir: "a\\nb"\n', ":2:8: "),
                            ('data:\n  tenant: "a\\x7f"\n', ":2:11: "), ('rules:\n  - "a\\tb"\n', ":2:5: "),
                            ('http:\n  tokens: "a\\0"\n', ":2:11: "), ('http:\n  dashboard: "a\\e"\n', ":2:14: "),
                            ('http:\n  tls:\n    key: "a\\0"\n', ":3:10: "), ('kafka:\n  group: "g\\0"\n', ":2:10: "),
                            ('kafka:\n  cluster: "g\\0"\n', ":2:12: "), ('kafka:\n  instance: "g\\r"\n', ":2:13: "),
                            ('sources:\n  - {topic: a, format: json, mapping: "m\\0"}\n', ":2:39: ")]:
            self.bad(text, place, "control character \\x", "take it away")


class Limits(Configured):
    """docs/limits.md: at each, and one above."""
    def padded(self, name, text, size, mode=0o644):
        path = self.file(name, text + "#" * (size - len(text)))
        os.chmod(path, mode)
        return path

    def test_a_file_that_a_command_reads_holds_its_bytes(self):
        mebi = 1 << 20
        self.run_tenure("config", "check", "--config", self.padded("fits.yaml", "workers: 2\n", mebi))
        for words, code in [(("config", "check", "--config"), CONFIG), (("rules", "check"), DATA)]:
            self.refused(code, *words, self.padded("long.yaml", "workers: 2\n", mebi + 1),
                         says=["long.yaml has 1.0 MiB, at most 1.0 MiB are read: is it the right file?"])

    def test_a_token_file_holds_its_bytes(self):
        tokens = f"tokens:\n  - {{id: a, sha256: {'a' * 64}, role: reader, name: x}}\n"
        fits = self.padded("fits.yaml", tokens, 1 << 20, 0o600)
        self.run_tenure("config", "check", "--set", f"http.tokens={fits}")
        long = self.padded("long.yaml", tokens, (1 << 20) + 1, 0o600)
        self.refused(CONFIG, "config", "check", "--set", f"http.tokens={long}", says=["long.yaml has", "at most 1.0 MiB"])

    def test_a_topic_holds_the_bytes_of_its_name(self):
        good = self.file("good.yaml", KAFKA + f"sources: [{{topic: {'t' * 249}}}]\n")
        self.run_tenure("config", "check", "--config", good)
        self.bad(KAFKA + f"sources: [{{topic: {'t' * 250}}}]\n", ":2:19: ", "cannot be a Kafka topic: 1 to 249")

    def test_lists_and_tries_hold_their_number(self):
        nobody = ("--brokers", "127.0.0.1:1", "--topic", "t", "--limit")
        for wrong in ["0", "100001"]:
            self.refused(USAGE, "source", "try", *nobody, wrong, says=["--limit", f'"{wrong}"', "1 to 100000"])
        self.refused(UNAVAILABLE, "source", "try", *nobody, "100000", says=["127.0.0.1:1"])
        for wrong in ["0", "1001"]:
            self.refused(USAGE, "alerts", "list", "--data", self.data, "--limit", wrong, says=["--limit", "1 to 1000"])
        self.refused(FAILURE, "alerts", "list", "--data", self.data, "--limit", "1000", says=["no such directory"])

    def test_a_quarantined_row_keeps_so_many_bytes(self):
        most = 256 << 10
        for size, kept in [(most, most), (most + 1, most)]:
            path = self.file(f"{size}.csv", HEADER + "x" * size + "\n")
            data = os.path.join(self.home, f"data-{size}")
            self.run_tenure("import", path, "--mapping", self.mapping, "--data", data, code=DATA)
            self.assertEqual(self.json("quarantine", "list", "--data", data)["quarantined"][0]["value_bytes"], size)
            self.assertEqual(len(self.json("quarantine", "show", "1", "--data", data)["value"]), kept)

    def test_an_answer_that_a_command_reads_holds_its_bytes(self):
        most = 64 << 20

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                body = b'{"account":"acc-7"' + b" " * (self.server.size - 19) + b"}"
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass  # the command had enough

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        server.size = most
        self.assertIn("acc-7", self.run_tenure("account", "acc-7", "--server", url).stdout)
        server.size = most + 1
        self.refused(UNAVAILABLE, "account", "acc-7", "--server", url, says=[url[len("http://"):]])


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
