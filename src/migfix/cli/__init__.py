"""The command line: options in, the core's answers out. No decision about migrations is made here."""

from __future__ import annotations

from collections.abc import Sequence


def main(args: Sequence[str] | None = None) -> None:
    """The `migfix` program. Ends with SystemExit: 0 clean, 1 findings, 2 usage or environment, 130 interrupted."""
    from migfix.cli.group import program

    program.main(args=args, prog_name="migfix")
