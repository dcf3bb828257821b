"""Read the body of `upgrade()` from a few lines of it."""

from __future__ import annotations

import textwrap

from migfix.model.ops import Op, Opaque
from migfix.model.revision import Placed
from migfix.read import Reading, Site, read_revision

HEAD = """\
from alembic import context, op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "a1"
down_revision = None
"""


def read(text: str) -> Reading:
    found = read_revision(text, "versions/a1.py")
    assert isinstance(found, Reading), found
    return found


def module(text: str) -> Reading:
    """A whole file from what follows the usual head."""
    return read(HEAD + textwrap.dedent(text))


def upgrade(body: str) -> Reading:
    """A file whose `upgrade()` has this body."""
    return read(f"{HEAD}\n\ndef upgrade():\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n")


def placed(body: str) -> tuple[Placed, ...]:
    return upgrade(body).revision.upgrade.ops


def sites(body: str) -> tuple[Site, ...]:
    return upgrade(body).upgrade


def ops(body: str) -> list[Op]:
    return [p.op for p in placed(body)]


def kinds(found: Reading) -> list[str]:
    """The ops of upgrade() by name, for tests that ask what is read, not how."""
    return [type(p.op).__name__ for p in found.revision.upgrade]


def whys(found: Reading) -> list[str]:
    return [p.op.why for p in found.revision.upgrade if isinstance(p.op, Opaque)]
