"""Ignore comments: what they reach, what they do not, and the ones that are for nothing."""

from __future__ import annotations

import pytest
from handmade import finding

from migfix.suppress import ignores, sift, with_ignore

KNOWN = {"MF101", "add-not-null-column", "MF201", "create-index", "MF202", "create-unique-index"}
LINE = '    op.create_index("ix", "users", ["email"])'


def sifted(text: str, *found, require_reason: bool = False, checked: frozenset[str] = frozenset(KNOWN)):
    return sift(text, found, path="r.py", require_reason=require_reason, known=KNOWN, checked=checked)


def file(*body: str) -> str:
    """upgrade() starts on line 1, so that body's first line is line 2."""
    return "\n".join(["def upgrade():", *body, ""])


MULTI = ["    op.create_index(", '        "ix",', '        "users", ["email"],{}', "    ){}"]


@pytest.mark.parametrize(
    ("text", "line", "end"),
    [
        (file(LINE + "  # migfix: ignore[MF201] -- tiny table"), 2, 2),
        (file(LINE + "  # migfix: ignore[create-index] -- tiny table"), 2, 2),
        (file(LINE + "  # migfix:ignore [mf201]"), 2, 2),
        (file(LINE + "  # type: ignore  # migfix: ignore[MF101, MF201] -- see #12"), 2, 2),
        (file(LINE + "  # noqa: E501, MF201"), 2, 2),
        (file("    # migfix: ignore[MF201] -- tiny table", LINE), 3, 3),
        (file("    # migfix: ignore[MF101] -- a", "    # migfix: ignore[MF201] -- b", LINE), 4, 4),
        (file("    # migfix: ignore[MF201] -- why", "    # and a remark below it", LINE), 4, 4),
        (file("\n".join(MULTI).format("  # migfix: ignore[MF201]", "")), 2, 5),
        (file("\n".join(MULTI).format("", "  # migfix: ignore[MF201]")), 2, 5),
        (file(LINE) + "# migfix: ignore-file[MF201] -- old\n", 2, 2),
        ("# migfix: ignore-file[create-index]\n" + file(LINE), 3, 3),
        (
            file(
                '    op.execute("""',
                "      -- squawk-ignore require-concurrent-index-creation",
                "      CREATE INDEX i ON t (a)",
                '    """)',
            ),
            4,
            4,
        ),
        (
            file(
                '    op.execute("""',
                "      -- squawk-ignore require-concurrent-index-creation",
                "      CREATE INDEX i ON t (a)",
                '    """)',
            ),
            2,
            5,
        ),
        (
            file(
                '    op.execute("-- squawk-ignore ban-drop-column, require-concurrent-index-creation\\n"',
                '      "CREATE INDEX i ON t (a)")',
            ),
            2,
            3,
        ),
        (file(LINE + "  # migfix: ignore[MF201]").replace("\n", "\r\n"), 2, 2),
    ],
)
def test_silences(text: str, line: int, end: int) -> None:
    found = finding(line, end_line=end)
    assert (found,) == sifted(text, found).suppressed


@pytest.mark.parametrize(
    ("text", "line", "end"),
    [
        (file(LINE), 2, 2),
        (file(LINE + "  # migfix: ignore[MF202] -- another rule"), 2, 2),
        (file(LINE + "  # migfix: ignore"), 2, 2),
        (file(LINE + "  # noqa"), 2, 2),
        (file(LINE + "  # noqa: E501"), 2, 2),
        (file('    x = "# migfix: ignore[MF201]"', LINE), 3, 3),
        (file(LINE.replace('"ix"', '"# migfix: ignore[MF201]"')), 2, 2),
        (file("    x = 1  # migfix: ignore[MF201]", LINE), 3, 3),
        (file("    # migfix: ignore[MF201]", "", LINE), 4, 4),
        (file(LINE, "    # migfix: ignore[MF201]"), 2, 2),
        (file("    with op.batch_alter_table('t') as b:  # migfix: ignore[MF201]", "    " + LINE), 3, 3),
        (
            file(
                '    op.execute("""',
                "      CREATE INDEX i ON t (a);",
                "      -- squawk-ignore require-concurrent-index-creation",
                '    """)',
            ),
            3,
            3,
        ),
        (
            file(
                '    op.execute("""', "      -- squawk-ignore no-such-name", "      CREATE INDEX i ON t (a)", '    """)'
            ),
            4,
            4,
        ),
        (file("    # -- squawk-ignore require-concurrent-index-creation", LINE), 3, 3),
    ],
)
def test_does_not_silence(text: str, line: int, end: int) -> None:
    found = finding(line, end_line=end)
    assert (found,) == sifted(text, found).kept


