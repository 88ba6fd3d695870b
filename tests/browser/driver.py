"""Starts `tenure demo` on a free loopback port, runs one browser test against it, and ends it: driver.py BINARY NAME.
`many_accounts` gets a server with a made book of ACCOUNTS (100,000) accounts instead, `sign_in` one with TLS and tokens.
Exits with 77, which ctest counts as skipped, where something it needs is missing."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

import many_accounts
import signed_server

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
DASHBOARD = os.path.join(ROOT, "dashboard")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


NODE_LEAST, NODE_FETCHED = 20, "22.23.3"  # what the browser's driver asks for; what npm brings where it is older


def node():
    """A node that is new enough: the system's, or one from npm, kept in build/."""
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if int(said.lstrip("v").split(".")[0]) >= NODE_LEAST:
        return "node"
    folder = os.path.join(ROOT, "build", "node")
    newer = os.path.join(folder, "node_modules", ".bin", "node")
    if not os.access(newer, os.X_OK):
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, f"node@{NODE_FETCHED}"],
                       check=True, stdout=subprocess.DEVNULL, timeout=300)
    return newer


def missing():
    if not shutil.which("node"):
        return "node is missing: run scripts/setup dashboard"
    if not os.access(CHROMIUM, os.X_OK):
        return f"{CHROMIUM} is missing: install chromium, or name a browser by CHROMIUM"
    if not shutil.which("openssl"):
        return "openssl is missing: it makes the certificate of the sign_in test"
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


def drain(stream):
    for _ in stream:
        pass


def end(process):
    """Ends what this started, by its id."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run(binary, name, url, told):
    test = os.path.join(os.path.dirname(__file__), f"{name}.test.mjs")
    return subprocess.run([node(), "--test", "--test-reporter=spec", test], timeout=570,
                          env={**os.environ, "TENURE_URL": url, "TENURE_BINARY": binary,
                               "CHROMIUM": CHROMIUM, **told}).returncode


def start_demo(binary, said):
    # The demo serves the dashboard that is built beside its binary.
    demo = subprocess.Popen([binary, "demo", "--listen", "127.0.0.1:0", "--pace", "real", "--live-for", "1200s"],
                            stdout=subprocess.PIPE, stderr=said, text=True)
    return demo, ready(demo)


def main():
    binary, name = os.path.abspath(sys.argv[1]), sys.argv[2]
    lacking = missing()
    if lacking:
        print(f"skipped: {lacking}")
        return 77
    with tempfile.TemporaryFile() as said, tempfile.TemporaryDirectory(prefix="tenure-browser-") as folder:
        told = {}
        if name == "sign_in":
            server, url, told = signed_server.serve(binary, folder, said)
        elif name == "many_accounts":
            server, url = many_accounts.serve(binary, folder, int(os.environ.get("ACCOUNTS", "100000")), said)
        else:
            server, url = start_demo(binary, said)
        try:
            if not url:
                said.seek(0)
                print("the server did not start:", said.read().decode(errors="replace")[-3000:])
                return 1
            threading.Thread(target=drain, args=(server.stdout or server.stderr,), daemon=True).start()
            return run(binary, name, url, told)
        finally:
            end(server)


if __name__ == "__main__":
    sys.exit(main())
