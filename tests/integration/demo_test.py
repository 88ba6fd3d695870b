"""`tenure demo` as a newcomer runs it: through a pipe, on a terminal, on a broker of their own."""
import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
import unittest

import rig


class Demo(rig.Case):
    def demo(self, *words):
        demo = subprocess.Popen([rig.BINARY, "demo", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, env=rig.environment())
        self.addCleanup(self.end, demo)
        return demo

    @staticmethod
    def end(demo):
        if demo.poll() is None:
            demo.kill()
            demo.wait(timeout=30)
        demo.stdout.close()
        demo.stderr.close()

    @staticmethod
    def end_quietly(demo):
        if demo.poll() is None:
            demo.kill()
            demo.wait(timeout=30)
        demo.stdout.close()

    def check(self, out):
        self.assertRegex(out, r"Two years in \d+ s: [\d,]+ events of 300 accounts logged")
        self.assertRegex(out, r"accounts +leavers +found +late +missed +false +undecided +precision +recall")
        self.assertRegex(out, r"(?m)^all +300 ")
        self.assertRegex(out, r"Open now: \d+ alerts")
        self.assertRegex(out, r"(?m)^(critical|high|medium|low) +\w{3} ")
        self.assertNotIn("\x1b", out)

    def test_ends_by_itself_and_works_twice_with_the_same_table(self):
        tables = []
        for _ in range(2):
            done = self.demo("--live-for", "5s")
            out, said = done.communicate(timeout=120)
            self.assertEqual(done.returncode, rig.OK, said[-3000:])
            self.check(out)
            tables.append(re.search(r"(?ms)^ +accounts.*?^all[^\n]*$", out).group(0))
        self.assertEqual(tables[0], tables[1], "the same seed, the same truth table")

    @unittest.skipUnless(shutil.which("kcat"), "kcat is missing: run scripts/setup test")
    def test_kcat_publishes_to_the_printed_address(self):
        data = self.path("kept")
        demo = self.demo("--live-for", "6s", "--data", data)
        address = topic = ""
        for line in demo.stdout:
            found = re.search(r"Tenure at \S+ +Kafka at (\S+), topic (\S+)", line)
            if found:
                address, topic = found.groups()
            if line.startswith("Two years in"):
                break
        self.assertTrue(address, "no address was printed")
        event = rig.cloud_event("outsider", "note.added", 1, time.time() - 30 * 86400, {})
        sent = subprocess.run(["kcat", "-P", "-b", address, "-t", topic, "-K", "\t"], input=event + "\n", text=True,
                              capture_output=True, timeout=30)
        self.assertEqual(sent.returncode, 0, sent.stderr)
        # The rest through the same reader: it may hold lines already that communicate() would not see.
        out = line + demo.stdout.read()
        said = demo.stderr.read()
        self.assertEqual(demo.wait(timeout=60), rig.OK, said[-3000:])
        self.check(out)
        outside = [line["event"] for line in self.dump(data) if line["event"]["source"] == "crm"
                   and line["event"]["accounts"] == ["outsider"]]
        self.assertEqual([event["type"] for event in outside], ["note.added"])
        self.assertEqual(self.json("account", "outsider", "--data", data)["account"], "outsider")

    def test_the_live_script_is_told_from_minute_1_to_9(self):
        data = self.path("kept")
        demo = self.demo("--pace", "hour-a-second", "--live-for", "12s", "--data", data)
        out, said = demo.communicate(timeout=180)
        self.assertEqual(demo.returncode, rig.OK, said[-3000:])
        past, live = out.split("Open now:")
        told = re.findall(r"(?m)^Mon 23 Nov (\d\d:\d\d)  (\S+) +(.*)\n {18}(\S.*)$", live)
        found = [at + " " + word + " " + who.split(",")[0].split("  ")[-1] + " | " + sentence
                 for at, word, who, sentence in told]
        script = [
            r"09:48 RAISED (.+) \| \1: complaint T-0015-billing has used 90 % of its time: .+",
            r"12:00 arrives (.+) \| \S.* wrote .*Sorry for the silence.* \(mail\)",
            r"12:00 cleared (.+) \| \1: silence is over",
            r"13:48 RAISED (.+) \| \1: complaint T-0015-billing is past its clock: .+",
            r"16:00 arrives (.+) \| \S.* left the client, no successor named \(crm\)",
            r"16:00 RAISED (.+) \| \1 lost its champion and has no successor: .+",
            r"17:59 arrives (.+) \| The client gave notice on contract \S+ to .+ \(price\) \(crm\)",
            r"17:59 RAISED (.+) \| Notice was given for \1: The client gave notice on contract .+",
        ]
        places = []
        for line in script:
            places.append(next((k for k, one in enumerate(found) if re.fullmatch(line, one)), None))
        self.assertNotIn(None, places, "\n".join(found))
        self.assertEqual(places, sorted(places), "in the order of the script")
        self.assertNotIn("complaint near its clock of T-0015-billing is over", live)
        # Story 6: somebody judged it in late summer, by acts that are events like any other.
        self.assertRegex(past, r"(?m)^Judged a false alarm: .+ uses the product at [\d.]+ % of its own level")
        self.assertRegex(past, r"(?m)^To the operator: usage was silent from \w{3} \d\d \w{3} 00:00 to ")
        acts = [line["event"] for line in self.dump(data) if line["event"]["source"] == "tenure/acts"]
        self.assertEqual([(act["payload"]["act"], act["payload"].get("verdict")) for act in acts],
                         [("ALERT_ACT_JUDGED", "ALERT_VERDICT_FALSE"), ("ALERT_ACT_CLEARED", None)])
        alert = next(one for one in self.json("alerts", "list", "--data", data, "--account", acts[0]["subject"],
                                              "--state", "cleared")["alerts"] if one["rule"] == "usage_falling")
        self.assertEqual((alert["verdict"], alert["state"]), ("false", "cleared"))


class DemoLeavesNothing(rig.Case):
    """Its temporary folder goes with it; where it was killed, with the next one."""

    def folders(self):
        return sorted(name for name in os.listdir(self.home) if name.startswith("tenure-demo."))

    def demo(self, *words):
        demo = subprocess.Popen([rig.BINARY, "demo", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                text=True, env={**rig.environment(), "TMPDIR": self.home})
        self.addCleanup(Demo.end_quietly, demo)
        return demo

    def serving(self):
        demo = self.demo("--live-for", "10m")
        rig.await_that(lambda: "Tenure at" in demo.stdout.readline(), "an address")
        return demo

    def test_what_asks_it_to_end_gets_an_orderly_end(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(number):
                demo = self.serving()
                self.assertEqual(len(self.folders()), 1)
                demo.send_signal(number)
                demo.stdout.read()
                self.assertGreaterEqual(demo.wait(timeout=60), 0)
                self.assertEqual(self.folders(), [])

    def test_the_next_one_takes_what_a_killed_one_left_and_nothing_else(self):
        killed = self.serving()
        dead = self.folders()
        killed.kill()
        killed.wait(timeout=30)
        self.assertEqual(self.folders(), dead, "nobody could remove it")
        starting = os.path.join(self.home, "tenure-demo.abcdef")
        os.mkdir(starting)  # as of one that has not come to serve yet
        os.mkdir(os.path.join(self.home, "tenure-demo.not-one"))
        os.symlink(self.path("elsewhere"), os.path.join(self.home, "tenure-demo.linked"))
        alive = self.serving()
        others = ["tenure-demo.abcdef", "tenure-demo.linked", "tenure-demo.not-one"]
        own = [name for name in self.folders() if name not in others]
        self.assertEqual(len(own), 1)
        self.assertNotEqual(own, dead)
        os.utime(starting, (time.time() - 7200, time.time() - 7200))  # it never came to serve
        second = self.serving()
        self.assertIn(own[0], self.folders(), "its demo lives")
        self.assertNotIn("tenure-demo.abcdef", self.folders())
        for demo in (second, alive):
            demo.send_signal(signal.SIGTERM)
            demo.stdout.read()
            self.assertGreaterEqual(demo.wait(timeout=60), 0)
        self.assertEqual(self.folders(), others[1:])


def open_terminal():
    try:
        return pty.openpty()
    except OSError as why:
        raise unittest.SkipTest(f"this machine has no pseudo-terminals ({why}): mount /dev/pts") from why


class Terminal:
    """A terminal of its own with a demo on it."""

    def __init__(self, case, *words, columns=80, rows=24):
        self.master, self.slave = open_terminal()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.before = termios.tcgetattr(self.slave)
        self.out = ""

        def own():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        environment = {**rig.environment(), "TERM": "xterm", "TMPDIR": case.home}
        self.process = subprocess.Popen([rig.BINARY, "demo", *words], stdin=self.slave, stdout=self.slave,
                                        stderr=self.slave, preexec_fn=own, env=environment)
        case.addCleanup(self.end)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=30)
        os.close(self.master)
        os.close(self.slave)

    def read(self, seconds=0.05):
        while select.select([self.master], [], [], seconds)[0]:
            self.out += os.read(self.master, 65536).decode(errors="replace")
            seconds = 0

    def await_text(self, pattern, since=0, seconds=90):
        def seen():
            self.read()
            return re.search(pattern, self.out[since:])
        return rig.await_that(seen, lambda: f"{pattern} in {self.out[-3000:]!r}", seconds)

    def press(self, keys):
        at = len(self.out)
        os.write(self.master, keys.encode())
        return at

    def wait(self):
        # Its output must be read, or it could not end.
        rig.await_that(lambda: self.read() or self.process.poll() is not None, "an end", 60)
        self.read()
        return self.process.returncode

    def is_raw(self):
        return not termios.tcgetattr(self.slave)[3] & (termios.ICANON | termios.ECHO)

    def is_as_before(self):
        return termios.tcgetattr(self.slave) == self.before and self.out.rfind("\x1b[?25h") > self.out.rfind("\x1b[?25l")


class DemoOnATerminal(rig.Case):
    def test_evidence_is_one_key_away_while_it_runs(self):
        for columns, rows in ((80, 24), (120, 40)):
            demo = Terminal(self, "--pace", "hour-a-second", columns=columns, rows=rows)
            demo.await_text(r"▸ critical[\s\S]*q quit")
            self.assertTrue(demo.is_raw())
            self.assertNotRegex(demo.out, "open since", "not before it is asked for")
            at = demo.press("e")
            demo.await_text(r"open since \d\d \w{3} \d{4} \d\d:\d\d, told \S+", at)
            demo.await_text(r"\n {6}26 Jun 2026 15:20  crm +A contact of the client left the client", at)
            at = demo.press("e")
            demo.await_text(r"q quit", at)
            self.assertNotIn("open since", demo.out[demo.out.rfind("▸"):], "the same key closes it")
            first = re.findall(r"▸.*", demo.out)[-1]
            at = demo.press("\x1b[B")
            demo.await_text(r"▸.*[\s\S]*q quit", at)
            self.assertNotEqual(re.findall(r"▸.*", demo.out)[-1], first)
            demo.press("k\r")
            demo.await_text(r"26 Jun 2026 15:20  crm", at)
            at = demo.press("?")
            demo.await_text(r"ends the demo", at)
            at = demo.press("?")
            demo.await_text(r"▸", at)
            # What is told while it is open goes above, and the pane is drawn again below.
            demo.await_text(r"RAISED.*[\s\S]*Notice was given for[\s\S]*▸[\s\S]*q quit", seconds=30)
            for line in re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", demo.out).splitlines():
                if "▸" in line or "q quit" in line:
                    self.assertLess(len(line.split("\r")[-1]), columns)
            demo.press("q")
            self.assertEqual(demo.wait(), rig.OK, demo.out[-2000:])
            self.assertTrue(demo.is_as_before())
            self.assertRegex(demo.out, r"The demo ends on \w{3} \d\d Nov \d\d:\d\d")

    def test_the_terminal_is_handed_back_while_stopped(self):
        demo = Terminal(self)
        demo.await_text(r"q quit")
        demo.press("\x1a")  # Ctrl-Z
        rig.await_that(lambda: demo.read() or demo.is_as_before(), "the terminal as it was")
        rig.await_that(lambda: os.waitid(os.P_PID, demo.process.pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT), "stopped")
        at = len(demo.out)
        os.kill(demo.process.pid, signal.SIGCONT)
        demo.await_text(r"▸[\s\S]*q quit", at)
        self.assertTrue(demo.is_raw())
        demo.press("\x03")  # Ctrl-C
        demo.wait()
        self.assertTrue(demo.is_as_before())

    def test_the_terminal_is_handed_back_whatever_ends_the_demo(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGSEGV):
            with self.subTest(number):
                demo = Terminal(self)
                demo.await_text(r"q quit")
                self.assertTrue(demo.is_raw())
                os.kill(demo.process.pid, number)
                code = demo.wait()
                if number == signal.SIGSEGV:
                    self.assertEqual(code, -number)
                self.assertTrue(demo.is_as_before())

    def test_without_a_screen_there_are_no_keys(self):
        master, slave = open_terminal()  # input from a terminal, output to a pipe
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        plain = subprocess.run([rig.BINARY, "demo", "--live-for", "2s"], stdin=slave, capture_output=True,
                               text=True, timeout=120, env={**rig.environment(), "TMPDIR": self.home})
        self.assertEqual(plain.returncode, rig.OK, plain.stderr[-2000:])
        self.assertNotIn("\x1b", plain.stdout)
        self.assertNotIn("q quit", plain.stdout)


class DemoOnABroker(rig.Case):
    @classmethod
    def setUpClass(cls):
        cls.broker = rig.broker_or_skip(rig.wanted_versions()[-1])
        cls.addClassCleanup(cls.broker.remove)

    def topics(self):
        listed = self.broker.call("topic", self.broker.folder, "--list").stdout.split()
        return [topic for topic in listed if not topic.startswith("__")]

    def test_it_asks_and_takes_no_for_an_answer(self):
        done = self.run_tenure("demo", "--kafka", self.broker.address, code=rig.USAGE)
        self.assertIn("say --yes to allow it", done.stderr)
        for answer in ("n\n", "\n", "\x04"):
            demo = Terminal(self, "--kafka", self.broker.address)
            demo.await_text(r"makes the topic 'tenure-demo-1-\d+' on \S+ .*\[y/N\] ")
            demo.press(answer)
            self.assertEqual(demo.wait(), 130)
            self.assertIn("nothing was done", demo.out)
        self.assertEqual(self.topics(), [])

    def test_it_works_to_the_end_and_leaves_no_topic(self):
        demo = Terminal(self, "--kafka", self.broker.address)
        demo.await_text(r"goes when the demo ends. Go on\? \[y/N\] ")
        demo.press("y\n")
        topic = demo.await_text(r"Kafka at \S+, topic (\S+)").group(1)
        demo.await_text(r"▸[\s\S]*q quit", seconds=180)
        self.assertEqual(self.topics(), [topic])
        demo.press("q")
        self.assertEqual(demo.wait(), rig.OK, demo.out[-2000:])
        self.assertRegex(demo.out, r"Two years in \d+ s: [\d,]+ events of 300 accounts")
        self.assertIn(f"The topic {topic} is deleted from {self.broker.address}", demo.out)
        self.assertEqual(self.topics(), [])

    def test_a_topic_that_was_named_stays_and_is_not_taken_twice(self):
        words = ("demo", "--kafka", self.broker.address, "--yes", "--topic", "accounts", "--live-for", "1s")
        done = self.run_tenure(*words)
        self.assertIn(f"Left on {self.broker.address}: the topic accounts", done.stdout)
        self.assertEqual(self.topics(), ["accounts"])
        again = subprocess.run([rig.BINARY, *words], capture_output=True, text=True, timeout=120, env=rig.environment())
        self.assertEqual(again.returncode, rig.FAILURE, again.stderr)
        self.assertIn("accounts", again.stderr)
        self.broker.call("topic", self.broker.folder, "--delete", "--topic", "accounts")


if __name__ == "__main__":
    unittest.main()
