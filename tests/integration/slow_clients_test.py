"""Clients that hold connections: slowhttptest (slow heads, slow bodies, slow reads), half-open connections, oversized
requests. Meanwhile /livez is asked every 100 ms, acts and events go on, and the memory of the process is looked at."""
import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
import unittest

import rig

ANSWER_SECONDS_MAX = 0.5
GROWTH_BYTES_MAX = 160 << 20  # 512 connections of 90 KiB, long bodies of 64 MiB (docs/limits.md), and the log's own
NETWORK_PEER = "127.0.0.9"  # another address of this machine than that of the slow clients


def resident_bytes(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as text:
        return int(re.search(r"VmRSS:\s+(\d+) kB", text.read()).group(1)) << 10


class Place:
    """Where a server is: connections to it, in TLS where it speaks that."""

    def __init__(self, url, certificate=None, source=None):
        self.scheme, address = url.split("://")
        self.port = int(address.rsplit(":", 1)[1])
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"
        self.source = (source, 0) if source else None
        self.trust = ssl.create_default_context(cafile=certificate) if certificate else None

    def connection(self):
        if self.trust:
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, source_address=self.source,
                                               context=self.trust)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20, source_address=self.source)

    def raw(self):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        return self.trust.wrap_socket(plain, server_hostname="127.0.0.1") if self.trust else plain


class Watcher(threading.Thread):
    """Asks /livez every 100 ms: over a connection that stays, and over a new one."""

    def __init__(self, place, process):
        super().__init__(daemon=True)
        self.place, self.process = place, process
        self.ends = threading.Event()
        self.kept, self.fresh, self.statuses, self.faults = [], [], {}, []
        self.bytes_before = self.bytes_most = resident_bytes(process)
        self.start()

    def ask(self, connection, seen):
        before = time.monotonic()
        connection.request("GET", "/livez")
        status = connection.getresponse()
        status.read()
        seen.append(time.monotonic() - before)
        return status.status

    def run(self):
        kept = self.place.connection()
        while not self.ends.wait(0.1):
            self.bytes_most = max(self.bytes_most, resident_bytes(self.process))
            try:
                if self.ask(kept, self.kept) != 200:
                    self.faults.append("the connection that stays was refused")
                fresh = self.place.connection()
                status = self.ask(fresh, self.fresh)
                self.statuses[status] = self.statuses.get(status, 0) + 1
                fresh.close()
            except (OSError, http.client.HTTPException) as problem:
                self.faults.append(repr(problem))
                kept.close()
                kept = self.place.connection()
        kept.close()

    def stop(self):
        self.ends.set()
        self.join(timeout=60)
        return self


class Writer(threading.Thread):
    """Writes one note after the other; keeps the ids of those that were answered."""

    def __init__(self, place, account, token=None):
        super().__init__(daemon=True)
        self.place, self.account = place, account
        self.fields = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        self.ends, self.written, self.refused = threading.Event(), [], []
        self.start()

    def run(self):
        connection = self.place.connection()
        number = 0
        while not self.ends.wait(0.02):
            number += 1
            note = {"id": f"note-{number}", "account": self.account, "note": {"text": f"number {number}"}}
            note.update({} if "Authorization" in self.fields else {"actor": "kim"})
            try:
                connection.request("POST", "/tenure.api.v1.ActService/Record", json.dumps(note), self.fields)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status == 200:
                    self.written.append(note["id"])
                else:
                    self.refused.append(f"{answer.status} {body[:200]}")
            except (OSError, http.client.HTTPException) as problem:
                self.refused.append(repr(problem))
                connection.close()
        connection.close()

    def stop(self):
        self.ends.set()
        self.join(timeout=60)
        return self


