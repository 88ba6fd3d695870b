"""A server that asks who is there: the demo's book behind TLS, with a certificate made here and a token for each role."""
import json
import os
import re
import subprocess

ROLES = {"reader": "rita.read", "manager": "ana.prado", "director": "dora.lane", "operator": "otto.run", "publisher": "feed"}


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"{words[:3]}: {done.stdout[-1000:]}{done.stderr[-2000:]}")
    return done.stdout


def certificate(folder):
    key, cert = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", cert)
    os.chmod(key, 0o600)
    return key, cert


def tokens(binary, folder):
    """The token file, and the token of each role."""
    file = os.path.join(folder, "tokens.yaml")
    made = {role: json.loads(run(binary, "token", "new", "--json", "--role", role, "--name", name, "--add-to", file))["token"]
            for role, name in ROLES.items()}
    return file, made


def serve(binary, folder, said):
    """The process, its address, and what the test needs to know beside it."""
    data = os.path.join(folder, "data")
    run(binary, "demo", "--data", data, "--listen", "127.0.0.1:0", "--pace", "real", "--live-for", "1s")
    key, cert = certificate(folder)
    file, made = tokens(binary, folder)
    settings = {"http.listen": "127.0.0.1:0", "http.tokens": file, "http.tls.certificate": cert, "http.tls.key": key}
    process = subprocess.Popen(
        [binary, "serve", "--data", data, *(word for key in settings for word in ("--set", f"{key}={settings[key]}"))],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    told = {"TENURE_TOKENS": json.dumps(made), "TENURE_KEY": key, "NODE_EXTRA_CA_CERTS": cert}
    for line in process.stderr:
        said.write(line.encode())
        found = re.search(r"https://127\.0\.0\.1:(\d+)", line)
        if found and found.group(1) != "0":
            return process, f"https://localhost:{found.group(1)}", told
    return process, "", told
