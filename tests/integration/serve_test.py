"""`tenure serve` as an operator meets it: probes, signals, a second process, new rules, lost records, `source try`."""
import datetime
import json
import subprocess
import time
import unittest

import rig

RULES = """profile: default
health:
  complaints.open_weighted: {weight: 100, bands: [{lt: 1, score: 100}, {else: 0}]}
alerts:
  open_complaint:
    raise: {signal: complaints.open, ge: LIMIT}
    clear: {signal: complaints.open, lt: 1}
    severity: medium
    say: "{account} has open complaints: {causes:1}"
"""


def complaint(account, number, at):
    return rig.cloud_event(account, "complaint.opened", number, at, {"complaint": f"c-{number}"})


class Alone(rig.Case):
    """Without a broker."""

    def test_probes_and_a_clean_end(self):
        server = self.server(self.config("store")).await_ready()
        self.assertEqual(server.http("GET", "/livez"), (200, "alive\n"))
        self.assertEqual(server.http("GET", "/readyz")[0], 200)
        code, metrics = server.http("GET", "/metrics")
        self.assertEqual(code, 200)
        self.assertIn("# TYPE tenure_", metrics)
        self.assertEqual(server.http("GET", "/nowhere.txt")[0], 404)
        before = time.monotonic()
        self.assertEqual(server.stop(), rig.OK)
        self.assertLess(time.monotonic() - before, 5)
        self.assertEqual(self.json("log", "verify", "--data", self.path("store")), {"ok": True})

    def test_what_an_import_brought_is_told_once_it_is_served(self):
        old = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=9)
        rows = [f"e{k},cust-{k},{old:%Y-%m-%dT%H:%M:%SZ},t{k}" for k in range(5)]
        csv = self.file("mails.csv", "\n".join(["id,customer,at,thread", *rows, ""]))
        self.run_tenure("import", csv, "--mapping", self.file("mails.yaml", rig.MAILS), "--data", self.path("store"))
        self.assertEqual(self.json("alerts", "--data", self.path("store"))["alerts"], [])
        for _ in range(2):  # a second start tells nothing again
            server = self.server(self.config("store")).await_ready()
            rig.await_that(lambda: {alert["account"] for alert in self.json(
                "alerts", "--server", server.url)["alerts"]} == {f"cust-{k}" for k in range(5)}, "five alerts", 10)
            self.assertEqual(server.stop(), rig.OK)
        raised = [line for line in self.dump(self.path("store"))
                  if line["event"].get("payload", {}).get("step") == "ALERT_STEP_RAISED"]
        self.assertEqual(len(raised), 5)

    def test_projections_that_the_rules_of_the_log_need_cannot_be_left_out(self):
        server = self.server(self.config("store")).await_ready()
        status = json.loads(server.http("POST", "/tenure.api.v1.OperatorService/GetStatus", {})[1])
        self.assertEqual(status.get("silent_feeds", []), [])
        self.assertEqual(server.stop(), rig.OK)
        few = self.config("few", data="store", more="projections: [activity]\n")
        refused = self.run_tenure("serve", "--config", few, code=rig.DATA)
        self.assertIn("few.config.yaml:3:15: projections: the log's rules need more than these", refused.stderr)
        self.assertEqual(self.server(self.config("store")).await_ready().stop(), rig.OK)

    def test_an_act_on_an_alert_that_is_over_fails_for_good(self):
        old = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=9)
        csv = self.file("mails.csv", f"id,customer,at,thread\ne1,acme,{old:%Y-%m-%dT%H:%M:%SZ},t1\n")
        store = self.path("store")
        self.run_tenure("import", csv, "--mapping", self.file("mails.yaml", rig.MAILS), "--data", store)
        server = self.server(self.config("store")).await_ready()
        alert = ("acme", "unanswered_client")
        rig.await_that(lambda: len(self.json("alerts", "--server", server.url)["alerts"]) == 1, "the alert", 10)
        done = self.run_tenure("account", "acme", "--server", server.url, "--at", "2999-01-01", "--json")
        self.assertIn("--at 2999-01-01T00:00:00Z: for the server it is 2", done.stderr)
        self.assertLess(json.loads(done.stdout)["freshness"]["as_of"], "2999")
        self.run_tenure("alerts", "clear", *alert, "--reason", "met them", "--server", server.url)
        for where in [("--server", server.url), ("--data", store)]:
            done = self.run_tenure("alerts", "ack", *alert, *where, code=rig.FAILURE)
            self.assertIn("is cleared: nothing is left to do about it", done.stderr)
            if where[0] == "--server":
                self.run_tenure("alerts", "ack", *alert, "--data", store, code=rig.UNAVAILABLE)  # held: try again later
                self.assertEqual(server.stop(), rig.OK)
        self.run_tenure("alerts", "judge", *alert, "--verdict", "true", "--data", store)

    def test_a_second_process_is_refused_at_once(self):
        config = self.config("store")
        server = self.server(config).await_ready()
        address = server.url[len("http://"):]
        for words in [("serve", "--config", config), ("log", "stat", "--data", self.path("store")),
                      ("digest", "--data", self.path("store"))]:
            before = time.monotonic()
            done = self.run_tenure(*words, code=rig.UNAVAILABLE)
            self.assertLess(time.monotonic() - before, 1)
            for part in (self.path("store"), f"process {server.process.pid}", address):
                self.assertIn(part, done.stderr)
        self.assertEqual(server.stop(), rig.OK)
        self.run_tenure("log", "stat", "--data", self.path("store"))

    def test_a_broker_that_is_away_is_no_crash(self):
        more = "kafka: {bootstrap: '127.0.0.1:1'}\nsources: [{topic: crm}]\n"
        config = self.config("away", more=more)
        server = self.server(config)
        server.await_url()
        self.assertEqual(server.http("GET", "/livez")[0], 200)
        self.assertEqual(server.http("GET", "/readyz")[0], 503)
        self.assertEqual(server.stop(), rig.OK)


