"""`migfix lsp`: the language server."""

from __future__ import annotations

import click


@click.command(short_help="Speak the language server protocol, for editors.")
@click.option("--stdio", is_flag=True, help="Speak on standard input and output (the default).")
@click.option("--tcp", "port", type=click.IntRange(1, 65535), metavar="PORT", help="Listen on this port of 127.0.0.1.")
def command(stdio: bool, port: int | None) -> int:
    """Answer an editor: diagnostics, quick fixes, hover, previews. Nothing is printed but the protocol.

    Needs the extra: pip install "migfix[lsp]". Runs nothing of the project. Ends when the editor does.

    \b
    Exit codes: 0 the editor said goodbye, 1 it went without, 2 the extra is missing or the port is taken.
    """
    from migfix.lsp import serve

    if stdio and port is not None:
        raise click.UsageError("--stdio and --tcp exclude each other; choose one")
    return serve(port=port)
