"""The doors under load: account reads beside a bare Beast server, event to alert, many subscribers."""
import json
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ACCOUNTS = 20_000
EVENTS = 200_000
PARTITIONS = 16
CONNECTIONS = 16
READ_EVENTS = 50_000  # a second, while accounts are read
ALERT_EVENTS = 20_000  # a second, while alerts are raised
ALERTS = 10  # a second
SUBSCRIBERS = 10_000
SUBSCRIBER_MESSAGES = 5
# Something that moves, and nothing else.
RULES = """profile: bench
health:
  activity.events: {{weight: 100, bands: [{{ge: {}, score: 100}}, {{else: 0}}]}}
alerts: {{}}
"""
# What issue and documentation promise.
READ_P99_US_MAX = 2_000
READ_RATIO_MIN = 0.8
ALERT_P99_US_MAX = 15_000
SUBSCRIBER_BYTES_MAX = 64 << 10
READY_SECONDS_MAX = 60
SETTLE_SECONDS_MAX = 10


def rss_bytes(pid):
    return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1]) * 1024


class HttpPart:
    def __init__(self, bench, output, broker):
        self.bench = bench
        self.output = output
        self.broker = broker
        self.tool = bench.tool.parent / "bench_http"
        self.sent = EVENTS
        self.server = None
        self.inside = False
        self.address = ""

    def say(self, name, value, note=""):
        print(f"  {name:44}{value:>14}  {note}", flush=True)

    def ask(self, *command):
        return json.loads(self.output(self.tool, *command))

    def call(self, method, message):
        request = urllib.request.Request(
            f"http://{self.address}/tenure.api.v1.{method}", json.dumps(message).encode(),
            {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()

    def status(self):
        return json.loads(self.call("OperatorService/GetStatus", {}))

    # Events that are logged and not folded, or in Kafka and not read.
    def lag(self):
        now = self.status()
        unread = sum(max(0, int(p["end"]) - int(p["next"])) for p in now["partitions"])
        return int(now["folded_lag"]) + unread

    def fill(self):
        self.output(self.broker, "topic", self.bench.folder / "kafka", "--create", "--topic", "doors",
                    "--partitions", PARTITIONS, stderr=subprocess.DEVNULL)
        self.bench.ask("produce", self.bench.brokers, "doors", EVENTS, ACCOUNTS)

    def serve(self, name, sources):
        folder = self.bench.folder / name
        folder.mkdir()
        config = folder / "tenure.yaml"
        config.write_text(
            f"data: {{dir: {folder}/data}}\n"
            f"kafka: {{bootstrap: '{self.bench.brokers}', group: {name}}}\n"
            f"sources: {sources}\n"
            f"http: {{listen: '127.0.0.1:0', connections_max: {SUBSCRIBERS + 1000}, "
            f"subscribers_max: {SUBSCRIBERS + 100}}}\n"
            "limits: {answer_cache_bytes: 256MiB}\n")
        log = folder / "out"
        with open(log, "w") as out:
            self.server = subprocess.Popen([self.bench.tenure, "serve", "--config", config],
                                           stdout=out, stderr=subprocess.STDOUT)
        until = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < until and self.server.poll() is None:
            time.sleep(0.2)
            found = re.search(r"serving \S+ at http://(\S+)", log.read_text())
            if found:
                self.address = found[1]
                return log
        sys.exit("bench: tenure serve did not start:\n" + log.read_text()[-2000:])

    def start(self):
        log = self.serve("doors", "[{topic: doors, format: protobuf}]")
        until = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < until and self.server.poll() is None:
            time.sleep(0.2)
            now = self.status()
            if now["caught_up"] and int(now["accounts"]) == ACCOUNTS and now["folded_lag"] == "0":
                return
        sys.exit("bench: tenure serve did not catch up:\n" + log.read_text()[-2000:])

    def stop(self):
        if self.server is None:
            return
        if self.inside:
            self.server.stdin.close()
        else:
            self.server.send_signal(signal.SIGTERM)
        self.server.wait()
        self.inside = False
        self.server = None

    # The same engine and doors, with events that are made inside the process: without broker,
    # producer and group, which take more than half of two processors.
    def start_inside(self):
        self.stop()
        folder = self.bench.folder / "inside"
        folder.mkdir()
        config = folder / "tenure.yaml"
        config.write_text(f"data: {{dir: {folder}/data}}\nhttp: {{listen: '127.0.0.1:0'}}\n"
                          "limits: {answer_cache_bytes: 256MiB}\n")
        self.server = subprocess.Popen(
            [self.bench.tool.parent / "bench_serve", config, str(EVENTS), str(ACCOUNTS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.inside = True
        self.address = json.loads(self.server.stdout.readline())["address"].split("//")[1]
        until = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < until and self.server.poll() is None:
            time.sleep(0.2)
            now = self.status()
            # All events that come at once: what is left of them would be dated ahead of the clock, and
            # what comes after them would be late.
            if now["caught_up"] and int(now["accounts"]) == ACCOUNTS and now["folded_lag"] == "0":
                return
        sys.exit("bench: bench_serve did not catch up")

    def pace(self, rate, alerts):
        self.server.stdin.write(f"{rate} {alerts}\n")
        self.server.stdin.flush()
        return json.loads(self.server.stdout.readline())

    def stream(self, rate, seconds, alerts):
        if self.inside:
            self.pace(rate, alerts)
            return None
        child = subprocess.Popen(
            [self.bench.tool, "stream", self.bench.brokers, "doors", str(self.sent), str(ACCOUNTS),
             str(rate), str(seconds), str(alerts)], stdout=subprocess.PIPE, text=True)
        self.sent += int(rate * (seconds + 1))
        return child

    def streamed(self, child, wanted):
        told = self.pace(0, 0) if self.inside else json.loads(child.communicate()[0])
        rate = told["events"] / told["seconds"]
        if rate < wanted * 0.97:
            self.bench.problems.append(f"only {rate:,.0f} of {wanted:,} events/s were produced")
        return told

    def reads(self, address, seconds, rate=0):
        got = self.ask("reads", address, CONNECTIONS, seconds, rate, ACCOUNTS)
        if got["errors"]:
            self.bench.problems.append(f"{got['errors']} reads failed")
        return got

    # Ours and the bare server by turns, on the same machine in the same minute. Each sends bodies of
    # about the same size; the bare one always the same, and looks at no request.
    def ratio(self):
        body = self.bench.folder / "doors/body"
        body.write_bytes(self.call("AccountService/GetAccount", {"account": "account-0000000123"}))
        bare = subprocess.Popen([self.tool, "bare", body], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True)
        bare_address = f"127.0.0.1:{json.loads(bare.stdout.readline())['port']}"
        # The first time every answer is made; later it is at hand.
        first = self.reads(self.address, 60, "each")
        ours, theirs = [], []
        for _ in range(3):
            ours.append(self.reads(self.address, 2.5))
            theirs.append(self.reads(bare_address, 2.5))
        bare.stdin.close()
        bare.wait()
        best = max(got["rate"] for got in ours)
        bare_best = max(got["rate"] for got in theirs)
        self.bench.add("account reads, closed loop", best, "requests/s", bare_best)
        self.bench.add("account reads, each asked anew", first["rate"], "requests/s")
        self.say("bare Beast server", f"{bare_best:,.0f}/s", f"{theirs[0]['body_bytes']:,.0f} bytes")
        self.say("account reads", f"{best:,.0f}/s",
                 f"{best / bare_best:.2f} of bare, {ours[0]['body_bytes']:,.0f} bytes")
        self.say("account reads, each asked anew", f"{first['rate']:,.0f}/s")
        if best < READ_RATIO_MIN * bare_best:
            self.bench.problems.append(f"account reads: {best / bare_best:.2f} of a bare Beast server, "
                                       f"{READ_RATIO_MIN} is wanted")
        return best

    # Readers in a closed loop take what the path needs too: it falls behind, and what comes next must
    # not be measured while it catches up.
    def settle(self):
        until = time.monotonic() + SETTLE_SECONDS_MAX
        time.sleep(2)
        while self.lag() > READ_EVENTS / 50 and time.monotonic() < until:
            time.sleep(0.2)
        if self.lag() > READ_EVENTS / 50:
            print(f"  (still {self.lag():,} events behind)", flush=True)

    def under_events(self, quiet):
        child = self.stream(READ_EVENTS, 18 + 2 * SETTLE_SECONDS_MAX, 0)
        time.sleep(2)
        busy = self.reads(self.address, 4)["rate"]
        where = ", no broker" if self.inside else ""
        self.say(f"account reads while {READ_EVENTS:,} events/s{where}", f"{busy:,.0f}/s",
                 "closed loop")
        self.bench.add(f"account reads under events{where}, closed loop", busy, "requests/s")
        for name, capacity, binding in (("the same", busy, True), ("the quiet machine", quiet, False)):
            self.settle()
            got = self.reads(self.address, 5, round(0.7 * capacity))
            self.say(f"at 70 % of the capacity of {name}", f"{got['rate']:,.0f}/s",
                     f"p50 {got['p50_us']} p99 {got['p99_us']} p99.9 {got['p999_us']} us")
            for part in ("p50_us", "p99_us", "p999_us"):
                self.bench.add(f"account reads at 70 % of {name}{where}, {part[:-3]}", got[part], "us")
            if binding and got["p99_us"] > READ_P99_US_MAX:
                self.bench.problems.append(f"account reads{where}: p99 {got['p99_us']:,} us, the bound is "
                                           f"{READ_P99_US_MAX:,}")
        self.streamed(child, READ_EVENTS)
        lag = self.lag()
        if lag > READ_EVENTS / 10:
            self.bench.problems.append(f"{lag:,} events were left to fold or to read")
        until = time.monotonic() + READY_SECONDS_MAX
        while self.lag() and time.monotonic() < until:
            time.sleep(0.2)

    def alerts(self):
        child = self.stream(ALERT_EVENTS, 16, ALERTS)
        time.sleep(1)
        got = self.ask("alerts", self.address, 14)
        told = self.streamed(child, ALERT_EVENTS)
        where = ", no broker" if self.inside else ""
        self.say(f"event to alert while {ALERT_EVENTS:,} events/s{where}", f"{got['p99_us'] / 1000:.1f} ms",
                 f"p99 of {got['alerts']}; p50 {got['p50_us'] / 1000:.1f} max {got['max_us'] / 1000:.1f}")
        for part in ("p50_us", "p99_us", "max_us"):
            self.bench.add(f"event to alert{where}, {part[:-3]}", got[part], "us")
        if got["alerts"] < told["alerts"] * 0.75:
            self.bench.problems.append(f"only {got['alerts']} of {told['alerts']} alerts were seen")
        if got["p99_us"] > ALERT_P99_US_MAX:
            self.bench.problems.append(f"event to alert{where}: p99 {got['p99_us'] / 1000:.1f} ms, the bound "
                                       f"is {ALERT_P99_US_MAX // 1000} ms")

    # On a process of its own, so that nothing but they make it grow.
    def subscribers(self):
        self.stop()
        self.serve("crowd", "[]")
        before = rss_bytes(self.server.pid)
        crowd = subprocess.Popen([self.tool, "subscribers", self.address, str(SUBSCRIBERS)],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        connected = json.loads(crowd.stdout.readline())["connected"]
        each = (rss_bytes(self.server.pid) - before) / max(connected, 1)
        for number in range(SUBSCRIBER_MESSAGES):
            self.call("OperatorService/ActivateRules",
                      {"yaml": RULES.format(number + 1), "file": "bench.yaml", "actor": "bench"})
            time.sleep(1.5)
        crowd.stdin.close()
        told = json.loads(crowd.stdout.readline())
        crowd.wait()
        self.say("subscribers of /events", f"{connected:,}", f"{each / 1024:.1f} KiB each")
        self.say("from the first that is told to the last", f"{told['p50_us'] / 1000:.0f} ms",
                 f"p50 of {told['rounds']} messages to all")
        self.bench.add("subscribers", connected, "connections")
        self.bench.add("memory of a subscriber", each, "bytes")
        self.bench.add("telling all subscribers, p50", told["p50_us"], "us")
        if connected < SUBSCRIBERS or told["lost"]:
            self.bench.problems.append(f"{connected} of {SUBSCRIBERS} subscribers, {told['lost']} lost")
        if each > SUBSCRIBER_BYTES_MAX:
            self.bench.problems.append(f"a subscriber takes {each / 1024:.0f} KiB")

    def measure(self):
        print(f"\ndoors, {ACCOUNTS} accounts, {CONNECTIONS} connections")
        self.fill()
        try:
            self.start()
            quiet = self.ratio()
            self.under_events(quiet)
            self.alerts()
            self.start_inside()
            self.under_events(quiet)
            self.alerts()
            self.subscribers()
        finally:
            self.stop()
