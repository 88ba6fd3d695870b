"""Producers that are not ours, on both versions of Kafka: kcat, Kafka's VerifiableProducer and confluent-kafka."""
import json
import os
import subprocess
import sys
import time
import unittest

import rig

PARTITIONS = 8
VALUES = "source: verifiable\nid: n\naccount: who\noccurred_at: {field: at, format: unix_s}\nevents:\n  - type: note.added\n"

PUBLISH = """import sys, time
from confluent_kafka import Producer
address, topic, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
failed = []
producer = Producer({"bootstrap.servers": address, "partitioner": "murmur2_random", "enable.idempotence": True})
for k in range(count):
    headers = [("ce_specversion", "1.0"), ("ce_id", str(k)), ("ce_source", "python"), ("ce_type", "complaint.opened"),
               ("ce_time", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 9000 + k))),
               ("content-type", "application/json")]
    producer.produce(topic, key="Kunde %d \\u00fc" % (k % 25), value='{"complaint": "c-%d"}' % k, headers=headers,
                     on_delivery=lambda error, message: failed.append(str(error)) if error else None)
    producer.poll(0)
sys.exit("left or failed: %s" % failed if producer.flush(60) or failed else 0)
"""


def confluent_python():
    """A Python that has confluent-kafka, or a skipped test where the registry cannot be reached."""
    folder = os.path.join(os.environ.get("TENURE_CACHE", os.path.join(rig.ROOT, "build")), "venv")
    python = os.path.join(folder, "bin", "python")

    def there():
        return os.path.exists(python) and subprocess.run([python, "-c", "import confluent_kafka"],
                                                         capture_output=True).returncode == 0
    if there():
        return python
    made = subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True, text=True)
    if made.returncode != 0:
        raise unittest.SkipTest("no venv: run scripts/setup test (python3-venv)")
    try:
        subprocess.run([python, "-m", "pip", "install", "-q", "--retries", "1", "confluent-kafka"], timeout=120,
                       capture_output=True)
    except subprocess.TimeoutExpired:
        pass
    if not there():
        raise unittest.SkipTest("confluent-kafka cannot be fetched: is the package index reachable?")
    return python


class Outsiders:
    """The tests of one version."""
    version = ""

    @classmethod
    def setUpClass(cls):
        cls.broker = rig.broker_or_skip(cls.version)
        cls.addClassCleanup(cls.broker.remove)

    def read(self, topic, source=""):
        """What a fresh directory has logged of the topic."""
        config = self.config(topic, self.broker, topic, shards=PARTITIONS, source=source)
        self.catch_up(config)
        data = self.path(topic)
        self.assertEqual(self.json("log", "verify", "--data", data), {"ok": True})
        return data, [line for line in self.dump(data) if not line["position"].startswith("quarantine")
                      and not line["event"]["source"].startswith("tenure")]

    def check_shards(self, data, lines):
        """Shard n is partition n, and both are murmur2 of the account."""
        shards = {}
        for line in lines:
            account = line["event"]["accounts"][0]
            shards.setdefault(account, set()).add(rig.position(line)[0])
        self.assertEqual(shards, {a: {rig.murmur2_partition(a, PARTITIONS)} for a in shards})
        offsets = self.json("log", "stat", "--data", data)["offsets"]
        read = {int(name.rsplit("/", 1)[1]): offset["next"] for name, offset in offsets.items()
                if name.startswith("kafka:")}
        wanted = {}
        for line in lines:
            shard = rig.position(line)[0]
            wanted[shard] = wanted.get(shard, 0) + 1
        self.assertEqual({p: n for p, n in read.items() if n > 0}, wanted, "partition n is shard n")

    def test_kcat_with_binary_headers(self):
        self.broker.create("kcat", PARTITIONS)
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 3600))
        for k in range(12):
            self.broker.kcat("kcat", [f"acct-{k}\t" + json.dumps({"complaint": f"c-{k}"})],
                             "-H", "ce_specversion=1.0", "-H", f"ce_id={k}", "-H", "ce_source=crm",
                             "-H", "ce_type=complaint.opened", "-H", f"ce_time={at}",
                             "-H", "content-type=application/json")
        data, lines = self.read("kcat")
        self.assertEqual({line["event"]["accounts"][0]: line["event"]["id"] for line in lines},
                         {f"acct-{k}": str(k) for k in range(12)})
        self.check_shards(data, lines)
        facts = self.json("account", "acct-3", "--data", data)["facts"]
        self.assertEqual((facts["complaints"]["opened"], facts["relationship"]["last_contact"]), (1, at))

    def test_verifiable_producer_whose_values_are_no_events(self):
        """Plain numbers: every one is kept, quarantined, whatever the format of the source."""
        self.broker.create("plain", PARTITIONS)
        count = 2000
        self.broker.call("verifiable-producer", self.broker.folder, "--topic", "plain", "--max-messages", str(count))
        self.file("values.yaml", VALUES)
        data, lines = self.read("plain", ", format: json, mapping: values.yaml")
        stat = self.json("log", "stat", "--data", data)
        self.assertEqual((lines, stat["quarantined"]), ([], count))
        read = sum(o["next"] for name, o in stat["offsets"].items() if name.startswith("kafka:") and o["next"] > 0)
        self.assertEqual(read, count)
        shown = self.json("quarantine", "show", "1", "--data", data)
        self.assertRegex(shown["value"], r"^\d+$")

    def test_plain_json_through_a_mapping_loses_nothing(self):
        self.broker.create("values", PARTITIONS)
        now = int(time.time())
        rows = [f"v-{k % 9}\t" + (json.dumps({"n": k, "who": f"v-{k % 9}", "at": now - 500 + k}) if k % 10 else "{broken")
                for k in range(300)]
        self.broker.kcat("values", rows)
        self.file("values.yaml", VALUES)
        data, lines = self.read("values", ", format: json, mapping: values.yaml")
        self.assertEqual((len(lines), self.json("log", "stat", "--data", data)["quarantined"]), (270, 30))
        self.assertEqual({int(line["event"]["id"]) for line in lines}, {k for k in range(300) if k % 10})

    def test_confluent_kafka(self):
        python = confluent_python()
        self.broker.create("confluent", PARTITIONS)
        sent = subprocess.run([python, self.file("publish.py", PUBLISH), self.broker.address, "confluent", "1000"],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(sent.returncode, 0, sent.stderr)
        data, lines = self.read("confluent")
        self.assertEqual(sorted(int(line["event"]["id"]) for line in lines), list(range(1000)))
        self.check_shards(data, lines)
        facts = self.json("account", "Kunde 7 \u00fc", "--data", data)["facts"]
        self.assertEqual(facts["complaints"]["opened"], 40)


for number in rig.wanted_versions():
    name = "Kafka" + number.replace(".", "_")
    globals()[name] = type(name, (Outsiders, rig.Case), {"version": number})


if __name__ == "__main__":
    unittest.main()