def test_an_sql_comment_silences_only_the_next_statement() -> None:
    text = file(
        '    op.execute("""',
        "    -- squawk-ignore require-concurrent-index-creation",
        "    CREATE INDEX i ON t (a);",
        "    CREATE INDEX j ON t (b)",
        '    """)',
    )
    first, second = finding(4, subject="i"), finding(5, subject="j")
    assert ((first,), (second,)) == (sifted(text, first, second).suppressed, sifted(text, first, second).kept)


def test_reports_what_ignores_nothing() -> None:
    text = file(
        LINE + "  # migfix: ignore[MF101] -- never there",
        LINE + "  # migfix: ignore[MF999]",
        LINE + "  # migfix: ignore",
        LINE + "  # noqa: MF202, E501",
    )
    assert [(u.line, u.message) for u in sifted(text).unused] == [
        (2, "ignore[MF101] ignores nothing here: remove it"),
        (3, "ignore[MF999]: no rule has that code or name"),
        (4, "`ignore` names no rule, so it ignores nothing: write ignore[MF201] -- reason"),
        (5, "noqa[MF202] ignores nothing here: remove it"),
    ]


def test_names_only_the_unused_half() -> None:
    text = file(LINE + "  # migfix: ignore[MF101, MF201]")
    assert [u.message for u in sifted(text, finding(2)).unused] == ["ignore[MF101] ignores nothing here: remove it"]


def test_a_rule_that_did_not_run_is_not_called_unused() -> None:
    text = file(LINE + "  # migfix: ignore[MF201] -- tiny")
    assert sifted(text, checked=frozenset({"MF101"})).unused == ()


def test_without_a_reason_nothing_is_silenced_where_reasons_are_required() -> None:
    bare, reasoned = file(LINE + "  # migfix: ignore[MF201]"), file(LINE + "  # migfix: ignore[MF201] -- tiny")
    refused = sifted(bare, finding(2), require_reason=True)
    assert (finding(2),) == refused.kept
    assert [u.message for u in refused.unused] == [
        "ignore[MF201] gives no reason, so it ignores nothing: add ` -- reason`"
    ]
    assert sifted(reasoned, finding(2), require_reason=True).kept == ()


def test_the_reason_ends_where_another_tool_speaks() -> None:
    (found,) = ignores("x = 1  # migfix: ignore[MF201] -- see #12, tiny  # noqa: E501\n")
    assert found.reason == "see #12, tiny"


@pytest.mark.parametrize("broken", ["def f(:\n", '"""never closed', "\x00", "a = (\n", "  x\n y\n"])
def test_a_file_that_is_not_python_has_no_ignores_and_no_crash(broken: str) -> None:
    assert isinstance(ignores(broken + "  # migfix: ignore[MF201]"), tuple)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_writes_a_comment_that_silences(end: str) -> None:
    text = file("    # a remark", "    op.create_index(", '        "ix", "users", ["email"])').replace("\n", end)
    written = with_ignore(text, finding(3, end_line=4), reason="tiny\n table")
    expected = file(
        "    # a remark",
        "    # migfix: ignore[MF201] -- tiny table",
        "    op.create_index(",
        '        "ix", "users", ["email"])',
    ).replace("\n", end)
    assert expected == written
    assert sifted(written, finding(4, end_line=5)).kept == ()


def test_writes_above_the_statement_that_holds_an_sql_string() -> None:
    text = file('    op.execute("""', "        CREATE INDEX i ON t (a)", '    """)')
    written = with_ignore(text, finding(3), reason="")
    assert written.split("\n")[1] == "    # migfix: ignore[MF201]"
    assert sifted(written, finding(4)).kept == ()
