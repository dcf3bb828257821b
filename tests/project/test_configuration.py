"""Where choices come from, which one wins, and the line that a wrong one gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from project_trees import Tree

from migfix.config import Configuration, read_configuration
from migfix.errors import ConfigError
from migfix.model.target import Settings, Target

RULES = {
    "MF101": "add-not-null-column",
    "MF201": "create-index",
    "MF202": "create-unique-index",
    "MF801": "multiple-heads",
}


def read(top: Path, **given) -> Configuration:
    return read_configuration(top, **{"environ": {}, **given})


def test_without_any_choice(tree: Tree) -> None:
    found = read(tree({}), detected=Target(dialects=frozenset({"sqlite"})))
    assert found == Configuration(settings=Settings(target=Target(dialects=frozenset({"sqlite"}))))


FULL = """dialects = ["postgresql", "sqlite"]
pg-version = 12
batch-size = 1000
lock-timeout = "2s"
layout = "split"
small-tables = ["countries", "audit.kinds"]
soft-delete-columns = []
select = ["MF2", "add-not-null-column"]
ignore = ["MF202"]
require-reason = true
alembic-version = "1.12"
exclude = ["alembic/versions/old/*"]
"""
FULL_INI = """[migfix]
dialects = postgresql, sqlite
pg-version = 12
batch-size = 1_000
lock-timeout = 2s
layout = split
small-tables = countries
    audit.kinds
