"""What the tests of the whole path share: the binary, a real broker, a server and the commands that ask it.
TENURE_BINARY names the binary (or the first argument does); TENURE_TEST_KAFKA the versions of Kafka, with commas."""
import http.client
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
HELPDESK = os.path.join(ROOT, "..", "shared", "data", "helpdesk.csv.gz")
HELPDESK_MAPPING = os.path.join(ROOT, "deploy", "mappings", "helpdesk.yaml")
OK, FAILURE, USAGE, DATA, UNAVAILABLE, CONFIG = 0, 1, 2, 65, 69, 78

# A mapping of mails: id,customer,at,thread.
MAILS = """source: mail
id: id
account: customer
occurred_at: {field: at, format: rfc3339}
events:
  - type: interaction.email.received
    set: {thread: thread}
"""

if len(sys.argv) > 1 and os.access(sys.argv[1], os.X_OK) and not os.path.isdir(sys.argv[1]):
    BINARY = os.path.abspath(sys.argv.pop(1))
else:
    BINARY = os.environ.get("TENURE_BINARY", "tenure")


def environment():
    return {k: v for k, v in os.environ.items() if not k.startswith("TENURE_") or k == "TENURE_CACHE"}


def await_that(condition, what, seconds=60):
    """Asks until it holds; returns what it returned."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(0.05)


class Broker:
    """One node of Apache Kafka on loopback."""
    SCRIPT = os.path.join(ROOT, "deploy", "kafka", "broker")

    def __init__(self, version):
        self.version = version
        self.folder = tempfile.mkdtemp(prefix="tenure-kafka-")
        self.address = ""

    def call(self, command, *words, check=True, text=None):
        done = subprocess.run([self.SCRIPT, command, *words], capture_output=True, text=True, timeout=300,
                              input=text)
        if check and done.returncode != 0:
            raise AssertionError(f"broker {command} {words}: {done.stderr[-2000:]}")
        return done

    def start(self):
        self.address = self.call("start", self.version, self.folder).stdout.strip()
        return self

    def stop(self, kill=False):
        self.call("stop", self.folder, *(["--kill"] if kill else []))

    def remove(self):
        self.call("stop", self.folder, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def create(self, topic, partitions):
        self.call("topic", self.folder, "--create", "--topic", topic, "--partitions", str(partitions))

    def delete_records(self, topic, partition, before):
        path = os.path.join(self.folder, "delete.json")
        with open(path, "w", encoding="utf-8") as out:
            json.dump({"version": 1, "partitions": [{"topic": topic, "partition": partition, "offset": before}]}, out)
        self.call("delete-records", self.folder, "--offset-json-file", path)

    def kcat(self, topic, lines, *more, check=True):
        """Sends lines of KEY<tab>VALUE from an outside producer; an account's partition is its shard."""
        done = subprocess.run(["kcat", "-P", "-b", self.address, "-t", topic, "-K", "\t",
                               "-X", "topic.partitioner=murmur2_random", *more], timeout=120,
                              input="".join(line + "\n" for line in lines), capture_output=True, text=True)
        if check and done.returncode != 0:
            raise AssertionError(f"kcat: {done.stderr}")
        return done.returncode == 0


def wanted_versions():
    return [v for v in os.environ.get("TENURE_TEST_KAFKA", "3.9.2,4.2.0").split(",") if v]


def broker_or_skip(version=None):
    """A running node, or a skipped test where there is no Java or no kcat."""
    for tool in ("java", "kcat"):
        if not shutil.which(tool):
            raise unittest.SkipTest(f"{tool} is missing: run scripts/setup test")
    broker = Broker(version or wanted_versions()[0])
    fetched = broker.call("fetch", broker.version, check=False)
    if fetched.returncode != 0:
        broker.remove()
        raise unittest.SkipTest(fetched.stderr.strip()[-500:])
    return broker.start()


