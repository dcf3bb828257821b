"""Answers that are none: whoever typed one hears why nothing was written."""

from __future__ import annotations

from typing import Any

import pytest
from cli_project import Project, revision
from editor import Editor
from lsprotocol import types
from pygls.exceptions import JsonRpcException
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


async def said(editor: Editor, command: str, argument: object) -> tuple[int, str]:
    """The error that a command ends with."""
    with pytest.raises(JsonRpcException) as caught:
        await editor.command(command, argument)
    return caught.value.code, caught.value.message


async def test_a_refusal_comes_in_its_own_words(editor: Editor, project: Project) -> None:
    await editor.start(project.root)
    uri = editor.open(project.versions / "b2_two.py")
    failed = types.LSPErrorCodes.RequestFailed.value

    unknown = await said(editor, "migfix.explain", {"code": "MF999"})
    assert unknown == (failed, "no rule 'MF999'; `migfix rules` lists them all")
    for command in ("migfix.applyPlan", "migfix.ignore"):
        wrong = await said(editor, command, {"uri": uri, "key": ["MF201"]})
        assert wrong == (failed, "a finding's key is the one in its diagnostic's data, not ['MF201']")
    uncounted = await said(editor, "migfix.applyPlan", {"uri": uri, "key": ["MF201", "b2", "x", 0], "plan": "first"})
    assert uncounted == (failed, "plan is a number, counted from 0, not 'first'")
    editor.change(uri, "def upgrade(:\n")
    unread = await said(editor, "migfix.preview", {"uri": uri})
    assert unread[0] == failed
    assert "correct its syntax first" in unread[1]
