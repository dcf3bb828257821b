"""What a person gets in Neovim: `make test-nvim`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from neovim import Neovim, lua
from shop import SECOND, Project

Start = Callable[..., Neovim]
AFTER_ROAD = len('    """größer 🛣"""; '.encode())
"""Bytes before the call in line 10; in UTF-16 units they are four fewer."""


def opened(neovim: Start, path: Path, *, settings: str = "nil") -> Neovim:
    """Neovim with a file and its diagnostics."""
    editor = neovim(settings)
    editor.edit(path)
    editor.until(editor.codes, f"diagnostics of {path.name}")
    return editor


def test_risky_operations_are_underlined_after_text_that_is_not_ascii(neovim: Start, project: Project) -> None:
    editor = opened(neovim, project.second)

    first = editor.diagnostics()[0]
    assert (first["code"], first["source"]) == ("MF201", "migfix")
    assert (first["lnum"], first["col"]) == (9, AFTER_ROAD)
    assert (first["end_lnum"], first["end_col"]) == (9, len(SECOND.splitlines()[9].encode()))


def test_one_quick_fix_saved_is_what_apply_writes(neovim: Start, project: Project) -> None:
    text = SECOND.replace('    op.create_index("ix_users_name", "users", ["name"])  # für die Suche\n', "")
    text = text.replace('    op.add_column("users", sa.Column("tier", sa.String(20), nullable=False))\n', "")
    project.write("b2_indexes.py", text)
    expected = project.applied()
    editor = opened(neovim, project.second)

    editor.action("MF201", line=10, column=AFTER_ROAD)
    editor.until(lambda: editor.lines() != text.splitlines(), "the edit")
    editor.do("vim.cmd('write')")

    assert expected != text.encode()
    assert project.second.read_bytes() == expected
    editor.until(lambda: "MF201" not in editor.codes(), "the finding gone")
    assert editor.codes() == []


def test_fix_all_saved_is_what_apply_writes(neovim: Start, project: Project) -> None:
    expected = project.applied()
    editor = opened(neovim, project.second)
    assert editor.codes() == ["MF201", "MF201", "MF101"]

    editor.action("apply all safe", line=10, only="source.fixAll.migfix")
    editor.until(lambda: editor.lines() != SECOND.splitlines(), "the edit")
    editor.do("vim.cmd('write')")

    assert project.second.read_bytes() == expected
    editor.until(lambda: editor.codes() == ["MF101"], "only the finding that needs a value")


def test_the_command_for_all_is_the_same_as_the_action(neovim: Start, project: Project) -> None:
    expected = project.applied()
    editor = opened(neovim, project.second)

    editor.do("vim.cmd('MigfixApplyAll')")
    editor.until(lambda: editor.lines() != SECOND.splitlines(), "the edit")
    editor.do("vim.cmd('write')")

    assert project.second.read_bytes() == expected


def test_a_rewrite_asks_for_its_value(neovim: Start, project: Project) -> None:
    expected = project.applied("--review", "--value", "users.tier='free'")
    editor = opened(neovim, project.second)

    editor.do("vim.ui.input = function(options, done) Question = options.prompt; done(\"'free'\") end")
    editor.action("MF101", line=12)
    editor.until(lambda: editor.lines() != SECOND.splitlines(), "the edit")
    assert "users.tier" in editor.ask("Question")
    editor.until(lambda: "MF101" not in editor.codes(), "the finding gone")
    editor.action("apply all safe", line=1, only="source.fixAll.migfix")
    editor.until(lambda: editor.codes() == [], "all gone")
    editor.do("vim.cmd('write')")

    assert project.second.read_bytes() == expected


def test_an_ignore_comment_carries_the_reason_that_was_given(neovim: Start, project: Project) -> None:
    editor = opened(neovim, project.second)

    editor.do("vim.ui.input = function(options, done) done('three rows, für immer') end")
    editor.action("ignore", line=11)
    editor.until(lambda: editor.codes() == ["MF201", "MF101"], "one finding less")

    assert any("# migfix: ignore[MF201] -- three rows, für immer" in line for line in editor.lines())


def test_text_that_is_not_saved_is_what_is_judged(neovim: Start, project: Project) -> None:
    editor = opened(neovim, project.first.with_name("b2_indexes.py"))
    before = project.second.read_bytes()

    editor.do("vim.api.nvim_buf_set_lines(0, 10, 12, false, {})")
    editor.until(lambda: editor.codes() == ["MF201"], "the diagnostics of the text in the editor")
    editor.do("vim.cmd('undo')")
    editor.until(lambda: editor.codes() == ["MF201", "MF201", "MF101"], "the diagnostics as before")

    assert project.second.read_bytes() == before


def test_half_typed_text_keeps_what_was_found(neovim: Start, project: Project) -> None:
    editor = opened(neovim, project.second)

    editor.do("vim.api.nvim_buf_set_lines(0, 9, 9, false, {'    op.create_index(\"ix_'})")
    editor.do("vim.wait(500)")
    assert editor.codes() == ["MF201", "MF201", "MF101"]
    assert [d["lnum"] for d in editor.diagnostics()] == [10, 11, 12]


def test_hover_says_the_sql_and_the_lock(neovim: Start, project: Project) -> None:
    editor = opened(neovim, project.second)

    editor.do("vim.api.nvim_win_set_cursor(0, { 11, 8 }); vim.lsp.buf.hover()")
    said = editor.until(lambda: floating(editor), "the hover window")

    assert "CREATE INDEX ix_users_name ON users (name)" in said
    assert "SHARE" in said


def test_explain_shows_the_page_of_the_rule(neovim: Start, project: Project) -> None:
    editor = opened(neovim, project.second)

    editor.action("explain", line=11)
    editor.until(lambda: editor.ask("vim.bo.buftype") == "nofile", "the page")

    assert editor.lines()[0] == "# MF201 create-index"
    assert editor.ask("vim.bo.filetype") == "markdown"


def test_preview_shows_the_diff_and_changes_nothing(neovim: Start, project: Project) -> None:
    before = project.second.read_bytes()
    editor = opened(neovim, project.second)

    editor.do("vim.cmd('MigfixPreview')")
    editor.until(lambda: editor.ask("vim.bo.filetype") == "diff", "the preview")

    assert any(line.startswith("+") and "postgresql_concurrently=True" in line for line in editor.lines())
    assert project.second.read_bytes() == before


def test_two_heads_are_shown_in_both_files(neovim: Start, project: Project) -> None:
    other = project.write("c3_other.py", SECOND.replace('revision = "b2"', 'revision = "c3"'))
    editor = opened(neovim, project.second)
    editor.until(lambda: "MF801" in editor.codes(), "two heads")

    editor.edit(other)
    editor.until(lambda: "MF801" in editor.codes(), "two heads in the other file")


def test_a_published_revision_is_left_alone(neovim: Start, project: Project) -> None:
    project.git("add", ".")
    project.git("commit", "-q", "-m", "published")
    editor = opened(neovim, project.second)
    editor.do(f"vim.lsp.buf.code_action({{ context = {{ only = {{ {lua('source.fixAll.migfix')} }} }} }})")
    editor.until(lambda: any("No code actions" in n for n in editor.ask("Notes")), "Neovim's own word for none")

    assert editor.lines() == SECOND.splitlines()


def test_settings_reach_the_server(neovim: Start, project: Project) -> None:
    editor = opened(neovim, project.second, settings="{ ignore = { 'MF201' } }")

    assert editor.codes() == ["MF101"]


def floating(editor: Neovim) -> str:
    """The text of the floating window that is open, or nothing."""
    windows = editor.ask("vim.api.nvim_list_wins()")
    for window in windows:
        if editor.ask(f"vim.api.nvim_win_get_config({window}).relative") != "":
            lines = editor.ask(f"vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf({window}), 0, -1, false)")
            return "\n".join(lines)
    return ""
