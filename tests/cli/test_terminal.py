"""The review on a real terminal: single keys, Ctrl-C, and a terminal that is as it was afterwards."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator

import pytest
from cli_project import Project

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
PROMPT = "q,? "


class Terminal:
    """A program with a terminal of its own, `columns` wide."""

    def __init__(self, *args: str, columns: int = 100) -> None:
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (50, columns))
        environ = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")} | {"TERM": "xterm"}
        command = [sys.executable, "-m", "migfix", *args]
        self.before = termios.tcgetattr(self.master)
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environ, start_new_session=True,
            preexec_fn=lambda: __import__("fcntl").ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        os.close(slave)
        self.seen = ""

    def until(self, text: str, seconds: float = 30) -> str:
        """Wait until the screen shows `text`; what was shown since the last time."""
        deadline = time.monotonic() + seconds
        start = len(self.seen)
        while text not in plain(self.seen[start:]):
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"never saw {text!r} in:\n{self.seen}"
            try:
                self.seen += os.read(self.master, 65536).decode()
            except OSError:
                pytest.fail(f"ended before {text!r}:\n{self.seen}")
        return plain(self.seen[start:])

    def press(self, keys: str) -> None:
        """Press keys once the program waits for one."""
        deadline = time.monotonic() + 5
        while termios.tcgetattr(self.master)[3] & termios.ICANON and time.monotonic() < deadline:
            time.sleep(0.005)
        os.write(self.master, keys.encode())

    def type(self, line: str) -> None:
        """Answer a question that is read as a line."""
        os.write(self.master, line.encode())

    def end(self) -> tuple[int, str]:
        """The exit code and the rest of what was shown."""
        start = len(self.seen)
        with contextlib.suppress(OSError):
            while select.select([self.master], [], [], 30)[0]:
                data = os.read(self.master, 65536)
                if not data:
                    break
                self.seen += data.decode()
        return self.process.wait(timeout=30), plain(self.seen[start:])

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)


Open = Callable[..., Terminal]


@pytest.fixture
def terminal() -> Iterator[Open]:
    opened: list[Terminal] = []

    def open_terminal(*args: str, columns: int = 100) -> Terminal:
        opened.append(Terminal(*args, columns=columns))
        return opened[-1]

    yield open_terminal
    for each in opened:
        each.close()


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text).replace("\r\n", "\n")


def test_single_keys_without_enter(project: Project, terminal: Open) -> None:
    shell = terminal("suggest")
    assert "(1/3) MF201 create-index · ix_users_email · safe" in shell.until(PROMPT)
    shell.press("y")
    assert "(2/3)" in shell.until(PROMPT)
    shell.press("\r")
    assert "Enter decides nothing" in shell.until(PROMPT)
    shell.press("\x1b[B")
    assert "(3/3)" in shell.until(PROMPT)
    shell.press("q")
    code, rest = shell.end()
    assert code == 1
    assert "Written: migrations/versions/b2_two.py.\n2 findings left as they were.\n" in rest


def test_keys_pressed_before_an_item_is_shown_do_not_decide_it(project: Project, terminal: Open) -> None:
    shell = terminal("suggest")
    shell.until(PROMPT)
    shell.press("yyy")
    assert "(2/3)" in shell.until(PROMPT)
    shell.press("q")
    code, rest = shell.end()
    assert (code, "Written: migrations/versions/b2_two.py." in rest) == (1, True)
    assert "2 findings left as they were." in rest


def test_ctrl_c_writes_nothing_and_restores_the_terminal(project: Project, terminal: Open) -> None:
    before = project.texts()
    shell = terminal("suggest")
    shell.until(PROMPT)
    shell.press("y")
    shell.until(PROMPT)
    shell.press("\x03")
    shell.until("interrupted")
    after = termios.tcgetattr(shell.master)
    code, _ = shell.end()
    assert (130, before) == (code, project.texts())
    assert shell.before[3] == after[3], "local modes: echo and line editing are back"


def test_ctrl_d_keeps_what_was_accepted(project: Project, terminal: Open) -> None:
    shell = terminal("suggest")
    shell.until(PROMPT)
    shell.press("y")
    shell.until(PROMPT)
    shell.press("\x04")
    code, rest = shell.end()
    assert (code, "Written: migrations/versions/b2_two.py." in rest) == (1, True)


def test_side_by_side_when_wide(project: Project, terminal: Open) -> None:
    shell = terminal("suggest", columns=200)
    shell.until(PROMPT)
    shell.press("s")
    shown = shell.until(PROMPT)
    line = next(x for x in shown.splitlines() if 'op.create_index("ix_users_name"' in x)
    assert line.count('op.create_index("ix_users_name"') == 2
    shell.press("q")
    assert shell.end()[0] == 1


def test_colour_is_never_alone(project: Project, terminal: Open) -> None:
    shell = terminal("suggest")
    shell.until(PROMPT)
    shell.press("q")
    shell.end()
    assert "\x1b[32m+" in shell.seen
    assert "\n+    # Build without blocking writes" in plain(shell.seen)


def test_an_answer_is_read_as_a_line(project: Project, terminal: Open) -> None:
    shell = terminal("suggest")
    shell.until(PROMPT)
    shell.press("i")
    shell.until("reason: ")
    shell.type("tiny table\r")
    assert "(2/3)" in shell.until(PROMPT)
    shell.press("q")
    assert shell.end()[0] == 1
    assert "# migfix: ignore[MF201] -- tiny table\n" in project.text("b2_two.py")


def test_apply_asks_once_and_enter_means_no(project: Project, terminal: Open) -> None:
    before = project.texts()
    shell = terminal("apply")
    shell.until("Write 2 files? [y/N]")
    shell.type("\r")
    code, rest = shell.end()
    assert (1, before) == (code, project.texts())
    assert "Nothing was written." in rest
    shell = terminal("apply")
    shell.until("Write 2 files? [y/N]")
    shell.type("y\r")
    assert shell.end()[0] == 0


def test_ctrl_c_at_the_question_writes_nothing(project: Project, terminal: Open) -> None:
    before = project.texts()
    shell = terminal("apply")
    shell.until("[y/N]")
    time.sleep(0.3)
    shell.type("\x03")
    assert (130, before) == (shell.end()[0], project.texts())
