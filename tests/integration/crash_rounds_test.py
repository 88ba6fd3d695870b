"""Kill -9 under load on a real broker. A checker outside the engine compares the producer's own list with `log dump`:
nothing lost, nothing repeated, the order of each account kept, and no telling lost or doubled."""
import collections
import os
import random
import shutil
import subprocess
import threading
import time
import unittest

import rig

ROUNDS = int(os.environ.get("TENURE_CRASH_ROUNDS", "20"))
SEED = int(os.environ.get("TENURE_CRASH_SEED", "20260101"))
PARTITIONS = 4
ACCOUNTS = [f"acct-{k}" for k in range(24)]

# Only rules whose answer does not hang on the instant of the review: two directories must tell the same.
RULES = """profile: default
health:
  complaints.open_weighted: {weight: 100, bands: [{lt: 1, score: 100}, {else: 0}]}
alerts:
  champion_left:
    raise: {signal: profile.champion_left, eq: 1}
    clear: {signal: profile.champion_left, eq: 0}
    severity: high
    say: "{account} lost its champion"
  open_complaints:
    raise: {signal: complaints.open, ge: 2}
    clear: {signal: complaints.open, lt: 1}
    severity: medium
    say: "{account} has open complaints: {causes:3}"
  past_clock:
    raise: {signal: complaints.clock, ge: 1}
    severity: low
    say: "{account}: {subject}"
"""


class Producer(threading.Thread):
    """Sends for ever through kcat, a chunk a process, and keeps its own list. A chunk that may have failed is sent
    again whole, and so is an old one now and then: at least once."""

    def __init__(self, broker, topic):
        super().__init__(daemon=True)
        self.broker, self.topic, self.random = broker, topic, random.Random(SEED)
        self.sent, self.sent_again, self.ending = [], 0, threading.Event()
        self.start_at = int(time.time()) - 150 * 86400
        self.steps = collections.Counter()
        self.failed = None

    def line(self, account, kind, data, **more):
        number = len(self.sent) + 1
        self.sent.append((account, str(number)))
        return rig.cloud_event(account, kind, number, self.start_at + number, data, **more)

    def next_line(self):
        account = self.random.choice(ACCOUNTS)
        step = self.steps[account]
        self.steps[account] += 1
        person = {"personid": f"{account}-{step // 5}", "personside": "client"}
        ticket = f"{account}-{step // 5}"
        return [lambda: self.line(account, "stakeholder.added", {"role": "champion"}, **person),
                lambda: self.line(account, "complaint.opened", {"complaint": ticket + "-a"}),
                lambda: self.line(account, "complaint.opened", {"complaint": ticket + "-b"}),
                lambda: self.line(account, "complaint.resolved", {"complaint": ticket + "-a"}),
                lambda: self.line(account, "complaint.resolved", {"complaint": ticket + "-b"})][step % 5]()

    def send(self, lines):
        while not self.broker.kcat(self.topic, lines, "-X", "enable.idempotence=true", "-X",
                                   "message.timeout.ms=8000", check=False):
            self.sent_again += len(lines)
            time.sleep(0.3)

    def run(self):
        try:
            lost = {"personid": "the-champion", "personside": "client"}
            self.send([self.line("acked", "stakeholder.added", {"role": "champion"}, **lost),
                       self.line("acked", "stakeholder.left", {}, **lost)])
            past = []
            while not self.ending.is_set():
                lines = [self.next_line() for _ in range(self.random.randint(20, 200))]
                self.send(lines)
                past.append(lines)
                if self.random.random() < 0.3:
                    again = self.random.choice(past)
                    self.sent_again += len(again)
                    self.send(again)
                time.sleep(0.1)
        except (AssertionError, OSError, subprocess.SubprocessError) as problem:
            self.failed = problem


def tellings(lines):
    """Every transition as (account, rule, subject, step, what triggered it), with how often it stands in the log."""
    found = collections.Counter()
    for line in lines:
        event = line["event"]
        if event["type"] == "alert.transitioned":
            payload = event["payload"]
            cause = payload["trigger"].get("cause", {})
            found[(event["accounts"][0], payload["rule"], payload.get("subject", ""), payload["step"],
                   payload["trigger"]["kind"], cause.get("source", ""), cause.get("id", ""))] += 1
    return found


