"""The server as a process: what it prints, how it ends, and what is said where it cannot start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_project import Project
from editor import PROFILES, SERVER, capabilities
from lsprotocol import converters
from test_diagnostics import risky

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from lsp_client import Client

NOBODY: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Servers share compiled files, so that each starts as fast as an installed one."""
    before = dict(os.environ)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(tmp_path_factory.mktemp("compiled"))
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def server(tmp_path: Path, compiled: None) -> Iterator[Client]:
    client = Client(SERVER, tmp_path)
    yield client
    client.process.kill()
    client.process.wait()
    for stream in (client.process.stdin, client.process.stdout):
        if stream is not None and not stream.closed:
            stream.close()


def ended(client: Client) -> int:
    return client.process.wait(20)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_conversation_on_standard_input(server: Client, project: Project, profile: str) -> None:
    """Diagnostics, an action, its edit, goodbye: in a process, as the recorded editor would start it."""
    declared = converters.get_converter().unstructure(capabilities(profile))
    server.request("initialize", {**NOBODY, "rootUri": project.root.as_uri(), "capabilities": declared})
    server.notify("initialized", {})
    path = project.add("d4_new.py", risky())
    document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": risky()}
    server.notify("textDocument/didOpen", {"textDocument": document})
    asked = {"textDocument": {"uri": path.as_uri()}}
    if "diagnostic" in declared["textDocument"]:
        found = server.request("textDocument/diagnostic", asked)["items"]
    else:
        found = server.wait_for("textDocument/publishDiagnostics")["diagnostics"]
    assert [d["code"] for d in found] == ["MF201"]
    context = {**asked, "range": found[0]["range"], "context": {"diagnostics": found}}
    action = server.request("textDocument/codeAction", context)[0]
    if "edit" not in action:
        action = server.request("codeAction/resolve", action)
    assert action["edit"]["documentChanges"][0]["textDocument"] == {"uri": path.as_uri(), "version": 1}
    server.stop()
    assert server.process.returncode == 0


def test_exit_without_a_goodbye_is_code_1(server: Client) -> None:
    server.request("initialize", NOBODY)
    server.notify("exit", None)
    assert ended(server) == 1


def test_a_client_that_closes_its_pipe_ends_the_server(server: Client) -> None:
    server.request("initialize", NOBODY)
    assert server.process.stdin is not None
    server.process.stdin.close()
    assert ended(server) == 1


def test_a_client_that_dies_ends_the_server(server: Client) -> None:
    """Somebody else may still hold the pipe open: the process named in `initialize` is what counts."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as dying:
        server.request("initialize", {**NOBODY, "processId": dying.pid})
        dying.kill()
    assert ended(server) == 1


def test_requests_that_were_cancelled_are_answered_as_such(server: Client, project: Project) -> None:
    """The first asks for what takes long (LibCST is imported for it), the cancellation overtakes it."""
    able = {"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}}}
    server.request("initialize", {**NOBODY, "rootUri": project.root.as_uri(), "capabilities": able})
    path = project.add("d4_new.py", risky())
    document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": risky()}
    server.notify("textDocument/didOpen", {"textDocument": document})
    server.wait_for("textDocument/publishDiagnostics")
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    asked = {"textDocument": {"uri": path.as_uri()}, "range": whole, "context": {"diagnostics": []}}
    server.send({"id": "slow", "method": "textDocument/codeAction", "params": asked})
    server.notify("$/cancelRequest", {"id": "slow"})
    answer = next(m for m in iter(server.receive, None) if m.get("id") == "slow")
    assert answer["error"]["code"] == -32800
    server.notify("$/cancelRequest", {"id": "never asked"})
    assert server.request("textDocument/hover", {**asked, "position": whole["start"]}) is None
    server.stop()
    assert server.process.returncode == 0


def test_nonsense_is_answered_with_errors(server: Client) -> None:
    server.request("initialize", NOBODY)
    for number, (method, params) in enumerate(
        [
            ("textDocument/hover", {"nothing": 1}),
            ("no/such/method", None),
            ("workspace/executeCommand", {"command": "migfix.applyPlan", "arguments": [{"uri": "file:///nowhere.py"}]}),
            ("workspace/executeCommand", {"command": "migfix.explain", "arguments": [{"code": "MF999"}]}),
            ("workspace/executeCommand", {"command": "migfix.preview", "arguments": []}),
        ]
    ):
        server.send({"id": f"odd{number}", "method": method, "params": params})
        answer = next(m for m in iter(server.receive, None) if m.get("id") == f"odd{number}")
        assert "error" in answer, method
    server.stop()
    assert server.process.returncode == 0


def test_it_listens_on_a_port(tmp_path: Path, compiled: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen([*SERVER, "--tcp", str(port)], cwd=tmp_path, stderr=subprocess.PIPE) as process:
        for _ in range(100):
            try:
                connection = socket.create_connection(("127.0.0.1", port))
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        with connection:
            connection.sendall(b'Content-Length: 58\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"shutdown","params":null}')
            assert b'"id": 1' in connection.recv(1000)
            connection.sendall(b'Content-Length: 33\r\n\r\n{"jsonrpc":"2.0","method":"exit"}')
            assert process.wait(10) == 0


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run([*SERVER, "--tcp", str(port)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"--tcp {port}: " in done.stderr
    assert done.stderr.endswith("; choose another port\n")


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path) -> None:
    without = "import sys; sys.modules['pygls'] = None; from migfix.cli import main; main(['lsp'])"
    done = subprocess.run([sys.executable, "-c", without], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'migfix: the language server is an extra: pip install "migfix[lsp]"\n'