soft-delete-columns =
select = MF2 add-not-null-column
ignore = MF202
require-reason = yes
alembic-version = 1.12.3
exclude = alembic/versions/old/*
"""


@pytest.mark.parametrize(
    "files",
    [{"pyproject.toml": "[tool.migfix]\n" + FULL}, {"migfix.toml": FULL}, {"alembic.ini": FULL_INI}],
    ids=["pyproject", "migfix.toml", "ini"],
)
def test_every_key_in_every_file(tree: Tree, files: dict[str, str]) -> None:
    top = tree(files)
    found = read(top, ini=top / "alembic.ini" if "alembic.ini" in files else None, rules=RULES)
    assert found == Configuration(
        settings=Settings(
            target=Target(dialects=frozenset({"postgresql", "sqlite"}), pg_version=12, alembic=(1, 12)),
            batch_size=1000,
            lock_timeout="2s",
            small_tables=frozenset({"countries", "audit.kinds"}),
            soft_delete_columns=(),
        ),
        select=("MF2", "add-not-null-column"),
        ignore=("MF202",),
        require_reason=True,
        layout="split",
        exclude=("alembic/versions/old/*",),
        source=top / next(iter(files)),
    )


@pytest.mark.parametrize(
    ("files", "environ", "overrides", "expected"),
    [
        ({}, {}, {}, 14),
        ({"alembic.ini": "[migfix]\npg-version = 11\n"}, {}, {}, 11),
        ({"alembic.ini": "[migfix]\npg-version = 11\n", "migfix.toml": "pg-version = 12\n"}, {}, {}, 12),
        ({"migfix.toml": "pg-version = 12\n", "pyproject.toml": "[tool.migfix]\npg-version = 13\n"}, {}, {}, 13),
        ({"migfix.toml": "pg-version = 12\n", "pyproject.toml": "[tool.other]\n"}, {}, {}, 12),
        ({"pyproject.toml": "[tool.migfix]\npg-version = 13\n"}, {"MIGFIX_PG_VERSION": "15"}, {}, 15),
        ({"pyproject.toml": "[tool.migfix]\npg-version = 13\n"}, {"MIGFIX_PG_VERSION": "15"}, {"pg-version": 16}, 16),
        ({"pyproject.toml": "[tool.migfix]\npg-version = 13\n"}, {}, {"pg-version": None}, 13),
        ({}, {"MIGFIX_SOMETHING": "1", "MIGFIX_PG_VERSION": ""}, {}, 14),
    ],
)
def test_the_nearer_choice_wins(tree: Tree, files, environ, overrides, expected: int) -> None:
    top = tree(files)
    ini = top / "alembic.ini"
    found = read(top, ini=ini if ini.exists() else None, environ=environ, overrides=overrides)
    assert found.settings.target.pg_version == expected


def test_a_file_above_counts_up_to_the_top_of_the_checkout(tree: Tree) -> None:
    top = tree({"migfix.toml": "batch-size = 7\n", "a/b/": "", "other/.git/": ""})
    assert read(top / "a/b").settings.batch_size == 7
    assert read(top / "other").settings.batch_size == 5000


def test_values_and_predicates_of_the_command_line(tree: Tree) -> None:
    found = read(tree({}), values={"users.tier": "'free'"}, wheres={"users.email": "deleted_at IS NULL"})
    assert (found.settings.values, found.settings.wheres) == (
        {"users.tier": "'free'"},
        {"users.email": "deleted_at IS NULL"},
    )


@pytest.mark.parametrize(
    ("select", "ignore", "on"),
    [
        ((), (), {"MF101", "MF201", "MF202", "MF801"}),
        (("MF2",), (), {"MF201", "MF202"}),
        (("create-index",), (), {"MF201"}),
        ((), ("MF2",), {"MF101", "MF801"}),
        (("MF2",), ("MF202",), {"MF201"}),
        (("MF202",), ("MF2",), {"MF202"}),
        (("MF",), ("create-index",), {"MF101", "MF202", "MF801"}),
        (("MF201",), ("create-index",), set()),
    ],
)
def test_select_and_ignore(select: tuple[str, ...], ignore: tuple[str, ...], on: set[str]) -> None:
    configuration = Configuration(select=select, ignore=ignore)
    assert {code for code, rule in RULES.items() if configuration.enables(code, rule)} == on


@pytest.mark.parametrize(
    ("patterns", "path", "expected"),
    [
        (("old/*",), "old/a.py", True),
        (("old",), "old/x/a.py", True),
        (("*_legacy.py",), "m/versions/a_legacy.py", True),
        (("m/versions/a.py",), "m/versions/a.py", True),
        (("versions",), "m/versions/a.py", False),
        ((), "a.py", False),
    ],
)
def test_exclude(tmp_path: Path, patterns: tuple[str, ...], path: str, expected: bool) -> None:
    assert Configuration(exclude=patterns).excludes(tmp_path / path, tmp_path) is expected


WRONG = {
    "unknown-key": "batchsize = 5\n",
    "underscore": "pg_version = 12\n",
    "far-from-any-key": "zzz = 5\n",
    "number-as-text": 'batch-size = "many"\n',
    "too-small": "batch-size = 0\n",
    "too-old": "pg-version = 9\n",
    "version-as-float": "alembic-version = 1.16\n",
    "boolean-number": "batch-size = true\n",
    "flag": 'require-reason = "maybe"\n',
    "layout": 'layout = "both"\n',
    "interval": 'lock-timeout = "2"\n',
    "interval-number": "lock-timeout = 2\n",
    "list": "small-tables = 3\n",
    "list-of-numbers": "small-tables = [3]\n",
    "dialect": 'dialects = ["postgres"]\n',
    "no-dialect": "dialects = []\n",
    "code": 'select = ["MF999"]\n',
    "rule": 'ignore = ["create-indexes"]\n',
    "not-toml": "select = MF2\n",
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_choice_is_one_clear_line(tree: Tree, snapshot, case: str) -> None:
    top = tree({"migfix.toml": WRONG[case]})
    with pytest.raises(ConfigError) as caught:
        read(top, rules=RULES)
    snapshot.snapshot_dir = Path(__file__).parent / "messages" / "config"
    snapshot.assert_match(str(caught.value).replace(str(top), "TOP") + "\n", f"{case}.txt")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"environ": {"MIGFIX_PG_VERSION": "old"}}, "MIGFIX_PG_VERSION: takes a whole number"),
        ({"overrides": {"pg-version": "old"}}, "--pg-version: takes a whole number"),
        ({"overrides": {"layout": "x"}}, "--layout: takes single or split, not 'x'"),
        ({"environ": {"MIGFIX_PHASE_SPLIT": "expand"}}, "MIGFIX_PHASE_SPLIT: takes the labels of two branches"),
    ],
)
def test_the_place_of_a_wrong_choice(tree: Tree, given, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tree({}), **given)
    assert str(caught.value).startswith(message)


def test_broken_ini(tree: Tree) -> None:
    top = tree({"alembic.ini": "[migfix]\nlayout = a\nlayout = b\n"})
    with pytest.raises(ConfigError, match="layout"):
        read(top, ini=top / "alembic.ini")
