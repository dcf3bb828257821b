"""Answers that are none: whoever typed one hears why nothing was written."""

from __future__ import annotations

from typing import Any

import pytest
from cli_project import Project, revision
from editor import Editor
from test_actions import NOT_NULL, answer
from test_diagnostics import codes

pytestmark = pytest.mark.asyncio
QUESTION = "Which SQL expression is the value of users.tier in rows that are there already?"


async def asked(editor: Editor, project: Project, **given: Any) -> dict[str, Any]:
    """What `migfix.applyPlan` says to a plan that needs a value, and that the document stays."""
    await editor.start(project.root, options={"clientCommands": ["migfix.askAndApply"]})
    uri = editor.open(project.add("d4_new.py", revision("d4", "c3", NOT_NULL.format(""))))
    before = editor.texts[uri]
    key = ["MF101", "d4", "users.tier", 0]
    assert "MF101" in codes(await editor.diagnostics(uri))
    done = await answer(editor, "migfix.applyPlan", {"uri": uri, "key": key, "plan": 0} | given)
    assert editor.texts[uri] == before
    return dict(done)


@pytest.mark.parametrize("value", ["'unclosed", "NULL", "1; DROP TABLE users", " "])
async def test_an_answer_that_is_no_value_is_refused(editor: Editor, project: Project, value: str) -> None:
    done = await asked(editor, project, values={"users.tier": value})

    assert done == {"applied": False, "why": f"`{value}` does not answer: {QUESTION}"}


async def test_no_answer_at_all_is_refused(editor: Editor, project: Project) -> None:
    assert await asked(editor, project) == {"applied": False, "why": "needs a value for users.tier"}


async def test_a_plan_is_counted_from_the_first(editor: Editor, project: Project) -> None:
    assert await asked(editor, project, plan=-1) == {"applied": False, "why": "there is no rewrite for this"}
