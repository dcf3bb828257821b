"""A new revision file is the one that `alembic revision` writes, and the body stands in it."""

from __future__ import annotations

import ast
import re
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from migfix.change import Change, apply
from migfix.emit.revision_file import NewRevision, directory_beside, revision_file, revision_id, stock_note
from migfix.emit.revision_name import create_date
from migfix.emit.template import why_not_harmless
from migfix.errors import ConfigError
from migfix.plan import Unfixable
from migfix.read.project import ProjectLayout, find_project

_DATE = re.compile(r"^Create Date: (.*?)\r?$", re.MULTILINE)
MESSAGE = "users.tier: the CHECK that proves it, under a rather long name"
AIRFLOW = '''#
# Licensed to the Apache Software Foundation (ASF) under one

"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

# revision identifiers, used by Alembic.
revision = "${up_revision}"
down_revision = "${down_revision}"
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    """Apply ${message}"""
    ${upgrades if upgrades else "pass"}


def downgrade():
    """Unapply ${message}"""
    ${downgrades if downgrades else "pass"}
'''
SUPERSET = '''# Licensed to the Apache Software Foundation (ASF) under one
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision}
Create Date: ${create_date}

"""

# revision identifiers, used by Alembic.
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''
FLASK = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

# revision identifiers, used by Alembic.
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''
DSTACK = FLASK.replace("import sqlalchemy as sa\n", "import sqlalchemy as sa\nimport sqlalchemy_utils\n")
LOGIC = '''"""${message}

Create Date: ${create_date.isoformat()}
% if down_revision:
Revises: ${down_revision if isinstance(down_revision, str) else ", ".join(down_revision)}
% endif
"""
from alembic import op
% if imports:
% for line in imports.splitlines():
${line}
% endfor
% endif

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades or "pass"}


def downgrade():
    ${downgrades or "pass"}
'''
CODE = "<%\n    import os\n    who = os.environ.get('HOME', '')\n%>" + FLASK

Project = Callable[..., ProjectLayout]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project as `alembic init` makes it, with another template for revisions and more options where given."""

    def make(stock: str = "generic", mako: str | None = None, newline: str = "\n", **options: str) -> ProjectLayout:
        monkeypatch.chdir(tmp_path)
        config = alembic_config(tmp_path)
        command.init(config, str(tmp_path / "migrations"), template=stock)
        if mako is not None:
            (tmp_path / "migrations/script.py.mako").write_bytes(mako.replace("\n", newline).encode())
        _configure(tmp_path, options)
        return find_project(tmp_path, config=None)

    return make


def _configure(root: Path, options: dict[str, str]) -> None:
    toml, ini = root / "pyproject.toml", root / "alembic.ini"
    if toml.exists():
        lines = "".join(f"{name} = {value!r}\n" for name, value in options.items())
        toml.write_text(toml.read_text().replace("[tool.alembic]\n", f"[tool.alembic]\n{lines}"))
    else:
        lines = "".join(f"{name} = {value}\n" for name, value in options.items())
        ini.write_text(ini.read_text().replace("[alembic]\n", f"[alembic]\n{lines}"))


def alembic_config(root: Path) -> Config:
    quiet = Namespace(quiet=True)
    return Config(str(root / "alembic.ini"), toml_file=str(root / "pyproject.toml"), cmd_opts=quiet)


def new_revision(layout: ProjectLayout, **fields: object) -> NewRevision:
    usual: dict[str, object] = {
        "revision": "0123456789ab",
        "down_revisions": (),
        "message": MESSAGE,
        "upgrade": "pass",
        "downgrade": "pass",
        "directory": layout.version_dirs[0],
    }
    return NewRevision(**{**usual, **fields})  # type: ignore[arg-type]


def made(new: NewRevision, layout: ProjectLayout, **options: object) -> Change:
    found = revision_file(new, layout, **options)  # type: ignore[arg-type]
    assert isinstance(found, Change), found
    return found


def written_by_alembic(layout: ProjectLayout) -> Path:
    script = command.revision(alembic_config(layout.root), message=MESSAGE, rev_id="0123456789ab")
    assert script is not None
    assert not isinstance(script, list)
    return Path(script.path)


@pytest.mark.parametrize(
    ("stock", "mako", "options"),
    [
        pytest.param("generic", None, {}, id="generic"),
        pytest.param("async", None, {}, id="async"),
        pytest.param("multidb", None, {}, id="multidb"),
        pytest.param("pyproject", None, {}, id="pyproject"),
        pytest.param("pyproject_async", None, {}, id="pyproject_async"),
        pytest.param("generic", SUPERSET, {}, id="superset"),
        pytest.param("generic", FLASK, {}, id="flask-migrate, fides, zou"),
        pytest.param("generic", DSTACK.replace("sqlalchemy_utils", "string"), {}, id="dstack"),
        pytest.param("generic", LOGIC, {"timezone": "UTC"}, id="if and for"),
        pytest.param("generic", None, {"timezone": "Europe/Berlin"}, id="timezone"),
        pytest.param("generic", None, {"timezone": "utc"}, id="timezone in the wrong case"),
        pytest.param("generic", None, {"truncate_slug_length": "11"}, id="short slug"),
        pytest.param("generic", None, {"truncate_slug_length": "200"}, id="long slug"),
        pytest.param("pyproject", None, {"timezone": "UTC", "truncate_slug_length": "20"}, id="options in TOML"),
        pytest.param(
            "generic",
            None,
            {"file_template": "%%(year)d_%%(month).2d_%%(day).2d_%%(hour).2d%%(minute).2d%%(second).2d-%%(rev)s"},
            id="dated",
        ),
        pytest.param("generic", None, {"file_template": "%%(epoch)s_%%(slug)s", "timezone": "Asia/Tokyo"}, id="epoch"),
        pytest.param(
            "generic",
            None,
            {"file_template": "%%(year)d/%%(month).2d/%%(rev)s", "recursive_version_locations": "true"},
            id="folders",
        ),
    ],
)
def test_an_empty_revision_is_the_one_that_alembic_writes(
    project: Project, stock: str, mako: str | None, options: dict[str, str]
) -> None:
    layout = project(stock, mako, **options)
    path = written_by_alembic(layout)
    found = _DATE.search(path.read_text())
    assert found is not None
    change = made(new_revision(layout), layout, created=datetime.fromisoformat(found[1]))
    assert Path(change.path).absolute() == path
    assert change.after.encode(change.encoding) == path.read_bytes()


def test_line_ends_and_encoding_are_those_of_the_template_and_the_options(project: Project) -> None:
    layout = project(
        mako="#!/usr/bin/env python\n# coding: latin-1\n" + FLASK, newline="\r\n", output_encoding="latin-1"
    )
    path = written_by_alembic(layout)
    found = _DATE.search(path.read_bytes().decode())
    assert found is not None
    date = datetime.fromisoformat(found[1])
    assert made(new_revision(layout), layout, created=date).after.encode() == path.read_bytes()
    filled = made(new_revision(layout, revision="a", message="Größe", upgrade="x = 1\ny = 2"), layout, created=date)
    assert filled.after.count("\n") == filled.after.count("\r\n")
    apply([filled])
    assert ScriptDirectory.from_config(alembic_config(layout.root)).get_revision("a").doc == "Größe"


BODY = '''op.execute("""
SELECT 1
  """)
