"""What a configuration names, and how its values are written. Usage: config_test.py BINARY [unittest arguments]"""
import os
import sys
import unittest

from cli_test import CONFIG, Case

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


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