class OnABroker(rig.Case):
    @classmethod
    def setUpClass(cls):
        cls.broker = rig.broker_or_skip()
        cls.addClassCleanup(cls.broker.remove)

    def served(self, name, more="", partitions=1):
        self.broker.create(name, partitions)
        return self.config(name, self.broker, name, shards=partitions, more=more)

    def told(self, data):
        return [line for line in self.dump(data) if line["event"]["type"] == "alert.transitioned"]

    def test_signal_under_load_loses_nothing(self):
        config = self.served("signals")
        past = int(time.time()) - 86400
        sent = 0
        for _ in range(3):
            self.broker.kcat("signals", [rig.cloud_event("acme", "note.added", sent + k, past + sent + k, {})
                                         for k in range(3000)])
            sent += 3000
            server = self.server(config)
            server.await_url()
            time.sleep(0.2)
            before = time.monotonic()
            self.assertEqual(server.stop(), rig.OK, server.said()[-2000:])
            self.assertLess(time.monotonic() - before, 15)
        self.catch_up(config)
        ids = [line["event"]["id"] for line in self.dump(self.path("signals")) if line["event"]["source"] == "crm"]
        self.assertEqual(ids, [str(k) for k in range(sent)])

    def test_rules_activated_under_load_change_nothing_that_was_told(self):
        self.file("rules.yaml", RULES.replace("LIMIT", "2"))
        config = self.served("activation", more="catch_up: review\nrules: [rules.yaml]\n")
        now = int(time.time())
        for k in range(40):
            self.broker.kcat("activation", [complaint(f"a-{k % 20}", k, now - 7200 + k)])
        server = self.server(config).await_caught_up()
        rig.await_that(lambda: len(server.api("AlertService/ListAlerts", pageSize=1000)["alerts"]) == 20, "20 alerts")
        before = server.api("AlertService/ListAlerts", pageSize=1000)["alerts"]
        stream = subprocess.Popen(["kcat", "-P", "-b", self.broker.address, "-t", "activation", "-K", "\t"], text=True,
                                  stdin=subprocess.PIPE)
        for k in range(300):
            stream.stdin.write(rig.cloud_event(f"b-{k}", "complaint.opened", 1000 + k, now - 3600 + k,
                                               {"complaint": f"c-{k}"}) + "\n")
            stream.stdin.flush()
            if k == 150:
                new = self.file("new.yaml", RULES.replace("LIMIT", "1"))
                self.assertFalse(self.json("rules", "activate", new, "--server", server.url)["repeated"])
        stream.stdin.close()
        self.assertEqual(stream.wait(timeout=30), 0)
        rig.await_that(lambda: server.api("AlertService/ListAlerts", pageSize=1000).get("total") == "320",
                       "an alert of every account under the new rules")
        after = {a["id"]: a for a in server.api("AlertService/ListAlerts", pageSize=1000)["alerts"]}
        for alert in before:
            self.assertEqual({k: after[alert["id"]][k] for k in ("account", "raised_at", "rules_version")},
                             {k: alert[k] for k in ("account", "raised_at", "rules_version")})
        self.assertEqual(server.stop(), rig.OK)
        steps = [(line["event"]["accounts"][0], line["event"]["payload"]["step"]) for line in self.told(self.path("activation"))]
        self.assertEqual(len(steps), 320)
        self.assertEqual(len(set(steps)), 320)

    def test_deleted_records_stop_the_partition_until_the_gap_is_accepted(self):
        config = self.served("cut")
        now = int(time.time())
        self.broker.kcat("cut", [rig.cloud_event("acme", "note.added", k, now - 3600 + k, {}) for k in range(5)])
        self.catch_up(config)
        self.broker.kcat("cut", [rig.cloud_event("acme", "note.added", k, now - 3600 + k, {}) for k in range(5, 15)])
        self.broker.delete_records("cut", 0, 9)
        server = self.server(config)
        server.await_url()
        stopped = rig.await_that(lambda: [p for p in server.status().get("partitions", []) if p.get("stopped")],
                                 "a stopped partition: " + server.said())[0]
        self.assertIn("offsets 5 to 8", stopped["detail"])
        code, body = server.http("GET", "/readyz")
        self.assertEqual(code, 503)
        self.assertIn(stopped["name"], body)
        refused = self.run_tenure("source", "resume", stopped["name"], "--server", server.url, code=rig.USAGE)
        self.assertIn("--accept-gap", refused.stderr)
        answer = self.run_tenure("source", "resume", stopped["name"], "--accept-gap", "--server", server.url).stdout
        self.assertIn("9", answer)
        rig.await_that(lambda: server.api("AccountService/GetAccount", account="acme").get("events") == "11", "the rest")
        server.await_ready()
        self.assertEqual(server.stop(), rig.OK)
        data = self.path("cut")
        ids = [int(line["event"]["id"]) for line in self.dump(data) if line["event"]["source"] == "crm"]
        self.assertEqual(ids, [0, 1, 2, 3, 4, 9, 10, 11, 12, 13, 14])
        gaps = [line["event"] for line in self.dump(data, "--stream", "reference")
                if line["event"]["type"] == "source.gap" or "gap" in line["event"]["type"]]
        self.assertEqual(len(gaps), 1, "the gap is an event")

    def test_source_try_shows_what_would_come_out_and_leaves_no_trace(self):
        self.broker.create("trial", 2)
        now = int(time.time())
        self.broker.kcat("trial", [rig.cloud_event("acme", "note.added", k, now - 60, {}) for k in range(3)] +
                         ["acme\tno JSON"])
        done = self.run_tenure("source", "try", "--brokers", self.broker.address, "--topic", "trial", "--limit", "10",
                               "--json")
        events = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([e["type"] for e in events[:3]], ["note.added"] * 3)
        self.assertIn("4 records read, 1 would be quarantined", done.stderr)
        mapping = self.file("m.yaml", "source: desk\nid: nr\naccount: who\noccurred_at: {field: at, format: unix_s}\n"
                            "events:\n  - type: note.added\n")
        self.broker.create("rows", 1)
        self.broker.kcat("rows", ["k\t" + json.dumps({"nr": 7, "who": "acme", "at": now - 60})])
        done = self.run_tenure("source", "try", "--brokers", self.broker.address, "--topic", "rows", "--mapping", mapping)
        self.assertIn("acme", done.stdout)
        groups = self.broker.call("groups", self.broker.folder, "--list").stdout
        self.assertNotIn("try", groups)
        missing = self.run_tenure("source", "try", "--brokers", self.broker.address, "--topic", "nowhere",
                                  code=rig.FAILURE)
        self.assertIn("nowhere", missing.stderr)


if __name__ == "__main__":
    unittest.main()