def cloud_event(account, kind, number, at, data, source="crm", **more):
    """A CloudEvent in structured JSON, as kcat sends it: KEY<tab>VALUE."""
    event = {"specversion": "1.0", "id": str(number), "source": source, "type": kind, "account": account,
             "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)), "data": data, **more}
    return account + "\t" + json.dumps(event)


class Server:
    """One `tenure serve`."""

    def __init__(self, config, *words):
        self.process = subprocess.Popen([BINARY, "serve", "--config", config, *words], text=True,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment())
        self.lines = []
        self.url = ""
        self.token, self.certificate = "", ""  # where it asks for one and speaks TLS
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stderr:
            self.lines.append(line)
            found = re.search(r"serving .* at (https?://\S+)", line)
            if found:
                self.url = found.group(1)

    def said(self):
        return "".join(self.lines)

    def await_url(self):
        await_that(lambda: self.url or self.process.poll() is not None, "an address")
        if not self.url:
            raise AssertionError(f"serve ended with {self.process.returncode}: {self.said()}")
        return self.url

    def http(self, method, path, body=None):
        scheme, host = self.await_url().split("://")
        connection = (http.client.HTTPConnection(host, timeout=30) if scheme == "http" else
                      http.client.HTTPSConnection(host, timeout=30,
                                                  context=ssl.create_default_context(cafile=self.certificate)))
        headers = {**({"Content-Type": "application/json"} if body is not None else {}),
                   **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        try:
            connection.request(method, path, body=None if body is None else json.dumps(body), headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except OSError as problem:
            raise AssertionError(f"{path}: {problem}; serve said: {self.said()[-3000:]}") from problem
        finally:
            connection.close()

    def api(self, method, **request):
        status, body = self.http("POST", "/tenure.api.v1." + method, request)
        if status != 200:
            raise AssertionError(f"{method}: {status} {body}")
        return json.loads(body)

    def status(self):
        return self.api("OperatorService/GetStatus")

    def await_ready(self, seconds=60):
        await_that(lambda: self.http("GET", "/readyz")[0] == 200, lambda: "ready: " + self.said()[-2500:], seconds)
        return self

    def await_caught_up(self, seconds=60):
        self.await_url()
        await_that(lambda: self.status().get("caught_up"), lambda: f"caught up: {self.status()} {self.said()[-2500:]}", seconds)
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)

    def stop(self, seconds=30):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=seconds)
        self.reader.join(timeout=10)
        return code


class Case(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.mkdtemp(prefix="tenure-it-")
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.home, name)

    def file(self, name, content):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(content)
        return self.path(name)

    def run_tenure(self, *words, code=OK, seconds=180):
        done = subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=seconds, env=environment())
        self.assertEqual(done.returncode, code, f"{words}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done

    def json(self, *words, code=OK, seconds=180):
        return json.loads(self.run_tenure(*words, "--json", code=code, seconds=seconds).stdout)

    def config(self, name, broker=None, topic="", data=None, shards=8, source="", more=""):
        text = f"data: {{dir: {data or name}, shards: {shards}}}\nhttp: {{listen: '127.0.0.1:0'}}\n{more}"
        if broker:
            text += (f"kafka: {{bootstrap: '{broker.address}', group: {name}, instance: one, session_timeout: 6s}}\n"
                     f"sources: [{{topic: {topic}{source}}}]\n")
        return self.file(name + ".config.yaml", text)

    def certificate(self):
        """A key and a certificate of this machine's own."""
        if not shutil.which("openssl"):
            raise unittest.SkipTest("openssl is missing: it makes the certificate")
        key, cert = self.path("key.pem"), self.path("cert.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                        "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", cert], check=True, capture_output=True, timeout=60)
        os.chmod(key, 0o600)
        return key, cert

    def guarded_server(self, config, listen, role="manager", name="kim"):
        """A server with TLS and one token, which it is asked with."""
        key, cert = self.certificate()
        tokens = self.path("tokens.yaml")
        token = self.json("token", "new", "--role", role, "--name", name, "--add-to", tokens)["token"]
        server = self.server(config, "--set", f"http.listen={listen}", "--set", f"http.tokens={tokens}",
                             "--set", f"http.tls.certificate={cert}", "--set", f"http.tls.key={key}")
        server.token, server.certificate = token, cert
        return server

    def server(self, config, *words):
        server = Server(config, *words)
        self.addCleanup(self.end, server)
        return server

    @staticmethod
    def end(server):
        if server.process.poll() is None:
            server.kill()
        server.reader.join(timeout=10)
        server.process.stderr.close()

    def catch_up(self, config):
        self.run_tenure("serve", "--config", config, "--until-caught-up")

    def dump(self, data, *words):
        done = self.run_tenure("log", "dump", "--data", data, *words)
        return [json.loads(line) for line in done.stdout.splitlines()]


def position(line):
    shard, sequence = line["position"].split("/")
    return int(shard), int(sequence)


def murmur2_partition(key, partitions):
    """Kafka's default partitioner, written from its description: murmur2 of the bytes, without the sign."""
    data, mask, mix = key.encode(), 0xFFFFFFFF, 0x5BD1E995
    value = (0x9747B28C ^ len(data)) & mask
    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        word = int.from_bytes(data[at:at + 4], "little") * mix & mask
        word = (word ^ word >> 24) * mix & mask
        value = (value * mix & mask) ^ word
    if len(data) > whole:
        value = (value ^ int.from_bytes(data[whole:], "little")) * mix & mask
    value = (value ^ value >> 13) * mix & mask
    value ^= value >> 15
    return (value & 0x7FFFFFFF) % partitions
