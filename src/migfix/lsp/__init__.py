"""The language server: what the command line knows, while the file is being written. Every decision is the engine's."""

from __future__ import annotations

from migfix.errors import MigfixError


class ServerExtraMissing(MigfixError):
    """pygls is not installed: the server is an extra, so that the command line stays light."""

    def __init__(self) -> None:
        super().__init__('the language server is an extra: pip install "migfix[lsp]"')


def serve(*, port: int | None = None) -> int:
    """Speak the protocol on stdin and stdout, or on a TCP port of this machine, until the client leaves.

    Returns the exit code: 0 after `shutdown` and `exit`, 1 when the client went without. Raises ServerExtraMissing.
    """
    try:
        import pygls  # noqa: F401
    except ImportError as error:
        raise ServerExtraMissing from error
    from migfix.lsp.life import run

    return run(port=port)
