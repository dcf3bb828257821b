"""The command line's fixtures."""

from cli_project import project, run

__all__ = ["project", "run"]
