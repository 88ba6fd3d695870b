"""`tenure demo` as a newcomer runs it, without a terminal."""
import re
import shutil
import subprocess
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


if __name__ == "__main__":
    unittest.main()
