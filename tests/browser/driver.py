"""Starts `tenure demo` on a free loopback port, runs one browser test against it, and ends it: driver.py BINARY NAME.
Exits with 77, which ctest counts as skipped, where something it needs is missing."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
DASHBOARD = os.path.join(ROOT, "dashboard")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def missing():
    if not shutil.which("node"):
        return "node is missing: run scripts/setup test"
    if not os.access(CHROMIUM, os.X_OK):
        return f"{CHROMIUM} is missing: install chromium, or name a browser by CHROMIUM"
    if not os.path.isdir(os.path.join(DASHBOARD, "node_modules", "playwright-core")):
        return "the browser's driver is missing: npm ci in dashboard/"
    if not os.path.isfile(os.path.join(DASHBOARD, "dist", "index.html")):
        return "the dashboard is not built: npm ci && npm run build in dashboard/"
    return ""


def ready(demo):
    """The demo's address, once its two years are in."""
    url = ""
    for line in demo.stdout:
        found = re.search(r"Tenure at (http://\S+)", line)
        url = found.group(1) if found else url
        if line.startswith("Two years in"):
            return url
    return ""


def drain(demo):
    for _ in demo.stdout:
        pass


def main():
    binary, name = os.path.abspath(sys.argv[1]), sys.argv[2]
    lacking = missing()
    if lacking:
        print(f"skipped: {lacking}")
        return 77
    with tempfile.TemporaryFile() as said:
        # The demo serves the dashboard that is built beside its binary.
        demo = subprocess.Popen([binary, "demo", "--listen", "127.0.0.1:0", "--pace", "real", "--live-for", "1200s"],
                                stdout=subprocess.PIPE, stderr=said, text=True)
        try:
            url = ready(demo)
            if not url:
                said.seek(0)
                print("the demo did not start:", said.read().decode(errors="replace")[-3000:])
                return 1
            threading.Thread(target=drain, args=(demo,), daemon=True).start()
            test = os.path.join(os.path.dirname(__file__), f"{name}.test.mjs")
            return subprocess.run(["node", "--test", "--test-reporter=spec", test], timeout=570,
                                  env={**os.environ, "TENURE_URL": url, "TENURE_BINARY": binary,
                                       "CHROMIUM": CHROMIUM}).returncode
        finally:
            demo.send_signal(signal.SIGINT)
            try:
                demo.wait(timeout=20)
            except subprocess.TimeoutExpired:
                demo.kill()
                demo.wait()


if __name__ == "__main__":
    sys.exit(main())
