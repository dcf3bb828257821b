"""Setting and removing arguments of a LibCST call without disturbing the author's formatting."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst


def has_star(call: cst.Call) -> bool:
    """The call passes `*args` or `**kw`, so what it passes by name is not all there."""
    return any(a.star for a in call.args)


def keyword(call: cst.Call, name: str) -> cst.Arg | None:
    """The argument passed as `name=…`."""
    return next((a for a in call.args if a.keyword is not None and a.keyword.value == name), None)


def with_keyword(call: cst.Call, name: str, code: str) -> cst.Call:
    """`name=code` on the call: its value replaced where it stands, else added at the end in the call's own layout."""
    value = cst.parse_expression(code)
    found = keyword(call, name)
    if found is not None:
        return call.with_changes(args=[a.with_changes(value=value) if a is found else a for a in call.args])
    tight = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return _appended(call, cst.Arg(value=value, keyword=cst.Name(name), equal=tight))


def with_argument(call: cst.Call, position: int, code: str) -> cst.Call:
    """A new positional argument before the one at `position`."""
    new = cst.Arg(value=cst.parse_expression(code), comma=_separator(call))
    args = list(call.args)
    if position >= len(args):
        return _appended(call, new.with_changes(comma=cst.MaybeSentinel.DEFAULT))
    return call.with_changes(args=[*args[:position], new, *args[position:]])


def without(call: cst.Call, unwanted: Callable[[cst.Arg], bool]) -> cst.Call:
    """The call without some arguments; the last one that stays takes over how the list ended."""
    kept = [a for a in call.args if not unwanted(a)]
    if len(kept) == len(call.args):
        return call
    if kept and unwanted(call.args[-1]):
        last = call.args[-1]
        kept[-1] = kept[-1].with_changes(comma=last.comma, whitespace_after_arg=last.whitespace_after_arg)
    return call.with_changes(args=kept)


def _separator(call: cst.Call) -> cst.Comma:
    """The comma that the author puts between arguments, without a comment that belongs to one of them."""
    for arg in call.args[:-1]:
        if isinstance(arg.comma, cst.Comma):
            after = arg.comma.whitespace_after
            if isinstance(after, cst.ParenthesizedWhitespace):
                after = cst.ParenthesizedWhitespace(indent=after.indent, last_line=after.last_line)
            return cst.Comma(whitespace_after=after)
    opening = call.whitespace_before_args
    if isinstance(opening, cst.ParenthesizedWhitespace) and len(call.args) == 1:
        return cst.Comma(
            whitespace_after=cst.ParenthesizedWhitespace(indent=opening.indent, last_line=opening.last_line)
        )
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _appended(call: cst.Call, new: cst.Arg) -> cst.Call:
    if not call.args:
        return call.with_changes(args=[new])
    *rest, last = call.args
    separator = _separator(call)
    if not isinstance(last.comma, cst.Comma):
        new = new.with_changes(whitespace_after_arg=last.whitespace_after_arg)
        last = last.with_changes(comma=separator, whitespace_after_arg=cst.SimpleWhitespace(""))
        return call.with_changes(args=[*rest, last, new])
    closing, following = last.comma.whitespace_after, separator.whitespace_after
    if isinstance(closing, cst.ParenthesizedWhitespace) and isinstance(following, cst.ParenthesizedWhitespace):
        following = closing.with_changes(last_line=following.last_line)
        closing = cst.ParenthesizedWhitespace(indent=closing.indent, last_line=closing.last_line)
    last = last.with_changes(comma=last.comma.with_changes(whitespace_after=following))
    return call.with_changes(args=[*rest, last, new.with_changes(comma=cst.Comma(whitespace_after=closing))])
