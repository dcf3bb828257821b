"""Models read from their source: what each spelling declares, and what is honestly not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from migfix.model.declared import Declared, DeclaredColumn, DeclaredKey
from migfix.model.maybe import UNKNOWN
from migfix.read.models import read_models
from migfix.read.project import find_project

HEAD = """\
from datetime import datetime
from typing import Optional
from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, String, Table, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass

"""


def _read(
    place: Path, models: str, env: str = "from app.models import Base\ntarget_metadata = Base.metadata\n"
) -> Declared | None:
    """The models of a project whose env.py imports them from a package."""
    (place / "alembic.ini").write_text("[alembic]\nscript_location = migrations\nprepend_sys_path = .\n")
    (place / "migrations" / "versions").mkdir(parents=True)
    configured = "from alembic import context\ncontext.configure(connection=None, target_metadata=target_metadata)\n"
    (place / "migrations" / "env.py").write_text(env + configured)
    (place / "app").mkdir()
    (place / "app" / "__init__.py").write_text("")
    (place / "app" / "models.py").write_text(HEAD + models)
    return read_models(find_project(place, config=place / "alembic.ini"))


COLUMNS = {
    "Column is nullable": ("email = Column(String)", DeclaredColumn(name="email", nullable=True)),
    "nullable=False": ("email = Column(String, nullable=False)", DeclaredColumn(name="email", nullable=False)),
    "a name of its own": ('mail = Column("email", String)', DeclaredColumn(name="email", nullable=True)),
    "index and unique": (
        "email = Column(String, index=True, unique=True)",
        DeclaredColumn(name="email", nullable=True, index=True, unique=True),
    ),
    "primary key": ("email = Column(String, primary_key=True)", DeclaredColumn(name="email", nullable=False)),
    "Mapped[str]": ("email: Mapped[str] = mapped_column(String)", DeclaredColumn(name="email", nullable=False)),
    "Mapped alone": ("email: Mapped[str]", DeclaredColumn(name="email", nullable=False)),
    "Mapped[str | None]": ("email: Mapped[str | None]", DeclaredColumn(name="email", nullable=True)),
    "Optional": ("email: Mapped[Optional[str]] = mapped_column()", DeclaredColumn(name="email", nullable=True)),
    "nullable= beats Mapped": (
        "email: Mapped[str] = mapped_column(nullable=True)",
        DeclaredColumn(name="email", nullable=True),
    ),
    "an alias may hide None": (
        "email: Mapped[Email] = mapped_column()",
        DeclaredColumn(name="email", nullable=UNKNOWN),
    ),
    "a computed flag": (
        "email = Column(String, nullable=FLAG)",
        DeclaredColumn(name="email", nullable=UNKNOWN),
    ),
    "spread keywords": ("email = Column(String, **more)", DeclaredColumn(name="email", nullable=UNKNOWN)),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_a_column(case: str, tmp_path: Path) -> None:
    line, expected = COLUMNS[case]
    declared = _read(tmp_path, f'\nclass User(Base):\n    __tablename__ = "users"\n    {line}\n')
    assert declared is not None
    assert declared.tables[None, "users"].columns["email"] == expected


def test_keys_of_a_table(tmp_path: Path) -> None:
    args = (
        'UniqueConstraint("a", "b", name="uq"), Index("ix", "a"), CheckConstraint("a > 0", name="ck"), {"schema": "s"}'
    )
    declared = _read(
        tmp_path,
        f'\nclass User(Base):\n    __tablename__ = "users"\n    __table_args__ = ({args})\n    a = Column(Integer)\n',
    )
    assert declared is not None
    table = declared.tables["s", "users"]
    assert table.uniques == (DeclaredKey(name="uq", columns=("a", "b")),)
    assert table.indexes == (DeclaredKey(name="ix", columns=("a",), unique=False),)
    assert table.checks == frozenset({"ck"})
    assert table.complete


def test_an_index_beside_its_class_and_one_over_an_expression(tmp_path: Path) -> None:
    declared = _read(
        tmp_path,
        '\nclass User(Base):\n    __tablename__ = "users"\n    a = Column(Integer)\n\n'
        'Index("ix_a", User.a)\nIndex("ix_lower", func.lower(User.a), User.a, unique=True)\n',
    )
    assert declared is not None
    assert declared.tables[None, "users"].indexes == (
        DeclaredKey(name="ix_a", columns=("a",), unique=False),
        DeclaredKey(name="ix_lower", columns=UNKNOWN, unique=True),
    )


def test_columns_of_a_mixin_and_of_single_table_inheritance(tmp_path: Path) -> None:
    declared = _read(
        tmp_path,
        "\nclass Stamped:\n    made: Mapped[datetime]\n\n"
        'class User(Stamped, Base):\n    __tablename__ = "users"\n    a = Column(Integer)\n\n'
        "class Admin(User):\n    level = Column(Integer)\n",
    )
    assert declared is not None
    table = declared.tables[None, "users"]
    assert sorted(table.columns) == ["a", "level", "made"]
    assert table.complete


def test_a_base_that_is_not_found_leaves_the_table_incomplete(tmp_path: Path) -> None:
    declared = _read(tmp_path, '\nclass User(Tenant, Base):\n    __tablename__ = "users"\n    a = Column(Integer)\n')
    assert declared is not None
    assert not declared.tables[None, "users"].complete


def test_a_core_table(tmp_path: Path) -> None:
    declared = _read(
        tmp_path,
        '\nusers = Table("users", Base.metadata, Column("a", Integer, index=True), UniqueConstraint("a"), schema="s")\n',
    )
    assert declared is not None
    table = declared.tables["s", "users"]
    assert table.columns["a"].index is True
    assert table.uniques == (DeclaredKey(name=None, columns=("a",)),)


UNREAD = {
    "no metadata": "target_metadata = None\n",
    "models of an application object": "from flask import current_app\ntarget_metadata = current_app.db.metadata\n",
}


@pytest.mark.parametrize("case", UNREAD)
def test_models_that_cannot_be_found_are_none(case: str, tmp_path: Path) -> None:
    assert _read(tmp_path, '\nclass User(Base):\n    __tablename__ = "users"\n', env=UNREAD[case]) is None
