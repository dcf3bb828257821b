"""The server's life: it starts fast, keeps standard output to the protocol, and ends when its client does."""

from __future__ import annotations

import gc
import os
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

from migfix.errors import MigfixError

if TYPE_CHECKING:
    from migfix.lsp.server import Server

LOOK_SECONDS = 2.0
"""How often the client's process is looked for."""


class PortTaken(MigfixError):
    """The TCP port cannot be listened on."""


def run(*, port: int | None) -> int:
    """Serve until the client leaves; the exit code."""
    gc.disable()  # Imports make many objects and no garbage; collections among them are a tenth of the start.
    from migfix.lsp.server import make_server

    server = make_server()
    gc.enable()
    gc.freeze()
    if port is None:
        return _on_stdio(server)
    return _on_port(server, port)


def _on_stdio(server: Server) -> int:
    """The protocol gets a copy of stdout; whatever else prints goes to stderr."""
    sys.stdout.flush()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    server.start_io(sys.stdin.buffer, out)
    return 0 if server.said_goodbye else 1


def _on_port(server: Server, port: int) -> int:
    try:
        server.start_tcp("127.0.0.1", port)
    except OSError as error:
        raise PortTaken(f"--tcp {port}: {error.strerror or error}; choose another port") from error
    return 0 if server.said_goodbye else 1


def leave(code: int) -> NoReturn:
    """End at once: a thread that waits for more input must not keep a server alive that was told to go."""
    sys.stderr.flush()
    os._exit(code)


def watch_parent(pid: int) -> None:
    """End this process when that one is gone: a client that was killed closes nothing."""
    threading.Thread(target=_watch, args=(pid,), name="parent", daemon=True).start()


def _watch(pid: int) -> None:
    pause = threading.Event()
    while _lives(pid):
        pause.wait(LOOK_SECONDS)
    leave(1)


def _lives(pid: int) -> bool:
    if sys.platform == "win32":
        return True  # There, standard input closes with the client.
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
