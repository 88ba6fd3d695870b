"""The official conformance suite of Connect against connectors/http: conformance_test.py BUILD FOLDER SERVER [Test.name].
Its runner and proto files come from Go's proxy; the server is built with them (CMakeLists.txt)."""
import os
import re
import shutil
import subprocess
import sys

from book import rig, unittest
import tools

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD, FOLDER, SERVER = sys.argv[1:4]
del sys.argv[1:4]
# Fewer would mean that the suite, or conformance.yaml, lost some.
CASES_LEAST = 1000


def server(protos):
    target = os.path.join(FOLDER, "proto")
    shutil.rmtree(target, ignore_errors=True)
    # With the times of the originals: they are compiled once.
    shutil.copytree(protos, target)
    tools.run(["cmake", "--build", BUILD, "--target", "conformance_server"], 900)
    return SERVER


class Conformance(unittest.TestCase):
    def test_server(self):
        runner, protos = tools.conformance()
        words = [runner, "--mode", "server", "--conf", os.path.join(HERE, "conformance.yaml"),
                 "--known-failing", "@" + os.path.join(HERE, "conformance_known.txt"),
                 "--max-servers", "2", "--", server(protos)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=280, env=rig.environment())
        said = done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, said[-20000:])
        found = re.search(r"Total cases: (\d+)\s+(\d+) passed, 0 failed", said)
        self.assertTrue(found, said[-2000:])
        self.assertGreaterEqual(int(found.group(2)), CASES_LEAST, said[-2000:])
        self.assertNotIn("could not be run", said)
        print(found.group(0).replace("\n", ", "), file=sys.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
