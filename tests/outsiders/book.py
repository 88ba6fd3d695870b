"""A small book with one alert an account, and a server on it."""
import datetime
import json
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"))
import rig  # noqa: E402

ACCOUNTS = ["acme", "globex", "initech"]
MAPPING = """source: mail
id: id
account: customer
occurred_at: {field: at, format: rfc3339}
events:
  - when: {kind: named}
    type: account.profile_set
    set: {name: name}
  - when: {kind: given}
    type: account.assigned
    set: {owner: owner}
  - type: interaction.email.received
    set: {thread: thread}
"""


def rows():
    """Clients of kim, each of whom waits for an answer since nine days ago."""
    then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=9)
    for account in ACCOUNTS:
        base = {"customer": account, "at": f"{then:%Y-%m-%dT%H:%M:%SZ}"}
        yield {**base, "id": account + "-1", "kind": "named", "name": account.title() + " & Co"}
        yield {**base, "id": account + "-2", "kind": "given", "owner": "kim"}
        yield {**base, "id": account + "-3", "kind": "mail", "thread": "t-" + account}


class Case(rig.Case):
    def served(self, name="store", guarded=False):
        """A server on the book, ready, with its alerts told; `guarded`: with TLS and a token of kim."""
        book = self.file(name + ".ndjson", "".join(json.dumps(row) + "\n" for row in rows()))
        self.run_tenure("import", book, "--mapping", self.file(name + ".map.yaml", MAPPING), "--data", self.path(name))
        return self.serve_again(name, guarded=guarded)

    def serve_again(self, name="store", listen="127.0.0.1:0", guarded=False):
        config = self.file(name + ".config.yaml",
                           f"data: {{dir: {name}, shards: 8}}\nhttp: {{listen: '{listen}'}}\n")
        server = self.guarded_server(config, listen) if guarded else self.server(config)
        server.await_ready()
        rig.await_that(lambda: len(server.api("AlertService/ListAlerts")["alerts"]) == len(ACCOUNTS) or
                       listen != "127.0.0.1:0", "an alert of each account")
        return server

    def note(self, server, account, text, number):
        return server.api("ActService/Record", id=number, account=account, actor="kim", note={"text": text})

    def started(self, words, **more):
        """A process that goes on until the test ends."""
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, 20)
        self.addCleanup(process.kill)
        return process

    def line_with(self, process, wanted, seen):
        """Reads lines up to one with this text."""
        for line in process.stdout:
            seen.append(line)
            if wanted in line:
                return line
        raise AssertionError(f"it ended ({process.wait(20)}) without a line with {wanted!r}:\n{''.join(seen)}")


__all__ = ["ACCOUNTS", "Case", "rig", "unittest"]