with op.get_context().autocommit_block():
    op.create_index("ix", "users", ["tier"], postgresql_concurrently=True)

x = f"""{1}
a
"""'''


@pytest.mark.parametrize(
    "mako", [None, AIRFLOW, SUPERSET, FLASK, LOGIC], ids=["stock", "airflow", "superset", "flask", "if"]
)
def test_body_labels_imports_and_helpers_stand_in_the_projects_own_form(project: Project, mako: str | None) -> None:
    layout = project(mako=mako)
    new = new_revision(
        layout,
        down_revisions=("b", "c"),
        depends_on=("d",),
        branch_labels=("expand",),
        upgrade=BODY,
        downgrade='op.add_column("users", sa.Column("tier", postgresql.CITEXT()))',
        imports=("from sqlalchemy.dialects import postgresql", "from alembic import op"),
        helpers="def _exists():\n    return True\n",
    )
    text = made(new, layout).after
    tree = ast.parse(text)
    values = {
        (n.target if isinstance(n, ast.AnnAssign) else n.targets[0]).id: ast.literal_eval(n.value)  # type: ignore[union-attr, arg-type]
        for n in tree.body
        if isinstance(n, ast.Assign | ast.AnnAssign)
    }
    assert values == {
        "revision": "0123456789ab",
        "down_revision": ("b", "c"),
        "branch_labels": ("expand",),
        "depends_on": "d",
    }
    imports = [
        ast.unparse(n)
        for n in tree.body
        if isinstance(n, ast.Import | ast.ImportFrom) and "typing" not in ast.unparse(n)
    ]
    assert sorted(imports) == [
        "from alembic import op",
        "from sqlalchemy.dialects import postgresql",
        "import sqlalchemy as sa",
    ]
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    assert list(functions) == ["_exists", "upgrade", "downgrade"]
    statements = [n for n in functions["upgrade"].body if not _is_docstring(n)]
    assert [ast.dump(n) for n in statements] == [ast.dump(n) for n in ast.parse(BODY).body]
    assert stock_note(layout) is None


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_a_template_with_code_runs_only_where_that_was_asked_for(project: Project) -> None:
    layout = project(mako=CODE)
    note = stock_note(layout)
    assert note == (
        "new revisions have the form of Alembic's own template: migrations/script.py.mako runs code of its own "
        "(<% import os who = os.environ.get('HOME', '') %>), and only `migfix apply` runs it"
    )
    assert "Upgrade schema." in made(new_revision(layout), layout).after
    assert stock_note(layout, run_template=True) is None
    assert "Upgrade schema." not in made(new_revision(layout), layout, run_template=True).after


@pytest.mark.parametrize(
    ("mako", "why"),
    [
        (FLASK.replace("${message}", "${ticket}"), "runs code of its own (ticket), and only `migfix apply` runs it"),
        (FLASK.replace('${upgrades if upgrades else "pass"}', "pass"), "does not print ${upgrades} into upgrade()"),
        (FLASK.replace("def upgrade():", "def upgrade("), "does not give valid Python ('(' was never closed)"),
        (FLASK + "% if message:\n", "is no valid template"),
    ],
)
def test_an_unusable_template_is_named_and_alembics_own_stands_in(project: Project, mako: str, why: str) -> None:
    layout = project(mako=mako)
    assert why in (stock_note(layout) or "")
    assert '"""Upgrade schema."""\n    x = 1\n' in made(new_revision(layout, upgrade="x = 1"), layout).after


def test_what_only_env_py_provides_is_no_error(project: Project) -> None:
    layout = project(mako=FLASK.replace("${message}", "${ticket}"), revision_environment="true")
    note = stock_note(layout, run_template=True)
    assert note is not None
    assert note.endswith("migrations/script.py.mako needs what only env.py or the application provides")


@pytest.mark.parametrize(
    "code",
    [
        '${__import__("os")}',
        "${message.__class__}",
        "${message | config.x}",
        "${(lambda: 1)()}",
        "${[x for x in message]}",
        '${"a" * 10 ** 9}',
        "<%! import os %>",
        '<%include file="/etc/passwd"/>',
        '<%inherit file="x"/>',
        "<%def name=\"f(x=open('y'))\"></%def>",
        "% while True:\n% endwhile\n",
        '% for x in "a", __import__("os"):\n% endfor\n',
        '% if "" or __import__("os"):\n% endif\n',
        "${message | n, open}",
    ],
)
def test_more_than_printing_is_not_harmless(code: str) -> None:
    assert why_not_harmless(f"a\n{code}\n") is not None


def test_a_revision_for_several_databases_is_refused_unless_it_is_empty(project: Project) -> None:
    layout = project("multidb")
    found = revision_file(new_revision(layout, upgrade="op.drop_table('x')"), layout)
    assert isinstance(found, Unfixable)
    assert found.why.startswith("the project runs each revision once for every database")
    assert "def upgrade_engine1() -> None:" in made(new_revision(layout), layout).after


def test_an_id_is_the_same_on_every_run_and_never_one_that_exists() -> None:
    first = revision_id("dc2c0f69c1b1", "validate")
    assert re.fullmatch(r"[0-9a-f]{12}", first)
    assert revision_id("dc2c0f69c1b1", "validate") == first
    second = revision_id("dc2c0f69c1b1", "validate", taken={first})
    third = revision_id("dc2c0f69c1b1", "validate", taken={first, second})
    assert len({first, second, third, revision_id("dc2c0f69c1b1", "not null")}) == 4


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone 'Mars/Olympus': no such zone is known here"),
        ({"truncate_slug_length": "short"}, "alembic.ini: [alembic] truncate_slug_length must be a whole number"),
    ],
)
def test_options_that_alembic_refuses_are_refused(project: Project, options: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        _ = create_date(project(**options))
    assert str(raised.value).startswith(said)


def test_an_unknown_token_in_the_file_name_is_a_reason(project: Project) -> None:
    layout = project(file_template="%%(rev)s_%%(author)s")
    found = revision_file(new_revision(layout), layout)
    assert isinstance(found, Unfixable)
    assert found.why.startswith("file_template '%(rev)s_%(author)s' cannot be filled in ('author'); Alembic knows rev,")


def test_the_date_may_be_given_from_outside(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = project(timezone="UTC")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert "Create Date: 1970-01-02 00:00:00+00:00" in made(new_revision(layout), layout).after
    given = datetime(2026, 1, 2, tzinfo=UTC)
    assert "Create Date: 2026-01-02 00:00:00+00:00" in made(new_revision(layout), layout, created=given).after


def test_a_new_revision_goes_beside_its_parent(project: Project, tmp_path: Path) -> None:
    layout = project(recursive_version_locations="true")
    nested = layout.version_dirs[0] / "2024"
    assert directory_beside(layout, nested / "a.py") == nested
    foldered = replace(layout, file_template="%(year)d/%(rev)s")
    assert directory_beside(foldered, nested / "a.py") == layout.version_dirs[0]


def test_without_a_configuration_the_stock_form_needs_no_excuse(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions/a.py").write_text("revision = 'a'\ndown_revision = None\n\n\ndef upgrade():\n    pass\n")
    layout = find_project(tmp_path / "versions", config=None)
    assert stock_note(layout) is None
    assert "def upgrade() -> None:" in made(new_revision(layout, directory=tmp_path), layout).after
