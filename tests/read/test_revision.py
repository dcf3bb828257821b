"""Files as a whole: their variables, what is no revision, and input that nobody would write."""

from __future__ import annotations

import time

import pytest
from reading import HEAD, kinds, module, read

from migfix.model.revision import Span
from migfix.read import NotRevision, Reading, UnreadableFile, read_file, read_revision

IDS = [
    ('revision = "a"\ndown_revision = "b"', ("a", ("b",), (), ())),
    ('revision: str = "a"\ndown_revision: str | None = None', ("a", (), (), ())),
    ('revision: str = "a"\ndown_revision: Union[str, None] = "b"\nbranch_labels = None\ndepends_on = None',
     ("a", ("b",), (), ())),
    ('revision = "a"\ndown_revision = ("b", "c")\nbranch_labels = ("x",)\ndepends_on = "d"',
     ("a", ("b", "c"), ("d",), ("x",))),
    ('revision = "a"\ndown_revision = ["b"]\nbranch_labels = "x"\ndepends_on = ["d", "e"]',
     ("a", ("b",), ("d", "e"), ("x",))),
    ('PARENT = "b"\nrevision = "a" "1"\ndown_revision = PARENT', ("a1", ("b",), (), ())),
    ('revision, down_revision = "a", "b"', ("a", ("b",), (), ())),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), IDS)
def test_identifiers_are_read(source: str, expected: tuple[object, ...]) -> None:
    ids = read(source).revision.ids
    assert expected == (ids.revision, ids.down_revisions, ids.depends_on, ids.branch_labels)


def test_identifiers_know_where_they_stand() -> None:
    spans = read('"""Doc."""\nrevision = "a"\ndown_revision = "b"\n').revision.ids.spans
    assert {"revision": Span(2, 0, 2, 14), "down_revision": Span(3, 0, 3, 19)} == spans


@pytest.mark.parametrize(
    ("doc", "message"),
    [('"""Add x.\n\nRevision ID: a\n"""', "Add x."), ('"""\nAdd x\n"""', "Add x"), ("", ""), ("# Add x", "")],
)
def test_the_message_is_the_first_line_of_the_docstring(doc: str, message: str) -> None:
    assert message == read(f'{doc}\nrevision = "a"\ndown_revision = None\n').revision.message


def test_names_of_the_module_say_what_they_are_bound_to() -> None:
    found = module("""
        from sqlalchemy import text as t
        import sqlalchemy.orm
        LIMIT = 5
        class Model:
            pass
        def _helper():
            pass
    """)
    expected = {"op": "alembic.op", "sa": "sqlalchemy", "t": "sqlalchemy.text", "sqlalchemy": "sqlalchemy",
                "LIMIT": "value", "Model": "class", "_helper": "def"}  # fmt: skip
    assert expected == {k: v for k, v in found.names.items() if k in expected}


def test_bodies_know_their_functions() -> None:
    found = read('revision = "a"\ndown_revision = None\ndef upgrade():\n    pass\n')
    assert Span(3, 0, 4, 8) == found.revision.upgrade.span
    assert None is found.revision.downgrade.span


@pytest.mark.parametrize(
    "body",
    [
        "from project import upgrade",
        "upgrade = lambda: None",
        "if x:\n    def upgrade():\n        pass\nelse:\n    def upgrade():\n        pass",
    ],
)
def test_an_upgrade_that_is_no_plain_function_is_unread(body: str) -> None:
    found = read(f"{HEAD}\n{body}\n")
    assert kinds(found) == ["Opaque"]
    assert len(found.revision.upgrade.unread) == 1


def test_a_decorated_upgrade_is_read_and_fixed() -> None:
    found = module("""
        @project.only_once
        def upgrade():
            op.drop_table("t")
    """)
    assert kinds(found) == ["Opaque", "DropTable"]
    assert found.revision.upgrade.ops[1].fixed is not None