class CrashRounds(rig.Case):
    def setUp(self):
        super().setUp()
        self.broker = rig.broker_or_skip()
        self.addCleanup(self.broker.remove)
        self.broker.create("load", PARTITIONS)
        self.file("rules.yaml", RULES)

    def directory(self, name):
        more = "catch_up: review\nrules: [rules.yaml]\nlimits: {commit_events: 64, commit_wait: 2ms}\n"
        return self.config(name, self.broker, "load", shards=PARTITIONS, more=more)

    def facts(self, account, data):
        """Without the people: their surrogates hang on the directory's own key."""
        facts = self.json("account", account, "--data", data)["facts"]
        return {name: facts[name] for name in ("complaints", "activity", "relationship")}

    def acked(self, *where):
        alerts = self.json("alerts", "--state", "acknowledged", *where)["alerts"]
        return [(a["account"], a["rule"]) for a in alerts]

    @staticmethod
    def acknowledge(server):
        """False while the account's shard is busy with the load: the same act may be tried again."""
        return subprocess.run([rig.BINARY, "alerts", "ack", "acked", "champion_left", "--server", server.url, "--id",
                               "act-1"], env=rig.environment(), capture_output=True, timeout=60).returncode == rig.OK

    def rounds(self, config):
        """Each round serves for a while under load, then dies; the broker goes away twice."""
        dice = random.Random(SEED)
        for number in range(ROUNDS):
            server = self.server(config)
            if number == ROUNDS // 2:
                server.await_url()
                rig.await_that(lambda: any(alert["account"] == "acked" for alert in
                                           server.api("AlertService/ListAlerts", page_size=1000).get("alerts", [])),
                               "the alert of the account that is acknowledged: " + server.said()[-2000:])
                rig.await_that(lambda: self.acknowledge(server), "an acknowledgement")
                server.kill()
                continue
            if number % 4 != 3:  # every fourth is killed wherever its start happens to be
                server.await_url()
            if number in (ROUNDS // 3, 2 * ROUNDS // 3):
                self.broker.stop(kill=number > ROUNDS // 2)
                self.broker.start()
            time.sleep(dice.uniform(0.05, 2.0))
            server.kill()

    def test_nothing_is_lost_repeated_or_told_twice(self):
        producer = Producer(self.broker, "load")
        producer.start()
        crashed = self.directory("crashed")
        try:
            self.rounds(crashed)
        finally:
            producer.ending.set()
            producer.join(timeout=60)
        self.assertIsNone(producer.failed)
        self.assertFalse(producer.is_alive())
        self.assertGreater(producer.sent_again, 0)
        self.catch_up(crashed)
        data = self.path("crashed")
        self.assertEqual(self.json("log", "verify", "--data", data), {"ok": True})
        lines = self.dump(data)
        self.check_events(producer.sent, lines)

        self.catch_up(self.directory("calm"))
        calm = tellings(self.dump(self.path("calm")))
        told = tellings(lines)
        self.assertGreater(len(calm), 50)
        self.assertEqual([t for t, times in (told + calm).items() if max(told[t], calm[t]) > 1], [], "told twice")
        self.assertEqual((sorted(calm - told), sorted(told - calm)), ([], []), "lost, or told for nothing")
        for account in ACCOUNTS:
            self.assertEqual(self.facts(account, data), self.facts(account, self.path("calm")), account)
        self.check_acknowledgement_and_rebuild(crashed, data, lines)
        print(f"{len(producer.sent)} events, {producer.sent_again} sent again, {len(told)} tellings, {ROUNDS} rounds")

    def check_events(self, sent, lines):
        ours = [line for line in lines if line["event"]["source"] == "crm"]
        logged = collections.Counter(line["event"]["id"] for line in ours)
        self.assertEqual({i: n for i, n in logged.items() if n > 1}, {}, "repeated")
        self.assertEqual(set(i for _, i in sent) - set(logged), set(), "lost")
        self.assertEqual(set(logged) - set(i for _, i in sent), set(), "never sent")
        self.assertEqual([line["marks"] for line in ours if line["marks"]], [])
        order = collections.defaultdict(list)
        for line in sorted(ours, key=rig.position):
            order[line["event"]["accounts"][0]].append(line["event"]["id"])
        wanted = collections.defaultdict(list)
        for account, number in sent:
            wanted[account].append(number)
        self.assertEqual(order, wanted, "an account's order")

    def check_acknowledgement_and_rebuild(self, config, data, lines):
        self.assertEqual(self.acked("--data", data), [("acked", "champion_left")])
        told = [line for line in lines if line["event"]["type"] == "alert.transitioned"]
        for _ in range(2):
            shutil.rmtree(os.path.join(data, "state"))
            self.catch_up(config)
            self.assertEqual(self.acked("--data", data), [("acked", "champion_left")])
            again = [line for line in self.dump(data) if line["event"]["type"] == "alert.transitioned"]
            self.assertEqual(again, told, "a rebuild told something")


if __name__ == "__main__":
    unittest.main()
