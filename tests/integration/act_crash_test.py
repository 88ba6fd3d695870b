"""Kill -9 while people write: each act that was acknowledged is there once, after the restart and after a rebuild."""
import collections
import datetime
import http.client
import json
import os
import random
import shutil
import threading
import time
import unittest

import rig

ROUNDS = int(os.environ.get("TENURE_ACT_CRASH_ROUNDS", "6"))
SEED = int(os.environ.get("TENURE_CRASH_SEED", "20260101"))
ACCOUNTS = [f"cust-{k}" for k in range(4)]


class Writer(threading.Thread):
    """One manager of one account: writes act after act; what it got no answer for, it sends again by the same id."""

    def __init__(self, account, seed):
        super().__init__(daemon=True)
        self.account, self.random = account, random.Random(seed)
        self.url, self.ending = None, threading.Event()
        self.acknowledged, self.repeated, self.number = [], 0, 0
        self.wrong = []
        self.due = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def next_act(self):
        self.number += 1
        act = {"id": f"{self.account}/act-{self.number}", "account": self.account, "actor": "anna"}
        kind = self.random.choice(["note", "task", "acknowledge"])
        if kind == "note":
            return "ActService/Record", {**act, "note": {"text": f"note {self.number}"}}
        if kind == "task":
            return "ActService/Record", {**act, "task": {"title": f"step {self.number}", "due_at": self.due}}
        return "AlertService/Act", {**act, "act": "acknowledge", "rule": "unanswered_client"}

    def send(self, connection, method, act):
        connection.request("POST", "/tenure.api.v1." + method, json.dumps(act), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def run(self):
        method, act = self.next_act()
        while not self.ending.is_set():
            connection = http.client.HTTPConnection(self.url[len("http://"):], timeout=5)
            try:
                while not self.ending.is_set():
                    status, said = self.send(connection, method, act)
                    if status != 200:
                        self.wrong.append((act, status, said))
                        return
                    self.acknowledged.append(act["id"])
                    self.repeated += bool(said.get("repeated"))
                    method, act = self.next_act()
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.02)  # killed: the same act goes to the next process
            finally:
                connection.close()


class KilledWhileWriting(rig.Case):
    def serve(self, config):
        return self.server(config).await_ready()

    def written(self, data):
        """How often each act's id stands in the log, copies of an event for other accounts left out."""
        return collections.Counter(line["event"]["id"] for line in self.dump(data)
                                   if line["event"]["source"] == "tenure/acts")

    def check(self, data, acknowledged, unanswered):
        there = self.written(data)
        self.assertEqual([name for name in acknowledged if there[name] != 1], [], "lost or doubled")
        unknown = set(there) - set(acknowledged)
        self.assertLessEqual(unknown, unanswered, "an act that nobody sent")
        self.assertEqual([name for name in unknown if there[name] != 1], [])

    def start_with_alerts(self, data, config):
        old = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=9)
        rows = [f"e-{name},{name},{old:%Y-%m-%dT%H:%M:%SZ},t-{name}" for name in ACCOUNTS]
        csv = self.file("mails.csv", "\n".join(["id,customer,at,thread", *rows, ""]))
        self.run_tenure("import", csv, "--mapping", self.file("mails.yaml", rig.MAILS), "--data", data)
        server = self.serve(config)
        rig.await_that(lambda: len(server.api("AlertService/ListAlerts").get("alerts", [])) == len(ACCOUNTS),
                       "an alert of each account", 20)
        return server

    def test_each_acknowledged_act_is_there_once(self):
        data, config = self.path("store"), self.config("store")
        server = self.start_with_alerts(data, config)
        pauses = random.Random(SEED)
        writers = [Writer(name, SEED + k) for k, name in enumerate(ACCOUNTS)]
        for writer in writers:
            writer.url = server.url
            writer.start()
        for _ in range(ROUNDS):
            before = sum(len(writer.acknowledged) for writer in writers)
            rig.await_that(lambda at=before: sum(len(w.acknowledged) for w in writers) > at + 20,
                           lambda: f"acts: {[writer.wrong for writer in writers]} {server.said()[-2000:]}", 30)
            time.sleep(pauses.uniform(0, 0.2))
            acknowledged = [name for writer in writers for name in writer.acknowledged]
            server.kill()
            server = self.serve(config)
            for writer in writers:
                writer.url = server.url
            self.assertEqual([writer.wrong for writer in writers if writer.wrong], [])
            self.assertTrue(acknowledged)
        for writer in writers:
            writer.ending.set()
        for writer in writers:
            writer.join(timeout=30)
        server.kill()
        everything = [name for writer in writers for name in writer.acknowledged]
        unanswered = {f"{writer.account}/act-{writer.number}" for writer in writers}
        self.check(data, everything, unanswered)
        digest = self.json("digest", "--data", data)["digest"]
        alerts = self.json("alerts", "list", "--data", data)["alerts"]
        self.assertEqual(len(everything), len(set(everything)), "acknowledged twice as new")
        shutil.rmtree(os.path.join(data, "state"))
        self.assertEqual(self.serve(config).stop(), rig.OK)
        self.check(data, everything, unanswered)
        self.assertEqual(self.json("digest", "--data", data)["digest"], digest)
        self.assertEqual(self.json("alerts", "list", "--data", data)["alerts"], alerts)
        print(f"{len(everything)} acts acknowledged over {ROUNDS} kills, "
              f"{sum(writer.repeated for writer in writers)} of them a repeat of one that the kill left unanswered")


if __name__ == "__main__":
    unittest.main()
