"""The program itself: what it imports, how it ends, and the small commands."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_project import Project, Run, revision

import migfix
from migfix.cli.group import COMMANDS, program
from migfix.rules.api import rules

GOLDEN = Path(__file__).parent / "golden"


def migfix_process(*args: str, **options):
    return subprocess.run(
        [sys.executable, "-m", "migfix", *args], capture_output=True, text=True, check=False, **options
    )


def test_version_imports_click_and_the_standard_library_alone() -> None:
    code = "import sys; from migfix.cli import main\ntry: main(['--version'])\nexcept SystemExit: pass\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    version, modules = done.stdout.splitlines()
    assert f"migfix {migfix.__version__}" == version
    foreign = (
        {m.partition(".")[0] for m in modules.split()} - set(sys.stdlib_module_names) - {"click", "migfix", "__main__"}
    )
    assert set() == {
        m for m in foreign if not m.startswith(("_", "sitecustomize", "usercustomize", "distutils-precedence"))
    }
    assert {"migfix", "migfix.errors", "migfix.cli", "migfix.cli.group"} == {
        m for m in modules.split() if m.startswith("migfix")
    }


def test_version_takes_at_most_twice_the_time_of_importing_click() -> None:
    def seconds(code: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        return time.perf_counter() - started

    ours, click = "from migfix.cli import main; main(['--version'])", "import click"
    runs = [(seconds(ours), seconds(click)) for _ in range(10)]
    assert min(r[0] for r in runs) <= 2 * min(r[1] for r in runs)


def test_every_command_has_the_help_that_the_list_shows() -> None:
    shown = {name: importlib.import_module(f"migfix.cli.commands.{name}").command.short_help for name in COMMANDS}
    assert shown == COMMANDS


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help(run: Run, snapshot, command: str) -> None:
    result = run(*command.split(), "--help", COLUMNS="100")
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(result.stdout, f"help_{command or 'migfix'}.txt")
    assert result.exit_code == 0


def test_main_ends_with_the_exit_code(project: Project) -> None:
    done = migfix_process("check", "--format", "concise", "-q")
    assert (done.returncode, done.stdout.count("MF201"), done.stderr) == (1, 3, "")


def test_a_pipe_that_closes_early_is_no_error(project: Project) -> None:
    for number in range(60):
        project.add(
            f"d{number:02}.py", revision(f"d{number:02}", "c3", '    op.create_index("i", "users", ["email"])\n' * 40)
        )
    command = f"{sys.executable} -m migfix check --all --select MF201 | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_an_interruption_exits_130(project: Project) -> None:
    command = [sys.executable, "-m", "migfix", "check", "-"]
    running = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(1.0)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    assert (running.returncode, said.lstrip("\n")) == (130, "migfix: interrupted\n")


def test_a_bug_is_reported_as_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**given: object) -> None:
        raise RuntimeError("the impossible happened")

    monkeypatch.setattr(program.get_command(None, "rules"), "callback", broken)  # type: ignore[arg-type]
    result = run("rules")
    assert result.exit_code == 2
    assert "RuntimeError: the impossible happened\n\nmigfix: this is a bug in migfix" in result.stderr
    assert f"click{os.sep}core.py" not in result.stderr
    assert "command   migfix rules" in result.stderr


def test_an_encoding_without_our_characters_is_no_crash(project: Project) -> None:
    environ = {**os.environ, "PYTHONIOENCODING": "latin-1", "LC_ALL": "en_US.ISO-8859-1"}
    done = migfix_process("suggest", "--interactive", input="q", env=environ, encoding="latin-1")
    assert done.returncode == 1, done.stderr
    assert "PostgreSQL \\u2265 14 · new since main" in done.stdout


def test_rules_lists_them_all(run: Run) -> None:
    lines = run("rules").stdout.splitlines()
    assert [r.code for r in rules()] == [line.split()[0] for line in lines]
    assert [r.name for r in rules()] == [r["rule"] for r in json.loads(run("rules", "--format", "json").stdout)]


@pytest.mark.parametrize("named", ["MF201", "mf201", "create-index", "CREATE_INDEX"])
def test_explain_shows_the_page(run: Run, named: str) -> None:
    page = next(r.page for r in rules() if r.code == "MF201")
    assert f"MF201 create-index\n\n{page.strip()}\n" == run("explain", named).stdout


def test_dump(project: Project, run: Run, snapshot) -> None:
    body = """    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET lock_timeout = '2s'")
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("tier", sa.String(20), nullable=False, server_default=sa.text("'x'")))
    with op.get_context().autocommit_block():
        op.create_index("ix", "users", ["tier"], postgresql_concurrently=True)
    op.execute("UPDATE users SET tier = 'y' WHERE tier IS NULL")
    op.execute(f"DROP TABLE {name}")"""
    project.add("d4_dump.py", revision("d4", "c3", body))
    result = run("dump", "d4")
    snapshot.snapshot_dir = GOLDEN
    snapshot.assert_match(result.stdout, "dump.txt")
    (found,) = json.loads(run("dump", "d4", "--format", "json").stdout)
    assert found["ids"]["revision"] == "d4"
    assert "AddColumn" in {placed["op"]["op"] for placed in found["upgrade"]["ops"]}


def test_dump_of_a_broken_file_is_one_line(project: Project, run: Run) -> None:
    project.add("d4_broken.py", revision("d4", "c3", "    op.create_index("))
    result = run("dump", "migrations/versions/d4_broken.py")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
