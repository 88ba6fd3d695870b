"""A page of our own in a headless Chromium, before a proxy to a server: as somebody serves one beside Tenure."""
import http.client
import http.server
import json
import os
import shutil
import subprocess
import tempfile
import threading

from book import rig, unittest

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PAGE = """<!doctype html><meta charset="utf-8"><title>connect-web</title>
<script type="importmap">%s</script>
<script type="module" src="/files/%s"></script>
"""


def imports(folder, packages):
    """Where a browser finds what the packages export."""
    found = {}
    for package in packages:
        with open(os.path.join(folder, "node_modules", package, "package.json"), encoding="utf-8") as text:
            exports = json.load(text)["exports"]
        for name, file in exports.items():
            path = file if isinstance(file, str) else file.get("import", file.get("default"))
            path = path if isinstance(path, str) else path["default"]
            found[package + name[1:]] = f"/files/node_modules/{package}/{path[2:]}"
    return json.dumps({"imports": found})


def handler(folder, page, server, told):
    """GET / is the page, /files/ what it loads, /told what it says; the rest goes on to the server, fields and all."""
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self, body, content_type):
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def go_on(self, body):
            connection = http.client.HTTPConnection(server, timeout=60)
            try:
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    if name.lower() != "connection":
                        connection.putheader(name, value)
                connection.endheaders(body)
                answer = connection.getresponse()
                self.close_connection = True
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("connection", "transfer-encoding", "content-length", "date", "server"):
                        self.send_header(name, value)
                self.send_header("Connection", "close")
                self.end_headers()
                while part := answer.read1():
                    self.wfile.write(part)
                    self.wfile.flush()
            except (OSError, http.client.HTTPException):
                pass  # the page left a stream, or the server stopped: whoever waits sees it
            finally:
                connection.close()

        def do_GET(self):
            if self.path.split("?")[0] == "/":
                return self.answer(page.encode(), "text/html")
            if not self.path.startswith("/files/"):
                return self.go_on(None)
            path = os.path.normpath(os.path.join(folder, self.path[len("/files/"):]))
            if not path.startswith(folder + os.sep) or not os.path.isfile(path):
                return self.send_error(404)
            with open(path, "rb") as file:
                return self.answer(file.read(), "text/javascript")

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            if self.path != "/told":
                return self.go_on(body)
            told.append(body.decode())
            return self.answer(b"", "text/plain")

        def log_message(self, *_):
            pass
    return Handler


def told_by(folder, script, packages, server, query):
    """What the page with this script told until it said that it ended."""
    if not os.access(CHROMIUM, os.X_OK):
        raise unittest.SkipTest(f"{CHROMIUM} is missing: install chromium, or name a browser by CHROMIUM")
    told = []
    page = PAGE % (imports(folder, packages), script)
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(os.path.abspath(folder), page, server, told))
    proxy.daemon_threads = True
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    profile = tempfile.mkdtemp(prefix="tenure-outsiders-")
    browser = subprocess.Popen(
        [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}",
         f"http://127.0.0.1:{proxy.server_port}/?{query}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        rig.await_that(lambda: "end" in told, lambda: f"the page's end; it told {told}", 120)
    finally:
        browser.terminate()
        browser.wait(20)
        proxy.shutdown()
        proxy.server_close()
        shutil.rmtree(profile, ignore_errors=True)
    return told
