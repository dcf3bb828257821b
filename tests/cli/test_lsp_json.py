"""`migfix check --format lsp-json`: for editors without a server."""

from __future__ import annotations

import json
from typing import Any

from cli_project import EMAIL, Project, Run, revision


def published(run: Run, *args: str, input: str | None = None) -> Any:
    return json.loads(run("check", "--format", "lsp-json", *args, input=input).stdout)


def test_a_buffer_on_standard_input_is_judged_in_its_place(project: Project, run: Run) -> None:
    text = revision("d4", "c3", f'    "😀ü"; {EMAIL.strip()}')
    path = project.versions / "d4_new.py"
    [document] = published(run, "--stdin-filename", str(path), "-", input=text)
    assert document["uri"] == path.as_uri()
    [found] = document["diagnostics"]
    line = next(i for i, line in enumerate(text.splitlines()) if "create_index" in line)
    assert found["range"] == {
        "start": {"line": line, "character": 4 + 7},
        "end": {"line": line, "character": 4 + 7 + len(EMAIL.strip())},
    }
    assert (found["code"], found["severity"], found["source"]) == ("MF201", 2, "migfix")


def test_nothing_to_show_is_an_empty_array(project: Project, run: Run) -> None:
    text = revision("d4", "c3", "    pass")
    assert published(run, "--stdin-filename", str(project.versions / "d4.py"), "-", input=text) == []


def test_what_cannot_be_read_is_an_error_on_its_line(project: Project, run: Run) -> None:
    text = revision("d4", "c3", "    op.create_index(")
    path = project.add("d4.py", text)
    [document] = [d for d in published(run, "--all") if d["uri"] == path.as_uri()]
    [found] = document["diagnostics"]
    assert (found["severity"], found["message"]) == (
        1,
        "cannot be read as a revision: not valid Python 3: '(' was never closed",
    )
    assert found["range"]["start"]["line"] == text[: text.index("op.create_index(")].count("\n")


def test_a_parent_that_is_missing_is_an_error_and_an_unused_ignore_a_hint(project: Project, run: Run) -> None:
    text = revision("d4", "zz", "    pass  # migfix: ignore[MF201] -- none")
    path = project.add("d4.py", text)
    [document] = [d for d in published(run, "--all") if d["uri"] == path.as_uri()]
    assert [(d["severity"], d["message"].partition(":")[0], d.get("tags")) for d in document["diagnostics"]] == [
        (3, "`alembic upgrade head` stops before any SQL", None),
        (1, "its down_revision names 'zz', which is no revision of this project", None),
        (3, "ignore[MF201] ignores nothing here", [1]),
    ]
