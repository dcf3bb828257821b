"""Makes the project tree fixture known to the tests of this folder."""

from project_trees import tree

__all__ = ["tree"]
