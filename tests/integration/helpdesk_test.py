"""The help-desk file by both ways, in any order, and its facts against an independent count of the CSV."""
import csv
import gzip
import io
import os
import random
import shutil
import unittest

import rig

REOPENS = {"Take in charge ticket", "Assign seriousness", "Wait", "Require upgrade", "Create SW anomaly"}
RESOLVES = {"Resolve ticket", "RESOLVED"}


def read_rows():
    with gzip.open(rig.HELPDESK, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return reader.fieldnames, list(reader)


def instant(text):
    """As the JSON of an account writes it."""
    return text.replace("+00:00", "Z")


def count(rows):
    """Opened, resolved, reopened and last contact of one account, from its rows alone."""
    ordered = sorted(rows, key=lambda r: (instant(r["time:timestamp"]), int(r["event_id"].rsplit("#", 1)[1]),
                                          r["event_id"]))
    resolved_now = {}
    counts = {"opened": 0, "resolved": 0, "reopened": 0, "last_contact": None}
    for row in ordered:
        ticket, activity = row["case:concept:name"], row["concept:name"]
        first = row["event_id"].endswith("#1")
        if first:
            counts["opened"] += 1
            resolved_now[ticket] = False
        if ticket in resolved_now:
            if activity in RESOLVES:
                counts["resolved"] += not resolved_now[ticket]
                resolved_now[ticket] = True
            elif not first and resolved_now[ticket] and activity in REOPENS:
                counts["reopened"] += 1
                resolved_now[ticket] = False
        if first or activity != "Closed":
            counts["last_contact"] = instant(row["time:timestamp"])
    return counts


@unittest.skipUnless(os.path.exists(rig.HELPDESK), "../shared/data/helpdesk.csv.gz is absent")
class HelpDesk(rig.Case):
    @classmethod
    def setUpClass(cls):
        cls.names, cls.rows = read_rows()

    def write(self, name, rows):
        text = io.StringIO()
        writer = csv.DictWriter(text, self.names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return self.file(name, text.getvalue())

    def orders(self):
        shuffled = list(self.rows)
        random.Random(7).shuffle(shuffled)
        return {"own": rig.HELPDESK,
                "time": self.write("time.csv", sorted(self.rows, key=lambda r: r["time:timestamp"])),
                "shuffled": self.write("shuffled.csv", shuffled)}

    def import_file(self, path, data, shards=8):
        return self.json("import", path, "--mapping", rig.HELPDESK_MAPPING, "--data", data, "--shards", str(shards))

    def digest(self, data):
        found = self.json("digest", "--data", data)
        self.assertEqual((found["accounts"], found["events"]), (397, 21348), data)
        return found["digest"]

    def test_second_import_repeats_every_row(self):
        data = self.path("twice")
        first = self.import_file(rig.HELPDESK, data)
        self.assertEqual((first["accepted"], first["accounts"], first["quarantined"]), (21348, 397, 0))
        before = self.digest(data)
        second = self.import_file(rig.HELPDESK, data)
        self.assertEqual((second["accepted"], second["repeated"]), (0, 21348))
        self.assertEqual(self.json("log", "verify", "--data", data), {"ok": True})
        self.assertEqual(self.digest(data), before)

    def test_digest_depends_on_no_order_no_way_no_shards_and_no_state(self):
        digests, orders = {}, self.orders()
        for order, path in orders.items():
            for shards in (1, 8):
                data = self.path(f"import-{order}-{shards}")
                self.assertEqual(self.import_file(path, data, shards)["accepted"], 21348)
                digests[data] = self.digest(data)
        self.assertEqual(len(set(digests.values())), 1, digests)
        broker = rig.broker_or_skip()
        self.addCleanup(broker.remove)
        missing = self.run_tenure("publish", rig.HELPDESK, "--mapping", rig.HELPDESK_MAPPING, "--brokers",
                                  broker.address, "--topic", "no-such-topic", code=rig.FAILURE)
        self.assertIn("topic no-such-topic does not exist at " + broker.address, missing.stderr)
        for order, path in orders.items():
            topic = "desk-" + order
            broker.create(topic, 8)
            sent = self.json("publish", path, "--mapping", rig.HELPDESK_MAPPING, "--brokers", broker.address,
                             "--topic", topic)
            self.assertEqual(sent["sent"], 21348)
            for shards in (1, 8):
                name = f"kafka-{order}-{shards}"
                config = self.config(name, broker, topic, shards=shards)
                self.catch_up(config)
                digests[name] = self.digest(self.path(name))
                self.assertEqual(self.json("log", "verify", "--data", self.path(name)), {"ok": True})
                shutil.rmtree(self.path(name + "/state"))
                digests[name + " without its state"] = self.digest(self.path(name))
                self.catch_up(config)
                digests[name + " rebuilt"] = self.digest(self.path(name))
        self.assertEqual(len(set(digests.values())), 1, digests)

    def test_facts_equal_an_independent_count(self):
        data = self.path("facts")
        self.import_file(rig.HELPDESK, data)
        accounts = {}
        for row in self.rows:
            accounts.setdefault(row["customer"], []).append(row)
        self.assertEqual(len(accounts), 397)
        server = self.server(self.config("facts", data=data), "--trust-clock").await_ready()
        wrong, totals = {}, {"opened": 0, "resolved": 0, "reopened": 0}
        for account, rows in accounts.items():
            wanted = count(rows)
            answer = server.api("AccountService/GetAccount", account=account)
            facts, found = answer["facts"], {}
            for name in totals:
                found[name] = int(facts["complaints"][name])
                totals[name] += wanted[name]
            found["last_contact"] = facts["relationship"].get("last_contact")
            if found != wanted:
                wrong[account] = (found, wanted)
        self.assertEqual(wrong, {})
        self.assertEqual(totals["opened"], 4580)
        one = self.json("account", "Value 1", "--server", server.url)
        self.assertEqual(one["facts"]["complaints"]["opened"], count(accounts["Value 1"])["opened"])
        self.assertEqual(server.stop(), rig.OK)


if __name__ == "__main__":
    unittest.main()
