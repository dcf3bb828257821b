"""`apply --new-revision --check-db`: what the databases really have decides what is left to finish."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from followup_cases import Case, cases
from migfix.cli.group import program
from migfix.verify import Order, Runner

WRONG = "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{}'::regclass"


def _project(name: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    case = next(c for c in cases() if c.name == name)
    case.project(place)
    monkeypatch.chdir(place)
    monkeypatch.setenv("COLUMNS", "200")
    return case


def _apply(*databases: str) -> Result:
    asked = [word for database in databases for word in ("--check-db", database)]
    return CliRunner().invoke(program, ["apply", "--new-revision", "--yes", *asked])


def _upgraded(runner: Runner, place: Path, database: str) -> None:
    done = runner.run(place, Order(argv=("upgrade", "heads")), database=database)
    assert done.code == 0, done.complaint


def _invalid(runner: Runner, database: str) -> list[str]:
    query = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
    with runner.server.connect(database) as connection:
        return [row[0] for row in connection.execute(query)]


def _written(place: Path, case: Case) -> list[str]:
    before = {p.name for p in (case.folder / "versions").glob("*.py")}
    return sorted(p.name for p in (place / "migrations" / "versions").glob("*.py") if p.name not in before)


def test_an_index_that_is_valid_everywhere_is_left_alone(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = _project("invalid-index/if_not_exists", tmp_path, monkeypatch)
    with runner.server.scratch() as database:
        _upgraded(runner, tmp_path, database)
        result = _apply(f"production={runner.server.url(database)}")
    assert (result.exit_code, _written(tmp_path, case)) == (0, []), result.output
    assert "nothing is left to finish" in result.stderr


def test_one_broken_database_is_named_and_repaired(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = _project("invalid-index/if_not_exists", tmp_path, monkeypatch)
    server = runner.server
    with server.scratch() as good, server.scratch() as bad:
        for database in (good, bad):
            _upgraded(runner, tmp_path, database)
        with server.connect(bad) as connection:
            connection.execute(WRONG.format("ix_users_email"))
        result = _apply(f"production={server.url(good)}", f"staging={server.url(bad)}")
        assert result.exit_code == 0, result.output
        assert "ix_users_email on users is invalid or missing on staging" in result.stdout
        assert len(_written(tmp_path, case)) == 1
        again = _apply(f"production={server.url(good)}", f"staging={server.url(bad)}")
        assert (again.exit_code, len(_written(tmp_path, case))) == (0, 1), again.output
        _upgraded(runner, tmp_path, bad)
        assert _invalid(runner, bad) == []


def test_what_an_interrupted_reindex_left_is_dropped(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = _project("invalid-index/plain", tmp_path, monkeypatch)
    server = runner.server
    with server.scratch() as database:
        _upgraded(runner, tmp_path, database)
        with server.connect(database) as connection:
            connection.execute("CREATE INDEX ix_users_email_ccnew ON users (email)")
            connection.execute("CREATE INDEX by_hand ON users (email)")
            connection.execute(WRONG.format("ix_users_email_ccnew"))
            connection.execute(WRONG.format("by_hand"))
        result = _apply(f"production={server.url(database)}")
        assert result.exit_code == 1, result.output
        assert "ix_users_email_ccnew on users is invalid on production" in result.stdout
        assert "by_hand on users is invalid on production" in result.stderr
        _upgraded(runner, tmp_path, database)
        assert _invalid(runner, database) == ["by_hand"]
    assert len(_written(tmp_path, case)) == 1


def test_a_plain_index_that_is_invalid_somewhere_is_built_again(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _project("invalid-index/dropped_first", tmp_path, monkeypatch)
    server = runner.server
    with server.scratch() as database:
        _upgraded(runner, tmp_path, database)
        with server.connect(database) as connection:
            connection.execute(WRONG.format("ix_users_email"))
        assert _apply(server.url(database)).exit_code == 0
        _upgraded(runner, tmp_path, database)
        assert _invalid(runner, database) == []


def test_a_value_that_a_database_lacks_is_added(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _project("enum-value-missing/added", tmp_path, monkeypatch)
    server = runner.server
    with server.scratch() as database:
        _upgraded(runner, tmp_path, database)
        with server.connect(database) as connection:
            connection.execute("ALTER TYPE mood RENAME VALUE 'meh' TO 'whatever'")
        result = _apply(f"production={server.url(database)}")
        assert "the value 'meh' of mood is missing on production" in result.stdout, result.output
        _upgraded(runner, tmp_path, database)
        with server.connect(database) as connection:
            values = [row[0] for row in connection.execute("SELECT enumlabel FROM pg_enum")]
    assert "meh" in values


def test_a_constraint_that_every_database_has_validated_is_left_alone(
    runner: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = _project("never-validated/foreign_key", tmp_path, monkeypatch)
    server = runner.server
    with server.scratch() as database:
        _upgraded(runner, tmp_path, database)
        with server.connect(database) as connection:
            connection.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_user")
        result = _apply(server.url(database))
    assert (result.exit_code, _written(tmp_path, case)) == (0, []), result.output
