"""Which transaction each step lands in, and what makes the statements around it safe to run again."""

from migfix.layout.draft import Draft, Group, Item, Layout, Piece, Replacement, Wrap
from migfix.layout.single import lay_out

__all__ = ["Draft", "Group", "Item", "Layout", "Piece", "Replacement", "Wrap", "lay_out"]
