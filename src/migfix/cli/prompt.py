"""The conversation of `suggest`: shows an item, takes a key, does what it says."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Literal, TypeAlias

import click

from migfix.change import Change
from migfix.cli.core import Core
from migfix.cli.keys import Keys
from migfix.cli.opening import Opened
from migfix.cli.review import Review
from migfix.cli.screen import Screen, printable
from migfix.cli.show import NARROWEST_PAIR, changes_shown, describe, file_header, sql_pair, title, why
from migfix.cli.words import count, plans_of
from migfix.plan import Plan, Unfixable

Next: TypeAlias = Literal["stay", "show", "advance", "quit"]

HELP: Mapping[str, str] = {
    "y": "accept this rewrite",
    "n": "skip it",
    "a": "accept all of this rule",
    "A": "accept all that are safe",
    "d": "skip the rest of this file",
    "1-9": "look at another plan",
    "e": "edit the result in $EDITOR",
    "v": "give the value or predicate that the plan asks for",
    "l": "every step in this file, or a revision for each",
    "s": "side by side, or one below the other",
    "S": "the SQL before and after",
    "w": "why: the lock and the rule's page",
    "i": "write an ignore comment, with a reason",
    "j": "next, undecided",
    "k": "previous",
    "u": "undo the last decision",
    "q": "quit, and write what was accepted",
    "?": "this help",
}


class Prompt:
    """One review with one user. `run` ends when nothing is open any more, at `q`, or at the end of input."""

    def __init__(self, review: Review, keys: Keys, screen: Screen, *, core: Core, opened: Opened) -> None:
        self._review = review
        self._keys = keys
        self._screen = screen
        self._core = core
        self._opened = opened
        self._beside = False
        self._file: str | None = None
        self._actions: Mapping[str, Callable[[], Next]] = {
            "y": self._accept,
            "n": self._skip,
            "a": self._accept_rule,
            "A": self._accept_safe,
            "d": self._skip_file,
            "e": self._edit,
            "v": self._answer,
            "l": self._layout,
            "s": self._pair,
            "S": self._sql,
            "w": self._why,
            "i": self._ignore,
            "j": lambda: self._move(1),
            "k": lambda: self._move(-1),
            "u": self._undo,
            "q": lambda: "quit",
            "?": self._help,
        }

    def run(self) -> None:
        step: Next = "show" if self._review.advance() else "quit"
        while step != "quit":
            if step == "show":
                self._show()
            self._screen.out(self._question(), end="")
            key = self._keys.key()
            step = "quit" if key is None else self._do(key)
            if step == "advance":
                step = "show" if self._review.advance() else "quit"

    def _do(self, key: str) -> Next:
        if key.isdigit() and key.isascii():
            return self._choose(int(key))
        action = self._actions.get(key)
        if action is None:
            self._say(
                "Enter decides nothing: y accepts, n skips, ? explains"
                if key in "\r\n"
                else f"no such key; {self._keys_now()}"
            )
            return "stay"
        return action()

    # what is shown

    def _show(self) -> None:
        review, screen = self._review, self._screen
        item = review.item
        path = item.finding.path
        if path != self._file:
            found = sum(x.finding.path == path for x in review.state.items)
            target = self._core.target(review.state.workspace)
            screen.out(
                ("" if self._file is None else "\n")
                + file_header(path, found, target, self._opened.standing(path), screen)
            )
            self._file = path
        screen.out()
        screen.out(title(item, review.state.at + 1, len(review.state.items), screen))
        made = review.proposal()
        op = self._core.op(review.state.workspace, item.finding) if item.decision in ("open", "skipped") else None
        for line in describe(item, op, self._core.target(review.state.workspace), made, screen):
            screen.out(line)
        if not isinstance(made, Unfixable) and item.decision in ("open", "skipped"):
            screen.out()
            for line in self._previewed(made, path):
                screen.out(line)
            screen.out()

    def _previewed(self, made: tuple[Change, ...], path: str) -> Iterable[str]:
        shown = self._review.preview(made)
        if isinstance(shown, Unfixable):
            return textwrap.wrap(shown.why, min(self._screen.width, 100), initial_indent="  ", subsequent_indent="  ")
        return changes_shown(shown, path, self._screen, beside=self._beside)

    def _question(self) -> str:
        return f"{self._screen.paint('Rewrite?', 'title')} {self._screen.paint(self._keys_now(), 'key')} "

    def _keys_now(self) -> str:
        """The keys that do something at this item."""
        item = self._review.item
        writable = not isinstance(self._review.proposal(), Unfixable)
        plans = plans_of(item.finding)
        plan = plans[item.plan] if plans else None
        keys = ["y"] * writable + ["n"] + ["a", "A"] * writable + ["d"]
        keys += [f"1-{len(plans)}"] * (len(plans) > 1) + ["e"] * writable
        keys += ["v"] * (isinstance(plan, Plan) and bool(plan.needs)) + [
            "l",
            "s",
            "S",
            "w",
            "i",
            "j",
            "k",
            "u",
            "q",
            "?",
        ]
        return ",".join(keys)

    def _say(self, text: str) -> None:
        width = min(self._screen.width, 100) - 2
        for line in textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False):
            self._screen.out(f"  {line}")

    # what keys do

    def _accept(self) -> Next:
        if self._review.item.decision in ("accepted", "cured", "ignored"):
            self._say(f"this one is {self._review.item.decision} already; u undoes the last decision")
            return "stay"
        refused = self._review.accept()
        if refused is None:
            return "advance"
        self._say(refused.why)
        return "stay"

    def _skip(self) -> Next:
        self._review.skip()
        return "advance"

    def _skip_file(self) -> Next:
        self._review.skip_file()
        return "advance"

    def _accept_rule(self) -> Next:
        rule = self._review.item.finding.code
        taken = self._review.accept_all(rule=rule, safe_only=False)
        self._say(f"{count(taken, 'rewrite')} of {rule} accepted")
        return "advance" if taken else "stay"

    def _accept_safe(self) -> Next:
        taken = self._review.accept_all(rule=None, safe_only=True)
        self._say(f"{count(taken, 'safe rewrite')} accepted")
        return "advance" if taken else "stay"

    def _choose(self, number: int) -> Next:
        if self._review.choose(number):
            return "show"
        plans = len(plans_of(self._review.item.finding))
        self._say(f"there is no plan {number}; " + (f"1 to {plans} are" if plans > 1 else "there is only this one"))
        return "stay"

    def _edit(self) -> Next:
        made = self._review.proposal()
        if isinstance(made, Unfixable):
            self._say(made.why)
            return "stay"
        own = next((c for c in made if c.path == self._review.item.finding.path), made[0])
        text = click.edit(own.after, extension=".py")
        if text is None or text == own.after:
            self._say("unchanged")
            return "stay"
        problem = _syntax_problem(text)
        if problem:
            self._say(f"not kept, it is not valid Python: {problem}")
            return "stay"
        self._review.edit(tuple(replace(c, after=text) if c is own else c for c in made))
        return "show"

    def _answer(self) -> Next:
        finding = self._review.item.finding
        plans = plans_of(finding)
        plan = plans[self._review.item.plan] if plans else None
        if not isinstance(plan, Plan) or not plan.needs:
            self._say("this plan asks for nothing")
            return "stay"
        given: dict[str, dict[str, str]] = {"value": {}, "where": {}}
        for need in plan.needs:
            offer = f" [{need.suggestion}]" if need.suggestion else ""
            said = self._keys.line(f"  {printable(need.question)}{printable(offer)} SQL: ")
            answer = (said or "").strip() or (need.suggestion if said is not None else "") or ""
            if not answer:
                self._say("nothing given, nothing changed")
                return "stay"
            given[need.kind][need.key] = answer
        self._review.answer(values=given["value"], wheres=given["where"])
        return "show" if self._review.item.decision == "open" else "advance"

    def _ignore(self) -> Next:
        if self._review.item.decision not in ("open", "skipped"):
            self._say(f"this one is {self._review.item.decision} already; u undoes the last decision")
            return "stay"
        reason = self._keys.line("  reason: ")
        if reason is None or not reason.strip():
            self._say("no reason given, no comment written")
            return "stay"
        self._review.ignore(reason)
        return "advance"

    def _layout(self) -> Next:
        if not self._review.switch_layout():
            self._say(
                "the layout is chosen before anything is accepted, as each rewrite is written for its own: u takes back"
            )
            return "stay"
        single = self._review.layout == "single"
        self._say("layout single: every step in this file" if single else "layout split: a revision for each step")
        return "show" if self._review.item.decision in ("open", "skipped") else "advance"

    def _pair(self) -> Next:
        if not self._beside and self._screen.width < NARROWEST_PAIR:
            self._say(f"side by side needs {NARROWEST_PAIR} columns, this terminal has {self._screen.width}")
            return "stay"
        self._beside = not self._beside
        return "show"

    def _sql(self) -> Next:
        op = self._core.op(self._review.state.workspace, self._review.item.finding)
        before, after = sql_pair(self._review.item, op)
        for head, lines in (("before", before or ["no statement of its own"]), ("after", after or ["the same"])):
            self._screen.out(self._screen.paint(f"  {head}", "title"))
            for line in lines:
                self._screen.out(f"    {printable(line)}")
        return "stay"

    def _why(self) -> Next:
        for line in why(self._review.item.finding, self._opened.standing(self._review.item.finding.path), self._screen):
            self._screen.out(line)
        return "stay"

    def _move(self, by: int) -> Next:
        if self._review.move(by):
            return "show"
        self._say("this is the last one" if by > 0 else "this is the first one")
        return "stay"

    def _undo(self) -> Next:
        if self._review.undo():
            return "show"
        self._say("nothing to undo")
        return "stay"

    def _help(self) -> Next:
        for key, text in HELP.items():
            self._screen.out(f"  {self._screen.paint(key.ljust(4), 'key')}{text}")
        return "stay"


def _syntax_problem(text: str) -> str | None:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        return f"{getattr(error, 'msg', error)}" + (f", line {line}" if line else "")
    return None


def accepted_changes(review: Review) -> tuple[Change, ...]:
    """What the review would write."""
    return review.final()