def test_op_at_module_level_is_reported() -> None:
    found = module("bind = op.get_bind()\ndef upgrade():\n    op.drop_table('t')\n")
    assert [u.reason for u in found.revision.upgrade.unread] == [
        "op.get_bind() stands at module level: it runs when the file is imported"
    ]


def refused(text: str) -> NotRevision:
    found = read_revision(text, "versions/x.py")
    assert isinstance(found, NotRevision), found
    return found


@pytest.mark.parametrize(
    "text", ["", "\n", "# revision\n", "from .revision import x\n", "def revision():\n    pass\n", "\ufeff"]
)
def test_a_file_without_the_variable_is_no_revision(text: str) -> None:
    found = refused(text)
    assert (found.broken, found.reason) == (False, "it has no `revision` variable")


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ('revision = "a"\nprint "x"\n', "line 2: not valid Python 3", 2),
        ('revision = "a"\nexec "x" in y\n', "not valid Python 3", 2),
        ('revision = "a"\ntry:\n    pass\nexcept A, e:\n    pass\n', "line 4", 4),
        ('revision = "a"\ndef f(:\n', "line 2", 2),
        ('revision = "a"\n', "no `down_revision` variable", 1),
        ('revision = make()\ndown_revision = None\n', "line 1: `revision` is computed", 1),
        ('revision = "a"\ndown_revision = make()\n', "line 2: `down_revision` is computed", 2),
        ('revision = "a"\ndown_revision = 5\n', "line 2: `down_revision` is computed", 2),
        ('revision = None\ndown_revision = None\n', "`revision` is computed", 1),
    ],
)  # fmt: skip
def test_a_broken_revision_says_where_and_why(text: str, reason: str, line: int) -> None:
    found = refused(text)
    assert found.broken
    assert reason in found.reason
    assert found.span is not None
    assert line == found.span.line


# --- hostile input ----------------------------------------------------------------------------------------------------

