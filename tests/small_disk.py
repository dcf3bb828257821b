"""Runs a command in a mount namespace of its own in which the temporary folder is a file system of a given size."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

MOUNT = """
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
for target, size in ((sys.argv[1], sys.argv[2]), ("/dev/shm", "64m")):
    if libc.mount(b"tmpfs", target.encode(), b"tmpfs", 0, f"size={size},mode=1777".encode()):
        sys.exit(f"mount {target}: {os.strerror(ctypes.get_errno())}")
os.environ["TMPDIR"] = sys.argv[1]
status = os.spawnv(os.P_WAIT, sys.argv[3], sys.argv[3:])
print("left:", *sorted(os.listdir(sys.argv[1])), file=sys.stderr)
sys.exit(status)
"""
"""The namespace goes with the process, and the file system with the namespace: it is listed before it is gone."""


def run_on_small_disk(folder: Path, size: str, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """`folder` is the temporary folder, `size` as mount takes it; the last line of standard error says what is left."""
    own = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-U", "-m", "--map-current-user", "--keep-caps"]
    mounted = [*own, sys.executable, "-c", MOUNT, str(folder)]
    tried = subprocess.run([*mounted, "1m", "/bin/true"], capture_output=True, text=True, check=False)
    if tried.returncode and not os.environ.get("CI"):
        pytest.skip(f"no file system can be mounted here: {tried.stderr.strip()}")
    assert tried.returncode == 0, tried.stderr
    return subprocess.run([*mounted, size, *command], capture_output=True, text=True, check=False, timeout=300)
