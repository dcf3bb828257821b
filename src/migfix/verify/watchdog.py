"""Outlives its parent by a second: when the pipe on standard input closes, it stops the server and removes its folder.

Run as a script, `python watchdog.py FOLDER`; the parent may have been killed with SIGKILL, so nothing is asked of it.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time


def server_pid(folder: str) -> int | None:
    """The process id that the server wrote, None when there is none (any more)."""
    try:
        with open(os.path.join(folder, "data", "postmaster.pid")) as file:
            return int(file.readline())
    except (OSError, ValueError):
        return None


def stop(folder: str, seconds: float) -> None:
    """Ask the server to leave at once, and wait until it has."""
    pid, deadline = server_pid(folder), time.monotonic() + seconds
    while pid is not None and time.monotonic() < deadline:
        try:
            os.kill(pid, getattr(signal, "SIGQUIT", signal.SIGTERM))
        except OSError:
            return
        time.sleep(0.02)


def main() -> None:
    """Wait for the end of the pipe, then leave nothing behind."""
    folder = sys.argv[1]
    sys.stdin.buffer.read()
    for _ in range(50):
        stop(folder, 5.0)
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.exists(folder):
            return
        time.sleep(0.1)


if __name__ == "__main__":
    main()
