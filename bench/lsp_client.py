"""A client in a few lines, so that a benchmark measures the server and a test can say what no real client says."""

from __future__ import annotations

import json
import subprocess
from collections import deque
from pathlib import Path
from typing import Any


class Client:
    """A server process and a synchronous conversation with it."""

    def __init__(self, command: list[str], root: Path) -> None:
        self.process = subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._number = 0
        self._notes: deque[dict[str, Any]] = deque()

    def request(self, method: str, params: object) -> Any:
        """Ask and wait; what the server says meanwhile is kept, what it asks is answered with nothing."""
        self._number += 1
        self.send({"id": self._number, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self._number and "method" not in message:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']}")
                return message["result"]
            self._take(message)

    def notify(self, method: str, params: object) -> None:
        self.send({"method": method, "params": params})

    def wait_for(self, method: str) -> Any:
        """The parameters of the next notification of this kind."""
        while True:
            for message in list(self._notes):
                self._notes.remove(message)
                if message["method"] == method:
                    return message["params"]
            self._take(self.receive())

    def stop(self) -> None:
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.wait(10)

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            self.send({"id": message["id"], "result": None})
        else:
            self._notes.append(message)

    def send(self, message: dict[str, Any]) -> None:
        """One message as it is."""
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """The next message, whatever it is."""
        assert self.process.stdout is not None
        length = 0
        while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not length:
            raise SystemExit("the server ended")
        found: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return found
