"""What docs/writing-a-projection.md promises of its projection in use: in_use_test.py FOLLOWED PLAIN TREE, where FOLLOWED is the
tenure with the page's projection, PLAIN the one without, and TREE holds the page's files."""
import json
import os
import subprocess
import sys
import tempfile
import unittest

FOLLOWED, PLAIN, TREE = (os.path.abspath(path) for path in sys.argv[1:4])
RULES = os.path.join(TREE, "quiet.yaml")
MAPPING = """source: news
id: id
account: customer
occurred_at: {field: at, format: rfc3339}
events:
  - type: notice.delivered
"""
ROWS = "id,customer,at\n1,acme,2024-01-01T10:00:00Z\n2,acme,2024-02-01T10:00:00Z\n3,globex,2024-01-03T10:00:00Z\n"


class InUse(unittest.TestCase):
    def setUp(self):
        home = tempfile.TemporaryDirectory(prefix="tenure-followed-")
        self.addCleanup(home.cleanup)
        self.data = os.path.join(home.name, "data")
        self.rows, self.mapping = (os.path.join(home.name, name) for name in ("rows.csv", "mapping.yaml"))
        for path, text in ((self.rows, ROWS), (self.mapping, MAPPING)):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)

    def run_tenure(self, binary, *words, code=0):
        done = subprocess.run([binary, *words], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, code, f"{words}\n{done.stdout}\n{done.stderr}")
        return done

    def account(self, binary, *words):
        return json.loads(self.run_tenure(binary, "account", "acme", "--data", self.data, "--json", *words).stdout)

    def test_rules_may_ask_for_its_signals(self):
        self.run_tenure(FOLLOWED, "rules", "check", RULES)
        self.assertIn("notices.days_since", self.run_tenure(PLAIN, "rules", "check", RULES, code=65).stderr)

    def test_the_account_shows_its_facts_and_the_state_follows_the_binary(self):
        self.run_tenure(FOLLOWED, "import", self.rows, "--mapping", self.mapping, "--data", self.data)
        shown = self.account(FOLLOWED)
        self.assertEqual(shown["facts"]["notices"], {"delivered": 2, "last": "2024-02-01T10:00:00Z"})
        # A binary without it folds the same log to the same facts, less these.
        plain = self.account(PLAIN)
        self.assertNotIn("notices", plain["facts"])
        self.assertEqual({name: facts for name, facts in shown["facts"].items() if name != "notices"}, plain["facts"])
        self.assertEqual(self.account(FOLLOWED)["facts"]["notices"], shown["facts"]["notices"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