DEEP = 20_000
HOSTILE = {
    "parentheses": HEAD + "x = " + "(" * DEEP + ")" * DEEP,
    "additions": HEAD + "def upgrade():\n    op.drop_table(" + " + ".join(['"a"'] * DEEP) + ")\n",
    "attributes": HEAD + "def upgrade():\n    op" + ".x" * DEEP + "()\n",
    "calls": HEAD + "def upgrade():\n    op" + "()" * DEEP + "\n",
    "nots": HEAD + "x = " + "not " * DEEP + "1\n",
    "ifs": HEAD + "def upgrade():\n" + "".join(" " * i + "if x:\n" for i in range(1, 99)) + " " * 99 + "op.x()\n",
    "elifs": HEAD + "def upgrade():\n    if a: op.x()\n" + "    elif b: op.x()\n" * 3000,
    "null bytes": HEAD + "\0",
    "lone surrogate": HEAD + "x = '\ud800'\n",
    "huge product": HEAD + "def upgrade():\n    op.drop_table('a' * 10**12)\n",
    "huge range": HEAD + "def upgrade():\n    for i in range(10**12):\n        op.drop_table('a')\n",
    "nested loops": HEAD
    + "A = [1] * 1\nA = (1,2,3,4,5,6,7,8,9,10)\ndef upgrade():\n"
    + "".join("    " + " " * i + f"for a{i} in A:\n" for i in range(12))
    + " " * 20
    + "op.drop_table('a')\n",
    "doubling calls": HEAD
    + "".join(f"def f{i}():\n    f{i + 1}()\n    f{i + 1}()\n" for i in range(40))
    + "def f40():\n    op.drop_table('a')\ndef upgrade():\n    f0()\n",
    "doubling generators": HEAD
    + "".join(f"def f{i}():\n    yield f{i + 1}()\n    yield f{i + 1}()\n" for i in range(40))
    + "def f40():\n    yield op.drop_table('a')\ndef upgrade():\n    f0()\n",
    "doubling returns": HEAD
    + "".join(f"def f{i}(x):\n    return f{i + 1}(x) + f{i + 1}(x)\n" for i in range(40))
    + "def f40(x):\n    return x\ndef upgrade():\n    op.drop_table(f0('a'))\n",
    "doubling names": HEAD
    + "def upgrade():\n    x0 = 'a'\n"
    + "".join(f"    x{i + 1} = x{i} + x{i}\n" for i in range(60))
    + "    op.drop_table(x60)\n",
    "own default": HEAD + "def f(x=f):\n    f(x)\ndef upgrade():\n    f()\n",
    "own value": HEAD + "X = X\nY = Z\nZ = Y\ndef upgrade():\n    op.drop_table(X)\n    op.drop_table(Y)\n",
    "mutual helpers": HEAD + "def f(): return g()\ndef g(): return f()\ndef upgrade():\n    op.drop_table(f())\n",
    "format bomb": HEAD + "def upgrade():\n    op.drop_table('{:>999999999}'.format('a'))\n",
    "percent bomb": HEAD + "def upgrade():\n    op.drop_table('%999999999d' % 1)\n",
    "replace bomb": HEAD + "def upgrade():\n    op.drop_table(('a' * 9).replace('', 'b' * 9))\n",
    "power": HEAD + "def upgrade():\n    op.drop_table(str(9**9**9))\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_refused_or_read_in_a_moment(name: str) -> None:
    started = time.monotonic()
    found = read_revision(HOSTILE[name], "versions/x.py")
    assert isinstance(found, Reading | NotRevision)
    assert time.monotonic() - started < 5


def test_a_file_of_ten_megabytes_is_read() -> None:
    rows = '        {"id": 1, "name": "abcdefghijklmnopqrstuvwxyz", "note": "' + "x" * 900 + '"},\n'
    text = f"{HEAD}\ndef upgrade():\n    op.bulk_insert(sa.table('t'), [\n{rows * 10_000}    ])\n"
    assert len(text) > 9_000_000
    started = time.monotonic()
    assert kinds(read(text)) == ["BulkInsert"]
    assert time.monotonic() - started < 20


def test_an_invalid_escape_is_no_warning_of_ours() -> None:
    assert kinds(module("def upgrade():\n    op.execute('DELETE FROM t WHERE a ~ \\'\\\\d\\'')\n    x = '\\d'\n")) == [
        "Delete"
    ]


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\n", "a\r\nb\n"),
        (b"a\rb", "a\rb"),
        (b"\xef\xbb\xbfa\n", "\ufeffa\n"),
        (b"# -*- coding: latin-1 -*-\n# \xe9\n", "# -*- coding: latin-1 -*-\n# \xe9\n"),
        ("# ż\n".encode(), "# ż\n"),
        (b"", ""),
    ],
)
def test_a_file_is_read_as_it_is(tmp_path, data: bytes, text: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "x.py"
    path.write_bytes(data)
    assert text == read_file(str(path))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"x = 1\n# \xe9\n", r":2: not valid utf-8"),
        (b"# coding: klingon\n", "unknown encoding"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "encoding problem"),
    ],
)
def test_a_file_that_is_no_text_says_why(tmp_path, data: bytes, why: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "x.py"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=why):
        read_file(str(path))


def test_a_file_that_is_not_there_says_so(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnreadableFile, match="cannot be read: No such file"):
        read_file(str(tmp_path / "none.py"))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_newlines_and_a_mark_move_nothing(newline: str, mark: str) -> None:
    text = mark + f"{HEAD}\n\ndef upgrade():\n    op.create_index(\n        name,\n        't', ['a'])\n".replace(
        "\n", newline
    )
    found = read(text)
    (site,) = found.upgrade
    assert text == found.text
    assert (Span(10, 4, 12, 19), f"op.create_index({newline}        name,{newline}        't', ['a'])") == (
        site.call,
        site.placed.op.code,  # type: ignore[attr-defined]
    )
