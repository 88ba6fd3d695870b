"""Clients that are not ours, unchanged, against the real binary: curl, buf curl, connect-es in Node and in Chromium,
connect-python, connect-go, EventSource, promtool, schemathesis, and the programs of docs/clients.md. A client that cannot be had is skipped."""
import base64
import json
import os
import re
import shutil
import subprocess
import urllib.parse

from book import ACCOUNTS, Case, rig, unittest
import tools
import web_page

HERE = os.path.dirname(os.path.abspath(__file__))
ACCOUNT = ACCOUNTS[0]
API = "/tenure.api.v1."
TRUST = ("CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "TENURE_CA_FILE")


def source(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as text:
        return text.read()


def placed(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as out:
        out.write(text)
    return os.path.join(folder, name)


class Curl(Case):
    """curl as the system has it."""

    def setUp(self):
        if not shutil.which("curl"):
            raise unittest.SkipTest("curl is missing")
        super().setUp()
        self.server = self.served()

    def curl(self, target, *words):
        """(status, header fields in lower case, body)"""
        text = tools.run(["curl", "-sS", "-i", "-m", "20", *words, self.server.url + target], 30)
        head, body = text.split("\n\n", 1)
        lines = head.splitlines()
        return int(lines[0].split()[1]), {k.lower(): v for k, v in (line.split(": ", 1) for line in lines[1:])}, body

    def post(self, method, request, *words):
        return self.curl(API + method, "-H", "Content-Type: application/json", "-d", json.dumps(request), *words)

    def test_post_get_and_etag(self):
        status, head, body = self.post("AccountService/GetAccount", {"account": ACCOUNT})
        self.assertEqual((status, head["content-type"]), (200, "application/json"))
        self.assertEqual(json.loads(body)["account"], ACCOUNT)
        self.assertRegex(head["tenure-position"], r"^\d+/\d+$")
        message = urllib.parse.quote(json.dumps({"account": ACCOUNT}))
        target = f"{API}AccountService/GetAccount?connect=v1&encoding=json&message={message}"
        status, head, body = self.curl(target)
        self.assertEqual((status, json.loads(body)["account"]), (200, ACCOUNT))
        status, again, body = self.curl(target, "-H", "If-None-Match: " + head["etag"])
        self.assertEqual((status, body, again["etag"]), (304, "", head["etag"]))
        self.note(self.server, ACCOUNT, "something new", "curl-1")
        status, changed, _ = self.curl(target, "-H", "If-None-Match: " + head["etag"])
        self.assertEqual(status, 200)
        self.assertNotEqual(changed["etag"], head["etag"])
        coded = base64.urlsafe_b64encode(json.dumps({"account": ACCOUNT}).encode()).decode().rstrip("=")
        self.assertEqual(self.curl(f"{API}AccountService/GetAccount?message={coded}&base64=1&encoding=json&connect=v1")[0], 200)

    def test_errors_have_one_shape(self):
        for method, request, code, status in [
                ("AccountService/GetAccount", {"account": "nobody"}, "not_found", 404),
                ("AccountService/GetAccount", {}, "invalid_argument", 400),
                ("AccountService/GetAccount", {"acount": "x"}, "invalid_argument", 400),
                ("AlertService/Act", {"id": "a", "account": ACCOUNT, "rule": "none", "act": "acknowledge", "actor": "kim"},
                 "not_found", 404)]:
            got, head, body = self.post(method, request)
            self.assertEqual((got, head["content-type"]), (status, "application/json"), body)
            error = json.loads(body)
            self.assertEqual(error["code"], code)
            self.assertTrue(error["message"])
        self.assertEqual(self.curl(API + "AccountService/GetAccount", "-d", "{}")[0], 415)
        status, head, _ = self.curl(API + "AlertService/Act")
        self.assertEqual((status, head["allow"]), (405, "POST"))
        self.assertEqual(self.curl(API + "AccountService/Nothing", "-d", "{}")[0], 404)

    def test_events_go_on_and_resume(self):
        def follow(*words):
            return self.started(["curl", "-sN", "-m", "60", *words, self.server.url + "/events"])
        first, seen = follow(), []
        self.line_with(first, "event: changed", seen)
        self.line_with(first, "data: ", seen)
        self.note(self.server, ACCOUNT, "while curl looks", "curl-2")
        last = self.line_with(first, "id: ", seen)[len("id: "):].strip()
        self.line_with(first, "data: ", seen)
        self.note(self.server, ACCOUNT, "while curl is away", "curl-3")
        self.line_with(follow("-H", "Last-Event-ID: " + last), "event: changed", [])
        self.line_with(follow("-H", "Last-Event-ID: 0000000000000000-1"), "event: reset", [])


class BufCurl(Case):
    def test_connect_and_grpc_web(self):
        folder, environment = tools.node()
        server = self.served()

        def call(method, request, *words, good=True):
            done = subprocess.run(["buf", "curl", "--schema", tools.PROTO, "-d", json.dumps(request), *words,
                                   server.url + API + method], cwd=folder, env=environment, capture_output=True, text=True,
                                  timeout=60)
            self.assertEqual(done.returncode == 0, good, done.stdout + done.stderr)
            text = done.stdout if good else done.stderr[done.stderr.index("{"):]
            return [json.loads(piece) for piece in re.split(r"(?<=\})\s*\n(?=\{)", text.strip())]
        for protocol in ("connect", "grpcweb"):
            words = ("--protocol", protocol, "--emit-defaults")
            rows = call("PortfolioService/GetNeedsYou", {}, *words)[0]["rows"]
            self.assertEqual(sorted(row["account"] for row in rows), sorted(ACCOUNTS))
            note = {"id": "buf-" + protocol, "account": ACCOUNT, "actor": "kim", "note": {"text": "seen"}}
            self.assertFalse(call("ActService/Record", note, *words)[0]["repeated"])
            self.assertTrue(call("ActService/Record", note, *words)[0]["repeated"])
            self.assertEqual(call("AccountService/GetAccount", {"account": "nobody"}, "--protocol", protocol,
                                  good=False)[0]["code"], "not_found")


class ConnectEs(Case):
    def test_every_transport(self):
        folder, environment = tools.connect_es()
        placed(folder, "connect_walk.ts", source("connect_walk.ts"))
        placed(folder, "connect_es.ts", source("connect_es.ts"))
        compiled(folder, environment, "connect_es.ts")
        said = tools.run(["node", "build/connect_es.js", self.served().url, ACCOUNT], 180, cwd=folder, env=environment)
        self.assertEqual(said.count(": good"), 12, said)


class ConnectWeb(Case):
    def test_every_transport_of_a_page(self):
        folder, environment = tools.connect_es()
        placed(folder, "connect_walk.ts", source("connect_walk.ts"))
        placed(folder, "connect_web.ts", source("connect_web.ts"))
        compiled(folder, environment, "connect_web.ts")
        packages = ["@connectrpc/connect", "@connectrpc/connect-web", "@bufbuild/protobuf"]
        told = web_page.told_by(folder, "build/connect_web.js", packages, self.served().url[len("http://"):],
                                "account=" + ACCOUNT)
        self.assertEqual([line for line in told if line.endswith(": good")] + ["end"], told)
        self.assertEqual(len(told), 7, told)


class ConnectPython(Case):
    def test_every_protocol_and_codec(self):
        python, environment = tools.connect_python()
        said = tools.run([python, os.path.join(HERE, "connect_python.py"), self.served().url, ACCOUNT], 120,
                         env=environment)
        self.assertEqual(said.count(" good"), 6, said)


class ConnectGo(Case):
    def test_every_protocol_and_codec(self):
        program = go_program("connect_go", source("connect_go.go"))
        said = tools.run([program, self.served().url, ACCOUNT], 120, env=rig.environment())
        self.assertEqual(said.count(" good"), 5, said)


class EventSource(Case):
    def test_it_comes_back_by_itself_and_is_told_of_a_reset(self):
        folder, environment = tools.node()
        script = placed(folder, "event_source.mjs", source("event_source.mjs"))
        server = self.served()
        listen = server.url[len("http://"):]
        client, seen = self.started(["node", script, server.url], cwd=folder, env=environment), []
        first = json.loads(self.line_with(client, '"changed"', seen))
        self.note(server, ACCOUNT, "seen", "es-1")
        second = json.loads(self.line_with(client, '"changed"', seen))
        self.assertNotEqual(first["id"], second["id"])
        self.assertEqual(server.stop(), rig.OK)
        self.line_with(client, '"error"', seen)
        self.serve_again(listen=listen)
        third = json.loads(self.line_with(client, '"reset"', seen))
        self.assertNotEqual(third["id"].split("-")[0], second["id"].split("-")[0], "another process")


class Promtool(Case):
    def test_the_metrics_are_as_prometheus_wants_them(self):
        command = tools.promtool()
        code, metrics = self.served().http("GET", "/metrics")
        self.assertEqual(code, 200)
        done = subprocess.run([command, "check", "metrics"], input=metrics, capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


class OpenApi(Case):
    def test_answers_are_as_the_description_says(self):
        command = tools.schemathesis()
        server = self.served()
        done = subprocess.run(
            [command, "run", server.url + "/openapi.json", "--exclude-path-regex", "SubscriptionService", "--mode", "all",
             "--max-examples", "20", "--seed", "1", "--workers", "2", "--max-time", "60", "--phases", "fuzzing",
             "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"],
            capture_output=True, text=True, timeout=300, cwd=self.home, env={**rig.environment(), "NO_COLOR": "1"})
        self.assertEqual(done.returncode, 0, done.stdout[-8000:] + done.stderr[-2000:])
        self.assertEqual(server.http("GET", "/livez")[0], 200)


class Page(Case):
    """The programs of docs/clients.md, taken from the page and run."""

    @classmethod
    def setUpClass(cls):
        with open(os.path.join(rig.ROOT, "docs", "clients.md"), encoding="utf-8") as text:
            cls.page = text.read()

    def block(self, language):
        found = re.findall(rf"^```{language}\n(.*?)^```$", self.page, re.M | re.S)
        self.assertEqual(len(found), 1, f"one program in {language}")
        return found[0]

    def follow(self, server, words, **more):
        """What each of them does: lists, opens, acknowledges once, and sees a change."""
        seen = []
        signed = {name: server.certificate for name in TRUST} | {"TENURE_TOKEN": server.token} if server.token else {}
        process = self.started(words, **{**more, "env": {**more.get("env", rig.environment()), "TENURE": server.url, **signed}})
        for wanted in ("needs you: ", "account: ", "acknowledged, repeated: false",
                       "acknowledged, repeated: true", "change: "):
            self.line_with(process, wanted, seen)
        alerts = server.api("AlertService/ListAlerts", states=["acknowledged"])["alerts"]
        self.assertEqual(len(alerts), 1)
        other = next(account for account in ACCOUNTS if account != alerts[0]["account"])
        act = {"id": "from-elsewhere", "account": other, "rule": alerts[0]["rule"], "act": "acknowledge", "actor": "kim"}
        self.assertFalse(server.api("AlertService/Act", **act)["repeated"])
        self.line_with(process, "change: ", seen)

    def follow_both(self, words, **more):
        """As it is on loopback, and where TLS and a token are asked for."""
        self.follow(self.served(), words, **more)
        self.follow(self.served("guarded", guarded=True), words, **more)

    def test_versions_are_those_that_ran(self):
        for name, version in {**tools.NODE_PACKAGES, **tools.CONNECT_PYTHON}.items():
            for found in re.findall(rf"(?<![\w/-]){re.escape(name)}(?:@|==)([\w.]+)", self.page):
                self.assertEqual(found, version, name)
        for version in re.findall(r"connectrpc\.com/connect(?:/[\w/-]+)?@(v[\d.]+)", self.page):
            self.assertEqual(version, tools.GO_CONNECT)

    def test_curl(self):
        self.follow_both(["bash", placed(self.home, "client.sh", self.block("sh"))])

    def test_typescript(self):
        folder, environment = tools.connect_es()
        placed(folder, "client.ts", self.block("ts"))
        compiled(folder, environment, "client.ts")
        self.follow_both(["node", "build/client.js"], cwd=folder, env=environment)

    def test_python(self):
        python, environment = tools.connect_python()
        self.follow_both([python, placed(self.home, "client.py", self.block("python"))], env=environment)

    def test_go(self):
        self.follow_both([go_program("client", self.block("go"))])


def compiled(folder, environment, name):
    tools.run(["tsc", "--strict", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "--rootDir", ".",
               "--outDir", "build", name], cwd=folder, env=environment)


def go_program(name, text):
    command, folder, environment = tools.go()
    os.makedirs(os.path.join(folder, name), exist_ok=True)
    placed(os.path.join(folder, name), "main.go", text)
    tools.run([command, "build", "-o", f"bin/{name}", "./" + name], 600, cwd=folder, env=environment)
    return os.path.join(folder, "bin", name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
