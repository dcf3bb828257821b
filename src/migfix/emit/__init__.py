"""Ops and plans as code: the author's file with new statements spliced in."""

from migfix.emit.rewrite import rewrite

__all__ = ["rewrite"]