def slow(place, mode, connections, *more):
    """slowhttptest in one of its modes; it ends once the server has closed every connection, or after 20 s."""
    return subprocess.Popen(["slowhttptest", mode, "-c", str(connections), "-r", "200", "-l", "20", "-i", "2", "-x", "8",
                             "-p", "5", *more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def slow_all(place, connections):
    """All three modes at once."""
    record = place.url + "/tenure.api.v1.ActService/Record"
    return [slow(place, "-H", connections, "-u", place.url + "/livez"),
            slow(place, "-B", connections, "-u", record, "-t", "POST", "-s", "1000000", "-f", "application/json"),
            slow(place, "-X", connections, "-u", place.url + "/openapi.json", "-k", "5", "-w", "1", "-y", "8", "-n", "3",
                 "-z", "2")]


def await_ends(processes):
    for process in processes:
        try:
            process.wait(timeout=90)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


def oversized(place):
    """Requests over the limits; each is answered with its own status and closed."""
    answers = []
    for request in (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
                    b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Much: " + b"a" * 17000 + b"\r\n\r\n",
                    b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: b\r\n" * 101 + b"\r\n",
                    b"POST /tenure.api.v1.ActService/Record HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    b"Content-Length: 10000000000\r\n\r\n"):
        with place.raw() as client:
            client.sendall(request)
            answers.append(client.recv(64)[9:12].decode())
    return answers


def half_open(place, count):
    """Connections that say nothing, half a head, or most of a body; they stay open."""
    held = []
    for k in range(count):
        client = place.raw()
        if k % 3 == 1:
            client.sendall(b"GET /livez HTTP/1.1\r\nHost: local")
        elif k % 3 == 2:
            client.sendall(b"POST /tenure.api.v1.ActService/Record HTTP/1.1\r\nHost: localhost\r\n"
                           b"Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n" + b"{" * 900_000)
        held.append(client)
    return held


class SlowClients(rig.Case):
    def setUp(self):
        if not shutil.which("slowhttptest"):
            raise unittest.SkipTest("slowhttptest is missing: run scripts/setup test")
        super().setUp()

    def good(self, watcher, allowed=(200,)):
        self.assertEqual(watcher.faults, [])
        self.assertGreater(len(watcher.kept), 50)
        worst = {"kept": max(watcher.kept), "fresh": max(watcher.fresh)}
        growth = watcher.bytes_most - watcher.bytes_before
        print(f"  /livez: {len(watcher.kept)} times, slowest {worst['kept'] * 1000:.0f} ms, over a new connection "
              f"{worst['fresh'] * 1000:.0f} ms, answers {watcher.statuses}; memory grew by {growth >> 20} MiB")
        self.assertLess(max(worst.values()), ANSWER_SECONDS_MAX, worst)
        self.assertLessEqual(set(watcher.statuses), set(allowed))
        self.assertLess(growth, GROWTH_BYTES_MAX)

    def all_there(self, writer, data):
        self.assertGreater(len(writer.written), 100)
        self.assertEqual(writer.refused, [])
        logged = [line["event"]["id"] for line in self.dump(data) if line["event"]["id"].startswith("note-")]
        self.assertEqual(sorted(logged), sorted(writer.written), "each acknowledged act is there once")
        print(f"  {len(logged)} acts were acknowledged, and each is in the log once")

    def an_account(self, name):
        csv = self.file("mails.csv", "id,customer,at,thread\ne1,acme,2026-03-01T08:00:00Z,t1\n")
        mapping = self.file("mails.yaml", "source: mail\nid: id\naccount: customer\noccurred_at: {field: at, format: rfc3339}\n"
                                          "events:\n  - type: interaction.email.received\n    set: {thread: thread}\n")
        self.run_tenure("import", csv, "--mapping", mapping, "--data", self.path(name))

    def test_every_kind_at_once(self):
        self.an_account("store")
        server = self.server(self.config("store")).await_ready()
        place = Place(server.url)
        watcher, writer = Watcher(place, server.process), Writer(place, "acme")
        attack = slow_all(place, 150)
        rig.await_that(lambda: int(self.metric(server, "tenure_http_connections")) > 300, "the connections are held")
        self.assertEqual(oversized(place), ["414", "431", "431", "413"])
        await_ends(attack)
        held = half_open(place, 300)
        time.sleep(12)  # longer than a head may take
        rig.await_that(lambda: int(self.metric(server, "tenure_http_connections")) < 10, "the server has closed them all", 60)
        for client in held:
            client.close()
        writer.stop()
        self.good(watcher.stop())
        self.assertEqual(server.stop(), rig.OK)
        self.all_there(writer, self.path("store"))

    def metric(self, server, name):
        return re.search(rf"^{name} (\d+)", server.http("GET", "/metrics")[1], re.M).group(1)

    def test_more_connections_than_there_may_be(self):
        self.an_account("store")
        server = self.server(self.config("store")).await_ready()
        place = Place(server.url)
        watcher, writer = Watcher(place, server.process), Writer(place, "acme")
        time.sleep(1)  # both have their connection
        await_ends([slow(place, "-H", 1500, "-u", place.url + "/livez")])
        time.sleep(1)
        writer.stop()
        ended = int(self.metric(server, "tenure_http_connections_ended_total"))
        self.good(watcher.stop())
        self.assertGreater(ended, 500, "there were more than there may be: the slowest gave way")
        self.assertEqual(server.stop(), rig.OK)
        self.all_there(writer, self.path("store"))

    def test_one_address_cannot_shut_another_out_of_an_open_server(self):
        self.an_account("store")
        server = self.guarded_server(self.config("store"), "0.0.0.0:0")
        url, cert = server.await_url(), server.certificate
        near, far = Place(url, cert), Place(url, cert, NETWORK_PEER)
        watcher, writer = Watcher(far, server.process), Writer(far, "acme", server.token)
        await_ends(slow_all(near, 400))
        writer.stop()
        self.good(watcher.stop())
        self.assertEqual(server.stop(), rig.OK)
        self.all_there(writer, self.path("store"))

    def test_events_of_a_topic_go_on(self):
        broker = rig.broker_or_skip()
        self.addCleanup(broker.remove)
        broker.create("t", 4)
        server = self.server(self.config("store", broker, "t")).await_caught_up()
        place = Place(server.url)
        watcher = Watcher(place, server.process)
        attack = slow_all(place, 150)
        now = int(time.time())
        for batch in range(20):
            broker.kcat("t", [rig.cloud_event(f"acc-{k % 50}", "complaint.opened", f"{batch}-{k}", now - 5,
                                              {"complaint": f"c-{batch}-{k}"}) for k in range(200)])
        await_ends(attack)
        self.good(watcher.stop())
        server.await_caught_up()
        self.assertEqual(server.stop(), rig.OK)
        ids = [line["event"]["id"] for line in self.dump(self.path("store")) if line["event"]["source"] == "crm"]
        self.assertEqual(sorted(ids), sorted(f"{batch}-{k}" for batch in range(20) for k in range(200)))


if __name__ == "__main__":
    unittest.main(verbosity=2)
